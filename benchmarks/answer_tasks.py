"""Asks the tasks of `assistant eval answers` of several responders: what each says, and what of it is shown.

    python -m benchmarks.answer_tasks TASKS [--corpus DIR] [--keep HOME] [--limit N] [--every N]
        [--responders extractive reference evil llama-cpp:SmolLM2-135M-Instruct]

TASKS is a file, or the folder of CLAP NQ, which brings its passages. With `--every N` each N-th task is asked.
`reference` is a perfect model: it says, sentence by sentence, the answer that a person wrote for the task, and nothing
where the task has none. `evil` is the liar of `benchmarks.evil`. Both read what every model reads, and the extractive
responder stands behind them, as behind every other. `said` and `shown` count the scripted models' sentences. Whatever a
model says, `supported_sentences` must be 1, and none of the liar's may be shown.
"""

import argparse
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from assistant.evaluation.answers import address_left_out, figures_of
from assistant.evaluation.homes import asked_home
from assistant.evaluation.outcomes import Outcome, ask_task
from assistant.evaluation.tasks import Task, read_tasks
from assistant.ports import Responder
from assistant.responders.extractive import ExtractiveResponder
from assistant.segmentation import sentences
from assistant.service import Assistant
from assistant.settings import Settings
from assistant.types import ResponseRequest
from benchmarks.answerability_sets import write_clapnq
from benchmarks.evil import EvilResponder
from benchmarks.machine import report


class ReferenceResponder:
    """Says what a person answered to the task that is asked."""

    name = "reference"

    def __init__(self) -> None:
        """Wait for a task."""
        self.task: Task | None = None
        self.said: dict[str, str] = {}

    def stream(self, _request: ResponseRequest) -> Iterator[str]:
        """Yield the sentences of the reference answer."""
        answer = self.task.reference_answer if self.task is not None else ""
        told = [answer[start:end].strip() for start, end in sentences(answer)]
        self.said = dict.fromkeys((one for one in told if one), "reference")
        yield from (f"{one} " for one in self.said)


def asked(
    bot: Assistant, responder: ReferenceResponder | EvilResponder | None, tasks: list[Task], left_out: str
) -> Any:  # noqa: ANN401
    """Ask every task; returns the outcomes, what the scripted model said and what of it was shown."""
    said = shown = 0
    outcomes: list[Outcome] = []
    for task in tasks:
        if isinstance(responder, ReferenceResponder):
            responder.task = task
        if responder is not None:
            responder.said = {}
        outcomes.append(ask_task(bot, task, left_out))
        if responder is not None:
            said += len(responder.said)
            shown += sum(one in outcomes[-1].text for one in responder.said)
    return outcomes, said, shown


def scripted_model(name: str, seed: int) -> ReferenceResponder | EvilResponder | None:
    """Return the scripted model of that name; None where a real responder is meant."""
    if name == "reference":
        return ReferenceResponder()
    return EvilResponder(random.Random(seed)) if name == "evil" else None


def measure(name: str, options: argparse.Namespace, home: Path) -> dict[str, Any]:
    scripted = scripted_model(name, options.seed)
    listed = "extractive" if scripted is not None or name == "extractive" else f"{name},extractive"
    settings = Settings(responders=listed)
    with asked_home(settings, options.corpus, home) as bot:
        if scripted is not None:
            behind: tuple[Responder, ...] = (scripted, ExtractiveResponder())
            bot._dialogue._writer._responders = behind
        tasks = read_tasks(options.tasks)[:: options.every][: options.limit]
        outcomes, said, shown = asked(bot, scripted, tasks, address_left_out(settings))
    return {"responder": name, **figures_of(outcomes), "said": said, "shown": shown}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tasks", type=Path)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--responders", nargs="+", default=["extractive", "reference", "evil"])
    options = parser.parse_args()
    if options.corpus is None and not options.tasks.is_dir():
        parser.error("--corpus names the folder of the passages that a file of tasks is about")
    with tempfile.TemporaryDirectory() as folder:
        if options.tasks.is_dir():
            options.tasks, options.corpus = write_clapnq(options.tasks, Path(folder)), Path(folder)
        home = options.keep or Path(folder) / "home"
        report("answer_tasks", [measure(name, options, home) for name in options.responders])


if __name__ == "__main__":
    main()
