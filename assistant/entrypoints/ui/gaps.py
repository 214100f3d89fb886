"""The part of the staff page about gaps: wires its components to `GapsView`."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from assistant.entrypoints.ui.gaps_markup import NO_GAP
from assistant.entrypoints.ui.gaps_view import GapDesk, GapsView
from assistant.entrypoints.ui.panes import AT_ONCE, Updates, text_in

if TYPE_CHECKING:
    from assistant.service import Assistant

MAX_ARTICLE_CHARS = 100_000

_SCRIPT = Path(__file__).with_name("gaps.js")


class GapsPane:
    """Lays gaps out in the place of the conversations; which gap a browser has open is in its session."""

    name = "Gaps"

    def __init__(self, assistant: "Assistant") -> None:
        """Work on the gaps of `assistant`."""
        self._view = GapsView(assistant)

    def lay_out(self) -> None:
        """Put the pane where it is called; it is hidden at first."""
        self._open = gr.State("")
        with gr.Row(elem_id="gaps", elem_classes=["staff"], visible=False) as self.row:
            with gr.Column(elem_id="gap-list", scale=2, min_width=260):
                script = _SCRIPT.read_text(encoding="utf-8")
                self._gaps = gr.HTML("", elem_id="gap-cases", apply_default_css=False, js_on_load=script)
            with gr.Column(elem_id="gap-desk", scale=5, min_width=280):
                self._head = gr.HTML("", elem_id="gap-head", apply_default_css=False, js_on_load=None)
                self._article = gr.Textbox(
                    label="Article",
                    placeholder="What answers it, in Markdown…",
                    lines=14,
                    max_lines=28,
                    max_length=MAX_ARTICLE_CHARS,
                    visible=False,
                    elem_id="gap-article",
                )
                with gr.Row(elem_id="gap-bar", visible=False) as self._bar:
                    self._approve = gr.Button("Approve", elem_id="gap-approve", variant="primary", size="sm", scale=0)
                    self._dismiss = gr.Button("Needs no answer", elem_id="gap-dismiss", size="sm", scale=0)
                    self._reopen = gr.Button("Look at it again", elem_id="gap-reopen", size="sm", scale=0)
            with gr.Column(elem_id="gap-side", scale=3, min_width=260, elem_classes=["packed"]):
                self._side = gr.HTML(NO_GAP, elem_id="gap-told", apply_default_css=False, js_on_load=None)

    @property
    def outputs(self) -> Sequence[Any]:
        """The components of the pane that change."""
        desk = [self._gaps, self._head, self._side, self._article, self._bar]
        return [*desk, self._approve, self._dismiss, self._reopen, self._open]

    def wire(self, agent: gr.Textbox) -> None:
        """Let gaps be decided; who approves is the `agent` of the page."""
        desk = self.outputs
        self._gaps.open(self._choose, None, desk, **AT_ONCE)
        self._approve.click(self._approved, [self._open, self._article, agent], desk, **AT_ONCE)
        self._dismiss.click(lambda one: self._updates(self._view.dismiss(one)), [self._open], desk, **AT_ONCE)
        self._reopen.click(lambda one: self._updates(self._view.reopen(one)), [self._open], desk, **AT_ONCE)

    def entered(self) -> Updates:
        """Return the list of gaps as it is now; none is open."""
        return self._updates(self._view.show("")) | {self._open: ""}

    def _choose(self, event: gr.EventData) -> Updates:
        gap_id = text_in(event, "gap")
        return self._updates(self._view.show(gap_id)) | {self._open: gap_id}

    def _approved(self, gap_id: str, article: str, agent: str) -> Updates:
        return self._updates(self._view.approve(gap_id, article, agent.strip()))

    def _updates(self, desk: GapDesk) -> Updates:
        is_open, is_decided = desk.state is not None, desk.state in ("approved", "dismissed")
        kept = desk.article is None and is_open
        written: dict[str, Any] = {} if kept else {"value": desk.article or ""}
        return {
            self._gaps: desk.gaps,
            self._head: desk.head,
            self._side: desk.side,
            self._article: gr.Textbox(visible=is_open and desk.state != "dismissed", **written),
            self._bar: gr.Row(visible=is_open),
            self._approve: gr.Button(visible=is_open and desk.state != "dismissed"),
            self._dismiss: gr.Button(visible=is_open and not is_decided),
            self._reopen: gr.Button(visible=is_decided),
        }
