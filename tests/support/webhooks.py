"""Headers of a signed webhook, made here anew and not by the code under test."""

from __future__ import annotations

import hashlib
import hmac


def signed(secret: str, body: bytes, at_s: int) -> dict[str, str]:
    digest = hmac.new(secret.encode(), str(at_s).encode() + b"." + body, hashlib.sha256).hexdigest()
    return {"X-CHeKT-Signature": digest, "X-CHeKT-Timestamp": str(at_s), "Content-Type": "application/json"}
