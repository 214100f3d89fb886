"""What stands beside the best sentence, in words of trades that no rule was made for."""

import pytest

from assistant.extraction import read_question
from tests.fakes import passage
from tests.unit.test_extractive import answer


def test_one_word_that_another_document_holds_too_is_not_enough_to_stand_beside() -> None:
    roles = passage(
        "| Role | Open the till | Give refunds |\n| --- | --- | --- |\n| Cashier | yes | no |",
        document="roles.md",
        title="Roles",
    )
    tips = passage("Tips are allowed.", document="tips.md", title="Tips")
    text = answer("What is a cashier allowed to do?", tips, roles)
    assert "| Cashier | yes | no |" in text
    assert "Tips" not in text


def test_what_is_asked_side_by_side_may_come_from_two_documents() -> None:
    sauna = passage("The sauna opens at noon.", document="sauna.md", title="Wellness")
    garage = passage("The garage has 40 places.", document="garage.md", title="Arrival")
    text = answer("Do you have a sauna and a garage?", sauna, garage)
    assert "sauna" in text
    assert "garage" in text


def test_a_time_of_something_else_that_is_called_alike_is_left_out() -> None:
    visas = passage("Registering takes 3 working days.", document="visas.md", title="Visas", heading="Registering")
    dogs = passage("Puppies can be registered up to 8 weeks after birth.", document="dogs.md", title="Dogs")
    names = passage("Register by name.", document="names.md", title="Names")
    assert answer("How long does it take to register?", visas, names, dogs) == "Registering takes 3 working days."


def test_the_other_case_is_told_where_the_question_names_none() -> None:
    scales = passage(
        "An engineer comes. If the scale shows more than it should, the market pays for the check. "
        "If the result is right, you owe €60. The office is upstairs.",
        title="Scales",
    )
    text = answer("Who pays for the check of my scale?", scales)
    assert "the market pays for the check. If the result is right, you owe €60." in text
    assert "upstairs" not in text


def test_the_other_case_is_left_out_where_one_was_named() -> None:
    skis = passage("If a ski is stolen, the insurance pays. If a ski is scratched, nothing is charged.", title="Hire")
    assert "scratched" not in answer("Who pays if a ski is stolen?", skis)


def test_what_is_needed_answers_whether_it_goes_without() -> None:
    seats = passage("Children love it. They sit on seats only.", document="seats.md", title="Child seats in taxis")
    rule = passage("A child needs a seat in every taxi.", document="rule.md", title="Rules")
    assert answer("Can my child ride in a taxi without a seat?", seats, rule).startswith("A child needs a seat")


def test_which_must_be_asks_for_what_is_required() -> None:
    form = passage(
        "Forms of up to 3 pages can be filed.\n\n1. Fill it in. The fields date and port are required.\n2. Sign it.",
        title="Customs form",
    )
    assert "The fields date and port are required." in answer("Which fields must be in the customs form?", form)


def test_a_price_of_one_thing_is_no_note_on_all_prices() -> None:
    lessons = passage(
        "| Lesson | Price |\n| --- | --- |\n| Snow | €40 |\n| Ice | €50 |\n\n"
        "The price of Ice 2 is guaranteed until May.",
        title="Lessons",
    )
    assert "guaranteed" not in answer("How much is a snow lesson?", lessons)


@pytest.mark.parametrize(
    ("question", "possible"),
    [
        ("Can I lock the slope gate?", True),
        ("Can dogs swim there?", True),
        ("Can you still lock the slope gate?", False),
        ("Could they lock it?", False),
    ],
)
def test_what_the_company_does_is_no_possibility_of_the_customer(question: str, possible: bool) -> None:
    assert read_question(question).wants_possibility is possible


def test_which_day_asks_for_a_date() -> None:
    assert (
        read_question("On which day is the rent collected?").likeness("It is collected on the 5th of the month.") > 0.4
    )
    assert read_question("When do I have to pay?").likeness("It is due on the first working day of each month.") > 0.4


def test_days_that_have_passed_are_no_answer_to_what_happens_then() -> None:
    asked = read_question("What happens after the 21 days")
    assert asked.likeness("The berth is given away.") == asked.likeness("You can try it for 21 days.")


