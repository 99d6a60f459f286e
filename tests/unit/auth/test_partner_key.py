"""Partner key: each wrong file has its own sentence, and the assertion is exactly what the server checks."""

from __future__ import annotations

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from chekt_console.auth.partner_key import KeyRefused, assertion, read_private_key, to_pem
from chekt_console.auth.pkce import AuthorizationRequest

_KEY = rsa.generate_private_key(65537, 2048)


def _pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, passphrase: bytes = b"") -> bytes:
    guard = serialization.BestAvailableEncryption(passphrase) if passphrase else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, guard)


_PUBLIC = _KEY.public_key().public_bytes(
    serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
)


@pytest.mark.parametrize(
    ("pem", "passphrase", "sentence"),
    [
        (_PUBLIC, "", "public half"),
        (b"hello", "", "not a PEM key file"),
        (_pem(rsa.generate_private_key(65537, 1024)), "", "1024 bits"),
        (_pem(ec.generate_private_key(ec.SECP256R1())), "", "not an RSA key"),
        (_pem(_KEY, b"right"), "wrong", "does not open"),
        (_pem(_KEY, b"right"), "", "type its passphrase"),
        (_pem(_KEY), "needless", "has no passphrase"),
        (_pem(_KEY)[:400] + b"\n-----END PRIVATE KEY-----\n", "", "damaged"),
    ],
)
def test_each_wrong_file_says_what_is_wrong(pem: bytes, passphrase: str, sentence: str) -> None:
    with pytest.raises(KeyRefused, match=sentence):
        read_private_key(pem, passphrase)


def test_an_assertion_holds_what_the_server_checks() -> None:
    key = read_private_key(_pem(_KEY, b"right"), "right")
    assert read_private_key(to_pem(key)).private_numbers() == key.private_numbers()
    token = assertion(key, client_id="c1", key_id="k1", audience="https://login.example", now=lambda: 1e9)
    assert jwt.get_unverified_header(token) == {"alg": "RS256", "kid": "k1", "typ": "JWT"}
    claims = jwt.decode(
        token, _KEY.public_key(), ["RS256"], audience="https://login.example/", options={"verify_exp": False}
    )
    assert (claims["iss"], claims["sub"], claims["iat"], claims["exp"]) == ("c1", "c1", 10**9, 10**9 + 300)
    other = assertion(key, client_id="c1", key_id="k1", audience="https://login.example/")
    assert jwt.decode(other, options={"verify_signature": False})["jti"] != claims["jti"]


def test_the_pkce_challenge_is_the_rfcs_own_example_and_nothing_is_printed() -> None:
    request = AuthorizationRequest("s", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    assert request.challenge == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    assert request.verifier not in repr(request)
    assert 43 <= len(AuthorizationRequest.new().verifier) <= 128
