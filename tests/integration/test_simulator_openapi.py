"""The OpenAPI document is true: it names every route, and every call, good or odd, gets a declared status and shape."""

from __future__ import annotations

import json
import re
import secrets
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from starlette.routing import Route

from chekt_console.simulator import app as simulator_app
from chekt_console.simulator.config import Config, load_secrets
from chekt_console.simulator.openapi_operations import OPERATIONS
from tests.support.simulator import RunningSimulator

GOOD_IDS = {"site_id": "1784", "dealer_id": "12345", "event_id": "1", "contact_id": "17841"}
_PERSON = {"external_contact_id": "w-1", "first_name": "Ann", "last_name": "Lee"}
_DEVICES = [{"external_device_id": "w-1", "device_type": "camera", "zone_number": "001"}, {"zone_number": 1}]
_EVENT = {"location_id": "w-1", "event_id": "1", "event_type": "alarm"}
_PARTNER = "/partner/v1/dealers/{dealer_id}"
# Sent before the odd ones, so that what is done has its shape checked too.
GOOD_BODIES: dict[tuple[str, str], Any] = {
    ("put", "/partner/v1/dealers/connect"): {"external_dealer_id": "w-1", "company_name": "Northgate"},
    ("patch", _PARTNER): {"company_email": "office@example.com"},
    ("post", f"{_PARTNER}/monitoring-stations"): {"external_monitoring_station_id": "w-1", "name": "East"},
    ("post", f"{_PARTNER}/sites"): {"external_site_id": "w-1", "name": "Walk", "timezone": "America/Denver"},
    ("patch", f"{_PARTNER}/sites/{{site_id}}"): {"address1": "1 Main St", "monitoring_station_id": 1},
    ("patch", f"{_PARTNER}/sites/{{site_id}}/arming-settings"): {"security_type": 3},
    ("post", f"{_PARTNER}/sites/{{site_id}}/contacts"): _PERSON | {"external_contact_id": "w-2"},
    ("post", f"{_PARTNER}/sites/{{site_id}}/devices"): _DEVICES,
    ("patch", f"{_PARTNER}/sites/{{site_id}}/devices"): _DEVICES,
    ("delete", f"{_PARTNER}/sites/{{site_id}}/devices"): _DEVICES,
    ("post", "/partner/v1/webhooks"): {"url": "https://a.example/", "events": ["site.armed"], "secret": "s"},
    ("post", "/partner/v1/events"): [_EVENT, _EVENT, {}],
    ("post", "/ext/v1/sites/{site_id}/contacts"): _PERSON,
    ("put", "/ext/v1/sites/{site_id}/contacts/{contact_id}"): {"title": "Owner"},
    ("post", "/ext/v1/events"): {
        "site_id": 1784,
        "event_type": "alarm",
        "event_time": "2026-01-01T00:00:00Z",
    },
    ("post", "/ext/v1/events-video-urls"): {"event_ids": [1]},
}
ODD_IDS = ("0", "-1", "x" * 300, "%00", "%F0%9F%90%99", "999999999999999999999", "1.5", "site_1784")
ODD_BODIES: tuple[Any, ...] = (
    {}, [], None, "text", 7, [[]], [{}], [None], {"": ""}, {"name": None}, {"name": "x" * 5000}, {"limit": -1}, {"user": 7},
    {"first_name": "\u0000", "last_name": 1}, {"event_ids": [1, "a"]}, {"schedule": {"monday": 1}},
    {"partition_ids": [1e400]}, {"security_type": True}, {"site_id": {}, "event_type": [], "event_time": 9},
)  # fmt: skip
ODD_RAW = (b"", b"{", b"\xff\xfe", b"[" * 5000, b'{"a":"\\ud800"}')


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSimulator]:
    fast = ("--limit-per-minute", "1000000", "--burst-per-second", "1000000")
    with RunningSimulator(tmp_path_factory.mktemp("openapi"), *fast, sites=3) as running:
        yield running


@pytest.fixture(scope="module")
def token(simulator: RunningSimulator) -> str:
    key = rsa.generate_private_key(65537, 2048)
    spki = serialization.PublicFormat.SubjectPublicKeyInfo
    pem = key.public_key().public_bytes(serialization.Encoding.PEM, spki).decode()
    partner = simulator.control("partners", {"public_key": pem, "connect": True})
    now, name = int(time.time()), partner["client_id"]
    claims = {"iss": name, "sub": name, "aud": f"{simulator.url}/", "iat": now, "exp": now + 300}
    assertion = jwt.encode(
        claims | {"jti": secrets.token_hex(8)}, key, algorithm="RS256", headers={"kid": partner["kid"]}
    )
    kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    form = {"grant_type": "client_credentials", "client_assertion_type": kind, "client_assertion": assertion}
    found: str = httpx.post(f"{simulator.url}/oauth/token", data=form).json()["access_token"]
    return found


