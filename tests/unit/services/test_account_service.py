"""A change of a site whose answer was lost is judged by what the server has then."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from chekt_console.domain.account import ArmingAuthority, SiteRecord
from chekt_console.errors import Unreachable
from chekt_console.services.account_service import AccountService

if TYPE_CHECKING:
    from collections.abc import Callable

_SITE = SiteRecord("1", "x-1", "Harbor", "America/New_York", is_monitored=False)
_LOST = Unreachable("The connection broke. Whether it was carried out is not known.", may_have_acted=True)


class Losing:
    """Loses every answer to a write; it acted before, or not."""

    def __init__(self, *, acts: bool, is_read: bool = True) -> None:
        self._acts, self._is_read, self._has_written = acts, is_read, False
        self.record, self.arming = _SITE, ArmingAuthority.CHEKT

    @property
    def account(self) -> Losing:
        return self

    contacts: Any = None

    def site(self, _site_id: str) -> SiteRecord:
        self._check()
        return self.record

    def authority(self, _site_id: str) -> ArmingAuthority:
        self._check()
        return self.arming

    def change_site(self, _site_id: str, fields: dict[str, Any], _key: str) -> None:
        monitored, name = fields.get("monitoring_enabled", False), fields.get("name", _SITE.name)
        self._write(lambda: setattr(self, "record", replace(_SITE, is_monitored=monitored, name=name)))

    def set_authority(self, _site_id: str, authority: ArmingAuthority, _key: str) -> None:
        self._write(lambda: setattr(self, "arming", authority))

    def _write(self, act: Callable[[], None]) -> None:
        self._has_written = True
        if self._acts:
            act()
        raise _LOST

    def _check(self) -> None:
        if self._has_written and not self._is_read:
            raise Unreachable("Cannot be reached.")


_CALLS: list[Callable[[AccountService], object]] = [
    lambda service: service.set_monitoring("1", True, "", "key").is_monitored,
    lambda service: service.save(_SITE, replace(_SITE, name="Quay"), "key").name == "Quay",
    lambda service: (
        service.set_authority("1", ArmingAuthority.CHEKT, ArmingAuthority.PANEL_PRIMARY_BRIDGE, "key")
        is ArmingAuthority.PANEL_PRIMARY_BRIDGE
    ),
]


@pytest.mark.parametrize("call", _CALLS, ids=["monitoring", "details", "who arms"])
def test_a_lost_answer_is_judged_by_what_is_there(call: Callable[[AccountService], object]) -> None:
    clients: list[Any] = [Losing(acts=True), Losing(acts=False), Losing(acts=True, is_read=False)]
    assert call(AccountService(clients[0]))
    for unknown in clients[1:]:
        with pytest.raises(Unreachable, match="not known"):
            call(AccountService(unknown))
