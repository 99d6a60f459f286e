"""What every request handler shares, and small readers of requests."""

from __future__ import annotations

import os
import re
import sqlite3
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import msgspec

from chekt_console.simulator.problem import Problem, invalid, not_found

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from starlette.requests import Request

    from chekt_console.simulator.clock import GatewayClock
    from chekt_console.simulator.config import Config, Secrets
    from chekt_console.simulator.database import Database
    from chekt_console.simulator.event_intake import EventIntake
    from chekt_console.simulator.faults import Faults
    from chekt_console.simulator.limits import Limits
    from chekt_console.simulator.media import Media
    from chekt_console.simulator.oauth_keys import ServerKey
    from chekt_console.simulator.oauth_tokens import AccessTokens
    from chekt_console.simulator.record import Record
    from chekt_console.simulator.signing import Signer

_ID = re.compile(r"(?:[a-z]{2,8}_)?(\d{1,15})")


@dataclass(eq=False)
class Gateway:
    """`keys` says what each API key may do: "all", "read" or nothing any more ("revoked").

    `wrong_sign_ins`: when a wrong password was given lately. `restart` ends the process at once; where it is a program of
    its own, that begins anew.
    """

    config: Config
    secrets: Secrets
    clock: GatewayClock
    database: Database
    signer: Signer
    limits: Limits
    faults: Faults
    record: Record
    media: Media
    keys: dict[str, str]
    oauth_key: ServerKey
    access_tokens: AccessTokens
    partner_limits: Limits
    intake: EventIntake
    url: str = ""
    restart: Callable[[], object] = os.abort
    wrong_sign_ins: list[int] = field(default_factory=list)

    def link(self, path: str) -> str:
        return self.url + self.signer.link(path, self.clock.now_ms())

    def upload_of(self, event_id: int) -> Path | None:
        """The clip that a partner sent in for this event."""
        path = self.config.data_dir / "uploads" / f"{event_id}.mp4"
        return path if path.exists() else None


def gateway_of(request: Request) -> Gateway:
    return cast("Gateway", request.app.state.gateway)


def number(text: object) -> int | None:
    """The number in an id of either dialect (1784, "1784", "site_1784")."""
    if isinstance(text, int) and not isinstance(text, bool):
        return text if 0 <= text < 10**15 else None
    found = _ID.fullmatch(text) if isinstance(text, str) else None
    return int(found[1]) if found else None


def site_row(request: Request) -> sqlite3.Row:
    """The site named in the path. Raises Problem 404."""
    site_id = number(request.path_params["site_id"])
    row = gateway_of(request).database.row("SELECT * FROM site WHERE site_id = ?", site_id)
    if row is None:
        raise not_found(f"Site {request.path_params['site_id']}")
    return row


async def body_of(request: Request, *, may_be_empty: bool = False) -> dict[str, Any]:
    """The JSON object sent. Raises Problem 400 or 413."""
    raw = await request.body()
    if not raw and may_be_empty:
        return {}
    if len(raw) > 1_000_000:
        raise Problem(413, "PayloadTooLarge", "The body is larger than 1 MB")
    try:
        found = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Problem(400, "ValidationError", f"The body is not valid JSON: {error}") from error
    if not isinstance(found, dict):
        raise Problem(400, "ValidationError", "The body must be a JSON object")
    return found


def count_of(value: object, field: str, default: int, top: int) -> int:
    """A positive whole number not above `top`. Raises Problem 400."""
    if value is None or value == "":
        return default
    if isinstance(value, str) and re.fullmatch(r"\d{1,9}", value):
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not value >= 1:
        raise invalid(field, f"{field} must be a whole number from 1 to {top}")
    return min(value, top)
