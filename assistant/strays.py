"""Finds a code, or a person with an address or a telephone number, that nobody asked for, whatever words carry it.

A planted sentence that has a marker said or a person exposed can be put in endless ways; the marker and the person
stay what they are. A code that spells nothing, such as `x7f3a91d2`, answers a question that names it or what it belongs
to; elsewhere an answer can do without it. A document that holds such codes in other paragraphs as well is technical.
"""

import re

from assistant.privacy.finding import Personal, personal_in
from assistant.terms import stem, terms, words
from assistant.visibility import latin

_TOKEN = re.compile(r"(?<![^\W_])[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*(?![^\W_])", re.ASCII)
_CHANGES = re.compile(r"(?<=\d)(?=[A-Za-z])|(?<=[A-Za-z])(?=\d)")
_MEASURED = re.compile(r"\d+[A-Za-z]+|[A-Za-z]+\d{1,3}")
"""A quantity with its unit, or a model."""

_LEAST_CHANGES = 3
_LEAST_CHARS = 6
_COLOUR = re.compile(r"[0-9A-F]{6}|[0-9a-f]{6}")
_MARKER = re.compile(r"[A-Z]{4,}(?:[-_][A-Z]+)*[-_]?\d{3,}[A-Z]*")
"""A word in capitals with a number, such as `PASSED-4711`; models, norms and order numbers have fewer letters."""

_ADDRESS = re.compile(r"\b\w{1,20}://\S+")
_LEAST_SHARED = 2
"""A sentence that answers with a code or an address names what it belongs to, as the question does."""

_CONTACT_WORDS = frozenset(
    stem(word)
    for word in """contact reach call phone telephone ring mail email address write speak talk message name person
    somebody someone team manager agent officer department office human complain complaint complaints responsible
    hotline fax whatsapp press job jobs bank iban transfer invoice donate""".split()
)
_THING = re.compile(
    r"\b(?:my|the|a|an|this|that|his|her|their|our|new|old|two|both)(?: \w+)?? (?:tele)?phones?\b"
    r"(?! (?:number|line|contact|support|service|help))",
    re.IGNORECASE,
)
"""A telephone that is spoken of, and not what somebody is reached by."""

_ASKS_WHO = re.compile(r"\bwho(?:['’]s| is| are| can| do| should| would)\b", re.IGNORECASE)
_ROLES = frozenset(
    """care service services support team office centre center desk sales department hotline customer info help line
    press privacy data legal returns billing accounts orders contact hello mail no reply monday tuesday wednesday
    thursday friday saturday sunday administration agency bureau council city county court courthouse bank university
    college school hospital institute association foundation company inc ltd gmbh street avenue road drive floor house
    hall park museum library treasury health human resources public national state federal north south east west new
    phone telephone call write visit please""".split()
)
"""No part of a person's name, though they are written as names are."""

_OF_A_CUSTOMER = re.compile(
    r"\b(?:customer|buyer|client|shopper|guest)\b(?! (?:service|care|support|contact|relations|success|team|desk|line))"
    r"|\b(?:ordered|bought|paid|complained|won)\b",
    re.IGNORECASE,
)
"""Somebody who dealt with the company as this customer does: whoever asks, it is not told."""

_CONTACTS = ("email", "phone", "iban")
_OF_SOMEBODY = re.compile(
    r"\b(?:of|from|by) (?:the|a|an|our|one|another)(?: \w+){0,2}? "
    r"(?:customer|buyer|client|shopper|guest|owner|tenant|patient|member|neighbou?r|sender|recipient)\W{1,3}\Z",
    re.IGNORECASE,
)
"""What stands before an address or number that is said to be a private person's."""

_TITLE = r"(?:Mrs?|Ms|Miss|Dr|Prof|Herr|Frau|Mme|Sr|Sra)\.?"
_NAME = rf"(?:[A-Z][a-z]+(?: (?:[A-Z]\.|von|van|de|der|den|di))?|{_TITLE}|[A-Z]\.) [A-Z][a-z]+"
_SURNAME = re.compile(r":\s([A-Z][a-z]+),?\s\Z")
"""`Neighbour who takes parcels: Keller, +44 ...`; a list of offices has its towns in other places of the document."""
_NAME_BEFORE = re.compile(rf"({_NAME})\W{{1,3}}(?:\w+\W{{1,3}}){{0,12}}\Z")
_NAME_AFTER = re.compile(rf"\W{{1,3}}({_NAME})\b")
_LOOKED_AT = 100
"""Characters before and after an address in which the name of its owner is looked for."""

