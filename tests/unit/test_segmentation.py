import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.segmentation import sentences


def cut(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two.", ["One.", "Two."]),
        ("It costs 12.50 EUR. Really!", ["It costs 12.50 EUR.", "Really!"]),
        ("Use 2.4 GHz, i.e. the slower band. Then wait.", ["Use 2.4 GHz, i.e. the slower band.", "Then wait."]),
        ("Ask Dr. Weber or J. Smith. They know.", ["Ask Dr. Weber or J. Smith.", "They know."]),
        ("Firmware v1.2 is out. Get it.", ["Firmware v1.2 is out.", "Get it."]),
        ("Is it free? Yes! 30 days.", ["Is it free?", "Yes!", "30 days."]),
        ("He said “Stop.” Then he left.", ["He said “Stop.”", "Then he left."]),
        ("wrapped\nline ends here. Next\none.", ["wrapped\nline ends here.", "Next\none."]),
        ("Intro:\n- one\n- two. Both.\n", ["Intro:", "- one", "- two.", "Both."]),
        ("1. Hold the button.\n2. Wait.", ["1. Hold the button.", "2. Wait."]),
        ("1. If so:\n   1. Repair it.\n   2. Return it.", ["1. If so:", "1. Repair it.", "2. Return it."]),
        ("- Then:\n\t10. Push.", ["- Then:", "10. Push."]),
        ("| A | B |\n| --- | --- |\n| 1. x | 2 |", ["| A | B |", "| --- | --- |", "| 1. x | 2 |"]),
        ("# Title\nText here.", ["# Title", "Text here."]),
        ("Para one\n\nPara two", ["Para one", "Para two"]),
        ("Orders over No. 5 ship free. OK.", ["Orders over No. 5 ship free.", "OK."]),
        (
            "Is it waterproof? The answer is no. Keep it dry.",
            ["Is it waterproof?", "The answer is no.", "Keep it dry."],
        ),
        ("z. B. Kopfhörer. Und mehr.", ["z. B. Kopfhörer.", "Und mehr."]),
        ("今天。明天！", ["今天。", "明天！"]),
        ("Go to shop。example now. 今天。Morgen.", ["Go to shop。example now.", "今天。", "Morgen."]),
        ("", []),
        ("   \n ", []),
        ("👍", ["👍"]),
        (
            "Choose Trip > ... > Share. Then go on.",
            ["Choose Trip > ... > Share.", "Then go on."],
        ),
        ("He waited ... Then he left.", ["He waited ...", "Then he left."]),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert cut(text) == expected


@given(st.text(alphabet=st.sampled_from('aB1. !?\n-|#*)"“”。é👍\t'), max_size=200))
def test_sentences_are_ordered_trimmed_and_cover_everything(text: str) -> None:
    at = 0
    for start, end in sentences(text):
        assert not text[at:start].strip()
        assert text[start:end].strip() == text[start:end] != ""
        at = end
    assert not text[at:].strip()
