import pytest

from assistant.ellipsis import completed


@pytest.mark.parametrize(
    ("before", "said", "whole"),
    [
        (["Delivery to Denmark?"], "USA?", "Delivery to USA?"),
        (["Delivery to Denmark?", "Luxembourg?"], "USA?", "Delivery to USA?"),
        (["What does delivery to Austria cost?"], "And to Norway?", "What does delivery to Norway cost?"),
        (["How do I reset the Aria 7?"], "sorry, I meant the Aria 5", "How do I reset the Aria 5?"),
        (["How heavy is the Brio Buds case?"], "what about the Brio Sport?", "How heavy is the Brio Sport case?"),
        (["Can I use the Aria 5 with Windows?"], "And the Aria 7?", "Can I use the Aria 7 with Windows?"),
        (["How do I reset the Brio?"], "and the Kestrel GX?", "How do I reset the Kestrel GX?"),
    ],
)
def test_a_name_alone_asks_what_was_asked_of_another(before: list[str], said: str, whole: str) -> None:
    assert completed(said, before) == whole


@pytest.mark.parametrize(
    ("before", "said"),
    [
        (["How long is the warranty on the Aria 5?"], "And in Switzerland?"),
        (["What does delivery to Austria cost?"], "Warranty?"),
        (["What does delivery to Austria cost?"], "And the Aria 5?"),
        (["Does the Brio work with the Kestrel?"], "And the Aria 5?"),
        (["What does delivery to Austria cost?"], "And for the battery?"),
        (["What does delivery to Austria cost?"], "And how long does it take to Norway?"),
        (["What does delivery cost?"], "And to Norway?"),
        (["From Vienna to Graz, what does it cost?"], "And to Linz?"),
        ([], "And to Norway?"),
        (["Delivery to Denmark?"], ""),
    ],
)
def test_what_says_more_or_is_of_another_kind_is_left_as_it_is(before: list[str], said: str) -> None:
    assert completed(said, before) == ""
