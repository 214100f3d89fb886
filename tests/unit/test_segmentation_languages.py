"""Where sentences end beside references, dates and quotation marks, in the languages of the usual customers."""

import pytest

from assistant.segmentation import sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Return it (see Sec. 4). Fees apply.", ["Return it (see Sec. 4).", "Fees apply."]),
        ("It takes 4 sec. Then press OK.", ["It takes 4 sec.", "Then press OK."]),
        ("Siehe Abs. 3. Das gilt immer.", ["Siehe Abs. 3.", "Das gilt immer."]),
        ("Am 3. Mai 2024 öffnen wir. Bis dann.", ["Am 3. Mai 2024 öffnen wir.", "Bis dann."]),
        ("Das gilt z.B. für Kabel usw. Danach nicht.", ["Das gilt z.B. für Kabel usw.", "Danach nicht."]),
        ("M. Dupont a dit : « Oui. » Puis il part.", ["M. Dupont a dit : « Oui. »", "Puis il part."]),
        ("Open 9 a.m. to 5 p.m. Closed on Sunday.", ["Open 9 a.m. to 5 p.m.", "Closed on Sunday."]),
        ("Write to help@example.com. We reply in 24 h.", ["Write to help@example.com.", "We reply in 24 h."]),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in sentences(text)] == expected
