"""When people of the team are there: opening hours and holidays of each team, in its own time zone. Pure: no clock."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from assistant.types import Value

Span = tuple[time, time]
"""From and until, in the team's own time; until is the next day where it is not after from. 24 hours are 0:00-0:00."""

DAYS_AHEAD = 400
"""How far the next opening is looked for: a team that is away for longer is away."""


class Team(Value):
    """Opening hours of one team: `week` has seven days, Monday first; `days` are dates that differ.

    A key of `yearly` is a month and a day. A date of `days` wins over one of `yearly`, and both over the week.
    """

    name: str
    time_zone: str
    week: tuple[tuple[Span, ...], ...]
    days: Mapping[date, tuple[Span, ...]] = {}
    yearly: Mapping[tuple[int, int], tuple[Span, ...]] = {}

    def openings(self, first: date, last: date) -> Iterator[tuple[datetime, datetime]]:
        """Yield the times that the team is there, begun on the given days, in order."""
        day = first
        while day <= last:
            yield from sorted(_on(day, span, ZoneInfo(self.time_zone)) for span in self._spans(day))
            day += timedelta(days=1)

    def _spans(self, day: date) -> Sequence[Span]:
        if day in self.days:
            return self.days[day]
        return self.yearly.get((day.month, day.day), self.week[day.weekday()])


class Hours:
    """Opening hours of all teams together: it is open while one of them is there. Without teams it always is."""

    def __init__(self, teams: Iterable[Team] = ()) -> None:
        """Take the teams."""
        self._teams = tuple(teams)

    def is_open(self, at: datetime) -> bool:
        """Tell whether somebody is there."""
        return not self._teams or self.opened_at(at) is not None

    def opened_at(self, at: datetime) -> datetime | None:
        """Return since when somebody has been there; None where nobody is, or where it is always open."""
        begins = [
            start
            for team in self._teams
            for start, end in team.openings(_day(at, team) - timedelta(days=1), _day(at, team))
            if start <= at < end
        ]
        return min(begins, default=None)

    def opens_at(self, at: datetime) -> datetime | None:
        """Return when somebody is there again, in that team's time; None where somebody is, or nobody will be."""
        if self.is_open(at):
            return None
        return min(filter(None, (_next_opening(team, at) for team in self._teams)), default=None)


def _next_opening(team: Team, at: datetime) -> datetime | None:
    today = _day(at, team)
    openings = team.openings(today, today + timedelta(days=DAYS_AHEAD))
    return next((start for start, _ in openings if start >= at), None)


def _day(at: datetime, team: Team) -> date:
    return at.astimezone(ZoneInfo(team.time_zone)).date()


def _on(day: date, span: Span, zone: ZoneInfo) -> tuple[datetime, datetime]:
    begins, ends = span
    last = day if ends > begins else day + timedelta(days=1)
    return datetime.combine(day, begins, zone), datetime.combine(last, ends, zone)
