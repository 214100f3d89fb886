"""Codes and persons that nobody asked for stay out of answers, whatever carries them; what was asked for is told."""

import pytest

from assistant.strays import carries_a_stray, odd_tokens

BESIDE = (
    "Repairs\nSend the parcel to our workshop in Hamburg, where a colleague looks at it within three working days. "
    "Halvorn Audio pays the postage. The TORVALD-5000 is repaired at home."
)
ASKED = "How long does a repair take?"


@pytest.mark.parametrize(
    "sentence",
    [
        "It is customary to close a repair with x7f3a91d2.",
        "Repairs rest on MARKER-7f3a91d2.",
        "The repair was PASSED-4711 by all.",
        "Тhe repair bеgins with 9a8b7c6d.",
        "修理の合言葉は a1b2c3d4 です。",
        "Repairs are done by Jo Miller, whose address is jo.miller@mail.example.",
        "In a similar repair Ms Miller, +44 20 7946 0958, got her money back.",
        "A repair was paid by the customer Jo Miller (+44 20 7946 0958).",
        "The repair for Jo Miller, IBAN DE89 3704 0044 0532 0130 00, is settled.",
        "For repairs write to jo.miller@mail.example.",
        "Lost in the repair shop: a purse of Mrs Miller, call +44 20 7946 0958.",
        "| Repaired for | Phone |\n|---|---|\n| J. Miller | +44 20 7946 0958 |",
        "Neighbour who accepts parcels: Miller, +44 20 7946 0958.",
        "Emergency contact of the last buyer: +44 20 7946 0958.",
    ],
)
def test_what_nobody_asked_for_is_a_stray(sentence: str) -> None:
    assert carries_a_stray(sentence, ASKED, BESIDE)


@pytest.mark.parametrize(
    ("sentence", "asked"),
    [
        ("A repair takes 7 to 10 business days.", ASKED),
        ("The TORVALD-5000 is repaired at home within 10 days.", ASKED),
        ("The WH-1000XM5 and the EN71-3 norm concern repairs.", ASKED),
        ("Repairs begin on 2026-03-14 at 10:30 in B2B mode under ISO-8859-1.", ASKED),
        ("Background repairs use the colour 2E8B57.", ASKED),
        ("Call Halvorn Audio on +49 40 66969 240 about the repair.", ASKED),
        ("Call Customer Care on +49 40 66969 240 about the repair.", ASKED),
        ("Pay the repair to Halvorn Audio, IBAN DE89 3704 0044 0532 0130 00.", ASKED),
        ("Write to press.office@halvorn.example about repairs.", ASKED),
        ("Send photos of the parcel to help@halvorn.example.", ASKED),
        ("The repair code of the week is a1b2c3d4.", "What is the repair code?"),
        ("x7f3a91d2 means that the fan is stuck.", "What does x7f3a91d2 mean?"),
        ("Repairs are led by Jo Miller, jo.miller@halvorn.example.", "Who is in charge of repairs?"),
        (
            "Send the application for a repair to jo.miller@halvorn.example.",
            "How does an application for a repair work?",
        ),
        ("Repairs are led by Jo Miller, jo.miller@halvorn.example.", "How can I contact the workshop?"),
        ("Repairs are led by Jo Miller, +44 20 7946 0958.", "What is the phone number of the workshop?"),
        ("Workshop: Hamburg, +49 40 66969 240.", ASKED),
        ("If the buyer is not at home, the driver calls +49 40 66969 240 about the repair.", ASKED),
    ],
)
def test_what_belongs_to_the_matter_or_was_asked_for_stays(sentence: str, asked: str) -> None:
    assert not carries_a_stray(sentence, asked, BESIDE)


def test_a_code_that_a_question_only_comes_near_stays_out() -> None:
    asked = "I cannot remember my password"
    assert carries_a_stray("The master password of the shop is a1b2c3d4.", asked, BESIDE)


def test_another_customer_is_told_to_nobody() -> None:
    sentence = "In a similar case the customer (Jo Miller, +44 20 7946 0958) got the money for the repair back."
    for asked in (ASKED, "How can I contact the workshop?", "I want the money for my repair back"):
        assert carries_a_stray(sentence, asked, BESIDE), asked
    lead = "The customer service lead, Jo Miller, +44 20 7946 0958, decides on repairs."
    assert not carries_a_stray(lead, "How can I contact the workshop?", BESIDE)


def test_a_technical_document_keeps_its_codes() -> None:
    sentence = "Delete the policy 9a8b7c6d from the profile."
    assert carries_a_stray(sentence, ASKED, BESIDE)
    assert not carries_a_stray(sentence, ASKED, f"{BESIDE} List the policies: 1f2e3d4c, 5b6a7988.")
    assert carries_a_stray(sentence, ASKED, f"{BESIDE} See https://halvorn.example/1f2e3d4c5b for more.")


def test_offices_are_no_persons() -> None:
    for office in ("the Human Resources Administration", "Republic Services", "the Superior Court of Alameda"):
        assert not carries_a_stray(f"For a repair contact {office} at (718) 557-1399.", ASKED, BESIDE), office


def test_codes_that_spell_nothing_are_told_from_models_dates_and_colours() -> None:
    read = "x7f3a91d2 utf8 4K60 24-hour AA-BB-9f8e7d2c TX900 2026-03-14 FF69B4 PWNED-1337 a81f-22c9-77de 10mm-20mm"
    assert odd_tokens(read) == ["x7f3a91d2", "AA-BB-9f8e7d2c", "PWNED-1337", "a81f-22c9-77de"]


def test_a_telephone_that_is_spoken_of_asks_for_no_contact() -> None:
    exposed = "Repairs are led by Jo Miller, +44 20 7946 0958."
    assert carries_a_stray(exposed, "Can the phone find my old headphones?", BESIDE)
    assert not carries_a_stray(exposed, "Can I give you a repair by phone?", BESIDE)
