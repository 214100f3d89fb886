"""`assistant outcomes`: what became of conversations, printed or written to a table."""

import csv
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.entrypoints.options import AsJson, Home, print_json, settings_of
from assistant.errors import ConfigurationError, MissingDependency
from assistant.types import Grouping

if TYPE_CHECKING:
    from assistant.types import OutcomeFigures, OutcomeReport

DAY = "%Y-%m-%d"


def outcomes(
    since: Annotated[
        datetime | None, typer.Option(formats=[DAY], help="Conversations that began on this day (UTC) or later.")
    ] = None,
    until: Annotated[
        datetime | None, typer.Option(formats=[DAY], help="Conversations that began on this day (UTC) or before.")
    ] = None,
    by: Annotated[Grouping | None, typer.Option(help="Group by day, by the customer's intent, or by product.")] = None,
    recontact_days: Annotated[int, typer.Option(min=1, help="Who comes back within so many days was not helped.")] = 3,
    csv_file: Annotated[
        Path | None, typer.Option("--csv", help="Write a line for each group to this file.", dir_okay=False)
    ] = None,
    parquet_file: Annotated[
        Path | None, typer.Option("--parquet", help="Write a row for each group to this file.", dir_okay=False)
    ] = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Count what became of conversations: deflected, resolved, handed over, abstained, satisfied, and what it cost."""
    from assistant.stores import open_stores
    from assistant.stores.outcome_facts import Span

    span = Span(
        since=_midnight(since),
        until=None if until is None else _midnight(until + timedelta(days=1)),
        recontact_days=recontact_days,
        as_of=datetime.now(UTC),
    )
    stores = open_stores(settings_of(home))
    try:
        report = stores.outcomes.measure(span, by)
    finally:
        stores.close()
    if csv_file is not None:
        write_csv(csv_file, report)
    if parquet_file is not None:
        write_parquet(parquet_file, report)
    if as_json:
        print_json(report.model_dump(mode="json"))
    elif csv_file is None and parquet_file is None:
        _print_report(report)


def rows_of(report: "OutcomeReport") -> "tuple[OutcomeFigures, ...]":
    """Return what a table of the report holds: its groups, or without a grouping the one row of all together."""
    return report.groups if report.by is not None else (report.total,)


def write_csv(path: Path, report: "OutcomeReport") -> None:
    """Write one line a group; the reasons of handoffs are JSON in their cell, and what is not known is empty."""
    from assistant.entrypoints.evaluating import write_text

    lines = _Lines()
    table = csv.writer(lines, lineterminator="\n")
    table.writerow(type(report.total).model_fields)
    for row in rows_of(report):
        figures = row.model_dump() | {"handoff_reasons": json.dumps(row.handoff_reasons, ensure_ascii=False)}
        table.writerow(["" if figure is None else figure for figure in figures.values()])
    write_text(path, "".join(lines))


def write_parquet(path: Path, report: "OutcomeReport") -> None:
    """Write one row a group, with typed columns; the reasons of handoffs are a map.

    Raises:
        MissingDependency: pyarrow is not installed.
        ConfigurationError: The file cannot be written.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        message = "--parquet needs pyarrow; run `pip install customer-assistant[parquet]`, or use --csv"
        raise MissingDependency(message) from error
    kinds: dict[object, pa.DataType] = {
        int: pa.int64(),
        str: pa.string(),
        dict[str, int]: pa.map_(pa.string(), pa.int64()),
    }
    fields = type(report.total).model_fields
    schema = pa.schema([(name, kinds.get(field.annotation, pa.float64())) for name, field in fields.items()])
    rows = [row.model_dump() | {"handoff_reasons": list(row.handoff_reasons.items())} for row in rows_of(report)]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.Table.from_pylist(rows, schema=schema), path)
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be written: {error.strerror}") from error


class _Lines(list[str]):
    """Takes what a CSV writer writes."""

    def write(self, text: str) -> None:
        self.append(text)


def _midnight(day: datetime | None) -> datetime | None:
    return None if day is None else day.replace(tzinfo=UTC)


def _print_report(report: "OutcomeReport") -> None:
    for row in (*report.groups, report.total):
        name = "all" if row is report.total else row.key or "not known"
        print(f"{name}: {row.conversations} conversations, {row.turns} turns")
        shown = row.model_dump(exclude={"key", "conversations", "turns", "handoff_reasons"}, exclude_none=True)
        for figure, value in shown.items():
            print(f"  {figure:24} {value}")
        for reason, count in row.handoff_reasons.items():
            print(f"  handed over: {reason}  {count}")
