"""Enrolled cameras and bridges as a table: checks of every cell, CSV in and out, and what an edit would change."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from chekt_console.domain.account import DeviceRecord
from chekt_console.domain.fleet_csv import plain_cell, safe_cell

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

# Our field, the service's name of it (chekt-api.md 2.6), the word for people.
COLUMNS = (
    ("external_device_id", "external_device_id", "Device id"),
    ("kind", "device_type", "Type"),
    ("name", "name", "Name"),
    ("zone_number", "zone_number", "Zone"),
    ("additional_zone_numbers", "additional_zone_numbers", "More zones"),
    ("mac", "mac", "MAC"),
    ("manufacturer", "manufacturer", "Manufacturer"),
    ("model", "model", "Model"),
    ("serial_number", "serial_number", "Serial number"),
)
FIELDS = tuple(ours for ours, _, _ in COLUMNS)
LABELS = {ours: word for ours, _, word in COLUMNS}
_WIRE = {ours: wire for ours, wire, _ in COLUMNS}
_KINDS = ("camera", "bridge")
_ZONE = re.compile(r"[0-9]{1,5}")
_MAC = re.compile(r"[0-9A-F]{12}")
_MOST = {"external_device_id": 64, "additional_zone_numbers": 200}
_MOST_ROWS = 2000


@dataclass(frozen=True, slots=True)
class TableChanges:
    """What an edited table would do; rows of `removed` are as they were."""

    added: tuple[DeviceRecord, ...] = ()
    changed: tuple[tuple[DeviceRecord, DeviceRecord], ...] = ()  # before, after
    removed: tuple[DeviceRecord, ...] = ()

    @property
    def count(self) -> int:
        return len(self.added) + len(self.changed) + len(self.removed)


@dataclass(frozen=True, slots=True)
class ImportedTable:
    """Rows of a file, with what is wrong by row and field, and the line of the file each begins at (from 1);
    `problem`: why nothing could be read at all."""

    rows: tuple[DeviceRecord, ...] = ()
    lines: tuple[int, ...] = ()
    errors: dict[int, dict[str, str]] = field(default_factory=dict)
    problem: str = ""
    unknown_columns: tuple[str, ...] = ()


def tidy(row: DeviceRecord) -> DeviceRecord:
    """Blanks at the ends go; a MAC without its separators; zones as three digits at least."""
    mac = re.sub(r"[\s:.\-]", "", row.mac).upper()
    zones = ",".join(
        _zone(part) for part in row.additional_zone_numbers.replace(";", ",").split(",") if part.strip()
    )
    return replace(
        row,
        external_device_id=row.external_device_id.strip(),
        kind=row.kind.strip().casefold(),
        name=row.name.strip(),
        zone_number=_zone(row.zone_number),
        additional_zone_numbers=zones,
        mac=mac,
        manufacturer=row.manufacturer.strip(),
        model=row.model.strip(),
        serial_number=row.serial_number.strip(),
    )


def table_errors(rows: Sequence[DeviceRecord], lines: Sequence[int] = ()) -> dict[int, dict[str, str]]:
    """By row and field. An id used twice is told at the second row; `lines` are where the rows are in their file."""
    found: dict[int, dict[str, str]] = {}
    seen: dict[str, int] = {}
    for number, row in enumerate(rows):
        errors = _row_errors(row)
        first = seen.setdefault(row.external_device_id, number)
        if first != number and row.external_device_id:
            where = f"Line {lines[first]}" if lines else f"Row {first + 1}"
            errors["external_device_id"] = f"{where} has this id too."
        if errors:
            found[number] = errors
    return found


def without_known(
    errors: dict[int, dict[str, str]], rows: Sequence[DeviceRecord], known: Mapping[str, DeviceRecord]
) -> dict[int, dict[str, str]]:
    """What is in `known` already is no mistake of the person's, save an id used twice."""
    found = {}
    for place, told in errors.items():
        row = rows[place]
        old = known.get(row.external_device_id)
        own = {
            name: text
            for name, text in told.items()
            if old is None or name == "external_device_id" or getattr(old, name) != getattr(row, name)
        }
        if own:
            found[place] = own
    return found


def changes_of(before: Iterable[DeviceRecord], after: Iterable[DeviceRecord]) -> TableChanges:
    old = {row.external_device_id: row for row in before}
    new = {row.external_device_id: row for row in after}
    return TableChanges(
        tuple(row for key, row in new.items() if key not in old),
        tuple((old[key], row) for key, row in new.items() if key in old and _shown(row) != _shown(old[key])),
        tuple(row for key, row in old.items() if key not in new),
    )


def clashes(base: DeviceRecord, theirs: DeviceRecord, wanted: DeviceRecord | None) -> tuple[str, ...]:
    """Fields that somebody else changed since `base` and that `wanted` would run over; all of them when it is to go (None)."""
    return tuple(
        name
        for name in FIELDS
        if getattr(theirs, name) != getattr(base, name)
        and (wanted is None or getattr(wanted, name) not in (getattr(base, name), getattr(theirs, name)))
    )


def typed_over(base: DeviceRecord, theirs: DeviceRecord, typed: DeviceRecord) -> DeviceRecord:
    """`theirs` with only what the person typed since `base` in it."""
    mine = {name: getattr(typed, name) for name in FIELDS if getattr(typed, name) != getattr(base, name)}
    return replace(theirs, **mine)


