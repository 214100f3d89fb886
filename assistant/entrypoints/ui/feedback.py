"""The part of the staff page about likes and dislikes: wires its components to `FeedbackView`."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from assistant.entrypoints.ui.feedback_view import FeedbackPage, FeedbackView
from assistant.entrypoints.ui.panes import AT_ONCE, Updates

if TYPE_CHECKING:
    from assistant.service import Assistant

_SCRIPT = Path(__file__).with_name("feedback.js")


class FeedbackPane:
    """Lays out what votes move; which document a browser is asked about is in its session."""

    name = "Feedback"

    def __init__(self, assistant: "Assistant") -> None:
        """Show the votes of `assistant`."""
        self._view = FeedbackView(assistant)

    def lay_out(self) -> None:
        """Put the pane where it is called; it is hidden at first."""
        self._document = gr.State("")
        with gr.Row(elem_id="feedback", elem_classes=["staff"], visible=False) as self.row, gr.Column():
            with gr.Column(elem_id="feedback-ask"):
                self._note = gr.HTML("", elem_id="feedback-note", apply_default_css=False, js_on_load=None)
                with gr.Row(elem_id="feedback-bar", visible=False) as self._bar:
                    self._yes = gr.Button("Forget them", variant="primary", size="sm", scale=0)
                    self._no = gr.Button("Keep them", size="sm", scale=0)
            script = _SCRIPT.read_text(encoding="utf-8")
            self._passages = gr.HTML("", elem_id="feedback-list", apply_default_css=False, js_on_load=script)

    @property
    def outputs(self) -> Sequence[Any]:
        """The components of the pane that change."""
        return [self._passages, self._note, self._bar]

    def wire(self) -> None:
        """Let votes be forgotten, after a question."""
        self._passages.open(self._ask, None, [*self.outputs, self._document], **AT_ONCE)
        self._yes.click(lambda one: self._updates(self._view.forget(one)), [self._document], self.outputs, **AT_ONCE)
        self._no.click(self.entered, None, self.outputs, **AT_ONCE)

    def entered(self) -> Updates:
        """Return what the votes come to now; no question is open."""
        return self._updates(self._view.show())

    def _ask(self, event: gr.EventData) -> Updates:
        chosen = event._data.get("document") if isinstance(event._data, dict) else None
        if not isinstance(chosen, str):
            return self.entered()
        return self._updates(self._view.ask(chosen)) | {self._document: chosen}

    def _updates(self, page: FeedbackPage) -> Updates:
        return {self._passages: page.passages, self._note: page.note, self._bar: gr.Row(visible=page.asking)}
