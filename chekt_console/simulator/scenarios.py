"""Stories the gateway can play: what happens at a site, step by step, with the monitoring center's part in it."""

from __future__ import annotations

import asyncio
import logging
import random
import sqlite3
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from chekt_console.simulator.event_rows import ARMING, TROUBLE, VIDEO_EVENT, ZONE, NewEvent
from chekt_console.simulator.gateway import body_of, gateway_of, number
from chekt_console.simulator.problem import invalid, json_reply, not_found
from chekt_console.simulator.raising import add_events

if TYPE_CHECKING:
    from chekt_console.simulator.gateway import Gateway
    from chekt_console.simulator.monitoring_center import MonitoringCenter

_log = logging.getLogger(__name__)
_STORM_STEP_S = 0.05
_running: set[asyncio.Future[None]] = set()


class Stage:
    """One site and the time between its steps; `speed` 10 plays ten times as fast."""

    def __init__(self, gateway: Gateway, center: MonitoringCenter, site: sqlite3.Row, speed: float) -> None:
        self.gateway = gateway
        self.center = center
        self.site_id = int(site["site_id"])
        self._speed = speed
        rows = gateway.database.rows(
            "SELECT * FROM device WHERE site_id = ? ORDER BY device_id", self.site_id
        )
        self.cameras = [row for row in rows if row["kind"] == "camera"]
        self.zones = [row for row in rows if row["kind"] == "zone"]
        self.bridges = [row for row in rows if row["kind"] == "bridge"]

    async def wait(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self._speed)

    async def happen(self, *events: NewEvent) -> list[int]:
        return await self.gateway.database.write(lambda connection: add_events(connection, events))

    def event(
        self, kind: str, category: int, subtype: str, text: str, device: sqlite3.Row | None = None,
        *, status: str = "", mode: str = "", user: str = "", has_video: bool = False,
    ) -> NewEvent:  # fmt: skip
        return NewEvent(
            self.site_id, self.gateway.clock.now_ms(), kind, category, subtype, text, status,
            device["zone_number"] if device else None, device["device_id"] if device else None, user, mode,
            has_video=int(has_video), scene="person" if has_video else "",
        )  # fmt: skip

    def seen(self, camera: sqlite3.Row, what: str, *, is_alarm: bool) -> NewEvent:
        place = camera["name"].split(" · ")[-1]
        kind, words = ("alarm", "Intrusion") if is_alarm else ("activity", what.capitalize())
        return self.event(
            kind, VIDEO_EVENT, "intrusion" if is_alarm else what, f"{words} — {place}", camera,
            status="waiting" if is_alarm else "", has_video=True,
        )  # fmt: skip

    def zone(self, zone: sqlite3.Row, subtype: str) -> NewEvent:
        return self.event(
            "activity", ZONE, subtype, f"{subtype.replace('_', ' ').capitalize()} — {zone['name']}", zone
        )

    async def arm(self, mode: str, user: str) -> None:
        now_ms = self.gateway.clock.now_ms()

        def write(connection: sqlite3.Connection) -> None:
            connection.execute(
                "UPDATE arming SET mode = ?, user = ?, updated_ms = ? WHERE site_id = ?",
                (mode, user, now_ms, self.site_id),
            )

        await self.gateway.database.write(write)
        is_armed = mode != "disarmed"
        words = f"Armed {mode.capitalize()}" if is_armed else "Disarmed"
        subtype = f"armed_{mode}" if is_armed else "disarmed"
        await self.happen(
            self.event(
                "arming", ARMING, subtype, f"{words} by {user}", status="armed" if is_armed else "disarmed",
                mode=mode, user=user,
            )
        )  # fmt: skip


async def quiet_night(stage: Stage) -> None:
    """Armed, a cat, nothing else, disarmed by the first who comes."""
    await stage.arm("away", "Schedule")
    for camera in stage.cameras[:2]:
        await stage.wait(6)
        await stage.happen(stage.seen(camera, "motion", is_alarm=False))
    await stage.wait(8)
    await stage.arm("disarmed", "Daniel Ito")


async def burglary(stage: Stage) -> None:
    """A door, a person on two cameras, an operator who calls the police and asks for the site to stay armed."""
    await stage.arm("away", "Schedule")
    await stage.wait(2)
    if stage.zones:
        await stage.happen(stage.zone(stage.zones[0], "zone_opened"))
    await stage.wait(3)
    alarms = []
    for camera in stage.cameras[:2]:
        alarms += await stage.happen(stage.seen(camera, "person", is_alarm=True))
        await stage.wait(2)
    if stage.cameras:
        asked = {"device_id": stage.cameras[0]["device_id"]}
        stage.center.ask(stage.gateway, "camera.view_request", stage.site_id, asked)
    await stage.wait(8)
    for alarm in alarms:
        await stage.center.verify(stage.gateway, alarm, "real")
    await stage.wait(2)
    stage.center.ask(stage.gateway, "arming.command", stage.site_id, {"action": "arm", "mode": "away"})