def wire_row(row: DeviceRecord, base: DeviceRecord | None = None) -> dict[str, object]:
    """As it is sent: of a known device only its id and what differs."""
    found: dict[str, object] = {"external_device_id": row.external_device_id}
    for ours, wire, _ in COLUMNS:
        value = getattr(row, ours)
        is_new = base is None and bool(value)
        if is_new or (base is not None and value != getattr(base, ours)):
            found[wire] = value
    return found


def field_of_wire(name: str) -> str:
    return next((ours for ours, wire in _WIRE.items() if wire == name), name)


def to_csv(rows: Iterable[DeviceRecord]) -> str:
    """With a heading. A cell that a spreadsheet would take for a formula begins with an apostrophe."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([wire for _, wire, _ in COLUMNS])
    for row in rows:
        writer.writerow([safe_cell(getattr(row, ours)) for ours in FIELDS])
    return out.getvalue()


def from_csv(raw: bytes, known: Iterable[DeviceRecord] = ()) -> ImportedTable:
    """Comma, semicolon or tab; UTF-8 or what older Excel writes; headings as the service or this program calls them.
    A cell the file does not have keeps what the row of the same id has in `known`; an empty one empties it."""
    text = _decoded(raw)
    try:
        dialect = csv.Sniffer().sniff(text.lstrip().partition("\n")[0], delimiters=",;\t")
    except csv.Error:
        dialect = csv.excel
    try:
        found = _filled_lines(text, dialect)
    except csv.Error as error:
        return ImportedTable(problem=f"The file is not a table: {error}.")
    if not found:
        return ImportedTable(problem="The file is empty.")
    places, unknown = _places(found[0][1])
    if "external_device_id" not in places:
        return ImportedTable(problem="The first line must name the columns, external_device_id among them.")
    if len(found) - 1 > _MOST_ROWS:
        return ImportedTable(problem=f"The file has more than {_MOST_ROWS} rows. Split it.")
    base = {row.external_device_id: row for row in known if row.external_device_id}
    rows = tuple(_row(cells, places, base) for _, cells in found[1:])
    if not rows:
        return ImportedTable(problem="The file names the columns, but has no rows.")
    lines = tuple(line for line, _ in found[1:])
    errors = without_known(table_errors(rows, lines), rows, base)
    return ImportedTable(rows, lines, errors, unknown_columns=unknown)


def _filled_lines(text: str, dialect: type[csv.Dialect]) -> list[tuple[int, list[str]]]:
    """Lines with something in them, each with the number it begins at (a quoted cell may go over several)."""
    reader = csv.reader(io.StringIO(text), dialect)
    found, begins = [], 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            found.append((begins, cells))
        begins = reader.line_num + 1
    return found


def _row_errors(row: DeviceRecord) -> dict[str, str]:
    errors = {}
    if not row.external_device_id:
        errors["external_device_id"] = "Needed: the device is found by it."
    if row.kind not in _KINDS:
        errors["kind"] = "camera or bridge."
    if not _ZONE.fullmatch(row.zone_number):
        errors["zone_number"] = "Digits, like 001."
    if row.additional_zone_numbers and not all(
        _ZONE.fullmatch(one) for one in row.additional_zone_numbers.split(",")
    ):
        errors["additional_zone_numbers"] = "Digits with commas, like 002,003."
    if row.mac and not _MAC.fullmatch(row.mac):
        errors["mac"] = "12 hexadecimal digits."
    for name in FIELDS:
        text, most = getattr(row, name), _MOST.get(name, 100)
        if len(text) > most:
            errors[name] = f"At most {most} letters."
        elif not text.isprintable():
            errors[name] = "It holds characters that cannot be shown."
    return errors


def _row(cells: Sequence[str], places: dict[str, int], known: dict[str, DeviceRecord]) -> DeviceRecord:
    told = {name: plain_cell(cells[place]) for name, place in places.items() if place < len(cells)}
    row = tidy(DeviceRecord(**(dict.fromkeys(FIELDS, "") | told)))
    base = known.get(row.external_device_id)
    if base is None:
        return row
    return replace(base, **{name: getattr(row, name) for name in told})


def _places(heading: Sequence[str]) -> tuple[dict[str, int], tuple[str, ...]]:
    known = {}
    for ours, wire, word in COLUMNS:
        known.update({ours: ours, wire: ours, word.casefold(): ours})
    places: dict[str, int] = {}
    unknown = []
    for place, text in enumerate(heading):
        name = known.get(text.strip().lstrip("\ufeff").casefold())
        if name is None:
            unknown.append(text.strip())
        else:
            places.setdefault(name, place)
    return places, tuple(unknown)


def _decoded(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace").replace("\x00", "")
    try:
        return raw.decode("utf-8-sig").replace("\x00", "")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace").replace("\x00", "")


def _zone(text: str) -> str:
    plain = text.strip()
    return plain.zfill(3) if plain.isascii() and plain.isdecimal() else plain


def _shown(row: DeviceRecord) -> tuple[str, ...]:
    return tuple(getattr(row, name) for name in FIELDS)
