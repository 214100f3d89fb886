"""The commands that measure the assistant on sets of questions, and judge a change before it goes live."""

import json
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from assistant.entrypoints.options import AsJson, Home, print_json, progress_bar, settings_of
from assistant.errors import ConfigurationError

if TYPE_CHECKING:
    from assistant.evaluation.gate import Verdict

Html = Annotated[Path | None, typer.Option("--html", help="Write a report with plots to this file.", dir_okay=False)]
Keep = Annotated[
    Path | None,
    typer.Option(help="Keep the corpus ingested in this folder, so that the next run is quick.", file_okay=False),
]
Limit = Annotated[int | None, typer.Option(min=1, help="Only the first so many.")]
Tasks = Annotated[
    Path, typer.Argument(help="JSONL: question, history, reference_answer, relevant_ids, answerability.", exists=True)
]


def register_evaluations(app: typer.Typer) -> None:
    """Add `eval` and its commands to the command line."""
    evaluations = typer.Typer(help="Measure the assistant on sets of questions.", no_args_is_help=False)
    for command in (retrieval, answers, signals, generate, gate):
        evaluations.command()(command)
    app.add_typer(evaluations, name="eval")


def retrieval(
    folder: Annotated[Path, typer.Argument(help="Holds corpus.jsonl[.gz], queries.jsonl, qrels.tsv.", exists=True)],
    queries: Annotated[Path | None, typer.Option(help="Another file of queries.", exists=True)] = None,
    mode: Annotated[Literal["dense", "keyword", "hybrid"], typer.Option(help="Which retrievers.")] = "hybrid",
    keep: Keep = None,
    html: Html = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Measure retrieval on a judged set, in a home of its own."""
    from assistant.evaluation.report import retrieval_page
    from assistant.evaluation.retrieval import evaluate_retrieval

    run = evaluate_retrieval(settings_of(home), folder, queries=queries, mode=mode, kept=keep, progress=progress_bar())
    if html is not None:
        write_text(html, retrieval_page(run, f"{folder.name}, {mode}"))
    _print_figures(run.figures, as_json=as_json)


def answers(
    file: Tasks,
    corpus: Annotated[
        Path | None, typer.Option(help="A folder with corpus.jsonl[.gz]; without it the live home.", exists=True)
    ] = None,
    keep: Keep = None,
    limit: Limit = None,
    html: Html = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Measure whole answers: found, cited, said, left unsaid, and supported."""
    from assistant.evaluation.answers import evaluate_answers, risk_of
    from assistant.evaluation.report import answers_page

    run = evaluate_answers(settings_of(home), file, corpus=corpus, kept=keep, limit=limit, progress=progress_bar())
    if html is not None:
        write_text(html, answers_page(run, file.name))
    _print_figures(run.figures, as_json=as_json)
    if risk := risk_of(run.outcomes):
        print(
            f"area under the risk-coverage curve of {risk.judged} questions, lower is better: {risk.by_confidence:.3f} "
            f"by confidence, {risk.by_cosine:.3f} by the best cosine, {risk.chance:.3f} by chance",
            file=sys.stderr,
        )


def signals(
    file: Annotated[
        Path, typer.Argument(help="JSONL: text and label or intent, or turns and satisfaction.", exists=True)
    ],
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Measure what is read between a customer's lines: mood, intent, satisfaction."""
    from assistant.bootstrap import embedder_in_use
    from assistant.entrypoints.intents import intents_of
    from assistant.evaluation.signals import evaluate_signals
    from assistant.signals import open_signal_reader

    settings = settings_of(home)
    figures = evaluate_signals(
        open_signal_reader(settings.signals),
        file,
        intents=lambda texts: intents_of(settings).read_all(texts),
        reader_for=lambda texts: open_signal_reader(settings.signals, cache(lambda: embedder_in_use(settings)), texts),
    )
    _print_figures(figures, as_json=as_json)


def generate(
    out: Annotated[Path | None, typer.Option(help="Write the set to this file, not to standard output.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many questions.")] = 200,
    unanswerable: Annotated[
        float, typer.Option(min=0, max=1, help="The share of questions that no document answers.")
    ] = 0.3,
    home: Home = None,
) -> None:
    """Build a set of questions from the knowledge base itself, to measure `answers` and to `gate` changes with."""
    from assistant.evaluation.generating import count_kinds, generate_tasks
    from assistant.stores import open_stores

    stores = open_stores(settings_of(home))
    try:
        tasks = generate_tasks(stores.catalog, limit, unanswerable)
    finally:
        stores.close()
    lines = "".join(f"{json.dumps(task.as_row(), ensure_ascii=False)}\n" for task in tasks)
    if out is None:
        print(lines, end="", flush=True)
    else:
        write_text(out, lines)
    print(f"{len(tasks)} questions: {', '.join(count_kinds(tasks))}", file=sys.stderr)


def gate(
    file: Tasks,
    accept: Annotated[bool, typer.Option("--accept", help="Judge later runs by this one.")] = False,
    tolerance: Annotated[float, typer.Option(min=0, max=1, help="How much a figure may fall.")] = 0.01,
    html: Html = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Compare with the run accepted last on the same questions; exit 1 if a figure regressed.

    A figure regressed if it fell by more than the tolerance, and in 95 % of sets drawn from the same questions.
    """
    from assistant.evaluation.gating import run_gate
    from assistant.evaluation.report import gate_page
    from assistant.stores import open_stores

    settings = settings_of(home)
    stores = open_stores(settings)
    try:
        verdict, outcomes = run_gate(
            settings, file, stores.baselines, accept=accept, tolerance=tolerance, progress=progress_bar()
        )
    finally:
        stores.close()
    if html is not None:
        write_text(html, gate_page(verdict, outcomes, file.name))
    if as_json:
        print_json(verdict.model_dump())
    else:
        _print_verdict(verdict)
    if not verdict.passed and not accept:
        raise typer.Exit(1)


def _print_verdict(verdict: "Verdict") -> None:
    if verdict.has_baseline:
        for one in verdict.comparisons:
            print(f"{one.metric:28} {one.before:.4f} -> {one.after:.4f}{'  regressed' if one.regressed else ''}")
    else:
        _print_figures(verdict.figures, as_json=False)
        print(
            "no run was accepted on these questions yet" + ("" if verdict.accepted else "; --accept accepts this one")
        )
    for title, lines in (
        ("changed", verdict.changed_settings),
        ("newly failing", verdict.newly_failing),
        ("newly passing", verdict.newly_passing),
    ):
        for line in lines:
            print(f"{title}: {line}")
    if verdict.accepted:
        print("accepted: later runs are judged by this one")
    elif verdict.has_baseline:
        print("passed" if verdict.passed else "failed: a figure regressed")


def write_text(path: Path, text: str) -> None:
    """Write a file, with the folders it is to lie in.

    Raises:
        ConfigurationError: It cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be written: {error.strerror}") from error


def _print_figures(figures: dict[str, float | int], *, as_json: bool) -> None:
    if as_json:
        print_json(figures)
        return
    for name, value in figures.items():
        print(f"{name:28} {value}")
