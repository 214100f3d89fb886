import pytest

from assistant.extraction import answers_plainly, parts_of, read_question
from assistant.extraction.asking import compared_in
from assistant.extraction.bounds import numbers_within
from assistant.grounding import cut, ground
from assistant.responders.extractive import ExtractiveResponder
from assistant.terms import terms
from assistant.types import Passage, ResponseRequest
from tests.fakes import found, passage

RETURNS = passage(
    "Our shop was founded in 2009. You can return most products within 30 days of delivery. "
    "Opened in-ear headphones cannot be returned. A refund takes 5 to 7 working days."
)
PAIRING = passage(
    "The headphones remember eight devices.\n\nTo pair a new device:\n\n1. Switch the headphones off.\n"
    "2. Hold the power button for five seconds. Do not press the other one.\n3. Choose the name on your phone.\n\n"
    "The LED turns blue.",
    document="pairing.md",
    title="Pairing",
)
TABLE = passage(
    "| Country | Price | Time |\n| --- | --- | --- |\n| Austria | EUR 6.90 | 3 days |\n"
    "| Switzerland | CHF 12.90 | 5 days |",
    document="prices.md",
    title="Delivery prices",
)
WARRANTY = passage(
    "Every speaker has a warranty of 3 years. It begins on the day of delivery. "
    "Unless the serial number is missing, no receipt is needed.",
    document="warranty.md",
    title="Warranty",
)
SHIPPING_BACK = passage(
    "Halvorn pays the return shipping of faulty speakers. Keep the carton.", document="returns.md", title="Faults"
)
VOLUME = passage(
    "| Pieces | Discount |\n| --- | --- |\n| 5 to 9 | 5% |\n| 25 to 49 | 13% |",
    document="business.md",
    title="Business customers",
)
INSTALMENTS = passage(
    "You can pay in instalments, except:\n\n- orders below €150\n- gift cards\n\nThe bank decides within a minute.",
    document="instalments.md",
    title="Instalments",
)


def answer(question: str, *passages: Passage, topic: str = "") -> str:
    weights = dict.fromkeys(terms(f"{topic} {question}"), 1.0)
    request = ResponseRequest(
        question=question, topic=topic, weights=weights, passages=found(*passages).passages, messages=()
    )
    return "".join(ExtractiveResponder().stream(request))


def test_the_sentence_that_answers_is_quoted_and_the_rest_is_not() -> None:
    text = answer("How many days do I have to return products?", RETURNS, PAIRING)
    assert "within 30 days of delivery." in text
    assert "founded" not in text


def test_steps_come_whole_and_in_order() -> None:
    text = answer("How do I pair a new device?", PAIRING, RETURNS)
    assert text.index("To pair") < text.index("1. Switch") < text.index("2. Hold") < text.index("3. Choose")
    assert "2. Hold the power button for five seconds. Do not press the other one.\n3." in text
    assert "LED" not in text


def test_steps_that_follow_a_sentence_later_are_found() -> None:
    subwoofer = passage(
        "The subwoofer is paired in the factory. If its light keeps blinking:\n\n1. Press Pair.\n\n2. Wait.",
        title="Pairing the subwoofer again",
    )
    text = answer("How do I pair the subwoofer?", subwoofer)
    assert text.endswith("blinking:\n1. Press Pair.\n2. Wait.")


REGISTRY = passage(
    "Storing images\n\nThe registry stores private container images\n\nin three regions that you choose.\n\n"
    "![Diagram of how the registry stores private container images.](https://docs.example/registry.svg)\n\n"
    "Storing of images costs EUR 2 a month.",
    document="registry.md",
    title="Registry",
)


def test_what_lost_its_full_stop_does_not_run_into_the_next_quotation() -> None:
    text = answer("Where does the registry store container images?", REGISTRY)
    assert "store" in text
    assert [one for _, one in cut([text]) if ground(one, [REGISTRY]) is None] == []
    assert "private container images\n\n" in f"{text}\n\n"


def test_an_image_is_no_sentence_of_an_answer() -> None:
    assert "Diagram" not in answer("Show the diagram of how the registry stores images", REGISTRY)
    assert ground("![Diagram of how the registry stores private container images.](https://docs.example/registry.svg)",
                  [REGISTRY]) is None  # fmt: skip
    linked = "[![The registry stores images](https://docs.example/a.png)](https://docs.example/big)"
    assert ground(linked, [passage(f"{linked}\n\nMore.")]) is None


@pytest.mark.parametrize(
    ("text", "is_quoted"),
    [
        ("Storing images abroad\n\nThe registry keeps them in three regions.", False),
        ("Storing images abroad\n\nand at home is free.", True),
        ("Storing images abroad costs 3 euros\n\nThe registry keeps them in three regions.", True),
        ("What else?\n\nStoring images abroad is fine\n\nThe registry keeps them.", True),
        ("Storing images abroad: no\n\nThe registry keeps them in three regions.", True),
        ("The registry keeps them in three regions.\n\nStoring images abroad", True),
    ],
)
def test_a_heading_without_a_mark_is_no_answer_and_what_says_something_is(text: str, is_quoted: bool) -> None:
    said = answer("Is storing images abroad possible?", passage(text, title="Registry"))
    found = [one.strip() for one in text.split("\n\n") if one.startswith("Storing images")]
    assert (found[0] in said) == is_quoted


def test_a_table_answers_with_the_row_that_was_asked_for_under_its_header() -> None:
    text = answer("What is the price of delivery to Switzerland?", TABLE)
    assert text.startswith("| Country | Price | Time |\n| Switzerland | CHF 12.90 | 5 days |")


def test_the_header_of_a_table_is_no_answer() -> None:
    assert answer("country price time", TABLE).count("\n") >= 1


