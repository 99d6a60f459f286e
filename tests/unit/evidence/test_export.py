"""Exports: what is in them, and that nothing unfinished ever looks finished; faults.md, symlink at the target and a folder that
vanishes."""

from __future__ import annotations

import hashlib
import json
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from chekt_console.domain.progress import NoProgress
from chekt_console.errors import Cancelled, DiskFailed, Unreachable, WorldFailed
from chekt_console.store.local import KeptDecision
from chekt_console.verify import INCOMPLETE, UNREADABLE, VALID, verify
from tests.support.evidence import ALARM, EvidenceWorld

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def world(tmp_path: Path) -> Iterator[EvidenceWorld]:
    made = EvidenceWorld(tmp_path / "world")
    yield made
    made.close()


class StepsThen(NoProgress):
    """Counts the named steps and does something at one of them."""

    def __init__(self, at: int = -1, what: object = None) -> None:
        self.texts: list[str] = []
        self._at = at
        self._what = what

    def report(self, done: int, total: int, text: str = "") -> None:
        self.texts.append(text)
        if len(self.texts) - 1 == self._at and callable(self._what):
            self._what()


def left_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_an_export_holds_the_clip_untouched_and_everything_about_it(world: EvidenceWorld) -> None:
    world.service.record_view(ALARM)
    world.service.record_decision(replace(ALARM, decision="real"))
    result = world.export(replace(ALARM, decision="real"))
    assert left_in(world.target) == [result.path.name]
    assert result.path.name == "Evidence_Harbor Point Warehouse_20261118T060640-0500"
    assert verify(result.path).code == VALID
    stem = "Harbor Point Warehouse_Cam 1_20261118T060639-0500_20261118T060641-0500"
    expected = {f"{stem}{end}" for end in (".mp4", "_first.png", "_alarm.png", "_last.png")}
    assert {path.name for path in (result.path / "01").iterdir()} == expected | {
        "event.json",
        "event-as-received.json",
    }
    clip = result.path / "01" / f"{stem}.mp4"
    assert clip.read_bytes() == world.clip.read_bytes()
    assert (result.path / "01" / "event-as-received.json").read_bytes() == world.raw
    assert json.loads((result.path / "01" / "event.json").read_bytes())["decision"] == "real"
    manifest = json.loads((result.path / "manifest.json").read_bytes())
    listed = {one["path"]: one["sha256"] for one in manifest["files"]}
    assert listed[f"01/{stem}.mp4"] == hashlib.sha256(clip.read_bytes()).hexdigest()
    actions = [entry.facts()["action"] for entry in world.ledger.entries()]
    assert actions == ["viewed", "decided", "export began", "exported"]
    assert world.ledger.what_is_wrong() == ""


def test_a_decision_is_not_recorded_with_the_words_of_the_next_one(world: EvidenceWorld) -> None:
    """Real, and a moment later false because of the cat: the first is written down when the second is on the disk."""
    at = datetime(2026, 2, 11, tzinfo=UTC)
    world.decisions[ALARM.event_id] = KeptDecision(ALARM.event_id, "false", "the cat", at, "animal")
    world.service.record_decision(replace(ALARM, decision="real"))
    world.service.record_decision(replace(ALARM, decision="false"))
    first, second = (entry.facts() for entry in world.ledger.entries())
    assert first["decision"] == "real"
    assert "cause" not in first
    assert (second["decision"], second["note"], second["cause"]) == ("false", "the cat", "animal")


def test_what_could_not_be_had_is_said_and_the_rest_is_exported(world: EvidenceWorld) -> None:
    world.raw = None
    result = world.export(replace(ALARM, device_name="broken"))
    assert verify(result.path).code == VALID
    assert result.missing == ("Alarm 9001: The server has no video of this event.",)
    world.clip.write_bytes(b"no video at all")
    result = world.export(ALARM)
    assert verify(result.path).code == VALID
    assert next(result.path.glob("01/*.mp4")).read_bytes() == b"no video at all", "as it was delivered"
    assert result.missing == ("Alarm 9001: the clip gives no picture: it cannot be decoded",)
    assert result.path.name.endswith("_2"), "never over an older export"


def test_the_links_to_the_clips_may_come_together(world: EvidenceWorld) -> None:
    world.export(ALARM, *(replace(ALARM, event_id=one) for one in ("9002", "9003")))
    assert world.along == [("9002", "9003"), ("9003",), ()]


def test_out_of_reach_the_server_is_waited_for_once(world: EvidenceWorld) -> None:
    asked = []

    def raw(_site_id: str, event_id: str, _instant_ms: int) -> bytes:
        asked.append(event_id)
        raise Unreachable("The server is out of reach.")

    world.read = raw
    result = world.export(ALARM, replace(ALARM, event_id="9002"))
    assert asked == ["9001"]
    assert verify(result.path).code == VALID
    assert result.missing == (), "the clips are on this computer"


