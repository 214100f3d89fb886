"""Where tokens lie in a text: exactly, from a model's `tokenizer.json`, or as an upper estimate for hosted models."""

import json
import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import ConfigurationError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Spans = list[tuple[int, int]]

PIECE_CHARS = 4
"""Longest run of ASCII letters or digits counted as one token; byte-pair vocabularies average more for prose."""

_PIECE = re.compile(rf"[a-z]{{1,{PIECE_CHARS}}}|[0-9]{{1,2}}|\s{{2,}}|\S", re.IGNORECASE | re.ASCII)
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def readable(text: str) -> str:
    """Replace lone surrogates, which no tokenizer and no wire format can carry; positions stay the same."""
    return _LONE_SURROGATE.sub("\ufffd", text)


def approximate_spans(text: str) -> Spans:
    """Split into pieces that are seldom longer than a real token; white space alone is not counted.

    A sign outside ASCII counts as a token of its own, and twice where it lies beyond the basic plane, as emoji do,
    because byte-level vocabularies spell those out.
    """
    spans: Spans = []
    for match in _PIECE.finditer(text):
        times = 1 if match.end() - match.start() > 1 else _tokens_of(match.group())
        spans.extend([match.span()] * times)
    return spans


def shortened(text: str, spans: Spans, limit: int) -> str:
    """Return the text up to its `limit`-th token; whole where it has no more than that."""
    return text if len(spans) <= limit else text[: spans[limit - 1][1]]


class SpanTokenizer:
    """A private copy of a model's tokenizer that never cuts or pads, safe to use beside the model's own."""

    def __init__(self, tokenizer: "Tokenizer") -> None:
        """Copy `tokenizer`, so that its settings are not changed under a model that is using it."""
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_str(tokenizer.to_str())
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()

    def spans(self, text: str) -> Spans:
        """Return the character range of every token, in order, special tokens left out."""
        return list(self._tokenizer.encode(readable(text), add_special_tokens=False).offsets)

    def lengths(self, texts: Sequence[str]) -> list[int]:
        """Return how many tokens each text has, special tokens left out; all texts are tokenized in one call."""
        encodings = self._tokenizer.encode_batch_fast([readable(text) for text in texts], add_special_tokens=False)
        return [len(one.ids) for one in encodings]


def read_tokenizer(path: Path) -> "Tokenizer":
    """Read a `tokenizer.json`.

    Raises:
        ConfigurationError: The file is missing or damaged.
    """
    from tokenizers import Tokenizer

    try:
        text = path.read_text(encoding="utf-8")
        # Looked at here, because for a damaged file tokenizers raises nothing narrower than `Exception`.
        whole = "model" in json.loads(text)
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{path} cannot be read ({error}); put the model's tokenizer.json there") from error
    if not whole:
        raise ConfigurationError(f"{path} describes no tokenizer; put the model's tokenizer.json there")
    return Tokenizer.from_str(text)


def _tokens_of(sign: str) -> int:
    if ord(sign) > 0xFFFF or unicodedata.category(sign) in ("Cn", "Co"):
        return 2
    return 1
