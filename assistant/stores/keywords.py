"""The keyword index: tantivy, BM25 over the terms of title, heading and text."""

import threading
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from assistant.errors import BackendError, HomeInUse
from assistant.stores.tantivy_files import remove_uncommitted_deletions
from assistant.terms import plain_words, stem, terms
from assistant.types import Match, Passage

WRITER_BYTES = 64_000_000
POSITION_FILE = "position"
MAX_QUERY_TERMS = 64
"""Of a very long question only this many terms are looked up, the rarest."""
MAX_LENT_TERMS = 32
"""Likewise of the terms that a conversation lends."""
FREQUENCIES_KEPT = 8192
"""Of so many words it is remembered how many passages hold them; about 100 bytes each."""
BEGINNINGS_KEPT = 64
"""Of so many beginnings the words are remembered, and the stems; 100 bytes each."""
TIES_READ, MOST_TIES_READ = 32, 1024
"""So many more hits are read, and so many where all of those score alike, to take passages that do in one order. Where
still more do, which are found depends on the order in which they were indexed."""
IDS_KEPT = 65_536
"""Of so many passages it is remembered which they are; about 200 bytes each."""


class TantivyKeywordIndex:
    """Implements the `KeywordIndex` port over one folder.

    Text is analysed here (`assistant.terms`), so that the index, the evidence and grounding agree on what a term is.
    """

    def __init__(self, folder: Path) -> None:
        """Use a folder, which is made on first use."""
        self._folder = folder
        self._lock = threading.RLock()
        self._read: _Snapshot | None = None

    def upsert(self, passages: Sequence[Passage]) -> None:
        """Insert or overwrite by id, durable on return."""
        if not passages:
            return
        import tantivy

        with self._writer() as writer:
            for one in passages:
                writer.delete_documents_by_term("id", one.id)
                document = tantivy.Document()
                document.add_text("id", one.id)
                document.add_text("terms", " ".join(terms(one.indexed_text)))
                document.add_text("words", " ".join(plain_words(one.indexed_text)))
                writer.add_document(document)

    def remove(self, passage_ids: Sequence[str]) -> None:
        """Remove; ids that are not there are ignored. Durable on return."""
        if not passage_ids:
            return
        with self._writer() as writer:
            for one in passage_ids:
                writer.delete_documents_by_term("id", one)

    def search(
        self,
        question: str,
        limit: int,
        lent: Mapping[str, float] | None = None,
        among: Sequence[str] | None = None,
    ) -> list[Match]:
        """Return matches of any term of the question, and of those lent to it by their weight, by BM25, best first.

        With `among`, of these passages only.
        """
        import tantivy

        snapshot = self._snapshot
        searcher = snapshot.searcher
        asked = self._rarest(searcher, list(dict.fromkeys(terms(question))), MAX_QUERY_TERMS)
        further = lent or {}
        borrowed = self._rarest(searcher, [term for term in further if term not in asked], MAX_LENT_TERMS)
        if not (asked or borrowed) or limit < 1:
            return []
        clauses = [(tantivy.Occur.Should, self._term(one)) for one in asked]
        clauses += [
            (tantivy.Occur.Should, tantivy.Query.boost_query(self._term(one), further[one])) for one in borrowed
        ]
        with _translated(self._folder):
            query = self._within(tantivy.Query.boolean_query(clauses), among)
            return snapshot.best(query, limit)

    def _within(self, query: Any, among: Sequence[str] | None) -> Any:  # noqa: ANN401 - tantivy is imported late
        """Narrow a query down to some passages without a change of scores."""
        import tantivy

        if among is None:
            return query
        ids = tantivy.Query.const_score_query(tantivy.Query.term_set_query(self._schema, "id", list(among)), 0.0)
        return tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, ids)])

    def document_frequency(self, word: str) -> int:
        """Return in how many passages the word occurs; those removed are not counted, as `doc_freq` would."""
        import tantivy

        # A search asks for each of its words twice, and customers use the same ones.
        snapshot = self._snapshot
        frequencies = snapshot.frequencies
        if (known := frequencies.get(word)) is not None:
            return known
        with _translated(self._folder):
            query = tantivy.Query.term_query(self._schema, "terms", stem(word.lower()))
            found = int(snapshot.searcher.search(query, 1, count=True).count)
        if len(frequencies) < FREQUENCIES_KEPT:
            frequencies[word] = found
        return found

    def stems_with(self, beginning: str) -> Sequence[str]:
        """Return the stems that begin so; merging alone forgets those that only removed passages held."""
        with _translated(self._folder):
            return self._snapshot.beginning_with("terms", beginning)

    def words_with(self, beginning: str) -> Sequence[str]:
        """Return likewise the words that begin so, in small letters, as they are written."""
        with _translated(self._folder):
            return self._snapshot.beginning_with("words", beginning)

    def holding(self, word: str, limit: int) -> list[str]:
        """Return up to `limit` passages that hold a word of `words_with`."""
        with _translated(self._folder):
            return [one.passage_id for one in self._snapshot.best(self._term(word, "words"), limit)]

    def count(self) -> int:
        """Return how many passages it holds."""
        return int(self._snapshot.searcher.num_docs)

    def clear(self) -> None:
        """Drop everything."""
        self._position_file.unlink(missing_ok=True)
        with self._writer() as writer:
            writer.delete_all_documents()

    def refresh(self) -> None:
        """See what another process has written since this one opened it."""
        with self._lock, _translated(self._folder):
            self._reload()

    def position(self) -> int | None:
        """Return the number of the last change it has learnt; None where it was never filled."""
        try:
            number, checksum = self._position_file.read_text(encoding="ascii").split()
        except (FileNotFoundError, ValueError):
            return None
        return int(number) if checksum == _checksum(number) else None

    def set_position(self, number: int) -> None:
        """Remember, in a file beside the index, that every change up to `number` is in it."""
        unfinished = self._position_file.with_suffix(".new")
        unfinished.write_text(f"{number} {_checksum(str(number))}", encoding="ascii")
        unfinished.replace(self._position_file)

    def holds(self, passage_id: str, stems: Sequence[str]) -> bool:
        """Tell whether a passage can be found by each of the given stemmed terms."""
        import tantivy

        must = [(tantivy.Occur.Must, tantivy.Query.term_query(self._schema, "id", passage_id))]
        must += [(tantivy.Occur.Must, tantivy.Query.term_query(self._schema, "terms", one)) for one in stems]
        with _translated(self._folder):
            return bool(self._snapshot.searcher.search(tantivy.Query.boolean_query(must), 1, count=True).count)

    def ids(self) -> list[str]:
        """Return the ids of everything it holds."""
        import tantivy

        snapshot = self._snapshot
        searcher = snapshot.searcher
        with _translated(self._folder):
            hits = searcher.search(tantivy.Query.all_query(), max(1, searcher.num_docs), count=False).hits
            return [snapshot.id_at(address) for _, address in hits]

    @property
    def _position_file(self) -> Path:
        return self._folder / POSITION_FILE

    def _rarest(self, searcher: Any, asked: list[str], limit: int) -> list[str]:  # noqa: ANN401 - imported late
        if len(asked) <= limit:
            return asked
        known = [(frequency, term) for term in asked if (frequency := searcher.doc_freq("terms", term))]
        return [term for _, term in sorted(known)[:limit]]

    def _term(self, term: str, field: str = "terms") -> Any:  # noqa: ANN401 - tantivy is imported late
        import tantivy

        return tantivy.Query.term_query(self._schema, field, term)

    @cached_property
    def _schema(self) -> Any:  # noqa: ANN401 - tantivy is imported late
        import tantivy

        builder = tantivy.SchemaBuilder()
        builder.add_text_field("id", stored=True, tokenizer_name="raw")
        builder.add_text_field("terms", stored=False, tokenizer_name="whitespace", index_option="freq")
        builder.add_text_field("words", stored=False, tokenizer_name="whitespace", index_option="basic")
        return builder.build()

    @cached_property
    def _index(self) -> Any:  # noqa: ANN401 - tantivy is imported late
        import tantivy

        with self._lock, _translated(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            return tantivy.Index(self._schema, path=str(self._folder), reuse=True)

    @contextmanager
    def _writer(self) -> Iterator[Any]:
        """Open a writer, commit at the end, and let searches see the result; nothing is kept after an error."""
        with self._lock, _translated(self._folder):
            writer = self._index.writer(heap_size=WRITER_BYTES, num_threads=1)
            remove_uncommitted_deletions(self._folder)
            try:
                yield writer
                writer.commit()
            except BaseException:
                writer.rollback()
                raise
            finally:
                writer.wait_merging_threads()
            self._reload()

    def _reload(self) -> None:
        """Let searches see what was committed; those that run go on in the state that they began with."""
        self._index.reload()
        self._read = _Snapshot(self._index.searcher())

    @property
    def _snapshot(self) -> "_Snapshot":
        with _translated(self._folder):
            if (snapshot := self._read) is None:
                snapshot = self._read = _Snapshot(self._index.searcher())
        return snapshot


class _Snapshot:
    """One state of the index, with what was learnt of it: every search asks for words and places that others had."""

    def __init__(self, searcher: Any) -> None:  # noqa: ANN401 - tantivy is imported late
        self.searcher = searcher
        self.frequencies: dict[str, int] = {}
        self._ids: dict[tuple[int, int], str] = {}
        self._beginnings: dict[tuple[str, str], tuple[str, ...]] = {}

    def beginning_with(self, field: str, beginning: str) -> tuple[str, ...]:
        """Return what of a field begins so."""
        if (known := self._beginnings.get((field, beginning))) is not None:
            return known
        found = tuple(term for term, _ in self.searcher.terms_with_prefix(field, beginning))
        if len(self._beginnings) < BEGINNINGS_KEPT:
            self._beginnings[field, beginning] = found
        return found

    def best(self, query: Any, limit: int) -> list[Match]:  # noqa: ANN401 - as above
        """Return the best matches; those that score alike in the order of their ids, however they were indexed."""
        hits = self.searcher.search(query, limit + TIES_READ, count=False).hits
        if len(hits) == limit + TIES_READ and _rounded(hits[-1][0]) == _rounded(hits[limit - 1][0]):
            hits = self.searcher.search(query, limit + MOST_TIES_READ, count=False).hits
        if not hits:
            return []
        best = [(_rounded(score), score, address) for score, address in hits[:limit]]
        last, score_of_last, _ = best[-1]
        found = sorted((-rounded, self.id_at(address), score) for rounded, score, address in best if rounded > last)
        tied = (hit for hit in hits[len(found) :] if hit[0] == score_of_last or _rounded(hit[0]) == last)
        found += sorted((-last, self.id_at(address), score) for score, address in tied)
        return [Match(passage_id=one, score=score) for _, one, score in found[:limit]]

    def id_at(self, address: Any) -> str:  # noqa: ANN401 - as above
        """Return the id of the passage at a place of the index."""
        place = address.segment_ord, address.doc
        if (known := self._ids.get(place)) is not None:
            return known
        found = str(self.searcher.doc(address).get_first("id"))
        if len(self._ids) < IDS_KEPT:
            self._ids[place] = found
        return found


def _rounded(score: float) -> float:
    """Return a score as far as it can be told: its terms are added up in an order that differs between segments."""
    return float(f"{score:.5g}")


def _checksum(number: str) -> str:
    """Return what tells a position from a damaged one: learning again what is known would change scores."""
    return f"{zlib.crc32(number.encode()):08x}"


@contextmanager
def _translated(folder: Path) -> Iterator[None]:
    """Turn what tantivy raises, ValueError for everything, into our errors."""
    try:
        yield
    except (ValueError, OSError) as error:
        if "LockBusy" in str(error):
            raise HomeInUse(f"another process writes to {folder}; stop it, for example `assistant serve`") from error
        raise BackendError("tantivy", f"{error}; run `assistant check`, which mends it") from error
