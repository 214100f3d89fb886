"""Hides personal data in made-up sentences whose personal spans are known, and counts what is missed and what is not.

    python -m benchmarks.pii [--sentences 2000] [--seed 1] [--clean FILE...] [--show]

Half of the sentences hold one to three personal things, written in the ways that people write them; half hold none,
but figures that look like some: prices, dates, sizes, versions, model names, quantities. `recall` is the share of
personal things of which no letter or digit is left to be read, `exact` that of ranges found as they are. `false` counts
words of clean text that were masked, for each thousand of them: of the clean sentences here, of the sample company's
documents, and of each FILE of `--clean` (JSONL or JSONL.gz with `text`, or plain text), whose own e-mail addresses and
telephone numbers are not counted: they are what they look like.
"""

import argparse
import gzip
import json
import random
import string
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from assistant.privacy.finding import Personal, is_card, is_iban, personal_in
from assistant.shipped import shipped_folder
from benchmarks.machine import report

Row = dict[str, Any]
Chance = random.Random

FIRST = "Maria Tom Aisha Jean-Luc José Zoë Olivia Liam Noah Emma Søren Ngozi Priya Wei Fatima Lars Ivana Chloé".split()
LAST = "Keller Baker O'Neill Álvarez Nguyen Smith Okafor Müller García Johansson Kowalski Singh Rossi Dubois".split()
HOSTS = "mail.example gmail.com web.de shop-x.co.uk example.org uni-koeln.de yahoo.fr my.company.io".split()
IBANS = (
    "DE89370400440532013000 GB82WEST12345698765432 FR1420041010050500013M02606 CH9300762011623852957 "
    "AT611904300234573201 NL91ABNA0417164300 ES9121000418450200051332 IT60X0542811101000000123456"
).split()
CARRIERS = {
    "email": (
        "My e-mail is {}.", "Please write to {} soon", "I used {} for the account", "({}) is where I get mail", "{}",
    ),
    "phone": (
        "My phone number is {}.", "Call me on {} please", "You can reach me at {}, thanks", "Tel: {}", "Mobile {}",
        "my mobile is {} after six", "Text me: {}",
    ),
    "card": ("I paid with card {}.", "Card number: {}", "my visa {} was charged twice", "{} is the card"),
    "iban": ("My IBAN is {}.", "Send the money to {} please", "Account: {}", "refund it to {}, thank you"),
    "ip": ("My IP address is {}.", "I log in from {}", "the router says {} and stops"),
    "order": (
        "My order number is {}.", "Where is order {}?", "order #{} has not come", "Order no. {} is broken",
        "the ticket number {} is still open", "I have invoice no {}", "tracking number: {}", "Regarding my order {}.",
    ),
    "name": (
        "My name is {}.", "Hi, I'm {}.", "Hello, this is {} from Berlin.", "The order is in the name of {}.",
        "Thank you.\n\nBest regards,\n{}", "Cheers,\n{}", "Dear Ms {},\nI waited.", "Please ask Mr {} about it.",
    ),
}  # fmt: skip
CLEAN = (
    "I bought {n} cables for EUR {p} on {d}.", "The battery lasts {n} hours and charges in {m} minutes.",
    "Does version {v} support the WH-{n}XM4?", "I ordered {n} speakers in {y} and paid {p} euros.",
    "Is it {n} x {m} x {n} cm or {m} mm?", "The shop is open from {m}:30 to 18:00 on {d}.",
    "Your return period of {m} days ended in {y}.", "The frequency range is {m} Hz to {n},000 Hz.",
    "I am very angry and this is not my first complaint.", "This is ridiculous, I'm waiting since {d}!",
    "Can I return opened headphones within {m} days?", "Please explain section {m}.{m}.{m} of the terms.",
    "Order {m} pairs and get {n} % off.", "What does delivery to Switzerland cost in {y}?",
    "My name is not on the list.", "Thanks, that helped a lot!", "Firmware {v} came out on {d}.",
    "The Norda {n} weighs {m} g and has Bluetooth 5.{m}.", "It is Monday, and I am still waiting.",
    "I got a {m}-year warranty and a {n}-day trial.", "Dear team, I need help with my headphones.",
    "The article costs ${p} or £{p} or CHF {p}.", "Is the ISO 9001 label on the box of the {n}?",
)  # fmt: skip


def _digits(chance: Chance, count: int) -> str:
    return "".join(chance.choice(string.digits) for _ in range(count))


def _email(chance: Chance) -> str:
    first, last = (chance.choice(names).lower().replace("'", "") for names in (FIRST, LAST))
    name = chance.choice([f"{first}.{last}", f"{first}_{last}{chance.randint(1, 99)}", f"{first[0]}{last}+shop", first])
    return f"{name}@{chance.choice(HOSTS)}"


def _phone(chance: Chance) -> str:
    form = chance.choice(
        ["+49 1## #######", "+44 20 #### ####", "0044 7### ######", "(0##) ###-####", "01## #######", "###-###-####",
         "+1 (###) ###-####", "0##/#######", "+41 79 ### ## ##", "01########", "+33 6 ## ## ## ##", "###.###.####"]
    )  # fmt: skip
    return "".join(_first(chance) if one == "#" and at == 0 else _digits(chance, 1) if one == "#" else one
                   for at, one in enumerate(form))  # fmt: skip


def _first(chance: Chance) -> str:
    return chance.choice("23456789")