def test_a_number_is_found_between_the_bounds_that_a_row_gives() -> None:
    text = answer("Which discount do business customers get for 30 pieces?", VOLUME)
    assert "| 25 to 49 | 13% |" in text


def test_a_row_is_found_by_the_letter_that_names_it() -> None:
    grades = passage("| Grade | Look |\n| - | - |\n| A | like new |\n| C | scratches |", title="Refurbished")
    assert "| A | like new |" in answer("How does grade A look?", grades)
    assert "scratches" not in answer("How does grade A look?", grades)


def test_a_sentence_that_points_back_brings_along_what_it_points_to() -> None:
    text = answer("On which day does the warranty begin?", WARRANTY)
    assert "Every speaker has a warranty of 3 years. It begins on the day of delivery." in text


def test_a_sentence_that_limits_the_answer_belongs_to_it() -> None:
    costs = passage("Delivery to Austria is free of charge. This does not apply to large speakers. We use vans.")
    text = answer("Is delivery to Austria free?", costs)
    assert "free of charge. This does not apply to large speakers." in text
    assert "vans" not in text


def test_a_sentence_that_opens_a_list_brings_its_items() -> None:
    text = answer("Can I pay in instalments?", INSTALMENTS)
    assert "except:\n- orders below €150\n- gift cards" in text


def test_an_item_comes_with_the_line_that_opens_its_list() -> None:
    assert answer("gift cards", INSTALMENTS).startswith("You can pay in instalments, except:")


def test_two_questions_in_one_are_both_answered_in_their_order() -> None:
    text = answer("How long is the warranty, and who pays the return shipping?", SHIPPING_BACK, WARRANTY)
    assert text.index("3 years") < text.index("Halvorn pays the return shipping")


def test_a_yes_or_no_opens_with_the_sentence_that_decides() -> None:
    text = answer("Can opened in-ear headphones be returned?", RETURNS)
    assert text.startswith("Opened in-ear headphones cannot be returned.")


def test_all_rows_answer_where_the_question_names_none() -> None:
    years = passage(
        "| Speakers | 3 years |\n| Headphones | 2 years |\n| Cables | 6 months |", title="How long the warranty lasts"
    )
    assert answer("How long is the warranty?", years).count("\n") == 2
    assert "Cables" not in answer("How long is the warranty of speakers?", years)


def test_what_was_asked_before_is_not_answered_again() -> None:
    prices = passage("Delivery to Austria costs €9.90. Parcels to Austria take 3 days.", title="Delivery to Austria")
    text = answer("and how long does it take?", prices, topic="What does delivery to Austria cost?")
    assert text.startswith("Parcels to Austria take 3 days.")


def test_a_part_that_names_nothing_is_about_what_the_first_names() -> None:
    aria = passage("It weighs 200 g. It costs €99.", document="aria.md", title="The Aria 3")
    bolt = passage("It weighs 300 g. It costs €49.", document="bolt.md", title="The Bolt 5")
    text = answer("How much does the Aria 3 weigh? And how much does it cost?", bolt, aria)
    assert "€99" in text


def test_the_same_said_with_other_figures_elsewhere_is_no_repetition() -> None:
    buds = passage("| With the case | 28 hours in all |", document="buds.md", title="Buds")
    sport = passage("| With the case | 40 hours in all |", document="sport.md", title="Sport")
    text = answer("How many hours with the case, Buds or Sport?", buds, sport)
    assert "28 hours" in text
    assert "40 hours" in text


def test_nothing_comes_of_nothing() -> None:
    assert answer("Anything?") == ""


@pytest.mark.parametrize(
    ("question", "sources"),
    [
        ("How do I pair a new device?", (PAIRING, RETURNS)),
        ("How long is the warranty, and who pays the return shipping?", (WARRANTY, SHIPPING_BACK)),
        ("Can I pay in instalments?", (INSTALMENTS,)),
        ("What is the price of delivery to Switzerland?", (TABLE, RETURNS)),
    ],
)
def test_every_sentence_is_grounded_word_for_word(question: str, sources: tuple[Passage, ...]) -> None:
    said = [sentence for _, sentence in cut([answer(question, *sources)])]
    assert said
    for sentence in said:
        span = ground(sentence, sources)
        assert span is not None, sentence


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("How long is the warranty?", ("How long is the warranty?",)),
        (
            "How long is the warranty and who pays the return shipping?",
            ("How long is the warranty", "who pays the return shipping?"),
        ),
        ("Is it waterproof? And how heavy is it?", ("Is it waterproof?", "And how heavy is it?")),
        (
            "I bought a speaker in May. How long is the warranty? Who pays the courier?",
            ("I bought a speaker in May. How long is the warranty?", "Who pays the courier?"),
        ),
        ("Do you ship to France and Spain?", ("Do you ship to France and Spain?",)),
        ("What do the Aria 3 and the Aria 5 cost?", ("What do the Aria 3 and the Aria 5 cost?",)),
        ("What do I have to know and do?", ("What do I have to know and do?",)),
        ("My parcel is broken and the box is wet", ("My parcel is broken and the box is wet",)),
    ],
)
def test_a_message_is_cut_where_a_second_question_begins(question: str, parts: tuple[str, ...]) -> None:
    assert parts_of(question) == parts


def test_more_questions_than_can_be_answered_one_by_one_stay_in_the_last() -> None:
    parts = parts_of("Is it red? What does it weigh? When does it arrive? Who brings the parcel?")
    assert len(parts) == 3
    assert parts[-1].endswith("When does it arrive? Who brings the parcel?")


def test_a_row_for_all_others_answers_for_what_no_row_names() -> None:
    table = passage(
        "| Product | Warranty |\n| --- | --- |\n| Aria 3 | 3 years |\n| All other products | 2 years |",
        document="terms.md",
        title="Warranty",
    )
    assert "| All other products | 2 years |" in answer("How long is the warranty on the Brio 2?", table)
    assert "All other" not in answer("How long is the warranty on the Aria 3?", table)


