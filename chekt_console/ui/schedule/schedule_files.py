"""A schedule to and from a file: the service's own JSON, a calendar, a table. Written whole or not at all."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from chekt_console.domain.calendar_reading import CalendarProblem, from_calendar
from chekt_console.domain.schedule_calendar import TableProblem, from_table, to_calendar, to_table
from chekt_console.domain.schedule_json import from_key_concepts, to_key_concepts
from chekt_console.errors import ConsoleError, DiskFailed

if TYPE_CHECKING:
    from pathlib import Path

    from chekt_console.domain.schedule import WeekSchedule
    from chekt_console.domain.site import Site

FILTERS = {
    "json": "CHeKT schedule (*.json)",
    "ics": "Calendar (*.ics)",
    "csv": "Table (*.csv)",
}
_MOST_BYTES = 5_000_000


def write_schedule(path: Path, schedule: WeekSchedule, site: Site, today: date) -> str:
    """In the format of the file's ending; a sentence when that format cannot hold all of it."""
    note = ""
    kind = path.suffix.casefold().lstrip(".")
    if kind == "ics":
        content = to_calendar(
            schedule,
            site_id=site.site_id,
            site_name=site.name,
            timezone=site.timezone,
            from_day=today,
            stamp=datetime.now(UTC),
        )
    elif kind == "csv":
        content = to_table(schedule).encode("utf-8-sig")
    elif kind == "json":
        storable = to_key_concepts(schedule)
        content = json.dumps(storable.body, indent=2).encode()
        if storable.losses:
            note = f"This format cannot hold all of it: {storable.losses[0].sentence}"
    else:
        raise ConsoleError("Choose a file that ends in .json, .ics or .csv.")
    part = path.with_name(f"{path.name}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise DiskFailed(f"{path.name} could not be written: {error.strerror}.", detail=str(error)) from error
    return note


def read_schedule(path: Path, timezone: str, today: date) -> tuple[WeekSchedule, tuple[str, ...]]:
    """The schedule, and what of the file could not be understood. Raises ConsoleError when nothing could."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise ConsoleError(f"{path.name} is too big for a schedule.")
        raw = path.read_bytes()
    except OSError as error:
        raise DiskFailed(f"{path.name} cannot be read: {error.strerror}.", detail=str(error)) from error
    kind = path.suffix.casefold().lstrip(".")
    try:
        if kind == "ics":
            found = from_calendar(raw, timezone, today)
            return found.schedule, found.problems
        if kind == "csv":
            return from_table(raw.decode("utf-8-sig")), ()
        body = json.loads(raw)
    except (TableProblem, CalendarProblem) as problem:
        raise ConsoleError(f"{path.name}: {problem}") from problem
    except (ValueError, RecursionError) as error:
        raise ConsoleError(f"{path.name} is no schedule file of this kind.", detail=str(error)) from error
    if not isinstance(body, dict):
        raise ConsoleError(f"{path.name} holds no schedule.")
    reading = from_key_concepts(body)
    if not reading.schedule.periods and reading.problems:
        raise ConsoleError(f"{path.name}: {reading.problems[0]}")
    return reading.schedule, reading.problems
