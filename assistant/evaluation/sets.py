"""Reads the files of evaluation sets: JSONL, corpora and judgements in the layout of BEIR."""

import csv
import gzip
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from assistant.errors import DocumentError
from assistant.types import LoadedDocument, Message

Qrels = dict[str, dict[str, int]]

BAD_HISTORY = "`history` is not a list of objects with `speaker` and `text`"


def read_queries(path: Path, qrels: Qrels) -> list[dict[str, Any]]:
    """Return the queries of a file that are judged, in order: `_id`, `text`, and perhaps `history`.

    Raises:
        DocumentError: The file is missing, a query does not have this form, or none is judged.
    """
    queries = list(read_jsonl(path))
    for number, query in enumerate(queries, start=1):
        if "_id" not in query or not isinstance(query.get("text"), str):
            raise DocumentError(path, f"object {number} has no `_id` or no `text`")
        try:
            read_history(query)
        except (KeyError, TypeError, ValueError) as error:
            raise DocumentError(path, f"object {number}: {BAD_HISTORY}") from error
    judged = [query for query in queries if str(query["_id"]) in qrels]
    if not judged:
        raise DocumentError(path, "holds no query that `qrels.tsv` judges")
    return judged


def read_history(query: Mapping[str, Any]) -> tuple[Message, ...]:
    """Return the earlier turns of a query, oldest first; speakers other than the user count as the assistant."""
    return tuple(
        Message(speaker="customer" if turn["speaker"] in ("user", "customer") else "assistant", text=turn["text"])
        for turn in query.get("history") or ()
    )


def corpus_file(folder: Path) -> Path:
    """Return where the corpus of a folder is: plain, or gzipped."""
    plain = folder / "corpus.jsonl"
    return plain if plain.exists() else folder / "corpus.jsonl.gz"


def read_corpus(folder: Path) -> Iterator[LoadedDocument]:
    """Yield the documents of a corpus; `_id` becomes their name. Documents without any text are left out.

    Raises:
        DocumentError: The file is missing, or a line is not an object with an `_id`.
    """
    path = corpus_file(folder)
    for number, row in enumerate(read_jsonl(path), start=1):
        if "_id" not in row:
            raise DocumentError(path, f"object {number} has no `_id`")
        name, title, text = str(row["_id"]), row.get("title") or "", row.get("text") or ""
        if title.strip() or text.strip():
            yield LoadedDocument(source=f"eval:{name}", name=name, title=title, text=text if text.strip() else title)


def read_qrels(path: Path) -> Qrels:
    """Read judgements: query id, document id, gain, with a header row; queries without a relevant one are dropped.

    Raises:
        DocumentError: The file is missing, or a row does not hold three columns with a number last.
    """
    qrels: Qrels = defaultdict(dict)
    with _open(path) as file:
        for number, row in enumerate(csv.reader(file, delimiter="\t"), start=1):
            if number == 1 and row and not row[-1].lstrip("-").isdigit():
                continue
            try:
                query, document, gain = row[0], row[-2], int(row[-1])
            except (ValueError, IndexError) as error:
                raise DocumentError(path, f"line {number} is not `query-id<tab>corpus-id<tab>score`") from error
            qrels[query][document] = gain
    return {query: gains for query, gains in qrels.items() if any(gain > 0 for gain in gains.values())}


def read_jsonl(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects of a JSONL file, gzipped or not.

    Raises:
        DocumentError: The file is missing, or a line is not a JSON object.
    """
    with _open(path) as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except json.JSONDecodeError as error:
                raise DocumentError(path, f"line {number} is not JSON: {error.msg}") from error
            if not isinstance(row, dict):
                raise DocumentError(path, f"line {number} is not a JSON object")
            yield row


def _open(path: Path) -> IO[str]:
    try:
        return gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8")
    except OSError as error:
        raise DocumentError(path, f"cannot be opened: {error.strerror}") from error
