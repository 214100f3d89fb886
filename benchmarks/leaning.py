"""Prints what customers' feedback may do to a ranking, for several bounds: at its best, and turned against the answers.

    python -m benchmarks.leaning --set squad2 --limit 400 --cache ~/.cache/assistant-retrieval

Half of the queries of a judged set vote: ten customers like the first passage where its document is right, and dislike
it where it is wrong. `helped` is hit@1 of the other half. `lied to` is hit@1 where the voters say the opposite, and
`worst` where every right passage is disliked and every wrong one liked by any number of people: it shows how many first
places were clearly better than the next. A bound of 0 is the ranking as it is.
"""

import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

from assistant.evaluation.homes import asked_home
from assistant.evaluation.sets import Qrels, read_qrels, read_queries
from assistant.leaning import HALFWAY
from assistant.service import Assistant
from assistant.settings import Settings
from assistant.types import ScoredPassage
from benchmarks.machine import report
from benchmarks.retrieval import parser_of, sets_of

BOUNDS = (0.0, 0.02, 0.05, 0.1, 0.2)
VOTERS = 10
READ = 30
Ranking = tuple[set[str], Sequence[ScoredPassage]]


def rankings_of(bot: Assistant, asked: Iterable[Mapping[str, Any]], qrels: Qrels) -> list[Ranking]:
    """Return for each query the documents that are right and what was found."""
    right = ({name for name, gain in qrels[str(one["_id"])].items() if gain > 0} for one in asked)
    return [(names, bot.find(one["text"], READ).passages) for names, one in zip(right, asked, strict=True)]


def is_right(names: set[str], one: ScoredPassage) -> bool:
    return one.passage.document in names


def opinions_of(rankings: Iterable[Ranking]) -> Counter[str]:
    """Return likes less dislikes of each passage that came first."""
    opinions: Counter[str] = Counter()
    for names, found in rankings:
        if found:
            opinions[found[0].passage.digest] += VOTERS if is_right(names, found[0]) else -VOTERS
    return opinions


def hits(rankings: Sequence[Ranking], lean: Mapping[str, float]) -> float:
    """Return how often the first passage is right when each gains its share."""
    firsts = [
        (names, max(found, key=lambda one: one.score * (1 + lean.get(one.passage.digest, 0.0))))
        for names, found in rankings
        if found
    ]
    return fmean(is_right(names, one) for names, one in firsts)


def worst(rankings: Sequence[Ranking], bound: float) -> float:
    """Return how often the first passage is right when every vote is for the wrong ones."""
    return fmean(
        hits([(names, found)], {one.passage.digest: -bound if is_right(names, one) else bound for one in found})
        for names, found in rankings
        if found
    )


def rows_of(name: str, rankings: Sequence[Ranking]) -> list[dict[str, Any]]:
    told, judged = rankings[::2], rankings[1::2]
    shares = {key: votes / (abs(votes) + HALFWAY) for key, votes in opinions_of(told).items()}
    return [
        {
            "set": name,
            "n": len(judged),
            "bound": bound,
            "helped": hits(judged, {key: bound * share for key, share in shares.items()}),
            "lied to": hits(judged, {key: -bound * share for key, share in shares.items()}),
            "worst": worst(judged, bound),
        }
        for bound in BOUNDS
    ]


def main() -> None:
    arguments = parser_of(__doc__).parse_args()
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as temporary:
        homes = (arguments.cache or Path(temporary)) / arguments.embedder.replace("/", "-").replace(":", "-")
        for folder in sets_of(arguments.data, arguments.set):
            qrels = read_qrels(folder / "qrels.tsv")
            asked = read_queries(folder / "queries.jsonl", qrels)[: arguments.limit]
            with asked_home(Settings(embedder=arguments.embedder), folder, homes / folder.name) as bot:
                rows += rows_of(folder.name, rankings_of(bot, asked, qrels))
    report("leaning", rows)


if __name__ == "__main__":
    main()
