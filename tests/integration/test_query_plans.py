"""Passages are sought by their ids: SQLite must not read all of an embedder's for each query."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from assistant.settings import Settings
from assistant.stores import Stores, open_stores
from benchmarks.proving import EMBEDDERS, WordEmbedder, document, opened


def plans(stores: Stores, asked: list[tuple[str, Any]]) -> list[str]:
    with stores.database.read() as connection:
        return [
            " ".join(row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values))
            for statement, values in asked
        ]


def test_passages_are_sought_by_id(tmp_path: Path) -> None:
    with opened(tmp_path) as (_, knowledge, _embedder):
        knowledge.ingest_documents([document(f"doc{number}", 1, 5) for number in range(10)])
    asked: list[tuple[str, Any]] = []

    def note(_connection: sa.Connection, _cursor: object, statement: str, values: Sequence[object], *_: object) -> None:
        asked.append((statement, values))

    stores = open_stores(Settings(home=tmp_path))
    ids = [one.id for one in stores.catalog.all_passages()]
    event.listen(stores.database._engine, "before_cursor_execute", note)
    assert len(stores.catalog.passages(ids[:5])) == 5
    assert len(stores.changes.indexable(ids, WordEmbedder(EMBEDDERS[0]).fingerprint)) == 50
    event.remove(stores.database._engine, "before_cursor_execute", note)
    found = [plan for plan in plans(stores, asked) if "passages" in plan]
    stores.close()
    assert len(found) == 2
    assert all("AND id=?" in plan or "(id=?)" in plan for plan in found)
    assert not any("SCAN passages" in plan for plan in found)
