"""What a message asks beside a call for a person."""

import pytest

from assistant.calling import asked_beside, wants_human


@pytest.mark.parametrize(
    ("message", "asked"),
    [
        ("Can I speak to a human? I need to know whether you ship to Peru", "I need to know whether you ship to Peru"),
        ("I want to talk to a human, do you ship to Peru and Chile?", "do you ship to Peru and Chile?"),
        ("Do you ship to Peru? If not let me speak to a person", "Do you ship to Peru?"),
        ("Can I talk to someone about whether you ship to Peru?", "whether you ship to Peru?"),
        ("I need a person to tell me whether the case is waterproof", "whether the case is waterproof"),
        (
            "What is your policy for opened earbuds and can I talk to a manager?",
            "What is your policy for opened earbuds",
        ),
        ("I want an agent because I need to know how long it is charged", "I need to know how long it is charged"),
    ],
)
def test_a_question_beside_the_call_is_found(message: str, asked: str) -> None:
    assert wants_human(message)
    assert asked_beside(message) == asked


@pytest.mark.parametrize(
    "message",
    [
        "Let me talk to a human",
        "Can I speak to a human? Is anybody there?",
        "Can I speak to a human? How long do I really have to wait?",
        "Connect me to a real person, this is ridiculous. Why is this so hard?",
        "I want to speak to a human right now! Do you understand me?",
        "My name is Anna Berg. I want to talk to a human.",
        "Put me through to somebody about my refund",
    ],
)
def test_what_only_calls_asks_nothing(message: str) -> None:
    assert wants_human(message)
    assert asked_beside(message) == ""


def test_a_message_without_a_call_is_not_cut() -> None:
    assert not wants_human("Which travel agent offers the Peru trip?")
    assert asked_beside("Do you ship to Peru, and to Chile?") == "Do you ship to Peru, and to Chile?"


@pytest.mark.parametrize(
    "text",
    [
        "Ich möchte mit einem Menschen sprechen",
        "Kann ich bitte mit einem Mitarbeiter reden?",
        "Bitte verbinden Sie mich mit einem Berater",
        "Ich will einen echten Menschen",
        "Können Sie mich an einen Mitarbeiter weiterleiten?",
        "Ich brauche einen menschlichen Ansprechpartner",
        "Je voudrais parler à un humain",
        "Puis-je parler à quelqu'un ?",
        "Passez-moi un conseiller s'il vous plaît",
        "Pouvez-vous me mettre en relation avec un agent ?",
        "Quiero hablar con una persona",
        "¿Puedo hablar con un agente?",
        "Páseme con un operador",
        "Vorrei parlare con un operatore",
        "Posso parlare con qualcuno?",
        "Ik wil met een medewerker praten",
        "Kan ik iemand spreken? ik wil spreken met een mens",
        "Quero falar com um atendente",
        "Chcę porozmawiać z konsultantem",
    ],
)
def test_a_call_for_a_person_is_heard_in_other_languages(text: str) -> None:
    assert wants_human(text)


@pytest.mark.parametrize(
    "text",
    [
        "Wie lange kann ich etwas zurückgeben?",
        "Wie viele Menschen arbeiten bei Ihnen?",
        "Wie kann ich mit der App telefonieren?",
        "Kann ich die Rechnung an eine andere Person weiterleiten?",
        "Kann ich mit Karte zahlen?",
        "Combien de personnes peuvent utiliser l'application ?",
        "Comment parler de mon problème dans l'app",
        "¿Cuántas personas pueden usarlo?",
        "¿Se puede hablar por teléfono con los auriculares?",
        "Quante persone possono usare il prodotto?",
        "Con quante persone posso parlare in chiamata?",
        "Hoeveel mensen werken er?",
        "Can my assistant talk during a call",
    ],
)
def test_what_only_speaks_of_people_or_of_speaking_is_no_call(text: str) -> None:
    assert not wants_human(text)


def test_a_call_is_heard_at_both_ends_of_a_long_message() -> None:
    filler = "La la la. " * 1000
    assert wants_human(f"Ich möchte mit einem Menschen sprechen. {filler}")
    assert wants_human(f"{filler} Ich möchte mit einem Menschen sprechen.")