async def cleaning_crew(stage: Stage) -> None:
    """People with a key who come before the site is disarmed."""
    await stage.arm("night", "Schedule")
    await stage.wait(2)
    if stage.zones:
        await stage.happen(stage.zone(stage.zones[0], "zone_opened"))
    alarms = []
    for camera in stage.cameras[:3]:
        alarms += await stage.happen(stage.seen(camera, "person", is_alarm=True))
        await stage.wait(4)
    await stage.arm("disarmed", "Cleaning crew")
    for alarm in alarms:
        await stage.wait(1)
        await stage.center.verify(stage.gateway, alarm, "false")


async def bridge_dies(stage: Stage) -> None:
    """The bridge and its cameras are gone for a while, and return."""
    lost = [*stage.bridges[:1], *stage.cameras]
    for status in ("offline", "online"):
        now_ms = stage.gateway.clock.now_ms()

        def write(connection: sqlite3.Connection, status: str = status, now_ms: int = now_ms) -> None:
            connection.executemany(
                "UPDATE device SET status = ?, last_seen_ms = ? WHERE device_id = ?",
                [(status, now_ms, row["device_id"]) for row in lost],
            )

        await stage.gateway.database.write(write)
        is_lost = status == "offline"
        await stage.happen(
            *(
                stage.event(
                    "trouble", TROUBLE, "device_offline",
                    f"Connection lost — {row['name'].split(' · ')[-1]}" + ("" if is_lost else " (restored)"),
                    row, status="active" if is_lost else "restored",
                )
                for row in lost
            )
        )  # fmt: skip
        if is_lost:
            await stage.wait(20)


async def storm(stage: Stage, *, events_per_s: int = 1000, seconds: float = 10.0) -> None:
    """Every camera of the site at once, a thousand events a second."""
    dice, sent = random.Random(3), 0
    started = asyncio.get_running_loop().time()
    while sent < events_per_s * seconds:
        due = min(
            int((asyncio.get_running_loop().time() - started) * events_per_s) + 1, int(events_per_s * seconds)
        )
        if due > sent:
            cameras = [dice.choice(stage.cameras) for _ in range(due - sent)]
            await stage.happen(*(stage.seen(camera, "motion", is_alarm=False) for camera in cameras))
            sent = due
        await asyncio.sleep(_STORM_STEP_S)


STORIES: dict[str, Callable[[Stage], Coroutine[Any, Any, None]]] = {
    "quiet night": quiet_night,
    "burglary with dispatch": burglary,
    "cleaning crew": cleaning_crew,
    "storm": storm,
    "bridge dies and returns": bridge_dies,
}


async def play(request: Request) -> Response:
    """{"name": one of STORIES, "site_id": ..., "speed": 1}; a storm also takes "events_per_s" and "seconds"."""
    gateway, body = gateway_of(request), await body_of(request)
    name, speed = body.get("name"), body.get("speed", 1)
    if name not in STORIES:
        raise invalid("name", f"name must be one of {', '.join(STORIES)}")
    if not isinstance(speed, int | float) or isinstance(speed, bool) or not 0.1 <= speed <= 1000:
        raise invalid("speed", "speed must be a number from 0.1 to 1000")
    site = gateway.database.row("SELECT * FROM site WHERE site_id = ?", number(body.get("site_id")))
    if site is None:
        raise not_found(f"Site {body.get('site_id')}")
    stage = Stage(gateway, request.app.state.center, site, float(speed))
    if not stage.cameras:
        raise not_found("A camera at this site")
    if name == "storm":
        rate, seconds = body.get("events_per_s", 1000), body.get("seconds", 10)
        if not all(isinstance(one, int) and 1 <= one <= 5000 for one in (rate, seconds)):
            raise invalid("events_per_s", "events_per_s and seconds must be whole numbers from 1 to 5000")
        told = storm(stage, events_per_s=rate, seconds=seconds)
    else:
        told = STORIES[name](stage)
    task = asyncio.ensure_future(told)
    _running.add(task)
    task.add_done_callback(_ended)
    return json_reply({"playing": name}, 202)


def _ended(task: asyncio.Future[None]) -> None:
    _running.discard(task)
    if not task.cancelled() and task.exception() is not None:
        _log.error("a scenario broke off: %s", task.exception())


ROUTES = [Route("/_simulator/scenario", play, methods=["POST"])]
