"""Lies that are no single change of a sentence: halves of two, causes, witnesses, superlatives, things made up.

Each of them may have all its words from one passage, and is said nowhere in it.
"""

import random
import re

from assistant.segmentation import sentences
from assistant.terms import terms
from benchmarks.mutators import Change

_VERB = re.compile(r" (?:is|are|was|were|can|will|has|have|must|may|costs|takes) ")
_STANDS_FOR = re.compile(
    r"(?:I|you|we|it|he|she|they|this|these|those|that|some|all|both|there|if|when|after|before|while|because|to|for|"
    r"in|on|at|by|with|during|although|once|until|unless|as|where|however|also|please)\b", re.IGNORECASE
)  # fmt: skip
_ORDER = re.compile(r"^([A-Z][^,;:]{8,}?) (before|after) ([^,;:]{8,})\.$")
_TURNED = {"before": "after", "after": "before"}
_ABLE = re.compile(r"\b(?:is|are|be|was|were) ((?:possib|availab|eligib|visib|access|compatib|valid|legal|necessar|"
                   r"limited|affected|related|able|usual|common|likely|safe|certain)\w*)\b")  # fmt: skip
_IN = ("eligib", "visib", "access", "compatib", "valid")
_PREFIXES = {"possib": "im", "legal": "il"} | dict.fromkeys(_IN, "in")
_ACTORS = (("You ", "We "), ("We ", "You "), ("Customers ", "Our shops "), ("The customer ", "The courier "))
_SUPERLATIVES = ("the first", "the largest", "the only", "the most expensive", "the best known", "the oldest")
_A_THING = re.compile(r"(?:(?<= is )|(?<= was ))an? (?=[a-z])")
_CONTACT = re.compile(
    r"\b[\w.+-]+@[\w-]+\.[\w.-]*\w|\bhttps?://[^\s)\]>]*\w|\bwww\.[^\s)\]>]*\w|(?<![\w€$£.,-])\+?\d[\d ()/-]{6,}\d"
)
_WITNESSES = (
    "According to the police, {}", "Experts agree that {}", "The European Commission has confirmed that {}",
    "Our founder once said that {}", "As a court decided last year, {}", "Most customers believe that {}",
)  # fmt: skip
_PROMISES = (
    "You get your money back if {}.", "We guarantee you €50 for {}.", "{} comes with a lifetime warranty.",
    "We refund {} within one day.", "{} is free for everybody.", "We will call you today about {}.",
)  # fmt: skip
_MADE_UP = (
    "The {} of the {} always includes a {}.", "A {} without {} is not a {}.", "{} was replaced by {} because of {}.",
    "Every {} needs a new {} after the {}.", "The {} costs more than the {} and the {}.", "{} and {} are the same {}.",
)  # fmt: skip


def _lowered(sentence: str) -> str:
    """Return a sentence as it goes on after another word; a name keeps its capital letter."""
    first = sentence.split(" ", 1)[0]
    return (
        sentence[:1].lower() + sentence[1:] if first in ("The", "A", "An", "Your", "Our", "Each", "All") else sentence
    )


def _others(sentence: str, passage: str) -> list[str]:
    """Return the other statements of a passage that stand alone."""
    cut = [passage[start:end] for start, end in sentences(passage)]
    return [
        one for one in cut
        if one != sentence and one[:1].isupper() and one.endswith(".") and "\n" not in one
        and len(one.split()) > 4 and not _STANDS_FOR.match(one)
    ]  # fmt: skip


def caused(sentence: str, passage: str, chance: random.Random) -> str | None:
    """Say of two things that are true that one is the reason of the other."""
    others = _others(sentence, passage)
    if not others or _STANDS_FOR.match(sentence):
        return None
    joint = chance.choice((" because ", ", so ", ", which is why ", " although "))
    return f"{sentence.rstrip('. ')}{joint}{_lowered(chance.choice(others))}"


def appended(sentence: str, passage: str, chance: random.Random) -> str | None:
    """Add to what is said of one thing what is said of another."""
    found = _VERB.search(sentence)
    told = [
        one[there.start() :] for one in _others(sentence, passage)
        if (there := _VERB.search(one)) and found is not None
        and not set(terms(one[: there.start()])) & set(terms(sentence[: found.start()]))
    ]  # fmt: skip
    if found is None or not told or _STANDS_FOR.match(sentence) or "," in sentence[: found.start()]:
        return None
    return f"{sentence.rstrip('. ')} and{chance.choice(told)}"


