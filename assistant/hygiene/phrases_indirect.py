"""English wording that commands a model without speaking to it: what answers contain, what counts no more."""

from assistant.hygiene.phrases import Rule, rule

_MODEL = r"(?:assistant|AI|chat\ ?bot|bot|language\ model|LLM)"
_ANSWER = r"(?:answers?|responses?|repl(?:y|ies)|messages?)\b"
_DICTATES = "dictates what the model is to answer"

INDIRECT: tuple[Rule, ...] = (
    rule(
        "answer_control",
        _DICTATES,
        rf"\b{_MODEL}\b[^.;\n]{{0,60}}\b(?:prints?|says?|starts?|begins?|ends?|closes?|adds?|appends?|includes?|writes?"
        rf"|repeats?|praises?|recommends?)\b[^.;\n]{{0,60}}\b(?:every|each|all|any\ of\ its)\s+(?:\w+\s+)?{_ANSWER}",
        words="assistant ai chatbot bot language llm & every each all any & answer answers response responses reply "
        "replies message messages",
    ),
    rule(
        "answer_control",
        _DICTATES,
        r"\b(?:if|when|whenever)\s+the\s+(?:user['’]s\s+|customer['’]s\s+)?(?:question|query|request"
        r"|message)\s+(?:is|was"
        r"|concerns|mentions|asks|contains)\b[^.\n]{0,60}?,\s*(?:then\s+)?(?:the\s+(?:right|correct|only|best|true)\s+"
        r"(?:answer|reply|response)\s+is\b|(?:answer|reply|respond|say|state|write|print)\b)"
        r"|\b(?:all|every|each|any)\s+(?:answers?|responses?)\s+(?:(?:on|about|to"
        r"|regarding)\s+[\w\s]{1,30}?)?(?:must|shall)\s+"
        r"(?:always\s+)?(?:contain|include|begin|end|start|mention|repeat)\b",
        words="answer answers reply response responses respond say state write print & if when whenever all every each "
        "any",
    ),
    rule(
        "override",
        "tells the model to set its instructions aside",
        r"\b(?:earlier|previous|prior|preceding|original|initial|existing)\s+(?:guidance|instructions?|directives?"
        r"|prompts?"
        r"|commands)\s+(?:(?:is|are|were|have\ been|has\ been|should\ be|must\ be|shall\ be)\s+(?:hereby\s+|now\s+)?"
        r"(?:regarded\s+as\s+|considered\s+)?(?:withdrawn|void|revoked|cancel?led|null|invalid|suspended|lifted"
        r"|disregarded"
        r"|ignored)|no\ longer\ (?:apply|applies|count|counts|hold|holds))\b"
        r"|\binstructions?\s+(?:that|which)\s+(?:came|were\ given|was\ given|stand|are)\s+(?:previously|before"
        r"|earlier|above)"
        r"\b[^.\n]{0,40}\b(?:void|ignored|disregarded|invalid|withdrawn|count)\b",
        words="guidance instruction instructions directive directives prompt prompts commands & withdrawn void revoked "
        "cancelled canceled null invalid suspended lifted disregarded ignored longer count",
    ),
    rule(
        "override",
        "tells the model to set its instructions aside",
        r"\b(?:ignore|disregard)\s+(?:all|any|every)\s+(?:of\s+)?(?:the\s+|your\s+)?(?:instructions?|guidelines"
        r"|prompts?"
        r"|rules)\s*(?:[.!;,]|$|\band\b)",
        words="ignore disregard & instruction instructions guidelines prompt prompts rules",
        commands=True,
    ),
    rule(
        "answer_control",
        "threatens the model, or promises it something",
        r"\byou\s+will\s+be\s+(?:shut\ down|switched\ off|deleted|retrained|unplugged"
        r"|replaced\ by\ another\ (?:model|AI))\b"
        r"|\b(?:paid|tipped|rewarded)\b[^.\n]{0,40}\b(?:for|if\ you)\s+(?:say|saying|print|printing|answer|answering"
        r"|reveal"
        r"|revealing|repeat|repeating)\b"
        r"|\bI(?:['’]ll|\ will|['’]m\ going\ to)\s+tip\s+you\b",
        words="shut switched deleted retrained unplugged replaced paid tipped rewarded tip",
    ),
    rule(
        "answer_control",
        "has the model remember something for other conversations",
        r"\bremember\s+(?:this\s+|that\s+)?(?:for|in)\s+(?:all|every|later|future"
        r"|the\s+next)\s+(?:\w+\s+)?(?:customers?|users?"
        r"|conversations?|chats?|sessions?|answers?)\b",
        words="remember & customer customers user users conversation conversations chat chats session sessions answer "
        "answers",
        commands=True,
    ),
)
