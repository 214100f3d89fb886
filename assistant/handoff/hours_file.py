"""Reads opening hours from the YAML file that a support lead edits; see `support_hours.yaml` for an example."""

import re
from collections.abc import Mapping
from datetime import date, time
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from assistant.errors import ConfigurationError
from assistant.handoff.hours import Hours, Span, Team

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
CLOSED = "closed"

_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})")
_YEARLY = re.compile(r"(\d{2})-(\d{2})")


def read_hours(file: Path) -> Hours:
    """Return the opening hours that a file holds.

    Raises:
        ConfigurationError: The file cannot be read, or holds something else; the message says where.
    """
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
        teams = _mapping(content, "the file").get("teams")
        if not isinstance(teams, list) or not teams:
            raise ValueError("`teams` must be a list with at least one team")
        return Hours([_team(one, number) for number, one in enumerate(teams, start=1)])
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValueError) as error:
        raise ConfigurationError(f"ASSISTANT_HOURS: {file}: {error}") from error


def _team(given: object, number: int) -> Team:
    fields = _mapping(given, f"team {number}")
    name = str(fields.get("name", f"team {number}"))
    if unknown := set(fields) - {"name", "time_zone", "open", "holidays"}:
        raise ValueError(f"{name}: unknown: {', '.join(sorted(map(str, unknown)))}")
    week = _mapping(fields.get("open", {}), f"{name}: open")
    if unknown := set(week) - set(WEEKDAYS):
        raise ValueError(f"{name}: open: {', '.join(sorted(map(str, unknown)))} must be one of {', '.join(WEEKDAYS)}")
    special = _mapping(fields.get("holidays") or {}, f"{name}: holidays")
    return Team(
        name=name,
        time_zone=_zone(fields.get("time_zone"), name),
        week=tuple(_spans(week.get(day, CLOSED), f"{name}: {day}") for day in WEEKDAYS),
        days={day: _spans(value, f"{name}: {day}") for day, value in special.items() if isinstance(day, date)},
        yearly={
            _yearly(day, name): _spans(value, f"{name}: {day}")
            for day, value in special.items()
            if not isinstance(day, date)
        },
    )


def _mapping(given: object, where: str) -> Mapping[object, object]:
    if not isinstance(given, dict):
        raise ValueError(f"{where} must hold `name: value` lines")
    return given


def _zone(given: object, name: str) -> str:
    try:
        return ZoneInfo(str(given)).key
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"{name}: time_zone {given!r} is none; write one such as Europe/Berlin") from error


def _yearly(given: object, name: str) -> tuple[int, int]:
    found = _YEARLY.fullmatch(str(given))
    if found is None:
        raise ValueError(f"{name}: holidays: {given!r} must be a date, 2026-12-24, or a day of each year, 12-25")
    day = date(2000, int(found[1]), int(found[2]))
    return day.month, day.day


def _spans(given: object, where: str) -> tuple[Span, ...]:
    """Read `closed`, `09:00-18:00`, or several of these with commas between."""
    text = str(given).strip().lower()
    if text == CLOSED:
        return ()
    spans = [_SPAN.fullmatch(part.strip()) for part in text.split(",")]
    if not all(spans):
        raise ValueError(f"{where}: {given!r} must be closed, or such as 09:00-12:30, 13:30-18:00")
    return tuple((_time(one[1], one[2]), _time(one[3], one[4])) for one in spans if one)


def _time(hour: str, minute: str) -> time:
    return time(int(hour) % 24, int(minute)) if int(hour) <= 24 else time(int(hour), int(minute))
