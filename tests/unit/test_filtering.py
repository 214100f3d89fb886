"""A search within a filter finds what a search of the admitted passages alone finds, whatever share they are."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import filtering
from assistant.eligibility import Eligibility
from assistant.filtering import FilteredIndexes
from assistant.ports import Vectors
from assistant.records import Operation
from assistant.types import FOR_EVERYBODY, Attributes, Filter, Match, Passage
from tests.fakes import CountingKeywords, ExactVectors, passage

TODAY = date(2026, 6, 1)
FINGERPRINT = "test"
WORDS = ["refund", "parcel", "battery", "invoice"]

ATTRIBUTES = st.builds(
    Attributes,
    audiences=st.sampled_from([(), (), ("staff",), ("partner",), ("partner", "staff")]),
    language=st.sampled_from(["en", "de", ""]),
    products=st.sampled_from([(), ("aria 5",), ("aria 7",), ("aria 5", "aria 7")]),
    valid_from=st.sampled_from([None, None, date(2026, 1, 1), date(2026, 12, 1)]),
    valid_to=st.sampled_from([None, None, date(2026, 5, 1), date(2027, 1, 1)]),
)
FILTERS = st.builds(
    Filter,
    audiences=st.sampled_from([(), ("staff",), ("Partner",), ("staff", "other")]),
    any_audience=st.booleans(),
    language=st.sampled_from(["", "de", "EN-gb"]),
    product=st.sampled_from(["", "Aria 5", "none"]),
    on=st.sampled_from([date(2026, 2, 1), TODAY, date(2027, 6, 1)]),
)


class MemoryAttributes:
    """Implements the `PassageAttributes` port."""

    def __init__(self, attributes: dict[str, Attributes]) -> None:
        self.attributes = attributes
        self.reads = 0

    def read(
        self, fingerprint: str, passage_ids: Sequence[str] | None = None
    ) -> tuple[dict[str, int], list[Attributes]]:
        self.reads += 1
        assert fingerprint == FINGERPRINT
        asked = [one for one in (self.attributes if passage_ids is None else passage_ids) if one in self.attributes]
        places: dict[Attributes, int] = {}
        return {one: places.setdefault(self.attributes[one], len(places)) for one in asked}, list(places)

    def languages(self) -> dict[str, int]:
        raise NotImplementedError

    def any_restricted(self) -> bool:
        return any(one.audiences or one.valid_from or one.valid_to for one in self.attributes.values())


class MemoryChanges:
    """Implements what eligibility needs of the `ChangeLog` port."""

    def __init__(self) -> None:
        self.log: list[tuple[str, Operation]] = []

    def head(self) -> int:
        return len(self.log)

    def since(self, number: int) -> dict[str, Operation] | None:
        return dict(self.log[number:])

    def indexable(self, passage_ids: Sequence[str], fingerprint: str) -> list[Passage]:
        raise NotImplementedError

    def every_id(self, fingerprint: str) -> list[str]:
        raise NotImplementedError

    def prune(self, keep: int) -> None:
        raise NotImplementedError


class MemoryCache:
    """Implements the `VectorCache` port."""

    def __init__(self, vectors: Mapping[str, Vectors]) -> None:
        self.vectors = dict(vectors)

    def get(self, fingerprint: str, digests: Sequence[str]) -> dict[str, Vectors]:
        raise NotImplementedError

    def of_passages(self, fingerprint: str, passage_ids: Sequence[str] | None = None) -> Iterator[tuple[str, bytes]]:
        wanted = self.vectors if passage_ids is None else passage_ids
        return ((one, self.vectors[one].tobytes()) for one in wanted if one in self.vectors)

    def put(self, fingerprint: str, vectors: Mapping[str, Vectors]) -> None:
        raise NotImplementedError


class Base(NamedTuple):
    """A knowledge base of passages in memory, and its parts."""

    indexes: FilteredIndexes
    attributes: MemoryAttributes
    changes: MemoryChanges
    vectors: ExactVectors
    cache: MemoryCache


def base(attributes: Sequence[Attributes], seed: int = 1) -> Base:
    random = np.random.default_rng(seed)
    # Few different directions and words: many passages score alike.
    rows = random.integers(-2, 3, (len(attributes), 4)).astype(np.float32) + np.float32(0.1)
    vectors = {f"p{place}": row / np.linalg.norm(row) for place, row in enumerate(rows)}
    described = MemoryAttributes({f"p{place}": one for place, one in enumerate(attributes)})
    dense, keywords, changes, cache = ExactVectors(), CountingKeywords(), MemoryChanges(), MemoryCache(vectors)
    changes.log = [(one, "add") for one in vectors]
    for one, vector in vectors.items():
        dense.upsert([one], vector[None])
        text = " ".join(random.choice(WORDS, random.integers(1, 4)))
        keywords.upsert([passage(text, title="").model_copy(update={"id": one})])
    eligibility = Eligibility(attributes=described, changes=changes, fingerprint=FINGERPRINT)
    indexes = FilteredIndexes(
        vectors=dense, keywords=keywords, eligibility=eligibility, cache=cache, fingerprint=FINGERPRINT
    )
    return Base(indexes, described, changes, dense, cache)


def check(found: list[Match], everything: list[Match], admitted: set[str], limit: int) -> None:
    """Compare with a brute-force search: the same scores, admitted passages only, none of a better score left out."""
    wanted = [one for one in everything if one.passage_id in admitted]
    assert [one.score for one in found] == pytest.approx([one.score for one in wanted[:limit]], abs=1e-5)
    ids = [one.passage_id for one in found]
    assert len(set(ids)) == len(ids)
    assert admitted.issuperset(ids)
    if found:
        better = {one.passage_id for one in wanted if one.score > found[-1].score + 1e-5}
        assert better <= set(ids)


@settings(max_examples=150, deadline=None)
@given(
    attributes=st.lists(ATTRIBUTES, min_size=1, max_size=60),
    only=FILTERS,
    limit=st.integers(1, 12),
    compared=st.sampled_from([0, 3, 1000]),
    deepest=st.sampled_from([1, 16, 1000]),
    seed=st.integers(0, 50),
)
def test_a_filtered_search_is_a_search_of_what_is_admitted(
    attributes: list[Attributes], only: Filter, limit: int, compared: int, deepest: int, seed: int
) -> None:
    parts = base(attributes, seed)
    admitted = {one for one, its in parts.attributes.attributes.items() if only.admits(its, only.on or TODAY)}
    vector = np.random.default_rng(seed + 1).normal(size=4).astype(np.float32)
    vector /= np.linalg.norm(vector)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(filtering, "COMPARED_PASSAGES", compared)
        patch.setattr(filtering, "DEEPEST", deepest)
        for _ in range(2):
            everything = parts.vectors.search(vector, len(attributes))
            check(parts.indexes.dense(vector, limit, only), everything, admitted, limit)
    question = "refund for a battery"
    words = CountingKeywords.search(parts.indexes.keywords, question, len(attributes))  # type: ignore[arg-type]
    check(parts.indexes.keyword(question, limit, only), words, admitted, limit)


PLAIN, STAFF = Attributes(), Attributes(audiences=("staff",))
ANY_VECTOR = np.array([1, 0, 0, 0], dtype=np.float32)


def test_nothing_is_read_where_all_is_for_everybody() -> None:
    parts = base([PLAIN] * 5)
    assert len(parts.indexes.dense(ANY_VECTOR, 5, FOR_EVERYBODY)) == 5
    assert parts.attributes.reads == 0


def test_what_is_not_known_is_not_found() -> None:
    parts = base([PLAIN, STAFF])
    parts.vectors.upsert(["stranger"], ANY_VECTOR[None])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(filtering, "COMPARED_PASSAGES", 0)
        found = parts.indexes.dense(ANY_VECTOR, 5, FOR_EVERYBODY)
    assert [one.passage_id for one in found] == ["p0"]


@given(before=st.lists(ATTRIBUTES, min_size=1, max_size=20), after=st.lists(ATTRIBUTES, max_size=20), only=FILTERS)
def test_it_follows_the_log_of_changes(before: list[Attributes], after: list[Attributes], only: Filter) -> None:
    parts = base([*before, STAFF])
    eligibility = parts.indexes._eligibility
    eligibility.select(only)
    del parts.attributes.attributes["p0"]
    parts.changes.log.append(("p0", "drop"))
    for place, one in enumerate(after):
        parts.attributes.attributes[f"new{place}"] = one
        parts.changes.log.append((f"new{place}", "add"))
    eligibility.refresh()
    selection = eligibility.select(only)
    now = parts.attributes.attributes
    admitted = {one for one, its in now.items() if only.admits(its, only.on or TODAY)}
    assert (set(now) if selection is None else set(selection.ids())) == admitted
    if selection is not None:
        assert selection.matching == len(admitted)
        assert selection.admits([*now, "p0", "never"])[0].tolist() == [one in admitted for one in [*now, "p0", "never"]]


@pytest.mark.parametrize(
    ("asker", "audience", "may_see"),
    [
        (Filter(), "", True),
        (Filter(), "customers", True),
        (Filter(), "Staff", False),
        (Filter(audiences=("partner",)), "staff", False),
        (Filter(audiences=("STAFF",)), "partner; Staff", True),
        (Filter(audiences=("staff",)), "staffing", False),
        (Filter(any_audience=True), "staff", True),
    ],
)
def test_an_audience_is_a_restriction(asker: Filter, audience: str, may_see: bool) -> None:
    its = Attributes.of(audience, "en", (), None, None)
    assert asker.admits(its, TODAY) is may_see
    assert asker.opens(its) is may_see
