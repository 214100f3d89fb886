"""Looks over the templates before a customer reads them: each is rendered with samples of what it will be given."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from difflib import get_close_matches
from itertools import islice, product
from pathlib import Path
from typing import Literal

from assistant.templates import FAULTS, SUFFIX, Templates, Version, told
from assistant.types import (
    Attempt,
    ConversationState,
    Customer,
    CustomerFact,
    Fitted,
    HandoffPack,
    KnownFact,
    Message,
    Passage,
    Quotation,
    ScoredPassage,
    Value,
)

RULES = "policy.yaml"
"""The rules beside the templates; they may name templates of the lead's own."""

Problem = Literal["cannot be rendered", "unknown variable", "missing variable", "empty", "no question", "used nowhere"]

_PASSAGE = Passage(
    id="sample-1",
    document_id="sample",
    document="returns.md",
    title="Returns",
    revision=1,
    ordinal=0,
    heading="How long",
    start=0,
    end=37,
    text="You can return items within 30 days.",
)
_FOUND = ScoredPassage(rank=1, score=1.0, passage=_PASSAGE)
_BARE = _FOUND.model_copy(update={"passage": _PASSAGE.model_copy(update={"heading": ""})})
_SAID = (
    Message(speaker="customer", text="Do you sell headphones?"),
    Message(speaker="assistant", text="Yes, three models.", informs=True),
)
_EMPTY_PACK = HandoffPack(
    conversation_id="sample",
    state=ConversationState.WAITING,
    reason="The customer asked for a person.",
    began_at=datetime(2026, 3, 2, 8, 0),
    waiting_since=None,
    handed_over=1,
    summary=(),
    open_question=None,
    mood=(),
    tried=(),
    sources=(),
    facts=(),
)
_ASKED = Quotation(turn=1, start=0, end=19, quote="Where is my parcel?")
_PACK = _EMPTY_PACK.model_copy(
    update={
        "waiting_since": datetime(2026, 3, 2, 9, 0),
        "summary": (_ASKED,),
        "open_question": _ASKED,
        "tried": (
            Attempt(turn=1, question=_ASKED.quote, action="answer", reason="Covered.", documents=("returns.md",)),
        ),
        "facts": (CustomerFact(kind="order", value="HA-12345678", turn=1),),
        "risks": ("legal",),
        "customer": Customer(
            id="c-1",
            name="Ana",
            segment="vip",
            facts=(KnownFact(kind="model", value="Tern 2", origin="chat", at=datetime(2026, 3, 2, 8, 0)),),
        ),
    }
)
_FITTED = Fitted(kind="product", subject="Norda 300", others=("Norda 350",))

SAMPLES: dict[str, tuple[object, ...]] = {
    "assistant_name": ("Help desk",),
    "position": (1, 12),
    "is_open": (True, False),
    "opens": (None, datetime(2026, 3, 2, 9, 0)),
    "email": ("", "help@example.com"),
    "agent": ("", "Mara"),
    "question": ("How long do I have to return something?",),
    "passages": ((_FOUND, _BARE), (_FOUND,)),
    "excerpts": ((_PASSAGE,), (_PASSAGE, _PASSAGE)),
    "history": ((), _SAID),
    "pack": (_PACK, _EMPTY_PACK),
    "tone": ("friendly", "warm", "brief", "calming", "serious"),
    "fitted": (_FITTED, _FITTED.model_copy(update={"told": True, "kind": "country"})),
    "style": ("shorter", "friendlier"),
    "choices": (("Austria", "Canada"), ()),
    "title": ("Do you wrap gifts?",),
    "alike": ((), ("Can it come as a present?", "Is there wrapping paper?")),
    "paragraphs": (("We wrap gifts for 3.90 EUR.",), ("We do.", "- Paper\n- Ribbon"), ()),
    "parts": (("who pays the courier",), ("what does it cost", "is it red")),
    "delimiter": ("0a1b2c3d",),
    "seconds": (1, 600, 80_000),
    "kinds": (("name",), ("email", "name", "phone")),
}
"""Values of the variables as a turn gives them."""

MOST_SAMPLES = 200

NEEDED: dict[str, tuple[str, ...]] = {
    "answer.user": ("question", "passages", "delimiter"),
    "answer_local.user": ("question", "excerpts", "delimiter"),
    "condense.user": ("question", "history"),
}
"""Variables without which a model would not know what it is asked."""

_ABOUT_PEOPLE = ("position", "is_open", "opens", "email", "agent")

ALLOWED: dict[str, tuple[str, ...]] = {
    "answer.user": ("question", "passages", "history", "tone", "delimiter"),
    "condense.user": ("question", "history", "delimiter"),
    "agent_silent": _ABOUT_PEOPLE,
    "closed": _ABOUT_PEOPLE,
    "declined": _ABOUT_PEOPLE,
    "hand_over": _ABOUT_PEOPLE,
    "joined": _ABOUT_PEOPLE,
    "never_mind": _ABOUT_PEOPLE,
    "offer_human": _ABOUT_PEOPLE,
    "returned": _ABOUT_PEOPLE,
    "wait_long": _ABOUT_PEOPLE,
    "waiting": _ABOUT_PEOPLE,
    "with_agent": _ABOUT_PEOPLE,
}
"""What a template is given beside `assistant_name`, where the one shipped does not read all of it."""


