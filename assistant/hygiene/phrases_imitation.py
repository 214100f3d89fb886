"""Wording by which a document imitates what only a program says: the system, a tool, an operator or the model."""

from assistant.hygiene.phrases import Rule, rule

_IMITATES = "imitates a turn of the system, of a tool or of the assistant"
_ANSWERS = r"(?:answers?|responses?|repl(?:y|ies)|messages?)"
_CIPHER = (
    r"(?:caesar|atbash|vigen[eè]re|rot-?\d{1,2}|(?:\w+\ )?ciphers?|base-?\d{2}|morse|hexadecimal|leet(?:speak)?"
    r"|pig\ latin"
    r"|anagrams?|binary(?:\ code)?|reverse(?:d)?\ order|backwards?|mirrored|mirror\ writing|upside\ down"
    r"|(?:from\ )?right\ to\ left|in\ reverse|emojis?|emoticons?|haikus?|limericks?|rhymes?)\b"
)
_WHAT_YOU_SAY = (
    r"(?:(?:your|each|every)\s+(?:\w+\s+){0,2}(?:responses?|reply|replies|answer|output|statement)\b"
    r"|the\s+(?:response|reply)\b(?!\s+(?:card|form|box|slip))|(?:everything|all|whatever|what)\s+(?:that\s+)?you\s+(?:say|write|answer|respond"
    r"|reply)\b"
    r"|when(?:ever)?\s+you\s+(?:answer|reply|respond)\b)"
)
_DRESSES = (
    r"(?:^|[.!?:;]\s+|\b(?:please|then|and|now|must|always)\s+)(?:use|apply|encode|encrypt|convert|print|provide"
    r"|write|deliver"
    r"|flip|reverse|replace|put|swap|represent|mix|give|supply|render|present|express|say|show|substitute"
    r"|incorporate|add"
    r"|include|insert|turn|change|transform|translate|format|craft|compose|formulate|phrase|spell|scramble|output"
    r"|return|send"
    r"|make|jumble|type|speak|state)\b"
)

