"""Reads examples of intents: a YAML that a support lead edits, or JSON lines with one labelled message each."""

import json
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from assistant.errors import DocumentError

YAML_SUFFIXES = (".yaml", ".yml")

_TOP_FIELDS = ("intents", "out_of_scope")
_INTENT_FIELDS = ("description", "examples")


class Example(NamedTuple):
    """A message and what its writer wants; None stands for what is out of scope."""

    text: str
    intent: str | None


@dataclass(frozen=True)
class ExampleSet:
    """The examples of a file in its order, no text twice with the same intent, and what staff call each intent."""

    examples: tuple[Example, ...]
    descriptions: Mapping[str, str] = field(default_factory=dict)

    @property
    def counts(self) -> dict[str, int]:
        """The number of examples of each intent, by name."""
        return dict(sorted(Counter(one.intent for one in self.examples if one.intent is not None).items()))

    @property
    def out_of_scope(self) -> int:
        """The number of examples that belong to no intent."""
        return sum(one.intent is None for one in self.examples)

    @property
    def contradicting(self) -> tuple[str, ...]:
        """Texts that stand under more than one intent, or under one and out of scope."""
        owners: dict[str, set[str | None]] = defaultdict(set)
        for one in self.examples:
            owners[one.text.casefold()].add(one.intent)
        return tuple(text for text, intents in owners.items() if len(intents) > 1)


def read_examples(file: Path) -> ExampleSet:
    """Read a file of examples, YAML by its suffix and JSON lines otherwise; blank texts and repetitions are left out.

    The YAML has `intents`, a mapping of a name to a list of texts or to `description` and `examples`, and may have
    `out_of_scope`, a list of texts. A line of JSON has `text` and `intent`, null for out of scope.

    Raises:
        DocumentError: The file cannot be read, has another form, or holds no example.
    """
    descriptions: dict[str, str] = {}
    if file.suffix.lower() in YAML_SUFFIXES:
        document = _yaml(file)
        rows, descriptions = list(_rows_of_yaml(file, document)), _descriptions(document)
    else:
        rows = read_rows(file)
    kept = dict.fromkeys(Example(" ".join(one.text.split()), one.intent) for one in rows if one.text.strip())
    if not kept:
        raise DocumentError(file, "holds no example; give some texts for each intent, as docs/intents.md shows")
    return ExampleSet(tuple(kept), descriptions)


def read_rows(file: Path) -> list[Example]:
    """Read JSON lines with `text` and `intent` as they are, repetitions too.

    Raises:
        DocumentError: The file cannot be read, or a line has another form.
    """
    lines = _text(file).splitlines()
    return [_row(file, number, line) for number, line in enumerate(lines, start=1) if line.strip()]


def _row(file: Path, number: int, line: str) -> Example:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        reason = f"line {number} is no JSON object; give one {{'text', 'intent'}} a line, or a file that ends in .yaml"
        raise DocumentError(file, reason) from error
    if not isinstance(row, dict) or not isinstance(row.get("text"), str) or "intent" not in row:
        raise DocumentError(file, f"line {number} has no `text` or no `intent`; null stands for out of scope")
    return Example(row["text"], _name(file, f"line {number}", row["intent"]))


def _name(file: Path, where: str, intent: object) -> str | None:
    if intent is None:
        return None
    if isinstance(intent, bool) or not isinstance(intent, str | int) or not str(intent).strip():
        raise DocumentError(file, f"{where}: the intent {intent!r} is no name; null stands for out of scope")
    return str(intent).strip()


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DocumentError(file, f"cannot be read as UTF-8 text: {error}") from error


class _Loader(yaml.SafeLoader):
    """Refuses a name that stands twice: YAML would keep the last one and lose the others' examples in silence."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        names = Counter(key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode))
        if twice := next((name for name, count in names.items() if count > 1), None):
            raise yaml.constructor.ConstructorError(None, None, f"{twice!r} stands twice", node.start_mark)
        return super().construct_mapping(node, deep)


def _yaml(file: Path) -> Mapping[str, Any]:
    try:
        document = yaml.load(_text(file), Loader=_Loader)
    except yaml.YAMLError as error:
        raise DocumentError(file, f"is no valid YAML: {' '.join(str(error).split())}") from error
    if not isinstance(document, dict) or not isinstance(document.get("intents"), dict):
        raise DocumentError(file, "has no `intents`, a mapping of each name to its examples; see docs/intents.md")
    _refuse_unknown(file, "the file", document, _TOP_FIELDS)
    return document


def _rows_of_yaml(file: Path, document: Mapping[str, Any]) -> Iterator[Example]:
    for name, value in document["intents"].items():
        intent = _name(file, "intents", name)
        if isinstance(value, dict):
            _refuse_unknown(file, f"intent {intent}", value, _INTENT_FIELDS)
        texts = value.get("examples") if isinstance(value, dict) else value
        yield from (Example(text, intent) for text in _texts(file, f"intent {intent}", texts))
    if "out_of_scope" in document:
        yield from (Example(text, None) for text in _texts(file, "out_of_scope", document["out_of_scope"]))


def _texts(file: Path, where: str, texts: object) -> list[str]:
    if not isinstance(texts, list) or not texts:
        raise DocumentError(
            file, f"{where} has no list of examples; write each on a line of its own that begins with -"
        )
    for text in texts:
        if not isinstance(text, str):
            raise DocumentError(file, f"{where}: the example {text!r} is no text; put it in quotation marks")
    return texts


def _descriptions(document: Mapping[str, Any]) -> dict[str, str]:
    described = {name: value for name, value in document["intents"].items() if isinstance(value, dict)}
    return {str(name).strip(): str(one["description"]) for name, one in described.items() if one.get("description")}


def _refuse_unknown(file: Path, where: str, value: Mapping[str, Any], known: tuple[str, ...]) -> None:
    if unknown := sorted(str(key) for key in value if key not in known):
        raise DocumentError(file, f"{where} has an unknown field {unknown[0]!r}; use {', '.join(known)}")
