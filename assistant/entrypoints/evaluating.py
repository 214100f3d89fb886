"""The commands that measure the assistant on sets of questions, and judge a change before it goes live."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from assistant.entrypoints.options import AsJson, Home, print_json, progress_bar, settings_of

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
    for command in (retrieval, answers, signals):
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
    from assistant.evaluation.retrieval import evaluate_retrieval

    run = evaluate_retrieval(settings_of(home), folder, queries=queries, mode=mode, kept=keep, progress=progress_bar())
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
    from assistant.evaluation.answers import evaluate_answers

    run = evaluate_answers(settings_of(home), file, corpus=corpus, kept=keep, limit=limit, progress=progress_bar())
    _print_figures(run.figures, as_json=as_json)


def signals(
    file: Annotated[Path, typer.Argument(help="JSONL: text and label, or turns and satisfaction.", exists=True)],
    as_json: AsJson = False,
) -> None:
    """Measure what is read of a customer's mood."""
    from assistant.evaluation.signals import evaluate_signals
    from assistant.signals import open_signal_reader

    _print_figures(evaluate_signals(open_signal_reader(), file), as_json=as_json)


def _print_figures(figures: dict[str, float | int], *, as_json: bool) -> None:
    if as_json:
        print_json(figures)
        return
    for name, value in figures.items():
        print(f"{name:28} {value}")
