"""Tells of a message in German, French, Spanish, Italian, Dutch, Portuguese or Polish whether it calls for a person.

The rest of the product reads English; but whoever asks for a person in another language must not be told that no answer
was found.
"""

import re

_APART_CHARS = 40
"""Characters between the verb and the person, in either order."""

_READ_CHARS = 2000
"""At the beginning of a message and at its end: nobody calls for a person in the middle of a book."""

_LANGUAGES = (
    (
        "sprechen reden schreiben chatten telefonieren verbinden verbinde verbunden weiterleiten weitergeleitet",
        r"(?:mit|mich (?:bitte )?an) (?:\w+ ){0,2}?",
        r"menschen|mensch|mitarbeiter(?:in|n)?|person|(?:kunden)?berater(?:in|n)?|jemand(?:em|en)?|kolleg(?:en|in)"
        r"|vorgesetzten|chef",
    ),
    (
        "parler discuter échanger contact relation passez-moi transférez-moi",
        r"(?:à|avec|un|une) (?:\w+ ){0,2}?|(?=quelqu)",
        r"humaine?|être humain|vraie personne|personne|conseill(?:er|ère)|agente?|quelqu['’]un|opérat(?:eur|rice)"
        r"|responsable",
    ),
    (
        "hablar chatear comunicarme comuníqueme contactar páseme pásame pasarme pasenme",
        r"(?:con|a|un|una) (?:\w+ ){0,2}?",
        r"humano|humana|persona|agente|alguien|asesora?|operadora?|encargad[oa]|representante",
    ),
    (
        "parlare chattare contatto passami passatemi passarmi",
        r"(?:con|un|una) (?:\w+ ){0,2}?",
        r"umano|persona|operatore|operatrice|qualcuno|addett[oa]|consulente|responsabile",
    ),
    (
        "praten spreken chatten doorverbinden",
        r"(?:met )?(?:\w+ ){0,2}?",
        r"mens|medewerker|persoon|iemand|collega",
    ),
    (
        "falar conversar atendimento",
        r"(?:com|um|uma) (?:\w+ ){0,2}?",
        r"humano|pessoa|atendente|alguém|agente|operadora?",
    ),
    ("rozmawiać porozmawiać połącz połączyć", r"z |", r"człowiekiem|konsultantem|konsultantką|pracownikiem|osobą"),
)
_WANTED = (
    r"(?:will|möchte|brauche|verlange|bitte) (?:\w+ ){0,2}?eine[nmr]? (?:echten? |richtigen? |menschlichen? )?"
    r"(?:menschen|mitarbeiter(?:in)?|person|ansprechpartner(?:in)?)"
)


def _calls(verbs: str, before: str, persons: str) -> str:
    verb, person = "|".join(map(re.escape, verbs.split())), rf"(?:{before})(?:{persons})"
    gap = rf"\b[^.?!]{{0,{_APART_CHARS}}}\b"
    return rf"(?:{verb}){gap}{person}|{person}{gap}(?:{verb})"


_CALLS = re.compile(rf"\b(?:{'|'.join(_calls(*one) for one in _LANGUAGES)}|{_WANTED})\b", re.IGNORECASE)


def wants_human_abroad(text: str) -> bool:
    """Tell whether the customer asks for a person instead of the assistant, in one of these languages."""
    ends = text if len(text) <= 2 * _READ_CHARS else f"{text[:_READ_CHARS]}\n{text[-_READ_CHARS:]}"
    return bool(_CALLS.search(ends))
