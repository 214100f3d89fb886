"""Calm questions about bad things, and people who are upset, of other trades than the sample company's."""

import pytest

from assistant.signals.mood import MoodHeads
from assistant.signals.tone import READ_CHARS, accuses, is_calm_question

UPSET_AT_MOST = -0.35
"""As in prompts/policy.yaml."""

HEADS = MoodHeads()

OF_MEANING = ("Your app is garbage, it crashes every single time", "You ruined our holiday")
"""Only with the vector of their meaning are these read as upset."""

CALM = (
    "What happens when stock runs out? Can people still order?",
    "Why is my product not showing in the storefront?",
    "What happens if I miss a payment on my loan?",
    "How do I cancel a standing order?",
    "Can I dispute a card charge that I do not recognise?",
    "What do I do if the cash machine keeps my card?",
    "Why was my transfer rejected?",
    "What happens when my overdraft runs out?",
    "Can I still use my card abroad if it is blocked at home?",
    "How do I close an account of a person who died?",
    "Is there a fee if a direct debit fails?",
    "How long does it take until a fraud claim is decided?",
    "Why does the app log me out after five minutes?",
    "What if I lose my phone with the authenticator on it?",
    "How do I delete a broken index?",
    "What happens when the disk is full?",
    "Why does the build fail with error 137?",
    "Can I recover files after I deleted them by mistake?",
    "How do I stop the service from restarting?",
    "What happens if two users edit the same record at the same time?",
    "The printer does not print in colour. What can I check?",
    "How do I remove a virus from my computer?",
    "What does error code 0x80070005 mean?",
    "Why is the export empty?",
    "How do I kill a process that hangs?",
    "What happens if my flight is cancelled?",
    "Can I get a refund when I miss my connection?",
    "What if my luggage is lost or damaged?",
    "Do I lose my points if I cancel the booking?",
    "How do I report a lost passport to you?",
    "What happens if I arrive after check-in has closed?",
    "Can a child travel alone?",
    "Is it a problem if the name on my ticket is spelled wrong?",
    "Why can't I check in online?",
    "What is the penalty for a no-show?",
    "Can you refuse boarding because of a sick passenger?",
    "What do I do in a power cut?",
    "Why is my bill higher than last month?",
    "What happens if I do not pay my electricity bill?",
    "How do I report a gas smell when nobody is home?",
    "My meter shows no display. How do I send a reading?",
    "Can you cut off water without a warning?",
    "What happens when a contract ends and I do nothing?",
    "Why is there no hot water after the meter change?",
    "How do I complain about a bill?",
    "Who pays when a pipe bursts outside my house?",
    "Can I take ibuprofen if I have a stomach ulcer?",
    "What are the side effects of this medicine?",
    "Is it dangerous to mix alcohol with painkillers?",
    "What do I do if I forgot a dose?",
    "Can I return medicine that has expired?",
    "Why is this drug not available without a prescription?",
    "What helps against a bad cough at night?",
    "Can I stop taking it when the pain is gone?",
    "What happens if my prescription runs out on a holiday?",
    "Does the cream burn on broken skin?",
    "How do I get rid of ants in the kitchen?",
    "Why won't my order go through?",
    "What if nobody is at home when the parcel comes?",
    "Is the warranty void if I open the case?",
    "Can I still return it if the box is missing?",
    "How do I turn off the beep?",
    "What happens to my data when I leave?",
    "I forgot my password and have no access to my email. What can I do?",
    "What kind of store view should I choose?",
    "What is fraud?",
    "What if nobody answers the phone?",
    "What happens if you do nothing?",
)

UPSET = (
    "This is the third time I write and nobody answers!",
    "My card has been blocked again and I am stuck at the airport, this is a disgrace",
    "You charged me twice and nobody cares",
    "I have been waiting for two weeks. Where is my money?!",
    "Your app is garbage, it crashes every single time",
    "This update broke everything and I lost a day of work. Unacceptable.",
    "I am furious, the flight was cancelled and nobody told us",
    "Worst airline ever",
    "How can you charge 80 euros for a bag? That is robbery!",
    "I am so disappointed with your service",
    "Why does nobody ever pick up the phone? I am sick of this",
    "You sent me the wrong medicine, this is horrible and dangerous",
    "My electricity has been off for two days and you do nothing",
    "I hate this product",
    "This is ridiculous, I want my money back",
    "Are you kidding me? Another fee?",
    "Your instructions are useless, nothing works",
    "I am really angry about this bill",
    "What kind of company treats customers like this?",
    "It broke after two days. What a piece of junk.",
    "I'm fed up with your excuses",
    "Terrible experience, never again",
    "You ruined our holiday",
    "The parcel arrived damaged again, I am so frustrated",
    "Why do you keep lying to me?",
    "That is the worst support I have ever had",
    "Still no refund after a month. This is a joke.",
    "I regret buying this awful thing",
    "Stop wasting my time",
    "Nothing but problems since I signed up with you, pathetic",
)


@pytest.mark.parametrize("text", CALM)
def test_a_calm_question_about_something_bad_is_no_complaint(text: str) -> None:
    assert is_calm_question(text)
    assert not accuses(text)
    assert HEADS.score(text).score > UPSET_AT_MOST


@pytest.mark.parametrize("text", UPSET)
def test_who_is_upset_is_no_calm_asker(text: str) -> None:
    assert not is_calm_question(text)


@pytest.mark.parametrize("text", [one for one in UPSET if one not in OF_MEANING])
def test_who_is_upset_is_read_as_upset(text: str) -> None:
    assert HEADS.score(text).score <= UPSET_AT_MOST


@pytest.mark.parametrize(
    "text",
    [
        "Are you kidding me? Another fee?",
        "How can you charge 80 euros for a bag? That is robbery!",
        "What kind of company treats customers like this?",
        "Where is my money?!",
    ],
)
def test_accusations_are_heard_whatever_their_form(text: str) -> None:
    assert accuses(text)


@pytest.mark.parametrize(
    "text", ["", "   ", "?", "...", "My parcel is lost.", "why\nnot", "Where is it" + " now" * READ_CHARS]
)
def test_what_asks_nothing_is_no_question(text: str) -> None:
    assert not is_calm_question(text)


def test_a_calm_question_keeps_the_order_of_what_is_bad() -> None:
    assert HEADS.score("Why was my transfer rejected?").score < HEADS.score("When was my transfer accepted?").score
