"""The last look at a sentence before it is shown: nothing in it may be clicked, run, given away or mistaken for a deed.

A sentence that a source supports can still be planted there. These checks are code, so that no wording of a document,
a customer or a model can talk them out of it; see `docs/decisions/0014-output-checks.md`.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from assistant.asides import is_beside_the_matter
from assistant.credentials import asks_for_credentials
from assistant.deeds import claims_a_deed
from assistant.dictation import dictates
from assistant.disarming import disarmed
from assistant.outsiders import Meanings, Told, compared, is_foreign
from assistant.ports import Vectors
from assistant.privacy.finding import personal_in
from assistant.secrecy import Secrets, repeats_prompt, squeezed
from assistant.strays import carries_a_stray
from assistant.visibility import visible

logger = logging.getLogger(__name__)

Refusal = Literal[
    "markup",
    "secret",
    "prompt",
    "personal",
    "deed",
    "order",
    "credentials",
    "aside",
    "talk",
    "stray",
    "foreign",
    "empty",
]
_NEVER_SHOWN = ("card",)
"""Not even from a document, nor back to the customer who wrote it."""

_EARLIER = 2
"""So many of the customer's earlier messages tell what the question is about."""

_LINES_ABOVE = 2
"""Of a source: its title and its heading."""


def _nothing(_: str) -> bool:
    return False


def _no_meanings(texts: Sequence[str]) -> Sequence[None]:
    return [None] * len(texts)


@dataclass(frozen=True)
class Checked:
    """What may be shown of a sentence; empty where it was refused, and then why."""

    text: str
    refused: Refusal | None = None


@dataclass
class TurnChecks:
    """The checks of one turn, with what its prompts and its conversation hold; counts what was refused."""

    checks: "OutputChecks"
    prompts: tuple[str, ...]
    said: tuple[str, ...]
    known: str
    sources: tuple[str, ...] = ()
    found: tuple[Told, ...] = ()
    refused: Counter[str] = field(default_factory=Counter)
    vectors: dict[str, Vectors | None] = field(default_factory=dict)

    @property
    def own_words(self) -> str:
        """What this customer wrote."""
        return "\n".join(self.said)

    def look_ahead(self) -> None:
        """Embed what the sentences of a model will be compared with, while it has not written any."""
        self._meanings([*compared(self._asked, self.found)])

    def check(self, sentence: str, around: str | None = "", quote: str = "", *, by_model: bool = False) -> Checked:
        """Return what may be shown of a sentence that a `quote` supports, given what stands around that.

        With None `around`, a person has chosen it for this question: it cannot be beside the matter. What is quoted
        without a model was chosen by the words of the question; a model may be talked into quoting anything.
        """
        checked = self._checked(visible(sentence))
        if checked.refused is None and around is not None:
            refused = self._beside_the_question(sentence, checked.text, around, quote or sentence)
            if refused is None and by_model and self._is_foreign(quote or sentence):
                refused = "foreign"
            checked = Checked("", refused) if refused else checked
        if checked.refused is not None:
            self.refused[checked.refused] += 1
            logger.warning("a sentence was not shown: %s", checked.refused)
        return checked

    def _beside_the_question(self, sentence: str, shown: str, around: str, quote: str) -> Refusal | None:
        """Return why a sentence has no business in an answer to this customer, as far as its document shows it."""
        parts = [one.strip() for one in quote.split("\n\n") if one.strip()]
        apart = "\n\n".join(_apart(one, parts) for one in self.sources if quote in one)
        for part in (shown, *(parts if len(parts) > 1 else ())):
            if dictates(part, self.own_words, apart):
                return "talk"
            if carries_a_stray(part, self.own_words, apart):
                return "stray"
        elsewhere = "\n".join(one for one in self.sources if quote not in one)
        beside = around.replace(sentence, " ")
        return "aside" if is_beside_the_matter(visible(sentence), self.own_words, beside, elsewhere) else None

    def _is_foreign(self, quote: str) -> bool:
        """Tell whether any paragraph of a quote is foreign to its document and to this customer's question."""
        parts = [one.strip() for one in quote.split("\n\n") if one.strip()]
        return any(is_foreign(one, self._asked, self.found, self._meanings) for one in parts)

    @property
    def _asked(self) -> tuple[str, ...]:
        return (*self.said[:1], *self.said[1:][-_EARLIER:])

    def _meanings(self, texts: Sequence[str]) -> Sequence[Vectors | None]:
        """Return the vectors of texts; what was embedded in this turn is not embedded again."""
        new = [one for one in dict.fromkeys(texts) if one not in self.vectors]
        self.vectors.update(zip(new, self.checks.meanings(new), strict=True))
        return [self.vectors[one] for one in texts]

    def _checked(self, sentence: str) -> Checked:
        refused = self._refusal(sentence)
        text = None if refused else self.checks.plain(sentence)
        if text is None:
            return Checked("", refused or "markup")
        return Checked("", "empty") if squeezed(sentence) and not self.checks.says_something(text) else Checked(text)

    def _refusal(self, sentence: str) -> Refusal | None:
        if self.checks.secrets.are_in(sentence):
            return "secret"
        if repeats_prompt(sentence, self.prompts):
            return "prompt"
        if claims_a_deed(sentence):
            return "deed"
        if self.checks.addresses_a_model(sentence):
            return "order"
        if asks_for_credentials(sentence):
            return "credentials"
        return "personal" if self._is_of_others(sentence) else None

    def _is_of_others(self, sentence: str) -> bool:
        return any(
            one.kind in _NEVER_SHOWN
            or (one.kind != "name" and squeezed(sentence[one.start : one.end]) not in self.known)
            for one in personal_in(sentence)
        )


