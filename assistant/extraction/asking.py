"""Reads what a question asks for: a duration, a price, a reason, steps, a yes or no; and whether it asks two things."""

import re
from dataclasses import dataclass, replace

from assistant.extraction.kinds import ASKS_CONSEQUENCE, ASKS_PRICE, FULLY, KINDS, PARTLY
from assistant.segmentation import sentences
from assistant.terms import terms

MAX_PARTS = 3
"""A message may ask so many things; what it asks beyond them is read as part of the last."""

_UNREACHED = r"(?=.*(?:\b(?:no|not|never|only|cannot|instead)\b|n[’']t\b))"
_CONTACTS = (
    (
        re.compile(r"\b(?:phone|telephone) number\b", re.I),
        re.compile(rf"\+?\d[\d ()-]{{6,}}|^(?=.*\b(?:phones?|telephone|calls?)\b){_UNREACHED}", re.I | re.DOTALL),
    ),
    (
        re.compile(r"\be-?mail address\b", re.I),
        re.compile(rf"\S@\S|^(?=.*\be-?mails?\b){_UNREACHED}", re.I | re.DOTALL),
    ),
)
"""Where somebody is reached, or that nobody is: nothing else answers who asks for a number or an address."""

_ASKS_STEPS = re.compile(
    r"\b(?:how (?:do|can|to|should|could|would)|steps?|set ?up|reset|pair|connect|install|update"
    r"|how does (?:an?|the|my|our|one|someone) \w+ (?!work|differ|compare|affect|look|taste|feel|cost)\w+)\b",
    re.I,
)
_ASKS_YES_OR_NO = re.compile(
    r"(?:^|[,;:.!?–-]\s+|\b(?:so|but|and|then)\s+)"
    r"(?:can|could|may|is|are|was|do|does|did|will|would|must|should|have|has|am)(?:n[’']t)?\s+"
    r"(?:I|we|you|they|it|he|she|there|the|my|our|your|this|that|these|those|an?|[A-Z]\w*|\w+s)\b",
    re.I,
)
_ASKS_MEANING = re.compile(
    r"\bwhat(?:['’]s| is| are| does)\s+(?:meant by\s+)?(?P<what>[^,;?!.]{2,60}?)"
    r"(?:\s+(?:mean|stand for|do))?(?:\s+(?:in|for|on|at|with|by|of)\b[^,;?!.]*)?\W*$",
    re.I,
)
_DETERMINERS = r"(?:(?:an?|the|our|your|my|this|these)\s+)?"
_SAYS_WHAT = (
    r"(?:\s*\([^)\n]{1,40}\))?(?:\s*[:–—]\s|\s+(?:means?|refers?|represents?|stands?|describes?|contains?|consists?"
    r"|presents|offers|provides|lets|allows|(?:is|are)(?!\s+(?:\w+ly\s+)?(?:not|\w+ed)\b))\b)"
)

_COMPARES = re.compile(
    r"\b(?:difference|distinction)s?\s+(?:is\s+|are\s+)?(?:there\s+)?between\s+(?P<between>[^;?!.]+)"
    r"|\bhow\s+(?:is|are|do|does)\s+(?P<one>[^,;?!.]+?)\s+(?:different|differ)\s+from\s+(?P<other>[^,;?!.]+)"
    r"|\bcompare\s+(?P<compared>[^;?!.]+)"
    r"|\bwhich\b[^,:;?!.]{0,60}\b(?:\w{2,}er|better|worse|more|less|most|least|\w{2,}est|best)\s*[,:]\s*"
    r"(?P<either>[^;?!.]+\s+or\s+[^;?!.]+)"
    r"|^\W*(?P<versus>[^,;?!]+?\s(?:vs\.?|versus)\s[^,;?!]+)"
    r"|^\W*(?:is|are|does|do)\s+(?P<more>[^,;?!.]+?)\s+(?:(?:open|close|last|cost|costs|run|go)\s+)?"
    r"(?:(?:any|much|a lot)\s+)?(?:\w{2,}er|better|worse|(?:more|less)(?:\s+\w+)?)\s+than\s+(?P<less>[^,;?!.]+)",
    re.I,
)
_NEXT_COMPARED = re.compile(r"\s*,\s*(?:and\s+|or\s+)?|\s+(?:and|or|with|to|vs\.?|versus)\s+", re.I)
MAX_COMPARED = 4
_LETTER = re.compile(r"(?<= )[A-Z]$")
"""A name such as "grade A": its letter may be a word that searches leave out."""