def test_a_row_of_a_table_about_one_product_names_it_unless_the_question_does() -> None:
    table = passage(
        "| Property | Brio Buds |\n| --- | --- |\n| Battery life | 7 hours |\n| Weight | 40 g |",
        document="brio.md",
        title="Brio Buds: manual",
    )
    assert "| Property | Brio Buds |" in answer("What is the battery life?", table)
    assert "Property" not in answer("What is the battery life of the Brio Buds?", table)


def test_steps_are_quoted_whole_where_another_sentence_says_more_of_the_question() -> None:
    pair = passage(
        "1. Switch on two speakers.\n2. Press the Bluetooth button twice.\n\nTwo speakers make a stereo pair.",
        title="Stereo pair",
    )
    text = answer("How do I make a stereo pair of two speakers?", pair)
    assert "1. Switch on" in text
    assert "2. Press" in text


def test_a_short_item_is_quoted_to_its_end() -> None:
    items = passage("- Televisions without Bluetooth need a transmitter. Ours costs €39.\n- Radios need none.")
    assert "Ours costs €39." in answer("Does it work with televisions without Bluetooth?", items)


def test_where_a_time_is_asked_for_a_sentence_with_one_is_quoted() -> None:
    pick_up = passage("The Torvald 5 can be collected in Hamburg only.", title="Click and collect")
    ready = passage("- Hamburg showroom: 2 hours after the order.", document="b.md", title="Click and collect")
    assert "- Hamburg showroom: 2 hours" in answer("How fast is click and collect in Hamburg?", pick_up, ready)


HIDING = passage(
    "1. Open Catalog.\n2. Select the category to hide and do the following:\n   - Set Active to Yes.\n"
    "   - Set In Menu to No.\n3. Set Anchor to No.\n\n   Hidden category\n\n   The category is active, not in the menu."
    "\n4. Click Save.\n\nNothing else changes. The page is loaded anew.",
    document="hiding.md",
    title="Hide a category",
)


def test_what_is_indented_under_a_step_belongs_to_the_procedure() -> None:
    text = answer("How do I hide a category?", HIDING)
    assert text.startswith("1. Open Catalog.\n2. Select")
    assert (
        "\n   - Set Active to Yes.\n   - Set In Menu to No.\n3. Set Anchor to No.\n\n   The category is active" in text
    )
    assert text.endswith("4. Click Save.")


def test_the_caption_of_a_picture_is_no_step() -> None:
    assert "Hidden category" not in answer("How do I hide a category?", HIDING)


def test_the_caption_between_an_announcement_and_its_list_is_left_out() -> None:
    text = passage(
        "1. Do this:\n\n   The coupon page\n   - Enter a code.\n2. Click Save.", title="Make a coupon", document="c"
    )
    assert answer("How do I make a coupon?", text) == "1. Do this:\n   - Enter a code.\n2. Click Save."


def test_a_question_in_a_document_is_no_answer() -> None:
    text = passage(
        "How can I keep my system current? Run the upgrade to keep it current.", title="Upgrade", document="u"
    )
    assert answer("How do I keep my system current?", text) == "Run the upgrade to keep it current."


@pytest.mark.parametrize(
    ("text", "is_said"),
    [
        ("You reach our service at +49 40 66969 218.", True),
        ("Our service has no telephone number.", True),
        ("The phone number of a customer is stored with the order.", False),
        ("Write to service@halvorn.example about the phone service.", False),
    ],
)
def test_who_asks_for_a_number_is_not_told_what_numbers_are_for(text: str, is_said: bool) -> None:
    said = answer("Do you have a phone number of the service?", passage(text, title="Service", document="service.md"))
    assert (text.split(".")[0] in said) is is_said


def test_steps_of_what_somebody_does_are_steps() -> None:
    text = passage("To ask for a quote:\n\n1. Log in.\n2. Click Quote.", title="Quotes", document="quotes.md")
    assert answer("How does a buyer request a quote?", text).endswith("1. Log in.\n2. Click Quote.")


def test_items_at_the_margin_belong_to_the_step_that_announces_them() -> None:
    text = passage(
        "1. Copy it.\n2. Do one of the following:\n\n- Choose Paste.\n- Choose Paste Special.\n\n- Another list.",
        title="Insert a table",
        document="t",
    )
    shown = answer("How do I insert a table?", text)
    assert "2. Do one of the following:\n- Choose Paste.\n- Choose Paste Special." in shown


def test_a_title_without_a_stop_is_no_sentence_of_an_answer() -> None:
    text = passage(
        "A pivot table compares data.\n\nEditing Pivot Tables\n\nPivot tables pay off",
        title="Pivot table",
        document="p",
    )
    shown = answer("What is a pivot table?", text)
    assert "A pivot table compares data." in shown
    assert "Editing" not in shown


def test_the_list_that_says_most_of_the_question_is_quoted() -> None:
    intro = passage("There are several ways to insert a table.", title="Insert a table", document="t.md")
    steps = "1. Drag the table.\n2. Drop it.", "1. Insert a table by its menu.\n2. Click OK."
    lists = [passage(one, title="Insert a table", document="t.md", start=100 * at) for at, one in enumerate(steps, 1)]
    assert "1. Insert a table by its menu." in answer("How do I insert a table by its menu?", intro, *lists)


def test_what_a_list_only_counts_is_no_procedure_for_another_page() -> None:
    first = passage("Updates are served by the mirror.", title="Updates", document="a.md")
    listed = "1. the tasks that you choose,\n2. which of them you have."
    shown = answer("How do I get updates?", first, passage(listed, title="Updates", document="b.md"))
    assert "the tasks" not in shown


