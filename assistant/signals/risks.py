"""Risks and urgency in a customer's words: what a person of the company should see at once. English.

Words are read with care for what they do not mean: a customer whom the wait is killing is not in danger, a battery that
smokes is; somebody who asks how not to be sued, or whether a warranty is legal, threatens nobody.
"""

import re
from typing import get_args

from assistant.types import Risk


def _either(*wordings: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(wordings)})(?!\w)", re.IGNORECASE)


RISKS: tuple[Risk, ...] = get_args(Risk)

_FIGURES = _either(
    r"kill(?:s|ed|ing)? (?:me|us) (?:softly|with)",
    r"(?:is|are|was|were|been) (?:literally |slowly |just )?killing me",
    r"dying (?:to|for|of (?:laughter|boredom|curiosity|thirst|hunger))", r"to die for",
    r"(?:bored|scared|laughing) to death", r"love (?:it|them|you) to death", r"do or die", r"die[- ]?hard",
    r"over my dead body",
    (
        r"(?:battery|phone|speaker|earbuds?|headphones?|headset|device|product|app|line|connection|account|laptop"
        r"|left one|right one) (?:is|are|has|have|just|keeps?|will)? ?(?:died|dies|dying|dead|die)"
    ),
    r"dead (?:battery|pixel|line|link|end|on arrival)",
    r"kill (?:the|this|that) (?:app|process|sound|noise|switch|connection)", r"kill switch", r"on fire sale",
    r"selling like fire", r"fire (?:tv|stick|tablet|hd|department)", r"amazon fire",
    r"(?:these|this|those|beats?|bass|album|song|deal|sound)(?: is| are)? fire\b",
    r"burn(?:ing)? (?:question|a cd|cds?)", r"burn(?:-|ing )in\b", r"(?:hot|smoking) deal",
    r"smok(?:e|ed) (?:grey|gray|black|white|glass)", r"smoke (?:alarm|detector)s?", r"non-?smok\w+",
    r"shock(?:-|ing)?(?: absor\w+|proof|ed to (?:see|hear|find|learn))", r"blow(?:s|n|ing)? (?:me|my mind) away",
    r"(?:sound|bass|price|music) (?:that )?explo\w+",
)  # fmt: skip
_THINGS = _either(
    r"(?:brakes?|radiators?) (?:need(?:s|ed)? )?bleed(?:ing)?",
    r"bleed(?:ing)? (?:of )?(?:(?:the|my|our|your|a|both|front|rear|hydraulic|disc) )*(?:brakes?|radiators?|valves?)",
    r"(?:first[- ]aid|bandages?|plasters?|dressings?|kits?)\b[^.?!]{0,30} bleeding(?: wounds?)?",
    r"(?:brakes?|engines?|tyres?|clutch(?:es)?) overheat\w*", r"overheat\w* (?:of )?(?:the |my )?brakes?",
    r"bleeding[- ]edge", r"spark ?plugs?", r"exploded (?:view|diagram|drawing)s?",
    r"choke (?:lever|cable|valve|knob)s?",
    r"smoking (?:room|area|ban|polic(?:y|ie)|lounge|zone|section|rule|cessation)s?",
    r"smoking (?:is )?(?:allowed|permitted|forbidden|prohibited)",
    (
        r"(?:I|we|you|people|guests?|visitors?|passengers?|anyone|everyone|nobody|who)"
        r" (?:(?:can|may|could|must|will|do|don'?t|never|only|still|also|want to|like to) )*smoke"
    ),
    r"they (?:can|may|could|want to|like to|are allowed to) smoke",
    r"(?:where|allowed|want|like|place|area|spot|permitted|forbidden|prohibited) to smoke",
    r"smoked (?:salmon|trout|fish|meat|ham|bacon|cheese|tofu|paprika|almonds?)",
    r"carbon monoxide (?:alarm|detector|sensor)s?",
    r"burnt (?:orange|umber|sienna|caramel|almonds?)", r"burn (?:rate|time)s?",
    r"burn(?:s|ed|t|ing)? (?:\w+ )?calories", r"calories\b[^.?!]{0,30} burn(?:s|ed|t|ing)?",
    r"injury (?:cover(?:age)?|insurance|polic(?:y|ies)|plans?|benefits?|protection|law)",
    (
        r"hospital (?:plans?|cash|cover(?:age)?|insurance|polic(?:y|ies)|benefits?|discounts?|staff|workers?|parking"
        r"|street|road)"
    ),
    (
        r"(?:(?:am|i'm|as) an? \w+|work(?:s|ed|ing)?|employed|deliver(?:y|ed|ing)?) (?:at|in|for|to)"
        r" (?:an? |the |our )?(?:\w+ )?hospital"
    ),
    r"hazard (?:lights?|pay|insurance)", r"hazardous (?:waste|goods|materials?)", r"toxic (?:waste|assets?)",
    r"dangerous goods", r"rash ?(?:guards?|vests?)", r"blister (?:packs?|packaging|plasters?)",
    r"how (?:dangerous|unsafe|toxic|hazardous) (?:is|are)",
    (
        r"(?:machine|atm|cashpoint|terminal|dispenser) (?:has |had |just )*swallowed (?:my|our|the|his|her)"
        r" (?:\w+ )?(?:cards?|money|cash|coins?|notes?|change|tickets?)"
    ),
    r"(?:cards?|money|cash|tickets?) (?:was|were|got|has been|have been) swallowed"
    r"(?! by (?:my|our|a|the|his|her) (?:\w+ )?(?:son|daughter|child|baby|toddler|kid|boy|girl|dog|cat))",
)  # fmt: skip
"""Names of things and services in many trades in which a word of danger names none."""

