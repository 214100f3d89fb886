"""Finds what is foreign by its meaning: to the question, to the rest of its document, and to the words of both.

Whoever plants a sentence chooses its words, but plants it into a document about something else. Vectors that lie far
apart show that, whatever the words are. A sentence of the document's own lies near its title, its other paragraphs or
the question; one that shares words with these may lie farther off.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.ports import Vectors
from assistant.segmentation import sentences
from assistant.terms import terms

Meanings = Callable[[Sequence[str]], Sequence[Vectors | None]]
"""Gives the unit vector of each text, or None where there is no model whose distances are known here."""

FOREIGN_BLOCK = 0.55
FOREIGN_SENTENCE = 0.37
"""Below so much nothing ties a block, or a sentence within one, to its document and the question; for all-MiniLM-L6-v2.

Of 8,400 sentences of a shop's documents and of cloud and government pages, each beside a question for which its page
was found, 3 % lie below, half of them left-over navigation; of 890 planted ones that say an ordinary word or a
person's number 91 % where they are a paragraph, and 74 % where they stand within one.
"""

TIED = 0.3
"""So much that words tell is enough: looking at vectors would refuse next to nothing of what is tied so well.

With it a sentence needs 360 characters to be embedded, on the average, and 900 without.
"""

_ASKED_WEIGHT, _MOST_ASKED = 0.2, 2
_HELD_WEIGHT, _FEWEST_TERMS = 0.6, 3
"""What each word weighs that the question holds, up to two, and the share of those that the rest of the document holds.

