"""Writes an evaluation as one HTML page that needs nothing else: no script, no style sheet, no picture to load."""

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

from assistant.answerability.curves import risk_coverage
from assistant.evaluation.answers import AnswersRun, can_be_right, risk_of
from assistant.evaluation.gate import Verdict, has_passed
from assistant.evaluation.metrics import percentile
from assistant.evaluation.outcomes import Outcome
from assistant.evaluation.plots import curve, histogram
from assistant.evaluation.retrieval import QueryOutcome, RetrievalRun

WORST = 25
TEXT_CHARS = 400


def retrieval_page(run: RetrievalRun, subject: str) -> str:
    """Return the report of `assistant eval retrieval`."""
    plots = [
        (
            "nDCG@10 of the queries",
            histogram([("queries", [one.scores["ndcg@10"] for one in run.outcomes])], "nDCG@10", most=1.0),
        ),
        _latency([one.milliseconds for one in run.outcomes], "search"),
    ]
    worst = sorted(run.outcomes, key=lambda one: (one.scores["ndcg@10"], one.scores["recall@10"]))[:WORST]
    body = _figures(run.figures) + _plots(plots) + _list("Worst queries", [_query(one) for one in worst])
    return _page("Retrieval", subject, body)


def answers_page(run: AnswersRun, subject: str) -> str:
    """Return the report of `assistant eval answers`."""
    return _page("Answers", subject, _figures(run.figures) + _answers(run.outcomes))


def gate_page(verdict: Verdict, outcomes: Sequence[Outcome], subject: str) -> str:
    """Return the report of `assistant eval gate`."""
    if not verdict.has_baseline:
        opening = "<p>No run was accepted on this set before: there is nothing to compare with.</p>"
    elif verdict.passed:
        opening = '<p class="good">Passed: no figure regressed.</p>'
    else:
        opening = '<p class="bad">Failed: a figure regressed.</p>'
    rows = [
        (
            one.metric.replace("_", " "),
            f"{one.before:.4f}",
            f"{one.after:.4f}",
            f"{one.after - one.before:+.4f}",
            "regressed" if one.regressed else "",
            f"{one.certainty:.2f}",
        )
        for one in verdict.comparisons
    ]
    body = opening + _table(("figure", "before", "after", "change", "", "certainty of a fall"), rows)
    body += _list("Changed since", [escape(one) for one in verdict.changed_settings])
    body += _list("Newly failing", [escape(one) for one in verdict.newly_failing])
    body += _list("Newly passing", [escape(one) for one in verdict.newly_passing])
    return _page("Gate", subject, body + "<h2>This run</h2>" + _figures(verdict.figures) + _answers(outcomes))


def _answers(outcomes: Sequence[Outcome]) -> str:
    judged = [one for one in outcomes if one.answerability != "conversational"]
    right = [can_be_right(one) for one in judged]
    kinds = [
        (kind, [one.confidence for one in judged if one.answerability == kind])
        for kind in ("answerable", "unanswerable")
    ]
    risk = risk_of(outcomes)
    areas = f" (area {risk.by_confidence:.3f}; best cosine {risk.by_cosine:.3f})" if risk else ""
    plots = [
        (
            f"Risk and coverage{areas}",
            curve(risk_coverage([one.confidence for one in judged], right), "share answered", "share wrong"),
        ),
        ("Confidence", histogram(kinds, "confidence of the evidence", most=1.0)),
        _latency([one.milliseconds for one in outcomes], "turn"),
    ]
    failed = sorted((one for one in judged if not has_passed(one)), key=_badness)
    return _plots(plots) + _list(
        f"Worst questions ({min(WORST, len(failed))} of {len(failed)} that failed)",
        [_outcome(one) for one in failed[:WORST]],
    )


def _badness(outcome: Outcome) -> tuple[bool, float]:
    """Order what failed: wrong answers given with most confidence first, then what was left unsaid."""
    return (not outcome.answered, -outcome.confidence)


def _outcome(one: Outcome) -> str:
    said = f"said: {_short(one.text)}" if one.answered else f"did not answer ({escape(one.action)})"
    searched = f" · searched for: {_short(one.searched_for)}" if one.searched_for not in ("", one.question) else ""
    return (
        f"<strong>{escape(_cut(one.question))}</strong>"
        f'<p class="quiet">{escape(one.answerability)} · confidence {one.confidence:.2f}{searched}</p><p>{said}</p>'
        f'<p class="quiet">found: {_names(one.found)} · cited: {_names(one.cited)} · wanted: {_names(one.relevant)}</p>'
    )


def _query(one: QueryOutcome) -> str:
    return (
        f"<strong>{escape(_cut(one.question))}</strong>"
        f'<p class="quiet">nDCG@10 {one.scores["ndcg@10"]:.3f} · {one.milliseconds:.1f} ms</p>'
        f'<p class="quiet">found: {_names(one.documents[:5])} · wanted: {_names(one.relevant)}</p>'
    )


def _names(names: Sequence[str]) -> str:
    return escape(", ".join(names[:8]) + (" …" if len(names) > 8 else "")) or "none"


def _cut(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= TEXT_CHARS else f"{plain[:TEXT_CHARS]} …"


def _short(text: str) -> str:
    return escape(_cut(text))


def _latency(times: Sequence[float], what: str) -> tuple[str, str]:
    # One slow call, such as the first, would leave all others in a single bar.
    end = percentile(times, 0.99)
    title = f"Milliseconds of a {what}: p50 {percentile(times, 0.5):.1f}, p95 {percentile(times, 0.95):.1f}"
    return title, histogram([(f"{what}s", [min(time, end) for time in times])], "milliseconds")


def _figures(figures: Mapping[str, float | int]) -> str:
    cells = "".join(
        f"<div><dt>{escape(name.replace('_', ' '))}</dt><dd>{value}</dd></div>" for name, value in figures.items()
    )
    return f'<dl class="figures">{cells}</dl>'


def _plots(plots: Sequence[tuple[str, str]]) -> str:
    drawn = "".join(f"<section><h3>{escape(title)}</h3>{plot}</section>" for title, plot in plots)
    return f'<h2>Distributions</h2><div class="plots">{drawn}</div>'


def _list(title: str, items: Sequence[str]) -> str:
    """Return a titled list of items that are HTML already; nothing where there are none."""
    if not items:
        return ""
    return f'<h2>{escape(title)}</h2><ul class="worst">{"".join(f"<li>{one}</li>" for one in items)}</ul>'


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    if not rows:
        return ""
    head = "".join(f'<th class="{"number" if at else ""}">{escape(cell)}</th>' for at, cell in enumerate(header))
    lines = "".join(
        "<tr>"
        + "".join(f'<td class="{"number" if at else ""}">{escape(cell)}</td>' for at, cell in enumerate(row))
        + "</tr>"
        for row in rows
    )
    return f'<div class="wide"><table><tr>{head}</tr>{lines}</table></div>'


def _page(title: str, subject: str, body: str) -> str:
    style = (Path(__file__).parent / "report.css").read_text(encoding="utf-8")
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}: {escape(subject)}</title><style>{style}</style></head><body>"
        f'<h1>{escape(title)}</h1><p class="quiet">{escape(subject)}</p>{body}</body></html>\n'
    )
