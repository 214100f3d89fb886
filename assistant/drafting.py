"""An answer as it grows: supported sentences, each run of them followed by the mark of its source."""

import re
from dataclasses import replace

from assistant.grounding import Span
from assistant.types import Citation

DEEPEST_INDENT = 8

_CAPTION = re.compile(r"\n\s*\n[ \t]+[^\W\d][^\n.!?:;…]{0,60}(?=\n)")
"""An indented line of a few words between two items of a list: what a picture left there."""

_IN_LIST = re.compile(r"\s*(?:[-*•|]|\d{1,3}[.)] )")


class Draft:
    """Collects supported sentences and numbers their sources from 1, in order of first use."""

    def __init__(self, opening: str = "") -> None:
        """Start with words of the house, such as an apology, that need no source."""
        self._parts: list[str] = []
        self._spans: list[Span] = []
        self._open: int | None = None
        self._opening = opening

    def add(self, lead: str, sentence: str, span: Span) -> str:
        """Take one sentence with its source and return what may now be shown.

        Neighbouring sentences that rest on neighbouring text share one mark, which follows the last of them.
        """
        if self._open is not None and _continues(self._spans[self._open], span):
            self._spans[self._open] = replace(self._spans[self._open], end=max(span.end, self._spans[self._open].end))
            return self._keep(_joined(lead) + sentence)
        shown = self.close()
        if self._parts:
            shown += self._keep("\n\n" if _ends_list(self.text) and "\n" not in lead else _joined(lead))
        elif self._opening:
            shown += self._keep(f"{self._opening}\n\n")
        self._open = self._number(span)
        return shown + self._keep(sentence)

    def close(self, closing: str = "") -> str:
        """Return the mark of the last run of sentences; called once more at the end of the answer.

        `closing` are words of the house that need no source: they follow an answer, if there is one.
        """
        shown = ""
        if self._open is not None:
            shown = self._keep(f" [{self._open + 1}]")
            self._open = None
        if closing and self._parts:
            shown += self._keep(f"\n\n{closing}")
        return shown

    def holds(self, span: Span) -> bool:
        """Tell whether the draft already rests on this span, or on a part of it."""
        return any(map(span.overlaps, self._spans))

    @property
    def spans(self) -> tuple[Span, ...]:
        """What the draft rests on, by mark."""
        return tuple(self._spans)

    @property
    def text(self) -> str:
        """Everything that `add` and `close` returned, in order."""
        return "".join(self._parts)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The sources by mark."""
        return tuple(
            Citation(
                marker=marker,
                document=span.passage.document,
                title=span.passage.title,
                revision=span.passage.revision,
                start=span.start,
                end=span.end,
                quote=span.quote,
                document_id=span.passage.document_id,
            )
            for marker, span in enumerate(self._spans, start=1)
        )

    def _number(self, span: Span) -> int:
        if span in self._spans:
            return self._spans.index(span)
        self._spans.append(span)
        return len(self._spans) - 1

    def _keep(self, piece: str) -> str:
        self._parts.append(piece)
        return piece


def _ends_list(text: str) -> bool:
    """Tell whether a text ends in an item of a list or a row of a table, which what follows on its line would join."""
    return bool(_IN_LIST.match(text.rpartition("\n")[2]))


def _joined(lead: str) -> str:
    """Return the white space between two shown sentences: a break where the author had one, else a space.

    What is indented on its line stands under the item above it.
    """
    if "\n" not in lead:
        return " "
    indent = len(lead.rpartition("\n")[2].expandtabs(4))
    return ("\n\n" if "\n\n" in lead else "\n") + " " * min(indent, DEEPEST_INDENT)


def _continues(earlier: Span, later: Span) -> bool:
    """Tell whether a span repeats, overlaps or directly follows another, with white space or a list sign between."""
    if earlier.passage.id != later.passage.id or later.start < earlier.start:
        return False
    offset = later.passage.start
    between = later.passage.text[earlier.end - offset : max(later.start, earlier.end) - offset]
    return not _CAPTION.sub("", between).strip(" \n\t-*•|0123456789.)")
