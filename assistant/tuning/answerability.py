"""Fits answerability to a knowledge base, with questions made of it: once as it is, once without what answers them."""

import logging
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain

import numpy as np
from pydantic import ValidationError

from assistant.answerability.curves import area_under_risk_coverage, auroc
from assistant.answerability.fitting import Array, Example, balanced, refit
from assistant.answerability.model import SHIPPED_FEATURES, AnswerabilityModel, shipped_model
from assistant.evidence import EvidenceJudge
from assistant.ports import TunedParts
from assistant.records import StepReport
from assistant.tuning.pairs import Pair
from assistant.tuning.questions import Rehearsed, foreign_questions, sentence_questions, twisted
from assistant.tuning.steps import Ground, Search
from assistant.types import Generation, Passage, Query

logger = logging.getLogger(__name__)

PART = "answerability"

QUESTIONS = 200
"""So many questions are asked, each up to three times: a few seconds, and more of them hardly move the fit."""

LEAST_QUESTIONS = 30
"""A knowledge base that yields fewer is judged by the shipped model."""

PRIOR_RIDGE = 300.0
"""How strongly the fit is held to the shipped model: rehearsed questions are not those that customers ask.

With 100, squad2 gains .009 of the area under its curve and mtrag_cloud loses .026; with this .006 and .014.
"""

DEPTH = 5
"""The right passage must be among so many, or the answer would be wrong."""

RESAMPLES = 400

Group = tuple[Example, ...]
"""One question in all its forms; what was learnt with one form of it is not judged with another."""


class AnswerabilityStep:
    """Fits the model that tells whether passages hold the answer."""

    name = PART

    def fit(self, ground: Ground) -> tuple[StepReport, bytes | None]:
        """Return what was found, and the model where it wins on held-out questions; raises BackendError."""
        began = time.monotonic()
        ground.progress("rehearsing questions", 0, 1)
        groups = rehearse(ground.search, ground.pairs, ground.passages)
        if sum(one.right for one in chain(*groups)) < LEAST_QUESTIONS:
            reason = f"fewer than {LEAST_QUESTIONS} questions could be made of the documents"
            return StepReport(name=PART, accepted=False, reason=reason), None
        report = _judged(groups)
        payload = adapt(chain(*groups), shipped_model()).model_dump_json().encode() if report.accepted else None
        seconds = round(time.monotonic() - began, 1)
        return report.model_copy(update={"stored_bytes": len(payload or b""), "seconds": seconds}), payload


def judge_of(parts: TunedParts, generation: Generation, max_wrong_share: float) -> EvidenceJudge:
    """Return the judge with the model that was fitted for a generation; where there is none, with the shipped one."""
    part = parts.get(generation.number, PART) if generation.tuned else None
    return EvidenceJudge(model=None if part is None else _model(part.payload), max_wrong_share=max_wrong_share)


def _model(payload: bytes) -> AnswerabilityModel | None:
    """Return a stored model; None where another version wrote it, of other features or in another form."""
    try:
        model = AnswerabilityModel.model_validate_json(payload)
    except ValidationError:
        model = None
    if model is not None and model.features == SHIPPED_FEATURES:
        return model
    logger.warning("another version fitted the answerability, and it is not used; run `assistant tune` again")
    return None


def adapt(rehearsed: Iterable[Example], prior: AnswerabilityModel) -> AnswerabilityModel:
    """Return the prior fitted further to rehearsed questions; it yields only where they say much."""
    return refit(balanced(list(rehearsed)), prior, PRIOR_RIDGE)


def rehearse(search: Search, pairs: Sequence[Pair], passages: Sequence[Passage]) -> list[Group]:
    """Ask questions whose passage is known, with and without its document, and some that no company answers.

    Asking without the document, and without passages of the same text, makes near misses at no cost: whatever is
    found then is about the same topic, and does not answer. A question twisted in one thing has no answer either.
    """
    known = {one.id: one for one in passages}
    documents = _grouped((one.document_id, one.id) for one in passages)
    twins = _grouped((one.text, one.id) for one in passages)
    groups = []
    for one in _questions(pairs, passages):
        passage = known[one.passage_id]
        whole = search(Query(text=one.question), DEPTH)
        found = any(scored.passage.text == passage.text for scored in whole.passages)
        without = documents[passage.document_id] | twins[passage.text]
        around = search(Query(text=one.question, without=without), DEPTH)
        forms = [(whole.evidence.features, found), (around.evidence.features, False)]
        if other := twisted(one.question):
            forms.append((search(Query(text=other), DEPTH).evidence.features, False))
        groups.append(tuple(Example(features=features, right=right) for features, right in forms if features))
    for question in foreign_questions():
        if features := search(Query(text=question), DEPTH).evidence.features:
            groups.append((Example(features=features, right=False),))
    return groups


def _judged(groups: Sequence[Group]) -> StepReport:
    """Learn from every other question and judge with the rest, against the shipped model on the same ones."""
    learnt, judged = groups[::2], groups[1::2]
    model = adapt(chain(*learnt), shipped_model())
    held = list(chain(*judged))
    right = np.array([one.right for one in held], dtype=float)
    was = np.array([shipped_model().probability(one.features) for one in held])
    now = np.array([model.probability(one.features) for one in held])
    gains = _gains(was, now, right)
    low, high = (float(one) for one in np.percentile(gains, [2.5, 97.5]))
    gain = area_under_risk_coverage(was, right) - area_under_risk_coverage(now, right)
    return StepReport(
        name=PART,
        accepted=low > 0,
        reason=f"the area under the risk-coverage curve falls by {gain:.3f} ({low:.3f} to {high:.3f})",
        before=_figures(was, right),
        after=_figures(now, right),
        gain=round(gain, 4),
        gain_low=round(low, 4),
        gain_high=round(high, 4),
        learnt_from=sum(map(len, learnt)),
        judged_with=len(held),
    )


def _gains(was: Array, now: Array, right: Array) -> list[float]:
    """Return by how much the area falls in each of many resamples of the questions (Efron, 1979)."""
    draws = np.random.default_rng(0).integers(0, len(right), (RESAMPLES, len(right)))
    return [
        area_under_risk_coverage(was[draw], right[draw]) - area_under_risk_coverage(now[draw], right[draw])
        for draw in draws
    ]


def _figures(scores: Array, right: Array) -> dict[str, float]:
    return {"aurc": round(area_under_risk_coverage(scores, right), 4), "auroc": round(auroc(scores, right), 4)}


def _questions(pairs: Sequence[Pair], passages: Sequence[Passage]) -> list[Rehearsed]:
    known = {one.id for one in passages}
    asked = [Rehearsed(question=one.question, passage_id=one.passage_id) for one in pairs if one.passage_id in known]
    stride = max(1, len(asked) // (QUESTIONS // 2))
    chosen = asked[::stride][: QUESTIONS // 2]
    return [*chosen, *sentence_questions(passages, QUESTIONS - len(chosen))]


def _grouped(rows: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    groups: dict[str, set[str]] = defaultdict(set)
    for key, passage_id in rows:
        groups[key].add(passage_id)
    return {key: frozenset(ids) for key, ids in groups.items()}
