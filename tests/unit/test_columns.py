"""Which table sets the things side by side that a question compares."""

from assistant.extraction.columns import MOST_ROWS, compared_columns
from assistant.extraction.units import Unit, read_units
from tests.fakes import found, passage

TABLE = "| | Basic plan | Plus plan |\n| --- | --- | --- |\n| Price | 79 | 159 |\n| Bike | no | yes |\n\nMore."


def units_of(text: str) -> list[Unit]:
    return read_units(found(passage(text)).passages[0])


def test_the_whole_table_is_taken_and_nothing_below_it() -> None:
    taken = compared_columns(["Basic", "the Plus plan"], units_of(f"We have plans.\n\n{TABLE}"))
    assert [one.text for one in taken] == [
        "| | Basic plan | Plus plan |",
        "| Price | 79 | 159 |",
        "| Bike | no | yes |",
    ]


def test_things_without_a_column_of_their_own_find_none() -> None:
    units = units_of(TABLE)
    assert compared_columns(["Basic", "Premium"], units) == []
    assert compared_columns(["plan", "Basic plan"], units) == []
    assert compared_columns(["the", "Plus"], units) == []


def test_a_long_table_is_not_quoted_whole() -> None:
    rows = "".join(f"| Row {number} | 1 | 2 |\n" for number in range(MOST_ROWS + 1))
    assert compared_columns(["Basic", "Plus"], units_of(f"| | Basic | Plus |\n| --- | --- | --- |\n{rows}")) == []