def _fault(schema: dict[str, Any], value: Any, document: dict[str, Any], path: str = "") -> str:
    """Where `value` is not what the schema says, in words; empty when it is."""
    if "$ref" in schema:
        return _fault(
            document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]], value, document, path
        )
    if "anyOf" in schema:
        faults = [_fault(one, value, document, path) for one in schema["anyOf"]]
        return "" if "" in faults else " or ".join(faults)
    kinds = {
        "object": dict, "array": list, "string": str, "integer": int, "number": (int, float), "boolean": bool,
        "null": type(None),
    }  # fmt: skip
    kind = schema.get("type")
    if kind and (not isinstance(value, kinds[kind]) or (kind == "integer" and isinstance(value, bool))):
        return f"{path}: {value!r:.60} is no {kind}"
    if value not in schema.get("enum", [value]):
        return f"{path}: {value!r} is not declared"
    if kind == "array":
        return next(filter(None, (_fault(schema["items"], one, document, f"{path}[]") for one in value)), "")
    if kind == "object":
        missing = [name for name in schema.get("required", ()) if name not in value]
        if missing:
            return f"{path}: {missing[0]} is missing"
        known = schema.get("properties", {})
        return next(
            filter(None, (_fault(known[n], value[n], document, f"{path}.{n}") for n in value if n in known)),
            "",
        )
    return ""


def _check(reply: httpx.Response, declared: dict[str, Any], document: dict[str, Any]) -> None:
    about = f"{reply.request.method} {reply.request.url} {reply.request.content[:200]!r}: {reply.status_code}"
    assert str(reply.status_code) in declared["responses"], f"{about} is not declared: {reply.text[:200]}"
    content = declared["responses"][str(reply.status_code)].get("content")
    if not content:
        assert not reply.content, about
        return
    kind = reply.headers["content-type"].partition(";")[0]
    assert kind in content, f"{about}: {kind}"
    if kind == "application/json":
        fault = _fault(content[kind]["schema"], reply.json(), document)
        assert not fault, f"{about}: {fault}"


def test_every_route_is_in_the_document_and_no_other(tmp_path: Path) -> None:
    config = Config(data_dir=tmp_path, sites=1)
    gateway = simulator_app.open_gateway(config, load_secrets(config))
    routes = simulator_app.routes()
    gateway.database.close()
    served = {
        (method.lower(), route.path)
        for route in routes
        if isinstance(route, Route) and not route.path.startswith("/_simulator")
        for method in route.methods or ()
        if method != "HEAD"
    }
    assert served == {(operation.method, operation.path) for operation in OPERATIONS}


def test_every_answer_is_declared(simulator: RunningSimulator, token: str) -> None:
    document = httpx.get(f"{simulator.url}/openapi.json").json()
    with httpx.Client(base_url=simulator.url, timeout=30) as client:
        for path, operations in document["paths"].items():
            if path.startswith("/api/v1/mjpeg"):
                continue  # never ends by itself
            for method, declared in operations.items():
                if (method, path) == ("delete", "/partner/v1/dealers/{dealer_id}"):
                    continue  # the others need the connection; test_simulator_oauth has the rest
                _walk(client, simulator, token, method, path, declared, document)


def _walk(
    client: httpx.Client, simulator: RunningSimulator, token: str, method: str, path: str, declared: dict[str, Any],
    document: dict[str, Any],
) -> None:  # fmt: skip
    bearer = token if path.startswith("/partner") else simulator.api_key
    headers = {"Authorization": f"Bearer {bearer}"} if "security" in declared else {}
    names = re.findall(r"\{(\w+)\}", path)
    paths = [path.format_map({name: GOOD_IDS.get(name, "1") for name in names})]
    if names:
        paths += [path.format_map(GOOD_IDS | dict.fromkeys(names, "1") | {names[-1]: odd}) for odd in ODD_IDS]
    for number, one in enumerate(paths):
        bodies = [json.dumps(body).encode() for body in ODD_BODIES if "Infinity" not in json.dumps(body)]
        good = GOOD_BODIES.get((method, path))
        first = [json.dumps(good).encode()] if good is not None else []
        bodies = [*first, *bodies, *ODD_RAW] if number == 0 and "requestBody" in declared else [b""]
        for body in bodies:
            if number and method == "delete" and "1784" in one:
                continue
            kinds = declared.get("requestBody", {}).get("content", {"application/json": 0})
            kind = {"Content-Type": next(iter(kinds))}
            if method == "delete" and number == 0 and path.endswith("{site_id}"):
                one = one.replace("1784", "4242")
            reply = client.request(method, one, content=body, headers=headers | kind)
            _check(reply, declared, document)
            is_machine = path.endswith("/connect")  # that call is for people who signed in
            assert body not in first or is_machine or reply.status_code < 300, reply.text
    if headers:
        wrong = client.request(method, paths[0], headers={"Authorization": "Bearer wrong"}, content=b"{}")
        assert wrong.status_code == 401
        _check(wrong, declared, document)
