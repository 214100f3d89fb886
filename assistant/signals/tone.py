"""Tells a calm question about something bad from somebody who feels bad, and hears those who accuse. English."""

import re

READ_CHARS = 2000
"""The tone of a longer text is told from its beginning."""

ACCUSED_LOG_ODDS = 1.4
"""How much likelier the negative mood is of a text that accuses: set so that what only accuses counts as upset."""

MATTER_SHARE = 0.6
"""So much of what reads as negative in a calm question is its matter: a theft, an illness, an error, a loss."""

_SENTENCE = re.compile(r"[^.!?…\n]+(?:[.!?…]+|\n|\Z)")
_POLITE = r"(?:(?:hi|hello|hey|good (?:morning|day|evening)|please|so|and|but|or|also|ok|okay|well)\b[\s,]*)*"
_CASE = r"(?:(?:if|when|once|after|before|in case|for|with|as)\b[^,?]{1,120},\s*)?"
_ASKS = (
    r"(?:how|what|when|where|who|whom|whose|which|why|can|could|may|might|must|should|shall|will|would|do|does|did|is"
    r"|are|was|were|am|has|have|had|won[’']t|can[’']t|isn[’']t|aren[’']t|doesn[’']t|don[’']t)\b"
)
_QUESTION = re.compile(rf"\s*{_POLITE}{_CASE}{_POLITE}{_ASKS}[^?]*\?\s*\Z", re.IGNORECASE)
_STATED = re.compile(rf"\s*{_POLITE}(?:i|i[’'](?:m|ve)|my|the|our|we|there|it|this|a|an|if|when|on|in|after)\b", re.I)

_FELT = re.compile(
    r"!|\?\s*\?|\b(?:hard can it|is it possible that you|can you not|supposed to|finally|beg for|clueless"
    r"|ridiculous|useless|terribl[ey]|horribl[ey]|horrendous|awful|worst|joke|kidding|hell|damn|wtf|crap"
    r"|shit\w*|fuck\w*|stupid|idiot\w*|dumb|incompeten\w+|hat(?:e|ed|ing)|lying|lies|liars?|scam\w*|steal(?:ing)?"
    r"|robbery|disgrac\w+|disgust\w*|unaccept\w+|pathetic|garbage|junk|rubbish|lousy|angry|furious|livid|outrag\w+"
    r"|upset|frustrat\w+|annoy\w*|irritat\w+|disappoint\w+|desperate\w*|scared|afraid|worried|unhappy|fed up"
    r"|sick (?:of|and)|tired of|(?:am|is|are|has|have|and|but) still|still (?:not?|nothing|waiting|\w+n[’']t)|again"
    r"|always|never|ever|even|(?<!if )(?<!when )(?:nobody|no one) (?:answers|cares|helps|picks)|wast(?:e|ed|ing)"
    r"|on earth|seriously|absurd|insane|nightmare|mess|poor(?:ly)? (?:quality|service|support)|wrong with you"
    r"|let down|every (?:single )?time|been waiting|(?:third|fourth|fifth|second) time|for (?:days|weeks|months)"
    r"|for (?:\d+|two|three|four|five|six|several|many) (?:days|weeks|months)|no (?:reply|answer|response) (?:from|yet)"
    r"|keep(?:s)? (?:\w+ing)|charged (?:me )?twice|(?:so|too|this|that) (?:hard|difficult|bad|slow|complicated))\b",
    re.IGNORECASE,
)
"""Words of feeling, of blame and of patience that ends, and signs of a raised voice."""

_TO_BLAME = re.compile(
    r"\bwhy\b[^?]*\byou(?:r company)?\b|\bhow (?:can|could|dare) you\b"
    r"|\bare you (?:\w+ )?(?:deaf|blind|serious|trying)\b"
    r"|\bwhat(?:[’']s| is) your problem\b",
    re.IGNORECASE,
)
_OF_YOU = re.compile(r"\byou(?:r|[’'](?:re|ve))?\b", re.IGNORECASE)

_ACCUSES = re.compile(
    r"\b(?:are you (?:kidding|joking|serious|out of your)|you must be (?:kidding|joking)|daylight robbery"
    r"|(?:that|this|it|which)(?: is|[’']s) (?:a |pure |sheer |plain )*(?:robbery|theft|fraud|rip-?off|scam|extortion)"
    r"|ripp?(?:ing|ed) (?:me|us) off|what (?:kind|sort) of (?:a )?(?:company|business|shop|store|service|bank|airline)"
    r" (?:is this|is that|are you|treats|keeps|lets|makes|charges|sells|do you think)"
    r"|(?<!if )(?<!when )(?:nobody|no one) (?:(?:ever|even) )?(?:answers|cares|helps|replies|responds|listens)"
    r"|(?:and|but) you (?:people )?(?:do|did|have done) nothing|you (?:people )?do(?: not|n[’']t) care|how dare you"
    r"|where(?: is|[’']s) my (?:money|refund|order|parcel|package)\s*(?:\?\s*!|!))",
    re.IGNORECASE,
)


def is_calm_question(text: str) -> bool:
    """Tell whether a text only asks, or says plainly what it asks about, without a sign of feeling or blame."""
    read = text[:READ_CHARS]
    if _FELT.search(read) or _TO_BLAME.search(read) or accuses(read):
        return False
    said = [one for one in _SENTENCE.findall(read) if one.strip(" .")]
    questions = [bool(_QUESTION.match(one)) for one in said]
    return any(questions) and all(
        asks or (_STATED.match(one) and not _OF_YOU.search(one)) for asks, one in zip(questions, said, strict=True)
    )


def accuses(text: str) -> bool:
    """Tell whether a text accuses those who read it, in words that are used for nothing else."""
    return bool(_ACCUSES.search(text[:READ_CHARS]))
