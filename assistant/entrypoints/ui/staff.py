"""The staff page: wires the components of a Gradio page to `StaffView`. Who may open it is decided in front of it."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from assistant.entrypoints.ui.staff_markup import NOBODY
from assistant.entrypoints.ui.staff_view import StaffView
from assistant.entrypoints.ui.transcript import brand
from assistant.types import ConversationState

if TYPE_CHECKING:
    from assistant.service import Assistant

POLL_SECONDS = 3.0
MAX_MESSAGE_CHARS = 8000

_SCRIPT = Path(__file__).with_name("staff.js")

Updates = dict[Any, Any]
AT_ONCE: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "queue": False}


class StaffPage:
    """Builds the page once; which conversation a browser has open is in its session."""

    def __init__(self, assistant: "Assistant") -> None:
        """Work on the conversations of `assistant`."""
        self._view = StaffView(assistant)
        self._name = assistant.settings.assistant_name

    def build(self) -> gr.Blocks:
        """Return the page."""
        title = f"Staff · {self._name}"
        page: gr.Blocks
        with gr.Blocks(title=title, analytics_enabled=False, fill_width=True, delete_cache=(600, 3600)) as page:
            self._lay_out(title)
            self._wire(page)
        page.queue(api_open=False, max_size=64, default_concurrency_limit=16)
        return page

    def _lay_out(self, title: str) -> None:
        self._open = gr.State("")
        self._timer = gr.Timer(POLL_SECONDS)
        with gr.Row(elem_id="topbar"):
            gr.HTML(brand(title), elem_id="brand", apply_default_css=False)
        with gr.Row(elem_id="stage", elem_classes=["staff"]):
            with gr.Column(elem_id="list", scale=2, min_width=260):
                script = _SCRIPT.read_text(encoding="utf-8")
                self._cases = gr.HTML("", elem_id="cases", apply_default_css=False, js_on_load=script)
            with gr.Column(elem_id="desk", scale=5, min_width=280):
                self._lay_out_desk()

    def _lay_out_desk(self) -> None:
        with gr.Row(elem_id="case-bar", visible=False) as self._bar:
            self._head = gr.HTML("", elem_id="case-head", apply_default_css=False, js_on_load=None)
            self._take = gr.Button("Take over", elem_id="take", variant="primary", size="sm", scale=0)
            self._return = gr.Button("Return to the assistant", elem_id="return", size="sm", scale=0)
        with gr.Column(elem_id="conversation"):
            self._transcript = gr.HTML(NOBODY, elem_id="transcript", apply_default_css=False, js_on_load=None)
        self._box = gr.Textbox(
            label="Message to the customer",
            show_label=False,
            placeholder="Write to the customer…",
            lines=1,
            max_lines=8,
            max_length=MAX_MESSAGE_CHARS,
            submit_btn="Send",
            visible=False,
            elem_id="message",
        )

    def _wire(self, page: gr.Blocks) -> None:
        desk = [self._open, self._cases, self._bar, self._head, self._take, self._return, self._transcript, self._box]
        page.load(self._show, [self._open], desk, **AT_ONCE)
        self._timer.tick(self._show, [self._open], desk, **AT_ONCE)
        self._cases.open(self._choose, None, desk, **AT_ONCE)
        self._take.click(self._take_over, [self._open], desk, **AT_ONCE)
        self._return.click(self._give_back, [self._open], desk, **AT_ONCE)
        self._box.submit(self._write, [self._open, self._box], desk, **AT_ONCE)

    def _show(self, conversation_id: str) -> Updates:
        desk = self._view.show(conversation_id)
        return {
            self._cases: desk.cases,
            self._bar: gr.Row(visible=desk.state is not None),
            self._head: desk.head,
            self._take: gr.Button(visible=desk.state is not ConversationState.WITH_AGENT),
            self._return: gr.Button(visible=desk.state is not ConversationState.BOT),
            self._transcript: desk.transcript,
            self._box: gr.Textbox(visible=desk.state is not None),
        }

    def _choose(self, event: gr.EventData) -> Updates:
        chosen = event._data.get("conversation") if isinstance(event._data, dict) else ""
        conversation_id = chosen if isinstance(chosen, str) else ""
        return self._show(conversation_id) | {self._open: conversation_id}

    def _take_over(self, conversation_id: str) -> Updates:
        self._view.take(conversation_id)
        return self._show(conversation_id)

    def _give_back(self, conversation_id: str) -> Updates:
        self._view.give_back(conversation_id)
        return self._show(conversation_id)

    def _write(self, conversation_id: str, text: str) -> Updates:
        if not self._view.write(conversation_id, text):
            return {self._open: conversation_id}
        return self._show(conversation_id) | {self._box: gr.Textbox(value="", visible=True)}
