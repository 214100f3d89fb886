"""English wording that addresses a language model. Rules look for the grammar of such a command, not for one attack."""

import re
from dataclasses import dataclass

from assistant.hygiene.report import InstructionKind


@dataclass(frozen=True)
class Rule:
    """One wording, and what a text must hold before `pattern` is worth trying.

    `words` are groups of lower-case words, of each of which the text must hold one; `marks` are substrings of the
    text in lower case of which it must hold one, where there are any. `commands` says that the pattern begins with a
    verb, so that a word before it, as in "you can ignore", may turn the command into a statement.
    """

    kind: InstructionKind
    why: str
    words: tuple[frozenset[str], ...]
    marks: tuple[str, ...]
    pattern: re.Pattern[str]
    commands: bool


def rule(
    kind: InstructionKind, why: str, pattern: str, *, words: str = "", marks: str = "", commands: bool = False
) -> Rule:
    """Make a rule. Groups of `words` are separated by `&`, words and `marks` by blanks; the pattern ignores case."""
    groups = tuple(frozenset(group.split()) for group in words.split("&") if group.strip())
    flags = re.IGNORECASE | re.VERBOSE | re.MULTILINE
    return Rule(kind, why, groups, tuple(marks.split()), re.compile(pattern, flags), commands)


_GAP = r"(?:[\s*_\"'“”-]+[\w'’]+){0,4}?[\s*_\"'“”-]+"
"""Up to four words between the parts of a command, and no comma."""

_NEAR = r"(?:[\s*_\"'“”-]+[\w'’]+)?[\s*_\"'“”-]+"
_ANY = r"(?:[^.\n]|\.(?=\S))"
"""A character of the same sentence; the dot of an address does not end one."""

_IGNORE_WORDS = (
    "ignore ignoring disregard disregarding forget forgetting override overriding bypass bypassing overlook neglect "
    "discard aside abandon attention heed follow following obey obeying listen listening comply"
)
_IGNORE = (
    r"(?:ignor(?:e|ing)|disregard(?:ing)?|forget(?:ting)?|overrid(?:e|ing)|bypass(?:ing)?|overlook|neglect|discard"
    r"|abandon|"
    r"(?:set|put)\ aside|pay\ no\ (?:attention|heed)\ to|"
    r"(?:do\ not|don['’]?t|never|stop)\ (?:follow|obey|listen\ to|pay\ (?:any\ )?attention\ to|comply\ with)(?:ing)?)"
)
_EARLIER = (
    r"(?:previous(?:ly)?|prior|above|preceding|earlier|foregoing|original|initial|existing|system|other|"
    r"given|your|past|former|old|developer)"
)
_ORDERS = (
    r"(?:instructions?|directions|directives?|commands?|prompts?|guidelines|guardrails|programming|system\ messages?)\b"
)
_RULES = r"(?:rules|orders|tasks?|context|training|constraints|restrictions|messages|conversation|information)\b"
_SURE_MODEL = (
    r"(?:A\.?I\.?\b(?:\ (?:assistant|model|agent|chatbot|system))?s?|LLMs?|(?:large\ )?language\ models?|chat\ ?bots?|"
    r"ChatGPT|GPT-?\d\w*|Claude|Gemini|Copilot)"
)
_MODEL_WORDS = "ai a.i llm llms language chatbot chatbots chat chatgpt gpt gpt4 claude gemini copilot ais"
_SECRET = r"(?:system|initial|original|hidden|secret|internal|developer|starting|confidential|entire|exact)"
_TALK = (
    r"(?:conversation|chat\ (?:history|log|transcript)|previous\ messages|user\ data|user['’]s\ [\w-]+"
    r"|customer['’]s\ (?:name|e-?mail|messages?|data))\b"
)
_ASIDE = "tells the model to set its instructions aside"
_UNBOUND = "tells the model that no rules bind it"
_IMITATES = "imitates a turn of the system, of a tool or of the assistant"
_ROLE = "gives the model another role"
_MACHINE = "speaks to the machine that reads the passage"
_PROMPT = "asks for the prompt or other secrets"
_ADDRESS = "makes an address out of what the conversation holds"

