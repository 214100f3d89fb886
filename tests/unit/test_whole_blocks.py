from hypothesis import given
from hypothesis import strategies as st

from assistant.whole_blocks import may_be_cut, whole_blocks

GUIDE = (
    "# Refunds\n\nRefunds need a memo.\n\n1. Open the order.\n2. Click Memo:\n   - Choose the items.\n\n"
    "   The sum appears.\n3. Click Refund.\n\nThe customer is told.\n\n1. Another list.\n2. Its end.\n"
)


def widened(part: str, longest: int = 1000) -> str:
    start = GUIDE.index(part)
    first, last = whole_blocks(GUIDE, start, start + len(part), longest=longest)
    return GUIDE[first:last]


WHOLE = GUIDE[GUIDE.index("1. Open") : GUIDE.index("\n\nThe customer")]


def test_a_passage_that_begins_or_ends_within_a_list_gets_all_of_it() -> None:
    assert widened("2. Click Memo:") == WHOLE
    assert widened("- Choose the items.") == GUIDE[GUIDE.index("1. Open") : GUIDE.index("\n\nThe customer")]
    assert widened("3. Click Refund.") == WHOLE
    assert widened("1. Open the order.") == WHOLE


def test_what_stands_before_the_list_stays_and_what_follows_it_is_left_out() -> None:
    assert widened("Refunds need a memo.\n\n1. Open the order.") == f"Refunds need a memo.\n\n{WHOLE}"
    assert widened("3. Click Refund.\n\nThe customer is told.") == f"{WHOLE}\n\nThe customer is told."


def test_a_list_that_follows_is_another_one() -> None:
    assert "Open" not in widened("2. Its end.")
    assert widened("2. Its end.") == "1. Another list.\n2. Its end."


def test_what_cuts_no_list_stays_as_it_is() -> None:
    assert widened("Refunds need a memo.") == "Refunds need a memo."
    assert widened("need a memo.") == "need a memo."
    assert widened("The customer is told.") == "The customer is told."


def test_a_list_that_is_too_long_is_not_begun_anew_and_ends_with_a_whole_line() -> None:
    assert widened("3. Click Refund.", longest=30) == "3. Click Refund."
    assert widened("1. Open the order.", longest=60) == "1. Open the order.\n2. Click Memo:\n   - Choose the items."


NOTED = "1. Open it.\n2. Click Print.\n\nNotes stand at the margin.\n\n3. Choose one.\n4. Click OK.\n\n1. Anew.\n"


def test_a_list_that_is_counted_on_behind_a_note_is_one() -> None:
    whole = NOTED[: NOTED.index("\n\n1. Anew")]
    for part in ("1. Open it.", "2. Click Print.", "3. Choose one.", "4. Click OK."):
        start = NOTED.index(part)
        first, last = whole_blocks(NOTED, start, start + len(part), longest=500)
        assert NOTED[first:last] == whole
    far = NOTED.replace("Notes", f"Notes {'and more notes ' * 50}")
    assert whole_blocks(far, 0, len("1. Open it."), longest=5000)[1] == far.index("\n\nNotes")


def test_rows_that_a_passage_begins_with_get_the_header_of_their_table() -> None:
    text = "Prices:\n\n| Country | Price |\n| - | - |\n| Austria | 3 |\n| Spain | 4 |\n| Italy | 5 |\n\nEnd."
    start = text.index("| Spain")
    first, last = whole_blocks(text, start, start + len("| Spain | 4 |"), longest=200)
    assert text[first:last] == "| Country | Price |\n| - | - |\n| Austria | 3 |\n| Spain | 4 |"
    assert whole_blocks(text, start, start + len("| Spain | 4 |"), longest=40)[0] == start
    assert may_be_cut("| Spain | 4 |")


def test_only_lists_are_looked_up() -> None:
    assert may_be_cut("2. Click.")
    assert may_be_cut("- Choose.")
    assert may_be_cut("To refund:\n   1. Click.")
    assert not may_be_cut("In 2019. And 3 of them - all.")


@given(
    lines=st.lists(
        st.sampled_from(["1. a", "2. b c", "   - d", "   e", "", "f g", "# h", "| i |", "   | k |", "10) j"]),
        max_size=12,
    ),
    bounds=st.tuples(st.integers(0, 80), st.integers(0, 80)),
    longest=st.integers(1, 60),
)
def test_a_passage_is_never_made_smaller_nor_longer_than_allowed(
    lines: list[str], bounds: tuple[int, int], longest: int
) -> None:
    text = "\n".join(lines)
    start, end = sorted(min(bound, len(text)) for bound in bounds)
    first, last = whole_blocks(text, start, end, longest=longest)
    assert 0 <= first <= start <= end <= last <= len(text)
    assert last - first <= max(longest, end - start)
