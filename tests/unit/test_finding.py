"""What a turn searches for, over a search that is scripted by question."""

from assistant.condensing import RuleRewriter
from assistant.errors import BackendError
from assistant.finding import Finder
from assistant.retrieval import Mode
from assistant.types import Pointed, Query, SearchResult
from tests.fakes import found, passage

WARRANTY = passage("Every speaker has a warranty of 3 years.", document="warranty.md", title="Warranty")
COURIER = passage("Halvorn pays the courier.", document="courier.md", title="Courier")
BOTH = "How long is the warranty, and who pays the courier?"


class ByQuestion:
    """Finds what it was told to find for a question, and notes what was asked."""

    def __init__(self, results: dict[str, SearchResult | BackendError]) -> None:
        self.asked: list[Query] = []
        self._results = results

    def __call__(self, query: Query, limit: int, mode: Mode) -> SearchResult:
        self.asked.append(query)
        result = self._results[query.text]
        if isinstance(result, BackendError):
            raise result
        return result.model_copy(update={"query": query, "searched_for": query.standalone})


def look_up(search: ByQuestion, question: str) -> SearchResult | None:
    finder = Finder(search, RuleRewriter())
    return finder.find(finder.query(question, ()), may_ask=True)


def test_each_part_brings_its_best_passage_and_none_comes_twice() -> None:
    search = ByQuestion(
        {
            BOTH: found(WARRANTY),
            "How long is the warranty": found(WARRANTY),
            "who pays the courier?": found(COURIER, WARRANTY),
        }
    )
    result = look_up(search, BOTH)
    assert result is not None
    assert [(one.rank, one.passage.title) for one in result.passages] == [(1, "Warranty"), (2, "Courier")]
    assert result.open_parts == ()


def test_a_sentence_that_one_search_points_out_stays_pointed_out() -> None:
    pointed = Pointed(asked="who pays the courier?", start=0, end=25)
    told = found(COURIER).passages[0].model_copy(update={"pointed": pointed})
    search = ByQuestion(
        {
            BOTH: found(WARRANTY),
            "How long is the warranty": found(COURIER, WARRANTY),
            "who pays the courier?": found(WARRANTY).model_copy(update={"passages": (told,)}),
        }
    )
    result = look_up(search, BOTH)
    assert result is not None
    assert [(one.passage.title, one.pointed) for one in result.passages] == [("Courier", pointed), ("Warranty", None)]


def test_one_sure_part_is_enough_and_the_other_is_told() -> None:
    search = ByQuestion(
        {
            BOTH: found(WARRANTY, confidence=0.3),
            "How long is the warranty": found(WARRANTY, confidence=0.9),
            "who pays the courier?": found(WARRANTY, confidence=0.1),
        }
    )
    result = look_up(search, BOTH)
    assert result is not None
    assert result.evidence.confidence == 0.9
    assert result.open_parts == ("who pays the courier?",)


def test_a_part_that_names_nothing_leans_on_the_first() -> None:
    search = ByQuestion(
        {
            one: found(WARRANTY)
            for one in ("Is the Aria 3 red? And what does it cost?", "Is the Aria 3 red?", "And what does it cost?")
        }
    )
    look_up(search, "Is the Aria 3 red? And what does it cost?")
    assert [one.topic for one in search.asked] == ["", "", "Is the Aria 3 red?"]


def test_a_question_of_one_part_is_searched_once() -> None:
    search = ByQuestion({"How long is the warranty?": found(WARRANTY)})
    look_up(search, "How long is the warranty?")
    assert len(search.asked) == 1


def test_where_nothing_can_be_searched_there_is_nothing() -> None:
    search = ByQuestion({"How long is the warranty?": BackendError("chroma", "away")})
    assert look_up(search, "How long is the warranty?") is None
    assert len(search.asked) == 2


def test_a_compared_thing_that_nothing_found_names_is_looked_for() -> None:
    question = "Which is cheaper, the oak desk or the pine desk?"
    oak, pine = passage("| Oak desk | 150 EUR |", start=1), passage("| Pine desk | 120 EUR |", start=2)
    search = ByQuestion({question: found(oak), "the pine desk": found(oak, pine)})
    result = look_up(search, question)
    assert result is not None
    assert [one.passage for one in result.passages] == [oak, pine]
    assert [one.text for one in search.asked] == [question, "the pine desk"]


def test_nothing_is_looked_for_where_all_compared_things_were_found_or_are_nowhere() -> None:
    question = "Is the oak desk cheaper than the pine desk?"
    oak, pine = passage("| Oak desk | 150 EUR |", start=1), passage("| Pine desk | 120 EUR |", start=2)
    search = ByQuestion({question: found(oak, pine)})
    assert look_up(search, question) is not None
    assert len(search.asked) == 1
    nowhere = look_up(ByQuestion({question: found(oak), "the pine desk": found(oak)}), question)
    assert nowhere is not None
    assert [one.passage for one in nowhere.passages] == [oak]
