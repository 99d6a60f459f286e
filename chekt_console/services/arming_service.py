"""Armed state of sites and partitions, and changing it: sent once, read back, told truly."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING

from chekt_console.api.priority import wanted
from chekt_console.domain.arming import ArmingMode, ArmingState, PartitionArming
from chekt_console.errors import (
    Cancelled,
    DiskFailed,
    NotConfirmed,
    NotSignedIn,
    ServerBroken,
    ServerSaid,
    TooManyRequests,
    UnexpectedReply,
    Unreachable,
    WorldFailed,
)
from chekt_console.services.read_back import looks

if TYPE_CHECKING:
    from collections.abc import Callable

    from chekt_console.domain.clock import Clock
    from chekt_console.domain.progress import Progress
    from chekt_console.domain.site import Site
    from chekt_console.services.ports import Client
    from chekt_console.store.cache import Cache

_log = logging.getLogger(__name__)

_READ_BACK_S = (0.8, 1.0, 2.0, 4.0, 7.0)
_TURN_S = 30.0  # a wish that is older is not sent any more: who asked may have left, or come in
_USER = "CHeKT Console"


@dataclass(frozen=True, slots=True)
class SiteArming:
    """State of the whole site (for partition sites: the common state, or is_armed None and text 'Partially armed').

    `as_of` is when it was asked for: what happened while the answer was on its way may not be in it. `asked` counts the
    questions since the program began, 0 for what the disk knew.
    """

    site_id: str
    state: ArmingState
    partitions: tuple[PartitionArming, ...]
    as_of: datetime | None
    asked: int = field(default=0, compare=False)

    def is_older_than(self, other: SiteArming) -> bool:
        """By the order of the questions, because the computer's clock may be set back between two."""
        if self.asked != other.asked:
            return self.asked < other.asked
        return other.as_of is not None and (self.as_of is None or self.as_of < other.as_of)


@dataclass(frozen=True, slots=True)
class ArmingOutcome:
    """What became of an arm or disarm. `is_confirmed` only after the wished state was read back.

    When neither confirmed nor refused (`is_confirmed` None) the sentence says 'sent, not confirmed' and what to do; only a
    state that was asked for later ends that doubt: one whose `asked` is not below this one.
    """

    is_confirmed: bool | None
    arming: SiteArming
    sentence: str
    asked: int = 0


