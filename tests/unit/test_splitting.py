"""Splitting: exact offsets, nothing lost, nothing longer than the embedder reads."""

from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.ingestion.splitting import split
from assistant.whole_blocks import header_above, tables_with_headers
from tests.fakes import HashingEmbedder

EMBEDDER = HashingEmbedder()

_LINES = st.one_of(
    st.text(alphabet="ab .,!?-|#`é中。\t", max_size=60),
    st.lists(st.sampled_from("Return the parcel within 30 days. - | # ok? e.g. 字。".split()), max_size=90).map(
        " ".join
    ),
    st.sampled_from(["", "# Returns", "## Refunds to cards", "### A ###", "```", "- one", "| a | b |", "x" * 300]),
)
DOCUMENTS = st.lists(_LINES, max_size=25).map("\n".join)


@settings(max_examples=150, deadline=None)
@given(DOCUMENTS, st.integers(0, 90))
def test_chunks_are_ordered_stripped_and_fit(text: str, title_words: int) -> None:
    title = " ".join(["word"] * title_words)
    chunks = split(text, title=title, embedder=EMBEDDER)
    assert bool(chunks) == bool(text.strip())
    at = 0
    for number, chunk in enumerate(chunks):
        passage = text[chunk.start : chunk.end]
        assert chunk.ordinal == number
        assert at <= chunk.start < chunk.end
        assert passage == passage.strip()
        indexed = f"{title}\n{chunk.heading}\n{chunk.header}\n{passage}"
        assert len(EMBEDDER.token_spans(indexed)) <= EMBEDDER.max_tokens
        at = chunk.end


@settings(max_examples=150, deadline=None)
@given(DOCUMENTS)
def test_all_text_without_headings_is_covered(text: str) -> None:
    body = text.replace("#", "")
    covered = {at for chunk in split(body, title="", embedder=EMBEDDER) for at in range(chunk.start, chunk.end)}
    assert all(at in covered or character.isspace() for at, character in enumerate(body))


def test_headings_give_a_path_and_stay_out_of_the_text() -> None:
    text = (
        "# Shop\n\nWelcome.\n\n## Returns\n\nBring it back.\n\n### Refunds\n\nMoney comes.\n\n## Delivery\n\nTwo days."
    )
    chunks = split(text, title="Shop", embedder=EMBEDDER)
    assert [(chunk.heading, text[chunk.start : chunk.end]) for chunk in chunks] == [
        ("", "Welcome."),
        ("Returns", "Bring it back."),
        ("Returns > Refunds", "Money comes."),
        ("Delivery", "Two days."),
    ]


def test_a_comment_in_fenced_code_is_no_heading() -> None:
    chunks = split("# Setup\n\n```\n# install\nrun\n```\n", title="Setup", embedder=EMBEDDER)
    assert [chunk.heading for chunk in chunks] == [""]


def test_a_document_of_headings_is_still_found() -> None:
    text = "# Returns\n## Refunds"
    chunks = split(text, title="Returns", embedder=EMBEDDER)
    assert "".join(text[chunk.start : chunk.end] for chunk in chunks).replace("\n", "") == "# Returns## Refunds"


def test_a_long_heading_path_loses_its_outermost_parts_first() -> None:
    outer = " ".join(["outer"] * 60)
    chunks = split(f"# {outer}\n## Inner\ntext", title="T", embedder=EMBEDDER)
    assert [chunk.heading for chunk in chunks] == ["Inner"]


def test_sections_are_cut_evenly_between_sentences() -> None:
    text = " ".join(["These are exactly five words."] * 50)
    chunks = split(text, title="T", embedder=EMBEDDER)
    sizes = [len(text[chunk.start : chunk.end].split()) for chunk in chunks]
    assert all(text[chunk.start : chunk.end].endswith("words.") for chunk in chunks)
    assert max(sizes) - min(sizes) <= 10


def test_a_passage_that_begins_within_a_table_has_its_header() -> None:
    rows = "\n".join(f"| Lamp {number} | {number} EUR | white |" for number in range(60))
    table = f"| Article | Price | Colour |\n| --- | --- | --- |\n{rows}"
    text = f"# Prices\n\nAll with VAT.\n\n{table}\n\nAsk us.\n\n| a | b |"
    chunks = split(text, title="Shop", embedder=EMBEDDER)
    first = next(chunk for chunk in chunks if "| Article |" in text[chunk.start : chunk.end])
    within = [chunk for chunk in chunks if chunk.start > first.start and text.startswith("| Lamp", chunk.start)]
    assert len(within) > 1
    assert {chunk.header for chunk in within} == {"| Article | Price | Colour |"}
    assert all(not chunk.header for chunk in chunks if chunk not in within)
    for chunk in within:
        indexed = f"Shop\n{chunk.heading}\n{chunk.header}\n{text[chunk.start : chunk.end]}"
        assert len(EMBEDDER.token_spans(indexed)) <= EMBEDDER.max_tokens


def test_a_header_that_leaves_no_room_for_rows_is_left_out() -> None:
    header = f"| {' | '.join(f'a long name of column {number}' for number in range(12))} |"
    rows = "\n".join(f"| {number} | yes |" for number in range(200))
    text = f"{header}\n| --- | --- |\n{rows}"
    assert {chunk.header for chunk in split(text, title="", embedder=EMBEDDER)} == {""}


def test_rows_without_a_rule_above_them_have_no_header() -> None:
    text = "\n".join(f"| Lamp {number} | {number} EUR |" for number in range(200))
    assert {chunk.header for chunk in split(text, title="", embedder=EMBEDDER)} == {""}


ROWS = st.lists(
    st.sampled_from(["| a | b |", "  | c | d |", "| --- | --- |", "Text.", "", "# Heading"]), min_size=1, max_size=14
)


@given(ROWS)
def test_the_headers_of_a_whole_text_are_those_of_each_place_in_it(lines: list[str]) -> None:
    text = "\n".join(lines)
    tables = list(tables_with_headers(text, 0, len(text)))
    for at, sign in enumerate(text):
        if sign == "|" and not text[text.rfind("\n", 0, at) + 1 : at].strip():
            within = [header for (first, last), header in tables if first < at < last]
            assert within == [bounds for bounds in [header_above(text, at)] if bounds is not None]
