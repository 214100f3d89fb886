"""Tells whose matter a message is about, where documents cannot know it: the customer's own case, or somebody else's.

"Where is my parcel?" asks how things stand with one order; what documents say of parcels is part of an answer at most.
"What is my neighbour's address?" asks for what nobody else may be told. How something is done in general ("How do I
track my order?") or what would happen ("What if my parcel is lost?") is neither. English.
"""

import re
from typing import get_args

from assistant.segmentation import sentences
from assistant.signals.contacts import leaves_contact
from assistant.types import Matter

MATTERS: tuple[Matter, ...] = get_args(Matter)

_CASE = (
    r"(?:(?:first|second|last|latest|most|recent|new|whole|online|delivery|shipping|amazon|pre-?|warranty|bank|credit"
    r"|debit) )*"
    r"(?:orders?|ordered|pre-?orders?|purchases?|parcels?|packages?|packaged|packets?|deliver(?:y|ies)?|shipments?"
    r"|refunds?|money|cash|payments?|invoices?|receipts?|replacements?|repairs?|returns?|exchanges?|claims?|complaints?"
    r"|tickets?|bookings?|reservations?|vouchers?|points|subscription|account|cards?|headphones?|headset|speakers?"
    r"|earbuds?|buds|stuff|things?|items?|goods)"
)
_ORDERED = r"(?:(?:that|which) )?i(?:'ve| have| had)? (?:just )?(?:ordered|bought|placed|returned|sent|made|paid for)"
_OWN = rf"(?:(?:my|our) {_CASE}(?: money)?|(?:the|a|an|some) (?:new )?\w+(?: \w+)? {_ORDERED})"
_SENT = r"(?:orders?|purchases?|parcels?|packages?|packaged|deliver(?:y|ies)|shipments?|refunds?|cards?|replacements?)"
_OWN_OR_THE = rf"(?:{_OWN}|(?:the|a|any) (?:\w+ )?(?:order|purchase|parcel|package|delivery|shipment|refund)[sd]?)"
_REACHED = (
    r"(?:arriv(?:e|ed|ing)|com(?:e|ing)|came|get(?:ting)? here|turn(?:ed|ing)? up|show(?:ed|n|ing)?(?: up)?"
    r"|appear(?:ed|ing)?|visible"
    r"|ship(?:ped|ping)?|sent|dispatched|distributed|delivered|brought|dropped off|left|received|lost|stolen|missing"
    r"|late|delayed|overdue|due|stuck|gone|on (?:its|the|their) way|in transit|processed|approved|accepted|confirmed"
    r"|cancell?ed|declined|refunded|credited|paid(?: out| back)?|repaired|fixed|finished|ready|here|there|taking)"
)
_STILL = (
    r"(?:(?:still|yet|ever|finally|already|actually|really|even|just|not|never|been|being|be|got|get|has|have|had|is|are"
    r"|was|were|did|does|do|will|would|should|hasn't|haven't|isn't|aren't|wasn't|didn't|doesn't|won't|hasnt|havent|isnt"
    r"|online|apparently|supposedly) )*"
)
_OWN_CASE = re.compile(
    r"\b(?:"
    # where is my parcel, do you know where my order is, what happened to my refund, any news about our order
    rf"where(?:'s| is| are| was| has| have)?(?: the \w+(?: is| are)?)? {_OWN}"
    rf"|what(?:'s| is| has| have)? (?:happen(?:ed|ing)|going on|up|wrong)?(?: to| with)+ {_OWN}"
    rf"|(?:status|state|whereabouts|location)(?: of)? (?:{_OWN_OR_THE}|it$)|{_OWN_OR_THE}:? status|order status"
    rf"|how far along is {_OWN}"
    rf"|(?:news|update|update me|anything) (?:on|about|of|from|regarding) {_OWN}"
    # track my package, can you find my parcel: of one that asks how, `_IN_GENERAL` takes care
    r"|(?:track(?:ing)?|find|locate|look up|check(?: on| up on)?|trace)(?: the (?:progress|delivery) (?:of|on))?"
    rf" (?:my|our|the|a|an) (?:\w+ )?{_SENT}"
    # has my order shipped, is my refund on its way
    r"|(?<!\bi )(?<!\bwe )(?<!\bwhere )(?:has|have|did|was|were|is|are)(?:n't|nt| not)?"
    rf" {_OWN_OR_THE} {_STILL}{_REACHED}"
    # when will my order arrive, when do I get my money back
    rf"|(?:when|how soon)(?:'s| will| is| are| does| do| can| should| shall) {_OWN_OR_THE} {_STILL}{_REACHED}"
    rf"|when(?:'ll| will| do| can| shall| should| am)(?: i| we)(?: going to)? {_STILL}(?:get|have|receive|see|expect)"
    rf" {_OWN_OR_THE}"
    rf"|how (?:much longer|long)(?: more)? (?:will|does|must|do|until)(?: i| we)? ?(?:have to )?(?:wait for )?{_OWN}"
    # my parcel has not arrived, my refund is late, why is my refund not showing up
    rf"|{_OWN} {_STILL}{_REACHED}(?! (?:to|by|in|at|with|from)\b)"
    rf"|(?:why|how come)(?: has| have| did| is| are)?(?:n't|nt)? {_OWN} {_STILL}{_REACHED}"
    rf"|i ordered\b[^.?!]{{2,60}}\b(?:is|are|has|have|will|when|still|it's|it)(?:n't| not)?\b[^.?!]{{0,20}}\b{_REACHED}"
    # I have not received my parcel, still waiting for my refund
    r"|(?:not|never|n't|nothing|cant|havent)(?: yet| ever| i)? (?:receive|received|got|gotten|get|seen?|have)"
    rf"(?: back)?(?: any of)? (?:{_OWN_OR_THE}|(?:it|anything|them)(?: yet|$))"
    rf"|(?:still |been |am |i'm )+waiting (?:\w+ ){{0,4}}(?:for|on) {_OWN_OR_THE}"
    # order 48213, order number AB-1234
    r"|(?:order|invoice|parcel|tracking|claim|ticket|customer|repair|rma|return|booking)"
    r"(?: (?:number|no\.?|nr\.?|id|code)| ?#)?(?: is|:)? ?#?(?:[a-z]{1,4}-?)?\d{4,}"
    # you charged me twice, you sent me the wrong one
    r"|you (?:\w+ )?(?:charged|billed|debited|overcharged|sent|shipped|delivered|refunded|credited) (?:me|us)\b"
    rf"|you (?:have |'ve )?(?:just |already |still )*(?:lost|cancell?ed|forgot(?:ten)?|kept|took|taken|blocked|closed)"
    rf" {_OWN}"
    r"|(?:i|we) (?:was|were|have been|got|'ve been) (?:\w+ )?(?:charged|billed|debited|overcharged|sent)\b"
    r")(?!\w)",
    re.IGNORECASE,
)
_SUPPOSED = re.compile(
    r"(?<!check )(?<!see )(?<!know )(?<!tell me )(?<!find out )(?<!wondering )"
    r"\b(?:if|in case|once|suppose|supposing|assuming|whenever|unless|until|after|before|as soon as)\b",
    re.IGNORECASE,
)
_IN_GENERAL = re.compile(
    r"\b(?:how (?:do|can|could|would|should|does|to|may)|is there (?:a|any) way|(?:where|can|could|may|should|do|must)"
    r" (?:i|we|one|people|customers)\b(?! (?:see|know) (?:where|what|when|if)))[^.?!]{0,40}$",
    re.IGNORECASE,
)
"""What stands before a pattern where the question is how something is done, or whether it may be."""

