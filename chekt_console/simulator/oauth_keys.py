"""The authorization server's own RS256 key: made at first use, kept in the data folder, published as a JWKS."""

from __future__ import annotations

import base64
import hashlib
import os
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

_BITS = 2048


class BadToken(Exception):
    """Not a token that this key signed."""


class ServerKey:
    """jwt and cryptography cost 80 ms to import and a key 100 ms to make: only who signs in pays for them."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._key: RSAPrivateKey | None = None
        self._kid = ""

    def jwks(self) -> dict[str, object]:
        numbers = self._loaded().public_key().public_numbers()
        shown = {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": self._kid}
        return {"keys": [{**shown, "n": _base64url(numbers.n), "e": _base64url(numbers.e)}]}

    def sign(self, claims: dict[str, Any]) -> str:
        import jwt  # late: see the class

        key = self._loaded()
        return jwt.encode(claims, key, algorithm="RS256", headers={"kid": self._kid})

    def read(self, token: str) -> dict[str, Any]:
        """Claims of a token of ours; times are the caller's to check, by the gateway's own clock. Raises BadToken."""
        return verified(token, self._loaded().public_key())

    def _loaded(self) -> RSAPrivateKey:
        from cryptography.hazmat.primitives import serialization  # late: see the class
        from cryptography.hazmat.primitives.asymmetric import rsa

        if self._key is not None:
            return self._key
        try:
            found = serialization.load_pem_private_key(self._path.read_bytes(), None)
        except (FileNotFoundError, ValueError):
            found = rsa.generate_private_key(65537, _BITS)
            pem = found.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            _write_private(self._path, pem)
        assert isinstance(found, rsa.RSAPrivateKey)
        numbers = found.public_key().public_numbers()
        self._kid = hashlib.sha256(str(numbers.n).encode()).hexdigest()[:16]
        self._key = found
        return found


def verified(token: str, key: RSAPublicKey) -> dict[str, Any]:
    """Signature only. Raises BadToken."""
    import jwt  # late: see ServerKey

    try:
        claims: dict[str, Any] = jwt.decode(
            token, key, algorithms=["RS256"],
            options={"verify_exp": False, "verify_iat": False, "verify_nbf": False, "verify_aud": False},
        )  # fmt: skip
    except jwt.PyJWTError as error:
        raise BadToken(str(error)) from error
    return claims


def header_of(token: str) -> dict[str, Any]:
    """What a token says of itself, not yet believed. Raises BadToken."""
    head = token.partition(".")[0]
    try:
        found = msgspec.json.decode(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    except (ValueError, RecursionError) as error:
        raise BadToken("not a JWT") from error
    if not isinstance(found, dict):
        raise BadToken("not a JWT")
    return found


def public_key_of(pem: str) -> RSAPublicKey:
    """An RSA key or certificate in PEM. Raises ValueError with a sentence."""
    from cryptography import x509  # late: see ServerKey
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    raw = pem.encode()
    found: object
    try:
        if b"BEGIN CERTIFICATE" in raw:
            found = x509.load_pem_x509_certificate(raw).public_key()
        else:
            found = serialization.load_pem_public_key(raw)
    except ValueError as error:
        raise ValueError("This is not a public key or certificate in PEM") from error
    if not isinstance(found, rsa.RSAPublicKey):
        raise ValueError("The key must be an RSA key")
    if found.key_size < _BITS:
        raise ValueError(f"The key must have at least {_BITS} bits")
    return found


def _write_private(path: Path, raw: bytes) -> None:
    scratch = path.with_suffix(".new")
    with os.fdopen(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(raw)
    scratch.replace(path)


def _base64url(value: int) -> str:
    raw = value.to_bytes((value.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
