"""The simulator's authorization server and partner API, as a browser, a partner's server and an attacker meet them."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.support.simulator import RunningSimulator

BACK = "http://127.0.0.1:53999/callback"
VERIFIER = "v" * 50
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
ASKED = {
    "response_type": "code", "client_id": "chekt-console", "redirect_uri": BACK, "state": "s t&", "nonce": "n1",
    "scope": "openid profile offline_access update:dealer read:dealer read:sites",
    "code_challenge": CHALLENGE, "code_challenge_method": "S256",
}  # fmt: skip
PRIVATE = rsa.generate_private_key(65537, 2048)
PEM = (
    PRIVATE.public_key()
    .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    .decode()
)


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSimulator]:
    with RunningSimulator(tmp_path_factory.mktemp("oauth"), sites=3) as running:
        yield running


@pytest.fixture(scope="module")
def partner(simulator: RunningSimulator) -> dict[str, Any]:
    found: dict[str, Any] = simulator.control("partners", {"public_key": PEM, "connect": True})
    return found


def _machine(simulator: RunningSimulator, partner: dict[str, Any], **changes: Any) -> httpx.Response:
    now = int(time.time())
    head = {"kid": partner["kid"]} | changes.pop("head", {})
    claims = {
        "iss": partner["client_id"], "sub": partner["client_id"], "aud": f"{simulator.url}/",
        "iat": now, "exp": now + 300, "jti": str(uuid.uuid4()),
    } | changes  # fmt: skip
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": jwt.encode(claims, PRIVATE, algorithm="RS256", headers=head),
        "audience": simulator.url,
        "https://api.chektdev.com/claims/partner": '{"dealer_id":"12345"}',
    }
    return httpx.post(f"{simulator.url}/oauth/token", data=form)


@pytest.fixture(scope="module")
def client(simulator: RunningSimulator, partner: dict[str, Any]) -> Iterator[httpx.Client]:
    token = _machine(simulator, partner).json()["access_token"]
    with httpx.Client(base_url=simulator.url, headers={"Authorization": f"Bearer {token}"}) as client:
        yield client


def _signed_in(simulator: RunningSimulator, password: str, asked: dict[str, str] = ASKED) -> httpx.Response:
    """Fills the form as a browser does."""
    with httpx.Client(base_url=simulator.url) as browser:
        page = browser.get("/authorize", params=asked)
        assert page.status_code == 200, page.text
        fields = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page.text))
        fields = {name: value.replace("&amp;", "&") for name, value in fields.items()}
        fields |= {"username": "dealer-admin", "password": password, "action": "allow"}
        return browser.post("/authorize", data=fields)


def _password(simulator: RunningSimulator) -> str:
    stored: dict[str, str] = json.loads((simulator.data_dir / "secrets.json").read_text())
    return stored["dealer_password"]


def _code(reply: httpx.Response) -> str:
    assert reply.status_code == 302, reply.text
    return parse_qs(urlsplit(reply.headers["location"]).query)["code"][0]


def _token(simulator: RunningSimulator, **form: str) -> httpx.Response:
    return httpx.post(f"{simulator.url}/oauth/token", data={"client_id": "chekt-console"} | form)


def _redeem(simulator: RunningSimulator, code: str, verifier: str = VERIFIER) -> httpx.Response:
    return _token(
        simulator, grant_type="authorization_code", code=code, redirect_uri=BACK, code_verifier=verifier
    )


def test_a_dealer_signs_in_connects_renews_and_signs_out(simulator: RunningSimulator) -> None:
    back = _signed_in(simulator, _password(simulator))
    assert parse_qs(urlsplit(back.headers["location"]).query)["state"] == ["s t&"]
    tokens = _redeem(simulator, _code(back)).json()
    assert (tokens["token_type"], tokens["expires_in"]) == ("Bearer", 3600)

    about = httpx.get(f"{simulator.url}/.well-known/openid-configuration").json()
    keys = jwt.PyJWKSet.from_dict(httpx.get(about["jwks_uri"]).json())
    kid = jwt.get_unverified_header(tokens["id_token"])["kid"]
    told = jwt.decode(
        tokens["id_token"], keys[kid], algorithms=["RS256"], audience="chekt-console", issuer=about["issuer"]
    )
    assert told["nonce"] == "n1"

    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    connect = {"external_dealer_id": "d-1", "company_name": "Northgate"}
    reply = httpx.put(f"{simulator.url}/partner/v1/dealers/connect", json=connect, headers=bearer)
    assert (reply.status_code, reply.json()["dealer_id"]) == (200, 12345)
    assert len(httpx.get(f"{simulator.url}/partner/v1/dealers/12345/sites", headers=bearer).json()) == 3
    refused = httpx.get(f"{simulator.url}/partner/v1/webhooks", headers=bearer)
    assert refused.status_code == 403

    first = tokens["refresh_token"]
    second = _token(simulator, grant_type="refresh_token", refresh_token=first).json()["refresh_token"]
    assert second != first
    assert (
        _token(simulator, grant_type="refresh_token", refresh_token=first).json()["error"] == "invalid_grant"
    )
    assert _token(simulator, grant_type="refresh_token", refresh_token=second).status_code == 400

    fresh = _redeem(simulator, _code(_signed_in(simulator, _password(simulator)))).json()["refresh_token"]
    revoked = httpx.post(f"{simulator.url}/oauth/revoke", data={"client_id": "chekt-console", "token": fresh})
    assert revoked.status_code == 200
    assert _token(simulator, grant_type="refresh_token", refresh_token=fresh).status_code == 400


def test_a_code_works_once_and_only_with_its_verifier(simulator: RunningSimulator) -> None:
    code = _code(_signed_in(simulator, _password(simulator)))
    assert _redeem(simulator, code, "w" * 50).json()["error"] == "invalid_grant"
    code = _code(_signed_in(simulator, _password(simulator)))
    refresh = _redeem(simulator, code).json()["refresh_token"]
    assert _redeem(simulator, code).status_code == 400
    assert _token(simulator, grant_type="refresh_token", refresh_token=refresh).status_code == 400


@pytest.mark.parametrize(
    "uri",
    [
        "http://127.0.0.1:5000/callback/x", "http://127.0.0.1.evil.example:80/callback", "https://evil.example/callback",
        "http://user@127.0.0.1:80/callback", "http://127.0.0.1:99999/callback", "",
    ],
)  # fmt: skip
def test_nobody_is_sent_to_an_address_that_is_not_registered(simulator: RunningSimulator, uri: str) -> None:
    reply = httpx.get(f"{simulator.url}/authorize", params=ASKED | {"redirect_uri": uri})
    assert (reply.status_code, "location" in reply.headers) == (400, False)


def test_other_mistakes_are_told_to_the_program(simulator: RunningSimulator) -> None:
    for change, error in (
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge": "", "code_challenge_method": ""}, "invalid_request"),
        ({"scope": "delete:everything"}, "invalid_scope"),
        ({"prompt": "none"}, "login_required"),
    ):
        reply = httpx.get(f"{simulator.url}/authorize", params=ASKED | change)
        answer = parse_qs(urlsplit(reply.headers["location"]).query)
        assert (answer["error"], answer["state"]) == ([error], ["s t&"])


def test_a_form_of_another_browser_and_a_wrong_password_change_nothing(simulator: RunningSimulator) -> None:
    form = ASKED | {"username": "dealer-admin", "password": _password(simulator), "csrf": "0" * 64}
    assert httpx.post(f"{simulator.url}/authorize", data=form).status_code == 403
    wrong = _signed_in(simulator, "guess")
    assert wrong.status_code == 401
    assert "User name or password is wrong" in wrong.text
    assert "frame-ancestors 'none'" in wrong.headers["content-security-policy"]


def test_an_assertion_counts_only_as_agreed(simulator: RunningSimulator, partner: dict[str, Any]) -> None:
    now = int(time.time())
    good = _machine(simulator, partner).json()
    claims = jwt.decode(good["access_token"], options={"verify_signature": False})
    assert claims["sub"] == f"{partner['client_id']}@clients"
    assert claims["https://api.chektdev.com/claims/partner"] == {"dealer_id": "12345"}
    for change in (
        {"head": {"kid": "other"}}, {"aud": simulator.url}, {"aud": f"{simulator.url}/oauth/token"}, {"iss": "x"},
        {"exp": now + 3600}, {"exp": now - 5, "iat": now - 200}, {"jti": ""},
    ):  # fmt: skip
        reply = _machine(simulator, partner, **change)
        assert (reply.status_code, reply.json()["error"]) == (401, "invalid_client"), change
    assert _machine(simulator, partner, jti="once").status_code == 200
    assert _machine(simulator, partner, jti="once").status_code == 401
    secret = {"client_id": partner["client_id"], "client_secret": partner["client_secret"]}
    reply = httpx.post(f"{simulator.url}/oauth/token", data=secret | {"grant_type": "client_credentials"})
    assert reply.json()["error"] == "unauthorized_client"


def test_a_partner_keeps_sites_devices_and_contacts_in_step(client: httpx.Client) -> None:
    sites = "/partner/v1/dealers/12345/sites"
    assert client.get(sites).headers["X-RateLimit-Limit"] == "5000"
    new = {"external_site_id": "x-1", "name": "New shop", "timezone": "America/Chicago"}
    once = {"Idempotency-Key": "site-1"}
    made = client.post(sites, json=new, headers=once)
    assert (made.status_code, made.json()["is_activated"]) == (201, 0)
    assert client.post(sites, json=new, headers=once).json() == made.json()
    assert client.post(sites, json=new | {"name": "Other"}, headers=once).status_code == 409
    assert client.post(sites, json=new | {"timezone": "Mars/Base"}).json()["details"]["field"] == "timezone"
    site = f"{sites}/{made.json()['site_id']}"
    assert client.patch(site, json={"name": "Renamed"}).json()["name"] == "Renamed"
    rows = [
        {
            "external_device_id": "c-1",
            "device_type": "camera",
            "zone_number": "001",
            "additional_zone_numbers": "002",
        },
        {"external_device_id": "c-2", "device_type": "toaster", "zone_number": "001"},
        {"external_device_id": "c-1", "device_type": "camera", "zone_number": "003"},
    ]
    found = client.post(f"{site}/devices", json=rows).json()
    assert (found["success_count"], found["failure_count"]) == (1, 2)
    assert [row["is_successful"] for row in found["results"]] == [True, False, False]
    person = {"external_contact_id": "p-1", "first_name": "Ann", "last_name": "Lee", "email": "a@example.com"}
    contact = client.post(f"{site}/contacts", json=person)
    assert (contact.status_code, contact.json()["email"]) == (201, "a@example.com")
    settings = client.patch(f"{site}/arming-settings", json={"security_type": 4}).json()
    assert settings["security_type"] == 4
    assert client.delete(site).status_code == 204
    assert client.get(site).status_code == 404


def test_events_are_kept_once_over_a_power_cut(
    simulator: RunningSimulator, partner: dict[str, Any], client: httpx.Client
) -> None:
    site = client.get("/partner/v1/dealers/12345/sites").json()[0]
    event = {
        "version": "1.0",
        "location_id": site["external_site_id"],
        "event_id": "17",
        "event_type": "alarm",
    }
    first = client.post("/partner/v1/events", json=event)
    assert first.status_code == 201
    bulk = client.post(
        "/partner/v1/events", json=[event, event | {"event_id": "18"}, {"event_id": "19"}]
    ).json()
    assert [row["is_successful"] for row in bulk["results"]] == [True, True, False]
    simulator.restart()
    again = client.post("/partner/v1/events", json=event)
    assert (again.status_code, again.json()["chekt_event_id"]) == (200, first.json()["chekt_event_id"])
    assert client.post("/partner/v1/events", json=event | {"event_type": "trouble"}).status_code == 409
    link = again.json()["upload"]["snapshot_url"]
    assert httpx.put(link, content=b"\xff\xd8x", headers={"Content-Type": "image/jpeg"}).status_code == 200
    with simulator.client() as public:
        assert public.get(f"/ext/v1/events/{first.json()['chekt_event_id']}").status_code == 200


def test_contacts_are_written_and_validated_under_the_public_api(simulator: RunningSimulator) -> None:
    path = "/ext/v1/sites/1784/contacts"
    with simulator.client() as public:
        new = {
            "external_contact_id": "e-9",
            "first_name": "Bo",
            "last_name": "Im",
            "phone_number": "+14155550123",
        }
        made = public.post(path, json=new)
        assert made.status_code == 201
        contact = f"{path}/{made.json()['contact_id']}"
        assert public.put(contact, json={"external_contact_id": "z"}).status_code == 400
        assert public.put(contact, json={"title": "Owner"}).json()["title"] == "Owner"
        assert public.post(f"{contact}/validation").json()["sms_validation"]["requested_at"]
        assert public.delete(contact).status_code == 204
        assert public.get(contact).status_code == 404


def test_a_command_with_a_key_is_taken_once(simulator: RunningSimulator) -> None:
    with simulator.client() as public:
        site = next(
            one["site_id"]
            for one in public.get("/ext/v1/sites").json()
            if one["is_activated"] and not one["is_partition_enabled"]
        )
        path, once = f"/ext/v1/sites/{site}/arming/actions/arm", {"Idempotency-Key": "arm-1"}
        first, again = (public.post(path, json={"user": "Ann"}, headers=once) for _ in range(2))
        assert (first.status_code, again.json()) == (202, first.json())
        assert again.headers["Idempotent-Replay"] == "true"
        assert public.post(path, json={"user": "Bob"}, headers=once).status_code == 409


def test_the_server_key_is_kept_in_private(simulator: RunningSimulator, client: httpx.Client) -> None:
    key: Path = simulator.data_dir / "oauth-key.pem"
    assert key.stat().st_mode & 0o077 == 0
