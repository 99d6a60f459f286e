"""Writes done once: the same Idempotency-Key and body give the first reply again for 24 hours, another body a 409."""

from __future__ import annotations

import functools
import hashlib
import sqlite3
from collections.abc import Callable
from typing import Any

import msgspec
from starlette.requests import Request

from chekt_console.simulator.gateway import gateway_of
from chekt_console.simulator.problem import Problem, invalid

LIFE_MS = 24 * 3_600_000
MAX_KEY = 255
REPLAYED = {"Idempotent-Replay": "true"}

Outcome = tuple[int, Any]
"""Status and the reply's payload, None for an empty reply."""


def names(owner: str, key: str, method: str, path: str, raw: bytes) -> tuple[str, str]:
    """What a key and the request it came with are kept as; two empty texts without a key.

    Two callers may choose the same key, and `owner` may be a secret, so it is kept as a digest. The key stays as it is:
    keys that follow each other are neighbours on disk, which is worth a quarter of a busy gateway's time.
    """
    if not key:
        return "", ""
    request = f"{method} {path}\n".encode() + raw
    return f"{_owner_digest(owner)}:{key}", hashlib.sha256(request).hexdigest()


@functools.lru_cache(maxsize=100)
def _owner_digest(owner: str) -> str:
    return hashlib.sha256(owner.encode("utf-8", "replace")).hexdigest()[:32]


async def write_once(
    request: Request, work: Callable[[sqlite3.Connection], Outcome]
) -> tuple[int, Any, dict[str, str]]:
    """Runs `work` in a transaction unless it was done before. Refusals are not kept: a corrected body may use the key.

    Returns status, payload and the headers that tell a repeat.
    """
    gateway, raw = gateway_of(request), await request.body()
    key = request.headers.get("idempotency-key", "")
    if len(key) > MAX_KEY:
        raise invalid("Idempotency-Key", f"The key is longer than {MAX_KEY} characters")
    if not key:
        return (*await gateway.database.write(work), {})
    caller = getattr(request.state, "caller", None)
    owner = caller.client_id if caller else request.headers.get("authorization", "")
    name, digest = names(owner, key, request.method, request.url.path, raw)
    now_ms = gateway.clock.now_ms()

    def once(connection: sqlite3.Connection) -> tuple[int, Any, dict[str, str]]:
        connection.execute("DELETE FROM idempotency WHERE made_ms < ?", (now_ms - LIFE_MS,))
        known = connection.execute("SELECT * FROM idempotency WHERE key = ?", (name,)).fetchone()
        if known is not None and known["request"] != digest:
            raise Problem(409, "IdempotencyConflict", "This Idempotency-Key was used for another request")
        if known is not None:
            return known["status"], msgspec.json.decode(known["body"]), REPLAYED
        status, payload = work(connection)
        text = msgspec.json.encode(payload).decode()
        connection.execute(
            "INSERT INTO idempotency VALUES (?, ?, ?, ?, ?)", (name, digest, status, text, now_ms)
        )
        return status, payload, {}

    return await gateway.database.write(once)
