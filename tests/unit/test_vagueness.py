import pytest

from assistant.vagueness import telling_words


@pytest.mark.parametrize("said", ["hmm", "ok so", "Uh, well...", "it does not work", "I have a problem", "", "?"])
def test_what_names_nothing_tells_nothing(said: str) -> None:
    assert telling_words(said) == []


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("hmm, the app", ["app"]),
        ("the speaker does not work", ["speaker", "work"]),
        ("Oh, and delivery to Oslo?", ["delivery", "oslo"]),
    ],
)
def test_hesitation_is_left_out_of_what_is_asked(said: str, told: list[str]) -> None:
    assert telling_words(said) == told
