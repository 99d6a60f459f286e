"""The OpenAPI document of this gateway, built from its list of operations when it is first asked for."""

from __future__ import annotations

import re
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from chekt_console.simulator.config import OBSERVED
from chekt_console.simulator.gate import READS
from chekt_console.simulator.gateway import Gateway, gateway_of
from chekt_console.simulator.openapi_operations import KEY, NOBODY, OPERATIONS, Operation
from chekt_console.simulator.openapi_schemas import SCHEMAS, type_of
from chekt_console.simulator.problem import json_reply

_PARAMETER = re.compile(r"\{(\w+)\}")
_QUERIES = {
    ("get", "/ext/v1/sites"): ("search", "limit", "status"),
    ("get", "/partner/v1/dealers/{dealer_id}/sites"): ("limit", "offset"),
    ("get", "/authorize"): (
        "response_type", "client_id", "redirect_uri", "scope", "audience", "state", "nonce", "code_challenge",
        "code_challenge_method", "prompt",
    ),
    ("get", "/v2/logout"): ("client_id", "returnTo"),
}  # fmt: skip
_QUERY_WORDS = {
    "status": "site_status",
    "limit": "numeral",
    "page": "numeral",
    "per_page": "numeral",
    "offset": "digits",
}
_MAY_BE_LEFT_OUT = ("#Search", "#ArmCommand", "#DisarmCommand")


def document(gateway: Gateway) -> dict[str, Any]:
    is_observed = gateway.config.dialect == OBSERVED
    schemas = dict(SCHEMAS)
    if not is_observed:
        schemas["Problem"] = {
            "type": "object",
            "properties": {"error": {"type": "object", "required": ["code", "message", "request_id"]}},
            "required": ["error"],
        }
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method] = _described(
            operation, is_observed=is_observed
        )
    token_flows = {
        "authorizationCode": {
            "authorizationUrl": f"{gateway.url}/authorize", "tokenUrl": f"{gateway.url}/oauth/token", "scopes": {},
        },
        "clientCredentials": {"tokenUrl": f"{gateway.url}/oauth/token", "scopes": {}},
    }  # fmt: skip
    return {
        "openapi": "3.1.0",
        "info": {"title": "CHeKT gateway (simulated)", "version": "1.0"},
        "servers": [{"url": gateway.url}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer", "description": "The dealer's API key"},
                "token": {"type": "oauth2", "flows": token_flows},
            },
        },
    }


def _described(operation: Operation, *, is_observed: bool) -> dict[str, Any]:
    found: dict[str, Any] = {
        "operationId": f"{operation.method} {operation.path}",
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in _PARAMETER.findall(operation.path)
        ],
        "responses": {},
    }
    queries = _QUERIES.get((operation.method, operation.path), ())
    if operation.path == "/ext/v1/sites":
        queries += ("cursor",) if is_observed else ("page", "per_page")
    for name in queries:
        found["parameters"].append(
            {"name": name, "in": "query", "schema": type_of(_QUERY_WORDS.get(name, "text"))}
        )
    if operation.auth != NOBODY:
        found["security"] = [{operation.auth: [operation.scope] if operation.scope else []}]
    if operation.method == "get" and " 304:" in operation.replies:
        found["parameters"].append({"name": "If-None-Match", "in": "header", "schema": {"type": "string"}})
    if " 428" in operation.replies:
        found["parameters"].append({"name": "If-Match", "in": "header", "schema": {"type": "string"}})
    if operation.auth != NOBODY and operation.method != "get" and operation.path not in READS:
        key = {"name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "maxLength": 255}}
        found["parameters"].append(key)
    if operation.body:
        content = {operation.body_kind: {"schema": type_of(operation.body)}}
        is_needed = operation.body not in _MAY_BE_LEFT_OUT
        found["requestBody"] = {"required": is_needed, "content": content}
    for reply in operation.replies.split():
        status, has_shape, words = reply.partition(":")
        one: dict[str, Any] = {"description": "Done" if status < "300" else "Refused or sent on"}
        if not has_shape:
            one["content"] = {"application/json": {"schema": type_of("#Problem")}}
        elif words:
            # The documents' dialect wraps what the public API answers in data and meta.
            schema = type_of(words) if is_observed or operation.auth != KEY else {}
            one["content"] = {operation.reply_kind: {"schema": schema}}
        found["responses"][status] = one
    return found


async def openapi(request: Request) -> Response:
    return json_reply(document(gateway_of(request)))


ROUTES = [Route("/openapi.json", openapi)]
