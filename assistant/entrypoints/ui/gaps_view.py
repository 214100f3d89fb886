"""What the staff page shows of gaps and does with them, computed from what is stored; no Gradio in here."""

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from assistant.entrypoints.ui.gaps_markup import (
    NO_GAP,
    render_gap,
    render_gap_head,
    render_gap_report,
    render_gaps,
    render_note,
)
from assistant.errors import ArticleRefused, AssistantError, GapNotFound
from assistant.learning.grouping import Grouped
from assistant.types import Filter, Gap, GapState, Value

if TYPE_CHECKING:
    from assistant.service import Assistant

logger = logging.getLogger(__name__)

FAILED = "That did not work; see the log, and try again."


class GapDesk(Value):
    """One state of the page; `state` is None where no gap is open. An `article` of None leaves what is written."""

    gaps: str
    head: str = ""
    side: str = NO_GAP
    state: GapState | None = None
    article: str | None = None


class GapsView:
    """Shows gaps and carries out what a lead decides."""

    def __init__(self, assistant: "Assistant") -> None:
        """Work on the gaps of `assistant`."""
        self._assistant = assistant
        self._learning = assistant.learning

    def show(self, gap_id: str) -> GapDesk:
        """Return the page with a gap open, its article or the draft of one in the box; an unknown id opens none."""
        return self._safely(gap_id, lambda grouped: self._opened(gap_id, grouped))

    def approve(self, gap_id: str, article: str, owner: str) -> GapDesk:
        """Let an article answer a gap, and tell which of its questions are answered from it."""

        def decide(grouped: Grouped) -> GapDesk:
            report = self._learning.approve(gap_id, article, owner=owner, grouped=grouped)
            return self._desk(report.gap, render_gap_report(report), grouped)

        return self._safely(gap_id, decide)

    def dismiss(self, gap_id: str) -> GapDesk:
        """Note that a gap needs no answer."""
        dismiss = self._learning.dismiss
        return self._safely(gap_id, lambda grouped: self._decided(dismiss(gap_id, grouped=grouped), grouped))

    def reopen(self, gap_id: str) -> GapDesk:
        """Note that a gap is to be looked at again."""
        reopen = self._learning.reopen
        return self._safely(gap_id, lambda grouped: self._decided(reopen(gap_id, grouped=grouped), grouped))

    def _opened(self, gap_id: str, grouped: Grouped) -> GapDesk:
        gaps = self._learning.gaps(grouped=grouped)
        gap = next((one for one in gaps if one.id == gap_id), None)
        if gap is None:
            return GapDesk(gaps=render_gaps(gaps, ""))
        standing = self._assistant.document(gap.document, only=_ANY) if gap.document else None
        draft = self._learning.draft(gap_id, grouped=grouped) if gap.state != "dismissed" else None
        written = draft.text if draft is not None else ""
        return self._desk(gap, render_gap(gap, draft), grouped, standing.text if standing is not None else written)

    def _decided(self, gap: Gap, grouped: Grouped) -> GapDesk:
        return self._desk(gap, render_gap(gap, None), grouped)

    def _desk(self, gap: Gap, side: str, grouped: Grouped, article: str | None = None) -> GapDesk:
        gaps = self._learning.gaps(grouped=grouped)
        now = next((one for one in gaps if one.id == gap.id), gap)
        head = render_gap_head(now)
        return GapDesk(gaps=render_gaps(gaps, gap.id), head=head, side=side, state=now.state, article=article)

    def _safely(self, gap_id: str, do: Callable[[Grouped], GapDesk]) -> GapDesk:
        """Do something with the gaps as they are now; where that is refused or fails, say so beside what is written."""
        grouped = self._learning.grouped()
        try:
            return do(grouped)
        except GapNotFound:
            return GapDesk(gaps=render_gaps(self._learning.gaps(grouped=grouped), ""))
        except ArticleRefused as error:
            note = str(error)
        except AssistantError:
            logger.exception("gap %s: a decision failed", gap_id)
            note = FAILED
        gaps = self._learning.gaps(grouped=grouped)
        gap = next((one for one in gaps if one.id == gap_id), None)
        state = gap.state if gap is not None else None
        head = render_gap_head(gap) if gap is not None else ""
        return GapDesk(gaps=render_gaps(gaps, gap_id), head=head, side=render_note(note), state=state)


_ANY = Filter()