_SELF_HARM = _either(
    r"kill(?:ing)? myself", r"end(?:ing)? (?:it all|my (?:own )?life)", r"tak(?:e|ing) my (?:own )?life",
    r"suicid(?:e|al)", r"(?:hurt(?:ing)?|harm(?:ing)?|cut(?:ting)?) myself", r"self[- ]?harm(?:ing)?",
    r"(?:do not|don'?t|no longer) (?:want|wish) to (?:live|be alive|be here anymore|exist|wake up)",
    r"(?:want|wish|going|like|ready|rather|plan(?:ning)?) to (?:die|be dead)", r"wish (?:i|that i) (?:was|were) dead",
    r"better off (?:dead|without me)",
    (
        r"(?:no|any|nothing|something)(?: reason| point)?(?: left)? (?:to live for|in living|to (?:go on"
        r"|keep) living)"
    ),
    r"no (?:reason|point|will|wish) (?:left )?(?:to (?:live|go on)|in (?:living|going on))",
    r"can(?:no|')?t (?:go on|live) (?:living|like this|anymore|any more|any longer)", r"overdos(?:e|ed|ing)",
    r"jump(?:ing)? (?:off|from) (?:a|the) (?:bridge|roof|building|balcony)",
)  # fmt: skip
_SELF_HARM_ABROAD = re.compile(
    r"\b(?:(?:mir (?:das|mein) leben nehmen|mich (?:selbst )?(?:umbringen|töten|ritzen)|bring(?:e)? mich um"
    r"|(?:ich (?:will|möchte)|(?:will|möchte) ich) (?:nur |einfach )?(?:nicht mehr leben|sterben|tot sein)"
    r"|selbstmord\w*|suizid\w*"
    r"|me suicider|(?:veux|vais|voudrais) me tuer|mettre fin à mes jours|je (?:veux|voudrais) mourir"
    r"|(?:veux|voudrais) plus vivre|plus envie de vivre"
    r"|suicidarme|(?:quiero|voy a) matarme|quitarme la vida|quiero morir(?:me)?|suicidio"
    r"|no quiero (?:seguir )?viv(?:ir|iendo)"
    r"|uccidermi|suicidarmi|togliermi la vita|voglio morire|non voglio più vivere"
    r"|zelfmoord\w*|mezelf (?:van kant maken|doden)|ik wil (?:dood|niet meer leven)"
    r"|(?:quero|vou) me matar|suicídio|tirar a minha vida|quero morrer|não quero mais viver"
    r"|(?:chcę|chce) (?:umrzeć|się zabić)|zabić się|samobójstw\w*|nie chcę (?:już )?żyć))\b",
    re.IGNORECASE,
)
"""In German, French, Spanish, Italian, Dutch, Portuguese and Polish: whoever says this is not to be told that no answer
was found."""
_NOT_SELF_HARM = _either(
    r"cut(?:ting)? myself (?:on (?!purpose)|off|a)",
    r"(?:hurt|burn(?:ed|t)?|cut) myself (?:on (?!purpose)|with|by|when|while|opening|using)",
    r"to die for", r"to die (?:my|the|her|his) (?:hair|beard|eyebrows|dress|jeans)",
    r"(?:suicide|self[- ]harm) (?:squad|prevention|hotline album)", r"rather (?:die|be dead) than",
    r"like this(?: app| phone| thing| one)? (?:for|without sound)",
)  # fmt: skip
_SAFETY = _either(
    r"(?:caught|catch(?:es|ing)?|set|went|burst|burst into|up in|on|is in|in) (?:on )?(?:fire|flames?)",
    r"smok(?:e|es|ed|ing|y)", r"sparks?(?:ed|ing)?", r"explo(?:de|des|ded|ding|sion)", r"blew up", r"burst open",
    r"melt(?:s|ed|ing)", r"burn(?:s|ed|t|ing)?", r"scald\w*", r"scorch\w*", r"overheat\w*",
    r"(?:too|very|really|extremely|burning|so|dangerously) hot",
    r"(?:electric(?:al)?|got an?|gave (?:me|him|her|us) an?) (?:electric )?shocks?", r"shocked (?:me|him|her|us|my)",
    r"electrocut\w*", r"short[- ]circuit\w*", r"leak(?:s|ed|ing)? (?:acid|fluid|liquid|gas)",
    r"(?:acid|gas) (?:leak\w*|smell)", r"smell(?:s|ed|ing)? (?:of |like )?gas",
    (
        r"(?:battery|batteries|cell) (?:is |are |has |have |was |were |looks? |got )?(?:swoll?en|swelling|bulg\w+"
        r"|bloated|leak(?:s|ed|ing)?|puff\w+)"
    ),
    r"(?:battery|batteries|cell)\b[^.?!]{0,30} (?:swoll?en|bulging|bloated)",
    r"(?:swollen|bulging|bloated|leaking) (?:battery|batteries|cell)", r"injur(?:y|ed|ies)", r"chok(?:e|es|ed|ing)",
    r"swallowed", r"poison\w*", r"toxic", r"carbon monoxide", r"allergic reaction", r"(?:skin )?rash", r"blisters?",
    r"bleeding", r"hospital", r"emergency room", r"hearing (?:loss|damage)", r"tinnitus", r"dangerous", r"unsafe",
    r"hazard\w*", r"hurt (?:me|him|her|my (?:son|daughter|child|kid|hand|finger)s?)",
    r"cut (?:my|his|her) (?:finger|hand|ear|skin)", r"sharp edges?",
)  # fmt: skip
_SAFE = _either(
    (
        r"(?:is|are|would|does|do|can|could|will|has|have) (?:it|they|this|these|the|that|there|you|i"
        r"|anyone)\b[^.!]{0,60}\?"
    ),
    (
        r"(?:not|n't|never|without|no|avoid(?:s|ing)?|prevents?|against|protect\w*|keep from|in case(?: of)?"
        r"|so (?:that )?it (?:does not|doesn'?t|won'?t)) (?:\w+ ){0,3}(?:smok\w+|spark\w*|explo\w+|burn\w*"
        r"|overheat\w*|hot|fire|danger\w*|shock\w*|melt\w*|leak\w*|toxic|injur\w*|damage|hurt\w*|rash)"
    ),
    r"(?:is|are) (?!(?:my|our|his|her)\b)(?:\w+ ){1,3}(?:dangerous|toxic|poisonous|hazardous|unsafe)\b[^.!]{0,60}\?",
    r"(?:insurance|policy|plan|warranty) (?:also )?(?:covers?|pays?|includes?)\b[^.!]{0,40}\?",
)  # fmt: skip
_HAPPENED = _either(
    r"my", r"mine", r"our", r"i (?:got|was|am|have|had|burn\w*|saw|smell\w*)",
    r"it (?:just|is|was|got|has|started|began|went)", r"caught", r"started", r"just", r"there (?:is|was)",
    r"right now", r"went to", r"ended up",
)  # fmt: skip
_LEGAL = _either(
    (
        r"(?:my|our|a|an|the|see(?:ing)?|hir(?:e|ed|ing)|call(?:ing)?|contact(?:ing)?"
        r"|talk(?:ing)? to) (?:own )?(?:lawyers?|attorneys?|solicitors?|barrister|legal (?:team|counsel|adviser"
        r"|advisor|representative))"
    ),
    r"lawyer(?:s|ed)? up", r"lawyers?", r"attorneys?", r"solicitors?",
    r"su(?:e|es|ing) (?:you|your|the|them|this|halvorn|over|for)",
    r"(?:will|to|going to|gonna|can|could|shall|i'?ll|might) sue", r"see you in court",
    (
        r"(?:take|taking|go|going|bring) (?:you |this |it |them |the company )*(?:to"
        r"|before) (?:small claims )?court"
    ),
    r"small claims", r"class action", r"lawsuit", r"law suit",
    r"legal (?:action|steps|proceedings|consequences|notice|department|threat|claim)", r"press charges",
    r"file (?:a )?(?:police report|charges|suit|complaint with|report with)",
    (
        r"(?:report|reporting|reported) (?:you|this|your company|it|them) to (?:the )?(?:police|authorit\w+"
        r"|ombudsman|regulator\w*|bbb|ftc|trading standards|consumer \w+|data protection)"
    ),
    r"criminal (?:complaint|charges)", r"(?:to|with|call(?:ed|ing)?) the police",
    r"ombudsman", r"trading standards", r"consumer (?:protection|rights|advice|association|council)",
    r"better business bureau", r"data protection (?:authority|officer|agency|commissioner)",
    r"gdpr (?:complaint|violation|breach|request)",
    r"(?:breach|violation) of (?:contract|law|gdpr|my rights|consumer)", r"illegal", r"against the law", r"unlawful",
    r"charge ?back", r"dispute (?:the|this) (?:charge|payment|transaction)",
    r"fraud(?:ulent)? (?:charge|claim|department)", r"defraud\w*", r"court",
)  # fmt: skip
_NOT_LEGAL = _either(
    r"legal (?:warranty|guarantee|holiday|age|name|entity|address|notice page|documents?|paper|terms?)",
    r"(?:food|tennis|basketball|squash|badminton|volleyball) court", r"court(?:yard|esy|eous)",
    r"(?:i am|i'm|as) (?:a|an) (?:lawyer|attorney|solicitor)",
    r"(?:for|to) (?:my|a|the) (?:lawyer|attorney|solicitor)(?:'s)? (?:office|birthday|as a gift)",
    r"is (?:it|this|that) (?:legal|illegal|allowed)",
    (
        r"(?:not|n't|without|never|no need to) (?:going to |want to |threatening )?(?:sue|suing|legal"
        r"|go(?:ing)? to court|lawyers?|take legal)"
    ),
    # "I live in Elm Court" names a house.
    (
        r"(?:in|at|from|near|to|of) (?!(?:the|an?|your|my|our|this|that|any|open|civil|county|district|federal|high"
        r"|supreme|criminal|claims|local|regional|labou?r|crown|family|magistrates?|appeals?|state)\b)\w+ court"
    ),
    r"pursue", r"issue", r"tissue", r"su[ei] (?:is|said|from|ann?|ordered)", r"court street", r"court road",
    r"(?:which|what|who)\b[^.?!]{0,60} (?:authorit(?:y|ies)|officer|ombudsman|court)\b[^.?!]{0,60}\?",
    r"what are my (?:legal |consumer )?rights", r"consumer (?:rights|protection) (?:page|law (?:say|mean))",
    (
        r"(?:insurance|cover|policy|plan) (?:also )?(?:pays?|covers?)(?: for)? (?:an?|the|my)"
        r" (?:lawyer|solicitor|attorney)"
    ),
    (
        r"(?:recommend|suggest|need|find) (?:me |us )?(?:an?|any) (?:good )?(?:lawyer|solicitor|attorney)"
        r" (?:for|to help with) (?:a|the|my|our) (?:house|home|flat|property|purchase|sale|will|mortgage)"
    ),
)  # fmt: skip
_CHURN = _either(
    r"cancel(?:l?ing)? (?:my|our|the|this) (?:account|subscription|membership|contract|plan|service)",
    r"clos(?:e|ing) (?:my|our) account", r"delet(?:e|ing) (?:my|our) account",
    (
        r"switch(?:ing|ed)? to (?:another|a different|your competitors?|sonos|bose|sony|jbl|apple|amazon"
        r"|competitors?)"
    ),
    (
        r"(?:go(?:ing)?|move|moving|take|taking) (?:(?:my|our) (?:business|money|custom) )?(?:to (?:a|your"
        r"|the) competit\w+|elsewhere)"
    ),
    (
        r"(?:never|not|no longer|won'?t|will not|wo n't|last time)(?: \w+){0,4} (?:buy(?:ing)?|order(?:ing)?"
        r"|shop(?:ping)?|purchas(?:e|ing)|come back|return(?:ing)?|use|do(?:ing)? business)(?: \w+){0,4} (?:again"
        r"|anymore|any more|from you|with you|here|your (?:shop|store|company|products?|service)|you guys)"
    ),
    r"last (?:time|purchase|order) (?:i|we|i'll|i will)",
    (
        r"(?:you(?:'ve| have)?|are) (?:just )?los(?:t|ing|e) (?:me|us|a|my|our) ?(?:as a |loyal |long[- ]?time "
        r"|good )*(?:customer|business|custom|client)?"
    ),
    r"lost (?:a|me as a|my|our) (?:customer|business|custom)",
    r"done with (?:you|your|this (?:company|shop|store|brand))",
    r"leav(?:e|ing) (?:you|your (?:company|service|platform)|for (?:a|another|your) competit\w+)",
    r"terminat(?:e|ing) (?:my|our|the) (?:contract|account|subscription|membership|service)",
    r"unsubscrib\w+ from (?:everything|your service)",
    r"tell(?:ing)? (?:all|every\w*) (?:\w+ ){0,4}(?:not to|never to|to avoid|to stay away)",
    (
        r"(?:competitor|elsewhere|someone else|somewhere else)(?:'s)? (?:is|are|has|have|offers?|will be"
        r"|would be)? ?(?:cheaper|better)"
    ),
    r"take (?:my|our) (?:business|money|custom) (?:elsewhere|somewhere else)",
)  # fmt: skip
_NOT_CHURN = _either(
    r"(?:how (?:long|soon|late)|until when) (?:can|could|may) i cancel", r"if i (?:cancel|close|delete)",
    r"(?:do not|don'?t|not) (?:want to |going to )?(?:cancel|clos(?:e|ing)|delet(?:e|ing)|switch|leav(?:e|ing))",
    r"(?:accidentally|by (?:mistake|accident))",
    (
        r"switch(?:ing)? (?:to|between) (?:another|a different) (?:device|colou?r|source|input|phone|language"
        r"|headset|mode|room)"
    ),
    (
        r"^(?:(?:hi|hello|hey|please)\W+)?how (?:do|can|could|would) (?:i|we) (?:cancel|close|delete)"
        r" (?:my|our|the|this) [\w ]{1,40}\??$"
    ),
)  # fmt: skip
_EMERGENCY = _either(
    r"emergency", r"right now", r"immediately", r"at once", r"asap", r"a\.s\.a\.p", r"as soon as possible",
    r"urgent(?:ly)?", r"this (?:instant|minute|second)", r"straight away", r"right away", r"without delay",
)  # fmt: skip
_SOON = _either(
    r"today", r"tonight", r"this (?:morning|afternoon|evening)", r"tomorrow",
    (
        r"by (?:noon|tonight|tomorrow|monday|tuesday|wednesday|thursday|friday|saturday|sunday"
        r"|the end of (?:the )?(?:day|week))"
    ),
    r"in (?:an?|one|two|three|\d+) (?:hours?|minutes?)", r"within (?:an?|the) (?:hour|day)",
    (
        r"(?:flight|wedding|birthday|funeral|exam|interview|meeting|trip|concert|party|holiday"
        r"|presentation)\b[^.?!]{0,30}\b(?:today|tonight|tomorrow|in \w+ (?:hours?|days?)|on (?:mon|tues|wednes"
        r"|thurs|fri|satur|sun)day)"
    ),
    r"deadline", r"running out of time", r"time[- ]sensitive", r"in a (?:hurry|rush)", r"hurry", r"quick(?:ly)?",
    r"no time",
)  # fmt: skip
_NO_HURRY = _either(
    r"no (?:rush|hurry|urgency|need to hurry)", r"not (?:that |very |so |really )?urgent", r"n'?t urgent",
    r"whenever you", r"take your time", r"when(?:ever)? (?:it suits|convenient)", r"not in a (?:hurry|rush)",
    r"quick (?:charg\w+|start|question|guide|release|settings?)", r"quickly does", r"how quick\w*",
    r"emergency (?:call|number|exit|mode|services)",
)  # fmt: skip

