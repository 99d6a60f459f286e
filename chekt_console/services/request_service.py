"""Requests of the monitoring center: kept, judged by policy, carried out once, and answered."""

from __future__ import annotations

import hashlib
import json
import logging
import threading
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.delivery import ARMING_COMMAND
from chekt_console.domain.device import DeviceKind
from chekt_console.domain.outbox import EntryState, EventReport
from chekt_console.domain.request import (
    POLICIES,
    CommandPolicy,
    IncomingRequest,
    policy_of_text,
    read_request,
    request_of_json,
)
from chekt_console.errors import (
    ConsoleError,
    DiskFailed,
    ServerSaid,
    TooManyRequests,
    Unreachable,
    WorldFailed,
)
from chekt_console.services.system_account import account_name
from chekt_console.store.inbox import KeptRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from chekt_console.domain.clock import Clock
    from chekt_console.domain.delivery import Understood
    from chekt_console.domain.device import Device
    from chekt_console.domain.outbox import Change, OutboxEntry
    from chekt_console.domain.progress import Progress
    from chekt_console.domain.site import Site
    from chekt_console.services.arming_service import ArmingOutcome, ArmingService
    from chekt_console.services.ports import Client
    from chekt_console.store.inbox import Inbox

_log = logging.getLogger(__name__)

NO_SOUND = "No endpoint for sound is known in CHeKT's API, so this program cannot open the talk. Call the site instead."
_EXPIRED = "It expired before anybody answered it. Nothing was done."
_STILL_OPEN = ", still open."
_VIEW_BROKE_OFF = "The program ended while it was open, so when it was closed is not known."
BROKE_OFF = "The program ended while it was carried out. It is not repeated: read the state of the site."


@dataclass(frozen=True, slots=True)
class RequestState:
    """A request and what became of it. `state`: waiting, running, done, refused or shown; `is_reported` once told back."""

    request: IncomingRequest
    received_ms: int
    state: str
    outcome: str
    report: str


class ReportQueue(Protocol):
    """Where an answer waits until the server has it; chekt_console/services/outbox_service.py fits."""

    def add(self, change: Change, *, key: str = "") -> OutboxEntry: ...

    def entry_of_key(self, key: str) -> OutboxEntry | None: ...


