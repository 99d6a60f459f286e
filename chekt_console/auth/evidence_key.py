"""The Ed25519 key that signs evidence: made once, its private half kept in the system's keyring."""

from __future__ import annotations

import base64
import hashlib
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from chekt_console.errors import KeyringUnavailable

if TYPE_CHECKING:
    from chekt_console.auth.key_store import KeyStore

_NAME = "evidence-signing-key"


@dataclass(frozen=True, repr=False)
class EvidenceKey:
    """`is_session_only`: this computer has no safe keyring, so the key ends with the program."""

    private: Ed25519PrivateKey
    is_session_only: bool

    def sign(self, data: bytes) -> bytes:
        return self.private.sign(data)

    @property
    def public_pem(self) -> bytes:
        return self.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    @property
    def sha256(self) -> str:
        """Fingerprint: of the 32 bytes of the public key."""
        raw = self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return hashlib.sha256(raw).hexdigest()


class EvidenceKeys:
    """One key for this computer's person, whatever the connection. May ask the person for the keyring: call in a worker."""

    def __init__(self, store: KeyStore) -> None:
        self._store = store
        self._lock = threading.Lock()

    def key(self) -> EvidenceKey:
        with self._lock:
            write = self._store.write
            try:
                kept = self._store.read(_NAME)
            except KeyringUnavailable:
                # It may hold a key already, which another one must not replace.
                kept, write = None, self._store.write_for_session
            private = _read(kept.reveal()) if kept is not None else None
            if private is None:
                private = Ed25519PrivateKey.generate()
                raw = private.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
                write(_NAME, base64.b64encode(raw).decode("ascii"))
            return EvidenceKey(private, self._store.is_session_only)


def _read(text: str) -> Ed25519PrivateKey | None:
    """None when what the keyring holds is no key of ours."""
    try:
        return Ed25519PrivateKey.from_private_bytes(base64.b64decode(text, validate=True))
    except ValueError:
        return None