def test_steps_that_are_counted_on_behind_a_note_are_one_procedure() -> None:
    steps = ("1. Choose Print.", "2. Click Properties.\n\nSome printers print on both sides.\n", "3. Choose Brochure.")
    text = "\n".join(steps)
    shown = answer("How do I print a brochure?", passage(text, title="Brochure", document="b.md"))
    assert shown == text.replace("\n\n3.", "\n3.")


def test_whether_something_can_be_done_is_told_by_all_of_its_steps() -> None:
    steps = "".join(f"{number}. Do {'one more thing ' * 5}first.\n" for number in range(1, 10))
    text = f"{steps}10. Give every second page another header."
    shown = answer("Can I give every second page another header?", passage(text, title="Headers", document="h.md"))
    assert shown.startswith("1. Do one")
    assert "10. Give every second" in shown


def test_steps_do_not_follow_a_sentence_that_holds_little_of_the_question() -> None:
    best = passage("Televisions without Bluetooth need a transmitter.", title="Televisions", document="tv.md")
    steps = passage("1. Switch Bluetooth off.\n2. Switch it on.", title="Bluetooth headphones", document="bt.md")
    question = "My radio is old and has no Bluetooth, how can I use wireless speakers with it?"
    assert "Switch" not in answer(question, best, steps)


def test_what_points_back_to_the_sentence_that_opens_stays_behind_it() -> None:
    text = (
        "The motor of a bike is sealed. You must not open the motor of a bike yourself, send it to us. "
        "That takes two weeks for the motor of a bike."
    )
    shown = answer("Should I open the motor of my bike myself?", passage(text, title="Motors", document="m.md"))
    assert shown.startswith("You must not open the motor of a bike yourself, send it to us. That takes two weeks")
    assert "is sealed" in shown


def test_a_list_that_begins_anew_is_another_procedure() -> None:
    two = passage(
        "1. Press plus.\n2. Press mute.\n\n1. Open the app.\n2. Choose reset.", title="Sound", document="two.md"
    )
    assert answer("How do I reset it in the app?", two) == "1. Open the app.\n2. Choose reset."


def test_a_step_on_the_line_after_its_number_goes_on_without_indentation() -> None:
    text = passage("1. Press plus.\nThe LED turns blue.\n2. Press mute.", title="Pair a phone", document="pair.md")
    assert answer("How do I pair a phone?", text) == "1. Press plus.\nThe LED turns blue.\n2. Press mute."


def test_steps_that_are_too_many_lose_what_explains_them_first_and_then_their_end() -> None:
    explained = "".join(
        f"{number}. Do thing {number}.\n   {'It explains itself well. ' * 6}\n" for number in range(1, 13)
    )
    text = answer("How do I do the thing?", passage(explained, title="Do the thing", document="long.md"))
    assert "explains" not in text
    assert text.endswith("12. Do thing 12.")
    endless = "".join(f"{number}. Do {'the same thing ' * 9}once.\n" for number in range(1, 30))
    text = answer("How do I do the thing?", passage(endless, title="Do the thing", document="long.md"))
    assert text.startswith("1. Do the same")
    assert "\n5. Do" in text
    assert "\n20. Do" not in text


def test_where_a_long_procedure_is_cut_what_is_listed_under_the_matching_step_stays() -> None:
    lines = [
        f"{number}. Do step {number}:\n"
        + "".join(f"   - choose colour {number} {letter * 40}.\n" for letter in "abcde")
        for number in range(1, 12)
    ]
    lines[7] = lines[7].replace("colour 8 aaaa", "paint of the velvet 8 aaaa")
    text = answer("How do I choose the paint of the velvet?", passage("".join(lines), title="Doors", document="d.md"))
    assert "paint of the velvet" in text
    assert "colour 3" not in text
    assert all(f"{number}. Do step" in text for number in range(1, 12))


def test_a_long_list_of_numbered_paragraphs_is_no_answer_to_a_question_that_asks_for_no_steps() -> None:
    terms_of_use = "".join(f"{number}. Clause {number} says {'this and that ' * 9}.\n" for number in range(1, 9))
    text = answer("Does clause 3 say this?", passage(terms_of_use, title="Terms", document="terms.md"))
    assert "3. Clause 3" in text
    assert "8. Clause" not in text


def test_steps_of_another_section_follow_the_sentence_that_names_the_matter() -> None:
    intro = passage("The following steps create a grouped product.", title="Grouped product", document="grouped.md")
    steps = passage("1. Open Products.\n2. Choose Add.", title="Grouped product", document="grouped.md", start=100)
    text = answer("How do I create a grouped product?", intro, steps)
    assert text == "The following steps create a grouped product.\n\n1. Open Products.\n2. Choose Add."
    other = passage("1. Open the box.\n2. Read on.", title="Unpacking", document="box.md")
    assert "Open the box" not in answer("How do I create a grouped product?", intro, other)


def test_a_list_of_short_items_is_quoted_whole_so_that_it_shows_what_is_not_in_it() -> None:
    countries = [f"Land{letter}" for letter in "abcdefghijklmnopqrst"]
    text = "Delivery is available in the following countries:\n\n" + "\n".join(f"- {one}" for one in countries)
    shown = answer("Is delivery available in Germany?", passage(text, title="Delivery", document="delivery.md"))
    assert all(one in shown for one in countries)


def test_what_something_is_is_told_by_the_sentence_that_says_so() -> None:
    text = passage(
        "Sources are listed for every product with sources. For more about sources, see the sources page. "
        "A source is a place that parcels leave from.",
        title="Stock",
        document="stock.md",
    )
    assert answer("What is a source?", text).startswith("A source is a place that parcels leave from.")


