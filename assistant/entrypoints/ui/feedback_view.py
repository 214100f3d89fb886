"""What the staff page shows of likes and dislikes and does with them; no Gradio in here."""

from typing import TYPE_CHECKING

from assistant.entrypoints.ui.feedback_markup import (
    NO_DOCUMENT,
    render_feedback,
    render_forgotten,
    render_question,
)
from assistant.leaning import moved
from assistant.types import Value

if TYPE_CHECKING:
    from assistant.service import Assistant


class FeedbackPage(Value):
    """One state of the page. `asking` tells that it waits for a yes or a no to what `note` asks."""

    passages: str
    note: str = ""
    asking: bool = False


class FeedbackView:
    """Shows what likes and dislikes move, and forgets it on a lead's word."""

    def __init__(self, assistant: "Assistant") -> None:
        """Read and reset the votes of `assistant`."""
        self._votes = assistant.votes

    def show(self) -> FeedbackPage:
        """Return the page as it is now."""
        return FeedbackPage(passages=render_feedback(moved(self._votes)))

    def ask(self, document: str) -> FeedbackPage:
        """Return the page with the question whether a document's votes, or with no name all, are to be forgotten."""
        passages = moved(self._votes)
        if not any(document in (NO_DOCUMENT, one.document) for one in passages):
            return self.show()
        return FeedbackPage(passages=render_feedback(passages), note=render_question(document), asking=True)

    def forget(self, document: str) -> FeedbackPage:
        """Forget the votes about a document, with no name all, and tell how many there were."""
        count = self._votes.reset(document or None)
        return FeedbackPage(passages=render_feedback(moved(self._votes)), note=render_forgotten(count))