@pytest.mark.parametrize(
    ("said", "asks_again"),
    [
        ("the membership card expired", False),
        ("it doesn't open", False),
        ("and for two people", True),
        ("I am in Norway", True),
    ],
)
def test_who_tells_of_a_trouble_does_not_ask_again_what_was_asked(said: str, asks_again: bool) -> None:
    asked = read_question(said, "How long does it take?")
    assert asked.wants_figure is asks_again


def test_a_question_is_read_by_what_it_asks_and_not_by_the_story_behind_it() -> None:
    asked = read_question("How long is the ski course? I am 41.")
    assert asked.wants_figure
    assert read_question("Do you charge for lockers? My name is Ann.").wants_price


def test_what_only_stands_below_a_heading_of_one_word_of_the_question_is_no_answer() -> None:
    days = passage("The days can be changed by each guest.", title="Massages", heading="Booking")
    assert answer("Can I pay a booking by fax in Spain?", days) == ""
    assert answer("Can I change a massage booking?", days) == "The days can be changed by each guest."


def test_the_price_of_a_column_is_its_row_whatever_its_cell_says() -> None:
    trial = passage("All but Gold can be tried. A lost pass costs €2.", document="trial.md", title="Trial")
    passes = passage(
        "| | Bronze | Gold |\n| --- | --- | --- |\n| Price | €10 | on request |\n| Guests | 1 | 4 |",
        document="passes.md",
        title="Passes",
    )
    text = answer("What does gold cost for students?", trial, passes)
    assert "| Price | €10 | on request |" in text
    assert "€2" not in text


def test_a_figure_opens_only_where_its_sentence_names_what_is_asked() -> None:
    luggage = passage(
        "Wet luggage is not covered by us. If a flight is late for 6 hours, the airline pays €90.", title="Airport"
    )
    assert answer("My luggage got wet, do you pay for it?", luggage).startswith("Wet luggage is not covered by us.")


def test_a_trouble_that_its_heading_names_is_told_from_the_beginning() -> None:
    kiosk = passage(
        "Look at the lamp: red means no paper, green that it prints. Fill in paper. If it says Wait, call the desk.",
        document="kiosk.md",
        title="Kiosk",
        heading="No ticket comes out",
    )
    text = answer("the machine says wait and I got no ticket", kiosk)
    assert text.startswith("Look at the lamp")
    assert text.endswith("call the desk.")


def test_times_of_other_sections_need_more_than_one_word_of_the_question() -> None:
    notice = passage(
        "Tell us 10 days before you sail, and on that day.", document="leaving.md", title="Leaving", heading="Sailing"
    )
    berth = passage("Pay.", document="berth.md", title="Berth")
    later = passage("A berth is kept for up to 6 weeks after you sail.", document="leaving.md", title="Leaving")
    assert "6 weeks" not in answer("When do I need to tell you that I sail?", notice, berth, later)


def test_beside_a_sentence_a_row_says_more_of_the_question_than_it_does() -> None:
    jabs = passage(
        "Adults who stay at home need no fever jab unless they travel. The desk is on floor 2.\n\n"
        "| Age | Jab | Dose |\n| --- | --- | --- |\n| 12 weeks | fever jab | 2 |",
        title="Jabs",
    )
    assert "| 12 weeks" not in answer("Do adults need a fever jab?", jabs)


def test_another_paragraph_says_something_of_the_question_itself() -> None:
    hours = passage(
        "| Day | Shop | Clinic |\n| --- | --- | --- |\n| Saturday | 9:00 to 12:00 | none |\n\n"
        "Parrots can only come on Tuesdays.",
        title="Opening hours",
        heading="When we are open",
    )
    assert "Parrots" not in answer("Are you open on Saturday afternoon?", hours)


def test_who_asks_how_much_it_is_is_told_an_amount_or_nothing() -> None:
    scans = passage("Scans are sent by link.", title="Scans")
    assert answer("How much is a scan?", scans) == ""
    assert answer("How are scans sent?", scans) == "Scans are sent by link."
    free = passage("Scans are included in the yearly check.", title="Scans")
    assert answer("How much is a scan?", free) == "Scans are included in the yearly check."
