"""Passages are sought by their ids: SQLite must not read all of an embedder's for each query."""

from pathlib import Path
from typing import Any

from sqlalchemy import event

from assistant.settings import Settings
from assistant.stores import Stores, open_stores
from benchmarks.proving import EMBEDDERS, WordEmbedder, document, opened


def plans(stores: Stores, asked: list[str]) -> list[str]:
    with stores.database.read() as connection:
        explained = [connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {one}") for one in asked if "SELECT" in one]
        return [" ".join(row[3] for row in rows) for rows in explained]


def test_passages_are_sought_by_id(tmp_path: Path) -> None:
    with opened(tmp_path) as (_, knowledge, _embedder):
        knowledge.ingest_documents([document(f"doc{number}", 1, 5) for number in range(10)])
    asked: list[str] = []

    def watch(connection: Any, *_: object) -> None:  # noqa: ANN401 - a DB-API connection has no type
        connection.set_trace_callback(asked.append)

    def leave_alone(connection: Any, *_: object) -> None:  # noqa: ANN401 - as above
        connection.set_trace_callback(None)

    stores = open_stores(Settings(home=tmp_path))
    ids = [one.id for one in stores.catalog.all_passages()]
    event.listen(stores.database._engine, "checkout", watch)
    event.listen(stores.database._engine, "checkin", leave_alone)
    assert len(stores.catalog.passages(ids[:5])) == 5
    assert len(stores.changes.indexable(ids, WordEmbedder(EMBEDDERS[0]).fingerprint)) == 50
    event.remove(stores.database._engine, "checkout", watch)
    found = [plan for plan in plans(stores, asked) if "passages" in plan]
    stores.close()
    assert len(found) == 2
    assert all("AND id=?" in plan or "(id=?)" in plan for plan in found)
    assert not any("SCAN passages" in plan for plan in found)
