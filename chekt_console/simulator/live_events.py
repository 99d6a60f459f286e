"""Something happens somewhere every half minute or so, while the gateway runs."""

from __future__ import annotations

import asyncio
import logging
import random
import sqlite3
from functools import partial

from chekt_console.simulator import world_incidents as incident
from chekt_console.simulator.clock import GatewayClock
from chekt_console.simulator.config import Config
from chekt_console.simulator.database import Database
from chekt_console.simulator.event_rows import NewEvent
from chekt_console.simulator.raising import add_events
from chekt_console.simulator.world_sites import INACTIVE, make_site

_log = logging.getLogger(__name__)
_RESTORE_AFTER_MS = (60_000, 300_000)


async def run(database: Database, clock: GatewayClock, config: Config) -> None:
    """For as long as the server runs; the times are drawn, the mean is `live_every_s`."""
    if config.live_every_s <= 0:
        return
    dice = random.Random()
    later: list[NewEvent] = []
    while True:
        await asyncio.sleep(config.live_every_s * dice.uniform(0.67, 1.33))
        now_ms = clock.now_ms()
        due = [event for event in later if event.instant_ms <= now_ms]
        later = [event for event in later if event.instant_ms > now_ms]
        fresh = _happening(dice, database, config, now_ms)
        due += [event for event in fresh if event.instant_ms <= now_ms]
        later += [event for event in fresh if event.instant_ms > now_ms]
        try:
            await database.write(partial(add_events, events=due))
        except sqlite3.Error as error:
            _log.error("A live event could not be written: %s", error)


def _happening(dice: random.Random, database: Database, config: Config, now_ms: int) -> list[NewEvent]:
    """An alarm only where the site is armed; the sites of the drawings are livelier than the rest."""
    numbers = [n for n in range(config.sites) if n not in INACTIVE]
    number = dice.choice(numbers[:8]) if dice.random() < 0.4 else dice.choice(numbers)
    site = make_site(config.seed, number)
    armed = database.row(
        "SELECT 1 FROM arming WHERE site_id = ? AND mode <> 'disarmed' LIMIT 1", site.site_id
    )
    chance = dice.random()
    if armed and chance < 0.18:
        return incident.alarm(site, dice, now_ms)
    if chance > 0.92:
        broken = incident.some_trouble(site, dice, now_ms)
        return [
            *broken[:1],
            *(incident.restore(one, now_ms + dice.randint(*_RESTORE_AFTER_MS)) for one in broken[:1]),
        ]
    if chance > 0.7 and site.zones:
        zone = dice.choice(site.zones)
        opened = incident.zone_change(site, zone, now_ms, "opened")
        return [opened, incident.zone_change(site, zone, now_ms + dice.randrange(4_000, 40_000), "closed")]
    camera = dice.choice([camera for camera in site.cameras if not camera.quirk] or site.cameras)
    what = dice.choice(("person", "motion", "vehicle" if incident.is_outdoors(camera) else "person"))
    return [incident.seen(site, camera, now_ms, what, has_video=chance < 0.5)]
