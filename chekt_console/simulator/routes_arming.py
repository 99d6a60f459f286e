"""Armed states of sites and partitions, and the commands that change them."""

from __future__ import annotations

import sqlite3

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from chekt_console.simulator import arming_commands
from chekt_console.simulator import wire_observed as wire
from chekt_console.simulator.answers import answer
from chekt_console.simulator.gateway import body_of, gateway_of, number, site_row
from chekt_console.simulator.idempotency import Outcome, write_once
from chekt_console.simulator.problem import Problem, invalid

MODES = ("away", "stay", "night")
_MAX_USER = 100


async def read_arming(request: Request) -> Response:
    gateway, site = gateway_of(request), site_row(request)
    rows = gateway.database.rows("SELECT * FROM arming WHERE site_id = ?", site["site_id"])
    return answer(gateway, "arming", wire.arming(site["site_id"], rows))


async def read_partition_arming(request: Request) -> Response:
    gateway, site = gateway_of(request), site_row(request)
    _check_family(site, wants_partitions=True)
    rows = gateway.database.rows(
        "SELECT * FROM partition JOIN arming USING (site_id, partition_id) WHERE site_id = ? ORDER BY number",
        site["site_id"],
    )
    return answer(gateway, "partitions", [wire.partition_arming(row) for row in rows])


async def command_site(request: Request) -> Response:
    site = site_row(request)
    _check_family(site, wants_partitions=False)
    body = await body_of(request, may_be_empty=True)
    return await _command(request, site, [], body)


async def command_partitions(request: Request) -> Response:
    gateway, site = gateway_of(request), site_row(request)
    _check_family(site, wants_partitions=True)
    body = await body_of(request)
    asked = body.get("partition_ids")
    if not isinstance(asked, list) or not asked:
        raise invalid("partition_ids", "partition_ids must name at least one partition", is_required=True)
    known = {
        row["partition_id"]
        for row in gateway.database.rows(
            "SELECT partition_id FROM partition WHERE site_id = ?", site["site_id"]
        )
    }
    ids = [number(one) for one in asked]
    wrong = [given for given, one in zip(asked, ids, strict=True) if one not in known]
    if wrong:
        raise invalid("partition_ids", f"Partition {wrong[0]} is not one of this site")
    return await _command(request, site, sorted({one for one in ids if one is not None}), body)


async def _command(request: Request, site: sqlite3.Row, ids: list[int], body: dict[str, object]) -> Response:
    """The reply says that the command was taken, not that it is true."""
    gateway = gateway_of(request)
    if site["follows_panel"]:
        raise Problem(409, "Conflict", "This site follows its alarm panel; arm or disarm at the panel")
    if site["status"] != "active":
        raise Problem(409, "Conflict", "This site is inactive")
    user = body.get("user", "")
    if not isinstance(user, str) or len(user) > _MAX_USER:
        raise invalid("user", f"user must be text of at most {_MAX_USER} characters")
    mode = "disarmed"
    if request.url.path.endswith("/arm"):
        mode = str(body.get("mode", "away"))
        if mode not in MODES:
            raise invalid("mode", "mode must be away, stay or night")
    now_ms = gateway.clock.now_ms()

    def write(connection: sqlite3.Connection) -> Outcome:
        command_id = arming_commands.take(connection, site["site_id"], ids, mode, user, now_ms)
        return 202, {"command_id": command_id, "result": "accepted"}

    status, payload, headers = await write_once(request, write)
    return answer(gateway, "command", payload, status, headers)


def _check_family(site: sqlite3.Row, *, wants_partitions: bool) -> None:
    """Nothing public says what the service answers here; a conflict that names the right call is ours."""
    if wants_partitions and not site["is_partitioned"]:
        raise Problem(409, "Conflict", "This site has no partitions; use /arming")
    if not wants_partitions and site["is_partitioned"]:
        raise Problem(409, "Conflict", "This site has partitions; use /partition-arming")


_SITE = "/ext/v1/sites/{site_id}"
ROUTES = [
    Route(f"{_SITE}/arming", read_arming),
    Route(f"{_SITE}/partition-arming", read_partition_arming),
    *(Route(f"{_SITE}/arming/actions/{word}", command_site, methods=["POST"]) for word in ("arm", "disarm")),
    *(
        Route(f"{_SITE}/partition-arming/actions/{word}", command_partitions, methods=["POST"])
        for word in ("arm", "disarm")
    ),
]