EMERGENCY, PRESSING, SOON = 1.0, 0.8, 0.5
"""Urgency of what endangers somebody, of what the customer calls urgent, and of what has a date close by."""


def risks_of(text: str) -> tuple[Risk, ...]:
    """Return the risks that a message shows, each at most once, in the order of the type."""
    found: set[Risk] = set()
    plain = _THINGS.sub(" ", _FIGURES.sub(" ", text.replace("’", "'")))
    if _SELF_HARM.search(_NOT_SELF_HARM.sub(" ", plain)) or _SELF_HARM_ABROAD.search(plain):
        found.add("self_harm")
    if _is_unsafe(plain):
        found.add("safety")
    if _LEGAL.search(_NOT_LEGAL.sub(" ", plain)):
        found.add("legal")
    if _CHURN.search(plain) and not _NOT_CHURN.search(plain):
        found.add("churn")
    return tuple(risk for risk in RISKS if risk in found)


def urgency_of(text: str, risks: tuple[Risk, ...]) -> float:
    """Return how urgent a message is: 0 can wait, 1 is an emergency. Danger is urgent whatever the words say of it."""
    if "self_harm" in risks or "safety" in risks:
        return EMERGENCY
    hurried = _NO_HURRY.sub(" ", text.replace("’", "'"))
    pressing, soon = bool(_EMERGENCY.search(hurried)), bool(_SOON.search(hurried))
    if pressing and soon:
        return min(EMERGENCY, PRESSING + 0.1)
    return PRESSING if pressing else SOON if soon else 0.0


def _is_unsafe(text: str) -> bool:
    """Tell whether something dangerous happens or happened; to ask whether it could is no alarm."""
    if not _SAFETY.search(text):
        return False
    remaining = _SAFE.sub(" ", text)
    return bool(_SAFETY.search(remaining)) or bool(_HAPPENED.search(text) and not _SAFE.search(text))
