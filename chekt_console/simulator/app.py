"""Builds the gateway and the web application around it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Route
from starlette.types import ASGIApp

from chekt_console.simulator import (
    arming_commands,
    live_events,
    oauth_routes,
    openapi_document,
    routes_arming,
    routes_contacts,
    routes_control,
    routes_events,
    routes_media,
    routes_partner_control,
    routes_partner_dealers,
    routes_partner_devices,
    routes_partner_events,
    routes_partner_sites,
    routes_schedule,
    routes_sites,
    scenarios,
    schedule_runs,
    schema,
    webhook_routes,
    world_build,
)
from chekt_console.simulator.clock import GatewayClock
from chekt_console.simulator.config import Config, Secrets
from chekt_console.simulator.database import Database
from chekt_console.simulator.event_intake import EventIntake
from chekt_console.simulator.faults import FaultLayer, Faults
from chekt_console.simulator.gate import Gate
from chekt_console.simulator.gateway import Gateway, gateway_of
from chekt_console.simulator.limits import Limits
from chekt_console.simulator.media import Media
from chekt_console.simulator.monitoring_center import MonitoringCenter
from chekt_console.simulator.oauth_keys import ServerKey
from chekt_console.simulator.oauth_tokens import AccessTokens
from chekt_console.simulator.problem import Problem, problem_reply
from chekt_console.simulator.record import Record
from chekt_console.simulator.signing import Signer
from chekt_console.simulator.video_facts import video_of
from chekt_console.simulator.webhook_sender import WebhookSender

_WARM_AFTER_S = 6


def open_gateway(config: Config, secrets: Secrets) -> Gateway:
    """Makes or opens the world; takes a second or so the first time."""
    config.data_dir.mkdir(parents=True, exist_ok=True)
    clock = GatewayClock(world_build.stored_ahead_ms(config))
    world_build.prepare(config, clock.now_ms())
    schema.add_partner_tables(config.database_file)
    return Gateway(
        config=config,
        secrets=secrets,
        clock=clock,
        database=Database(config.database_file),
        signer=Signer(secrets.signing_key),
        limits=Limits(config.limit_per_minute, config.burst_per_second, clock.told_s),
        faults=Faults(clock),
        record=Record(),
        media=Media(config.clip_dir),
        keys={secrets.api_key: "all"},
        oauth_key=ServerKey(config.oauth_key_file),
        access_tokens=AccessTokens(),
        partner_limits=Limits(config.partner_per_minute, config.partner_burst, clock.told_s),
        intake=EventIntake(config.database_file),
    )


def make_app(gateway: Gateway) -> ASGIApp:
    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        tasks = [
            asyncio.create_task(arming_commands.run(gateway.database, gateway.clock)),
            asyncio.create_task(app.state.webhooks.run(gateway)),
            asyncio.create_task(app.state.center.run(gateway)),
        ]
        if gateway.config.live_every_s > 0:
            tasks += [
                asyncio.create_task(live_events.run(gateway.database, gateway.clock, gateway.config)),
                asyncio.create_task(schedule_runs.run(gateway.database, gateway.clock)),
                asyncio.create_task(_warm_first_clips(gateway)),
            ]
        yield
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await gateway.media.close()
        gateway.intake.close()
        gateway.database.close()

    app = Starlette(
        routes=routes(),
        exception_handlers={Problem: _on_problem, HTTPException: _on_http_error, Exception: _on_error},
        lifespan=lifespan,
    )
    app.state.gateway = gateway
    app.state.webhooks = WebhookSender(gateway.faults)
    app.state.center = MonitoringCenter(app.state.webhooks)
    return FaultLayer(Gate(app, gateway), gateway)


def routes() -> list[BaseRoute]:
    """Every call, the control calls too."""
    return [
        *routes_sites.ROUTES,
        *routes_arming.ROUTES,
        *routes_schedule.ROUTES,
        *routes_events.ROUTES,
        *routes_media.ROUTES,
        *routes_control.ROUTES,
        *webhook_routes.ROUTES,
        *scenarios.ROUTES,
        *routes_contacts.ROUTES,
        *oauth_routes.ROUTES,
        *openapi_document.ROUTES,
        *routes_partner_control.ROUTES,
        *routes_partner_dealers.ROUTES,
        *routes_partner_sites.ROUTES,
        *routes_partner_devices.ROUTES,
        *routes_partner_events.ROUTES,
    ]


async def _warm_first_clips(gateway: Gateway) -> None:
    """The alarms of the first site are what a person looks at first; not while the console itself is starting."""
    await asyncio.sleep(_WARM_AFTER_S)
    rows = gateway.database.rows(
        f"{routes_events.EVENT} WHERE site.number = 0 AND has_video AND event.kind = 'alarm' AND decision = '' "
        "ORDER BY instant_ms DESC LIMIT 3"
    )
    gateway.media.warm([video_of(row) for row in rows])


async def _on_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return problem_reply(error, gateway_of(request).config.dialect)


async def _on_http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    name = {404: "NotFound", 405: "MethodNotAllowed"}.get(error.status_code, "BadRequest")
    headers = dict(error.headers or {})
    if error.status_code == 405:
        headers["Allow"] = ", ".join(_methods(request))
    problem = Problem(error.status_code, name, str(error.detail), headers=headers)
    return problem_reply(problem, gateway_of(request).config.dialect)


def _methods(request: Request) -> list[str]:
    """What may be asked of this path: each of its routes knows only its own method."""
    routes = [route for route in request.app.routes if isinstance(route, Route)]
    path = next(route.path for route in routes if route.matches(request.scope)[0] is not Match.NONE)
    return sorted({method for route in routes if route.path == path for method in route.methods or ()})


async def _on_error(request: Request, _error: Exception) -> Response:
    """Starlette raises it again behind this reply, and uvicorn logs it."""
    problem = Problem(500, "ServerError", "The server failed")
    return problem_reply(problem, gateway_of(request).config.dialect)