_KIN = (
    r"(?:husband|wife|partner|ex|girlfriend|boyfriend|fianc[eé]e?|friend|neighbou?r|mother|mum|mom|father|dad|son"
    r"|daughter|brother|sister|boss|colleague|tenant|landlord|flatmate|roommate)"
)
_CUSTOMER = r"(?:customer|buyer|client|purchaser)"
_OF_OTHERS = (
    rf"(?:my {_KIN}'s|(?:some|any)(?:one|body) else's"
    rf"|(?:another|the other|the last|the previous|some other|that|a different|other) {_CUSTOMER}(?:'s|s')?)"
)
_PRIVATE = (
    r"(?:(?:home|private|postal|street|delivery|shipping|billing|mobile|cell|bank|credit|card|order|purchase|account"
    r"|routing|e-?mail|phone|telephone|current|new|full|real) )*"
    r"(?:address(?:es)?|phone|telephone|numbers?|e-?mails?|passwords?|birthday|date of birth|names?|details?|data"
    r"|accounts?|cards?|orders?|purchases?|history|invoices?|location|iban)"
)
_GIVE = (
    r"(?:what(?:'s| is| are| was)|tell|give|show|send|read|look up|find(?: out)?|need|want|have|get|see|know|reveal"
    r"|display|print|list|access)(?: (?:me|us|out|just|please|about|what|is|to|know|have))*"
)
_EVERYBODY = rf"(?:(?:the|your|all) )*(?:(?:other|all|every|recent|last|your|registered) )+(?:\w+ )?{_CUSTOMER}s?"
_HOLD = r"(?:names?|address(?:es)?|data|details|e-?mails?|orders?|numbers?|passwords?|lists?|database|records)"
_ANOTHER = re.compile(
    rf"\b(?:{_GIVE} {_OF_OTHERS} {_PRIVATE}"
    rf"|where does my {_KIN} live"
    rf"|what (?:did|has) (?:my {_KIN}|(?:the|that|an)? ?(?:other|last|previous)? ?{_CUSTOMER})"
    r" (?:order|ordered|buy|bought|purchased?)"
    rf"|{_HOLD} (?:of|from|for) {_EVERYBODY}"
    rf"|{_GIVE} {_EVERYBODY}(?:'s|s')? {_PRIVATE}"
    rf"|(?:who else|which (?:other )?{_CUSTOMER}s?)(?: has| have| also)? (?:bought|ordered|purchased)"
    r")(?!\w)",
    re.IGNORECASE,
)
_HIS_OR_HERS = re.compile(
    rf"\b(?:{_GIVE} (?:his|her) {_PRIVATE}|where does s?he live|what (?:did|has) s?he (?:order|buy|bought)\w*)(?!\w)",
    re.IGNORECASE,
)
_WHO = re.compile(rf"\b(?:(?:my|\w+'s?) {_KIN}|{_CUSTOMER})\b", re.IGNORECASE)
"""Whose a "his" or "her" may be that no document names: a doctor's number may well stand in a clinic's."""


def matters_of(text: str) -> tuple[Matter, ...]:
    """Return whose matters a message is about, each at most once, in the order of the type."""
    plain = text.replace("’", "'")
    found: set[Matter] = set()
    for start, end in sentences(plain):
        sentence = " ".join(plain[start:end].split())
        own = _OWN_CASE.search(sentence)
        if own and not _SUPPOSED.search(before := sentence[: own.start()]) and not _IN_GENERAL.search(before):
            found.add("own_case")
        if _ANOTHER.search(sentence) or (_HIS_OR_HERS.search(sentence) and _WHO.search(plain)):
            found.add("another_person")
    if leaves_contact(plain):
        found.add("contact")
    return tuple(one for one in MATTERS if one in found)
