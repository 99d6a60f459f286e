"""Every part of a session under one name: importing this module in a worker brings them all, numpy and the rest with them."""

from __future__ import annotations

from dataclasses import dataclass

from chekt_console.session_account import AccountParts
from chekt_console.session_evidence import EvidenceParts
from chekt_console.session_fleet import FleetParts
from chekt_console.session_goto import GotoEvents
from chekt_console.session_live import LiveParts
from chekt_console.session_outbox import OutboxParts
from chekt_console.session_queue import QueueParts
from chekt_console.session_review import ClipPanes, TimelinePanes
from chekt_console.session_work import SchedulePanes, WorkPanes


@dataclass(frozen=True)
class Panes:
    """What the window's thread builds, one in each turn of its loop."""

    work: type[WorkPanes] = WorkPanes
    schedule: type[SchedulePanes] = SchedulePanes
    timeline: type[TimelinePanes] = TimelinePanes
    clip: type[ClipPanes] = ClipPanes
    queue: type[QueueParts] = QueueParts
    live: type[LiveParts] = LiveParts
    outbox: type[OutboxParts] = OutboxParts
    account: type[AccountParts] = AccountParts
    evidence: type[EvidenceParts] = EvidenceParts
    fleet: type[FleetParts] = FleetParts
    goto: type[GotoEvents] = GotoEvents
