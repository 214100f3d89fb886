"""Fits what a turn looks up to what is known of the customer, where they agreed that it is remembered, and used.

A fact decides only between subjects that documents name, and is called as they call it: its own words are neither
searched for, nor shown, nor sent to a model, so that a fact that holds instructions is none.
"""

import re
from collections.abc import Sequence

from assistant.ambiguity import MAX_LABEL_CHARS, NEAR_SHARE, choices_in, name_terms, subjects_in
from assistant.clarifying import with_subject
from assistant.finding import Finder
from assistant.terms import terms
from assistant.types import Fitted, Guest, KnownFact, Lent, Query, SearchResult, Turn
from assistant.writing import Work

NEVER_KINDS = frozenset({"email", "name", "phone"})
"""Who somebody is does not say what they ask about."""

MORE_TERMS = 3
"""A fact says at most so much beside the name of a subject, such as a colour; what says more is no name."""

LENT_MEANING, LENT_TERMS = 0.1, 0.5
"""What a subject that the customer is known to have weighs beside the question, which weighs 1; as a follow-up's do."""

MAX_OTHERS = 4

_KIND = re.compile(r"\w+(?:[ -]\w+)?")
"""The kind of a fact is said, so that it must be a word or two."""

_ALTERNATIVES = re.compile(r",\s+|\s+(?:and|or|und|oder|et|ou)\s+")
"""One document may be about several: "Denmark and Sweden"."""

Known = tuple[KnownFact, str]
"""A fact, and the subject that it names."""


def fit(work: Work, found: SearchResult | None, query: Query, finder: Finder) -> tuple[SearchResult | None, Query]:
    """Return what was found and for what; where something known of the customer decides, what is found with it.

    What the question or the conversation names itself always counts more.
    """
    if found is None or not work.facts or not work.may_ask or found.approved is not None:
        return found, query
    query = query.alone() if found.switched else query
    fitted = _decided(work, found, query, finder) if found.evidence.choices else _lent(work, found, query, finder)
    return fitted or (found, query)


def looked_back_at(turns: Sequence[Turn], guest: Guest) -> list[Turn]:
    """Return turns without the answers that were fitted to what may no longer be used."""
    return [
        turn.model_copy(update={"reply": None})
        if turn.reply is not None and turn.reply.fitted is not None and not _is_known(turn.reply.fitted, guest)
        else turn
        for turn in turns
    ]


def because_of(work: Work) -> str:
    """Return in words for staff what an answer was fitted to; empty where it was not."""
    if work.fitted is None or not work.draft.text:
        return ""
    return f"What is known of the customer decided what is meant ({work.fitted.kind}: {work.fitted.subject})."


def known_subject(subjects: Sequence[str], facts: Sequence[KnownFact]) -> Known | None:
    """Return the one subject that facts name, with the fact; None where they name none, or several."""
    named = {subject: fact for subject in subjects for fact in facts if _names(fact, subject)}
    whole = {one: fact for one, fact in named.items() if frozenset(terms(fact.value)) == frozenset(terms(one))}
    if len(whole or named) != 1:
        return None
    [(subject, fact)] = (whole or named).items()
    return fact, subject


def _is_known(fitted: Fitted, guest: Guest) -> bool:
    return any(one.kind == fitted.kind and _names(one, fitted.subject) for one in guest.facts)


def _names(fact: KnownFact, subject: str) -> bool:
    if fact.kind in NEVER_KINDS or not _KIND.fullmatch(fact.kind) or len(fact.value) > MAX_LABEL_CHARS:
        return False
    said = frozenset(terms(fact.value))
    named = any(called and called <= said for called in map(name_terms, _ALTERNATIVES.split(subject)))
    return named and len(said - frozenset(terms(subject))) <= MORE_TERMS


def _decided(work: Work, found: SearchResult, query: Query, finder: Finder) -> tuple[SearchResult, Query] | None:
    """Choose in the customer's place between what a question may be meant of."""
    choices = found.evidence.choices
    known = known_subject(choices, work.facts)
    if known is None and (deeper := finder.deeper(query)) is not None:
        choices = choices_in(deeper, most=len(deeper.passages))
        known = known_subject(choices, work.facts)
    if known is None:
        return None
    asked = query.model_copy(update={"text": with_subject(query.text, known[1])})
    again = finder.find(asked, may_ask=False)
    if again is None or not _is_sure(again):
        return None
    work.fitted = _fitted(known, asked.text, choices)
    return _without(again, work.fitted), asked


def _lent(work: Work, found: SearchResult, query: Query, finder: Finder) -> tuple[SearchResult, Query] | None:
    """Lend the name of what the customer has to a question that names nothing, where its document answers as well."""
    if query.topic or not found.passages:
        return None
    deeper = finder.deeper(query)
    subjects = subjects_in(deeper.passages) if deeper is not None else {}
    known = known_subject(tuple(subjects), work.facts)
    if known is None or subjects[known[1]].score < NEAR_SHARE * found.passages[0].score:
        return None
    said = frozenset(terms(" ".join((query.text, *(one.text for one in query.context)))))
    if any(said & name_terms(one) for one in subjects):
        return None
    lent = Lent(text=known[1], meaning=LENT_MEANING, terms=LENT_TERMS)
    asked = query.model_copy(update={"topic": known[1], "context": (*query.context, lent), "leans": True})
    again = finder.find(asked, may_ask=False)
    titles = (found.passages[0].passage.title, again.passages[0].passage.title) if again and again.passages else ()
    own = subjects[known[1]].passage.title
    if again is None or not titles or titles[1] != own or titles[0] == own or not _is_sure(again):
        return None
    work.fitted = _fitted(known, with_subject(query.text, known[1]), tuple(subjects))
    return again, asked


def _without(found: SearchResult, fitted: Fitted) -> SearchResult:
    """Leave out what is of the other choices alone, as far as there is something of the subject itself."""
    own = name_terms(fitted.subject)
    rivals = [name_terms(one) for one in fitted.others]
    above = [frozenset(terms(f"{one.passage.title} {one.passage.heading}")) for one in found.passages]
    if not any(own <= one for one in above):
        return found
    kept = [
        one
        for one, said in zip(found.passages, above, strict=True)
        if own <= said or not any(rival and rival <= said for rival in rivals)
    ]
    ranked = (one.model_copy(update={"rank": rank}) for rank, one in enumerate(kept, start=1))
    return found.model_copy(update={"passages": tuple(ranked)})


def _is_sure(found: SearchResult) -> bool:
    return found.evidence.confidence >= found.evidence.needed


def _fitted(known: Known, question: str, subjects: Sequence[str]) -> Fitted:
    fact, subject = known
    others = tuple(one for one in subjects if one != subject)[:MAX_OTHERS]
    return Fitted(kind=fact.kind, subject=subject, told=fact.origin == "chat", question=question, others=others)
