"""Foreign OAuth clients, unchanged, against the simulator's authorization server: Authlib and Node's openid-client."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc import jwt
from joserfc.jwk import KeySet

from tests.support.ending import running_child
from tests.support.simulator import RunningSimulator

BACK = "http://127.0.0.1:53999/callback"
SCOPE = "openid profile offline_access read:dealer update:dealer"
_NODE_SOURCE = Path(__file__).parents[1] / "support" / "node"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSimulator]:
    with RunningSimulator(tmp_path_factory.mktemp("foreign"), sites=3) as running:
        yield running


@pytest.fixture(scope="module")
def partner(simulator: RunningSimulator) -> dict[str, Any]:
    """A registered partner with its private key as `pem`."""
    key = rsa.generate_private_key(65537, 2048)
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    found: dict[str, Any] = simulator.control("partners", {"public_key": public.decode(), "connect": True})
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return {**found, "pem": private.decode()}


@pytest.fixture(scope="module")
def node_folder() -> Path:
    """openid-client as its lock file pins it, installed once beside the Python packages."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("Node and npm are not installed")
    lock = (_NODE_SOURCE / "package-lock.json").read_bytes()
    folder = Path(sys.prefix) / f"chekt-node-{hashlib.sha256(lock).hexdigest()[:12]}"
    folder.mkdir(exist_ok=True)
    for source in _NODE_SOURCE.iterdir():
        shutil.copy(source, folder)
    if not (folder / "node_modules" / "openid-client").is_dir():
        command = [npm, "ci", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"]
        if subprocess.run(command, cwd=folder, check=False, timeout=100).returncode != 0:
            pytest.skip("openid-client could not be installed; is there a network?")
    return folder


def _way_back(simulator: RunningSimulator, address: str) -> str:
    """Signs in on the page behind `address`; the address that the browser would go to next."""
    with httpx.Client() as browser:
        page = browser.get(address)
        assert page.status_code == 200, page.text
        fields = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page.text))
        fields = {name: value.replace("&amp;", "&") for name, value in fields.items()}
        fields |= {
            "username": simulator.dealer_user, "password": simulator.dealer_password, "action": "allow",
        }  # fmt: skip
        return browser.post(f"{simulator.url}/authorize", data=fields).headers["location"]


def test_authlib_signs_a_dealer_in_renews_and_revokes(simulator: RunningSimulator) -> None:
    server = httpx.get(f"{simulator.url}/.well-known/openid-configuration").json()
    with OAuth2Session(
        "chekt-console",
        redirect_uri=BACK,
        scope=SCOPE,
        code_challenge_method="S256",
        token_endpoint_auth_method="none",
        revocation_endpoint_auth_method="none",
    ) as client:
        verifier, nonce = secrets.token_urlsafe(48), secrets.token_urlsafe(16)
        address, state = client.create_authorization_url(
            server["authorization_endpoint"], code_verifier=verifier, nonce=nonce
        )
        first = client.fetch_token(
            server["token_endpoint"],
            authorization_response=_way_back(simulator, address),
            state=state,
            code_verifier=verifier,
        )
        keys = KeySet.import_key_set(httpx.get(server["jwks_uri"]).json())
        identity = jwt.decode(first["id_token"], keys, algorithms=["RS256"]).claims
        assert (identity["iss"], identity["aud"], identity["nonce"]) == (
            server["issuer"], "chekt-console", nonce,
        )  # fmt: skip
        assert jwt.decode(first["access_token"], keys, algorithms=["RS256"]).claims["scope"] == SCOPE
        second = dict(client.refresh_token(server["token_endpoint"], first["refresh_token"]))
        assert second["refresh_token"] != first["refresh_token"]
        gone = client.revoke_token(server["revocation_endpoint"], second["refresh_token"], "refresh_token")
        assert gone.status_code == 200
        with pytest.raises(OAuthError, match="invalid_grant"):
            client.refresh_token(server["token_endpoint"], second["refresh_token"])


def test_authlib_gets_a_partners_token_by_its_key(
    simulator: RunningSimulator, partner: dict[str, Any]
) -> None:
    endpoint = f"{simulator.url}/oauth/token"
    # Authlib's own hour is longer than the five minutes that CHeKT allows.
    claims = {"aud": f"{simulator.url}/", "exp": int(time.time()) + 300}
    method = PrivateKeyJWT(endpoint, headers={"kid": partner["kid"]}, claims=claims)
    with OAuth2Session(
        partner["client_id"], partner["pem"], scope="read:sites", token_endpoint_auth_method=method
    ) as client:
        token = client.fetch_token(endpoint, grant_type="client_credentials")
        assert token["scope"] == "read:sites"
        assert client.get(f"{simulator.url}/partner/v1/dealers/12345/sites").status_code == 200


def test_nodes_openid_client_walks_it_all(
    simulator: RunningSimulator, partner: dict[str, Any], node_folder: Path
) -> None:
    issuer = httpx.get(f"{simulator.url}/.well-known/openid-configuration").json()["issuer"]
    order = {"issuer": issuer, "redirect_uri": BACK} | {
        name: partner[name] for name in ("pem", "kid", "client_id")
    }
    with running_child(
        ["node", "walk.mjs"], cwd=node_folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as node:
        assert node.stdin is not None
        assert node.stdout is not None
        print(json.dumps(order), file=node.stdin, flush=True)
        address = node.stdout.readline().strip()
        assert address.startswith(f"{simulator.url}/authorize"), address
        print(_way_back(simulator, address), file=node.stdin, flush=True)
        found = json.loads(node.stdout.readline() or "{}")
    assert found["sub"] == "auth0|dealer-admin"
    assert found["rotated"] is True
    assert found["after"] == "invalid_grant"
    assert found["scope"] == "read:sites"