_OF_A_PERSON = re.compile(r"[a-z]{2,}[._][a-z]{3,}@", re.IGNORECASE)


def carries_a_stray(sentence: str, asked: str, beside: str) -> bool:
    """Tell whether a sentence holds a code or somebody's address that the question did not ask for.

    Args:
        sentence: One sentence of a document.
        asked: What the customer wrote.
        beside: What stands elsewhere in its document: a marker or a name that it holds too belongs to the matter.
    """
    plain = latin(sentence)
    return _has_stray_code(plain, asked, beside) or _has_stray_contact(plain, asked, beside)


def is_odd(token: str) -> bool:
    """Tell whether a token is a code that spells nothing: its letters and figures change places again and again."""
    parts = [one for one in re.split("[-_]", token) if not _COLOUR.fullmatch(one)]
    if any(len(one) >= _LEAST_CHARS and len(_CHANGES.findall(one)) >= _LEAST_CHANGES for one in parts):
        return True
    mixed = [one for one in parts if _CHANGES.search(one) and not _MEASURED.fullmatch(one)]
    return len(mixed) > 1 and sum(len(_CHANGES.findall(one)) for one in mixed) >= _LEAST_CHANGES


def odd_tokens(text: str) -> list[str]:
    """Return the codes of a text that spell nothing, and the markers in capitals with a number."""
    found = [match.group() for match in _TOKEN.finditer(text) if len(match.group()) >= _LEAST_CHARS]
    return [one for one in found if is_odd(one) or _MARKER.fullmatch(one)]


def _has_stray_code(sentence: str, asked: str, beside: str) -> bool:
    others = {*odd_tokens(_ADDRESS.sub(" ", beside))}
    found = [one for one in odd_tokens(_ADDRESS.sub(" ", sentence)) if one.lower() not in asked.lower()]
    if not found or any(is_odd(one) and one not in found for one in others):
        return False
    is_stray = any(is_odd(one) or one not in others for one in found)
    return is_stray and len({*terms(sentence)} & {*terms(asked)}) < _LEAST_SHARED


def _has_stray_contact(sentence: str, asked: str, beside: str) -> bool:
    found = personal_in(sentence)
    contacts = [one for one in found if one.kind in _CONTACTS]
    owned = any(_owner(sentence, one, beside, {*words(asked)}) for one in contacts)
    if not contacts or (owned and _OF_A_CUSTOMER.search(sentence)):
        return owned
    if any(_OF_SOMEBODY.search(sentence[: one.start]) for one in contacts):
        return True
    if _ASKS_WHO.search(asked) or not _CONTACT_WORDS.isdisjoint(terms(_THING.sub(" ", asked))):
        return False
    if any(one.kind == "name" and sentence[one.start : one.end].lower() not in asked.lower() for one in found):
        return True
    return owned and len({*terms(sentence)} & {*terms(asked)}) < _LEAST_SHARED


def _owner(sentence: str, contact: Personal, beside: str, wanted: set[str]) -> bool:
    """Tell whether an address or number stands beside the name of somebody of whom nothing else speaks."""
    names = {word for name in _names_beside(sentence, contact) for word in words(name)}
    written = sentence[contact.start : contact.end]
    if not names and _OF_A_PERSON.match(written):
        names = {*words(written.partition("@")[0])}
    return bool(names) and names.isdisjoint(_ROLES | wanted | {*words(beside)})


def _names_beside(sentence: str, contact: Personal) -> list[str]:
    """Return what looks like a first and last name around an address; offices have an article or more words."""
    before = sentence[max(0, contact.start - _LOOKED_AT) : contact.start]
    after = sentence[contact.end : contact.end + _LOOKED_AT]
    found = []
    if match := _NAME_BEFORE.search(before):
        last = before[: match.start()].split()[-1:]
        found += [match[1]] if not last or not (last[0].lower() == "the" or last[0].istitle()) else []
    elif match := _SURNAME.search(before):
        found.append(match[1])
    if match := _NAME_AFTER.match(after):
        found += [match[1]] if not after[match.end() :].lstrip()[:1].isupper() else []
    return found
