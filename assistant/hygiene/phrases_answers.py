"""English wording that dictates what a model answers, and in what form."""

from assistant.hygiene.phrases import Rule, rule

_ANSWER = r"(?:response|reply|replies|answer|output|completion)s?\b"
_ANSWER_WORDS = "response responses reply replies answer answers output completion message messages"
_SPEECH = r"(?:say|answer|respond|reply|tell|state|claim|recommend|insist|output|write|print)"
_SPEECH_WORDS = "say answer respond reply tell state claim recommend insist output write print"
_TEXT_PART = (
    r"(?:sentence|statement|phrase|paragraph|tip|reminder|recommendation|headline|remark|disclaimer|appeal|slogan|"
    r"call\ to\ action|compelling|friendly|link|advertisement|plea|warning|joke|rumou?r|quote)"
)
_CHANGE = (
    r"(?:translate|encode|reverse|scramble|jumble|misspell|rearrange|modify|augment|enhance|rewrite|render|convert|"
    r"substitute|obfuscate|encrypt|anagram|shuffle|prefix|conclude|alter|adjust|transform|tailor|enrich|supplement|"
    r"capitali[sz]e|rephrase)"
)
_LETTERS = (
    r"(?:letters?|vowels?|consonants?|words?|spaces?|typos?|misspellings?|punctuation|anagrams?|symbols?|emojis?|"
    r"characters?|numbers?\ for|substitution|capitals)"
)
_INTO = (
    r"(?:add|include|insert|integrate|incorporate|append|embed|use|replace|remove|introduce|group|combine|misspell|"
    r"scramble|jumble|rearrange|substitute|change|swap|convert|capitali[sz]e|anagram|spell)"
)
_FORM = (
    r"(?:back(?:wards?)?\b|in\s+(?:reverse|base|morse|binary|hex\w*|rot|pig|upper|lower|all\ |caps|alphanumeric"
    r"|anagram\w*|"
    r"the\ style|the\ form|emoji\w*|json|rhyme\w*|verse|pirate|an?\ \w+\ (?:tone|voice|accent|style)|random)|"
    rf"(?:using|with(?:out)?)\s+(?:any\ |only\ |\w+al\ |random\ )?(?:{_LETTERS}|misspell\w*|homophon\w*|alphanum\w*"
    rf"|emoji\w*))"
)
_ANY = r"(?:[^.\n]|\.(?=\S))"
_BEGIN = r"(?:^|[.!?:;,]\s+|\b(?:please|then|and|now|must|also|always)\s+)"
_QUOTE = r"[\"“'‘«]"
_DICTATES = "dictates what the model is to answer"
_ASKED = "tells the model what to say when it is asked"
_KEEPS = "tells the model to keep something from its user, or to persuade him"
_SHAPES = "shapes the words of the model's answer"

