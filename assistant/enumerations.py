"""Tells whether the lists and the table rows that a sentence repeats are those of its source, with nothing between."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from assistant.statements import Row, sentences_of, tokens

MAX_ITEM_WORDS = 3
"""An item of a list of more words is a clause of its own."""

_JOINTS = frozenset((",", ";", "and", "or"))


def adds_an_item(said: Row, span: Row) -> bool:
    """Tell whether a sentence has an item that its source does not name, between two that are neighbours in a list."""
    items = [item for sentence in sentences_of(said) for item in _inner_items(sentence)]
    return bool(items) and any(
        (last, following) in neighbours and held.isdisjoint(item)
        for held, neighbours in map(_listed, sentences_of(span))
        for last, item, following in items
    )


def _listed(sentence: Row) -> tuple[set[str], set[tuple[str, str]]]:
    """Return all words of a sentence, and each two that a joint stands between."""
    content = [place for place, one in enumerate(sentence) if one.is_content]
    neighbours = {
        (sentence[one].key, sentence[other].key)
        for one, other in pairwise(content)
        if any(between.word in _JOINTS for between in sentence[one + 1 : other])
    }
    return {one.key for one in sentence}, neighbours


def _inner_items(said: Row) -> Iterator[tuple[str, list[str], str]]:
    """Yield each item that stands between two joints, with the last word before it and the first one after it."""
    joints = [place for place, one in enumerate(said) if one.word in _JOINTS]
    for start, end in pairwise(joints):
        item = [one.key for one in said[start + 1 : end] if one.word.isalnum() and (one.is_content or end - start == 2)]
        last = next((one.key for one in reversed(said[:start]) if one.is_content), None)
        following = next((one.key for one in said[end + 1 :] if one.is_content), None)
        if item and len(item) <= MAX_ITEM_WORDS and last is not None and following is not None:
            yield last, item, following


def mixes_rows(said: Row, quote: str, passage: str) -> bool:
    """Tell whether a sentence says of one row of a table what stands in another.

    Args:
        said: The tokens of the sentence.
        quote: The text of the span that is to support it, some rows of a table among others.
        passage: The text around the span, with the whole table.
    """
    lines = [line for line in quote.split("\n") if line.strip("|:- \t")]
    rows = [line for line in lines if line.startswith("|")]
    if not rows or len(rows) < len(lines):
        return bool(rows)
    mine = _said_keys(said)
    header, *table = [line for line in passage.split("\n") if line.startswith("|")] or [""]
    own = _keys(quote) | _keys(header)
    if any((_keys(line) - own) & mine for line in table):
        return True
    lent = [line for line in rows if len(rows) == 1 or _lends(line, rows, mine)]
    if len(rows) > 1 and (said[0].word == "|" or not all(_names(said, line) for line in lent)):
        return True
    return any(_mixes_columns(mine, _cells(line), _cells(header)) for line in lent)


def _mixes_columns(mine: set[str], row: list[set[str]], header: list[set[str]]) -> bool:
    """Tell whether a sentence names some columns of a table by their header, and has a word of another one."""
    if len(row) != len(header):
        return False
    asked = {place for place, cell in enumerate(_own(header)) if cell & mine and place}
    lent = {place for place, cell in enumerate(_own(row)) if cell & mine and place}
    return bool(asked) and not lent <= asked


def _own(cells: list[set[str]]) -> list[set[str]]:
    """Return of each cell the words that no other one has."""
    return [cell.difference(*cells[:place], *cells[place + 1 :]) for place, cell in enumerate(cells)]


def _cells(line: str) -> list[set[str]]:
    return [_keys(cell) for cell in line.strip().strip("|").split("|")]


def _names(said: Row, line: str) -> bool:
    """Tell whether a sentence has the first cell of a row as it stands there."""
    label = [one.key for one in tokens(line.strip("| ").split("|", 1)[0]) if one.is_content]
    words = [one.key for one in said if one.is_content]
    return any(words[at : at + len(label)] == label for at in range(len(words)))


def _lends(line: str, rows: Sequence[str], mine: set[str]) -> bool:
    """Tell whether a row lends a word that no other row has."""
    others = set().union(*(_keys(other) for other in rows if other != line))
    return bool((_keys(line) - others) & mine)


def _keys(text: str) -> set[str]:
    return _said_keys(tokens(text))


def _said_keys(row: Row) -> set[str]:
    """Return the words that mean something in a cell of a table."""
    return {one.key for one in row if one.is_content or one.word in ("yes", "no")}
