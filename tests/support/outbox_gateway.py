"""The gateway as the machine over the outbox sees it: what it holds is read from its own database, past every fault."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

from chekt_console.domain.record_change import RecordKind
from chekt_console.domain.schedule import WeekSchedule
from chekt_console.domain.schedule_json import from_key_concepts, to_key_concepts
from tests.support.simulator import RunningSimulator

# Of each site one row of every kind, and the field of it that is changed; where the gateway keeps it.
FIELDS = (
    (RecordKind.SITE, "name", "SELECT site_id, name FROM site WHERE site_id = ?"),
    (
        RecordKind.CONTACTS,
        "title",
        "SELECT contact_id, title FROM contact WHERE site_id = ? AND external_contact_id NOT LIKE 'machine %'"
        " ORDER BY contact_id LIMIT 1",
    ),
    (
        RecordKind.DEVICES,
        "name",
        "SELECT external_id, name FROM device WHERE site_id = ? AND kind = 'camera' ORDER BY device_id LIMIT 1",
    ),
)


class Gateway:
    """The simulator, what others do to it, and its own record read from its file."""

    def __init__(self, simulator: RunningSimulator) -> None:
        self.url = simulator.url
        self.others = simulator.client()
        self._control = httpx.Client(
            base_url=simulator.url, headers={"X-Control-Token": simulator.control_token}
        )
        token = self._control.post("/_simulator/token").raise_for_status().json()["access_token"]
        self.keys = ",".join((simulator.api_key, token, simulator.dealer_id))
        self._partner = httpx.Client(
            base_url=f"{simulator.url}/partner/v1/dealers/{simulator.dealer_id}/sites/",
            headers={"Authorization": f"Bearer {token}"},
        )
        (path,) = simulator.data_dir.glob("world-*.sqlite")
        self._file = sqlite3.connect(path, isolation_level=None)
        self.sites = [str(row[0]) for row in self._file.execute("SELECT site_id FROM site LIMIT 6")]
        self.foreign: Counter[str] = Counter()
        command = [sys.executable, "-m", "tests.support.outbox_child", self.url, self.keys]
        self._child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def close(self) -> None:
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        self._child.stdin.close()
        self._child.wait(10)
        self._child.stdout.close()
        self.others.close()
        self._partner.close()
        self._control.close()
        self._file.close()

    def version(self, site_id: str) -> int:
        row = self._file.execute("SELECT version FROM schedule WHERE site_id = ?", (site_id,)).fetchone()
        return int(row[0]) if row else 0

    def schedule(self, site_id: str) -> WeekSchedule:
        row = self._file.execute("SELECT body FROM schedule WHERE site_id = ?", (site_id,)).fetchone()
        return from_key_concepts(json.loads(row[0]) if row else {"schedule": {}}).schedule

    def reports(self) -> Counter[str]:
        rows = self._file.execute(
            "SELECT subtype, count(*) FROM event WHERE subtype LIKE 'machine %' GROUP BY subtype"
        )
        return Counter(dict(rows.fetchall()))

    def field(self, site_id: str, which: int) -> tuple[str, str]:
        """Row id and value of one of FIELDS."""
        row_id, value = self._file.execute(FIELDS[which][2], (site_id,)).fetchone()
        return str(row_id), value

    def new_contacts(self) -> Counter[str]:
        rows = self._file.execute(
            "SELECT external_contact_id, count(*) FROM contact WHERE external_contact_id LIKE 'machine %'"
            " GROUP BY external_contact_id"
        )
        return Counter(dict(rows.fetchall()))

    def set_field(self, site_id: str, which: int, value: str) -> None:
        """By somebody else, who is never hit by a fault."""
        row_id, _ = self.field(site_id, which)
        with self.quiet():
            match FIELDS[which][0]:
                case RecordKind.SITE:
                    reply = self._partner.patch(site_id, json={"name": value})
                case RecordKind.CONTACTS:
                    path = f"/ext/v1/sites/{site_id}/contacts/{row_id}"
                    reply = self.others.put(path, json={"title": value})
                case _:
                    rows = [{"external_device_id": row_id, "name": value}]
                    reply = self._partner.patch(f"{site_id}/devices", json=rows)
        reply.raise_for_status()

    def etag(self, site_id: str) -> str:
        return f'"{int(site_id):x}-{self.version(site_id):x}"'

    def save(self, site_id: str, schedule: WeekSchedule) -> None:
        """By somebody else, who is never hit by a fault."""
        with self.quiet():
            reply = self.others.put(
                f"/ext/v1/sites/{site_id}/schedule",
                json=dict(to_key_concepts(schedule).body),
                headers={"If-Match": "*"},
            )
        reply.raise_for_status()
        self.foreign[site_id] += 1

    def fault(self, body: dict[str, Any]) -> None:
        self._control.post("/_simulator/faults", json=body).raise_for_status()

    def end_faults(self) -> None:
        self._control.delete("/_simulator/faults").raise_for_status()

    @contextlib.contextmanager
    def quiet(self) -> Iterator[None]:
        waiting = self._control.get("/_simulator/faults").json()["faults"]
        self.end_faults()
        yield
        for fault in waiting:
            self.fault(fault)

    def send_and_kill(self, folder: Path, now_ms: int, delay_s: float) -> None:
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        self._child.stdin.write(f"{now_ms} {folder}\n")
        self._child.stdin.flush()
        pid = int(self._child.stdout.readline())
        threading.Event().wait(delay_s)
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        assert self._child.stdout.readline() == "ended\n"
