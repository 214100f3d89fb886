"""The parts of the staff page that stand in the place of the conversations, one at a time, and the buttons to them."""

from collections.abc import Sequence
from functools import partial
from typing import Any, Protocol

import gradio as gr

Updates = dict[Any, Any]
QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
AT_ONCE = QUIET | {"queue": False}

BACK = "Conversations"


class Pane(Protocol):
    """A part of the page."""

    @property
    def name(self) -> str:
        """What is written on its button."""

    @property
    def row(self) -> gr.Row:
        """What is shown and hidden."""

    @property
    def outputs(self) -> Sequence[Any]:
        """The components that `entered` may change."""

    def entered(self) -> Updates:
        """Return what the part shows when it is come to."""


class Panes:
    """Shows one pane, or the conversations; a second click on its button leads back. Which one is in the session."""

    def __init__(self, panes: Sequence[Pane]) -> None:
        """Lead to some panes, in this order."""
        self._panes = panes

    def lay_out_buttons(self) -> None:
        """Put a button for each pane where it is called."""
        self._shown = gr.State("")
        self._buttons = [
            gr.Button(one.name, elem_id=f"{one.name.lower()}-switch", size="sm", scale=0) for one in self._panes
        ]

    def wire(self, conversations: gr.Row) -> None:
        """Let the buttons show their panes in place of the `conversations`."""
        rows = [conversations, *(one.row for one in self._panes)]
        for pane, button in zip(self._panes, self._buttons, strict=True):
            changed = [self._shown, *self._buttons, *rows, *pane.outputs]
            button.click(partial(self._switched, conversations, pane), [self._shown], changed, **AT_ONCE)

    def _switched(self, conversations: gr.Row, pane: Pane, shown: str) -> Updates:
        now = "" if shown == pane.name else pane.name
        updates = pane.entered() if now else {}
        for one, button in zip(self._panes, self._buttons, strict=True):
            updates[button] = gr.Button(BACK if one.name == now else one.name)
            updates[one.row] = gr.Row(visible=one.name == now)
        return updates | {self._shown: now, conversations: gr.Row(visible=not now)}


def text_in(event: gr.EventData, name: str) -> str:
    """Return the text that a button of the page sent under a name; anything may come, and what is no text is empty."""
    value = event._data.get(name) if isinstance(event._data, dict) else ""
    return value if isinstance(value, str) else ""
