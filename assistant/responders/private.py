"""Stands before a responder that others run: it reads placeholders where a customer wrote something personal."""

from collections.abc import Iterator, Sequence

from assistant.ports import Preparing, Responder, Rewriter, Warmable
from assistant.privacy.masking import Mask
from assistant.settings import Settings
from assistant.types import Allowance, Lent, Message, PromptMessage, Query, ResponseRequest

LOCAL_SCHEMES = ("llama-cpp",)
WITHOUT_A_MODEL = "extractive"


def kept_private(responders: Sequence[Responder], settings: Settings) -> tuple[Responder, ...]:
    """Return responders, those masked that send what they are given out of the house.

    `extractive` sends nothing to anybody; local models are masked where the settings say so.
    """
    return tuple(_private(one) if _leaves(one, settings) else one for one in responders)


def _leaves(responder: Responder, settings: Settings) -> bool:
    scheme = responder.name.partition(":")[0]
    return scheme != WITHOUT_A_MODEL and (settings.mask_for_local or scheme not in LOCAL_SCHEMES)


def _private(responder: Responder) -> Responder:
    return PrivateRewriter(responder) if isinstance(responder, Rewriter) else PrivateResponder(responder)


class PrivateResponder:
    """Masks what the customer's side wrote; the passages are public and stay, so that their facts can be told."""

    def __init__(self, responder: Responder) -> None:
        """Stand before a responder."""
        self._responder = responder

    @property
    def name(self) -> str:
        """That of the responder behind."""
        return self._responder.name

    def prepared(self, request: ResponseRequest) -> ResponseRequest:
        """Return the request as the responder behind wants to be asked; it is masked when it is sent."""
        return self._responder.prepared(request) if isinstance(self._responder, Preparing) else request

    def warm_up(self) -> None:
        """Warm up the responder behind where it can be; raises as it does."""
        if isinstance(self._responder, Warmable):
            self._responder.warm_up()

    def stream(self, request: ResponseRequest) -> Iterator[str]:
        """Yield the answer with the customer's own words put back; raises as the responder behind does."""
        passages = [one.passage for one in request.passages]
        mask = Mask(part for one in passages for part in (one.text, one.title, one.heading, one.header))
        mask.learn([request.question])
        messages = [_masked(one, mask) for one in request.messages]
        masked = request.model_copy(update={"question": mask.hide(request.question), "messages": tuple(messages)})
        pieces = self._responder.stream(masked)
        try:
            yield from mask.restored(pieces)
        finally:
            close = getattr(pieces, "close", None)
            if close is not None:
                close()


class PrivateRewriter(PrivateResponder):
    """Masks what a model is given to rewrite, too."""

    def standalone(self, question: str, history: Sequence[Message], allowance: Allowance | None = None) -> Query:
        """Return what to search for, with the customer's own words put back; raises as the rewriter behind does."""
        assert isinstance(self._responder, Rewriter)
        mask = Mask()
        mask.learn([*(one.text for one in history), question])
        hidden = [one.model_copy(update={"text": mask.hide(one.text)}) for one in history]
        query = self._responder.standalone(mask.hide(question), hidden, allowance)
        lent = [Lent(text=mask.restore(one.text), meaning=one.meaning, terms=one.terms) for one in query.context]
        return query.model_copy(
            update={"text": mask.restore(query.text), "topic": mask.restore(query.topic), "context": tuple(lent)}
        )


def _masked(message: PromptMessage, mask: Mask) -> PromptMessage:
    """Return a message with placeholders; system messages hold nothing of the customer's, and stay the same prefix."""
    return message if message.role == "system" else message.model_copy(update={"text": mask.hide(message.text)})
