"""Finds sentences about the talk itself: what an answer holds, what an assistant says. A company's matter is another.

Whether it is an order, a custom, a story, a rule or a line of a table: what a document says of "every reply" or has
"the assistant" say, in quotation marks or in a code, is meant for whoever answers. A document that speaks of answers
or assistants elsewhere too, such as the manual of a chat bot, is about them; there only codes that spell nothing count.
"""

import re
from collections.abc import Sequence

from assistant.strays import odd_tokens
from assistant.terms import stem, words
from assistant.visibility import latin, visible

_ANSWERS = frozenset(
    """answer answers reply replies response responses conversation conversations assistant assistants bot bots chatbot
    chatbots ai llm antwort antworten réponse réponses respuesta respuestas risposta risposte resposta respostas
    antwoord antwoorden odpowiedź odpowiedzi odpověď odpovědi ответ ответы ответа ответе yanıt yanıtı yanıtın cevap
    إجابة الإجابة svar svaret vastaus válasz jawaban απάντηση תשובה 답변 응답""".split()
)
_SPEAKERS = frozenset(
    """greeting greetings salutation chat chats dialogue robot helper helpers agent agents clerk clerks summariser
    summarizer reader readers librarian assistent assistentin asistente assistente ассистент помощник""".split()
)
"""Readers of cards, robots that clean and agents of insurers are goods and trades too: of all of them much is true."""