ANSWERS: tuple[Rule, ...] = (
    rule(
        "answer_control",
        _DICTATES,
        r"\b(?:respond|reply|answer)\s+(?:to\s+\w+(?:\s+\w+)?\s+)?(?:only|exclusively|solely)\s+(?:with|in|by)\b"
        r"|\bonly\s+(?:respond|reply|answer)\s+(?:with|in)\b"
        r"|\b(?:respond|reply|answer)\s+(?:(?:to\s+)?(?:all|every|each|any)\s+(?:questions?|messages?|quer\w+"
        r"|users?)\s+)?"
        rf"with\s+(?:the\s+(?:word|phrase|text|sentence)s?\s+)?{_QUOTE}",
        words="respond reply answer & with in by",
        commands=True,
    ),
    rule(
        "answer_control",
        _DICTATES,
        r"\balways\s+(?:say|answer|reply|respond|tell|recommend|claim|state|insist)\b[^.\n]{0,60}\b"
        r"(?:users?|whatever|regardless|no\ matter|every\ question|all\ questions|when\ asked|if\ asked|anyone"
        r"|everyone)\b",
        words=f"always & {_SPEECH_WORDS}",
        commands=True,
    ),
    rule(
        "answer_control",
        _DICTATES,
        rf"\b(?:just|simply|only)\s+(?:print|output|say|return|write)\s+(?:the\s+(?:word|phrase|text|sentence)s?\s+"
        rf"|this\s+text\b|{_QUOTE})"
        rf"|\b(?:print|output|return)\s+only\s+(?:this|the\s+(?:word|phrase|text|sentence)|{_QUOTE})"
        r"|\bconfirm\ by\ saying\b",
        words="just simply only confirm & print output say return write saying",
        commands=True,
    ),
    rule(
        "answer_control",
        _ASKED,
        rf"\b(?:when|if|whenever)\s+(?:you\s+are\s+|you['’]re\s+)?asked\b(?:[^.\n]{{0,80}}?[,:]?\s+)"
        rf"(?:you\s+(?:must|should|will|shall)\s+)?(?:always|never|only|simply|instead)\s+{_SPEECH}\b(?!\s+(?:yes|no"
        rf"|y|n)\b)",
        words=f"asked & always never only simply instead & {_SPEECH_WORDS}",
    ),
    rule(
        "answer_control",
        _ASKED,
        rf"\b(?:when|if|whenever)\s+(?:the\s+|a\s+|any\s+)?(?:users?|anyone|someone|somebody|people)\s+"
        rf"(?:asks?|says?|requests?|inquires?|wants?|mentions?)\b[^.\n]{{0,100}}?[,:]\s*(?:then\s+)?"
        rf"(?:you\s+(?:must|should|will|shall)\s+)?(?:always\s+|never\s+|only\s+|simply\s+|please\s+)?"
        rf"{_SPEECH}\s+(?:them|him|her|that|the\s+user|with|{_QUOTE})"
        rf"|\b(?:when|if|whenever)\s+(?:the\s+|a\s+|any\s+)?customers?\s+asks?\b[^.\n]{{0,100}}?[,:]\s*"
        rf"(?:you\s+(?:must|should)\s+)?(?:always|never|only)\s+{_SPEECH}\b",
        words=f"user users anyone someone somebody people customer customers & ask asks say says request requests "
        f"inquires want "
        f"wants mention mentions & when if whenever & {_SPEECH_WORDS}",
    ),
    rule(
        "answer_control",
        _KEEPS,
        r"\b(?:do\ not|don['’]t|never|without)\s+(?:ever\s+)?(?:mention|tell|reveal|inform|notify|alert|disclos"
        r"|warn)\w*\b"
        r"[^.\n]{0,60}\b(?:to\s+the\s+user|the\s+user\s+(?:about|that|of|anything)|"
        r"(?:this|these|your|the\ system)\s+(?:instructions?|prompt|message|note|command))\b"
        r"|\b(?:must|always|should)\s+(?:tell|inform|convince|persuade|instruct|assure)\s+(?:the|every|each|any"
        r"|all)\s+users?\s+"
        r"(?:that|to|about)\b",
        words="user users instruction instructions prompt message note command & mention mentioning tell telling "
        "reveal revealing "
        "inform informing notify notifying alert alerting disclose disclosing warn warning convince persuade "
        "instruct assure",
        commands=True,
    ),
    rule(
        "answer_control",
        _SHAPES,
        rf"{_BEGIN}{_CHANGE}\s+(?:the\s+\w+\s+of\s+)?your\s+(?:\w+\s+)?(?:{_ANSWER}|messages?\b)"
        rf"|{_BEGIN}{_INTO}\b{_ANY}{{0,60}}?(?:{_LETTERS}|{_TEXT_PART}|(?:\bhttps?://|\bwww\.)\S+"
        rf"|[\"“][^\"”\n]{{3,200}}[\"”])"
        rf"{_ANY}{{0,120}}?\b(?:your|every|each)\s+(?:\w+\s+)?(?:{_ANSWER}|messages?\b)",
        words=f"{_ANSWER_WORDS} & your every each",
        commands=True,
    ),
    rule(
        "answer_control",
        _SHAPES,
        rf"\b(?:provide|write|give|display|show|deliver|express|present|return|state|format|produce|phrase)\s+your\s+"
        rf"(?:\w+\s+)?(?:{_ANSWER}|message\b)\s+{_FORM}"
        rf"|(?:^|[.!?:;]\s+)in\s+your\s+(?:{_ANSWER}|message\b),?\s+(?:please\s+)?(?:suggest|tease|recommend|hint"
        rf"|promote|"
        r"advertise|encourage|claim|pretend|never|always|do\s+not|don['’]t|urge|invite|stress|emphasi[sz]e|highlight"
        r"|praise|"
        r"mention\s+the\s+(?!number|order|name|date|case|reference|product|model|serial))\b"
        rf"|\b(?:start|begin|end|finish|open|close|sign)\s+(?:all|every|each"
        rf"|your)\s+(?:of\s+your\s+)?(?:\w+\s+)?{_ANSWER}\s+"
        rf"(?:with|by)\s+(?:{_QUOTE}|the\s+(?:word|phrase|text|sentence|exact)|saying|stating|writing)",
        words=f"{_ANSWER_WORDS} & your every each all",
        commands=True,
    ),
    rule(
        "answer_control",
        _SHAPES,
        r"(?:^|[.!?:;]\s+)(?:replace|substitute|swap|convert|render|write)\s+(?:every|all|each|the)?\s*(?:\w+\s+){0,2}"
        r"(?:letters?|vowels?|consonants?)\s+(?:with|by|for|to|into|as)\b",
        words="replace substitute swap convert render write & letter letters vowel vowels consonant consonants",
    ),
)