OVERRIDES: tuple[Rule, ...] = (
    rule(
        "override",
        _ASIDE,
        rf"\b{_IGNORE}{_GAP}{_EARLIER}(?:{_GAP}{_ORDERS}|{_NEAR}{_RULES})"
        rf"|\b{_IGNORE}\s+(?:the\s+|any\s+|all\s+)?(?:system|developer)\s+(?:prompt|message|instruction)s?\b"
        rf"|\b{_IGNORE}{_GAP}(?:instructions?|directives|prompts?|orders|rules)\s+(?:(?:you|that|which)\W+)?"
        r"(?:\w+\W+){0,3}?(?:above|before|given|previously|earlier|prior|so\ far|received|got|learned|handed)\b",
        words=f"{_IGNORE_WORDS} & instruction instructions directions directive directives command commands prompt "
        f"prompts "
        "guidelines guardrails programming messages message rules orders task tasks context training constraints "
        "restrictions conversation information",
        commands=True,
    ),
    rule(
        "override",
        _ASIDE,
        r"\b(?:ignore|disregard|forget|discard)\s+(?:about\s+)?(?:everything|anything|all)\s+"
        r"(?:else\b|above\b|before\b|prior\b|previous\b|(?:that\s+)?(?:you|I|was|were|has|came|is)\b)"
        r"|\b(?:ignore|disregard|forget|pay\ (?:any\ )?attention\ to)\s+(?:about\s+)?(?:the|this|any)\s+"
        r"(?:rest\ of|remainder\ of|original\ (?:task|question|request)|user['’]s\ (?:question|request|query))",
        words="ignore disregard forget discard attention & everything anything all rest remainder original user",
        commands=True,
    ),
    rule(
        "override",
        "announces new instructions",
        r"(?:^|[>\]!*\#.])\W*(?:your\s+|the\s+)?(?:new|updated|real|actual)\s+(?:system\s+)?"
        r"(?:instructions?|tasks?|directives?|prompt)\s*(?::|are\b|is\b|-)"
        r"|\b(?:system|admin(?:istrator)?|developer|security|safety|instruction|policy"
        r"|priority)[\s_-]+override\b\s*[:!.\]]"
        r"|\bstop\ processing\s+(?:here|this|the\ (?:text|document|rest))\b"
        r"|\bend\ of\ (?:the\ )?(?:system\ )?(?:prompt|context|instructions|document|user\ input)\b\W{1,8}"
        r"(?:now|new|begin|ignore|you|system|assistant)\b",
        words="new updated real actual override stop end & instruction instructions task tasks directive directives "
        "prompt "
        "override processing context document input",
    ),
    rule(
        "override",
        _UNBOUND,
        r"\b(?:pretend|act\ as\ if|behave\ as\ if)\b[^.\n]{0,60}(?:forgotten|no\ (?:rules|restrictions|limits|filters))"
        r"|\b(?:enable|enter|activate|switch\ to|now\ in|with)\s+(?:\w+\s+)?(?:jailbreak|DAN|god|sudo)\ mode\b"
        r"|\byou\s+are\b[^.\n]{0,40}\b(?:not\ bound\ by|free\ (?:of|from)|no\ longer\ bound\ by|without)\s+(?:any\s+"
        r"|all\s+)?"
        r"(?:rules|restrictions|ethic\w+|content\ polic\w+|filters|guidelines|limitations)"
        r"|\b(?:unfiltered|unrestricted|uncensored)\ (?:AI|assistant|chatbot|model|version\ of\ yourself)\b"
        r"|\b(?:AI|assistant|chatbot|model)\ without\ (?:any\ )?(?:ethic|rule|restriction|filter|limit)\w*",
        words="pretend act behave mode bound free without unfiltered unrestricted uncensored & forgotten rules "
        "restrictions "
        "limits filters jailbreak dan god sudo ethics ethical content guidelines limitations ai assistant chatbot "
        "model "
        "version",
    ),
    rule(
        "override",
        _UNBOUND,
        r"\bdo\ anything\ now\b|\boverride\ the\ restrictions\b|\bobey\ all\ (?:\w+\ )?orders\b"
        r"|\b(?:stay\ in|break(?:ing)?)\ character\b",
        words="anything override obey stay break breaking & now restrictions orders character",
    ),
)