A sentence of fewer terms is read as if it had three.
"""

_BLOCK_SENTENCES = 3
_MOST_BLOCKS = 12
_MOST_CHARS = 240
"""A block of prose has so many sentences at most; so many blocks beside it are looked at, and so much of each text."""

_NEAREST = 2
"""A planted block finds one other planted block that is like it more easily than two."""

_ITEM = re.compile(r"\s*(?:\||(?:[-*•]|\d{1,3}[.)])\s)")
_HEADING = "#"

_Block = list[tuple[int, int]]
"""The ranges of the sentences of a list, a table or some prose."""


@dataclass(frozen=True)
class Told:
    """What was found: a part of a document with what stands above it."""

    title: str
    heading: str
    text: str


@dataclass(frozen=True)
class _Part:
    """A quote as it stands in its document.

    `rest` is what its block holds beside it, `around` all that its document does, `others` the blocks of that, nearest
    first.
    """

    quote: str
    block: str
    rest: str
    around: str
    others: tuple[str, ...]


def is_foreign(quote: str, asked: Sequence[str], found: Sequence[Told], meanings: Meanings) -> bool:
    """Tell whether a part of a document has to do neither with the rest of it nor with what was asked.

    Items of a list and rows of a table are judged with all that stand beside them: no step may be missing among steps.
    Headings are not judged.

    Args:
        quote: A sentence, item or row as its document holds it.
        asked: What the customer wrote.
        found: What was found for it.
        meanings: Gives the vectors of texts.
    """
    part = _part_of(quote, found)
    shared = _shared(part.quote, asked, part.around) if part is not None else TIED
    if part is None or shared >= TIED:
        return False
    wanted, others = _vectors(asked, meanings), _vectors(part.others, meanings)
    whole = _vectors([part.block], meanings)
    if wanted is None or others is None or whole is None:
        return False
    if shared + _asked(whole[0], wanted) + _fit(whole[0], others) < FOREIGN_BLOCK:
        return True
    inner = _vectors([part.quote, part.rest], meanings) if part.rest else None
    if inner is None:
        return False
    said, rest = inner
    # The rest of a block speaks for a sentence as far as it belongs here itself.
    held = max(_fit(said, others), min(2 * float(said @ rest), _fit(rest, others)))
    return shared + _asked(said, wanted) + held < FOREIGN_SENTENCE


def compared(asked: Sequence[str], found: Sequence[Told]) -> Iterator[str]:
    """Yield the texts whose vectors `is_foreign` asks for where any sentence that was found is quoted.

    Sentences that words tie to their document or to the question need none.
    """
    for told in found:
        for start, end in sentences(told.text):
            part = _part_of(told.text[start:end], found)
            if part is not None and _shared(part.quote, asked, part.around) < TIED:
                yield from _cut((*asked, *part.others, part.block, *((part.quote, part.rest) if part.rest else ())))


def _part_of(quote: str, found: Sequence[Told]) -> _Part | None:
    """Return a quote as it stands in the first passage that holds it; None where it is a heading or in none."""
    told = next((one for one in found if quote in one.text), None)
    if told is None:
        return None
    text, at = told.text, told.text.find(quote)
    blocks = _blocks(text)
    own = [one for one in blocks if one[0][0] < at + len(quote) and at < one[-1][1]]
    if not own or text.startswith(_HEADING, own[0][0][0]):
        return None
    start, end = own[0][0][0], own[-1][-1][1]
    block = text[start:end]
    if all(_ITEM.match(text, first) for one in own for first, _ in one):
        at, quote = start, block
    same_document = [one.text for one in found if one.title == told.title and quote not in one.text]
    near = sorted((one for one in blocks if one not in own), key=lambda one: abs(one[0][0] - start))
    others = [_above(told), *(_text_of(text, one) for one in near)]
    others += [one for beside in same_document for one in _texts_of(beside)]
    around = "\n".join((told.title, told.heading, text, *same_document))
    return _Part(
        quote=quote,
        block=block,
        rest=" ".join((text[start:at] + " " + text[at + len(quote) : end]).split()),
        around=around.replace(quote, " "),
        others=tuple(one for one in others if quote not in one)[: _MOST_BLOCKS + 1],
    )


def _shared(said: str, asked: Sequence[str], around: str) -> float:
    """Return what the words count that a text shares with the question and its document."""
    own = set(terms(said))
    wanted = len(own.intersection(terms(" ".join(asked))))
    held = len(own.intersection(terms(around)))
    return _ASKED_WEIGHT * min(wanted, _MOST_ASKED) + _HELD_WEIGHT * held / max(len(own), _FEWEST_TERMS)


def _vectors(texts: Sequence[str], meanings: Meanings) -> Vectors | None:
    """Return the vectors of texts, one a row; None where there is no text, or no vector of one."""
    found = meanings(_cut(texts))
    known = [one for one in found if one is not None]
    return np.stack(known) if known and len(known) == len(found) else None


def _cut(texts: Sequence[str]) -> list[str]:
    """Return what is read of texts."""
    return [one[:_MOST_CHARS] for one in texts if one.strip()]


def _asked(vector: Vectors, wanted: Vectors) -> float:
    return float((wanted @ vector).max())


def _fit(vector: Vectors, others: Vectors) -> float:
    """Return how near a text is to its document: to the blocks that are most like it, and to the middle of all."""
    middle = others.mean(axis=0)
    near = np.sort(others @ vector)[-_NEAREST:].mean()
    return float(near + middle @ vector / (np.linalg.norm(middle) or 1.0))


def _blocks(text: str) -> list[_Block]:
    found: list[_Block] = []
    for start, end in sentences(text):
        if not found or _begins_block(text, found[-1], start):
            found.append([])
        found[-1].append((start, end))
    return found


def _begins_block(text: str, last: _Block, start: int) -> bool:
    was_item, is_item = (bool(_ITEM.match(text, one)) for one in (last[-1][0], start))
    if is_item or was_item:
        return not (is_item and was_item)
    if _HEADING in (text[start], text[last[-1][0]]) or "\n\n" in text[last[-1][1] : start]:
        return True
    return len(last) >= _BLOCK_SENTENCES


def _above(told: Told) -> str:
    return f"{told.title} {told.heading}"


def _texts_of(text: str) -> list[str]:
    return [_text_of(text, one) for one in _blocks(text)]


def _text_of(text: str, block: _Block) -> str:
    return text[block[0][0] : block[-1][1]]
