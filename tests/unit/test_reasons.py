import json
from pathlib import Path

import pytest

from assistant.entrypoints.explaining import messages_before, search_document, search_lines
from assistant.errors import DocumentError
from assistant.reasons import explain_passages, explain_search, mended_words
from assistant.types import Evidence, Explanation, Filter, Lent, Message, Query, ScoredPassage, SearchResult
from tests.fakes import passage

KEYS = {
    *("dense_rank", "cosine", "keyword_rank", "keyword_score", "fused_score", "reranker_score", "shares"),
    *("holds", "lacks", "titled", "repeated_in", "why"),
}


def result() -> SearchResult:
    first = ScoredPassage(
        rank=1,
        score=0.9,
        passage=passage("A warranty lasts two years.", title="Warranty"),
        dense_rank=2,
        keyword_rank=1,
        cosine=0.7,
        explanation=Explanation(
            keyword_score=12.5,
            fused_score=0.9,
            reranker_score=0.8,
            shares={"meaning": 0.6, "words": 0.3, "word pairs": 0.0},
            why=("moved up from 7 to 1 by onnx:x",),
        ),
        repeated_in=("copy.md",),
    )
    second = ScoredPassage(rank=2, score=0.1, passage=passage("Batteries wear out.", title="Power"), dense_rank=1)
    return SearchResult(
        passages=(first, second),
        evidence=Evidence(coverage=0.5),
        weights={"warranti": 4.0, "batteri": 2.0},
        query=Query(
            text="The waranty of batteries?",
            context=(Lent(text="My drill is new.", meaning=0.1, terms=0.2),),
            only=Filter(audiences=("dealers",)),
        ),
        searched_for="The warranty of batteries?",
    )


def test_each_passage_says_why_it_is_there() -> None:
    first, second = explain_passages(result())
    assert (first.holds, first.lacks, first.titled) == ({"warranty": 4.0}, {"batteries": 2.0}, ("warranty",))
    assert (second.holds, second.lacks, second.titled) == ({"batteries": 2.0}, {"warranty": 4.0}, ())
    assert first.why == (
        "moved up from 7 to 1 by onnx:x",
        "scored for meaning 0.60, words 0.30",
        "holds warranty (4.0)",
        "its title or heading names warranty",
        "lacks batteries (2.0)",
        "nearly the same text, left out, stands in copy.md",
    )
    assert second.why == ("holds batteries (2.0)", "lacks warranty (4.0)")


def test_the_search_says_what_it_searched_for() -> None:
    told = explain_search(result())
    assert told.searched_for == "The warranty of batteries?"
    assert told.context == ("My drill is new.",)
    assert told.mended == {"waranty": "warranty"}
    assert told.filters == {"audiences": "dealers"}


@pytest.mark.parametrize(
    ("written", "searched", "mended"),
    [("a b", "a b", {}), ("(pasport)?", "(passport)?", {"pasport": "passport"}), ("", "", {})],
)
def test_mended_words_are_told_without_marks(written: str, searched: str, mended: dict[str, str]) -> None:
    assert mended_words(written, searched) == mended


def test_the_documents_keys_are_stable() -> None:
    plain = search_document("q", result(), explain=False)
    assert set(plain) == {"question", "passages"}
    assert set(plain["passages"][0]) == {"rank", "score", "document", "title", "heading", "start", "end", "text"}
    told = json.loads(json.dumps(search_document("q", result(), explain=True)))
    assert set(told) == {"question", "searched_for", "context", "mended", "filters", "evidence", "passages"}
    assert set(told["passages"][0]["explain"]) == KEYS
    assert told["passages"][0]["explain"]["reranker_score"] == 0.8


def test_lines_are_a_table_to_read() -> None:
    lines = list(search_lines(result(), explain=True))
    assert lines[0] == "searched for: The warranty of batteries?"
    assert "mended:       waranty -> warranty" in lines
    assert "only:         audiences dealers" in lines
    head = next(line for line in lines if line.startswith("rank"))
    row = next(line for line in lines if line.startswith("   1"))
    assert row.index("0.9000") + len("0.9000") == head.index("fused") + len("fused"), "the columns are aligned"
    assert "      - moved up from 7 to 1 by onnx:x" in lines
    assert list(search_lines(SearchResult(passages=(), evidence=Evidence(), weights={}), explain=False)) == [
        "nothing found"
    ]


def test_what_was_said_before_comes_from_a_file_or_the_line(tmp_path: Path) -> None:
    file = tmp_path / "history.jsonl"
    file.write_text('{"speaker": "user", "text": "Hi"}\n{"speaker": "assistant", "text": "Hello"}\n')
    assert messages_before(file, ["And then?"]) == (
        Message(speaker="customer", text="Hi"),
        Message(speaker="assistant", text="Hello"),
        Message(speaker="customer", text="And then?"),
    )
    file.write_text('{"role": "user", "content": "Hi"}\n')
    with pytest.raises(DocumentError, match="speaker"):
        messages_before(file, [])
