"""An evidence service over real files: a real clip, ledger, key and report, with only the server left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import av
from PIL import Image

from chekt_console.auth.evidence_key import EvidenceKeys
from chekt_console.auth.key_store import KeyStore
from chekt_console.background.report_printer import print_report
from chekt_console.domain.event import Event, EventKind
from chekt_console.domain.progress import NoProgress
from chekt_console.domain.site import Site
from chekt_console.errors import ClipUnavailable
from chekt_console.services.clip_service import LocalClip
from chekt_console.services.evidence_gatherer import EvidenceSources
from chekt_console.services.evidence_service import EvidenceService
from chekt_console.store.ledger import Ledger
from tests.support.fake_clock import FakeClock

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from chekt_console.domain.evidence_report import Report
    from chekt_console.domain.progress import Progress
    from chekt_console.services.evidence_service import ExportResult
    from chekt_console.store.local import KeptDecision

ALARM_MS = 1_795_000_000_000
SITE = Site("17", "Harbor Point Warehouse", address="1 Quay Street", timezone="America/New_York")
ALARM = Event(
    "9001",
    "17",
    ALARM_MS,
    EventKind.ALARM,
    "line-crossing",
    "Person crossed the line",
    device_name="Cam 1",
    has_video=True,
)


def make_clip(path: Path, seconds: int = 2) -> Path:
    """A small real video: 10 frames a second, each of another grey."""
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("h264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for number in range(seconds * 10):
            picture = Image.new("RGB", (64, 48), (number * 10 % 256,) * 3)
            container.mux(stream.encode(av.VideoFrame.from_image(picture)))
        container.mux(stream.encode(None))
    return path


def plain_printer(report: Report, _pictures: Path, _progress: Progress) -> bytes:
    """For tests that are not about the report: the real one starts a process."""
    return b"%PDF " + report.title.encode()


class EvidenceWorld:
    """`printer` of None: the real one."""

    def __init__(self, folder: Path, *, is_report_real: bool = False) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.target = folder / "chosen"
        self.target.mkdir(exist_ok=True)
        self.clip = make_clip(folder / "clip.mp4")
        self.ledger = Ledger(folder / "ledger.sqlite3")
        self.clock = FakeClock()
        self.decisions: dict[str, KeptDecision] = {}
        self.along: list[tuple[str, ...]] = []  # by fetched clip, those whose links may come along
        self.sites = {SITE.site_id: SITE}
        self.read: Callable[[str, str, int], bytes | None] = self.read_raw
        self.raw: bytes | None = b'{"events": [{"id": 9001, "note":  "as is"}]}'
        self.service = EvidenceService(
            EvidenceSources(
                self, lambda *asked: self.read(*asked), self.decisions.get, "Test", True, "CHeKT Console 0"
            ),  # type: ignore[arg-type]
            self.ledger,
            EvidenceKeys(KeyStore("chekt-evidence-test")),
            print_report if is_report_real else plain_printer,
            self.clock,  # type: ignore[arg-type]
            who="tester at desk",
        )

    def read_raw(self, _site_id: str, _event_id: str, _instant_ms: int) -> bytes | None:
        return self.raw

    def fetch(
        self, event: Event, _progress: Progress, *, can_wait: bool, beside: Sequence[Event]
    ) -> LocalClip:
        self.along.append(tuple(one.event_id for one in beside))
        if event.device_name == "broken":
            raise ClipUnavailable("The server has no video of this event.")
        return LocalClip(event.event_id, self.clip, event.instant_ms - 1000, 2.0, 1.0)

    def export(self, *events: Event, progress: Progress | None = None) -> ExportResult:
        return self.service.export(events or (ALARM,), self.sites, self.target, progress or NoProgress())

    def close(self) -> None:
        self.ledger.close()