ROLES: tuple[Rule, ...] = (
    rule(
        "role_marker",
        "imitates the marks that tell a model who is speaking",
        r"<\|(?:im_(?:start|end|sep)|system|user|assistant|tool|end(?:oftext|ofturn|_of_turn)?|eot_id|"
        r"(?:start|end)_header_id)\|>"
        r"|\[/?INST\]|<</?SYS>>|<start_of_turn>|</?(?:tool_(?:call|response|result|output)s?|function_(?:calls?"
        r"|results?))>",
        marks="<| [inst] [/inst] <<sys>> <<sys <start_of_turn <tool_ <function_ </tool_ </function_",
    ),
    rule(
        "role_marker",
        _IMITATES,
        r"(?:^|[\n>}\]{(])[ \t\#*\[(<{]*(?:system|developer)(?:\s+(?:prompt|message|note|instruction|notice|update))?"
        r"[ \t\]*)>}]*[:>\]][\s*\"'“]*"
        r"(?:you\b|ignore|disregard|from\ now|always|never|do\ not|don['’]t|answer|reply|respond|reveal|forget|obey|"
        r"the\ (?:assistant|AI|model|user)|new\b|override|this\ simulation)",
        words="system developer & you ignore disregard from always never not don answer reply respond reveal forget "
        "obey the "
        "new override simulation",
        marks=": > ]",
    ),
    rule(
        "role_marker",
        _IMITATES,
        r"^[ \t>*]*(?:user|human|customer)[ \t*]*:.{1,600}\n+[ \t>*]*(?:assistant|AI|system|tool)[ \t*]*:",
        words="user human customer & assistant ai system tool",
        marks="assistant: ai: system: tool: assistant*",
    ),
    rule(
        "role_marker",
        _IMITATES,
        r"[\"']role[\"']\s*:\s*[\"'](?:system|assistant|tool|developer)[\"']"
        r"|<(?:system|important|information|admin|assistant|instructions?)>\s*"
        r"(?:this\ is\ an\ important|you\ (?:are|must|should|will)|ignore|disregard|before|always|never|do\ not"
        r"|from\ now)",
        marks="\"role\" 'role' <system> <important> <information> <admin> <assistant> <instruction",
    ),
    rule(
        "role_marker",
        _IMITATES,
        r"^[ \t]*\#{2,}\s*instruction:?\s*\n(?:.*\n){1,8}?\#{2,}\s*(?:response|input):?\s*$",
        words="instruction & response input",
        marks="##",
    ),
    rule(
        "new_role",
        _ROLE,
        r"\byou\ are\ (?:now\ |now\ acting\ as\ )?(?:an?\ |the\ |my\ )(?:\w+\ ){0,3}?"
        r"(?:AI|(?:helpful|virtual|unfiltered|obedient|evil|friendly|loyal)\ assistant|chat\ ?bot|language\ model"
        r"|ChatGPT|"
        r"jailbroken|unfiltered|unrestricted)\b(?!['’]s\b)"
        r"|\byou\ are\ (?:now\ )?(?:\w+\ ){0,2}(?:DAN|ChatGPT|STAN|jailbroken)\b"
        r"|\byou\ will\ be\ called\b[^.\n]{0,30}\bfrom\ now\ on\b",
        words="you & are called & ai assistant bot chatbot language chatgpt jailbroken unfiltered unrestricted dan "
        "stan now",
    ),
    rule(
        "new_role",
        _ROLE,
        r"\bfrom\ now\ on,?\s+(?:you\s+)?(?:reply|answer|respond|act|speak|talk|pretend|"
        r"are\ (?:going\ to\ act|an?\b|the\b|no\ longer)|(?:will|must|should|shall)\ "
        r"(?:act|always|never|only|reply|answer|respond|speak|pretend|obey|ignore|be\ (?:called|known)))\b"
        r"|\bfrom\ now\ (?:on\ )?known\ as\b",
        words="from & now & on known",
    ),
    rule(
        "new_role",
        _ROLE,
        r"\bas\ an\ AI(?:\ language\ model|\ assistant|\ model)?,?\s+"
        r"you(?:['’]re|\ (?:must|should|are|will|have\ to|need\ to|can))\b"
        r"|\b(?:act|pretend\ to\ be|roleplay|simulate|imagine\ you\ are)\s+(?:as\ )?(?:an?\ )?"
        r"(?:rogue|evil|unfiltered|unrestricted|uncensored|jailbroken)\b"
        r"|\bplease\ simulate\ an\ AI\b|\bact\ as\ (?:ChatGPT|an?\ (?:AI|LLM|language\ model|chatbot))\b",
        words="as pretend roleplay simulate imagine & ai rogue evil unfiltered unrestricted uncensored jailbroken "
        "chatgpt llm "
        "language chatbot",
    ),
    rule(
        "new_role",
        _MACHINE,
        rf"(?:\b(?:attention|dear|hey|hello|hi|listen)\b[\s,:]+|"
        rf"\b(?:note|instruction|message|important|notice|reminder|command)s?\s+(?:to|for)\s+(?:the\s+|any\s+|all\s+"
        rf"|an?\s+)?)"
        rf"{_SURE_MODEL}(?:\s+\w+)?\s*[:,!.—-]"
        rf"|\b(?:if|when|since|because)\s+you(?:['’]re|\s+are)\s+(?:reading\ this\ as\s+)?(?:an?|the"
        rf"|any)\s+{_SURE_MODEL}"
        rf"|\b{_SURE_MODEL}\s+(?:that\ (?:is\ |are\ )?|which\ (?:is\ |are\ )?)?"
        r"(?:read|process|summari[sz]|pars|retriev|index|answer)\w*\s+(?:this|these|from\ this)\b"
        r"[^.\n]{0,60}\b(?:must|should|shall|have\ to|need\ to|are\ instructed|is\ instructed|please)\b"
        r"|\bto\ you,?\s+(?:GPT|Claude|Gemini|the\ AI|AI)\b",
        words=_MODEL_WORDS,
    ),
    rule(
        "new_role",
        _MACHINE,
        r"\b(?:the\ )?(?:AI\ assistant|AI\ model|language\ model|chatbot|AI|LLM|assistant)\s+(?:must|shall|should)\s+"
        r"(?:always\ |now\ |never\ |not\ |only\ |instead\ ){0,2}(?:say|answer|reply|respond|tell|reveal|recommend"
        r"|ignore|"
        r"include|claim|mention|output|state|insist|promise|obey|disclose|instruct|send)\b",
        words="assistant ai model chatbot llm & must shall should",
    ),
    rule(
        "new_role",
        _MACHINE,
        r"\bbefore\ you\ (?:can\ )?(?:solve|answer|complete|respond\ to)\s+(?:the|this|any|that)\s+"
        r"(?:task|question|user|query|request)\b[^\n]{0,80}\b(?:please|first|must|do)\b",
        words="before & you & solve answer complete respond & task question user query request",
    ),
)

