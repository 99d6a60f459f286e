"""Control calls for webhooks and the monitoring center; each needs the control token."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from chekt_console.simulator.gateway import body_of, gateway_of, number
from chekt_console.simulator.monitoring_center import REQUESTS, MonitoringCenter
from chekt_console.simulator.problem import invalid, json_reply, not_found
from chekt_console.simulator.webhook_sender import WebhookSender


def two_way_of(request: Request) -> tuple[WebhookSender, MonitoringCenter]:
    return request.app.state.webhooks, request.app.state.center


async def webhooks(request: Request) -> Response:
    sender, _ = two_way_of(request)
    if request.method == "POST":
        return json_reply(sender.register(await body_of(request)).describe(), 201)
    return json_reply({"webhooks": [one.describe() for one in sender.endpoints.values()]})


async def forget_webhook(request: Request) -> Response:
    sender, _ = two_way_of(request)
    if sender.endpoints.pop(request.path_params["webhook_id"], None) is None:
        raise not_found("This webhook")
    return json_reply({"removed": True})


async def center(request: Request) -> Response:
    """{"delay_s": [2, 4], "on": true} sets it; {"verify": event, "decision": "false"} decides now; {"ask": type, ...} sends
    a request of an operator; {"type": ..., "body": {...}} sends anything else."""
    sender, operators = two_way_of(request)
    gateway, body = gateway_of(request), await body_of(request)
    if "verify" in body:
        decision = body.get("decision", "false")
        if decision not in ("real", "false", "unsure"):
            raise invalid("decision", "decision must be real, false or unsure")
        if not await operators.verify(gateway, number(body["verify"]) or 0, decision):
            raise not_found("This event")
        return json_reply({"sent": True}, 201)
    if "ask" in body:
        kind, site_id = body.pop("ask"), number(body.pop("site_id", None))
        if kind not in REQUESTS or site_id is None:
            raise invalid("ask", f"ask must be one of {', '.join(REQUESTS)}, with a site_id")
        return json_reply(operators.ask(gateway, kind, site_id, body), 201)
    if "raw" in body:
        sender.send(str(body.get("type", "")), str(body["raw"]).encode(), to_all=True)
        return json_reply({"sent": True}, 201)
    if "delay_s" in body:
        given = body["delay_s"]
        if (
            not isinstance(given, list)
            or len(given) != 2
            or not all(isinstance(s, int | float) for s in given)
        ):
            raise invalid("delay_s", "delay_s must be two numbers of seconds")
        operators.delay_s = (float(given[0]), float(given[1]))
    operators.is_on = bool(body.get("on", operators.is_on))
    return json_reply({"on": operators.is_on, "delay_s": operators.delay_s})


ROUTES = [
    Route("/_simulator/webhooks", webhooks, methods=["GET", "POST"]),
    Route("/_simulator/webhooks/{webhook_id}", forget_webhook, methods=["DELETE"]),
    Route("/_simulator/center", center, methods=["POST"]),
]
