"""The customer's page: wires the components of a Gradio page to `ChatView`."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import gradio as gr

from assistant.entrypoints.ui.chat_view import ChatView, View
from assistant.entrypoints.ui.panes import AT_ONCE, QUIET, Updates, text_in
from assistant.entrypoints.ui.sources import EMPTY
from assistant.entrypoints.ui.transcript import brand, render_running
from assistant.errors import LimitReached

if TYPE_CHECKING:
    from assistant.service import Assistant

MAX_QUESTION_CHARS = 4000
POLL_SECONDS, IDLE_POLL_SECONDS = 3.0, 20.0
"""How often a page asks for news: while a person is expected or present, and otherwise."""

_SCRIPT = Path(__file__).with_name("chat.js")
_AS_MEANT = "(text, conversation) => [window.asMeant ? asMeant(text) : text, conversation]"
"""Asks nothing where the box holds something else than what was sent; `chat.js` knows."""

_SHARED_KEY = "customer-assistant"
"""Scrambles the conversation id in the browser's storage. It is no secret: with a fixed one, history survives a restart
of the server; what protects a conversation is that its id cannot be guessed."""

NO_CONVERSATION = "none"
"""What a browser keeps when it has no conversation: its storage ignores empty values."""

BACK = "Back to the assistant"
SOURCES = '<h2>Sources</h2><button type="button" id="to-answer" class="choice">Back to the chat</button>'
"""The button is there where the sources stand below the chat."""


class ChatPage:
    """Builds the page once; every browser's state is in its conversation."""

    def __init__(self, assistant: "Assistant") -> None:
        """Talk to `assistant`."""
        self._view = ChatView(assistant)
        self._name = assistant.settings.assistant_name

    def build(self) -> gr.Blocks:
        """Return the page."""
        page: gr.Blocks
        with gr.Blocks(title=self._name, analytics_enabled=False, fill_width=True, delete_cache=(600, 3600)) as page:
            self._lay_out()
            self._wire(page)
        page.queue(api_open=False, max_size=64, default_concurrency_limit=16)
        return page

    def _lay_out(self) -> None:
        self._id = gr.BrowserState(NO_CONVERSATION, storage_key="assistant-conversation", secret=_SHARED_KEY)
        # In the browser, not in the session: it tells what is shown there, whatever the server has sent last.
        self._fingerprint = gr.Textbox("", visible=False)
        self._timer = gr.Timer(IDLE_POLL_SECONDS)
        with gr.Row(elem_id="topbar"):
            gr.HTML(brand(self._name), elem_id="brand", apply_default_css=False)
            self._who = gr.HTML("", elem_id="who", apply_default_css=False, js_on_load=None)
            self._human = gr.Button("Talk to a human", elem_id="human", variant="secondary", size="sm", scale=0)
            self._new = gr.Button("New conversation", elem_id="new", variant="secondary", size="sm", scale=0)
        with gr.Row(elem_id="stage"):
            with gr.Column(elem_id="chat", scale=5, min_width=280):
                self._lay_out_chat()
            with gr.Column(elem_id="side", scale=3, min_width=280):
                gr.HTML(SOURCES, elem_id="side-title", apply_default_css=False)
                self._sources = gr.HTML(EMPTY, elem_id="sources", apply_default_css=False, js_on_load=None)

    def _lay_out_chat(self) -> None:
        with gr.Row(elem_id="handoff", visible=False) as self._handoff:
            self._banner = gr.HTML("", elem_id="banner", apply_default_css=False, js_on_load=None)
            self._accept = gr.Button("Yes, a person", elem_id="accept", variant="primary", size="sm", scale=0)
            self._back = gr.Button(BACK, elem_id="back", size="sm", scale=0)
        with gr.Column(elem_id="conversation"):
            script = _SCRIPT.read_text(encoding="utf-8")
            self._history = gr.HTML("", elem_id="history", apply_default_css=False, js_on_load=script)
            self._live = gr.HTML("", elem_id="live", apply_default_css=False, js_on_load=None)
        self._box = gr.Textbox(
            label="Your message",
            show_label=False,
            placeholder="Ask a question…",
            lines=1,
            max_lines=6,
            max_length=MAX_QUESTION_CHARS,
            submit_btn="Send",
            autofocus=True,
            elem_id="message",
            html_attributes=gr.InputHTMLAttributes(autocomplete="off", enterkeyhint="send"),
        )
        gr.HTML(
            "<p>Enter sends, Shift + Enter starts a new line. Answers come from our documents.</p>",
            elem_id="hint",
            apply_default_css=False,
        )

    def _wire(self, page: gr.Blocks) -> None:
        shown = [self._id, self._history, self._live, self._handoff, self._banner, self._sources, self._fingerprint]
        view = [*shown, self._accept, self._back, self._timer, self._box]
        # What is sent before the turn before has quite ended waits for its end; by default it would be dropped unheard.
        asked = self._box.submit(
            self._ask, [self._box, self._id], view, trigger_mode="always_last", js=_AS_MEANT, **QUIET
        )
        example = self._history.ask(self._ask_example, [self._id], view, **QUIET)
        self._box.stop(None, cancels=[asked, example], **AT_ONCE).then(self._stopped, [self._id], view, **QUIET)
        opened = page.load(self._open, [self._id], [*view, self._who], **AT_ONCE)
        opened.then(self._poll, [self._id, self._fingerprint], view, **AT_ONCE)
        self._timer.tick(self._poll, [self._id, self._fingerprint], view, **AT_ONCE)
        self._new.click(self._start_anew, None, view, cancels=[asked, example], **QUIET)
        self._human.click(self._call_human, [self._id], view, **QUIET)
        self._accept.click(self._call_human, [self._id], view, **QUIET)
        self._back.click(self._return, [self._id], view, **QUIET)
        self._history.cite(self._cite, [self._id], [self._sources], **AT_ONCE)
        self._history.rate(self._rate, [self._id], view, **AT_ONCE)
        self._history.score(self._score, [self._id], view, **AT_ONCE)
        self._history.mine(self._mine, [self._id], view, **AT_ONCE)

    def _seen_by(self, request: gr.Request) -> ChatView:
        return self._view.seen_by(request.headers.get("cookie", ""), request.client.host if request.client else "")

    def _open(self, conversation_id: object, request: gr.Request) -> Updates:
        """Return the page as it is opened.

        This may arrive after the answer to a customer who acted at once: it takes back neither the conversation that
        was begun nor the turn that is running, and what it covers is shown again by the look for news that follows it.
        """
        view = self._seen_by(request)
        updates = self._updates(view.show(conversation_id))
        del updates[self._live]
        return {**updates, self._who: view.who()}

    def _show(self, view: ChatView, conversation_id: object) -> Updates:
        updates = self._updates(view.show(conversation_id))
        if view.find(conversation_id) is None:
            updates[self._id] = NO_CONVERSATION
        return {**updates, self._box: gr.Textbox(submit_btn="Send", stop_btn=False)}

    def _updates(self, view: View) -> Updates:
        return {
            self._history: view.history,
            self._live: "",
            self._handoff: gr.Row(visible=bool(view.banner)),
            self._accept: gr.Button(visible=view.offered),
            self._back: gr.Button(
                value="No, thank you" if view.offered else BACK, visible=view.offered or not view.bot
            ),
            self._banner: view.banner,
            self._sources: view.sources,
            self._fingerprint: view.fingerprint,
            self._timer: gr.Timer(IDLE_POLL_SECONDS if view.bot else POLL_SECONDS),
        }

    def _ask_example(self, conversation_id: object, request: gr.Request, event: gr.EventData) -> Iterator[Updates]:
        yield from self._ask(text_in(event, "text"), conversation_id, request)

    def _ask(self, text: str, conversation_id: object, request: gr.Request) -> Iterator[Updates]:
        question = text.strip()[:MAX_QUESTION_CHARS]
        if not question:
            yield {self._live: ""}
            return
        view = self._seen_by(request)
        conversation = view.find_or_start(conversation_id)
        before = self._updates(view.show(conversation.id))
        before[self._history] = before[self._history] if view.has_turns(conversation.id) else ""
        yield {
            **before,
            self._id: conversation.id,
            self._live: render_running(question, "", "Searching the documents"),
            self._box: gr.Textbox(value="", submit_btn=False, stop_btn="Stop"),
        }
        try:
            for picture in view.answer(conversation.id, question):
                yield {self._live: picture}
        except LimitReached as reached:
            left = gr.Textbox(value=question, submit_btn="Send", stop_btn=False)
            yield {self._live: view.wait(question, reached.retry_after_seconds), self._box: left}
        else:
            yield self._show(view, conversation.id)

    def _stopped(self, conversation_id: object, request: gr.Request) -> Updates:
        view = self._seen_by(request)
        view.settle(conversation_id)
        return self._show(view, conversation_id)

    def _poll(self, conversation_id: object, fingerprint: object, request: gr.Request) -> Updates:
        return self._news(self._seen_by(request), conversation_id, fingerprint)

    def _news(self, view: ChatView, conversation_id: object, fingerprint: object = "") -> Updates:
        shown = view.show(conversation_id)
        if shown.fingerprint == fingerprint:
            return {self._fingerprint: fingerprint}
        updates = self._updates(shown)
        del updates[self._live]
        return updates

    def _start_anew(self, request: gr.Request) -> Updates:
        return self._show(self._seen_by(request), NO_CONVERSATION)

    def _call_human(self, conversation_id: object, request: gr.Request) -> Updates:
        view = self._seen_by(request)
        conversation = view.find_or_start(conversation_id)
        try:
            view.hand_over(conversation.id)
        except LimitReached as reached:
            return {self._live: view.wait("", reached.retry_after_seconds)}
        return self._show(view, conversation.id) | {self._id: conversation.id}

    def _return(self, conversation_id: object, request: gr.Request) -> Updates:
        view = self._seen_by(request)
        view.give_back(conversation_id)
        return self._show(view, conversation_id)

    def _cite(self, conversation_id: object, request: gr.Request, event: gr.EventData) -> str:
        chosen = _chosen(event)
        return self._seen_by(request).sources(conversation_id, chosen.get("turn"), chosen.get("marker"))

    def _rate(self, conversation_id: object, request: gr.Request, event: gr.EventData) -> Updates:
        view, chosen = self._seen_by(request), _chosen(event)
        view.rate(conversation_id, chosen.get("turn"), chosen.get("value"))
        return self._news(view, conversation_id)

    def _score(self, conversation_id: object, request: gr.Request, event: gr.EventData) -> Updates:
        view = self._seen_by(request)
        view.score(conversation_id, _chosen(event).get("value"))
        return self._news(view, conversation_id)

    def _mine(self, conversation_id: object, request: gr.Request, event: gr.EventData) -> Updates:
        view, chosen = self._seen_by(request), _chosen(event)
        view.change(conversation_id, chosen.get("deed"), chosen.get("about"), chosen.get("value"))
        news = self._news(view, conversation_id)
        # An answer that comes back late must not cover the details, which may have been opened meanwhile.
        del news[self._sources]
        return news if chosen.get("deed") == "answer" else news | {self._sources: view.details()}


def _chosen(event: gr.EventData) -> dict[str, object]:
    """Return what a button in the transcript sent; anything may come."""
    return event._data if isinstance(event._data, dict) else {}
