"""A table file of devices: what it leaves out, where its mistakes are, and files that are no table."""

from __future__ import annotations

import pytest

from chekt_console.domain.account import DeviceRecord
from chekt_console.domain.device_table import changes_of, from_csv

_GATE = DeviceRecord(
    "gate", "camera", "004", "Gate", "005", "001B44113AB7", "Axis", "P1455", "SN1", "77", "online"
)


def test_a_file_with_some_columns_changes_only_these() -> None:
    raw = b"external_device_id,name,model\ngate,North gate,\nnew-1,Yard,X\n"
    table = from_csv(raw, [_GATE])
    assert table.rows[0] == DeviceRecord(
        "gate", "camera", "004", "North gate", "005", "001B44113AB7", "Axis", "", "SN1", "77", "online"
    )
    assert 0 not in table.errors
    assert set(table.errors[1]) == {"kind", "zone_number"}  # nobody knows them of a new one
    (changed,) = changes_of([_GATE], table.rows).changed
    assert [
        name for name in ("name", "mac", "model") if getattr(changed[0], name) != getattr(changed[1], name)
    ] == [
        "name",
        "model",
    ]


def test_a_line_that_ends_early_keeps_the_rest() -> None:
    table = from_csv(b"external_device_id,name,mac\ngate,North gate\n", [_GATE])
    assert table.rows[0].mac == _GATE.mac


def test_mistakes_are_named_by_the_line_of_the_file() -> None:
    raw = (
        b"\n,,,\nexternal_device_id,device_type,zone_number,name\n\n"
        b'a,camera,1,"two\nlines"\n,,,\na,camera,2,B\n'
    )
    table = from_csv(raw)
    assert table.lines == (5, 8)
    assert table.errors[1] == {"external_device_id": "Line 5 has this id too."}


@pytest.mark.parametrize("raw", [b"", b"  \n", b",,,", b";;\n;;\n", b"\xef\xbb\xbf,,,\r\n"])
def test_a_file_of_nothing_is_empty(raw: bytes) -> None:
    assert from_csv(raw).problem == "The file is empty."
