"""The staff page: wires the components of a Gradio page to `StaffView`. Who may open it is decided in front of it."""

import secrets
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from assistant.entrypoints.ui.feedback import FeedbackPane
from assistant.entrypoints.ui.gaps import GapsPane
from assistant.entrypoints.ui.panes import AT_ONCE, QUIET, Panes, Updates, text_in
from assistant.entrypoints.ui.staff_markup import NOBODY
from assistant.entrypoints.ui.staff_view import StaffView
from assistant.entrypoints.ui.transcript import brand
from assistant.types import FOR_PEOPLE, ConversationState, Style

if TYPE_CHECKING:
    from assistant.service import Assistant

POLL_SECONDS = 3.0
MAX_MESSAGE_CHARS = 8000
MAX_NAME_CHARS = 60

_SHARED_KEY = "customer-assistant"
"""Scrambles a name in the browser's storage. It is no secret."""

_SCRIPT = Path(__file__).with_name("staff.js")


@dataclass
class Opened:
    """Which conversation a browser has open.

    There is one for its session, changed in place: an answer still under way sees that another was opened meanwhile.
    """

    conversation_id: str = ""


class StaffPage:
    """Builds the page once; which conversation a browser has open is in its session."""

    def __init__(self, assistant: "Assistant") -> None:
        """Work on the conversations of `assistant`."""
        self._view = StaffView(assistant)
        self._gaps, self._feedback = GapsPane(assistant), FeedbackPane(assistant)
        self._panes = Panes([self._gaps, self._feedback])
        self._title = f"Staff · {assistant.settings.assistant_name}"

    def build(self) -> gr.Blocks:
        """Return the page."""
        page: gr.Blocks
        with gr.Blocks(title=self._title, analytics_enabled=False, fill_width=True, delete_cache=(600, 3600)) as page:
            self._lay_out()
            self._wire(page)
        page.queue(api_open=False, max_size=64, default_concurrency_limit=16)
        return page

    def _lay_out(self) -> None:
        self._open, self._unsent = gr.State(Opened()), gr.State({})
        self._name = gr.BrowserState("", storage_key="assistant-agent", secret=_SHARED_KEY)
        self._timer = gr.Timer(POLL_SECONDS)
        with gr.Row(elem_id="topbar"):
            gr.HTML(brand(self._title), elem_id="brand", apply_default_css=False)
            self._agent = gr.Textbox(
                placeholder="Your name, as customers read it",
                label="Your name",
                show_label=False,
                max_length=MAX_NAME_CHARS,
                max_lines=1,
                elem_id="agent",
                scale=0,
                min_width=220,
            )
            self._panes.lay_out_buttons()
        self._notice = gr.HTML("", elem_id="notice", apply_default_css=False, js_on_load=None)
        self._gaps.lay_out()
        self._feedback.lay_out()
        with gr.Row(elem_id="stage", elem_classes=["staff"]) as self._stage:
            with gr.Column(elem_id="list", scale=2, min_width=260):
                script = _SCRIPT.read_text(encoding="utf-8")
                self._cases = gr.HTML("", elem_id="cases", apply_default_css=False, js_on_load=script)
            with gr.Column(elem_id="desk", scale=5, min_width=280):
                self._lay_out_desk()
            with gr.Column(
                elem_id="side", scale=3, min_width=260, elem_classes=["packed"], visible=False
            ) as self._side:
                self._draft = gr.Button("Draft an answer", elem_id="draft", size="sm", scale=0)
                with gr.Row(elem_id="rewrite"):
                    self._summarise = gr.Button("Summarise", size="sm", scale=0)
                    self._shorter = gr.Button("Say it shorter", size="sm", scale=0)
                    self._friendlier = gr.Button("Say it friendlier", size="sm", scale=0)
                self._suggestion = gr.HTML("", elem_id="suggestion", apply_default_css=False, js_on_load=None)
                self._pack = gr.HTML("", elem_id="pack", apply_default_css=False, js_on_load=None)

    def _lay_out_desk(self) -> None:
        with gr.Row(elem_id="case-bar", visible=False) as self._bar:
            self._head = gr.HTML("", elem_id="case-head", apply_default_css=False, js_on_load=None)
            self._take = gr.Button("Take over", elem_id="take", variant="primary", size="sm", scale=0)
            self._return = gr.Button("Return to the assistant", elem_id="return", size="sm", scale=0)
            self._close = gr.Button("Settled", elem_id="close", size="sm", scale=0)
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
        buttons = [self._take, self._return, self._close]
        side = [self._side, self._pack, self._suggestion]
        desk = [
            self._open,
            self._cases,
            self._bar,
            self._head,
            *buttons,
            self._transcript,
            self._box,
            *side,
            self._notice,
        ]
        who = [self._open, self._agent]
        page.load(_named, [self._name], [self._agent], **AT_ONCE)
        self._panes.wire(self._stage)
        self._gaps.wire(self._agent)
        self._feedback.wire()
        self._agent.change(lambda name: name.strip(), [self._agent], [self._name], **AT_ONCE)
        page.load(self._look_again, [self._open], desk, **AT_ONCE)
        self._timer.tick(self._look_again, [self._open], desk, **AT_ONCE)
        self._take.click(self._take_over, who, desk, **AT_ONCE)
        self._return.click(self._give_back, [self._open], desk, **AT_ONCE)
        self._close.click(self._settle, [self._open], desk, **AT_ONCE)
        written = [
            self._draft.click(self._suggest, [self._open], [self._box, self._suggestion], **QUIET),
            self._summarise.click(self._sum_up, [self._open], [self._suggestion], **QUIET),
            self._shorter.click(partial(self._rewrite, "shorter"), [self._box], [self._box], **QUIET),
            self._friendlier.click(partial(self._rewrite, "friendlier"), [self._box], [self._box], **QUIET),
        ]
        # What is still being written for one customer must not arrive in the box of another.
        unsent = [self._open, self._box, self._unsent]
        self._cases.open(self._choose, unsent, [*desk, self._unsent], cancels=written, **AT_ONCE)
        self._box.submit(self._write, [*who, self._box], desk, **AT_ONCE)

    def _show(self, conversation_id: str, words: str | None = None) -> Updates:
        """Return the page with a conversation open, and `words` in the box; None leaves what is written there."""
        desk = self._view.show(conversation_id)
        written: dict[str, Any] = {} if words is None else {"value": words}
        return {
            self._cases: desk.cases,
            self._bar: gr.Row(visible=desk.state is not None),
            self._head: desk.head,
            self._take: gr.Button(visible=desk.state is not ConversationState.WITH_AGENT),
            self._return: gr.Button(visible=desk.state in FOR_PEOPLE),
            self._close: gr.Button(visible=desk.state is not ConversationState.CLOSED),
            self._transcript: desk.transcript,
            self._side: gr.Column(visible=desk.state is not None),
            self._pack: desk.pack,
            self._notice: desk.notice,
            self._box: gr.Textbox(visible=desk.state is not None, **written),
        }

    def _show_still(self, opened: Opened, conversation_id: str, words: str | None = None) -> Updates:
        """Return the same, or nothing where another conversation was opened meanwhile: it must not be covered."""
        shown = self._show(conversation_id, words)
        return shown if opened.conversation_id == conversation_id else {self._open: opened}

    def _look_again(self, opened: Opened) -> Updates:
        return self._show_still(opened, opened.conversation_id)

    def _choose(self, opened: Opened, words: str, unsent: dict[str, str], event: gr.EventData) -> Updates:
        """Open another conversation; what was not sent waits for its own, and never for another customer."""
        left, opened.conversation_id = opened.conversation_id, text_in(event, "conversation")
        # A page that was loaded anew brings its words along; its session has none yet.
        kept = {opened.conversation_id: text_in(event, "words")[:MAX_MESSAGE_CHARS], **unsent, left: words}
        shown = self._show(opened.conversation_id, kept[opened.conversation_id])
        return shown | {self._open: opened, self._suggestion: "", self._unsent: kept}

    def _suggest(self, opened: Opened) -> Updates:
        draft, sources = self._view.suggest(opened.conversation_id)
        return {self._suggestion: sources, **({self._box: gr.Textbox(value=draft)} if draft else {})}

    def _sum_up(self, opened: Opened) -> str:
        return self._view.summarise(opened.conversation_id)

    def _rewrite(self, style: Style, text: str) -> Updates:
        written, note = self._view.rewrite(text, style)
        if note:
            gr.Info(note)
        return {self._box: gr.Textbox(value=written)}

    def _take_over(self, opened: Opened, agent: str) -> Updates:
        conversation_id = opened.conversation_id
        if hindrance := self._view.take(conversation_id, agent.strip()):
            gr.Info(hindrance)
        return self._show_still(opened, conversation_id)

    def _give_back(self, opened: Opened) -> Updates:
        conversation_id = opened.conversation_id
        self._view.give_back(conversation_id)
        return self._show_still(opened, conversation_id)

    def _settle(self, opened: Opened) -> Updates:
        conversation_id = opened.conversation_id
        self._view.close(conversation_id)
        return self._show_still(opened, conversation_id)

    def _write(self, opened: Opened, agent: str, text: str) -> Updates:
        conversation_id = opened.conversation_id
        sent = self._view.write(conversation_id, text, agent.strip())
        return self._show_still(opened, conversation_id, "" if sent else None)


def _named(name: object) -> str:
    """Return the name that a browser remembers, or one that no other browser has: two agents must be told apart."""
    return name if isinstance(name, str) and name.strip() else f"Agent {secrets.token_hex(2)}"