_ASKS_AMOUNT = re.compile(
    r"\bhow much (?:is|are|does|do|would|will|for)\b|\bwhat (?:does|do|would|will)\b.{1,60}\bcosts?\b"
    r"|\bwhat(?: is|['’]s)? the (?:price|cost|fee)\b",
    re.I,
)
_ASKS_REMEDY = re.compile(r"\bwhat (?:should|can|do|must|shall) (?:I|we) (?:have to |need to )?do\b|\bwhat now\b", re.I)
_ASKS_POSSIBILITY = re.compile(
    r"\b(?:can|could)(?:n[’']t)?\b(?!\s+(?:you|they|he|she)\b)|\bis it possible\b|\bis there a way\b", re.I
)
"""What the customer or something can do; "Can you ...?" asks what the company does."""

_ASKS_WHAT = re.compile(r"\b(?:how|what|when|where|which|who|whom|whose|why)\b", re.I)
_TELLS_TROUBLE = re.compile(
    r"^\W*(?:(?:and|but|so|now|well|sorry|no)\W+)*(?:the|my|our|it|they|this|that|these|those)\b[^?]*"
    r"(?:\b(?:cannot|never|not|broke|stopped|fails?|keeps?|stays?)\b|n[’']t\b|\b\w{3,}ed\b)[^?]*$",
    re.I,
)
"""A whole sentence of what went wrong, in which nothing is asked: it does not ask what was asked before it."""

_OPENS_QUESTION = (
    r"(?:how|what|when|where|which|who|whom|whose|why)\b"
    r"|(?:can|could|may|is|are|do|does|did|will|would|must|should|have|has)"
    r"\s+(?:I|we|you|they|it|he|she|there|the|my|our|your|this|that|these|those|an?)\b"
)
_SECOND_QUESTION = re.compile(rf"\s*,?\s+(?:and|plus|or)(?:\s+also|\s+then)?,?\s+(?={_OPENS_QUESTION})", re.I)
_NAME = re.compile(r"\d\w*|(?<=[\w,;’'] )(?!I\b)[A-Z]\w+")
_IS_QUESTION = re.compile(rf"\?\W*$|^\W*(?:(?:and|so|but|also|please|hi|hello)\W+)*(?:{_OPENS_QUESTION})", re.I)


@dataclass(frozen=True)
class Asked:
    """One question as it is understood: what an answer to it looks like."""

    text: str
    kinds: tuple[tuple[re.Pattern[str], float], ...]
    wants_steps: bool
    wants_yes_or_no: bool
    wants_meaning: bool = False

    def may_answer(self, sentence: str) -> bool:
        """Tell whether a sentence can answer at all; only where to reach somebody is asked for, most cannot."""
        needed = [reached for asks, reached in _CONTACTS if asks.search(self.text)]
        return not needed or any(reached.search(sentence) for reached in needed)

    @property
    def wants_price(self) -> bool:
        """Tell whether it asks for money."""
        return bool(re.search(ASKS_PRICE, self.text, re.I))

    @property
    def wants_amount(self) -> bool:
        """Tell whether it asks how much something is, and nothing that a yes or no would answer."""
        return bool(_ASKS_AMOUNT.search(self.text)) and not self.wants_yes_or_no and not self.wants_steps

    @property
    def wants_consequence(self) -> bool:
        """Tell whether it asks what follows from something: how that is done is no answer."""
        return bool(re.search(ASKS_CONSEQUENCE, self.text, re.I))

    @property
    def wants_remedy(self) -> bool:
        """Tell whether it tells of a trouble and asks nothing else than what is to be done."""
        return bool(_ASKS_REMEDY.search(self.text)) or not any(map(is_question, _sentences_of(self.text)))

    @property
    def wants_possibility(self) -> bool:
        """Tell whether it asks if something can be done."""
        return self.wants_yes_or_no and bool(_ASKS_POSSIBILITY.search(self.text))

    @property
    def wants_figure(self) -> bool:
        """Tell whether it can only be answered by something that looks like what is asked for, such as a price."""
        return any(share >= FULLY for _, share in self.kinds)

    def likeness(self, sentence: str) -> float:
        """Return how much a sentence looks like what is asked for; 0 where it does not."""
        return max((share for answers, share in self.kinds if answers.search(sentence)), default=0.0)


