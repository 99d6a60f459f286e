"""Who decides the arming of each site, asked once and remembered for a while; only some connections can tell."""

from __future__ import annotations

import threading
from contextlib import suppress
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
    @property
    def tells_authority(self) -> bool: ...
    def authority(self, site_id: str) -> ArmingAuthority: ...


class AuthorityService:
    """Blocking; call it in a worker."""

    def __init__(self, authorities: Callable[[], Authorities], cache: Cache, clock: Clock) -> None:
        self._authorities = authorities
        self._cache = cache
        self._clock = clock
        self._lock = threading.Lock()
        self._read: dict[str, tuple[ArmingAuthority | None, int]] = {}  # with when it was read, ms

    @property
    def can_tell(self) -> bool:
        """For who asks for many sites."""
        return self._authorities().tells_authority

    @property
    def known(self) -> Mapping[str, ArmingAuthority]:
        with self._lock:
            return {site_id: told for site_id, (told, _) in self._read.items() if told is not None}

    def forget(self, site_id: str) -> None:
        """It was changed."""
        with self._lock:
            self._read.pop(site_id, None)

    def authority(self, site_id: str) -> ArmingAuthority | None:
        """None: this connection does not tell, which is asked again after a while as well: a right may be granted. Raises
        WorldFailed."""
        now_ms = self._clock.now_ms()
        with self._lock:
            found = self._read.get(site_id)
        if found is not None and 0 <= now_ms - found[1] < _GOOD_MS:
            return found[0]
        authorities, authority = self._authorities(), None
        if authorities.is_open:
            with suppress(NotAllowed, NotThere):
                authority = authorities.authority(site_id)
        with self._lock:
            self._read[site_id] = authority, now_ms
        return authority

    def charge(self, site: Site) -> Charge:
        """Raises WorldFailed."""
        return charge_of(site, self.authority(site.site_id), self._cache.devices(site.site_id)[0])