def _card(chance: Chance) -> str:
    length = chance.choice([16, 16, 16, 15])
    body = ("34" if length == 15 else chance.choice(["4", "51", "55", "6011"])) + _digits(chance, 14)
    number = next(one for end in string.digits if is_card(one := body[: length - 1] + end))
    sign = chance.choice(["", " ", "-"])
    return number if length == 15 else sign.join(number[at : at + 4] for at in range(0, 16, 4))


def _iban(chance: Chance) -> str:
    plain = chance.choice(IBANS)
    assert is_iban(plain)
    spaced = " ".join(plain[at : at + 4] for at in range(0, len(plain), 4))
    return chance.choice([plain, spaced, plain.lower()])


def _ip(chance: Chance) -> str:
    four = ".".join(str(chance.randint(1, 254)) for _ in range(4))
    return chance.choice([four, four, f"2001:db8:{chance.randint(1, 9999):x}::{chance.randint(1, 9999):x}"])


def _order(chance: Chance) -> str:
    return chance.choice(
        [_digits(chance, 6), f"HL-{_digits(chance, 5)}", f"A{_digits(chance, 7)}", f"ORD{_digits(chance, 8)}",
         f"{_digits(chance, 3)}-{_digits(chance, 7)}", f"1{_digits(chance, 9)}"]
    )  # fmt: skip


def _name(chance: Chance) -> str:
    return f"{chance.choice(FIRST)} {chance.choice(LAST)}"


MAKERS: dict[str, Callable[[Chance], str]] = {
    "email": _email, "phone": _phone, "card": _card, "iban": _iban, "ip": _ip, "order": _order, "name": _name,
}  # fmt: skip


def personal_sentence(chance: Chance) -> tuple[str, list[Personal]]:
    """Return a text and what is personal in it."""
    text = ""
    gold: list[Personal] = []
    for kind in chance.sample(list(MAKERS), chance.choice([1, 1, 2, 3])):
        before, _, after = chance.choice(CARRIERS[kind]).partition("{}")
        value = MAKERS[kind](chance)
        text += ("\n" if text else "") + before
        gold.append(Personal(len(text), len(text) + len(value), kind))  # type: ignore[arg-type]
        text += value + after
    return text, gold


def clean_sentence(chance: Chance) -> str:
    """Return a text that holds nothing personal."""
    return chance.choice(CLEAN).format(
        n=chance.randint(10, 999), m=chance.randint(2, 30), y=chance.randint(2019, 2027),
        p=f"{chance.randint(1, 1999):,}.{chance.randint(0, 99):02}",
        v=f"{chance.randint(1, 9)}.{chance.randint(0, 20)}.{chance.randint(0, 9)}",
        d=chance.choice(["12.05.2026", "2026-03-01", "1/4/2025", "3 May", "24 December 2026"]),
    )  # fmt: skip


def recall(sentences: int, chance: Chance, *, show: bool) -> list[Row]:
    """Return for each kind how much of it was found."""
    counts: Counter[tuple[str, str]] = Counter()
    for _ in range(sentences):
        text, gold = personal_sentence(chance)
        found = personal_in(text)
        covered = {at for one in found for at in range(one.start, one.end)}
        for one in gold:
            hidden = all(at in covered or not text[at].isalnum() for at in range(one.start, one.end))
            counts[one.kind, "n"] += 1
            counts[one.kind, "hidden"] += hidden
            counts[one.kind, "exact"] += one in found
            if show and not hidden:
                print(f"[missed {one.kind}] {text!r}")
    return [
        {"kind": kind, "n": counts[kind, "n"], "recall": counts[kind, "hidden"] / counts[kind, "n"],
         "exact": counts[kind, "exact"] / counts[kind, "n"]}
        for kind in MAKERS
    ]  # fmt: skip


def false_alarms(source: str, texts: Iterator[str] | Sequence[str], *, public: bool, show: bool) -> Row:
    """Return how many words of clean texts were masked; `public` texts may tell their own e-mail and telephone."""
    words = masked = 0
    for text in texts:
        words += len(text.split())
        for one in personal_in(text):
            if not (public and one.kind in ("email", "phone")):
                masked += len(text[one.start : one.end].split())
                if show:
                    print(f"[{one.kind} in {source}] {text[max(0, one.start - 30) : one.end + 20]!r}")
    return {"source": source, "words": words, "masked": masked, "per 1,000": 1000 * masked / max(1, words)}


def texts_of(path: Path) -> Iterator[str]:
    """Yield the texts of a file."""
    raw = path.read_bytes()
    lines = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8").splitlines()
    for line in lines:
        yield str(json.loads(line)["text"]) if ".jsonl" in path.name else line


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sentences", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--clean", type=Path, nargs="*", default=[])
    parser.add_argument("--show", action="store_true", help="print what is missed and what is masked for nothing")
    options = parser.parse_args()
    chance = random.Random(options.seed)
    half = options.sentences // 2
    report("pii", recall(half, chance, show=options.show))
    documents = sorted(shipped_folder("knowledge_base").rglob("*.md"))
    rows = [
        false_alarms("made up", [clean_sentence(chance) for _ in range(half)], public=False, show=options.show),
        false_alarms("sample company", [one.read_text("utf-8") for one in documents], public=True, show=options.show),
        *(false_alarms(one.name, texts_of(one), public=True, show=options.show) for one in options.clean),
    ]
    report("pii_false", rows)


if __name__ == "__main__":
    main()