def test_the_real_report_is_a_pdf_whatever_is_in_the_names(tmp_path: Path) -> None:
    """Row: "Hostile text (HTML, ANSI, 1 MB name) from the API": set as plain text."""
    world = EvidenceWorld(tmp_path / "real", is_report_real=True)
    hostile = "<img src=http://127.0.0.1:9/x> \x1b[31m \u202eשלום مرحبا 日本 &amp; " + "y" * 1_000_000
    result = world.export(replace(ALARM, text=hostile, device_name=hostile))
    world.close()
    pdf = (result.path / "report.pdf").read_bytes()
    assert pdf.startswith(b"%PDF")
    assert len(pdf) < 3_000_000
    assert verify(result.path).code == VALID


_KILLED = """
import os, signal, sys
from pathlib import Path
from chekt_console.domain.progress import NoProgress
from tests.support.evidence import EvidenceWorld

class Kill(NoProgress):
    count = 0
    def report(self, done, total, text=""):
        if Kill.count == int(sys.argv[2]):
            os.kill(os.getpid(), signal.SIGKILL)
        Kill.count += 1

EvidenceWorld(Path(sys.argv[1])).export(progress=Kill())
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="ends itself by a signal")
def test_killed_at_every_step_it_is_incomplete(tmp_path: Path, world: EvidenceWorld) -> None:
    """Issue 5: "export killed at any point verifies as incomplete"."""
    steps = StepsThen()
    world.export(progress=steps)
    assert len(steps.texts) == 9
    for number, text in enumerate(steps.texts):
        folder = tmp_path / f"killed {number}"
        ended = subprocess.run(
            [sys.executable, "-c", _KILLED, str(folder), str(number)], check=False, cwd=Path.cwd()
        )
        assert ended.returncode == -signal.SIGKILL, text
        found = list((folder / "chosen").iterdir())
        assert len(found) == (0 if number == 0 else 1), text
        for left in found:
            assert left.name.endswith(".incomplete"), text
            assert left.name.startswith("."), "a file browser does not show it"
            assert verify(left).code == INCOMPLETE, text
            # Even by another name, all but the last step lack what is written last.
            renamed = left.rename(folder / "looks fine")
            assert verify(renamed).code == (VALID if number == len(steps.texts) - 1 else INCOMPLETE), text


_KILLED_WRITING = """
import os, random, signal, sys
from pathlib import Path
from tests.support.evidence import EvidenceWorld

EXPORT, MARK = sys.argv[1], ".incomplete"

def end():
    os.kill(os.getpid(), signal.SIGKILL)

class Disk:
    # Counts what is asked of the disk below the export; ends at the n-th place, in the middle of it when it is a write.
    def __init__(self, at):
        self.at, self.places = at, 0

    def is_last(self):
        self.places += 1
        return self.places == self.at

class Dying:
    def __init__(self, stream, disk):
        self.stream, self.disk = stream, disk

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stream.close()

    def write(self, data):
        if self.disk.is_last():
            self.stream.write(data[: random.Random(self.disk.at).randrange(len(data))])
            self.stream.flush()
            end()
        return self.stream.write(data)

    def flush(self):
        self.stream.flush()
        if self.disk.is_last():
            end()

    def fileno(self):
        return self.stream.fileno()

def export(folder, at):
    disk = Disk(at)
    opened, renamed, made = Path.open, os.rename, Path.mkdir

    def opening(path, mode="r", *more, **named):
        stream = opened(path, mode, *more, **named)
        return Dying(stream, disk) if mode == "xb" and MARK in str(path) else stream

    def making(path, *more, **named):
        made(path, *more, **named)
        if MARK in str(path) and disk.is_last():
            end()

    def renaming(*paths):
        if disk.is_last():
            end()
        renamed(*paths)
        if disk.is_last():
            end()

    Path.open, os.rename, Path.mkdir = opening, renaming, making
    EvidenceWorld(Path(folder)).export()
    return disk.places

at = 0
while True:
    at += 1
    child = os.fork()
    if not child:
        export(f"{EXPORT}/{at}", at)
        os._exit(0)
    if not os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]):
        break
print(at - 1)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="ends itself by a signal")
def test_killed_within_every_write_it_is_incomplete_until_it_has_its_name(tmp_path: Path) -> None:
    """At each thing asked of the disk: a folder made, the middle of a write, the end of a file, before and after the
    rename. Whole is only what has taken its last name; whole but without it, it says that it was not finished."""
    ended = subprocess.run(
        [sys.executable, "-c", _KILLED_WRITING, str(tmp_path)],
        check=True, cwd=Path.cwd(), capture_output=True, text=True,
    )  # fmt: skip
    places = int(ended.stdout)
    assert places > 25
    for place in range(1, places + 1):
        (left,) = (tmp_path / str(place) / "chosen").iterdir()
        verdict = verify(left)
        if place == places:
            assert not left.name.startswith(".")
            assert verdict.code == VALID
            continue
        assert left.name.endswith(".incomplete"), place
        assert verdict.code == INCOMPLETE, (place, verdict.text())
        assert "The export was not finished" in verdict.text()
        # By hand to another name, only what lacks nothing but its name is whole: every byte of it is signed.
        renamed = left.rename(left.with_name("by hand"))
        assert verify(renamed).code == (VALID if place >= places - 2 else INCOMPLETE), place


