"""The kinds of answer that questions ask for, by how they are asked, and how each looks in a sentence."""

import re

FULLY, MOSTLY, PARTLY, HARDLY = 0.45, 0.4, 0.25, 0.12
"""What it adds to a sentence's score that it looks like an answer of the kind asked for, by how telling that is."""

_NUMBERS = r"\d+|one|two|three|four|five|six|seven|eight|nine|ten|twelve|a few|next|same"
_COUNT = rf"\b(?:{_NUMBERS})[\d\s.–-]*(?:to \d+ )?(?:business |working |calendar )?"
_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)(?:uary|ruary|ch|il|ust|ember|ober)?"
_TIME = _COUNT + rf"(?:second|minute|hour|day|week|month|year)s?\b|\b\d{{1,2}} {_MONTH}\b|\d:\d\d"
_DATE = (
    rf"\b{_MONTH} \d{{1,2}}\b|\b(?:\d{{1,2}}(?:st|nd|rd|th)|first|last)\b (?:(?:\w+ )?day )?of\b"
    r"|\b\d{1,2} ?[ap]\.?m\b"
    r"|\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b|\b(?:at any time|at once|immediately|around the clock)\b"
)
_UNIT = r"\d ?"

_BEFORE_WHEN = r"and|or|but|so|since|until|till|from|by|know|me|us|say|exactly|hi|hello"
_ASKS_WHEN = rf"(?:^|[^\w\s'’]\s*|\b(?:{_BEFORE_WHEN})\s+)when\b|\bwhen\W*$"
"""Asks for a time; "How do I keep it when I leave?" does not."""

_OF_BATTERY = r"(?:my|the|your|our|it|its|this|an?|up)\b|(?:\w+\s+)?batter"
ASKS_PRICE = (
    r"\bhow much\b|\bcosts?\b|\bprices?\b|\bfees?\b|\bexpensive\b|\bworth\b"
    r"|(?<!can I )(?<!can we )(?<!how do I )\bpay for\b"
    rf"|(?<!to )(?<!I )\bcharges?\b(?!\s+(?:{_OF_BATTERY}))|\bcharged\s+(?:for|if|when|extra|more)\b"
)
"""Asks for money; "charge" does unless a battery is charged."""

_MONEY = r"[€£$]\s?\d|\b(?:EUR|CHF|USD|GBP|CAD) ?\d|\d ?(?:€|£|EUR|CHF|USD|GBP|euros?|dollars?|pounds?|cents?\b)"
ASKS_CONSEQUENCE = (
    r"\bwhat (?:will |would |can )?happens? (?:if|when|to|with)\b"
    r"|^\W*(?:(?:and|but|so)\W+)?what if\b|\bconsequences?\b"
)
_FOLLOWS = (
    r"\b(?:fees?|charged?|penalt\w+|costs?|pays?|fined?|lose[sd]?|lost|loses|forfeit\w*|expires?|blocked"
    r"|suspended|deleted|refund\w*|no longer)\b"
)
"""What follows from something is money, a loss or an end."""

KINDS = tuple(
    (re.compile(asks, re.I), re.compile(answers, re.I), share)
    for asks, answers, share in (
        (
            rf"\bhow (?:long|soon|quick\w*|fast)\b|{_ASKS_WHEN}|\bdeadline\b|(?<!\d )\b(?:days|weeks|hours|years)\W*$"
            r"|\bhow many (?:days|weeks|hours|years)\b|\blasts? longer\b",
            _TIME,
            FULLY,
        ),
        (rf"{_ASKS_WHEN}|\b(?:what|which) (?:day|date|time)\b", _DATE, FULLY),
        (rf"{_ASKS_WHEN}|\bat what (?:point|moment)\b", r"\b(?:when|once|as soon as|after|before|until)\b", PARTLY),
        (ASKS_PRICE, rf"{_MONEY}|\bfree\b", FULLY),
        (ASKS_PRICE, r"\d ?%", PARTLY),
        (
            r"\bhow much\b(?!.*\b(?:costs?|pay|charge)\b)|\bdiscount\b|\bcharge (?:more|extra)\b|\bsurcharge",
            r"\d ?%",
            FULLY,
        ),
        (ASKS_CONSEQUENCE, rf"{_MONEY}|{_FOLLOWS}", MOSTLY),
        (ASKS_CONSEQUENCE, r"\b(?:if|may|will|when|once)\b", PARTLY),
        (
            r"\bwhat (?:else )?(?:do|should|must|will) (?:I|we|you)"
            r" (?:have to |need to |need\b|bring|show|provide|have ready)"
            r"|\bwhat (?:documents?|papers|proof|ID)\b|\brequirements?\b|\bdo I (?:need|have) to\b|\bdo I need\b"
            r"|\b(?:what|which)\b.{1,40}\b(?:must|required|needed|necessary|mandatory|compulsory)\b",
            r"\b(?:needs?|needed|must|required?|requires|ha(?:ve|s) to|necessary|compulsory|mandatory|obligatory)\b",
            MOSTLY,
        ),
        (
            r"\bhow (?:often|frequently|regularly)\b",
            r"\bevery (?:\d|day|week|month|quarter|year|time|other|few|two|three|four|six|eight|ten|twelve)"
            r"|\b(?:daily|weekly|monthly|quarterly|yearly|annually|once|twice|never|always)\b"
            r"|\b(?:times|each) (?:a |an |per )?(?:day|week|month|year)\b",
            FULLY,
        ),
        (r"\bwithout\b", r"\b(?:needs?|requires?|required|must|necessary|without)\b", PARTLY),
        (r"\bhow heavy\b|\bweigh\w*\b|\bheav(?:y|ier|iest)\b", _UNIT + r"(?:k?g|grams?|kilos?)\b", FULLY),
        (
            r"\bhow (?:big|large|wide|tall|small)\b|\bsize\b",
            _UNIT + r"(?:[cmk]?m²?|inch\w*|[GM]B)(?!\w)|\bat most\b",
            FULLY,
        ),
        (r"\bhow fast\b|\bspeed\b", _UNIT + r"(?:[kMG]bit|[MG]bps|km/h|mph|rpm)", FULLY),
        (r"\bhow (?:far|deep)\b|\brange\b", _UNIT + r"(?:[cmk]?m|met(?:er|re)s?|miles?)\b", FULLY),
        (r"\bhow loud\b|\bvolume\b", _UNIT + r"dB\b", FULLY),
        (
            r"\bhow old\b|\b(?:what|which|minimum) age\b",
            r"\b(?:at least|under|over|from|aged?|older than|younger than|up to|until|minimum age)\b\D{0,24}\d"
            r"|\b\d+ years old\b|\b\d+ (?:or|and) (?:over|older|under|younger)\b",
            FULLY,
        ),
        (r"\bhow (?:many|late|early)\b|\bwhat time\b|\bwhat percent\w*\b|\bwhich discount\b", r"\d", FULLY),
        (r"\b(?:phone|telephone) number\b", r"\+?\d[\d ()-]{6,}", FULLY),
        (r"\be-?mail\b", r"\S@\S", FULLY),
        (r"\bwhy\b|\breason\b", r"\bbecause\b|\bsince\b|\bso that\b|\bdue to\b|\brequires?\b|\breason\b", PARTLY),
        (
            r"^\W*(?:can|could|may|is|are|do|does|will|would|must|should|have|has|am)\b",
            r"\b(?:can(?:not)?|may|must|not|no|never|only|possible|allowed|included|available|without|welcome)\b|n[’']t\b",
            HARDLY,
        ),
    )
)
"""What a question asks for, how that looks in an answer, and how telling it is."""
