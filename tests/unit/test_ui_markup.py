from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.citing import open_citation, open_range
from assistant.entrypoints.ui.markup import blocks, inline, plain, tag
from assistant.entrypoints.ui.sources import Source, locate, pretty, render_sources
from assistant.entrypoints.ui.staff_markup import render_case
from assistant.entrypoints.ui.transcript import render_running, render_turns, render_welcome
from assistant.types import Citation
from tests.fake_assistant import MemoryKnowledge, document
from tests.hostile import PAYLOADS, hostile_turn, long_ago

HARMLESS = set(
    "p br ul ol li strong b code div span table tr td th button svg path details summary small mark dl dt dd "
    "blockquote h2 time i".split()
)
ATTRIBUTES = set(
    "class type title start open role tabindex aria-label aria-hidden aria-pressed data-act data-turn data-marker "
    "data-value data-text viewbox width height fill stroke stroke-width stroke-linecap stroke-linejoin d "
    "transform".split()
)


class Elements(HTMLParser):
    """Collects what a browser would make of a text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        self.text += data


def elements(html: str) -> Elements:
    parser = Elements()
    parser.feed(html)
    parser.close()
    return parser


def test_text_becomes_paragraphs_lists_and_tables() -> None:
    html = blocks(
        "Two ways:\n\n- by **post**\n- in a shop\n\n3. Pack it\n4. Send it\n\n| A | B |\n|---|---|\n| 1 | 2 |"
    )
    assert "<ul><li>by <strong>post</strong></li><li>in a shop</li></ul>" in html
    assert '<ol start="3"><li>Pack it</li><li>Send it</li></ol>' in html
    assert "<tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr>" in html


def test_what_is_indented_under_an_item_stands_in_it() -> None:
    html = blocks("1. Open it\n2. Choose:\n   - red\n     - dark\n   - blue\n   Then wait. [1]\n3. Save\n\nDone", str)
    inner = "<ul><li>red<ul><li>dark</li></ul></li><li>blue</li></ul><p>Then wait. 1</p>"
    assert html == f'<ol start="1"><li>Open it</li><li>Choose:{inner}</li><li>Save</li></ol><p>Done</p>'


def test_a_paragraph_of_an_item_does_not_end_its_list() -> None:
    html = blocks("1. Open it\n\n   It opens.\n\n2. Save\n\n1. Another list\n\nDone")
    first = '<ol start="1"><li>Open it<p>It opens.</p></li><li>Save</li></ol>'
    assert html == f'{first}<ol start="1"><li>Another list</li></ol><p>Done</p>'


def test_lists_are_nested_no_deeper_than_can_be_told_apart() -> None:
    html = blocks("\n".join(f"{' ' * depth}- level {depth}" for depth in range(300)))
    assert html.count("<ul>") <= 5
    assert all(f"level {depth}<" in html for depth in range(300))


@given(st.lists(st.sampled_from(["- a", "  - b", "1. c", "   2) d", "e", "    f", "| g |", "", "\t- h", "   | i |"])))
def test_no_line_of_a_list_is_lost(lines: list[str]) -> None:
    read = elements(blocks("\n".join(lines))).text
    assert sorted("".join(read.split())) == sorted(letter for line in lines for letter in line if letter.isalpha())


def test_a_mark_after_a_table_row_stays_in_its_row() -> None:
    assert "<td>12.90 € <b>1</b></td>" in blocks("| Switzerland | 12.90 € | [1]", lambda n: tag("b", str(n)))


def test_marks_are_rendered_only_where_asked() -> None:
    assert inline("so [1]", lambda n: f"({n})") == "so (1)"
    assert inline("so [1]") == "so [1]"


def test_plain_text_looks_as_typed() -> None:
    assert plain("**a**\n<b>") == "**a**<br>&lt;b&gt;"


def test_attributes_are_escaped_and_flags_stand_alone() -> None:
    assert tag("a", "x", data_t='"><script>', open=True, hidden=False) == (
        '<a data-t="&quot;&gt;&lt;script&gt;" open>x</a>'
    )


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS.keys())
def test_no_payload_becomes_an_element(payload: str) -> None:
    turn = hostile_turn(payload)
    assert turn.reply is not None
    knowledge = MemoryKnowledge([document("r.md", payload, f"{payload} 30 days {payload}")])
    knowledge.publish(document("r.md", payload, "changed").model_copy(update={"revision": 2, "name": payload}))
    start = len(payload) + 1
    excerpt = open_range(knowledge, "r.md", 1, start, start + 7)
    source = Source(citation=turn.reply.citations[0], excerpt=excerpt)
    pages = (
        render_turns([turn], long_ago())
        + render_running(payload, payload, payload)
        + render_welcome(payload, [payload])
        + render_sources([source], question=payload)
        + render_case([turn])
    )
    found = elements(pages)
    assert found.tags <= HARMLESS
    assert found.attributes <= ATTRIBUTES


@given(st.text(alphabet=st.sampled_from(list("<>\"'&/=[]()!`*|#-1a\n .:")), max_size=80))
def test_no_text_becomes_an_element(text: str) -> None:
    found = elements(blocks(text, lambda number: tag("span", str(number))) + plain(text))
    assert found.tags <= HARMLESS
    assert found.attributes <= {"class", "start"}


def test_a_source_is_marked_in_the_text_around_it() -> None:
    text = "# Returns\n\n" + "filler " * 100 + "You have 30 days. " + "more " * 200
    start = text.index("You have")
    citation = Citation(
        marker=1, document="r.md", title="Returns", revision=2, start=start, end=start + 17, quote="You have 30 days."
    )
    knowledge = MemoryKnowledge([document("r.md", "Returns", text).model_copy(update={"revision": 2})])
    html = render_sources([locate(citation, lambda one: open_citation(knowledge, one))], question="How  long?")
    assert "filler <mark>You have 30 days.</mark> more" in html
    assert ">… filler" in html
    assert "more …<" in html
    assert "r.md · revision 2" in html
    assert "1 source for the answer to “How long?”" in html


def test_a_source_that_cannot_be_opened_is_shown_alone() -> None:
    citation = Citation(marker=1, document="r.md", title="R", revision=1, start=0, end=4, quote="gone")
    for knowledge in (MemoryKnowledge([]), MemoryKnowledge([document("r.md", "R", "other text")])):
        source = locate(citation, lambda one, kept=knowledge: open_citation(kept, one))  # type: ignore[misc]
        assert source == Source(citation=citation)
        assert "other" not in render_sources([source], question="")


def test_the_chosen_source_is_open_and_the_others_are_not() -> None:
    sources = [
        Source(citation=Citation(marker=n, document="r.md", title="R", revision=1, start=0, end=1, quote="q"))
        for n in (1, 2)
    ]
    assert 'class="source selected" open data-marker="2"' in render_sources(sources, 2, question="")
    assert 'class="source" data-marker="1"' in render_sources(sources, 2, question="")
    assert 'class="source selected" open data-marker="1"' in render_sources(sources, 9, question="")
    assert "open" not in render_sources([], question="")


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ("| Oak desk | 150 EUR |\n| Pine desk | 120 …", "Oak desk · 150 EUR\nPine desk · 120 …"),
        ("…desk | 150 EUR |\n| Pine desk | 120 EUR |", "…desk · 150 EUR\nPine desk · 120 EUR"),
        ("…as said. Yes | no?", "…as said. Yes | no?"),
        ("| --- | --- |\n| a | b |", "a · b"),
    ],
)
def test_rows_are_read_without_their_signs_also_where_an_excerpt_cuts_them(shown: str, expected: str) -> None:
    assert pretty(shown) == expected
