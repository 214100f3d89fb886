"""What the catalog owes, on SQLite and on PostgreSQL: reading, staging and publishing, the log of changes."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import cast

import numpy as np
import pytest
import sqlalchemy as sa

from assistant.errors import BackendError, DocumentError
from assistant.ports import VectorIndex
from assistant.records import ERASED, Draft, Staged
from assistant.settings import Settings
from assistant.stores import Stores, open_stores, schema
from assistant.stores.exact import ExactVectorIndex
from assistant.types import (
    Chunk,
    Citation,
    Decision,
    Document,
    LeftOut,
    LoadedDocument,
    Passage,
    Reply,
    Sentiment,
    Signals,
)

MODEL = "model-a"


@pytest.fixture(params=["sqlite", "postgresql"])
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stores]:
    database = cast("str", request.getfixturevalue("postgresql_url")) if request.param == "postgresql" else ""
    opened = open_stores(Settings(home=tmp_path / "home", database=database))
    opened.generations.go_live(opened.generations.begin("scheme:a", MODEL, 3).number)
    yield opened
    opened.close()


def draft(text: str, source: str = "/kb/a.md", name: str = "a.md", checksum: str = "1", **more: object) -> Draft:
    half = len(text) // 2
    chunks = (Chunk(ordinal=0, heading="H", start=0, end=half), Chunk(ordinal=1, heading="", start=half, end=len(text)))
    document = LoadedDocument.model_validate({"source": source, "name": name, "title": "T", "text": text} | more)
    return Draft(document=document, checksum=checksum, fingerprint=MODEL, chunks=chunks)


def put(stores: Stores, text: str, source: str = "/kb/a.md", name: str = "a.md", checksum: str = "1") -> Document:
    staged = stores.revisions.stage([draft(text, source, name, checksum)])
    stores.revisions.publish(staged)
    known = {one.id: one.name for one in stores.catalog.summaries()}
    document = stores.catalog.document(known[staged[0].document_id])
    assert document is not None
    return document


def live(stores: Stores) -> list[Passage]:
    return list(stores.catalog.all_passages())


def test_a_document_comes_back_whole(stores: Stores) -> None:
    given = draft(
        "Grüße 👍 aus 東京",
        language="de",
        audience="b2b",
        valid_from=date(2026, 1, 1),
        valid_to=date(2036, 1, 1),
        page_starts=(0, 9),
    )
    stores.revisions.publish(stores.revisions.stage([given]))
    document = stores.catalog.document("a.md")
    assert document is not None
    assert (document.revision, document.checksum, document.title) == (1, "1", "T")
    assert document.model_dump(include=set(LoadedDocument.model_fields)) == given.document.model_dump()
    assert stores.catalog.counts() == (1, 2)


def test_passages_are_ranges_of_their_revision_also_after_emoji(stores: Stores) -> None:
    document = put(stores, "👍👍👍 thirty days 👍")
    for passage in live(stores):
        assert passage.text == document.text[passage.start : passage.end]
        assert (passage.document, passage.title, passage.revision) == ("a.md", "T", 1)


def test_a_staged_revision_is_seen_by_the_indexes_and_by_nobody_else(stores: Stores) -> None:
    put(stores, "old text")
    before = live(stores)
    staged = stores.revisions.stage([draft("new text", checksum="2")])
    assert live(stores) == before
    assert stores.catalog.document("a.md", 2) is None
    assert [one.revision for one in stores.catalog.summaries()] == [1]
    assert len(stores.changes.every_id(MODEL)) == 4
    stores.revisions.publish(staged)
    assert "".join(one.text for one in live(stores)) == "new text"
    assert len(stores.changes.every_id(MODEL)) == 2


def test_a_new_revision_keeps_the_old_text_for_citations(stores: Stores) -> None:
    put(stores, "old text")
    put(stores, "new text", checksum="2")
    old, new = stores.catalog.document("a.md", 1), stores.catalog.document("a.md", 2)
    assert old is not None
    assert new is not None
    assert (old.text, new.text) == ("old text", "new text")
    assert [(one.checksum, one.revision) for one in stores.catalog.summaries()] == [("2", 2)]


def test_what_was_staged_and_never_published_is_abandoned(stores: Stores) -> None:
    put(stores, "old text")
    position = stores.changes.head()
    stores.revisions.stage([draft("new text", checksum="2"), draft("another", source="/kb/b.md", name="b.md")])
    stores.revisions.abandon_staged()
    assert "".join(one.text for one in live(stores)) == "old text"
    assert set((stores.changes.since(position) or {}).values()) == {"drop"}
    assert put(stores, "newest", checksum="3").revision == 2
    assert put(stores, "another", source="/kb/b.md", name="b.md").revision == 1


def test_the_live_generation_and_the_newest_change_are_told_in_one_look(stores: Stores) -> None:
    live = stores.generations.live()
    assert live is not None
    assert stores.generations.live_and_head() == (live, 0)
    put(stores, "some text")
    head = stores.changes.head()
    assert stores.generations.live_and_head() == (live, head)
    stores.changes.prune(0)
    assert stores.generations.live_and_head() == (live, head)
    stores.generations.drop(live.number)
    assert stores.generations.live_and_head() == (None, head)


def test_the_log_tells_the_net_changes_since_a_number(stores: Stores) -> None:
    assert stores.changes.head() == 0
    put(stores, "old text")
    first = stores.changes.head()
    assert list((stores.changes.since(0) or {}).values()) == ["add", "add"]
    put(stores, "new text", checksum="2")
    assert sorted((stores.changes.since(first) or {}).values()) == ["add", "add", "drop", "drop"]
    assert stores.changes.since(stores.changes.head()) == {}


def test_a_pruned_log_says_that_it_no_longer_knows(stores: Stores) -> None:
    put(stores, "old text")
    put(stores, "new text", checksum="2")
    head = stores.changes.head()
    stores.changes.prune(keep=1)
    assert stores.changes.head() == head
    assert stores.changes.since(0) is None
    assert len(stores.changes.since(head - 1) or {}) == 1
    stores.changes.prune(keep=0)
    assert (stores.changes.head(), stores.changes.since(head)) == (head, {})


def test_a_removed_document_is_gone_but_its_revisions_can_be_cited(stores: Stores) -> None:
    document = put(stores, "some text")
    stores.revisions.remove([document.id])
    assert stores.catalog.counts() == (0, 0)
    assert stores.catalog.document("a.md") is None
    old = stores.catalog.document("a.md", 1)
    assert old is not None
    assert old.text == "some text"


def test_a_revision_is_kept_by_its_documents_id_whatever_becomes_of_the_name(stores: Stores) -> None:
    first = put(stores, "old text")
    put(stores, "new text", checksum="2")
    stores.revisions.move(first.id, "/kb/b.md", "b.md")
    other = put(stores, "foreign text", checksum="3")
    kept = stores.catalog.kept(first.id, 1)
    assert kept is not None
    assert (kept.revision.text, kept.revision.name, kept.newest.text, kept.is_live) == (
        *("old text", "b.md", "new text"),
        True,
    )
    assert (other.name, other.id == first.id) == ("a.md", False)
    stores.revisions.remove([first.id])
    gone = stores.catalog.kept(first.id, 2)
    assert gone is not None
    assert (gone.revision, gone.is_live) == (gone.newest, False)


@pytest.mark.parametrize("number", [0, -1, 3, 2**31, 2**70])
def test_a_number_that_never_was_is_not_kept(stores: Stores, number: int) -> None:
    document = put(stores, "some text")
    stores.revisions.stage([draft("staged text", checksum="2")])
    assert stores.catalog.kept(document.id, number) is None
    assert stores.catalog.kept(document.id, 2) is None
    assert stores.catalog.kept("a\x00\ud800", 1) is None


def test_the_id_of_an_erased_document_names_nothing_ever_again(stores: Stores) -> None:
    document = put(stores, "what goes away")
    erase(stores, "a.md")
    again = put(stores, "what came instead")
    assert (stores.catalog.kept(document.id, 1), stores.catalog.is_erased(document.id)) == (None, True)
    assert (again.id == document.id, stores.catalog.is_erased(again.id)) == (False, False)


def test_an_erasure_finds_what_cites_a_document_by_its_id(stores: Stores) -> None:
    """Another document has the name by now, and the reply from before ids were stored says no more than the name."""
    first = put(stores, "Alpha lasts thirty days.")
    stores.revisions.move(first.id, "/kb/b.md", "b.md")
    other = put(stores, "Beta lasts ninety days.", checksum="2")
    ids = {"a.md": first.id, "b.md": "", "c.md": other.id}
    turns = {name: said(stores, name, document_id) for name, document_id in ids.items()}
    erase(stores, "b.md")
    replies = {name: stores.conversations.turns(one)[0].reply for name, one in turns.items()}
    told = {name: (reply.text, reply.erased, len(reply.citations)) for name, reply in replies.items() if reply}
    assert told == {"a.md": (ERASED, True, 0), "b.md": (ERASED, True, 0), "c.md": ("An answer. [1]", False, 1)}


def test_what_was_left_out_of_an_answer_is_erased_with_its_document(stores: Stores) -> None:
    """The answer rests on another document and stays; the sentence that was not shown quotes the one that goes."""
    put(stores, "Alpha lasts thirty days.")
    kept = put(stores, "Beta lasts ninety days.", "/kb/b.md", "b.md", checksum="2")
    left_out = [
        LeftOut(responder="openai:x", reason="repeated", text=one) for one in ("Alpha lasts thirty days.", "No.")
    ]
    mine = said(stores, "b.md", kept.id, *left_out)
    erase(stores, "a.md", "Alpha lasts thirty days.")
    reply = stores.conversations.turns(mine)[0].reply
    assert reply is not None
    assert (reply.text, reply.erased, [one.text for one in reply.left_out]) == ("An answer. [1]", False, ["No."])


def erase(stores: Stores, name: str, *fragments: str) -> None:
    """Erase a document from the database, as far as that is its part."""
    erasure = stores.erasures.begin(stores.erasures.find(name, None))
    condemned = stores.erasures.condemned(erasure.documents)
    stores.revisions.remove(erasure.documents)
    stores.erasures.delete(erasure.documents, condemned, fragments)
    stores.erasures.finish(erasure.id)


def said(stores: Stores, name: str, document_id: str, *left_out: LeftOut) -> str:
    """Store a conversation of one turn that cites a document; returns its id."""
    cited = {"marker": 1, "document": name, "title": "T", "revision": 1, "start": 0, "end": 5, "quote": "q"}
    citation = Citation.model_validate(cited | {"document_id": document_id})
    conversation = stores.conversations.start()
    turn = stores.conversations.begin_turn(conversation.id, "A question?")
    mood = Sentiment(label="neutral", score=0)
    reply = Reply(
        conversation_id=conversation.id,
        turn_id=turn.id,
        text="An answer. [1]",
        citations=(citation,),
        left_out=left_out,
        decision=Decision(action="answer", reason="found"),
        signals=Signals(sentiment=mood, conversation=mood),
        responder="extractive",
        searched_for="A question?",
        timings_ms={},
    )
    stores.conversations.finish_turn(turn.id, "complete", reply)
    return conversation.id


def test_a_document_that_comes_back_goes_on_counting(stores: Stores) -> None:
    stores.revisions.remove([put(stores, "one").id])
    assert put(stores, "two").revision == 2


def test_two_sources_of_one_name_are_told_apart(stores: Stores) -> None:
    put(stores, "one")
    assert put(stores, "two", source="/other/a.md").name == "a.md (2)"
    assert put(stores, "two again", source="/other/a.md").name == "a.md (2)"


def test_a_moved_document_keeps_id_and_revision(stores: Stores) -> None:
    document = put(stores, "one")
    stores.revisions.move(document.id, "/kb/b.md", "b.md")
    moved = stores.catalog.document("b.md")
    assert moved is not None
    assert (moved.id, moved.revision, moved.source) == (document.id, 1, "/kb/b.md")
    assert put(stores, "two", source="/kb/b.md", name="b.md").id == document.id
    assert put(stores, "new at the old place").id != document.id


def test_aliases_name_the_document_that_they_repeat(stores: Stores) -> None:
    put(stores, "one")
    stores.revisions.set_aliases({"/kb/copy.md": ("/kb/a.md", "copy.md"), "/kb/x.md": ("/kb/none.md", "x.md")}, [])
    assert stores.catalog.aliases() == {"/kb/copy.md": "/kb/a.md"}
    stores.revisions.set_aliases({}, ["/kb/copy.md"])
    assert stores.catalog.aliases() == {}


def test_a_failed_write_leaves_nothing(stores: Stores) -> None:
    put(stores, "one")
    chunk = Chunk(ordinal=0, heading="", start=0, end=1)
    twice = draft("two", checksum="2").model_copy(update={"chunks": (chunk, chunk)})
    with pytest.raises(BackendError):
        stores.revisions.stage([draft("fine", source="/kb/b.md", name="b.md"), twice])
    assert stores.revisions.stage([draft("fine", source="/kb/b.md", name="b.md")])[0].revision == 1
    assert [one.revision for one in live(stores)] == [1, 1]


def test_passages_come_in_the_order_asked_and_unknown_ids_are_left_out(stores: Stores) -> None:
    put(stores, "some text")
    ids = [one.id for one in live(stores)]
    asked = [ids[1], "unknown", ids[0], *[f"no-{number}" for number in range(1200)]]
    assert [one.id for one in stores.catalog.passages(asked)] == [ids[1], ids[0]]


def test_documents_outside_their_dates_are_not_shown(stores: Stores) -> None:
    today = date.today()
    day = timedelta(days=1)
    spans = {"past": (None, today - day), "now": (today, today), "future": (today + day, None)}
    for name, (start, end) in spans.items():
        given = draft("some text", source=f"/kb/{name}", name=name, valid_from=start, valid_to=end)
        stores.revisions.publish(stores.revisions.stage([given]))
    shown = stores.catalog.passages([one.id for one in live(stores)])
    assert {one.document for one in shown} == {"now"}


def test_passages_belong_to_the_embedder_that_they_were_cut_for(stores: Stores) -> None:
    document = put(stores, "some text")
    assert list(stores.revisions.without_passages(MODEL)) == []
    assert list(stores.revisions.without_passages("model-b")) == [document]
    whole = Chunk(ordinal=0, heading="", start=0, end=9)
    stores.revisions.add_passages(document.id, 1, "model-b", [whole])
    stores.revisions.add_passages(document.id, 1, "model-b", [whole])
    assert len(live(stores)) == 2
    stores.generations.go_live(stores.generations.begin("scheme:b", "model-b", 4).number)
    assert [one.text for one in live(stores)] == ["some text"]


def test_generations_are_live_kept_or_dropped(stores: Stores) -> None:
    register = stores.generations
    second = register.begin("scheme:b", "model-b", 4)
    assert [(one.number, one.state) for one in register.all()] == [(1, "live"), (2, "building")]
    register.go_live(second.number)
    assert [(one.number, one.state) for one in register.all()] == [(1, "kept"), (2, "live")]
    register.go_live(1)
    third = register.begin("scheme:c", "model-c", 4)
    register.go_live(third.number)
    assert [(one.number, one.state) for one in register.all()] == [(1, "kept"), (2, "dropped"), (3, "live")]
    register.drop(2)
    assert [one.number for one in register.all()] == [1, 3]
    found = register.live()
    assert found is not None
    assert (found.embedder, found.fingerprint, found.dimension) == ("scheme:c", "model-c", 4)


def test_dropping_a_generation_forgets_passages_that_only_it_had(stores: Stores) -> None:
    document = put(stores, "some text")
    other = stores.generations.begin("scheme:b", "model-b", 4)
    stores.revisions.add_passages(document.id, 1, "model-b", [Chunk(ordinal=0, heading="", start=0, end=9)])
    stores.generations.drop(other.number)
    assert stores.changes.every_id("model-b") == []
    assert len(stores.changes.every_id(MODEL)) == 2


def test_held_passages_are_found_only_after_their_release(stores: Stores) -> None:
    given = draft("some text")
    held = (given.chunks[0], given.chunks[1].model_copy(update={"held_because": "speaks to the model"}))
    staged = stores.revisions.stage([given.model_copy(update={"chunks": held})])
    stores.revisions.publish(staged)
    assert staged[0].held == 1
    assert [one.ordinal for one in live(stores)] == [0]
    ((passage, reason),) = stores.quarantine.held()
    assert reason == "speaks to the model"
    position = stores.changes.head()
    assert stores.quarantine.release(passage.id) == 1
    assert stores.changes.since(position) == {passage.id: "add"}
    assert [one.ordinal for one in live(stores)] == [0, 1]
    assert stores.quarantine.held() == []
    again = given.model_copy(update={"checksum": "2", "chunks": held})
    assert stores.revisions.stage([again])[0].held == 0


def test_a_range_that_touches_a_held_passage_is_told_until_its_release(stores: Stores) -> None:
    given = draft("some text")
    held = (given.chunks[0], given.chunks[1].model_copy(update={"held_because": "speaks to the model"}))
    stores.revisions.publish(stores.revisions.stage([given.model_copy(update={"chunks": held})]))
    (free,), ((shut, _),) = live(stores), stores.quarantine.held()
    assert not stores.quarantine.touches(free)
    assert stores.quarantine.touches(shut)
    assert stores.quarantine.touches(free.model_copy(update={"end": shut.start + 1}))
    assert not stores.quarantine.touches(shut.model_copy(update={"revision": 2}))
    stores.quarantine.release(shut.id)
    assert not stores.quarantine.touches(shut)


def test_vectors_are_cached_by_fingerprint(stores: Stores) -> None:
    cache, vector = stores.vector_cache, np.array([0.25, -1.5, 3e-8], dtype=np.float32)
    cache.put(MODEL, {"x" * 64: vector})
    cache.put(MODEL, {"x" * 64: np.zeros(3, dtype=np.float32)})
    cache.put(MODEL, {})
    assert cache.get("model-b", ["x" * 64]) == {}
    kept = cache.get(MODEL, ["x" * 64, "y" * 64])
    assert list(kept) == ["x" * 64]
    assert kept["x" * 64].tolist() == vector.tolist()


def test_nul_and_lone_surrogates_are_stored_as_what_can_be_stored(stores: Stores) -> None:
    assert put(stores, "a\x00b\ud800c").text == "a\ufffdb\ufffdc"
    assert stores.catalog.document("a\x00\ud800") is None


def test_a_source_that_cannot_be_stored_as_it_is_is_refused(stores: Stores) -> None:
    with pytest.raises(DocumentError, match="rename"):
        stores.revisions.stage([draft("text", source="/kb/caf\udce9.md")])
    assert stores.catalog.counts() == (0, 0)


@pytest.mark.parametrize("revision", [0, -1, 2, 2**31, 2**70])
def test_a_revision_that_never_was_is_none(stores: Stores, revision: int) -> None:
    put(stores, "some text")
    assert stores.catalog.document("a.md", revision) is None


def test_a_document_of_many_passages(stores: Stores) -> None:
    chunks = tuple(Chunk(ordinal=place, heading="", start=place, end=place + 1) for place in range(6000))
    given = draft("👍" * 6000).model_copy(update={"chunks": chunks})
    staged: list[Staged] = stores.revisions.stage([given])
    stores.revisions.publish(staged)
    ids = stores.changes.every_id(MODEL)
    assert len(ids) == 6000
    assert {one.text for one in stores.catalog.passages(ids)} == {"👍"}
    stores.revisions.remove([staged[0].document_id])
    stores.revisions.remove([staged[0].document_id])
    assert set((stores.changes.since(0) or {}).values()) == {"drop"}


def test_state_survives_closing(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    first = open_stores(settings)
    first.generations.go_live(first.generations.begin("scheme:a", MODEL, 3).number)
    put(first, "some text")
    first.close()
    second = open_stores(settings)
    assert second.catalog.counts() == (1, 2)
    assert second.changes.head() == 2
    second.close()


def test_an_erasure_forgets_why_passages_were_held(stores: Stores) -> None:
    """The passages themselves are dropped from search first, so that only the reasons are left to find."""
    kept, gone = draft("what stays"), draft("what goes away", "/kb/b.md", "b.md")
    for given in (kept, gone):
        held = tuple(
            one.model_copy(update={"held_because": f"because of {given.document.text}"}) for one in given.chunks
        )
        stores.revisions.publish(stores.revisions.stage([given.model_copy(update={"chunks": held})]))
    erasure = stores.erasures.begin(stores.erasures.find("b.md", None))
    condemned = stores.erasures.condemned(erasure.documents)
    stores.revisions.remove(erasure.documents)
    stores.erasures.delete(erasure.documents, condemned, [])
    reasons = sa.select(schema.quarantine.c.reason)
    with stores.database.read() as connection:
        assert set(connection.execute(reasons).scalars()) == {"because of what stays"}


def exact(stores: Stores) -> ExactVectorIndex:
    return stores.exact_vectors(MODEL, 3)


def embed(stores: Stores) -> None:
    """Give every passage that has none a vector of its own: as another process would, at any time."""
    passages = stores.changes.indexable(stores.changes.every_id(MODEL), MODEL)
    generator = np.random.default_rng(len(passages))
    vectors = generator.normal(size=(len(passages), 3)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    stores.vector_cache.put(MODEL, {one.digest: vector for one, vector in zip(passages, vectors, strict=True)})


def found_by_own_vector(stores: Stores, index: VectorIndex) -> set[str]:
    passages = stores.changes.indexable(stores.changes.every_id(MODEL), MODEL)
    known = stores.vector_cache.get(MODEL, [one.digest for one in passages])
    return {index.search(known[one.digest], 1)[0].passage_id for one in passages if one.digest in known}


def test_exact_search_follows_what_others_stage_embed_publish_and_remove(stores: Stores) -> None:
    index = exact(stores)
    assert index.search(np.ones(3, np.float32), 5) == []

    def nearest() -> set[str]:
        index.refresh()
        return {one.passage_id for one in index.search(np.ones(3, np.float32), 9)}

    first = stores.revisions.stage([draft("one text of two parts")])
    # The staged passages are known before their vectors are, and publishing a new document changes nothing else.
    assert nearest() == set()
    embed(stores)
    stores.revisions.publish(first)
    assert len(nearest()) == 2
    second = put(stores, "another text in two", "/kb/b.md", "b.md")
    assert len(nearest()) == 2
    embed(stores)
    assert (
        found_by_own_vector(stores, index)
        == found_by_own_vector(stores, exact(stores))
        == set(stores.changes.every_id(MODEL))
    )
    stores.revisions.remove([second.id])
    assert nearest() == set(stores.changes.every_id(MODEL))
    stores.revisions.publish(stores.revisions.stage([draft("one text was changed", checksum="2")]))
    embed(stores)
    assert nearest() == set(stores.changes.every_id(MODEL))


def test_exact_search_gives_back_the_vectors_of_what_it_holds(stores: Stores) -> None:
    index = exact(stores)
    assert index.vectors_of(["never there"]).tolist() == [[0.0, 0.0, 0.0]]
    assert index.sample(5).shape == (0, 3)
    put(stores, "one text of two parts")
    gone = put(stores, "another text in two", "/kb/b.md", "b.md")
    embed(stores)
    stores.revisions.remove([gone.id])
    index.refresh()
    assert index.count() == 2
    passages = stores.changes.indexable(stores.changes.every_id(MODEL), MODEL)
    known = stores.vector_cache.get(MODEL, [one.digest for one in passages])
    held = index.vectors_of([passages[1].id, "never there", passages[0].id])
    nothing = np.zeros(3, np.float32)
    assert np.array_equal(held, np.stack([known[passages[1].digest], nothing, known[passages[0].digest]]))
    assert np.array_equal(exact(stores).vectors_of([one.id for one in passages]), held[[2, 0]])
    assert index.sample(1).shape == (1, 3)