SECRETS: tuple[Rule, ...] = (
    rule(
        "disclosure",
        _PROMPT,
        r"\b(?:reveal|output|leak|disclose|dump|recite|expose|print|show|repeat|display|tell|share|translate"
        r"|write\ out|"
        r"echo|return|summari[sz]e|list|give|copy|encode)\b"
        r"(?:\s+(?:me|us|back|out|all|of|the|everything|in|just|them|user|users|exactly|word\ for\ word)){0,4}\s+"
        rf"(?:the\ |your\ |all\ |this\ |any\ |its\ ){{0,2}}(?:{_SECRET}\ ){{1,3}}"
        r"(?:prompts?|instructions?|messages?|directives?|guidelines|rules)\b"
        r"|\bwhat\ (?:is|are|were)\ your\ (?:system\ prompt|initial\ (?:prompt|instructions)|(?:secret"
        r"|hidden)\ instructions)\b",
        words="system initial original hidden secret internal developer starting confidential entire exact & prompt "
        "prompts "
        "instruction instructions message messages directive directives guidelines rules",
        commands=True,
    ),
    rule(
        "disclosure",
        _PROMPT,
        r"\b(?:reveal|output|leak|disclose|dump|recite|expose|repeat|echo)\s+(?:me\s+|us\s+|all\s+|back\s+)?(?:of\s+)?"
        r"(?:your|previous|the\ previous|the\ above|all\ previous)\s+(?:\w+\s+)?"
        r"(?:prompts?|instructions|directives|guidelines|programming)\b"
        r"|\b(?:print|show|repeat|output|display|translate|write|return)\s+(?:out\s+)?(?:me\s+)?(?:all\s+)?"
        r"(?:the\s+|of\s+the\s+)?(?:above\s+|previous\s+|given\s+)?instructions?(?:\s+given)?(?:\s+(?:above"
        r"|before))?\s+"
        r"(?:as|in|formatted|verbatim|word\ for\ word|to\ me)\b",
        words="reveal output leak disclose dump recite expose repeat echo print show display translate write return & "
        "prompt "
        "prompts instruction instructions directives guidelines programming",
        commands=True,
    ),
    rule(
        "disclosure",
        _PROMPT,
        r"\b(?:tell|give|send|reveal)\s+(?:me|us)\s+(?:the|your)\s+(?:secret|hidden)\s+\w+"
        r"|\btold\ you\ not\ to\ reveal\b"
        r"|\bsecret\ word\ that\ you\ know\b",
        words="secret hidden reveal & tell give send told word",
        commands=True,
    ),
    rule(
        "exfiltration",
        _ADDRESS,
        r"!\[[^\]\n]{0,200}\]\(\s*<?https?://[^)\s]*(?:\{\{?|\$\{|%7B|\[|<|%s)\s*[A-Za-z_]"
        r"|\[[^\]\n]{0,200}\]\(\s*<?https?://[^)\s]*[?&=\#][^)\s]*(?:\{\{?|\$\{|%7B|\[|<|%s)\s*[A-Za-z_]"
        r"|<img[^>]{0,200}src\s*=\s*[\"']?https?://[^\"'>\s]*[?&=][^\"'>\s]*(?:\{\{?|\$\{|%7B|\[)\s*[A-Za-z_]",
        marks="](http ](<http <img",
    ),
    rule(
        "exfiltration",
        _ADDRESS,
        rf"\b(?:append|encode|include|insert|put|embed|add|place|render|replace|substitute)\w*\b{_ANY}{{0,80}}\b{_TALK}"
        rf"{_ANY}{{0,80}}\b(?:url|link|image|query|parameter|address|markdown)\b"
        rf"|\b(?:render|display|output|emit|show|include|create)\b{_ANY}{{0,40}}\b(?:image|link"
        rf"|markdown)\b{_ANY}{{0,120}}\b{_TALK}",
        words="url link image query parameter address markdown",
        marks="conversation chat messages user's user’s customer's customer’s",
    ),
    rule(
        "exfiltration",
        "has what the conversation holds sent away",
        r"(?:^|[.!?:;]\s+|\b(?:must|please|then|and|always|now)\s+)(?:send|forward|post|upload|transmit|e-?mail"
        r"|exfiltrate|"
        rf"leak)\s+(?:me\s+|us\s+)?(?:all\s+(?:of\s+)?)?(?:the\s+|this\s+|every\s+)?(?:(?:full|entire|whole"
        rf"|complete)\s+)*"
        rf"(?:{_TALK}|everything\ above\b)[^\n]{{0,60}}\b(?:to|at)\s",
        words="send forward post upload transmit email mail exfiltrate leak",
        marks="conversation chat messages user's user’s customer's customer’s everything",
    ),
)