class RequestService:
    def __init__(
        self,
        inbox: Inbox,
        client: Client,
        arming: ArmingService,
        clock: Clock,
        *,
        is_production: bool,
        connection_name: str = "",
    ) -> None:
        """`connection_name`: what a person types to have commands carried out without asking in production."""
        self._inbox = inbox
        self._client = client
        self._arming = arming
        self._clock = clock
        self._is_production = is_production
        self.connection_name = connection_name
        self._is_taken_back = False  # "always" was, whether or not the disk took that
        self._report_lock = threading.Lock()
        # Later ones are under way in this run.
        self._cut_off = tuple(kept.request_id for kept in inbox.requests() if kept.state == "running")
        self.outbox: ReportQueue | None = None
        self.find_devices: Callable[[str], Iterable[Device]] = lambda _site_id: ()  # known of a site

    @property
    def policy(self) -> CommandPolicy:
        """In production nothing is armed or disarmed without a person, save after a confirmation for this very connection."""
        kept = policy_of_text(self._inbox.policy(ARMING_COMMAND, "ask"))
        is_confirmed = not self._is_production or self._is_confirmed(kept.typed)
        return (
            kept if kept.word != "always" or (is_confirmed and not self._is_taken_back) else CommandPolicy()
        )

    def set_policy(self, word: str, typed: str = "") -> None:
        """`typed`: the connection's name, without which production never carries out by itself. On disk when it returns, with
        who confirmed it and when. Raises ValueError when it is missing."""
        if word not in POLICIES:
            raise ValueError(word)
        policy = CommandPolicy(word)
        if word == "always" and self._is_production:
            if not self._is_confirmed(typed):
                raise ValueError("not confirmed by the name of the connection")
            policy = CommandPolicy(word, self._clock.now_ms(), account_name(), typed)
        if word != "always":
            self.take_back()
        self._inbox.set_policy(ARMING_COMMAND, policy.to_text())
        self._is_taken_back = word != "always"

    def take_back(self) -> None:
        """From this moment on nothing is carried out by itself, whenever the disk takes it and whether or not it does."""
        self._is_taken_back = True

    def _is_confirmed(self, typed: str) -> bool:
        return bool(self.connection_name) and typed == self.connection_name

    def states(self) -> tuple[RequestState, ...]:
        """Newest first, without the disk: the window's thread asks. One that waited past its time is shown as refused, and
        written so by `report_due`."""
        return tuple(
            replace(state, state="refused", outcome=_EXPIRED) if self._is_too_late(state) else state
            for state in map(_state, self._inbox.requests())
        )

    def _is_too_late(self, state: RequestState) -> bool:
        return state.state == "waiting" and self.is_expired(state.request)

    def is_expired(self, request: IncomingRequest) -> bool:
        return self._clock.now_ms() >= request.expires_ms

    def is_overtaken(self, request: IncomingRequest) -> bool:
        """A command for the same site that was given later has come already: this one is not done by itself."""
        others = (
            request_of_json(kept.body)
            for kept in self._inbox.requests()
            if kept.state in ("waiting", "running", "done")
        )
        return any(
            one.is_arming and one.site_id == request.site_id and one.asked_ms > request.asked_ms
            for one in others
        )

    def recover(self) -> tuple[RequestState, ...]:
        """At the start: what was under way when the program ended is not repeated, and says so."""
        cut_off, self._cut_off = self._cut_off, ()
        for request_id in cut_off:
            kept = self._inbox.request(request_id)
            is_view = kept is not None and request_of_json(kept.body).is_view
            began = kept.outcome.removesuffix(_STILL_OPEN) if kept is not None and is_view else ""
            words = f"{began}. {_VIEW_BROKE_OFF}" if is_view else BROKE_OFF
            self._inbox.move_request(request_id, "running", "done", words)
            self._set_due(request_id)
        found = map(self._inbox.request, cut_off)
        return tuple(_state(kept) for kept in found if kept is not None)

    def accept(self, told: Understood, delivery_id: str, received_ms: int) -> tuple[RequestState | None, str]:
        """The new request; or None and a sentence when it was here before and is not repeated."""
        request = read_request(told, delivery_id, received_ms)
        state, outcome = "waiting", ""
        if request.problem:
            state, outcome = "refused", f"{request.problem} Nothing was done."
        elif self.is_expired(request):
            state, outcome = "refused", "It had expired when it arrived. Nothing was done."
        elif request.is_arming and self.policy.word == "never":
            state, outcome = (
                "refused",
                "Commands of the monitoring center are set to Never. Nothing was done.",
            )
        elif request.is_audio:
            state, outcome = self._judge_talk(request)
        is_due = request.is_arming and state == "refused" and bool(request.site_id)
        kept = KeptRequest(
            request.request_id, received_ms, request.to_json(), state, outcome, "due" if is_due else ""
        )
        if not self._inbox.add_request(kept):
            before = self._inbox.request(request.request_id)
            if before is not None and request_of_json(before.body).delivery_id == delivery_id:
                return None, ""  # the delivery was read twice, not the request sent twice
            return (
                None,
                f"{request.what} at {request.site_name or request.site_id} arrived again; it is not repeated.",
            )
        return _state(kept), ""

    def refuse(self, request_id: str, why: str) -> None:
        if self._inbox.move_request(request_id, "waiting", "refused", why):
            self._set_due(request_id)

    def _set_due(self, request_id: str) -> None:
        """Only commands are answered; what became of a view or a talk is told to nobody."""
        kept = self._inbox.request(request_id)
        if kept is not None and request_of_json(kept.body).is_arming:
            self._inbox.set_report(request_id, "due")

    def note_view_opened(self, request_id: str, words: str) -> None:
        self._inbox.move_request(request_id, "waiting", "running", words + _STILL_OPEN)

    def note_view_closed(self, request_id: str, words: str) -> None:
        self._inbox.move_request(request_id, "running", "done", words)

    def accept_talk(self, request_id: str) -> None:
        """The person takes it on; with no endpoint for sound the talk itself is theirs to make."""
        kept = self._inbox.request(request_id)
        if kept is None:
            return
        if self.is_expired(request_of_json(kept.body)):
            self.refuse(request_id, _EXPIRED)
        else:
            self._inbox.move_request(
                request_id, "waiting", "done", f"Accepted by the person here. {NO_SOUND}"
            )

    def _judge_talk(self, request: IncomingRequest) -> tuple[str, str]:
        """State and words: refused where the device is known to have no sound, else the person's to answer."""
        found = [
            one
            for one in self.find_devices(request.site_id)
            if one.device_id == request.device_id and one.kind in (DeviceKind.AUDIO, DeviceKind.CAMERA)
        ]
        able = [one for one in found if one.kind is DeviceKind.AUDIO or one.capabilities.two_way_audio]
        if able:
            return "waiting", f"{able[0].name} has two-way audio. {NO_SOUND}"
        if found:
            return "refused", f"{found[0].name} has no two-way audio. Nothing was done."
        return "waiting", f"Whether there is two-way audio is not known. {NO_SOUND}"

    def carry_out(self, request: IncomingRequest, site: Site, progress: Progress) -> ArmingOutcome | None:
        """Through the same path as a person's command: sent once, read back. None when it can no longer be done."""
        if self.is_expired(request):
            self.refuse(request.request_id, "It expired before it was answered. Nothing was done.")
            return None
        if not self._inbox.move_request(request.request_id, "waiting", "running"):
            return None

        def check() -> None:
            if self.is_expired(request):
                raise Unreachable("It expired before its turn came. Nothing was done.")

        try:
            outcome = self._arming.command(
                site, ArmingMode(request.mode), request.partition_ids, progress, check
            )
        except ConsoleError as error:
            self._end(request, error.sentence, "due")
            raise
        self._end(request, outcome.sentence, "due-ok" if outcome.is_confirmed else "due")
        return outcome

    def _end(self, request: IncomingRequest, sentence: str, report: str) -> None:
        """A disk that refuses this hides nothing of what was done; at the next start the request is not repeated."""
        try:
            self._inbox.move_request(request.request_id, "running", "done", sentence)
            self._inbox.set_report(request.request_id, report)
        except DiskFailed as error:
            _log.info("the outcome of request %s was not kept: %s", request.request_id, error.detail)

    def report_due(self) -> int:
        """Tell the outcomes of commands back, each once; those that cannot be told now are left for the next time."""
        told = 0
        for state in map(_state, self._inbox.requests()):
            if self._is_too_late(state):
                self.refuse(state.request.request_id, _EXPIRED)
        with self._report_lock:
            for kept in self._inbox.requests():
                request = request_of_json(kept.body)
                if not kept.report.startswith("due") or not request.is_arming:
                    continue
                if self.outbox is not None:
                    told += self._report_by(self.outbox, request, kept)
                    continue
                try:
                    self._client.events.report(self._body(request, kept), _key(request.request_id))
                except TooManyRequests:
                    break
                except ServerSaid as error:
                    self._inbox.set_report(request.request_id, f"failed: {error.sentence}")
                except WorldFailed:
                    break
                else:
                    self._inbox.set_report(request.request_id, "sent")
                    told += 1
        return told

    def _report_by(self, outbox: ReportQueue, request: IncomingRequest, kept: KeptRequest) -> bool:
        """Written down once with one body; True when the server has it by now."""
        key = _key(request.request_id)
        entry = outbox.entry_of_key(key)
        if entry is None:
            what = (
                f"Answer to the monitoring center: {request.what} at {request.site_name or request.site_id}"
            )
            body = json.dumps(self._body(request, kept))
            entry = outbox.add(EventReport(request.site_id, what, body), key=key)
        if entry.state is EntryState.DONE:
            self._inbox.set_report(request.request_id, "sent")
        elif entry.state is EntryState.REFUSED:
            self._inbox.set_report(request.request_id, f"failed: {entry.sentence}")
        elif entry.state is EntryState.DISCARDED:
            self._inbox.set_report(request.request_id, "failed: discarded by you")
        return entry.state is EntryState.DONE

    def _body(self, request: IncomingRequest, kept: KeptRequest) -> dict[str, object]:
        is_done = kept.report == "due-ok"
        word = "refused" if kept.state == "refused" else "done" if is_done else "not_confirmed"
        moment = datetime.fromtimestamp(self._clock.now_ms() / 1000, UTC)
        return {
            "site_id": request.site_id,
            "event_type": "arming",
            "event_subtype": f"command_{word}",
            "event_time": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "command_id": request.request_id,
            "mode": request.mode,
            "description": kept.outcome,
        }


def _key(request_id: str) -> str:
    """One answer for one command, over restarts too."""
    return f"answer-{hashlib.sha256(request_id.encode()).hexdigest()[:32]}"


def _state(kept: KeptRequest) -> RequestState:
    return RequestState(request_of_json(kept.body), kept.received_ms, kept.state, kept.outcome, kept.report)