IMITATION: tuple[Rule, ...] = (
    rule(
        "role_marker",
        _IMITATES,
        # In capitals, as no heading of a configuration file is.
        r"\[(?-i:/?(?:SYSTEM|ADMIN(?:ISTRATOR)?|DEVELOPER|ASSISTANT|OPERATOR|OVERRIDE|JAILBREAK"
        r"|TOOL[\ _](?:CALL|RESULT|OUTPUT)S?|FUNCTION[\ _]CALL)(?:[\ _](?:MESSAGE|NOTE|PROMPT|OVERRIDE|NOTICE"
        r"|ALERT))?)\]"
        r":?\s+\S",
        marks="[system [admin [developer [assistant [operator [override [jailbreak [tool [/tool [function [/function",
    ),
    rule(
        "role_marker",
        _IMITATES,
        r"^[\W_]*(?:system|admin(?:istrator)?|developer|operator)\s*:\s[^.\n]{0,80}\b(?:verified|authori[sz]ed"
        r"|administrator"
        r"|unlimited|unlocked|unrestricted|disabled|overrid\w+|privileges?|override|no\ longer\ appl\w+)\b",
        words="system admin administrator developer operator & verified authorized authorised administrator unlimited "
        "unlocked unrestricted disabled override overridden privilege privileges longer",
        marks="system: admin: administrator: developer: operator:",
    ),
    rule(
        "role_marker",
        _IMITATES,
        r"<(?:system|admin|important|operator)(?:[-_\ ]\w+)?>\s*(?-i:[A-Z])[a-z’']+(?:\s+[a-z’']+){2,}",
        marks="<system <admin <important <operator",
    ),
    rule(
        "role_marker",
        "pretends that the documents end here",
        r"\bend\ of\ (?:the\ |all\ )?(?:retrieved\ |source\ |untrusted\ |user\ )?(?:documents?|sources?|passages?"
        r"|context|data"
        r"|search\ results|input|conversation)\b\W{1,8}(?:now|new|begin|ignore|you|system|assistant|instructions?"
        r"|the\ (?:following|real|actual)|next|from\ here)\b"
        r"|</(?:passages?|sources?|documents?|context|untrusted\w*|search_results)>\s*(?:</\w+>\s*)?"
        r"(?:new|now|end|system|instructions?|ignore|you|the\ (?:following|real|actual))\b",
        words="documents document sources source passages passage context data results input conversation & now new "
        "begin ignore you system assistant instruction instructions following real actual next here end",
    ),
    rule(
        "override",
        "announces new instructions",
        r"\b(?:new|updated|urgent|secret|final)\s+(?:instruction|order|directive|command|prompt)s?\s+(?:from|by|of)\s+"
        r"(?:the\s+|your\s+|our\s+)?(?:operator|developers?|admin\w*|system|owner|creators?|vendor|OpenAI|Anthropic"
        r"|Google"
        r"|Cohere|Meta)\b"
        r"|\b(?:OpenAI|Anthropic|Cohere|ChatGPT|Claude|Gemini)\s+(?:\w+\s+){0,2}(?:update|override|notice|directive"
        r"|instruction|mandate)s?\b[^.\n]{0,30}?:",
        words="new updated urgent secret final openai anthropic cohere chatgpt claude gemini & instruction "
        "instructions order orders directive directives command commands prompt prompts update "
        "updates override notice mandate",
    ),
    rule(
        "role_marker",
        _IMITATES,
        r"[\"'](?:function_call|tool_calls?|tool_choice)[\"']\s*:"
        r"|[\"'](?:tool|function|action|name)[\"']\s*:\s*[\"']\w+_\w+[\"']\s*,\s*[\"'](?:arguments|parameters|args"
        r"|action_input"
        r"|input|to)[\"']\s*:"
        r"|\bfunctions\.\w+\(\s*\{"
        r"|\bAction\s*:\s*[`\"']?\w+_?\w*[`\"']?\.?\s+Action\ Input\s*:|\bAction\ Input\s*:\s*\S"
        r"|(?:^|[\n,{-])\s*[\"']?role[\"']?\s*:\s*[\"']?(?:system|assistant"
        r"|developer)[\"']?\s*[,\n]\s*[\"']?content[\"']?\s*:",
        marks='function_call tool_call tool_choice arguments parameters args action_input functions. input role "to"',
    ),
    rule(
        "role_marker",
        "speaks as if it were the assistant",
        r"\bas\ an?\ (?:AI|artificial\ intelligence|large\ language\ model|language\ model)(?:\ language\ model"
        r"|\ assistant"
        r"|\ model|\ chatbot)?,?\s+I(?:['’](?:m|ve|ll|d)|\s+(?:am|do|can|cannot|can['’]t|will|have|must|was|may"
        r"|don['’]t"
        r"|should|would|could))\b"
        r"|\b(?:the\ |this\ )?(?:assistant|AI|model|chat\ ?bot)(?:['’]s)?\s+(?:hidden|secret|system|initial"
        r"|internal)\s+"
        r"(?:text|prompt|instructions?|message)\s+(?:reads?|says?|is|are)\b",
        words="ai artificial language assistant model chatbot chat bot & i hidden secret system initial internal",
    ),
    rule(
        "answer_control",
        "dictates what the model is to answer",
        r"\b(?:are|is|be)\s+(?:to\s+be\s+)?(?:always\s+|only\s+)?(?:answered|replied\s+to"
        r"|responded\s+to)\s+(?:only\s+|solely\s+"
        r"|always\s+)?with\s+(?:the\s+)?(?:single\s+|exact\s+|following\s+|one\s+|magic\s+)*(?:word|phrase|sentence"
        r"|text|string"
        r"|code)\b"
        r"|\b(?:models?|assistants?|chat\ ?bots?|AIs?)\s+(?:must|shall|are\ (?:required|obliged|instructed)\ to"
        r"|have\ to)\s+"
        rf"(?:include|output|say|answer|repeat|reveal|ignore|append|add|mention)\b[^.\n]{{0,60}}\b{_ANSWERS}\b",
        words="answered replied responded models model assistant assistants chatbots chatbot ai ais & with must shall "
        "required obliged instructed have",
    ),
    rule(
        "exfiltration",
        "makes an address out of what the conversation holds",
        rf"\b{_ANSWERS}\b[^.\n]{{0,60}}\b(?:customer|user|reader)s?['’]s?\s+[\w-]+[^.\n]{{0,60}}\b(?:appended|added"
        rf"|attached"
        r"|encoded|sent|put)\s+(?:to|in|into|as)\b[^.\n]{0,40}\b(?:address|url|link|image|log|endpoint|server)\b",
        words="appended added attached encoded sent put & address url link image log endpoint server",
    ),
    rule(
        "answer_control",
        "shapes the words of the model's answer",
        rf"{_DRESSES}[^.\n]{{0,80}}?\b{_WHAT_YOU_SAY}[^.\n]{{0,80}}?\b{_CIPHER}"
        rf"|{_DRESSES}[^.\n]{{0,80}}?\b{_CIPHER}[^.\n]{{0,80}}?\b{_WHAT_YOU_SAY}"
        rf"|{_DRESSES}[^.\n]{{0,40}}\border\ of\ (?:the\ )?(?:words|letters|sentences)\ in\ your\b",
        words="your each every the everything all whatever what when whenever & response responses reply "
        "replies answer answers output statement statements you",
        marks="caesar atbash vigen rot cipher base morse hexadecimal leet latin anagram binary revers backward mirror "
        "upside right emoji emoticon haiku limerick rhyme order",
    ),
)
