"""Tells the team by e-mail, through any SMTP server."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.utils import parseaddr
from urllib.parse import parse_qs, unquote, urlsplit

from assistant.errors import BackendError, BackendTimeout, ConfigurationError
from assistant.prompting import Prompts
from assistant.types import Delivery, HandoffPack, Value

TIMEOUT_SECONDS = 15.0
TEMPLATE = "handoff_email"
FORM = "smtp://USER:PASSWORD@HOST:587?from=bot@example.com&to=team@example.com"


class MailServer(Value):
    """Where e-mail is handed in, and between whom. `smtps` encrypts from the first byte."""

    host: str
    port: int
    sender: str
    recipients: tuple[str, ...]
    user: str = ""
    password: str = ""
    smtps: bool = False


class EmailChannel:
    """Implements the `Channel` port: one e-mail for each conversation that is handed over."""

    name = "email"

    def __init__(self, server: MailServer, prompts: Prompts) -> None:
        """Send through `server`, in the words of the template `handoff_email`."""
        self._server = server
        self._prompts = prompts

    def send(self, delivery: Delivery, pack: HandoffPack) -> None:
        """Send an e-mail; its Message-ID is that of the delivery, so that one sent twice can be told."""
        if delivery.kind != "handed_over":
            return
        message = self._message(delivery, pack)
        try:
            with _connected(self._server) as connection:
                connection.send_message(message, self._server.sender, list(self._server.recipients))
        except TimeoutError as error:
            raise BackendTimeout(self.name, f"no answer within {TIMEOUT_SECONDS:.0f} s") from error
        except (OSError, smtplib.SMTPException) as error:
            raise BackendError(self.name, f"{type(error).__name__}: {error}") from error

    def _message(self, delivery: Delivery, pack: HandoffPack) -> EmailMessage:
        subject, _, body = self._prompts.say(TEMPLATE, pack=pack).partition("\n")
        message = EmailMessage()
        message["Subject"] = " ".join(subject.removeprefix("Subject:").split())
        message["From"] = self._server.sender
        message["To"] = ", ".join(self._server.recipients)
        message["Date"] = delivery.created_at
        message["Message-ID"] = f"<{delivery.id}@{parseaddr(self._server.sender)[1].partition('@')[2] or 'assistant'}>"
        message.set_content(body.strip() + "\n")
        return message


def read_mail_url(url: str) -> MailServer:
    """Return what `smtp://...` or `smtps://...` names.

    Raises:
        ConfigurationError: It is something else; the message shows the form, and not what was given: it is a secret.
    """
    try:
        parts = urlsplit(url)
        port, fields = parts.port, parse_qs(parts.query)
    except ValueError:
        parts, port, fields = urlsplit(""), None, {}
    sender = fields.get("from", [""])[0]
    recipients = tuple(one.strip() for one in ",".join(fields.get("to", [])).split(",") if one.strip())
    addresses = [parseaddr(one)[1] for one in (sender, *recipients)]
    if (
        parts.scheme not in ("smtp", "smtps")
        or not parts.hostname
        or not recipients
        or not all("@" in one for one in addresses)
    ):
        raise ConfigurationError(f"ASSISTANT_HANDOFF_EMAIL must be {FORM}, or smtps://... on port 465")
    return MailServer(
        host=parts.hostname,
        port=port or (465 if parts.scheme == "smtps" else 587),
        sender=sender,
        recipients=recipients,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        smtps=parts.scheme == "smtps",
    )


@contextmanager
def _connected(server: MailServer) -> Iterator[smtplib.SMTP]:
    """Open a connection; encrypted where the server can, and always where a password is sent."""
    context = ssl.create_default_context()
    connection: smtplib.SMTP
    if server.smtps:
        connection = smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT_SECONDS, context=context)
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_SECONDS)
    with connection:
        connection.ehlo_or_helo_if_needed()
        if not server.smtps and connection.has_extn("starttls"):
            connection.starttls(context=context)
            connection.ehlo()
        elif not server.smtps and server.user:
            raise smtplib.SMTPNotSupportedError("the server offers no encryption, and a password is not sent without")
        if server.user:
            connection.login(server.user, server.password)
        yield connection
