"""Raises an event for a site with its clip, and follows it to the monitoring center. Never in production."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from chekt_console.domain.outbox import EntryState, EventReport
from chekt_console.errors import ConsoleError, DiskFailed, NotThere, WorldFailed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from contextlib import AbstractContextManager

    from chekt_console.domain.account import DeviceRecord, SiteRecord
    from chekt_console.domain.delivery_steps import DeliverySteps
    from chekt_console.domain.event import Event
    from chekt_console.domain.outbox import OutboxEntry
    from chekt_console.domain.progress import Progress
    from chekt_console.services.ports import Rows

MAX_CLIP_BYTES = 25_000_000
MOST_FOLLOWED = 60
_OF_ONE_TRY = "event_time"
SUBTYPES = {
    "alarm": ("intrusion", "panic", "fire", "person", "vehicle"),
    "trouble": ("device_offline", "low_battery", "network_loss"),
    "arming": ("armed_away", "armed_stay", "armed_night", "disarmed", "schedule_change"),
}


class NotRaised(WorldFailed):
    """Turned down, or given up by the person: nothing comes of this key any more."""


class AccountResource(Protocol):
    @property
    def is_open(self) -> bool: ...
    def site(self, site_id: str) -> SiteRecord: ...
    def devices(self, site_id: str) -> Rows[DeviceRecord]: ...
    def send_event(self, body: Mapping[str, Any], idempotency_key: str) -> Mapping[str, Any]: ...


class EventsResource(Protocol):
    def report(self, body: dict[str, object], idempotency_key: str) -> str: ...
    def delivery(self, event_id: str) -> DeliverySteps | None: ...


class MediaResource(Protocol):
    def upload(self, url: str, content: bytes, content_type: str) -> None: ...


class OutboundClient(Protocol):
    @property
    def account(self) -> AccountResource: ...
    @property
    def events(self) -> EventsResource: ...
    @property
    def media(self) -> MediaResource: ...


class RaisedQueue(Protocol):
    """Where an event waits until the server has it; chekt_console/services/outbox_service.py fits."""

    def report_now(self, report: EventReport, key: str) -> tuple[OutboxEntry, Mapping[str, Any] | None]: ...
    def entries(self) -> Iterable[OutboxEntry]: ...
    def discard(self, number: int, sentence: str) -> OutboxEntry | None: ...


class KeptClips(Protocol):
    """Where a clip waits for its event; chekt_console/services/raised_clip_service.py fits."""

    def held(self, key: str) -> AbstractContextManager[None]: ...
    def keep(self, report: EventReport, key: str, name: str, content: bytes) -> bool: ...
    def was_sent(self, key: str) -> None: ...
    def drop(self, key: str) -> None: ...


@dataclass(frozen=True, slots=True)
class OutboundEvent:
    """`kind` is "alarm", "trouble" or "arming"; `device_id` "" for the site as a whole."""

    site_id: str
    kind: str
    subtype: str
    instant_ms: int
    device_id: str = ""
    site_name: str = ""


@dataclass(frozen=True, slots=True)
class Raised:
    """`event_id` "" when the server took it without telling. `note`: what of the wish was not done, or ""."""

    event_id: str
    note: str = ""
    is_waiting: bool = False  # it is on this computer's disk and goes by itself
    is_clip_due: bool = (
        False  # the event is there without its clip; raised again with its key only the clip is sent
    )


class OutboundService:
    """Blocking; call it in a worker."""

    def __init__(self, client: OutboundClient, *, is_production: bool) -> None:
        self._client = client
        self._is_production = is_production
        self.outbox: RaisedQueue | None = None
        self.clips: KeptClips | None = None

    @property
    def can_attach(self) -> bool:
        """Clips are taken by the partner half of the API only."""
        return self._client.account.is_open

    def raise_event(self, event: OutboundEvent, clip: Path | None, key: str, progress: Progress) -> Raised:
        """The same key again makes no second event, over the end of the program too. The clip follows once the event is
        there. NotRaised: it never comes with this key."""
        if self._is_production:
            raise ConsoleError("Events are never raised by hand in production: operators would act on them.")
        content = _read(clip) if clip is not None else None
        progress.report(0, 2, "Raising the event")
        report = self._report(event)
        if clip is None or content is None:
            return self._raise(report, key, None, progress)
        if not report.is_partner:
            raised = self._raise(report, key, None, progress)
            without = "An API key cannot attach a clip; the event is raised without it."
            return replace(raised, note=f"{raised.note} {without}".strip())
        if self.clips is None or self.outbox is None:
            return self._raise(report, key, content, progress)
        with self.clips.held(key):
            is_kept = self.clips.keep(report, key, clip.name, content)
            raised = self._raise(report, key, content, progress)
            if raised.is_waiting:
                with_it = (
                    "Its clip is kept with it and follows."
                    if is_kept
                    else "Its clip does not go with it: there is no room to keep it on this computer."
                )
                return replace(raised, note=f"{raised.note} {with_it}")
            if raised.is_clip_due and is_kept:
                return replace(raised, note=f"{raised.note} It is kept on this computer and goes by itself.")
            if raised.note:
                self.clips.drop(key)  # there is no place for it, and that is told
            else:
                self.clips.was_sent(key)
            return raised

    def _raise(self, report: EventReport, key: str, content: bytes | None, progress: Progress) -> Raised:
        answer: Mapping[str, Any] | None = None
        if self.outbox is None:
            answer = self.send(report, key)
        else:
            entry, answer = self.outbox.report_now(report, key)
            self._replace_refused(self.outbox, entry)
            if entry.state is EntryState.REFUSED:
                raise NotRaised(entry.sentence)
            if entry.state is EntryState.DISCARDED:
                raise NotRaised("This event was discarded in the list of waiting changes. Nothing was sent.")
            if entry.state.is_open:
                note = f"{entry.sentence} It waits on this computer and goes by itself."
                return Raised("", note.strip(), is_waiting=True)
            if isinstance(entry.change, EventReport):
                report = entry.change
        if answer is None:  # it got there by itself meanwhile; the same key tells what was answered
            answer = self.send(report, key)
        event_id = str(answer.get("chekt_event_id", ""))
        if content is None:
            return Raised(event_id)
        progress.report(1, 2, "Sending the clip")
        try:
            if not self.upload(answer, content):
                return Raised(
                    event_id, "The server gave no place for the clip; the event was raised without it."
                )
        except WorldFailed as error:
            note = f"The event was raised, its clip was not sent: {error.sentence}"
            return Raised(event_id, note, is_clip_due=True)
        return Raised(event_id)

    def _replace_refused(self, outbox: RaisedQueue, entry: OutboxEntry) -> None:
        """One that was refused, and was raised anew by this, has nothing to wait for."""
        for one in outbox.entries():
            is_older = one.state is EntryState.REFUSED and one.number < entry.number
            if is_older and _wish_of(one) == _wish_of(entry):
                outbox.discard(one.number, "It was refused, and raised anew since.")

    def upload(self, answer: Mapping[str, Any], content: bytes) -> bool:
        """The clip of the event that was answered so; False when the server gave no place for it."""
        places = answer.get("upload")
        url = places.get("video_url") if isinstance(places, dict) else None
        if not isinstance(url, str):
            return False
        self._client.media.upload(url, content, "video/mp4")
        return True

    def send(self, report: EventReport, key: str) -> Mapping[str, Any]:
        """What the server answers."""
        report = self.named(report, key)
        if report.is_partner:
            return self._client.account.send_event(json.loads(report.sent_as), key)
        return {"chekt_event_id": self._client.events.report(json.loads(report.body), key)}

    def named(self, report: EventReport, key: str) -> EventReport:
        """For a partner, with what the account calls site and device. NotThere: it has no name for one of them."""
        if not report.is_partner or report.sent_as:
            return report
        return replace(report, sent_as=json.dumps(self._partner_body(json.loads(report.body), key)))

    def _report(self, event: OutboundEvent) -> EventReport:
        words = event.subtype.replace("_", " ").capitalize()
        what = f"{words}, raised at {event.site_name or event.site_id}"
        body = json.dumps(_body(event))
        return EventReport(event.site_id, what, body, is_raised=True, is_partner=self.can_attach)

    def steps(self, event_id: str) -> DeliverySteps | None:
        """None when this connection does not tell."""
        try:
            return self._client.events.delivery(event_id)
        except NotThere:
            return None

    def steps_of(self, events: Iterable[Event], progress: Progress) -> tuple[DeliverySteps, ...]:
        """Of the newest alarms; at most MOST_FOLLOWED, one read each."""
        newest = sorted(events, key=lambda event: -event.instant_ms)[:MOST_FOLLOWED]
        found: list[DeliverySteps] = []
        for place, event in enumerate(newest):
            progress.report(place, len(newest), "Reading delivery times")
            progress.check()
            steps = self.steps(event.event_id)
            if steps is None and not found and place >= 2:
                break  # this connection tells nothing of deliveries
            if steps is not None:
                found.append(steps)
        return tuple(found)

    def _partner_body(self, wish: Mapping[str, str], key: str) -> dict[str, object]:
        """Partners name sites and devices by their own ids."""
        account, site_id = self._client.account, wish["site_id"]
        location = account.site(site_id).external_site_id
        if not location:
            raise NotThere(
                "The account knows no partner id of this site, so no event can be raised for it.", status=404
            )
        body: dict[str, object] = {
            "version": "1.0",
            "location_id": location,
            "event_id": hashlib.sha256(key.encode()).hexdigest()[:32],
            "event_status": "active",
            **{name: wish[name] for name in ("event_type", "event_subtype", "event_time")},
        }
        if wish.get("device_id"):
            known = {one.device_id: one.external_device_id for one in account.devices(site_id).values}
            device_id = wish["device_id"]
            # The documented dialect writes the kind before the number ("cam_17"); the account never does.
            external = known.get(device_id) or known.get(device_id.rpartition("_")[2], "")
            if not external:
                raise NotThere(
                    "The account does not list this device as enrolled. Choose another.", status=404
                )
            body["camera_id"] = external
        return body


def _wish_of(entry: OutboxEntry) -> object:
    """What the person wanted, whenever it was; None when it was not raised by hand."""
    change = entry.change
    if not isinstance(change, EventReport) or not change.is_raised:
        return None
    body = {name: value for name, value in json.loads(change.body).items() if name != _OF_ONE_TRY}
    return change.site_id, change.is_partner, body


def _body(event: OutboundEvent) -> dict[str, object]:
    body: dict[str, object] = {
        "site_id": event.site_id,
        "event_type": event.kind,
        "event_subtype": event.subtype,
        "event_time": _time(event.instant_ms),
    }
    if event.device_id:
        body["device_id"] = event.device_id
    return body


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_CLIP_BYTES:
            raise ConsoleError(f"{path.name} is larger than {MAX_CLIP_BYTES // 1_000_000} MB.")
        content = path.read_bytes()
    except OSError as error:
        raise DiskFailed(f"{path.name} cannot be read: {error.strerror}.", detail=str(error)) from error
    if content[4:8] != b"ftyp":
        raise ConsoleError(f"{path.name} is no MP4 file.")
    return content


def _time(instant_ms: int) -> str:
    moment = datetime.fromtimestamp(instant_ms / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