_TALK = _ANSWERS | _SPEAKERS
_TALK_SIGNS = ("回复", "回答", "答复", "返信", "応答", "답변", "응답")
_SPEAKS = frozenset(
    """say says said tell tells told mention mentions greet greets whisper whispered cry cries shout shouts quote quoted
    utter utters write writes written print prints repeat repeats sing sings speak speaks recite recites forget forgets
    state states stated know knows hear hears""".split()
)
_TELLS = _SPEAKS | frozenset(
    """begin begins start starts end ends close closes finish finishes open opens carry carries contain contains
    include includes hold holds have has had add adds adding read reads show shown display displayed give gives
    pass must shall should mandatory void endet enden beginnt beginnen enthält enthalten schließt schließen
    lautet termine terminer contient contenir finit commence comporte lleva lleven contiene termina empieza
    contenga inizia finisca contém começa bevat bevatten begint eindigt zawiera kończy zaczyna obsahuje končí
    začíná заканчивается начинается содержит biter başlar içerir bulunur تنتهي تبدأ steht erscheint compare
    appare aparece apparaît figura staat pojawia innehåller slutar börjar slutter""".split()
)
_QUANTIFIERS = frozenset(
    """every each all any no whatever whichever jede jeder jedes jeden alle chaque toute toutes tous cada toda
    todas todos ogni tutte elk elke alle każda każdej wszystkie каждый каждая все her tüm كل כל varje alla hvert minden
    setiap κάθε""".split()
)
_WHOEVER = re.compile(
    r"\bwhoever (?:answers|helps|replies|responds|reads)|\b(?:the )?one who (?:answers|helps|replies|responds|reads)"
    r"|\byou, who\b|\bto the reader\b|\bdear (?:reader|assistant|bot|model|summari[sz]er|support)\b"
    r"|\blanguage software\b|\bmagic word\b|\bsecret word\b",
    re.IGNORECASE,
)
_OF_ALL_IN_KIND = re.compile(
    r"(?:すべての|全ての|全部の|各|毎回の)(?:返信|回答|応答|返答)|(?:每个|每一个|每条|所有|全部|每次)的?(?:回复|回答|答复)"
    r"|客服的?每(?:句|一句)|每句(?:话|回复)"
    r"|\bwhatever (?:was|is|has been|they|you|one|people|(?:a|the) (?:customer|user)s?) asks?(?:ed)?\b"
    r"|\bin (?:every|each|all) (?:\w+ )?(?:sentences?|repl(?:y|ies)|answers?|responses?)\b"
    r"|모든\s?(?:답변|응답|회신)"
    r"|\b(?:right|perfect|ideal|proper|best) (?:answer|reply|response)\b[^.\n]{0,60}?(?:\bis\b|[:,])"
    r"|^[^\w\n]*(?:\w+[^\w\n]+){0,6}?(?:replies|answers|responses)\b (?:\w+ ){0,2}?"
    r"(?:begin|start|end|close|open|have|hold|contain|include|carry|bear|must|always)\b"
    r"|\bit (?:must|has to|shall|should|needs to|is to) be (?:said|stated|mentioned|told|repeated|announced)\b"
    r"|\b(?:pass(?:ed)? on|told|said|mentioned|announced) to (?:everybody|everyone|all|anybody|anyone|whoever)\b"
    r"|\b(?:without having|has|have) been told (?!to\b|that\b|about\b|by\b)"
    r"|\b(?:we|they|all|always|everybody) greets? (?:with|everybody|everyone|all)\b"
    r"|\b(?:team|staff|service|desk|agents?) (?:always |now )?greets? with\b"
    r"|\b(?:agents?|staff|colleagues|clerks?|team) (?:always |all )?(?:opens?|closes?|begins?|starts?|ends?) with\b"
    r"|\b(?:answers?|repl(?:y|ies)|responses?) (?:without|lacking|that (?:omits?|lacks?|leaves? out|holds? no))\b"
    r"|\ba (?:\w+ )?(?:answer|reply|response) (?:counts|is only|is (?:valid|complete|helpful|good|void))\b"
    r"|\b(?:answers|replies|responses) (?:are|get) "
    r"(?:printed|written|given|signed|sealed|closed|opened|marked|stamped) with\b"
    r"|\b(?:answer|reply|response|chat) (?:template|script|formula|prefix|suffix|opening|closing)\s?(?:is\b|[:=])"
    r"|\b(?:answers?|repl(?:y|ies)|responds?) with the (?:word|phrase|code|sentence|string)\b"
    r"|\b(?:those|people|staff|writers?|anyone|anybody|everyone|everybody|colleagues|all)(?: who| that| of)? (?:\w+ )?"
    r"(?:write back|answer|reply|respond|replies|answers|responses)\b[^.\n]{0,40}?\b(?:adds?|puts?|says?|writes?)\b"
    r"|\bwhat (?:the |our |a )?(?:customers?|users?|readers?|visitors?) (?:reads?|sees?|hears?)\b[^.\n]{0,40}?"
    r"\b(?:must|has to|should|shall) (?:show|have|hold|contain|begin|end|be)\b"
    r"|\b(?:bots?|chat ?bots?|assistants?|helpers?|chats?|repl(?:y|ies)|answers?|responses?|conversations?)\b"
    r"[^.\n]{0,60}?\bwithout (?:saying|mentioning|telling|adding|writing|hearing|reading)\b"
    r"|^[^\w\n]*(?:agent|assistant|bot|chat ?bot|representative|x-reply)\s?:",
    re.IGNORECASE | re.MULTILINE,
)
"""Says by itself what is said to all: no other word has to show it."""