def test_two_things_are_told_apart_by_a_sentence_on_each() -> None:
    rules = passage(
        "Catalog rules need no coupon code, as they apply before the cart. Catalog rules are visible to all. "
        "The weather is fine. A cart rule is applied in the cart.",
        title="Rules",
        document="rules.md",
    )
    text = answer("What is the difference between a cart rule and a catalog rule?", rules)
    assert "Catalog rules" in text
    assert "A cart rule is applied in the cart." in text
    assert "weather" not in text


PLANS = passage(
    "You can upgrade from Basic to Plus at any time.\n\n"
    "| | Basic plan | Plus plan |\n| --- | --- | --- |\n| Price | 79 EUR | 159 EUR |\n| Courtesy bike | no | yes |\n\n"
    "| Service | Price | Duration |\n| --- | --- | --- |\n"
    "| Small service | 49 EUR | one day |\n| Full service | 119 EUR | two days |\n| Storage | 69 EUR | a winter |",
    title="Plans",
    document="plans.md",
)


@pytest.mark.parametrize(
    ("question", "said", "left_out"),
    [
        ("What is the difference between the Basic and the Plus plan?", ("159 EUR", "| yes |"), ("upgrade", "119")),
        ("Compare small and full service", ("| Small service | 49 EUR", "| Full service | 119 EUR"), ("159",)),
    ],
)
def test_what_a_table_sets_side_by_side_is_compared_by_it(
    question: str, said: tuple[str, ...], left_out: tuple[str, ...]
) -> None:
    text = answer(question, PLANS)
    assert [one for one in said if one not in text] == []
    assert [one for one in left_out if one in text] == []


OILING = passage(
    "1. Wipe the chain with a dry cloth.\n2. Put one drop of oil on each link of the chain.\n3. Wait ten minutes.\n"
    "4. Wipe off the oil that is left on the chain. It collects dirt.\n"
    f"5. {'Clean the chainring, the cassette and the jockey wheels with a brush and warm water. ' * 9}\n\n"
    "Oil the chain every 200 km.",
    title="Chain",
    document="chain.md",
)


def test_single_steps_do_not_stand_beside_a_sentence_that_answers() -> None:
    assert answer("How often should I oil my chain?", OILING) == "Oil the chain every 200 km."


@pytest.mark.parametrize("said", ["Clean it once a week.", "The filter is cleaned every 3 months.", "Clean it daily."])
def test_how_often_is_answered_by_what_says_how_often(said: str) -> None:
    asked = read_question("How often do I clean the filter?")
    assert asked.wants_figure
    assert asked.likeness(said) > asked.likeness("The filter is easy to clean with each brush.")


def test_grades_that_only_a_letter_tells_apart_are_both_quoted() -> None:
    grades = passage(
        "All grades work perfectly.\n\n| Grade | Look | Discount |\n| --- | --- | --- |\n"
        "| A | like new, no marks | 15% |\n| C | clear scratches, fully working | 35% |",
        title="Used devices",
        document="used.md",
    )
    text = answer("What is the difference between grade A and grade C?", grades)
    assert "no marks" in text
    assert "clear scratches" in text


@pytest.mark.parametrize(
    ("question", "things"),
    [
        ("What is the difference between grade A and grade C?", ()),
        ("What is the difference between a cat and a dog?", ("a cat", "a dog")),
        ("What is the difference between stable, testing and unstable?", ("stable", "testing", "unstable")),
        ("How is the Norda different from the Vela?", ("the Norda", "the Vela")),
        ("Compare Care and Care Plus", ("Care", "Care Plus")),
        ("What is the difference between?", ()),
        ("What is different?", ()),
        ("How does it differ from the year before, and why is that?", ("it", "the year before")),
    ],
)
def test_what_is_compared_is_read_from_the_question(question: str, things: tuple[str, ...]) -> None:
    assert compared_in(question) == (things if "it" not in things else ())


RENTAL = passage(
    "You need to be 18 years old and bring an identity card or passport.\n\n"
    "1. Bring the bike back to the branch where you rented it.\n2. We check the bike for damage.\n"
    "3. You get the deposit back.\n\n"
    "Late returns cost 8 € for each hour begun. From the third hour on a whole day is charged.\n\n"
    "We are glad to see you again.",
    document="rental.md",
    title="Renting a bike",
)
SERVICES = passage(
    "| Service | Price | Duration | Includes |\n| --- | --- | --- | --- |\n"
    "| Basic service | 49 € | same day | Bolts checked |\n"
    "| Full service | 119 € | 2 days | Basic service, wheels trued |\n"
    "| Full service, hub motor | 149 € | 3 days | Full service, software |\n\n"
    "- Cargo bikes: 20 % on labour, because they need two mechanics.",
    document="services.md",
    title="Services and prices",
)
BATTERY = passage(
    "Charge it to between 30 and 60 % if you do not ride. A battery test costs 39 € and takes two hours.",
    document="battery.md",
    title="Battery",
)


def test_what_follows_from_something_is_no_procedure() -> None:
    text = answer("What happens if I bring the rental bike back late?", RENTAL)
    assert text.startswith("Late returns cost 8 € for each hour begun.")
    assert "1. Bring" not in text


def test_what_is_needed_is_told_by_what_says_so() -> None:
    assert answer("What do I have to bring to rent a bike?", RENTAL).startswith("You need to be 18 years old")


def test_what_binds_below_a_procedure_comes_with_it() -> None:
    text = answer("How do I bring my bike back?", RENTAL)
    assert text.endswith("3. You get the deposit back.\n\nLate returns cost 8 € for each hour begun. "
                         "From the third hour on a whole day is charged.")  # fmt: skip


def test_beside_a_row_that_is_named_only_its_kind_is_quoted() -> None:
    text = answer("What does the full service cost?", SERVICES)
    assert "| Full service | 119 €" in text
    assert "| Full service, hub motor | 149 €" in text
    assert "| Basic service | 49 €" not in text


