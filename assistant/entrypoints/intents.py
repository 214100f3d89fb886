"""`assistant intents`: train intents from examples, test them, forget them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.entrypoints.options import AsJson, Home, print_json, progress_bar, settings_of

if TYPE_CHECKING:
    from assistant.intents.reading import IntentReader
    from assistant.intents.teaching import IntentsReport
    from assistant.settings import Settings

Examples = Annotated[
    Path,
    typer.Argument(
        help="A YAML of intents and examples, or JSONL: text, intent (null is out of scope).",
        exists=True,
        dir_okay=False,
    ),
]
OUT_OF_SCOPE = "(out of scope)"
SHOWN_CONFUSIONS = 20
SHOWN_TEXTS = 3


def register_intents(app: typer.Typer) -> None:
    """Add `intents` and its commands to the command line."""
    intents = typer.Typer(help="Learn from examples what customers want.", no_args_is_help=False)
    intents.command()(train)
    intents.command("test")(measure)
    intents.command()(remove)
    app.add_typer(intents, name="intents")


def intents_of(settings: "Settings") -> "IntentReader":
    """Return what reads the intents of a state folder, with the embedder in use there."""
    from functools import cache

    from assistant.bootstrap import embedder_in_use
    from assistant.intents.reading import IntentReader
    from assistant.intents.store import IntentStore

    return IntentReader(IntentStore(settings.folder), cache(lambda: embedder_in_use(settings)))


def train(file: Examples, home: Home = None, as_json: AsJson = False) -> None:
    """Learn the intents of a file in place of those before; a running server has them at once."""
    from assistant.bootstrap import embedder_in_use
    from assistant.intents import teaching
    from assistant.intents.examples import read_examples
    from assistant.intents.store import IntentStore

    settings = settings_of(home)
    examples = read_examples(file)
    report = teaching.train(examples, embedder_in_use(settings), IntentStore(settings.folder), progress_bar())
    if as_json:
        print_json(report.model_dump(mode="json"))
    else:
        _print_report(report)


def measure(file: Examples, home: Home = None, as_json: AsJson = False) -> None:
    """Measure the learnt intents on other examples, and show what is confused with what."""
    from assistant.intents.examples import read_examples
    from assistant.intents.scoring import confusions, score

    examples = read_examples(file).examples
    guesses = intents_of(settings_of(home)).read_all([one.text for one in examples])
    figures, confused = score(examples, guesses), confusions(examples, guesses)
    if as_json:
        wrong = [{"intent": true, "guessed": guessed, "texts": texts} for true, guessed, texts in confused]
        print_json(figures | {"confusions": wrong})
        return
    for name, value in figures.items():
        print(f"{name:22} {value}")
    for true, guessed, texts in confused[:SHOWN_CONFUSIONS]:
        print(f"{len(texts):4} x {true or OUT_OF_SCOPE} taken for {guessed or OUT_OF_SCOPE}")
        for text in texts[:SHOWN_TEXTS]:
            print(f"       {text}")


def remove(home: Home = None, as_json: AsJson = False) -> None:
    """Forget the learnt intents."""
    from assistant.intents.store import IntentStore

    removed = IntentStore(settings_of(home).folder).remove()
    if as_json:
        print_json({"removed": removed})
    else:
        print("removed" if removed else "no intents were trained")


def _print_report(report: "IntentsReport") -> None:
    print(
        f"learnt {report.intents} intents from {report.examples} examples, {report.out_of_scope} of them out of scope "
        f"({report.seconds:.0f} s, {report.stored_bytes} bytes)"
    )
    for name, value in report.figures.items():
        print(f"  {name:22} {value}")
    if report.with_few_examples:
        print(f"few examples, write more: {', '.join(report.with_few_examples)}")
    for text in report.contradicting:
        print(f"stands under more than one intent: {text}")
