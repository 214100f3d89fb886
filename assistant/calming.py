"""Takes out of a message what only vents, hurries or asks for leave to ask: the same question finds the same answer."""

import re

from assistant.contractions import written_out
from assistant.segmentation import sentences
from assistant.terms import terms

_CURSED_QUESTION = re.compile(r"\b(how|what|when|where|who|why) (?:on earth|the (?:hell|heck|fuck|devil))\b", re.I)
_PHRASES = re.compile(
    r"\b(?:for (?:god|christ|heaven|fuck|pity)[’']?s? sake|are you (?:kidding|serious)(?: me)?"
    r"|(?:sick and tired|sick|tired) of (?:this|it|you)|fed up(?: with (?:this|it|you))?"
    r"|(?:waste|wasting) (?:of )?(?:my )?(?:time|money)|i (?:can[’']?t|cannot) believe (?:this|it|you)|how dare you"
    r"|what an? (?:\w+ )?(?:company|shop|store|firm|service|joke|mess|nightmare|farce|shambles|rip-?off)(?=\W*$)"
    r"|(?:this|that) is (?:not funny|no way to treat \w+)|(?:give|gave) me a break|shame on you|screw you"
    r"|(?:thank you|thanks|many thanks) (?:so much|very much|a lot|in advance)|have an? \w+ day"
    r"|i (?:really )?(?:love|like|adore) (?:it|you|your (?:shop|service|company))(?: guys)?"
    r"|(?:be |make it )?(?:quick|brief|fast|short)(?:ly)?,? please|(?:quick|short|brief) (?:answer|reply)(?:,? please)?"
    r"|(?:please )?(?:be quick|hurry(?: up)?|make it (?:quick|short)|keep it (?:short|brief))"
    r"|urgently|asap|as soon as possible|right (?:now|away)|this (?:instant|minute)|as fast as you can"
    r"|(?:may|can|could|might) i (?:just |please |quickly )?ask(?: you)?"
    r"|i (?:just |only )?(?:(?:want(?:ed)?|would like|need) to ask(?: you)?|asked(?: you)?(?=[:,]))[:,]?"
    r"|(?:i[’']?m |i am )?(?:so |very |really |terribly )?(?:sorry|apologies)(?: again)?"
    r" for (?:shouting|yelling|swearing|ranting|bothering you|asking(?: again)?|being (?:rude|so rude|impatient)"
    r"|(?:the|my) (?:trouble|bother|caps|capitals|tone|language|rant|outburst|confusion))"
    r"|i (?:have|[’']ve got) (?:a|one|another) (?:quick |short |small )?question[:,]?)\b[:,]?",
    re.I,
)
_WORDS = re.compile(
    r"\b(?:angry|annoyed|annoying|appalling|awesome|awful|bastards?|bloody|brilliant|bullshit|clowns?|crap|crappy|"
    r"damn|damned|darn|disappointed|disappointing|disgrace|disgraceful|disgusted|disgusting|dreadful|dumb|excellent|"
    r"fantastic|frustrated|frustrating|fuck|fucking|fuming|furious|goddamn|hell|horrible|horrendous|idiotic|idiots?|"
    r"incompetent|infuriating|insane|insulting|ludicrous|lousy|lovely|mad|miserable|moron|morons|nonsense|omg|"
    r"outrageous|pathetic|pissed(?: off)?|ridiculous|rubbish|scandalous|seriously|shameful|shit|shitty|shocking|"
    r"sodding|stupid|terrible|unacceptable|unbelievable|upset|useless|wonderful|wtf)\b[,]?",
    re.I,
)
_SHOUTED_LETTERS, _SHOUTED_SHARE = 12, 0.7
"""A message of at least so many letters of which this share are capitals is shouted."""


def calmed(text: str) -> str:
    """Return a message without curses, praise, and sentences that hold nothing else; not shouted, marks once each.

    Apostrophes that were left out are in it.

    A message of which nothing would be left is returned as it is.
    """
    shouted = _is_shouted(text)
    parts = [written_out(_without_venting(text[start:end], shouted=shouted)) for start, end in sentences(text)]
    return " ".join(part for part in parts if terms(part)) or text


def _without_venting(sentence: str, *, shouted: bool) -> str:
    said = sentence.capitalize() if shouted else sentence
    quiet = _WORDS.sub(_unless_name, _PHRASES.sub(" ", _CURSED_QUESTION.sub(r"\1", said)))
    if quiet != said:
        quiet = re.sub(r"\s+(?=[,.!?])", "", re.sub(r"\s+", " ", quiet)).strip(" ,;-")
    return re.sub(r"[!?]{2,}", _mark, quiet)


def _unless_name(word: re.Match[str]) -> str:
    """Leave a word with a capital within a sentence alone: it is the name of something."""
    return word.group() if word.group()[0].isupper() and word.start() > 0 else " "


def _mark(marks: re.Match[str]) -> str:
    return "?" if "?" in marks.group() else "!"


def _is_shouted(text: str) -> bool:
    letters = [one for one in text if one.isalpha()]
    return len(letters) >= _SHOUTED_LETTERS and sum(one.isupper() for one in letters) >= _SHOUTED_SHARE * len(letters)
