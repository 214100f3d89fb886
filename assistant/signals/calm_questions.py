"""Tells a question that is calm about a bad thing from a complaint: what a lost card is about is no mood.

Models of sentiment read words. "What happens if I miss a dose?" and "Does the extraction hurt?" hold bad ones, and say
nothing of how the customer feels. Such a question is known by how it is put: it asks about what might be, or how
something is done, and holds none of the words and signs in which customers vent or accuse.
"""

import re

from assistant.segmentation import sentences

_ASKS_CALMLY = re.compile(
    r"^\W*(?:(?:hi|hello|hey|and|so|but|also|ok|okay|please|sorry|excuse me)\b\W*)*"
    r"(?:what (?:if|happens|would happen|should|do i|can i|must i|is|are|does|counts)\b"
    r"|how (?:do|can|should|could|would|must|to|much|many|long|soon|often|does|is|are)\b"
    r"|(?:is|are) (?:there|it|this|that|the|an?|these|those|all|any|\w+s?) "
    r"|(?:can|could|may|must|should|do|does|will|would) (?:i|we|one|people|customers|it|this|that|the|an?|any|\w+s) "
    r"|do you (?:have|offer|charge|sell|ship|deliver|accept|support|take|cover|know|repair|pay|replace|refund)\b"
    r"|(?:which|who) |when (?:does|do|is|are|must|can|should) (?:i|we|the|an?|it)\b"
    r"|where (?:can|do|should) (?:i|we)\b)",
    re.IGNORECASE,
)

_VENTS = re.compile(
    r"!|\?\s*\?|\.\.\.|…"
    r"|\b(?:the (?:hell|heck|fuck)|on earth|hard can it|so (?:hard|difficult|complicated|slow|bad|long)|supposed to"
    r"|finally|ever|always|again|already|nobody|no one|everybody|everything|anyone|seriously|kidding|joking|even"
    r"|really|actually|still (?:not|no|wait\w*|haven|hasn|isn|doesn|can[’']?t|cannot)"
    r"|wrong with|how dare|excuses?|this time|keeps?"
    r"|angry|furious|annoy\w*|disappoint\w*|upset|unhappy|frustrat\w*|sick of|tired of|fed up|patience"
    r"|ridiculous|unacceptable|terribl\w*|horribl\w*|awful|worst|hate|useless|stupid|idiots?|incompetent|joke|rubbish"
    r"|crap|damn|shit\w*|fuck\w*|wtf|bloody|disgust\w*|pathetic|disgrace\w*|shame\w*|nightmare|garbage|lies|lied|liars?"
    r"|cheat\w*|thieves|ripoff|rip-off|a scam|waste|wasted|wasting)\b"
    r"|\byou (?:lost|broke|ignored?|forgot|charged|took|did|do not|don[’']?t|have not|haven[’']?t|never|idiots?)\b"
    r"|\bis it possible that you\b|\byour? (?:people|guys|service|company|staff|website|app|support|driver)\b",
    re.IGNORECASE,
)
_SHOUTS = re.compile(r"\b[A-Z]{3,}\b.*\b[A-Z]{3,}\b")


def is_calm_question(text: str) -> bool:
    """Tell whether a message does nothing but ask, with nothing in it that vents or accuses."""
    asked = [text[start:end] for start, end in sentences(text)]
    if not asked or _VENTS.search(text) or _SHOUTS.search(text):
        return False
    return all(_ASKS_CALMLY.match(one) for one in asked)