def read_question(text: str, topic: str = "") -> Asked:
    """Read one question; where it has several sentences, the last one that asks something tells what is wanted.

    One that asks nothing itself, such as "And to Austria?", asks what the `topic` before it did.
    """
    said = _sentences_of(text)
    last = next((one for one in reversed(said) if is_question(one)), said[-1] if said else "")
    asks_nothing = not _ASKS_WHAT.search(last) and not _ASKS_YES_OR_NO.search(last)
    if topic and asks_nothing and not _TELLS_TROUBLE.search(last):
        before = [read_question(topic[start:end]) for start, end in sentences(topic)]
        kinds = tuple(kind for one in before for kind in one.kinds)
        return replace(before[-1], text=text, kinds=kinds) if before else read_question(text)
    kinds = tuple((answers, share) for asks, answers, share in KINDS if asks.search(last))
    meaning = () if kinds else _definition(last)
    return Asked(
        text=text,
        kinds=kinds or meaning,
        wants_meaning=bool(meaning),
        wants_steps=bool(_ASKS_STEPS.search(text)),
        wants_yes_or_no=bool(_ASKS_YES_OR_NO.search(last)) and not _ASKS_WHAT.match(last.strip()),
    )


def compared_in(text: str) -> tuple[str, ...]:
    """Return the things that a question asks the difference between.

    Empty where it asks for none, or where only a letter that no search sees tells them apart.
    """
    asked = _COMPARES.search(text)
    if asked is None:
        return ()
    listed = asked["between"] or asked["compared"] or asked["either"] or asked["versus"]
    pair = (asked["one"], asked["other"]) if asked["one"] else (asked["more"], asked["less"])
    things = _NEXT_COMPARED.split(listed.strip()) if listed else list(pair)
    named = tuple(thing.strip() for thing in things if terms(thing))
    is_told_apart = not any(_LETTER.search(thing) and len(terms(thing)) < len(thing.split()) for thing in named)
    return named if 2 <= len(named) <= MAX_COMPARED and is_told_apart else ()


def _definition(question: str) -> tuple[tuple[re.Pattern[str], float], ...]:
    """Return how a sentence begins that says what something is, where a question asks for that; else nothing."""
    asked = _ASKS_MEANING.search(question)
    what = re.sub(rf"^{_DETERMINERS}", "", asked["what"].strip(" '\"‘’“”"), flags=re.I) if asked else ""
    if not terms(what):
        return ()
    name = r"\W+".join(map(re.escape, re.findall(r"\w+", what)))
    says = re.compile(rf"^\W*(?:\d+[.)]\s+)?{_DETERMINERS}['\"‘“]?{name}(?:e?s)?['\"’”]?{_SAYS_WHAT}", re.I)
    return ((says, PARTLY),)


def _sentences_of(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


def is_question(sentence: str) -> bool:
    """Tell whether one sentence asks something, by its mark or by how it begins."""
    return bool(_IS_QUESTION.search(sentence))


def names_in(text: str) -> frozenset[str]:
    """Return the terms of the names and numbers in a text, which say what it is about."""
    return frozenset(terms(" ".join(_NAME.findall(text))))


def names_something(text: str) -> bool:
    """Tell whether a text holds a name or a number."""
    return bool(_NAME.search(text))


def parts_of(text: str) -> tuple[str, ...]:
    """Return the questions that a message asks, in order, each with the statements that lead to it.

    "How long is the warranty, and who pays the return?" asks two; a message that asks one thing is returned whole.
    """
    parts: list[str] = []
    leading = ""
    for start, end in sentences(text):
        sentence = text[start:end]
        if not is_question(sentence):
            leading = f"{leading} {sentence}".strip()
            continue
        for piece in _pieces(sentence):
            leading = f"{leading} {piece}".strip()
            if terms(piece):
                parts.append(leading)
                leading = ""
    if len(parts) < 2:
        return (text,)
    kept = parts[:MAX_PARTS]
    kept[-1] = " ".join(parts[MAX_PARTS - 1 :]) if len(parts) > MAX_PARTS else kept[-1]
    if leading:
        kept[-1] = f"{kept[-1]} {leading}"
    return tuple(kept)


def _pieces(sentence: str) -> list[str]:
    """Cut one sentence where a second question begins in it; both sides must say something."""
    if not re.match(rf"\W*(?:\w+\W+){{0,4}}?(?:{_OPENS_QUESTION})", sentence, re.I):
        return [sentence]
    pieces = _SECOND_QUESTION.split(sentence)
    return pieces if all(terms(piece) for piece in pieces) else [sentence]
