"""Turns what lies in the inbox into events, requests and hints, each once, in whatever order it came."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from chekt_console.api.events_resource import event_of_webhook
from chekt_console.domain.alarm_step import STEPS
from chekt_console.domain.decision import DECISION_WORDS
from chekt_console.domain.delivery import Meaning, Understood, text_of, understand
from chekt_console.domain.device_news import DeviceNews, read_device_news
from chekt_console.errors import DiskFailed
from chekt_console.store.decision_steps import BY_CENTER

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from chekt_console.domain.delivery import Delivery, RefusedDelivery
    from chekt_console.domain.event import Event
    from chekt_console.services.event_service import EventService
    from chekt_console.services.request_service import RequestService, RequestState
    from chekt_console.store.device_news import DeviceNewsBook
    from chekt_console.store.inbox import Inbox
    from chekt_console.store.local import LocalStore

_log = logging.getLogger(__name__)

_GROUP = 200  # read in one go: what they bring is shown in one turn of the window
_AT_ONCE = 8  # half a millisecond's work
_ALARMS = {"alarm_event", "event_video", "alarm.triggered", "alarm.created"}
_OWN_TIMES = ("event_time", "occurred_at", "created_at")  # as the event itself tells them
_ARMINGS = {"arming_status", "partition_arming_status", "site.armed", "site.disarmed"}
_HINTS = {"snapshot.created", "partition_arming_status"}  # tell that something changed, not what
_DECISIONS = {
    "real": "real", "real_alarm": "real", "verified": "real", "escalated": "real", "true": "real",
    "false": "false", "false_alarm": "false", "false-positive": "false", "unsure": "unsure", "inconclusive": "unsure",
}  # fmt: skip


@dataclass
class Taken:
    """What a reading of the inbox brought. `event` are new or changed, oldest first; site ids of what to read again."""

    events: list[Event] = field(default_factory=list)
    requests: list[RequestState] = field(default_factory=list)
    sentences: list[str] = field(default_factory=list)
    device_news: list[DeviceNews] = field(default_factory=list)
    arming_sites: set[str] = field(default_factory=set)
    guessed_ids: set[str] = field(default_factory=set)  # of events that only their delivery dates
    is_hint: bool = False  # something is to be read that no webhook tells
    kinds: Counter[str] = field(default_factory=Counter)
    is_more: bool = False
    failure: str = ""  # the disk refused: it lies in the inbox, to be read again

    @property
    def device_sites(self) -> set[str]:
        return {one.site_id for one in self.device_news}

    @property
    def wants_poll(self) -> bool:
        return bool(self.is_hint or self.arming_sites or self.device_news)


class WebhookService:
    def __init__(
        self,
        inbox: Inbox,
        events: EventService,
        local: LocalStore,
        requests: RequestService,
        device_news: DeviceNewsBook,
    ) -> None:
        self._inbox = inbox
        self._events = events
        self._local = local
        self._requests = requests
        self._device_news = device_news
        self._untold: list[RequestState] = []  # on disk, but the reading that found them broke off
        self._lock = threading.Lock()

    def take(self, stand_back: Callable[[], None] = lambda: None) -> Taken:
        """Everything not yet handled, in the order it came, at most a few hundred; stored before it is returned. `stand_back`
        is called every few, to let others compute.

        A delivery is marked last, so that what a crash interrupts is read again; that changes nothing twice.
        """
        taken = Taken()
        with self._lock:
            deliveries = self._inbox.unhandled(_GROUP)
            taken.is_more = len(deliveries) == _GROUP
            given: list[Event] = []
            statuses: list[tuple[int, str]] = []
            for place, delivery in enumerate(deliveries):
                if place % _AT_ONCE == 0:
                    stand_back()
                statuses.append((delivery.number, self._status_of(delivery, given, taken)))
            stand_back()
            requests, self._untold = self._untold, []
            try:
                self._device_news.put(taken.device_news)
                if given:
                    taken.events = list(self._events.deliver(given, taken.guessed_ids))
                self._inbox.mark(statuses)
            except DiskFailed as error:
                # What somebody waits for an answer to is told all the same; the rest lies in the inbox.
                taken = Taken(failure=error.sentence)
            taken.requests = requests
        return taken

    def _status_of(self, delivery: Delivery, given: list[Event], taken: Taken) -> str:
        """One that cannot be handled is kept as such: it must not stand before those behind it, at every start anew."""
        told = understand(delivery.body)
        taken.kinds[told.kind or "no type"] += 1
        count = len(given)
        try:
            return self._handle(delivery, told, given, taken)
        except (ValueError, TypeError, LookupError, ArithmeticError, AttributeError) as error:
            del given[count:]
            _log.info("delivery %s was not understood", delivery.number, exc_info=True)
            return f"not understood: {type(error).__name__}"

    def newest(self) -> tuple[Delivery, ...]:
        return self._inbox.newest()

    def refused(self) -> tuple[RefusedDelivery, ...]:
        """What the listener turned down lately, newest first; nothing of it is an event."""
        return self._inbox.refused()

    def unread_count(self) -> int:
        """Of unknown types, or not understood."""
        return self._inbox.unread_count()

    def replay(self, number: int) -> None:
        """Understand one anew; a request is not asked twice by this."""
        self._inbox.mark([(number, "new")])

    def _handle(self, delivery: Delivery, told: Understood, given: list[Event], taken: Taken) -> str:
        """The status to keep."""
        told = self._placed(told)
        site_id = text_of(told.data, "site_id")
        if told.meaning is Meaning.REQUEST:
            state, sentence = self._requests.accept(told, delivery.delivery_id, delivery.received_ms)
            if state is not None:
                self._untold.append(state)
            if sentence:
                taken.sentences.append(sentence)
            return "done: request" if state is not None else "done: not repeated"
        if told.meaning is Meaning.VERIFICATION:
            return self._verify(delivery, told, site_id, given, taken)
        if told.meaning is Meaning.DEVICE:
            news = read_device_news(told, delivery.received_ms)
            if news is None:
                return "not understood: no site"
            taken.device_news.append(news)
            return "done: device"
        if told.meaning is Meaning.EVENT:
            if told.kind in _ARMINGS and site_id:
                taken.arming_sites.add(site_id)
            return self._take_event(told, site_id, given, taken)
        if told.meaning is Meaning.NOTED:
            return self._take_step(delivery, told, site_id, given, taken)
        return "unknown type, kept"

    def _placed(self, told: Understood) -> Understood:
        """Some tell the account number in place of the site's id."""
        if text_of(told.data, "site_id"):
            return told
        site_id = self._events.site_of_account(text_of(told.data, "account_number"))
        return replace(told, data={**told.data, "site_id": site_id}) if site_id else told

    def _take_event(self, told: Understood, site_id: str, given: list[Event], taken: Taken) -> str:
        data = _filled(told)
        event = None if told.kind in _HINTS else event_of_webhook(data)
        if event is None:
            taken.is_hint = taken.is_hint or bool(site_id)
            return "done: read again from the server" if site_id else "not understood: no event in it"
        if told.kind == "event_video":  # of whatever kind of event: the one that is known keeps its own words
            known = self._events.find(event.event_id)
            if known is not None and known.site_id == event.site_id:
                event = replace(known, has_video=True)
        elif not any(name in told.data for name in _OWN_TIMES):
            taken.guessed_ids.add(event.event_id)
        given.append(event)
        return f"done: event {event.event_id}"

    def _take_step(
        self, delivery: Delivery, told: Understood, site_id: str, given: list[Event], taken: Taken
    ) -> str:
        """The center has come further with an alarm; when the alarm is not here yet, the step waits for it."""
        status = STEPS.get(told.kind)
        if status is None:  # a verification is asked for: the alarm itself lies in the log
            taken.is_hint = taken.is_hint or bool(site_id)
            return "done: read again from the server" if site_id else "done: noted"
        event_id = text_of(told.data, "event_id", "alarm_id")
        if not event_id:
            return "not understood: no alarm"
        event = self._events.keep_step(event_id, site_id, status, told.created_ms or delivery.received_ms)
        if event is None:
            taken.is_hint = True
            return f"done: event {event_id} is {status}, waits for the alarm"
        given.append(replace(event, status=status))
        return f"done: event {event_id} is {status}"

    def _verify(
        self, delivery: Delivery, told: Understood, site_id: str, given: list[Event], taken: Taken
    ) -> str:
        """Also for an event that is not here yet: the decision waits for it. One made here by a person stays, and of the
        center's own the newest counts, whatever came last."""
        data = told.data
        event_id = text_of(data, "event_id", "alarm_id")
        word = text_of(data, "decision", "verdict", "verification", "resolution", "result").casefold()
        decision = _DECISIONS.get(word, "")
        if event_id and told.kind in STEPS:
            status = self._take_step(delivery, told, site_id, given, taken)
            if not decision:  # "handled" does not say whether it was real
                return f"{status}: {word}" if word else status
        if not event_id or not decision:
            return "not understood: no event or decision"
        who = ", ".join(
            filter(None, (text_of(data, "verified_by", "operator_id"), text_of(data, "monitoring_center")))
        )
        notes = text_of(data, "notes")
        is_taken = self._local.steps.decide_by_center(
            event_id,
            site_id,
            decision,
            (who or "the monitoring center") + (f": {notes}" if notes else ""),
            told.created_ms or delivery.received_ms,
        )
        kept = self._local.decision(event_id)
        is_by_center = kept is not None and kept.note.startswith(BY_CENTER)
        event = self._events.find(event_id)
        if kept is not None and not is_by_center and kept.decision not in ("", decision):
            where = (
                f"the alarm of {event.device_name}" if event and event.device_name else f"alarm {event_id}"
            )
            taken.sentences.append(
                f"The monitoring center says of {where}: {DECISION_WORDS[decision].lower()}. On this computer it was decided:"
                f" {DECISION_WORDS.get(kept.decision, kept.decision).lower()}. That stays; look at it again."
            )
        if event is not None and (is_taken or not is_by_center):
            given.append(replace(event, decision=decision))
        return f"done: event {event_id} is {decision}"


def _filled(told: Understood) -> dict[str, Any]:
    """The data with what only its envelope or type tells."""
    data = dict(told.data)
    if told.kind in _ALARMS:
        data.setdefault("event_type", "alarm")
        if "alarm_id" in data:
            data.setdefault("event_id", data["alarm_id"])
    elif told.kind in _ARMINGS:
        data.setdefault("event_type", "arming")
    if told.kind == "event_video":
        data.setdefault("has_video", True)
    if told.created_ms and "event_time" not in data:
        data["event_time"] = datetime.fromtimestamp(told.created_ms / 1000, UTC).isoformat()
    return data


def sentences(taken: Sequence[str]) -> str:
    return " ".join(taken[:3]) + (f" And {len(taken) - 3} more." if len(taken) > 3 else "")