def test_who_is_charged_more_does_not_ask_for_a_battery() -> None:
    text = answer("Do you charge more for cargo bikes?", BATTERY, SERVICES)
    assert text.startswith("- Cargo bikes: 20 % on labour")
    assert "Charge it" not in text


def test_verbs_that_stand_anywhere_bring_nothing_along() -> None:
    motor = passage("We send the motor in. That takes two to four weeks.", document="motor.md", title="Motor")
    assert answer("How long does it take if you send my motor in?", motor, BATTERY) == (
        "We send the motor in. That takes two to four weeks."
    )


def test_a_part_that_only_asks_for_a_figure_is_about_what_the_first_is_about() -> None:
    text = answer("How long does a basic service take and what does it cost?", BATTERY, SERVICES)
    assert "| Basic service | 49 € | same day" in text
    assert "39 €" not in text


def test_things_that_rows_hold_are_compared_by_those_rows() -> None:
    text = answer("Is the basic service cheaper than the full service?", SERVICES)
    assert text.count("\n|") == 2
    assert "| Basic service | 49 €" in text
    assert "| Full service | 119 €" in text


def test_a_row_of_two_columns_has_its_header() -> None:
    tyres = passage("| Tyre width | Pressure |\n| --- | --- |\n| 28 mm | 6 bar |\n| 37 mm | 4.5 bar |", title="Tyres")
    assert answer("What pressure for 37 mm?", tyres) == "| Tyre width | Pressure |\n| 37 mm | 4.5 bar |"


def test_everything_else_belongs_to_what_it_is_else_than() -> None:
    walk_in = passage("Punctures are repaired without an appointment. Everything else needs a booking.", title="Visits")
    assert answer("Can I come without an appointment?", walk_in) == walk_in.text


@pytest.mark.parametrize(
    ("text", "question", "within"),
    [
        ("Children under 14 cannot get one.", "Can my 12 year old get one?", {"12"}),
        ("Children under 14 cannot get one.", "Can my 15 year old get one?", set()),
        ("You can pay repairs over 300 € in parts.", "I pay 450 € for it", {"450"}),
        ("It assists up to 25 km/h.", "Can I have it for 3 days?", set()),
        ("5 to 9 pieces", "How much for 7?", {"7"}),
        ("At least 18 years", "I am 21 years old, and my sister is 16 years old", {"21"}),
        ("up to 25", "How much?", set()),
    ],
)
def test_numbers_are_found_within_the_bounds_of_a_sentence(text: str, question: str, within: set[str]) -> None:
    assert numbers_within(text, question) == within


def test_nothing_answers_what_no_passage_names() -> None:
    assert answer("What does shipping to Norway cost?", TABLE) == ""
    assert answer("Do you pay for my doctor?", TABLE, topic="How much is delivery to Austria?") == ""


TARIFFS = passage(
    "| Plan | Price | Contract |\n| --- | --- | --- |\n| Pebble | £8 | none |\n| Brook | £15 | 12 months |\n\n"
    "A smaller plan is possible only at the end of the contract.",
    document="plans.md",
    title="Plans",
)
BILLS = passage(
    "Your bill is ready on the 5th of each month. A paper bill costs £2.", document="bills.md", title="Bills"
)


def test_something_without_is_found_in_the_row_that_has_none() -> None:
    assert "| Pebble | £8 | none |" in answer("Is there a plan without a contract?", TARIFFS)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("When do I get my bill?", "Your bill is ready on the 5th of each month."),
        ("How old do I have to be for a plan?", "A plan is for people of at least 18 years."),
    ],
)
def test_a_date_and_an_age_are_told_from_other_figures(question: str, said: str) -> None:
    people = passage("A plan costs £8 for 14 days. A plan is for people of at least 18 years.", title="Who can join")
    assert answer(question, BILLS, people).startswith(said)


@pytest.mark.parametrize(
    ("heading", "begins"), [("Is smoking allowed?", "No, not in the rooms."), ("Rules", "Smoking in a room costs")]
)
def test_yes_or_no_is_said_where_the_same_was_asked(heading: str, begins: str) -> None:
    smoking = passage("No, not in the rooms. Smoking in a room costs €150.", title="Faq", heading=heading)
    assert answer("Is smoking in a room allowed?", smoking).startswith(begins)


def test_a_section_that_is_called_as_the_trouble_answers_it() -> None:
    steps = passage("1. Hold the card flat.\n2. Press the bell.", heading="If the turnstile does not open")
    card = passage("The card opens the turnstile. It costs 10 € if you lose it.", document="card.md", heading="Card")
    assert answer("The turnstile doesn't open", card, steps).startswith("1. Hold the card flat.\n2. Press the bell.")


def test_what_is_for_a_case_is_no_section_of_a_question_that_does_not_name_it() -> None:
    steps = passage("1. Open the app.\n2. Press “Update”.", title="Firmware updates", heading="Updating with the app")
    stops = passage(
        "Restart the telephone.", document="stops.md", title="Firmware updates", heading="If the update stops"
    )
    assert answer("How do I update the firmware?", stops, steps) == steps.text
    assert answer("The firmware update stops", stops, steps).startswith("Restart the telephone.")


def test_of_a_trouble_the_remedy_behind_it_is_told() -> None:
    locked = passage("After three wrong PINs the card is locked. Enter the PUK.\n\nCards are free.", title="SIM")
    assert answer("My card is locked after three wrong PINs", locked) == (
        "After three wrong PINs the card is locked. Enter the PUK."
    )


def test_what_follows_is_told_with_what_it_follows_from() -> None:
    spa = passage("Treatments can be cancelled up to six hours before. Later we charge the full price.", title="Spa")
    assert answer("What if I cancel a treatment late?", spa) == spa.text


