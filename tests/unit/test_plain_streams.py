"""What documents and customers wrote gives no orders to a terminal; colours and progress bars still show."""

import io
import json
import sys

import pytest

from assistant.entrypoints.options import print_json
from assistant.entrypoints.plain_streams import ERRORS, OUTPUT, PlainStream, plain_streams

ORDERS = {
    "clears the screen": "\x1b[2J\x1b[H",
    "sets the title": "\x1b]0;owned\x07",
    "begins a link": "\x1b]8;;https://evil.example\x1b\\",
    "puts words into the clipboard": "\x1b]52;c;cm0gLXJm\x07",
    "asks for the version": "\x1b[c\x1bP$q\x1b\\",
    "in one byte": "\x9b2J\x9d0;owned\x9c",
    "goes back": "\x08\x08\x08",
    "turns letters round": "\u202egpj.exe\u202c",
}


def shown(text: str, *, errors: bool = False) -> str:
    under = io.BytesIO()
    stream = PlainStream(io.TextIOWrapper(under, encoding="utf-8"), ERRORS if errors else OUTPUT)
    print(text, file=stream, end="", flush=True)
    return under.getvalue().decode()


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
def test_a_terminal_gets_no_order(order: str) -> None:
    left = shown(f"name{order}.md")
    assert left.startswith("name")
    assert left.endswith(".md")
    assert not set(left) & set("\x07\x08\x1b\x9b\x9c\x9d\u202e\u202c")
    assert "\ufffd" in left


def test_a_line_cannot_be_written_over() -> None:
    assert shown("refused\rallowed") == "refused\ufffdallowed"


@pytest.mark.parametrize("text", ["Größe 日本語 👨‍👩‍👧\n\tvalue", "a,b\r\n1,2\r\n", "\x1b[1;31mred\x1b[0m"])
def test_plain_text_tables_and_colours_stay(text: str) -> None:
    assert shown(text) == text


def test_a_progress_bar_may_draw() -> None:
    drawn = "\r\x1b[2K\x1b[1A\x1b[?25l 50 %"
    assert shown(drawn, errors=True) == drawn
    assert "\x1b" not in shown("\x1b]0;owned", errors=True)


def test_what_is_no_unicode_is_printed_as_its_number() -> None:
    assert shown("\udc80") == "\\udc80"


def test_json_says_the_same_in_harmless_signs(capsys: pytest.CaptureFixture[str]) -> None:
    document = {"question": "".join(ORDERS.values())}
    print_json(document)
    printed = capsys.readouterr().out
    assert printed.isprintable() or printed.rstrip("\n").isprintable()
    assert json.loads(printed) == document


def test_the_program_prints_by_them(monkeypatch: pytest.MonkeyPatch) -> None:
    out, err = io.BytesIO(), io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(out, encoding="utf-8"))
    monkeypatch.setattr("sys.stderr", io.TextIOWrapper(err, encoding="utf-8"))
    plain_streams()
    sys.stdout.write("\x1b]0;owned\n")
    sys.stdout.flush()
    assert out.getvalue().decode() == "\ufffd]0;owned\n"
