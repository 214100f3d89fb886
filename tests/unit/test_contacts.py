"""Who leaves an address is offered somebody who can write to it."""

import pytest

from assistant.signals.contacts import leaves_contact
from assistant.signals.matters import matters_of
from assistant.types import Circumstances
from tests.policies import shipped_policy, signals


@pytest.mark.parametrize(
    "text",
    [
        "ana@example.com",
        "My e-mail is ana@example.com",
        "please call me at +49 170 1234567, thanks!",
        "You can reach me by phone: 030 1234567 or at ana@example.com",
    ],
)
def test_an_address_and_nothing_else_is_left(text: str) -> None:
    assert leaves_contact(text)
    assert matters_of(text) == ("contact",)


@pytest.mark.parametrize(
    "text",
    [
        "My e-mail is broken",
        "Is help@example.com your address?",
        "My e-mail is ana@example.com, how do I change my password?",
        "I wrote to ana@example.com and nobody answered",
        "Call me later",
        "Order AB-12345",
        "",
    ],
)
def test_more_is_said_than_an_address(text: str) -> None:
    assert not leaves_contact(text)


def test_who_leaves_an_address_is_offered_a_person_before_any_search() -> None:
    decision = shipped_policy().decide(signals(matters=("contact",)), Circumstances(stage="unsearched"))
    assert decision is not None
    assert (decision.action, decision.words) == ("offer_human", "contact")