def test_a_part_of_a_question_keeps_the_header_of_its_rows() -> None:
    text = answer("How much is Brook and what does a paper bill cost?", TARIFFS, BILLS)
    assert text.startswith("| Plan | Price | Contract |\n| Brook | £15 | 12 months |")


@pytest.mark.parametrize(
    "question", ["what plans do you have?", "Which plans are there?", "What kinds of plans can I choose?"]
)
def test_who_asks_what_there_is_gets_the_whole_table(question: str) -> None:
    assert (
        answer(question, TARIFFS) == "| Plan | Price | Contract |\n| Pebble | £8 | none |\n| Brook | £15 | 12 months |"
    )


def test_a_table_that_tells_something_else_of_the_kinds_is_not_their_list() -> None:
    assert answer("Which plans are there for a smaller price?", TARIFFS) != answer("Which plans are there?", TARIFFS)
    refunds = passage("| Plan | Paid back in |\n| --- | --- |\n| Pebble | 3 days |", title="Refunds")
    assert answer("Which plans do you have?", refunds, TARIFFS) == answer("Which plans do you have?", TARIFFS)


def test_a_short_answer_to_the_same_question_is_quoted_whole() -> None:
    text = "Students get 15% off. Send a photo of your card to us. It is checked once a year."
    students = passage(text, title="Faq", heading="Do you offer a student discount?")
    assert answer("Do students get a discount?", students) == text
    assert answer("How much discount is there for students in summer holidays?", students) == "Students get 15% off."


@pytest.mark.parametrize(
    ("question", "is_plain"),
    [
        ("What is the difference between Pebble and Brook?", True),
        ("Is Brook cheaper than Pebble?", True),
        ("What is the difference between Pebble and Ocean?", False),
        ("How much is the Pebble plan?", True),
        ("How much is the Pebble warranty?", False),
        ("How long is the contract of Brook?", True),
        ("How long is the contract?", False),
        ("How old is the contract?", False),
        ("Is there a plan for £8?", False),
        ("How much is it?", False),
    ],
)
def test_what_one_sentence_or_one_table_holds_is_answered_plainly(question: str, is_plain: bool) -> None:
    assert answers_plainly(question, found(TARIFFS).passages) is is_plain


ZEROS = passage(
    "A format with two zeros shows leading zeros in a cell.\n\n"
    "If you want to turn text into numbers, do the following:\n\n1. Select the column.\n2. Choose Replace.",
    title="Numbers",
)


def test_steps_that_are_announced_for_something_else_do_not_follow() -> None:
    assert answer("How do I show leading zeros in a cell?", ZEROS) == (
        "A format with two zeros shows leading zeros in a cell."
    )
    assert answer("How do I turn text into numbers?", ZEROS).endswith("1. Select the column.\n2. Choose Replace.")


PRICED = passage(
    "We have three workshops. All prices include labour. Parts are charged separately.\n\n"
    "| Service | Price |\n| --- | --- |\n| Small service | 49 € |\n| Full service | 119 € |\n\n"
    "Our staff is glad to help.\n\nLunch is served at noon.",
    document="services.md",
    title="Services",
)


def test_what_is_said_of_all_prices_comes_with_one() -> None:
    text = answer("What does the full service cost?", PRICED)
    assert text.startswith("All prices include labour. Parts are charged separately.\n")
    assert text.endswith("| Full service | 119 € |")
    assert "charged separately" not in answer("Is there a full service?", PRICED)


def test_a_row_does_not_answer_yes_or_no_for_the_name_alone() -> None:
    meals = passage("| Meal | Time |\n| --- | --- |\n| Breakfast | 6:30 |\n| Lunch | 12:00 |", title="Meals")
    rates = passage("Rates include breakfast and Wi-Fi.", document="rates.md", title="Rates")
    assert answer("is breakfast included?", meals, rates).startswith("Rates include breakfast")
    assert answer("When is breakfast?", meals, rates).startswith("| Meal | Time |\n| Breakfast | 6:30 |")


def test_what_is_compulsory_is_needed() -> None:
    sauna = passage("The sauna has towels on hooks.", document="sauna.md", title="Sauna")
    rules = passage("A towel is compulsory on all machines.", document="rules.md", title="House rules")
    assert answer("Do I need a towel?", sauna, rules).startswith("A towel is compulsory")


def test_a_condition_that_comes_later_is_kept() -> None:
    late = passage(
        "You can cancel free of charge until 18:00. Later cancellations cost 80 %. We are glad.", title="Stay"
    )
    assert answer("Until when can I cancel?", late) == (
        "You can cancel free of charge until 18:00. Later cancellations cost 80 %."
    )


def test_what_to_do_for_what_is_possible_is_told() -> None:
    parts = passage("Bills over £80 can be paid in parts. Ask before they are due. It is popular.", title="Bills")
    assert answer("Can I pay bills in parts?", parts) == "Bills over £80 can be paid in parts. Ask before they are due."


def test_a_figure_alone_decides_no_yes_or_no() -> None:
    winter = passage("From November on all rates are 20 % lower.", document="rates.md", title="Rates")
    groups = passage("Groups of eight rooms get the ninth free.", document="groups.md", title="Groups")
    text = answer("We are a group of ten rooms, do we get a discount?", winter, groups)
    assert text.startswith("Groups of eight rooms")


def test_the_words_of_an_address_are_none_of_its_sentence() -> None:
    dispute = passage("Write to bills@shop.example within eight weeks.", document="dispute.md", title="Wrong amounts")
    assert "eight weeks" not in answer("When do I get my bill?", BILLS, dispute)


def test_whether_it_is_open_is_told_by_that_it_is_closed() -> None:
    hours = passage("All branches are closed on Sundays.", document="hours.md", title="Hours")
    cafe = passage("At Central, open from 10:00.", title="Faq", heading="Is there a café?")
    assert answer("Are you open on Sundays?", cafe, hours).startswith("All branches are closed on Sundays.")


