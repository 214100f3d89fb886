"""Opening hours: zones, holidays, nights, and the days on which clocks change."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from assistant.errors import ConfigurationError
from assistant.handoff.hours import Hours
from assistant.handoff.hours_file import read_hours

BERLIN = ZoneInfo("Europe/Berlin")
SHIPPED = Path(__file__).parents[2] / "support_hours.yaml"


def hours(tmp_path: Path, text: str) -> Hours:
    file = tmp_path / "hours.yaml"
    file.write_text(text, encoding="utf-8")
    return read_hours(file)


def berlin(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=BERLIN).astimezone(UTC)  # type: ignore[arg-type, misc]


def test_without_teams_it_is_always_open() -> None:
    moment = berlin(2026, 12, 25, 3, 0)
    assert Hours().is_open(moment)
    assert (Hours().opens_at(moment), Hours().opened_at(moment)) == (None, None)


def test_the_shipped_hours_are_those_of_the_team() -> None:
    shipped = read_hours(SHIPPED)
    assert shipped.is_open(berlin(2026, 11, 2, 8, 0))
    assert not shipped.is_open(berlin(2026, 11, 2, 20, 0))
    assert shipped.opens_at(berlin(2026, 11, 7, 16, 0)) == berlin(2026, 11, 9, 8, 0)
    assert shipped.opened_at(berlin(2026, 11, 2, 9, 30)) == berlin(2026, 11, 2, 8, 0)


def test_holidays_of_every_year_and_of_one(tmp_path: Path) -> None:
    shipped = read_hours(SHIPPED)
    assert shipped.opens_at(berlin(2026, 12, 24, 13, 0)) == berlin(2026, 12, 28, 8, 0)
    assert not shipped.is_open(berlin(2029, 12, 25, 10, 0))
    assert shipped.is_open(berlin(2026, 12, 24, 11, 59))


def test_a_night_belongs_to_the_day_it_began_on(tmp_path: Path) -> None:
    night = hours(tmp_path, "teams: [{time_zone: Europe/Berlin, open: {friday: '22:00-06:00'}}]")
    assert night.is_open(berlin(2026, 11, 7, 5, 59))
    assert not night.is_open(berlin(2026, 11, 7, 6, 0))
    assert night.opens_at(berlin(2026, 11, 7, 6, 0)) == berlin(2026, 11, 13, 22, 0)
    whole = hours(tmp_path, "teams: [{time_zone: UTC, open: {monday: '0:00-24:00'}}]")
    assert whole.is_open(datetime(2026, 11, 2, 23, 59, tzinfo=UTC))
    assert not whole.is_open(datetime(2026, 11, 3, 0, 0, tzinfo=UTC))


def test_clocks_that_change_do_not_move_the_opening(tmp_path: Path) -> None:
    sunday = hours(tmp_path, "teams: [{time_zone: Europe/Berlin, open: {sunday: '9:00-12:00, 13:00-17:00'}}]")
    assert sunday.opens_at(berlin(2026, 10, 24, 12, 0)) == datetime(2026, 10, 25, 8, 0, tzinfo=UTC)
    assert sunday.opens_at(berlin(2026, 10, 17, 12, 0)) == datetime(2026, 10, 18, 7, 0, tzinfo=UTC)
    assert not sunday.is_open(berlin(2026, 10, 25, 12, 30))


def test_it_is_open_while_one_of_the_teams_is_there(tmp_path: Path) -> None:
    around = hours(
        tmp_path,
        """
        teams:
          - {name: Hamburg, time_zone: Europe/Berlin, open: {monday: "09:00-17:00"}}
          - {name: Boston, time_zone: America/New_York, open: {monday: "09:00-17:00"}, holidays: {11-09: closed}}
        """,
    )
    assert around.is_open(berlin(2026, 11, 2, 20, 0))
    assert not around.is_open(berlin(2026, 11, 9, 20, 0))
    opens = around.opens_at(berlin(2026, 11, 2, 23, 30))
    assert opens == berlin(2026, 11, 9, 9, 0)
    assert opens.tzname() == "CET"


def test_a_team_that_never_comes_has_no_opening(tmp_path: Path) -> None:
    never = hours(tmp_path, "teams: [{time_zone: UTC, open: {}}]")
    assert not never.is_open(berlin(2026, 11, 2, 9, 0))
    assert never.opens_at(berlin(2026, 11, 2, 9, 0)) is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "must hold"),
        ("teams: []", "at least one"),
        ("teams: [{time_zone: Berlin}]", "Europe/Berlin"),
        ("teams: [{time_zone: UTC, opening: {}}]", "opening"),
        ("teams: [{time_zone: UTC, open: {Montag: '9:00-17:00'}}]", "Montag"),
        ("teams: [{time_zone: UTC, open: {monday: 9 to 5}}]", "9 to 5"),
        ("teams: [{time_zone: UTC, open: {monday: '25:00-26:00'}}]", "hour"),
        ("teams: [{time_zone: UTC, holidays: {christmas: closed}}]", "christmas"),
        ("teams: [{time_zone: UTC, holidays: {13-40: closed}}]", "month"),
        ("teams: [", "line"),
    ],
)
def test_a_file_that_is_wrong_says_where(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(ConfigurationError, match=told):
        hours(tmp_path, text)


def test_a_file_that_is_not_there_names_the_setting(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="ASSISTANT_HOURS"):
        read_hours(tmp_path / "none.yaml")
