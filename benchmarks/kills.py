"""Kills the assistant with SIGKILL while it ingests, reindexes or forgets, and looks at what is left.

    python -m benchmarks.kills [--kills 300] [--seed 1] [--large 10000]

Every other kill comes at a random instant of the job, the others right before or after a named step. After each the
home is opened again, asked one question, and the job is done again; then everything is compared with what a clean
ingest holds. All figures but the counts of kills and the seconds should be 0. At the end a home with `--large`
passages is killed in the middle of an ingest, and the seconds until a new process gives its first answer are taken.

Jobs run in forked children of a process that has imported everything and opened nothing, so that a kill is cheap.
"""

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

import chromadb
import tantivy

from assistant.errors import AssistantError
from assistant.indexing.embedding import EMBEDDED_AT_ONCE
from assistant.types import LoadedDocument, Query
from benchmarks.machine import report
from benchmarks.proving import (
    EMBEDDERS,
    WordEmbedder,
    acknowledged,
    audit,
    cached_digests,
    document,
    document_ids,
    files_with,
    opened,
    paragraph,
    traces_of,
    unique_word,
)

IMPORTED = (chromadb, tantivy)
"""Named here so that the children need not import them again."""

JOBS = ("ingest", "reindex", "forget")
KILLS_A_HOME = 12
SMALL, LARGE = (40, 5), (60, 40)
"""Documents, and passages of each: Chroma writes its graph to disk only every thousand passages."""

BURST = 1200
CHILD_SECONDS = 300.0

STEPS = {
    "ingest": (
        "SqlRevisions.stage",
        "SqlVectorCache.put",
        "ChromaVectorIndex.upsert",
        "ChromaVectorIndex.remove",
        "ChromaVectorIndex.set_position",
        "TantivyKeywordIndex.upsert",
        "TantivyKeywordIndex.remove",
        "TantivyKeywordIndex.set_position",
        "SqlRevisions.publish",
        "SqlChangeLog.prune",
        "IndexCustody.close",
        "trust",
    ),
    "reindex": (
        "SqlGenerations.begin",
        "SqlRevisions.add_passages",
        "ChromaVectorIndex.upsert",
        "TantivyKeywordIndex.upsert",
        "GenerationKeeper._verify",
        "SqlGenerations.go_live",
        "Stores.remove_indexes",
        "SqlGenerations.drop",
        "IndexCustody.close",
    ),
    "forget": (
        "SqlErasures.begin",
        "SqlErasures.condemned",
        "SqlRevisions.remove",
        "GenerationKeeper.reindex",
        "SqlGenerations.go_live",
        "Stores.remove_indexes",
        "Eraser._replace_indexes",
        "SqlErasures.delete",
        "Database.compact",
        "SqlErasures.finish",
        "Eraser._filed",
    ),
}


@dataclass
class Home:
    """A home, and what it should hold."""

    folder: Path
    passages: int
    documents: dict[str, LoadedDocument] = field(default_factory=dict)
    embedder: str = EMBEDDERS[0]
    versions: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def path(self) -> Path:
        """The state folder."""
        return self.folder / "home"

    @property
    def marks(self) -> Path:
        """The file in which the embedder of the killed process writes down what it has embedded."""
        return self.folder / "marks"

    def write(self, name: str, passages: int) -> LoadedDocument:
        """Return the next version of a document, which the home should hold from now on."""
        self.versions[name] += 1
        made = document(name, self.versions[name], passages)
        self.documents[made.source] = made
        return made


@dataclass(frozen=True)
class Job:
    """What a child does to a home."""

    kind: str
    documents: tuple[LoadedDocument, ...] = ()
    embedder: str = ""

    def run(self, home: Path, embedder: str, marks: Path | None = None) -> dict[str, Any]:
        """Open the home, do the job, close the home."""
        with opened(home, embedder, marks=marks) as (_, knowledge, _embedder):
            if self.kind == "ingest":
                knowledge.ingest_documents(self.documents)
            elif self.kind == "reindex":
                knowledge.reindex(self.embedder)
            else:
                knowledge.forget(self.documents[0].name, None)
        return {}


