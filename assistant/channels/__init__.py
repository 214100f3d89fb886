"""How the team hears, outside the built-in inbox, that a conversation needs a person."""

from assistant.errors import MissingSecret
from assistant.ports import Channel
from assistant.prompting import Prompts
from assistant.settings import Settings

WEBHOOK, EMAIL = "webhook", "email"


def open_channels(settings: Settings, prompts: Prompts) -> tuple[Channel, ...]:
    """Return the channels that are set up; nothing is connected before the first delivery.

    Raises:
        MissingSecret: A webhook has no secret to sign with.
        ConfigurationError: The address of the mail server cannot be used.
    """
    channels: list[Channel] = []
    if settings.handoff_webhook:
        from assistant.channels.webhook import WebhookChannel

        if settings.handoff_webhook_secret is None:
            raise MissingSecret("ASSISTANT_HANDOFF_WEBHOOK_SECRET is not set; the receiver checks signatures with it")
        channels.append(WebhookChannel(settings.handoff_webhook, settings.handoff_webhook_secret))
    if settings.handoff_email is not None:
        from assistant.channels.email import EmailChannel, read_mail_url

        channels.append(EmailChannel(read_mail_url(settings.handoff_email.get_secret_value()), prompts))
    return tuple(channels)
