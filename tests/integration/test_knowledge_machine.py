"""Random histories of a knowledge base, against a model that is a set of texts.

A kill is the state folder as it lies on disk at some step of a job: it is copied there and then, and the copy is what
is opened next. `python -m benchmarks.histories` runs many more of them.
"""

import shutil
import sys
import tempfile
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from types import FrameType
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from assistant.errors import AssistantError
from assistant.knowledge import KnowledgeBase
from assistant.stores import Stores
from assistant.types import Query
from benchmarks.kills import STEPS
from benchmarks.proving import EMBEDDERS, files_with, opened, paragraph, unique_word

NAMES = tuple(f"{letter}.md" for letter in "abcdefg")
MOST_PARTS = 3
ORDINARY_STEPS = 40
RESTART, KILL_IDLE = "restart", "kill while idle"

names = st.sampled_from(NAMES)


class KnowledgeMachine(RuleBasedStateMachine):
    """Files are edited, taken in, forgotten; indexes are built, rolled back, killed: what is found is what is there."""

    steps: ClassVar[Counter[str]] = Counter()
    """How often each rule was carried out, over all histories."""

    def __init__(self) -> None:
        super().__init__()
        self.scratch = Path(tempfile.mkdtemp(prefix="histories-"))
        self.sources = self.scratch / "sources"
        self.sources.mkdir()
        self.files: dict[str, tuple[str, int]] = {}
        self.known: dict[str, tuple[str, int]] = {}
        self.gone: set[str] = set()
        self.written = 0
        self.killed = 0
        self.can_roll_back = False
        self.ended: set[str] = set()
        self.home = self.scratch / "home-0"
        self.stack = ExitStack()
        self.open()

    def open(self) -> None:
        self.stores: Stores
        self.knowledge: KnowledgeBase
        self.stores, self.knowledge, _ = self.stack.enter_context(opened(self.home))

    def teardown(self) -> None:
        self.stack.close()
        shutil.rmtree(self.scratch)

    # --- Files -----------------------------------------------------------------------------------------------------

    @rule(name=names, parts=st.integers(1, MOST_PARTS))
    def write(self, name: str, parts: int) -> None:
        self.count("update" if name in self.files else "add")
        self.written += 1
        sign = f"text{self.written}"
        self.files[name] = (sign, parts)
        body = "\n\n".join(f"## Part {number}\n\n{paragraph(f'{sign}/{number}')}" for number in range(parts))
        (self.sources / name).write_text(f"# About {unique_word(sign)}\n\n{body}\n", encoding="utf-8")

    @precondition(lambda self: self.files)
    @rule(choice=st.randoms(use_true_random=False), target_name=names)
    def rename(self, choice: object, target_name: str) -> None:
        self.count("rename")
        name = self.pick(choice)
        if name != target_name:
            (self.sources / name).replace(self.sources / target_name)
            self.files[target_name] = self.files.pop(name)

    @precondition(lambda self: self.files)
    @rule(choice=st.randoms(use_true_random=False))
    def delete(self, choice: object) -> None:
        self.count("delete")
        name = self.pick(choice)
        (self.sources / name).unlink()
        del self.files[name]

    # --- Jobs ------------------------------------------------------------------------------------------------------

    @precondition(lambda self: self.files != self.known)
    @rule()
    def sync(self) -> None:
        self.count("sync")
        self.take_in()

    @precondition(lambda self: self.known)
    @rule(choice=st.randoms(use_true_random=False))
    def forget(self, choice: object) -> None:
        self.count("forget")
        self.erase(self.stored_name(choice))

    @precondition(lambda self: self.known)
    @rule(embedder=st.sampled_from(EMBEDDERS))
    def reindex(self, embedder: str) -> None:
        self.count("reindex")
        self.knowledge.reindex(embedder)
        self.can_roll_back = True

    @precondition(lambda self: self.can_roll_back)
    @rule()
    def roll_back(self) -> None:
        self.count("rollback")
        before = self.knowledge.embedder_name()
        after = self.knowledge.rollback()
        assert after.embedder in EMBEDDERS
        assert {one.embedder for one in self.knowledge.generations()} <= {before, after.embedder}

    # --- Ends ------------------------------------------------------------------------------------------------------

    # Each once until something else happens: the plainest of all histories would be 38 ends on end.
    @precondition(lambda self: self.known and RESTART not in self.ended)
    @rule()
    def restart(self) -> None:
        self.count(RESTART)
        self.stack.close()
        self.open()
        if self.files == self.known:
            report = self.knowledge.ingest([self.sources])
            assert (report.added, report.changed, report.removed) == (0, 0, 0)

    @precondition(lambda self: self.known and KILL_IDLE not in self.ended)
    @rule()
    def kill_idle(self) -> None:
        self.count(KILL_IDLE)
        self.go_on_with(self.copied())

    @precondition(lambda self: self.files != self.known)
    @rule(step=st.sampled_from(STEPS["ingest"]), event=st.sampled_from(("call", "return")))
    def kill_sync(self, step: str, event: str) -> None:
        self.count("kill while syncing")
        copy = self.watched(step, event, self.take_in)
        self.go_on_with(copy)
        self.take_in()

    @precondition(lambda self: self.known)
    @rule(
        step=st.sampled_from(STEPS["reindex"]),
        event=st.sampled_from(("call", "return")),
        embedder=st.sampled_from(EMBEDDERS),
    )
    def kill_reindex(self, step: str, event: str, embedder: str) -> None:
        self.count("kill while reindexing")
        copy = self.watched(step, event, lambda: self.knowledge.reindex(embedder))
        self.go_on_with(copy)
        self.knowledge.settle()
        self.can_roll_back = any(one.state == "kept" for one in self.knowledge.generations())

    @precondition(lambda self: self.known)
    @rule(
        step=st.sampled_from(STEPS["forget"]),
        event=st.sampled_from(("call", "return")),
        choice=st.randoms(use_true_random=False),
    )
    def kill_forget(self, step: str, event: str, choice: object) -> None:
        self.count("kill while forgetting")
        name = self.stored_name(choice)
        copy = self.watched(step, event, lambda: self.knowledge.forget(name, None))
        self.go_on_with(copy)
        self.erase(name)

    # --- What must hold --------------------------------------------------------------------------------------------

    @invariant()
    def answers_are_those_of_the_model(self) -> None:
        live = dict(self.known.values())
        assert self.knowledge.counts() == (len(live), sum(live.values()))
        for sign, parts in live.items():
            for number in range(parts):
                assert self.best(unique_word(f"{sign}/{number}"), "keyword").count(unique_word(f"{sign}/{number}")) == 1
                assert unique_word(f"{sign}/{number}") in self.best(paragraph(f"{sign}/{number}"), "dense")
        for sign in self.gone - set(live):
            assert self.best(unique_word(f"{sign}/0"), "keyword") == ""
            assert unique_word(f"{sign}/0") not in self.best(paragraph(f"{sign}/0"), "dense")

    @invariant()
    def every_store_holds_the_same(self) -> None:
        generation = self.stores.generations.live()
        if generation is None:
            return
        texts = Counter(one.text for one in self.stores.catalog.all_passages())
        assert set(texts.values()) <= {1}
        assert self.stores.keywords(generation.number).count() == len(texts)
        if self.stores.owns_home():
            assert self.stores.vectors(generation.number).count() == len(texts)

    # --- Means -----------------------------------------------------------------------------------------------------

    def count(self, name: str) -> None:
        type(self).steps[name] += 1
        self.ended = {*self.ended, name} if name in (RESTART, KILL_IDLE) else set()

    def pick(self, choice: object) -> str:
        return str(choice.choice(sorted(self.files)))  # type: ignore[attr-defined]

    def stored_name(self, choice: object) -> str:
        return str(choice.choice(sorted(self.known)))  # type: ignore[attr-defined]

    def take_in(self) -> None:
        self.knowledge.ingest([self.sources], allow_mass_removal=True)
        self.gone |= {sign for sign, _ in self.known.values()}
        self.known = dict(self.files)

    def erase(self, name: str) -> None:
        """Forget a document, and whatever file holds it, so that the next sync does not read it again."""
        sign, parts = self.known.pop(name)
        for file in [one for one, (other, _) in self.files.items() if other == sign]:
            (self.sources / file).unlink()
            del self.files[file]
        try:
            self.knowledge.forget(name, None)
        except AssistantError:
            # Opening has finished what the killed one had begun.
            assert self.knowledge.document(name) is None
        self.gone.add(sign)
        self.can_roll_back = False
        traces = [unique_word(f"{sign}/{number}").encode() for number in range(parts)]
        assert files_with(self.home, traces) == []

    def best(self, question: str, mode: str) -> str:
        found = self.knowledge.search(Query(text=question), 1, mode).passages  # type: ignore[arg-type]
        return found[0].passage.text if found else ""

    def copied(self) -> Path:
        self.killed += 1
        copy = self.scratch / f"home-{self.killed}"
        shutil.copytree(self.home, copy)
        return copy

    def watched(self, step: str, event: str, job: object) -> Path:
        """Do a job and return a copy of the home as it was at the step; as it is after the job, if it has no such."""
        copies: list[Path] = []

        def watch(frame: FrameType, kind: str, _argument: object) -> None:
            if kind == event and frame.f_code.co_qualname == step and not copies:
                copies.append(self.copied())

        sys.setprofile(watch)
        try:
            job()  # type: ignore[operator]
        finally:
            sys.setprofile(None)
        return copies[0] if copies else self.copied()

    def go_on_with(self, copy: Path) -> None:
        """Close the home, which is the past, and open the copy, which is what a kill would have left."""
        self.stack.close()
        shutil.rmtree(self.home)
        (copy / "writer.pid").unlink(missing_ok=True)
        self.home = copy
        self.open()
        # Before the job is done again: whatever the catalog shows is found.
        for one in list(self.stores.catalog.all_passages()):
            assert one.text.split()[0] in self.best(one.text.split()[0], "keyword")
            assert one.text.split()[0] in self.best(one.text, "dense")


def run_histories(histories: int, steps: int, seed_is_fixed: bool = True) -> Counter[str]:
    """Run random histories, and return how often each rule was carried out."""
    KnowledgeMachine.steps.clear()
    chosen = settings(
        max_examples=histories,
        stateful_step_count=steps,
        deadline=None,
        derandomize=seed_is_fixed,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(KnowledgeMachine, settings=chosen)
    return KnowledgeMachine.steps


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
def test_random_histories_keep_to_the_model() -> None:
    assert sum(run_histories(2, ORDINARY_STEPS).values()) > 50