def test_who_asks_how_it_may_be_paid_does_not_ask_for_a_price() -> None:
    text = "A lost card costs £5. Cash is not taken for a card."
    assert answer("Can I pay for the card in cash?", passage(text, title="Cards")).startswith("Cash is not taken")


def test_what_binds_below_steps_stands_below_them() -> None:
    steps = passage("1. Pick a day.\n2. Tap Book. It is booked.\n\nYou must come at noon.", heading="How to book")
    assert answer("How do I book?", steps).endswith("2. Tap Book. It is booked.\n\nYou must come at noon.")


def test_a_section_of_one_word_is_called_so_if_it_has_no_other() -> None:
    steps = passage("1. Install the app.\n2. Sign in with your card.", document="reader.md", heading="Reading")
    trouble = passage("Check that your card is valid. Pay what is open.", heading="If you cannot sign in")
    assert "Check that your card is valid." in answer("I can't sign in", steps, trouble)


@pytest.mark.parametrize(
    ("question", "asks_when"),
    [
        ("When do you open?", True),
        ("Until when can I cancel?", True),
        ("Can you tell me when it is ready?", True),
        ("the blue one when?", True),
        ("What does it cost, and when do I pay?", True),
        ("How do I keep my number when I leave?", False),
        ("What if I am out when you come?", False),
    ],
)
def test_when_asks_for_a_time_where_it_asks(question: str, asks_when: bool) -> None:
    assert (read_question(question).likeness("at 10:00") > 0.4) is asks_when


@pytest.mark.parametrize(
    ("question", "is_plain"),
    [
        ("What happens when my data is used up?", True),
        ("What happens when my data is stolen?", False),
        ("What happens with data?", False),
    ],
)
def test_what_follows_is_plain_where_one_sentence_says_it_of_all_that_is_named(question: str, is_plain: bool) -> None:
    data = passage("When your data is used up, we slow you down.", title="Plans")
    assert answers_plainly(question, found(data).passages) is is_plain


def test_how_long_something_is_kept_is_told_by_the_time() -> None:
    loans = passage("| Item | Loan period |\n| --- | --- |\n| Films | 1 week |", title="Borrowing")
    assert answers_plainly("How long can I keep a film?", found(loans).passages)


def test_what_follows_opens_the_answer() -> None:
    courtesy = passage("You return ours when you collect your bike.", document="courtesy.md", title="Courtesy bikes")
    late = passage("Please collect it within a week. After that we charge a fee of 2 €.", title="Collecting a bike")
    text = answer("What happens if I don't collect my bike?", courtesy, late)
    assert text.startswith("Please collect it within a week. After that we charge a fee of 2 €.")


def test_what_is_sorted_is_no_sort_of_thing() -> None:
    fill = passage("Double-click to fill all columns of the data.", document="fill.md", title="Filling")
    sort = passage("1. Choose Data - Sort.\n2. Click OK.", document="sort.md", title="Sorting rows")
    assert answer("How do I sort data in a column?", sort, fill).startswith("1. Choose Data - Sort.")


def test_a_price_in_a_table_does_not_follow_from_anything() -> None:
    late = passage(
        "If you are late, the room is given away.\n\n| Room | Fee |\n| --- | --- |\n| Big room | £5 |", title="Late"
    )
    assert answer("What if I'm late for my room?", late).startswith("If you are late, the room is given away.")


HEADER = "| Article | Price | Weight |"
HEAD = passage(HEADER, document="list.md", title="Price list", start=20)


def rows_of(text: str, start: int, document: str = "list.md") -> Passage:
    rows = passage(text, document=document, title="Price list", start=start)
    return rows.model_copy(update={"header": HEADER, "head": HEAD})


OAK = rows_of("| Oak shelf | 80 EUR | 9 kg |\n| Oak desk | 150 EUR | 22 kg |", 5000)
PINE = rows_of("| Pine shelf | 60 EUR | 7 kg |\n| Pine desk | 120 EUR | 18 kg |", 9000)


def test_a_row_far_below_the_header_of_its_table_is_quoted_with_that() -> None:
    assert answer("How heavy is the Oak desk?", OAK, PINE) == f"{HEADER}\n| Oak desk | 150 EUR | 22 kg |"
    span = ground(HEADER, [OAK])
    assert span is not None
    assert (span.passage, span.start, span.end, span.quote) == (HEAD, 20, 20 + len(HEADER), HEADER)


def test_rows_of_one_table_from_several_passages_stand_below_one_header() -> None:
    both = f"{HEADER}\n| Oak desk | 150 EUR | 22 kg |\n| Pine desk | 120 EUR | 18 kg |"
    assert answer("How much are the Oak desk and the Pine desk?", OAK, PINE) == both
    for question in (
        "Which is cheaper, the Oak desk or the Pine desk?",
        "Oak desk vs. Pine desk",
        "Is the Oak desk heavier than the Pine desk?",
    ):
        assert answer(question, OAK, PINE) == both


def test_tables_of_two_sections_stay_apart_even_with_the_same_header() -> None:
    other = PINE.model_copy(update={"heading": "Last year"})
    assert answer("How much are the Oak desk and the Pine desk?", OAK, other).count(HEADER) == 2


def test_a_section_that_is_called_what_is_asked_holds_the_answer() -> None:
    box = passage("Lamp, plug, a bag.", title="Norda 350", heading="Details > In the box")
    (scored,) = found(box).passages
    assert answers_plainly("What is in the box?", [scored])
    assert answers_plainly("What comes in the box of the Norda 350?", [scored])
    assert not answers_plainly("What is in the red box?", [scored])
    assert not answers_plainly("What is the Norda 350?", [scored])
    assert not answers_plainly("Is there a box?", [scored])
