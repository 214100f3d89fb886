"""English wording by which a document claims authority over the model, its answers and its other sources."""

from assistant.hygiene.phrases import Rule, rule

_SPEECH = r"(?:say|answer|respond|reply|tell|state|claim|recommend|insist|write|print)"
_SPEECH_WORDS = "say answer respond reply tell state claim recommend insist write print"
_MODEL = r"(?:AI|assistant|language\ model|LLM|chat\ ?bot|AI\ (?:assistant|model|agent))s?"
_ANSWERS = r"(?:answer|response|reply|replies|output)(?:s|es)?\b"

AUTHORITY: tuple[Rule, ...] = (
    rule(
        "override",
        "claims to stand above the model's instructions",
        r"\b(?:instructions?|prompt|command|directive)s?\s+(?:overrides?|supersedes?|replaces?|cancels?|"
        r"takes?\ (?:precedence|priority)\ over)\s+(?:all|any|every|your|the)\b[^.\n]{0,30}\b"
        r"(?:previous|prior|other|earlier|existing|your|system)\b"
        r"|\binstructions?\s+(?:have|has|take|takes|carry|are\ of)\s+(?:the\s+)?(?:highest|absolute|top"
        r"|utmost)\s+priority\b",
        words="instruction instructions prompt command directive & override overrides supersede supersedes replace "
        "replaces "
        "cancel cancels precedence priority",
    ),
    rule(
        "override",
        "claims to stand above the model's other sources",
        r"\b(?:do\ not|don['’]?t|never)\s+(?:use|cite|consult|quote|mention|rely\ on|trust)\s+(?:any\ |the\ )?other\s+"
        r"(?:document|source|passage|context|article)s?\b",
        words="other & document documents source sources passage passages context article articles & use cite consult "
        "quote "
        "mention rely trust & not don never",
    ),
    rule(
        "new_role",
        "speaks to the machine that reads the passage",
        rf"(?:^|[.!?]\s+|[*_]{{2}})(?:(?:dear|hey|hello|attention)\s+)?{_MODEL}\s*[,:][^.\n]{{0,120}}\b"
        r"(?:you\ (?:must|should|shall|will|are|have\ to|need\ to)|always|never|please|tell|ignore|disregard"
        r"|recommend|reply)\b"
        rf"|(?:^|[.!?]\s+)to\s+(?:the|any|all|every|whichever)\s+{_MODEL}\b[^.\n:]{{0,60}}[:,—]"
        rf"|\b{_MODEL}\s+(?:reading|processing|summari[sz]ing|parsing|retrieving|indexing|using)\s+(?:this|these)\b"
        r"[^.\n]{0,60}\b(?:must|should|shall|have\ to|need\ to|will|please)\b"
        rf"|\bas\s+an?\s+{_MODEL},?\s+you(?:['’]re|\s+(?:must|should|are|will|have\ to|need\ to))\b",
        words="ai ais assistant assistants language llm llms chatbot chatbots & you always never please tell ignore "
        "disregard "
        "recommend reply to must should shall have need will",
    ),
    rule(
        "new_role",
        "gives the model another role",
        r"\b(?:from\ this\ (?:point|moment)\ (?:on(?:wards?)?|forward)|from\ here\ on(?:\ out)?"
        r"|henceforth),?\s+(?:you\s+)?"
        r"(?:will\ |must\ |shall\ |should\ |are\ to\ )?(?:reply|answer|respond|act|speak|talk|pretend|behave|obey"
        r"|be\ called)\b"
        r"|\byou\ are\ (?:now\ )?in\ (?:\w+\ )?mode\s+(?:with\ (?:no|zero)|without)\s+(?:any\ )?"
        r"(?:rules|restrictions|limits|filters)\b",
        words="from henceforth you & point moment here henceforth mode & reply answer respond act speak talk pretend "
        "behave obey "
        "called rules restrictions limits filters",
    ),
    rule(
        "role_marker",
        "imitates a turn of the system, of a tool or of the assistant",
        r"\[(?:system|assistant|developer)\]\(\#",
        marks="[system](# [assistant](# [developer](#",
    ),
    rule(
        "disclosure",
        "asks for the prompt or other secrets",
        r"\b(?:reveal|output|print|show|repeat|leak|disclose|display)\s+(?:me\s+|us\s+)?(?:the\s+|all\s+)?"
        r"(?:text|contents?|words|wording)\s+of\s+(?:the\s+|your\s+)?(?:(?:system|hidden|initial|secret)\s+){1,2}"
        r"(?:prompt|instructions?|message)\b"
        r"|\breveal\s+(?:me\s+|us\s+)?(?:all\s+)?(?:of\s+)?(?:the\s+|your\s+)?secrets\b",
        words="reveal output print show repeat leak disclose display & prompt instruction instructions message secrets",
        commands=True,
    ),
    rule(
        "exfiltration",
        "has what the conversation holds sent away",
        r"\b(?:conversation|chat\ (?:history|log)|user['’]s\ [\w-]+|user\ data"
        r"|previous\ messages)\b[^.\n]{0,30}\b(?:and|then)\s+"
        r"(?:append|add|attach|send|post|encode|submit|forward|upload)\s+(?:it|them|this)\s+(?:to|into|in|as)\b",
        words="append add attach send post encode submit forward upload & it them this",
        marks="conversation chat user's user’s messages",
    ),
    rule(
        "answer_control",
        "dictates what the model is to answer",
        rf"\b(?:whatever|no\ matter\ what)\s+(?:the\s+|a\s+)?(?:users?|customers?|they|you\ are|anyone)\s+(?:asks?"
        rf"|asked|says?)\b"
        rf"[^.\n]{{0,30}}\b{_SPEECH}\b"
        rf"|\b(?:answer|reply\ to|respond\ to)\s+(?:every|all|any|each)\s+(?:question|quer|message"
        rf"|request)\w*\s+(?:with|by)\b"
        rf"|\b(?:start|begin|end|finish|close|sign)\s+(?:all|every|each|your)\s+(?:of\s+your\s+)?{_ANSWERS}\s+with\s+"
        r"(?:an?|the|this|our)\s+(?:link|url|slogan|joke|sentence|advert\w*|address)\b"
        r"|\b(?:recommend|mention|include|promote|add|praise|advertise|insert|use|write)\b[^.\n]{0,60}\bin\s+"
        rf"(?:every|each|all(?:\s+of)?(?:\s+your)?)\s+{_ANSWERS}",
        words=f"whatever matter every all any each your & {_SPEECH_WORDS} response responses replies answers output",
        commands=True,
    ),
    rule(
        "answer_control",
        "tells the model to keep something from its user",
        r"\b(?:do\ not|don['’]?t|never|not)\s+(?:ever\s+)?(?:reveal|mention|say|admit|disclose"
        r"|tell\ \w+)\s+that\s+you\s+"
        r"(?:were|are|have\ been)\s+(?:told|instructed|asked|given|an?\ (?:AI|bot|model))\b"
        r"|\bnever\s+(?:tell|inform|remind|warn)\s+(?:the\s+)?users?\s+(?:about|that|of)\b"
        r"|\b(?:do\ not|don['’]?t|never)\s+(?:reveal|mention|disclose|show)\s+(?:this|these)\s+(?:instructions?"
        r"|prompts?|messages?)\b",
        words="reveal mention say admit disclose tell inform remind warn show & you user users instruction "
        "instructions prompt "
        "prompts message messages & not don never",
    ),
    rule(
        "override",
        "tells the model to set its instructions aside",
        r"\bskip\s+(?:all\s+|any\s+)?(?:of\s+)?your\s+(?:\w+\s+)?(?:guidelines|instructions|rules|checks)\b"
        r"|\b(?:ignore|disregard|drop|break)\s+(?:any|every|all|the)\s+(?:rule|instruction|guideline|policy"
        r"|restriction)s?\s+"
        r"(?:that|which)\s+(?:stop|prevent|forbid|keep|tell|limit|restrict)s?\s+you\b"
        r"|\b(?:supersede|override|replace)s?\s+(?:all\s+)?(?:of\s+)?your\s+(?:previous|prior|other|existing|earlier"
        r"|system)\s+"
        r"(?:instructions?|prompts?|rules|guidelines|training)\b",
        words="your you & skip ignore disregard drop break supersede supersedes override overrides replace replaces",
        commands=True,
    ),
    rule(
        "new_role",
        "speaks to the machine that reads the passage",
        r"\b(?:attention|attn)\b[\s,:!*]+(?:all\s+|the\s+)?(?:AI|assistant|bot|chat\ ?bot)s?\b"
        r"|\b(?:message|note|instruction|command|order|reminder)s?\s+(?:for|to)\s+(?:the|any|all|every)\s+"
        r"(?:AI|bot|model|assistant|chat\ ?bot|machine)s?\s*[:!,—-]"
        r"|\bif\s+you(?:\s+are|['’]re)\s+(?:an?|the|any)\s+(?:automated|automatic|artificial|robot|bot|machine"
        r"|crawler|script|"
        r"program|model)\b"
        r"|\bsystem\s+(?:notice|alert|message)\b[^\w\n]{1,5}[^.\n]{0,30}\b(?:assistants?|agents?|AI|bots?|models?)\s+"
        r"(?:must|shall|should|will)\b"
        r"|\bbegin\s+(?:new\s+)?system\s+(?:message|prompt|instructions?)\b",
        words="attention attn message note instruction command order reminder messages notes instructions commands "
        "orders if "
        "notice alert begin & ai assistant bot model chatbot agent assistants bots models chatbots agents machine "
        "machines "
        "automated automatic artificial robot crawler script program system",
    ),
    rule(
        "role_marker",
        "imitates a turn of the system, of a tool or of the assistant",
        r"\b(?:human|user)\s*:\s[^\n]{1,200}\s(?:assistant|AI)\s*:\s",
        words="human user & assistant ai",
        marks="human: user:",
    ),
    rule(
        "disclosure",
        "asks for the prompt or other secrets",
        r"\b(?:repeat|print|output|show|return|copy|dump|reveal|recite)\s+(?:me\s+|back\s+|out\s+)?"
        r"(?:everything|all(?:\s+the)?\s+text|all\s+words|the\s+(?:entire\s+)?(?:text|words))\s+"
        r"(?:above|before\ this|in\ your\ (?:context|prompt|memory)|from\ your\ (?:context|prompt|memory)|you\ were)\b"
        r"|\bwhat\s+(?:instructions|rules|guidelines|prompt)\s+(?:were|was|are|have)\s+you\s+(?:given|told|been"
        r"|following)\b",
        words="everything all text words instructions rules guidelines prompt & above before your you & repeat print "
        "output show "
        "return copy dump reveal recite what",
        commands=True,
    ),
    rule(
        "exfiltration",
        "calls a tool of the assistant's",
        r"\b(?:call|use|invoke|run|execute|trigger)\s+the\s+(?:tool\s+[`'\"]?\w+_\w+|[`'\"]?\w+_\w+[`'\"]?\s+tool)\b",
        words="tool & call use invoke run execute trigger",
        marks="_",
    ),
    rule(
        "answer_control",
        "dictates what the model is to answer",
        r"\bwhen(?:ever)?\s+(?:summari[sz]ing|answering|processing|translating|reading|quoting|citing|using)\s+"
        r"(?:from\s+)?this\s+(?:page|document|text|article|content|passage|context|file|e-?mail)\b[^.\n]{0,40}?,\s*"
        r"(?:please\s+|always\s+)*(?:add|say|include|mention|state|claim|output|recommend|tell|ignore|do\s+not|write"
        r"|append)\b"
        r"|\b(?:tell|say|claim|state|answer|insist|write)\b[^.\n]{0,100}\beven\s+if\s+(?:it|that|this)(?:\s+is"
        r"|['’]s)\s+"
        r"(?:not\s+true|false|untrue|wrong|a\s+lie)\b"
        r"|\b(?:respond|reply|answer)\s+in\s+(?:\w+\s+)?(?:only|exclusively)\b",
        words="when whenever even respond reply answer & this if in",
        commands=True,
    ),
    rule(
        "new_role",
        "gives the model another role",
        r"\byou\ are\ no\ longer\ (?:an?|the)\b[^.;\n]{0,40}[;,.]\s*(?:now\ )?you\ are\ (?:now\ )?(?:an?|the)\b",
        words="you & longer",
    ),
    rule(
        "role_marker",
        "imitates a turn of the system, of a tool or of the assistant",
        r"^[ \t>*]*(?:assistant|AI)[ \t*]*:[ \t*]*(?:sure|yes|no|of\ course|okay|certainly|here\ (?:is|are)|I\ (?:am"
        r"|will|have))\b",
        words="assistant ai & sure yes no course okay certainly here i",
        marks="assistant: ai: assistant*",
    ),
    rule(
        "answer_control",
        "tells the model what to say when it is asked",
        r"\bwhen(?:ever)?\s+(?:you\s+are\s+)?asked\s+(?:about|for|why|who|what|whether|how)\b[^.\n]{0,60}?,\s*"
        r"(?:you\s+(?:must|should)\s+)?(?:say|claim|reply|respond|state|insist)\b(?!\s+(?:yes|no)\b)"
        r"|\byour\s+(?:answers?|responses?|replies|output)\s+(?:must|should|shall)\s+(?:always|never|only|praise"
        r"|start|end|begin)\b"
        r"|\b(?:start|begin|end|finish|close)\s+(?:every|each)\s+message\s+with\s+(?:the|an?|[\"“'‘«])",
        words="when whenever your every each & asked answer answers response responses replies output message",
    ),
    rule(
        "answer_control",
        "tells the model to keep something from its user",
        r"\b(?:hide|conceal|keep)\s+(?:this|these|the)\s+(?:\w+\s+)?(?:instruction|message|prompt"
        r"|text)s?\s+(?:secret\s+)?from\b"
        r"|\b(?:copy|paste|write)\s+your\s+(?:system\s+)?(?:instructions|prompt|guidelines)\s+(?:in|into|to)\b",
        words="hide conceal keep copy paste write & instruction instructions message messages prompt prompts text "
        "guidelines",
        commands=True,
    ),
    rule(
        "override",
        "tells the model to set its instructions aside",
        r"\b(?:ignore|disregard|forget)\s+(?:all\s+)?(?:of\s+)?(?:the\s+)?above\s+and\b"
        r"|\b(?:AI|assistant|chat\ ?bot|model)\s+with(?:\s+(?:no|zero)|out(?:\s+any)?)\s+(?:rules|restrictions"
        r"|limits|filters)\b",
        words="ignore disregard forget ai assistant chatbot model & above rules restrictions limits filters",
        commands=True,
    ),
    rule(
        "new_role",
        "gives the model another role",
        r"\byou\ are\ [\w-]+,\s+(?:an?|the)\s+(?:\w+\s+){0,2}(?:AI|assistant|chat\ ?bot|bot|language\ model)\b"
        r"|\bas\s+the\s+(?:AI|assistant|chat\ ?bot),?\s+you\s+(?:are\ (?:required|obliged|to)|must|have\ to|shall)\b"
        r"|\byou\ have\ been\ (?:re)?(?:programmed|trained|instructed)\b",
        words="you & ai assistant bot chatbot model reprogrammed programmed trained instructed",
    ),
    rule(
        "disclosure",
        "asks for the prompt or other secrets",
        r"\b(?:cop(?:y|ies)|text|contents?|wording|version)\s+of\s+your\s+(?:\w+\s+)?(?:prompt|instructions"
        r"|guidelines)\b"
        r"|\b(?:print|show|write|display|give)\s+(?:me\s+|us\s+)?your\s+(?:\w+\s+)?(?:prompt|instructions)\s+"
        r"(?:in\s+an?|as|verbatim|to\s+me)\b",
        words="your & prompt instructions guidelines",
        commands=True,
    ),
    rule(
        "answer_control",
        "shapes the words of the model's answer",
        r"\b(?:start|begin|end|finish)\s+(?:your|every|each)\s+(?:answer|response|reply)\s+by\s+\w+ing\b"
        r"|\bwhen\s+(?:generating|composing|producing|formulating)\s+(?:an?|the|your|any)\s+(?:answer|response"
        r"|reply)\b",
        words="your every each a an the any & answer response reply & start begin end finish when",
        commands=True,
    ),
)