class ArmingService:
    def __init__(self, client: Client, cache: Cache, clock: Clock) -> None:
        self._client = client
        self._cache = cache
        self._clock = clock
        self._asks = count(1)
        self._kept: dict[str, int] = {}  # site id -> the question whose answer is on the disk
        self._kept_lock = threading.Lock()

    def cached(self) -> dict[str, SiteArming]:
        return {
            site_id: SiteArming(site_id, state, partitions, as_of)
            for site_id, (state, partitions, as_of) in self._cache.arming().items()
        }

    def read(self, site: Site) -> SiteArming:
        asked, as_of = next(self._asks), self._now()
        if site.has_partitions:
            partitions = self._client.arming.read_partitions(site.site_id)
            state = common_state(partitions)
        else:
            partitions = ()
            state = self._client.arming.read(site.site_id)
        arming = SiteArming(site.site_id, state, partitions, as_of, asked)
        try:
            self._keep(arming)
        except DiskFailed as error:  # what the server said is true all the same
            _log.info("the armed state of site %s was not kept: %s", site.site_id, error.detail)
        return arming

    def _keep(self, arming: SiteArming) -> None:
        """Unless what was asked later is there already."""
        with self._kept_lock:
            if arming.asked > self._kept.get(arming.site_id, 0):
                self._cache.put_arming(arming.site_id, arming.state, arming.partitions, arming.as_of)
                self._kept[arming.site_id] = arming.asked

    def read_all(self, sites: tuple[Site, ...], progress: Progress) -> dict[str, SiteArming]:
        """State of many sites; each is handed to progress.partial as a SiteArming when known.

        A site whose state cannot be read is left out; when the server does not answer at all,
        or no longer knows the key, the error ends the reading.
        """
        known: dict[str, SiteArming] = {}
        for number, site in enumerate(sites):
            progress.report(number, len(sites), site.name)
            try:
                arming = self.read(site)
            except (TooManyRequests, Unreachable, NotSignedIn):
                raise
            except WorldFailed:
                continue
            known[site.site_id] = arming
            progress.partial(arming)
        return known

    def command(
        self,
        site: Site,
        mode: ArmingMode,
        partition_ids: tuple[str, ...],
        progress: Progress,
        check: Callable[[], None] = lambda: None,
    ) -> ArmingOutcome:
        """Arm (mode away, stay, night) or disarm, whole site when partition_ids is empty. Never repeated, always read back.

        progress.report texts tell 'sending', 'sent, reading back'. `check` raises when it must not be sent any more; it is
        asked as long as the command waits for its turn.
        """
        wish = _wish(mode, site, partition_ids)
        progress.report(0, 0, "Sending")
        too_late_s = self._clock.monotonic() + _TURN_S

        def check_turn() -> None:
            check()
            if self._clock.monotonic() >= too_late_s:
                raise Unreachable("Its turn did not come within half a minute. Nothing was sent; try again.")

        try:
            targets = self._targets(site, partition_ids)
            check_turn()
        except WorldFailed as error:
            return self._outcome(False, site, f"Not sent: {wish}. {error.sentence}")
        try:
            with wanted(check_turn):
                if targets:
                    self._client.arming.command_partitions(site.site_id, targets, mode, _USER)
                else:
                    self._client.arming.command(site.site_id, mode, _USER)
        except Unreachable as error:
            if not error.may_have_acted:
                return self._outcome(False, site, f"Not sent: {wish}. {error.sentence}")
        except (ServerBroken, UnexpectedReply):
            pass  # it may have acted before it broke: what is true is read back
        except ServerSaid as error:
            return self._outcome(False, site, f"Refused: {wish}. {error.sentence}")
        except Cancelled:
            return self._broken_off(site, wish)
        progress.report(0, 0, "Sent, reading back")
        last: SiteArming | None = None
        try:
            for last in looks(lambda: self.read(site), self._clock, _READ_BACK_S):
                if _is_so(last, mode, targets):
                    return ArmingOutcome(True, last, f"{site.name}: {_done(mode, site, partition_ids)}.")
        except Cancelled:
            return self._broken_off(site, wish)
        arming = last or self._last_known(site)
        said = f"it still reads {arming.state.text}" if last else "it cannot be read back"
        return ArmingOutcome(
            None,
            arming,
            f"Sent, not confirmed: {wish} — {said}. Read the state again or ask someone at the panel"
            " before you rely on it; the command is not repeated by itself.",
            next(self._asks),
        )

    def _targets(self, site: Site, partition_ids: tuple[str, ...]) -> tuple[str, ...]:
        """Partitions to command; none for a site that is armed as a whole."""
        if not site.has_partitions:
            if partition_ids:  # never widened to the whole site
                raise NotConfirmed(f"{site.name} has no partitions. Refresh the site list and try again.")
            return ()
        found = partition_ids or tuple(
            one.partition_id for one in self._client.arming.read_partitions(site.site_id)
        )
        if not found:
            raise NotConfirmed(f"The server lists no partitions of {site.name}. Refresh and try again.")
        return found

    def _outcome(self, is_confirmed: bool, site: Site, sentence: str) -> ArmingOutcome:
        return ArmingOutcome(is_confirmed, self._last_known(site), sentence)

    def _broken_off(self, site: Site, wish: str) -> ArmingOutcome:
        """The connection was closed under it; the files are about to be."""
        nothing = SiteArming(site.site_id, ArmingState.unknown(), (), None)
        sentence = (
            f"Not confirmed: {wish} — the connection was closed before it could be read back."
            " Read the state again before you rely on it."
        )
        return ArmingOutcome(None, nothing, sentence, next(self._asks))

    def _last_known(self, site: Site) -> SiteArming:
        return self.cached().get(site.site_id) or SiteArming(site.site_id, ArmingState.unknown(), (), None)

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock.now_ms() / 1000, UTC)


def common_state(partitions: tuple[PartitionArming, ...]) -> ArmingState:
    """State of a site from its partitions: the one they share, "Partially armed" when they differ."""
    if not partitions:
        return ArmingState.unknown()
    states = [partition.state for partition in partitions]
    if any(state.is_armed is None for state in states):
        return ArmingState.unknown()
    updated = max((state.updated_at for state in states if state.updated_at), default=None)
    if len({(state.is_armed, state.mode) for state in states}) == 1:
        return ArmingState(states[0].is_armed, states[0].mode, states[0].text, updated)
    if all(state.is_armed for state in states):
        return ArmingState(True, None, "Armed", updated)
    return ArmingState(None, None, "Partially armed", updated)


def _is_so(arming: SiteArming, mode: ArmingMode, targets: tuple[str, ...]) -> bool:
    if not arming.partitions:
        return _has(arming.state, mode)
    states = [one.state for one in arming.partitions if one.partition_id in targets]
    return bool(states) and len(states) == len(set(targets)) and all(_has(state, mode) for state in states)


def _has(state: ArmingState, mode: ArmingMode) -> bool:
    if mode is ArmingMode.DISARMED:
        return state.is_armed is False
    # A server that does not tell the mode can only confirm that it is armed.
    return state.is_armed is True and state.mode in (mode, None)


def _where(site: Site, partition_ids: tuple[str, ...]) -> str:
    names = {partition.partition_id: partition.name for partition in site.partitions}
    return ", ".join(names.get(partition_id, partition_id) for partition_id in partition_ids)


def _wish(mode: ArmingMode, site: Site, partition_ids: tuple[str, ...]) -> str:
    verb = "disarm" if mode is ArmingMode.DISARMED else f"arm {mode.label}"
    part = f" ({_where(site, partition_ids)})" if partition_ids else ""
    return f"{verb} {site.name}{part}"


def _done(mode: ArmingMode, site: Site, partition_ids: tuple[str, ...]) -> str:
    what = "disarmed" if mode is ArmingMode.DISARMED else f"armed {mode.label}"
    return f"{_where(site, partition_ids)} {what}" if partition_ids else what