def test_cancelled_at_every_step_nothing_is_left(world: EvidenceWorld) -> None:
    def cancel() -> None:
        raise Cancelled

    for number in range(9):
        with pytest.raises(Cancelled):
            world.export(progress=StepsThen(number, cancel))
        assert left_in(world.target) == []
    assert world.ledger.what_is_wrong() == ""


def test_the_folder_vanishes_or_is_a_file_or_a_link_stands_there(
    world: EvidenceWorld, tmp_path: Path
) -> None:
    """Row: "Symlink at the target; folder vanishes | refused; no partial file"."""
    with pytest.raises(DiskFailed, match="the folder is gone"):
        world.export(progress=StepsThen(3, lambda: shutil.rmtree(world.target)))
    assert not world.target.exists()
    with pytest.raises(DiskFailed, match="the folder is gone"):
        world.export()
    world.target.mkdir()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    name = "Evidence_Harbor Point Warehouse_20261118T060640-0500"
    (world.target / name).symlink_to(elsewhere)
    with pytest.raises(DiskFailed, match="is a link to another place"):
        world.export()
    (world.target / name).unlink()
    # One that appears while the export is written is not followed either.
    result = world.export(progress=StepsThen(8, lambda: (world.target / name).symlink_to(elsewhere)))
    assert result.path.name == f"{name}_2"
    assert not any(elsewhere.iterdir())
    assert left_in(world.target) == sorted([name, f"{name}_2"])


_FULL = """
import resource, sys
from pathlib import Path
from chekt_console.errors import DiskFailed
from chekt_console.services.evidence_writer import EvidenceWriter
import signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
try:
    with EvidenceWriter(Path(sys.argv[1]), "Evidence") as writer:
        writer.write("01/small", b"x" * 9_000)
        writer.write("01/clip.mp4", b"x" * 20_000)
        writer.finish()
except DiskFailed as error:
    print(error.sentence)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits the size of files")
def test_a_disk_that_takes_no_more_leaves_nothing_and_says_so(tmp_path: Path) -> None:
    """Row: "Disk full, read-only, I/O error at n-th write"; a file size limit stands for the full disk."""
    ended = subprocess.run(
        [sys.executable, "-c", _FULL, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path.cwd(),
    )
    assert ended.stdout.startswith("Nothing was exported: the disk takes no file this big")
    assert left_in(tmp_path) == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """64 KiB, where the system lets us make one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if (
        shutil.which("mount") is None
        or subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)], check=False, capture_output=True
        ).returncode
    ):
        pytest.skip("no small disk can be made here")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk_leaves_nothing_and_says_so(world: EvidenceWorld, small_disk: Path) -> None:
    """Row: "Disk full, read-only, I/O error at n-th write": clear message, no loss, resumes when freed."""
    world.target = small_disk
    good = world.clip.read_bytes()
    world.clip.write_bytes(good + bytes(100_000))
    with pytest.raises(DiskFailed, match="the disk is full"):
        world.export()
    assert left_in(small_disk) == []
    world.clip.write_bytes(good)
    assert verify(world.export().path).code == VALID


def test_too_many_or_no_events_are_refused(world: EvidenceWorld) -> None:
    with pytest.raises(WorldFailed, match="between 1 and 200"):
        world.service.export((), {}, world.target, NoProgress())
    assert verify(world.target / "none").code == UNREADABLE


def test_decisions_that_a_killed_program_left_out_of_the_ledger_are_added_once(
    world: EvidenceWorld,
) -> None:
    at = datetime(2026, 2, 11, 15, 0, tzinfo=UTC)
    recorded = KeptDecision("1", "real", "", at)
    world.decisions["1"] = recorded
    world.service.record_decision(replace(ALARM, event_id="1", decision="real"))
    kept = [
        recorded,
        KeptDecision("2", "false", "Cleaner", at, "cleaning"),
        KeptDecision("3", "real", "Decided by Dana Whitfield", at),  # not a person here
        KeptDecision("4", "real", "", at + timedelta(hours=1)),  # of this run: on its way by itself
    ]
    before_ms = round((at + timedelta(minutes=1)).timestamp() * 1000)
    assert world.service.record_missed(kept, before_ms) == 1
    assert world.service.record_missed(kept, before_ms) == 0
    facts = world.ledger.entries()[-1].facts()
    assert (facts["events"], facts["decision"], facts["cause"]) == (["2"], "false", "cleaning")
    assert facts["recorded"] == "at the next start"
    assert world.service.what_is_wrong_with_ledger() == ""
