"""The partner's RSA key: read from a PEM file once, checked, and used to sign assertions (chekt-api.md 2.3)."""

from __future__ import annotations

import time
import uuid
from typing import TYPE_CHECKING

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from chekt_console.errors import ConsoleError

if TYPE_CHECKING:
    from collections.abc import Callable

MIN_BITS = 2048
LIFE_S = 300


class KeyRefused(ConsoleError):
    """The file is not a key that can be used; the sentence says why."""


def read_private_key(pem: bytes, passphrase: str = "") -> RSAPrivateKey:
    """Raises KeyRefused with a sentence of its own for each way a file can be wrong."""
    if b"PRIVATE KEY" not in pem:
        if b"PUBLIC KEY" in pem or b"CERTIFICATE" in pem or pem.lstrip().startswith(b"ssh-"):
            raise KeyRefused("This is the public half. Choose the private key file that belongs to it.")
        raise KeyRefused("This is not a PEM key file. It should begin with -----BEGIN … PRIVATE KEY-----.")
    try:
        key = load_pem_private_key(pem, passphrase.encode() or None)
    except TypeError:
        if passphrase:
            raise KeyRefused("This key has no passphrase. Leave the passphrase empty.") from None
        raise KeyRefused("This key is protected: type its passphrase.") from None
    except (ValueError, UnsupportedAlgorithm) as error:
        if passphrase:
            raise KeyRefused("The passphrase does not open this key.", detail=type(error).__name__) from None
        raise KeyRefused("The key file is damaged.", detail=type(error).__name__) from None
    if not isinstance(key, RSAPrivateKey):
        raise KeyRefused("This is not an RSA key. CHeKT accepts RSA keys only.")
    if key.key_size < MIN_BITS:
        raise KeyRefused(f"This key has {key.key_size} bits. CHeKT needs at least {MIN_BITS}.")
    return key


def to_pem(key: RSAPrivateKey) -> bytes:
    """For the keyring, which guards it from then on."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def assertion(
    key: RSAPrivateKey, *, client_id: str, key_id: str, audience: str, now: Callable[[], float] = time.time
) -> str:
    """A client assertion: RS256, five minutes, a new jti each time. `audience`: the tenant root, slash at its end."""
    issued = int(now())
    claims = {
        "iss": client_id,
        "sub": client_id,
        "aud": audience.rstrip("/") + "/",
        "iat": issued,
        "exp": issued + LIFE_S,
        "jti": str(uuid.uuid4()),
    }
    return jwt.encode(claims, key, algorithm="RS256", headers={"kid": key_id})