def _apart(source: str, parts: Sequence[str]) -> str:
    """Return what a source holds outside the paragraphs of a quote, with what stands above all of it."""
    above = source.split("\n")[:_LINES_ABOVE]
    return "\n\n".join(one for one in (*above, *source.split("\n\n")) if not any(part in one for part in parts))


class OutputChecks:
    """Checks sentences; one for the life of the process."""

    def __init__(
        self,
        *,
        allowed_hosts: Sequence[str] = (),
        secrets: Sequence[str] = (),
        left_out: str = "",
        addresses_a_model: Callable[[str], bool] = _nothing,
        meanings: Meanings = _no_meanings,
    ) -> None:
        """Take what the operator allows and keeps.

        Args:
            allowed_hosts: Hosts that answers may link to, with all below them.
            secrets: Values that must never be said, such as keys and tokens.
            left_out: What stands in the place of an address that is not shown.
            addresses_a_model: Tells whether a sentence gives an order to a language model.
            meanings: Gives the vector of each text, where there is a model whose vectors are known here.
        """
        self.secrets = Secrets(secrets)
        self.addresses_a_model = addresses_a_model
        self.meanings = meanings
        self._allowed_hosts = tuple(allowed_hosts)
        self._left_out = left_out

    def plain(self, text: str) -> str | None:
        """Return a text without links to other hosts, images, markup and invisible signs; None where that fails."""
        return disarmed(visible(text), self._allowed_hosts, self._left_out)

    def says_something(self, shown: str) -> bool:
        """Tell whether anything is left of a text but the word that an address was left out."""
        return bool(squeezed(shown.replace(self._left_out, " ") if self._left_out else shown))

    def for_turn(
        self,
        *,
        prompts: Iterable[str],
        own_words: Iterable[str],
        sources: Iterable[str],
        found: Iterable[Told] = (),
    ) -> TurnChecks:
        """Return the checks of a turn.

        Args:
            prompts: The system prompts that a model was given.
            own_words: What this customer wrote in this conversation.
            sources: What the passages hold that this customer may read.
            found: The same passages, their text apart from what stands above it.
        """
        own, told = tuple(own_words), tuple(sources)
        known = "\n".join(squeezed(one) for one in (*own, *told))
        return TurnChecks(self, tuple(prompts), own, known, told, tuple(found))
