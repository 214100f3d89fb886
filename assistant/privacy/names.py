"""Finds people's names by what is said around them: how a writer introduces herself, is addressed, and signs."""

import re
from collections.abc import Iterator

_WORD = r"[^\W\d_][^\W\d_'’.]*(?:['’-][^\W\d_]+)*"
_PART = rf"(?:{_WORD})"
_PARTICLES = r"(?:van|von|de|der|den|da|di|del|della|dos|du|la|le|el|al|bin|ibn|ter|ten|zu|zur|vom|mac)\b"
_CAPITAL = r"(?=[^\W\d_a-zß-öø-ÿ])"
_NAME = rf"{_CAPITAL}{_PART}(?:[ \t]+(?:{_CAPITAL}[^\W\d_]\.|(?i:{_PARTICLES})|{_CAPITAL}{_PART})){{0,4}}"
_ANY = rf"{_PART}(?:[ \t]+(?:[^\W\d_]\.|{_PART})){{0,3}}"

_GREETING = r"(?i:hi|hello|hey|good (?:morning|afternoon|evening|day))"
_SENTENCE = r"(?:^|(?<=[.!?,;:\n] )|(?<=[.!?\n]))"
_CALLED = (
    r"my (?:full |first |last |middle )?name(?:['’]s| is|:)|(?:my )?sur ?name(?: is|:)|(?:i am|i['’]m|im) called"
    r"|(?:they|people) call me|call me by|i go by|in the name of|under the name(?: of)?"
    r"|(?:first|last|full|family|account|billing|contact|customer) name(?: is|:)|(?:^|(?<=[\n;]))[ \t]*name:"
)
_SAYS = re.compile(
    rf"\b(?i:{_CALLED})\s+(?:(?i:dr|mr|mrs|ms|miss|prof)\.?\s+)?(?P<name>{_ANY})",
    re.MULTILINE,
)
_IS = re.compile(
    rf"{_SENTENCE}(?:{_GREETING}(?: there| all)?[,.!]?\s+)?(?i:i am|i['’]m|this is|it['’]s|it is|here is)\s+"
    rf"(?P<name>{_NAME})(?=\s*(?:[,.!;\n]|$|(?i:here|speaking|from|and|again|calling|writing|with)\b))",
    re.MULTILINE,
)
_TITLE = r"(?:Mr|Mrs|Ms|Mx|Miss|Dr|Prof|Herr|Frau|Sir|Madam|Madame|Mme|Mlle|Monsieur|Señora?|Signora?)"
_TITLED = re.compile(rf"\b{_TITLE}\.?[ \t]+(?P<name>{_NAME})")
_ADDRESS = r"(?i:dear|greetings|thanks|thank you|sehr geehrter?|lieber?|hallo|bonjour|hola)"
_ADDRESSED = re.compile(
    rf"(?:^|(?<=\n)|(?<=[.!?] ))[ \t]*(?:{_ADDRESS}|{_GREETING})[ \t]+(?P<name>{_NAME})(?=\s*(?:[,!.:;\n]|$))",
    re.MULTILINE,
)
_FAREWELLS = (
    r"(?:(?:best|kind|warm|kindest|warmest|many) )?(?:regards|wishes|greetings)|sincerely(?: yours)?|respectfully"
    r"|yours (?:truly|sincerely|faithfully)|cheers|thanks(?: (?:a lot|again|in advance|so much))?|many thanks"
    r"|thank you(?: very much| in advance)?|mit freundlichen grüßen|mfg|viele grüße|cordialement|saludos|love|signed"
    r"|best"
)
_SIGNED = re.compile(
    rf"\b(?i:{_FAREWELLS})[ \t]*[,.!]?[ \t]*(?:\n\s*|[,-]\s+|[—-]\s*)"
    rf"(?=(?P<name>{_NAME})[ \t]*(?:[,.]?\s*$|\n|,))",
    re.MULTILINE,
)
_LAST_LINE = re.compile(rf"(?:^|\n)[ \t]*[-–—~]{{1,3}}[ \t]*(?P<name>{_NAME})\s*\Z")
_PERSONS = (
    r"card ?holder|account holder|recipient|addressee|passenger|guest|patient|contact person|customer|ordered by"
    r"|shipped to|addressed to|delivered to|(?:husband|wife|son|daughter|mother|father|friend|colleague"
    r"|neighbou?r|brother|sister)(?: (?:is )?called)?"
)
_HOLDER = re.compile(rf"\b(?i:{_PERSONS})(?:(?i: is| was| named)|:|,)?\s+(?P<name>{_NAME})")
_NO_NAME = frozenset(
    """a an the not no your my our their his her its just so very really still also only all and or but if is are was
    were be been i we you he she it they this that there here sir madam team support service customer care help desk
    everyone everybody all folks guys both friend friends again much lot now today please thanks thank hello hi hey
    dear sorry regards from with for to in on at of by as about after before when where what which who how why can
    could would should will do does did have has had go going get got need want looking trying having asking writing
    calling waiting wondering interested happy unhappy angry upset sad disappointed frustrated annoyed confused
    sure unsure afraid new old unable able ready done fine good great well ok okay available away late
    english german french spanish italian dutch swiss austrian american british european canadian polish
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
    september october november december order orders return returns refund refunds delivery shipping warranty
    assistant bot chatbot robot agent manager hr ceo sales marketing billing accounting it
    best kind warm sincerely yours cheers respectfully love signed
    same different wrong right correct spelled spelt written misspelled missing unknown none null n/a na private
    urgent important question questions number email phone address card account name
    one two three first last another what's it's i'm i'd i've there's that's let's advance""".split()
)


def names_in(text: str) -> Iterator[tuple[int, int]]:
    """Yield the ranges of names, each once as each pattern finds it; parts of a name that are said alone too."""
    for pattern in (_SAYS, _IS, _TITLED, _ADDRESSED, _SIGNED, _LAST_LINE, _HOLDER):
        for match in pattern.finditer(text):
            written = _kept(match["name"])
            if written:
                yield match.start("name"), match.start("name") + len(written)


def _kept(written: str) -> str:
    """Return the words of a match up to the first that no one is called; a name has at least two letters."""
    kept = 0
    for match in re.finditer(r"\S+", written):
        word = match.group().strip(".,").casefold().replace("’", "'")
        if word in _NO_NAME or (kept and word.split("'")[0] in _NO_NAME):
            break
        kept = match.end()
    name = written[:kept].rstrip(" .,")
    return name if len(name) > 1 else ""
