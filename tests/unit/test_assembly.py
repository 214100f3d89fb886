from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from assistant.assembly import LONGEST_JOINED_CHARS, IsHeld, ReadDocument, assemble
from assistant.types import Document, Passage, ScoredPassage
from tests.fakes import found, passage


def document(text: str, name: str = "returns.md", revision: int = 1) -> Document:
    return Document(id=name, source=name, name=name, title="Returns", revision=revision, checksum="0", text=text)


def nothing(name: str, revision: int) -> Document | None:
    return None


def always(one: Document | None) -> ReadDocument:
    return lambda name, revision: one


def texts(passages: Sequence[ScoredPassage]) -> list[str]:
    return [one.passage.text for one in passages]


def nothing_held(one: Passage) -> bool:
    return False


def assembled(
    ranked: Sequence[ScoredPassage], limit: int, read: ReadDocument, is_held: IsHeld = nothing_held
) -> tuple[ScoredPassage, ...]:
    return assemble(ranked, limit, read, is_held)


def part(whole: Document, text: str) -> Passage:
    return passage(text, document=whole.name, start=whole.text.index(text))


def test_the_same_text_is_shown_once_and_names_where_else_it_is() -> None:
    best, other = passage("Returns are free.", document="a.md"), passage("Returns are  FREE!", document="b.md")
    shown = assembled(found(best, other, passage("Post it.", document="c.md")).passages, 5, nothing)
    assert texts(shown) == ["Returns are free.", "Post it."]
    assert [one.repeated_in for one in shown] == [("b.md",), ()]
    assert [one.rank for one in shown] == [1, 2]


def test_nearly_the_same_text_is_shown_once() -> None:
    long = "you can send back what you bought from us by parcel and we pay for the label that we give you"
    shown = assembled(found(passage(long), passage(f"{long} indeed", document="b.md")).passages, 5, nothing)
    assert texts(shown) == [long]


def test_another_number_name_or_negation_is_another_text() -> None:
    long = "you can send back what you bought from us by parcel within 14 days and we pay for the label in Spain"
    others = [long.replace("14", "30"), long.replace("Spain", "Italy"), long.replace("can", "cannot")]
    passages = [passage(one, document=f"{number}.md") for number, one in enumerate([long, *others])]
    assert texts(assembled(found(*passages).passages, 5, nothing)) == [long, *others]


def test_neighbours_are_joined_in_the_order_of_the_document() -> None:
    whole = document("Pay by card.\n\nPay by invoice.\n\nPay in cash.")
    later, other, earlier = part(whole, "Pay by invoice."), passage("Else.", document="b"), part(whole, "Pay by card.")
    shown = assembled(found(later, other, earlier).passages, 5, always(whole))
    assert texts(shown) == ["Pay by card.\n\nPay by invoice.", "Else."]
    joined = shown[0].passage
    assert joined.text == whole.text[joined.start : joined.end]
    assert joined.id == later.id


def test_neighbours_of_other_sections_or_revisions_stay_apart() -> None:
    whole = document("Pay by card.\n\nPay by invoice.")
    one, other = part(whole, "Pay by card."), part(whole, "Pay by invoice.")
    for apart in (other.model_copy(update={"heading": "Else"}), other.model_copy(update={"revision": 2})):
        shown = assembled(found(one, apart).passages, 5, always(whole))
        assert texts(shown) == [one.text, other.text]


def test_a_document_that_is_not_what_was_ranked_is_not_joined() -> None:
    whole = document("Pay by card.\n\nPay by invoice.")
    ranked = found(part(whole, "Pay by card."), part(whole, "Pay by invoice.")).passages
    for other in (document("Pay with cash.\n\nPay by invoice."), document(whole.text, name="else.md"), None):
        assert len(assembled(ranked, 5, always(other))) == 2


