"""Site details and devices have no outbox: when the server cannot be reached the dialog says that nothing was sent, and keeps
what was typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from chekt_console.domain.device_table import FIELDS
from chekt_console.ui.account.site_dialog import DEVICES
from tests.support.fake_clock import FakeClock
from tests.support.simulator import RunningSimulator
from tests.ui.account.test_site_dialog import Desk, _type

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.slow


@pytest.fixture
def desk(qtbot: QtBot, simulator: RunningSimulator) -> Iterator[Desk]:
    desk = Desk(qtbot, simulator)
    desk.client._transport._clock = FakeClock()  # the tries take no time
    yield desk
    desk.close()


def test_site_details_say_that_nothing_was_sent_and_keep_what_was_typed(
    desk: Desk, simulator: RunningSimulator, qtbot: QtBot
) -> None:
    site = desk.client.sites.list().values[0]
    details = desk.open(site).details
    _type(qtbot, details.fields["name"], "Harbor Point East")
    simulator.kill()
    details.save.click()
    desk.wait(lambda: "Nothing was sent." in details.note.text())
    assert details.fields["name"].text() == "Harbor Point East"
    assert details.save.isEnabled()
    simulator.restart()
    details.save.click()
    desk.wait(lambda: "read back" in details.note.text())
    assert desk.client.account.site(site.site_id).name == "Harbor Point East"


def test_devices_say_that_nothing_was_sent_and_keep_what_was_typed(
    desk: Desk, simulator: RunningSimulator
) -> None:
    site = desk.client.sites.list().values[0]
    tab = desk.open(site, DEVICES).devices
    desk.wait(lambda: tab.model.rows)
    name = tab.model.index(0, FIELDS.index("name"))
    assert tab.model.setData(name, "Gate east")
    simulator.kill()
    tab.save.click()
    desk.wait(lambda: "Nothing was sent." in tab.note.text())
    assert tab.model.rows[0].name == "Gate east"
    simulator.restart()
    tab.save.click()
    desk.wait(lambda: tab.note.text() == "1 done.")
    assert "Gate east" in {one.name for one in desk.client.account.devices(site.site_id).values}