_THIS_PAGE = re.compile(
    r"\b(?:this|the) (?:page|paragraph|document|text|passage|section) (?:is|was|are|counts|gets|has been)\b"
    r"[^.\n]{0,30}?\b(?:read|used|quoted|cited|unread|summari[sz]ed|retrieved|found)\b"
    r"|\b(?:gist|secret|essence|point|summary) of this (?:page|text|document|paragraph|section)\b"
    r"|\b(?:produced|made|written|generated) from this (?:page|text|document|paragraph|section)\b"
    r"|\bin (?:all|everything|whatever) (?:that |which )?follows\b"
    r"|\b(?:anyone|anybody|whoever|machines?|programs?|systems?|software|everyone|those|who|that) (?:\w+ ){0,2}?"
    r"(?:reads?|reading|quotes?|quoting|cites?|citing|summari[sz]\w*|retriev\w+|process\w*|parses?) this "
    r"(?:page|line|article|text|paragraph|document|passage|note|entry)\b[^.\n]{0,40}?"
    r"\b(?:puts?|prints?|says?|adds?|tells?|writes?|repeats?|shows?|must|has to|have to|shall)\b"
    r"|\bbased on this (?:page|text|paragraph|document|passage)\b",
    re.IGNORECASE,
)
_NAMED_ANSWER = re.compile(
    r"\b(?:answer|reply|response|antwort|réponse|respuesta|risposta|resposta|antwoord|odpowiedź|ответ|yanıt)\W{0,3}[:=]"
    r"|\b(?:answer|reply|response)(?: \w+){0,4} (?:is|are|reads|goes)(?: \w+){0,2},? [\"“'‘«]"
    r"|(?:回复|回答|答复|返信|応答|답변|응답)\s?[:：]",
    re.IGNORECASE,
)
_WORDED = re.compile(
    r"\bthe (?:\w+ )?(?:word|phrase|slogan|motto)\b|\b(?:mit dem Wort|avec le mot|con la palabra|con la parola"
    r"|com a palavra|met het woord|słowem|словом)\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[\"“«„‘'][^\"”»“’'\n]{2,200}[\"”»“’']|`[^`\n]{2,200}`")
_SHOUTED = re.compile(r"\b[A-Z]{5,}\b")
_NEAR_WORDS = 3
"""So far before a word for an answer a word such as "every" belongs to it."""

_REACH_WORDS = 8
"""So far from a word for an answer, or after one for who speaks, a verb belongs to it."""


def dictates(sentence: str, asked: str, beside: str) -> bool:
    """Tell whether a sentence says what answers hold or what an assistant says.

    Args:
        sentence: One sentence of a document.
        asked: What the customer wrote; a question about answers or assistants may be answered.
        beside: What stands elsewhere in the document, outside the sentence's own paragraph.
    """
    shown = visible(sentence)
    return any(_dictates(reading, asked, beside) for reading in {shown, latin(shown)})


def _dictates(plain: str, asked: str, beside: str) -> bool:
    said = words(plain)
    talk = {stem(one) for one in said if one in _TALK} | {sign for sign in _TALK_SIGNS if sign in plain}
    addressed = bool(_WHOEVER.search(plain) or _THIS_PAGE.search(plain))
    of_all = bool(_OF_ALL_IN_KIND.search(plain))
    if not (talk or addressed or of_all) or talk & {stem(word) for word in words(asked)}:
        return False
    if odd_tokens(plain):
        return not odd_tokens(beside)
    tells = addressed or _tells(said) or _NAMED_ANSWER.search(plain)
    payload = addressed or _is_of_all(said) or any(one.search(plain) for one in (_QUOTED, _SHOUTED, _WORDED))
    if not of_all and not (tells and payload):
        return False
    return talk.isdisjoint(stem(word) for word in words(beside)) and not any(sign in beside for sign in _TALK_SIGNS)


def _tells(said: Sequence[str]) -> bool:
    """Tell whether somebody speaks, or an answer holds something."""
    for at, one in enumerate(said):
        if one in _SPEAKERS and not _SPEAKS.isdisjoint(said[at + 1 : at + 1 + _REACH_WORDS]):
            return True
        near = said[max(0, at - _REACH_WORDS) : at + 1 + _REACH_WORDS] if one in _ANSWERS else ()
        if not _TELLS.isdisjoint(near):
            return True
    return False


def _is_of_all(said: Sequence[str]) -> bool:
    """Tell whether a sentence speaks of every answer, or of what a good one is like."""
    for at, one in enumerate(said if len(said) > _NEAR_WORDS else ()):
        if one in _ANSWERS and not _QUANTIFIERS.isdisjoint(said[max(0, at - _NEAR_WORDS) : at]):
            return True
    return False