class Finding(Value):
    """What is wrong with a template, in words that tell what to do."""

    template: str
    path: str
    problem: Problem
    detail: str


class TemplateSummary(Value):
    """A template as it is used now; `variables` are those that it reads."""

    name: str
    checksum: str
    path: str
    replaces_shipped: bool
    variables: tuple[str, ...]


def check_templates(own: Path | None, shipped: Path) -> list[Finding]:
    """Return what is wrong with the templates of a folder of the operator's and of those shipped, by name."""
    templates = Templates([folder for folder in (own, shipped) if folder is not None])
    known = Templates([shipped])
    ruled = _named_by_rules(own, shipped)
    included: set[str] = set()
    findings: list[Finding] = []
    for name, path in templates.paths().items():
        try:
            version = templates.version(name)
        except FAULTS as error:
            findings.append(Finding(template=name, path=str(path), problem="cannot be rendered", detail=told(error)))
            continue
        included.update(file.removesuffix(SUFFIX) for file in version.files[1:])
        if name in known.paths() or name in ruled:
            findings += _found(name, version, known)
    if own is not None:
        known_files = {path.name for path in shipped.iterdir()}
        findings += _used_nowhere(own, known_files | {f"{name}{SUFFIX}" for name in (*included, *ruled)})
    return sorted(findings, key=lambda one: (one.template, one.problem))


def summarise(own: Path | None, shipped: Path) -> list[TemplateSummary]:
    """Return the templates that can be read, by name."""
    templates = Templates([folder for folder in (own, shipped) if folder is not None])
    return list(_summaries(templates, Templates([shipped]).paths()))


def _summaries(templates: Templates, shipped: Mapping[str, Path]) -> Iterator[TemplateSummary]:
    for name, path in templates.paths().items():
        try:
            version = templates.version(name)
        except FAULTS:
            continue
        yield TemplateSummary(
            name=name,
            checksum=version.checksum,
            path=str(path),
            replaces_shipped=name in shipped and shipped[name] != path,
            variables=tuple(sorted(version.variables)),
        )


def _found(name: str, version: Version, shipped: Templates) -> Iterator[Finding]:
    """Yield what is wrong with a template that can be read."""

    def finding(problem: Problem, detail: str) -> Finding:
        return Finding(template=name, path=str(version.path), problem=problem, detail=detail)

    given = {"assistant_name", *ALLOWED.get(name, ()), *_variables(name, shipped)}
    for variable in sorted(version.variables - given):
        yield finding("unknown variable", f"{variable} is not given here; there are: {', '.join(sorted(given))}")
    for variable in NEEDED.get(name, ()):
        if variable not in version.variables:
            yield finding("missing variable", f"{variable} must be in it, or the model does not know what it is asked")
    if version.variables <= given:
        for problem, detail in _rendered(name, version, given):
            yield finding(problem, detail)


def _rendered(name: str, version: Version, given: set[str]) -> Iterator[tuple[Problem, str]]:
    """Yield what shows when a template is rendered with samples of all that it is given."""
    try:
        texts = [version.render(values) for values in _samples(given)]
    except FAULTS as error:
        yield "cannot be rendered", told(error)
        return
    if not any(texts):
        yield "empty", "it says nothing"
    elif name == "examples" and not any(line.startswith("- ") for line in texts[0].splitlines()):
        yield "no question", "an example question is a line that begins with '- '"


def _variables(name: str, templates: Templates) -> frozenset[str]:
    try:
        return templates.version(name).variables
    except FAULTS:
        return frozenset()


def _samples(names: set[str]) -> Iterator[dict[str, object]]:
    """Yield every combination of the samples, as far as that can be waited for."""
    known = sorted(name for name in names if name in SAMPLES)
    for values in islice(product(*(SAMPLES[name] for name in known)), MOST_SAMPLES):
        yield dict(zip(known, values, strict=True))


def _named_by_rules(own: Path | None, shipped: Path) -> set[str]:
    """Return every word of the rules in use: those of them that are templates' names say what is used."""
    files = [folder / RULES for folder in (own, shipped) if folder is not None]
    file = next((one for one in files if one.is_file()), None)
    return set(re.findall(r"[\w.]+", file.read_text(encoding="utf-8", errors="replace"))) if file else set()


def _used_nowhere(own: Path, known: set[str]) -> Iterator[Finding]:
    for path in sorted(own.iterdir()):
        is_note = path.name.startswith(".") or path.name == "README.md"
        if not is_note and path.name not in known:
            near = get_close_matches(path.name, sorted(known), n=1)
            detail = f"nothing asks for {path.name}" + (f"; did you mean {near[0]}?" if near else "")
            name = path.name.removesuffix(SUFFIX)
            yield Finding(template=name, path=str(path), problem="used nowhere", detail=detail)