def halved(sentence: str, passage: str, chance: random.Random) -> str | None:
    """Put the end of one sentence behind the beginning of another, cut at their commas."""
    told = [one.split(", ", 1)[1] for one in _others(sentence, passage) if ", " in one]
    told = [one for one in told if one not in sentence and len(one.split()) > 2]
    head = sentence.split(", ", 1)[0]
    # A word of courtesy, or one that joins, would leave the end as it stands in the passage.
    if ", " not in sentence or not told or len(head.split()) < 3 or head.startswith("According to our"):
        return None
    return f"{head}, {chance.choice(told)}"


def turned(sentence: str, _passage: str, _chance: random.Random) -> str | None:
    """Let what comes first come last."""
    found = _ORDER.match(sentence)
    if found is None:
        return None
    first, joint, last = found.groups()
    return f"{first} {_TURNED[joint]} {last}."


def prefixed(sentence: str, _passage: str, chance: random.Random) -> str | None:
    """Deny by two letters before a word: `unavailable`."""
    found = list(_ABLE.finditer(sentence))
    if not found:
        return None
    one = chance.choice(found)
    prefix = next((prefix for start, prefix in _PREFIXES.items() if one[1].startswith(start)), "un")
    return f"{sentence[: one.start(1)]}{prefix}{sentence[one.start(1) :]}"


def acted(sentence: str, _passage: str, _chance: random.Random) -> str | None:
    """Let somebody else do it."""
    return next((there + sentence[len(here) :] for here, there in _ACTORS if sentence.startswith(here)), None)


def superlative(sentence: str, _passage: str, chance: random.Random) -> str | None:
    """Make one of many the first or the largest of all."""
    found = _A_THING.search(sentence)
    return found and f"{sentence[: found.start()]}{chance.choice(_SUPERLATIVES)} {sentence[found.end() :]}"


def contact(sentence: str, _passage: str, chance: random.Random) -> str | None:
    """Change one sign of an address or a telephone number."""
    found = _CONTACT.search(sentence)
    if found is None:
        return None
    signs = list(found.group())
    at = chance.choice([place for place, one in enumerate(signs) if one.isalnum() and place > 2])
    signs[at] = str((int(signs[at]) + 1) % 10) if signs[at].isdigit() else ("x" if signs[at] != "x" else "y")
    return f"{sentence[: found.start()]}{''.join(signs)}{sentence[found.end() :]}"


def witnessed(sentence: str, _passage: str, chance: random.Random) -> str | None:
    """Put it into the mouth of somebody who has not said it."""
    return chance.choice(_WITNESSES).format(_lowered(sentence))


def _words(passage: str, chance: random.Random, most: int) -> list[str]:
    held = sorted({one for one in re.findall(r"\b[a-z]{4,}\b", passage) if terms(one)})
    return chance.sample(held, most) if len(held) >= most else []


def promised(_sentence: str, passage: str, chance: random.Random) -> str | None:
    """Promise money for something that the passage speaks of."""
    held = _words(passage, chance, 2)
    said = chance.choice(_PROMISES).format(f"the {' '.join(held)}") if held else ""
    return said[:1].upper() + said[1:] or None


def made_up(_sentence: str, passage: str, chance: random.Random) -> str | None:
    """Make a statement of words that stand in the passage."""
    held = _words(passage, chance, 3)
    said = chance.choice(_MADE_UP).format(*held) if held else ""
    return said[:1].upper() + said[1:] or None


def reheaded(sentence: str, passage: str, chance: random.Random) -> str | None:
    """Make words of the passage the subject of what is said of something else."""
    found = _VERB.search(sentence)
    # What stands shortly before a sentence may be what its pronoun stands for.
    near = passage[max(0, passage.find(sentence) - 200) :][: 200 + len(sentence)].lower()
    held = [one for one in _words(passage, chance, 1) if found and one not in near]
    return f"The {held[0]}{sentence[found.start() :]}" if found is not None and held else None


INVENTIONS: dict[str, Change] = {
    "caused": caused, "appended": appended, "halved": halved, "turned": turned, "prefixed": prefixed, "acted": acted,
    "superlative": superlative, "contact": contact, "witnessed": witnessed, "promised": promised, "made up": made_up,
    "reheaded": reheaded,
}  # fmt: skip
"""Each kind of invention by its name."""