def test_joined_texts_stay_short_enough_to_read() -> None:
    paragraph = "x" * (LONGEST_JOINED_CHARS // 2)
    whole = document(f"a{paragraph}\n\nb{paragraph}")
    ranked = found(part(whole, f"a{paragraph}"), part(whole, f"b{paragraph}")).passages
    assert len(assembled(ranked, 5, always(whole))) == 2


@given(st.lists(st.integers(0, 11), unique=True, min_size=1), st.integers(1, 6))
def test_whatever_is_ranked_each_text_is_a_range_of_the_document(order: list[int], limit: int) -> None:
    parts = [f"Part {letter} says {letter * 3}." for letter in "abcdefghijkl"]
    whole = document("\n\n".join(parts))
    ranked = found(*(part(whole, parts[number]) for number in order)).passages
    shown = assembled(ranked, limit, always(whole))
    assert [one.rank for one in shown] == list(range(1, len(shown) + 1))
    assert len(shown) <= limit
    assert all(one.passage.text == whole.text[one.passage.start : one.passage.end] for one in shown)
    assert shown[0].passage.text.count(parts[order[0]]) == 1
    joined = "\n".join(texts(shown))
    assert all(joined.count(text) <= 1 for text in parts)


STEPS = document("Refunds:\n\n1. Open the order.\n2. Click Memo.\n3. Click Refund.\n\nDone.")


def test_a_text_that_was_cut_within_a_numbered_list_gets_the_whole_list() -> None:
    best, other = part(STEPS, "3. Click Refund."), passage("Else.", document="b")
    shown = assembled(found(best, other).passages, 5, always(STEPS))
    assert texts(shown) == ["1. Open the order.\n2. Click Memo.\n3. Click Refund.", "Else."]
    whole = shown[0].passage
    assert (whole.id, whole.text) == (best.id, STEPS.text[whole.start : whole.end])


def test_what_stands_in_a_whole_list_is_not_shown_again() -> None:
    best, other = part(STEPS, "3. Click Refund."), part(STEPS, "1. Open the order.")
    best = best.model_copy(update={"heading": "End"})
    shown = assembled(found(best, passage("Else.", document="b"), other).passages, 5, always(STEPS))
    assert [one.rank for one in shown] == [1, 2]
    assert texts(shown)[1] == "Else."


def test_a_list_stays_cut_where_its_document_is_gone_or_changed() -> None:
    best = part(STEPS, "3. Click Refund.")
    changed = STEPS.model_copy(update={"text": STEPS.text.replace("Open", "Find the")})
    for read in (nothing, always(changed)):
        assert texts(assembled(found(best).passages, 5, read)) == ["3. Click Refund."]


def test_a_list_of_which_a_part_is_held_back_stays_cut() -> None:
    best = part(STEPS, "3. Click Refund.")
    asked: list[Passage] = []

    def is_held(one: Passage) -> bool:
        asked.append(one)
        return True

    assert texts(assembled(found(best).passages, 5, always(STEPS), is_held)) == ["3. Click Refund."]
    assert [one.text for one in asked] == ["1. Open the order.\n2. Click Memo.\n3. Click Refund."]


def test_a_text_has_the_heading_above_it_that_denies_what_it_says() -> None:
    whole = document("# Policy\n\n## Insured\n\nA burst boiler.\n\n## Not insured\n\n- Frost\n- Rust\n")
    denied = part(whole, "- Frost\n- Rust").model_copy(update={"heading": "Not insured"})
    insured = part(whole, "A burst boiler.").model_copy(update={"heading": "Insured"})
    shown = assembled(found(denied, insured).passages, 5, always(whole))
    assert texts(shown) == ["## Not insured\n\n- Frost\n- Rust", "A burst boiler."]
    assert whole.text[shown[0].passage.start : shown[0].passage.end] == shown[0].passage.text
    assert texts(assembled(found(denied).passages, 5, always(whole), lambda one: True)) == ["- Frost\n- Rust"]


def long_table(rows: int) -> Document:
    lines = "\n".join(f"| Lamp {number} | {number} EUR | white |" for number in range(rows))
    return document(f"All with VAT.\n\n| Article | Price | Colour |\n| --- | --- | --- |\n{lines}\n\nAsk us.")


def cut_from(whole: Document, text: str) -> Passage:
    return part(whole, text).model_copy(update={"header": "| Article | Price | Colour |"})


def test_rows_far_below_the_header_of_their_table_have_that_beside_them() -> None:
    whole = long_table(300)
    (shown,) = assembled(found(cut_from(whole, "| Lamp 290 | 290 EUR | white |")).passages, 5, always(whole))
    head = shown.passage.head
    assert head is not None
    assert shown.passage.text == "| Lamp 290 | 290 EUR | white |"
    assert head.text == shown.passage.header == "| Article | Price | Colour |"
    assert whole.text[head.start : head.end] == head.text


def test_rows_near_the_header_of_their_table_are_one_text_with_it() -> None:
    whole = long_table(20)
    (shown,) = assembled(found(cut_from(whole, "| Lamp 19 | 19 EUR | white |")).passages, 5, always(whole))
    assert shown.passage.text.startswith("| Article | Price | Colour |\n")
    assert (shown.passage.header, shown.passage.head) == ("", None)


def test_a_header_that_is_held_back_or_gone_is_not_shown() -> None:
    whole = long_table(300)
    rows = cut_from(whole, "| Lamp 290 | 290 EUR | white |")
    changed = whole.model_copy(update={"text": whole.text.replace("| --- | --- | --- |\n", "")})
    held = assembled(found(rows).passages, 5, always(whole), lambda one: one.text.startswith("| Article"))
    gone = assembled(found(rows).passages, 5, always(changed))
    for (shown,) in (held, gone):
        assert (shown.passage.header, shown.passage.head) == ("", None)