def in_child(work: Callable[[], dict[str, Any]], until: Callable[[int], None]) -> tuple[int, dict[str, Any]]:
    """Do work in a forked child; returns how it ended, as a negative signal or a status, and its result."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        status = 1
        try:
            with os.fdopen(writing, "w", encoding="utf-8") as file:
                json.dump(work(), file)
            status = 0
        except BaseException:
            traceback.print_exc()
            raise
        finally:
            os._exit(status)
    os.close(writing)
    until(child)
    with os.fdopen(reading, encoding="utf-8") as file:
        text = file.read()
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), json.loads(text) if text else {}


def run_and_kill(job: Job, home: Home, delay_seconds: float) -> bool:
    """Kill a child that does the job after a time; tells whether it was still at work."""

    def work() -> dict[str, Any]:
        return job.run(home.path, home.embedder, home.marks)

    def until(child: int) -> None:
        deadline = time.monotonic() + delay_seconds
        while time.monotonic() < deadline and os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            time.sleep(0.002)
        os.kill(child, signal.SIGKILL)

    return in_child(work, until)[0] == -signal.SIGKILL


def run_to_step(job: Job, home: Home, step: str, event: str, occurrence: int) -> bool:
    """Let a child kill itself when it calls or returns from a step; tells whether it came to that."""

    def work() -> dict[str, Any]:
        seen = 0

        def watch(frame: FrameType, kind: str, _argument: object) -> None:
            nonlocal seen
            if kind == event and frame.f_code.co_qualname == step:
                seen += 1
                if seen == occurrence:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.setprofile(watch)
        return job.run(home.path, home.embedder, home.marks)

    return in_child(work, lambda _child: None)[0] == -signal.SIGKILL


def reopen(job: Job, home: Home, before: set[str]) -> dict[str, Any]:
    """Open a home after a kill, ask it something, do the job again, and compare; `before` was visible before."""
    began = time.monotonic()
    cached = cached_digests(home.path)
    survivors: list[str] = []
    with opened(home.path, home.embedder) as (stores, knowledge, embedder):
        knowledge.search(Query(text=unique_word("nothing")), 5)
        seconds = time.monotonic() - began
        live = {one.id for one in stores.catalog.all_passages()} if stores.generations.live() else set()
        survivors = sorted(before - live)
        _complete(job, knowledge)
        live_embedder = WordEmbedder(knowledge.embedder_name())
        figures: dict[str, Any] = audit(stores, home.documents.values(), live_embedder)
        again = {(embedder.fingerprint, one) for one in embedder.embedded} & cached
        unanswered = _unanswered(knowledge, home)
    return figures | {
        "lost": len(survivors),
        "embedded again": len(again),
        "unanswered": unanswered,
        "seconds": seconds,
        "embedder": live_embedder.fingerprint.rpartition(":")[0],
    }


def _complete(job: Job, knowledge: Any) -> None:  # noqa: ANN401
    if job.kind == "ingest":
        knowledge.ingest_documents(job.documents)
    elif job.kind == "reindex":
        if knowledge.embedder_name() != job.embedder:
            knowledge.reindex(job.embedder)
        else:
            knowledge.settle()
    else:
        # Opening has finished a forget that was begun: then there is nothing left of that name.
        with suppress(AssistantError):
            knowledge.forget(job.documents[0].name, None)


def _unanswered(knowledge: Any, home: Home) -> int:  # noqa: ANN401
    """Count the documents, of a few, that are not found by the word that only they have."""
    wrong = 0
    for one in random.Random(0).sample(sorted(home.documents), min(5, len(home.documents))):
        name = one.removeprefix("made:")
        sign = f"{name}/{home.versions[name]}/0"
        for asked, mode in ((unique_word(sign), "keyword"), (paragraph(sign), "dense")):
            found = knowledge.search(Query(text=asked), 1, mode).passages
            wrong += not (found and unique_word(sign) in found[0].passage.text)
    return wrong


class Campaign:
    """Homes, jobs and kills in turn, and what was found."""

    def __init__(self, folder: Path, seed: int) -> None:
        """Keep the homes in a folder; the same seed gives the same jobs and instants."""
        self._folder = folder
        self._rng = random.Random(seed)
        self._templates: dict[tuple[int, int], Home] = {}
        self._home: Home | None = None
        self._kills_of_home = 0
        self._seconds: dict[tuple[str, int], float] = {}
        self.rows: list[dict[str, Any]] = []

    def one_kill(self, number: int) -> None:
        """Do a job, kill it, and look; a job that was too quick for its kill is done, and another one is tried."""
        kind = JOBS[number % len(JOBS)]
        if self._home is None or self._kills_of_home >= KILLS_A_HOME:
            self._home = self._fresh(LARGE if (number // KILLS_A_HOME) % 4 == 3 else SMALL)
            self._kills_of_home = 0
        home = self._home
        while True:
            before = acknowledged(home.path)
            job = self._job(kind, home)
            touched = {one.source for one in job.documents}
            step = self._kill(job, home, number)
            if step is not None:
                break
            self._looked_at(reopen, job, home, set(), kind, "not killed")
        self._kills_of_home += 1
        visible = acknowledged(home.path)
        if kind == "ingest":
            visible |= {one for one in before if one.split("-")[0] not in document_ids(home.path, touched)}
        self._looked_at(reopen, job, home, visible, kind, step)

    def _looked_at(
        self, look: Callable[..., dict[str, Any]], job: Job, home: Home, visible: set[str], kind: str, step: str
    ) -> None:
        made = set(home.marks.read_text(encoding="ascii").split()) if home.marks.exists() else set()
        unfinished = len(made - {digest for _, digest in cached_digests(home.path)})
        home.marks.unlink(missing_ok=True)
        status, figures = in_child(lambda: look(job, home, visible), lambda _child: None)
        if kind == "forget" and status == 0:
            both = [WordEmbedder(one) for one in EMBEDDERS]
            figures["bytes left"] = len(files_with(home.path, traces_of(job.documents, both)))
        if status == 0:
            home.embedder = figures.pop("embedder")
        figures |= {"job": kind, "step": step, "status": status, "unfinished": unfinished}
        self.rows.append(figures | {"not opened": int(status != 0), "passages": home.passages})
        if status != 0 or any(figures.get(name) for name in WRONG):
            print("found:", json.dumps(figures), flush=True)
            shutil.copytree(home.folder, self._folder / f"kept-{len(self.rows)}", dirs_exist_ok=True)
            self._home = None

    def _kill(self, job: Job, home: Home, number: int) -> str | None:
        """Kill the job at an instant or a step; returns which, None where it had ended before."""
        if number % 2:
            step = self._rng.choice(STEPS[job.kind])
            event, occurrence = self._rng.choice(("call", "return")), self._rng.choice((1, 1, 2))
            return f"{step} {event} {occurrence}" if run_to_step(job, home, step, event, occurrence) else None
        key = (job.kind, home.passages)
        seconds = self._seconds.get(key, 1.0)
        delay = self._rng.uniform(0.0, seconds)
        began = time.monotonic()
        if run_and_kill(job, home, delay):
            # Late instants are looked for until a job is seen to end.
            self._seconds[key] = seconds * 1.05
            return f"after {delay:.2f} s"
        self._seconds[key] = time.monotonic() - began
        return None

    def _job(self, kind: str, home: Home) -> Job:
        names = sorted(one.removeprefix("made:") for one in home.documents)
        if kind == "reindex":
            other = EMBEDDERS[home.embedder == EMBEDDERS[0]]
            return Job("reindex", embedder=self._rng.choice((home.embedder, other)))
        if kind == "forget":
            gone = home.documents.pop(f"made:{self._rng.choice(names)}")
            return Job("forget", (gone,))
        burst = BURST if home.passages > 1000 else 40
        size = burst // 8
        changed = [home.write(name, self._rng.randint(1, size)) for name in self._rng.sample(names, 4)]
        added = [home.write(f"new{len(home.versions)}", self._rng.randint(1, size)) for _ in range(4)]
        return Job("ingest", tuple(changed + added))

    def _fresh(self, size: tuple[int, int]) -> Home:
        """Return a copy of a home that was filled and closed in order."""
        if self._home is not None:
            shutil.rmtree(self._home.folder)
        if size not in self._templates:
            template = Home(self._folder / f"template-{size[0]}", size[0] * size[1])
            given = tuple(template.write(f"doc{number}", size[1]) for number in range(size[0]))
            fill = Job("ingest", given)
            status, _ = in_child(lambda: fill.run(template.path, template.embedder), lambda _child: None)
            assert status == 0, "a home could not even be filled"
            self._templates[size] = template
        template = self._templates[size]
        fresh = Home(self._folder / f"home-{len(self.rows)}", template.passages, dict(template.documents))
        fresh.versions.update(template.versions)
        shutil.copytree(template.folder, fresh.folder)
        return fresh


WRONG = (
    "lost", "duplicates", "missing", "surplus", "catalog", "dense", "keyword", "folders", "embedded again",
    "unanswered", "bytes left",
)  # fmt: skip
"""Figures that must be 0."""


def summary(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return one row a job, and one of all."""
    found = []
    for kind in (*JOBS, "all"):
        some = [one for one in rows if one["step"] != "not killed" and kind in (one["job"], "all")]
        if some:
            seconds = sorted(one["seconds"] for one in some if "seconds" in one) or [0.0]
            figures = {name: sum(one.get(name, 0) for one in some) for name in ("not opened", *WRONG)}
            worst = max(one["unfinished"] for one in some)
            row = {"job": kind, "kills": len(some), **figures, f"lost embeddings (<={EMBEDDED_AT_ONCE})": worst}
            found.append(row | {"reopen s p50": seconds[len(seconds) // 2], "reopen s max": seconds[-1]})
    return found


def seconds_to_first_answer(folder: Path, passages: int, kills: int, seed: int) -> list[float]:
    """Fill a home, kill an ingest on it again and again, and time a new process until it has answered."""
    home = Home(folder / "large", passages)
    filling = Job("ingest", tuple(home.write(f"doc{number}", 100) for number in range(passages // 100)))
    assert in_child(lambda: filling.run(home.path, home.embedder), lambda _child: None)[0] == 0
    rng, taken = random.Random(seed), []
    for number in range(kills):
        more = Job("ingest", tuple(home.write(f"more{number}-{part}", 100) for part in range(12)))
        while not run_and_kill(more, home, rng.uniform(0.3, 2.0)):
            pass
        asked = unique_word(f"doc{number}/1/0")
        began = time.monotonic()
        command = [sys.executable, "-m", "benchmarks.kills", "--answer", str(home.path), asked]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True) as process:
            assert process.stdout is not None
            line = process.stdout.readline()
            taken.append(time.monotonic() - began)
            assert line.strip() == "found", line
        assert process.returncode == 0
    return taken


def answer(home: Path, asked: str) -> None:
    """Be the new process: say whether the first answer is right, then let what was broken be mended."""
    with opened(home) as (_, knowledge, _embedder):
        # Many: to the embedder of these proofs a few strangers among thousands are as near as the passage itself.
        found = knowledge.search(Query(text=asked), 50).passages
        print("found" if any(asked in one.passage.text for one in found) else "not found", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--large", type=int, default=10_000, help="passages of the home whose reopening is timed")
    parser.add_argument("--folder", type=Path, help="keep the homes here, those with findings for good")
    parser.add_argument("--name", default="kills")
    parser.add_argument("--answer", nargs=2, metavar=("HOME", "WORD"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.answer:
        answer(Path(arguments.answer[0]), arguments.answer[1])
        return
    with tempfile.TemporaryDirectory() as scratch:
        folder = arguments.folder or Path(scratch)
        campaign = Campaign(folder, arguments.seed)
        for number in range(arguments.kills):
            campaign.one_kill(number)
        rows = summary(campaign.rows)
        if arguments.large:
            seconds = seconds_to_first_answer(folder, arguments.large, 3, arguments.seed)
            print(f"first answer of a new process at {arguments.large} passages: {max(seconds):.2f} s at most")
            rows.append({"job": f"first answer at {arguments.large:,}", "kills": 3, "reopen s max": max(seconds)})
    report(arguments.name, rows)


if __name__ == "__main__":
    main()
