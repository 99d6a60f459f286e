"""Who decides the arming of each site, asked once and remembered for a while; only some connections can tell."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Protocol

from chekt_console.domain.schedule_charge import Charge, charge_of
from chekt_console.errors import NotAllowed, NotThere

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from chekt_console.domain.account import ArmingAuthority
    from chekt_console.domain.clock import Clock
    from chekt_console.domain.site import Site
    from chekt_console.store.cache import Cache

_GOOD_MS = 10 * 60_000


class Authorities(Protocol):
    @property
    def is_open(self) -> bool: ...
    def authority(self, site_id: str) -> ArmingAuthority: ...


class AuthorityService:
    """Blocking; call it in a worker."""

    def __init__(self, authorities: Callable[[], Authorities], cache: Cache, clock: Clock) -> None:
        self._authorities = authorities
        self._cache = cache
        self._clock = clock
        self._lock = threading.Lock()
        self._read: dict[str, tuple[ArmingAuthority, int]] = {}  # with when it was read, ms
        self._can_tell = True

    @property
    def can_tell(self) -> bool:
        return self._can_tell and self._authorities().is_open

    @property
    def known(self) -> Mapping[str, ArmingAuthority]:
        with self._lock:
            return {site_id: authority for site_id, (authority, _) in self._read.items()}

    def forget(self, site_id: str) -> None:
        """It was changed."""
        with self._lock:
            self._read.pop(site_id, None)

    def authority(self, site_id: str) -> ArmingAuthority | None:
        """None: this connection cannot tell. Raises WorldFailed."""
        now_ms = self._clock.now_ms()
        with self._lock:
            found = self._read.get(site_id)
        if found is not None and 0 <= now_ms - found[1] < _GOOD_MS:
            return found[0]
        if not self.can_tell:
            return None
        try:
            authority = self._authorities().authority(site_id)
        except NotAllowed:
            self._can_tell = False
            return None
        except NotThere:
            # Of one site, or of the whole family when none was ever told.
            self._can_tell = bool(self.known)
            return None
        with self._lock:
            self._read[site_id] = authority, now_ms
        return authority

    def charge(self, site: Site) -> Charge:
        """Raises WorldFailed."""
        return charge_of(site, self.authority(site.site_id), self._cache.devices(site.site_id)[0])
