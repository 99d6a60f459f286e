"""A refused request, and how its body looks in each dialect."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import msgspec
from starlette.responses import Response

from chekt_console.simulator.config import OBSERVED

if TYPE_CHECKING:
    from collections.abc import Mapping

_CODES = {
    "Unauthorized": "invalid_api_key",
    "Forbidden": "permission_denied",
    "NotFound": "not_found",
    "RateLimitExceeded": "rate_limited",
    "IdempotencyConflict": "idempotency_conflict",
    "ValidationError": "validation_error",
}


class Problem(Exception):
    """`name` is the word of the key concepts ("ValidationError"); `field` is the path of the field at fault."""

    def __init__(
        self, status: int, name: str, message: str, *, field: str = "", is_required: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(message)
        self.status, self.name, self.message = status, name, message
        self.field, self.is_required, self.headers = field, is_required, dict(headers or {})


def json_reply(body: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(msgspec.json.encode(body), status, headers, "application/json")


def problem_reply(problem: Problem, dialect: str) -> Response:
    request_id = f"req_{secrets.token_hex(8)}"
    body: dict[str, object]
    if dialect == OBSERVED:
        body = row_error(problem)
    else:
        code = _CODES.get(problem.name, problem.name.lower())
        inner: dict[str, object] = {"code": code, "message": problem.message, "request_id": request_id}
        if problem.field:
            inner["field"] = problem.field
        body = {"error": inner}
    return json_reply(body, problem.status, {"X-Request-Id": request_id, **problem.headers})


def row_error(problem: Problem) -> dict[str, object]:
    """Of one row among many: the same in both dialects."""
    body: dict[str, object] = {"error": problem.name, "message": problem.message}
    if problem.field:
        body["details"] = {"field": problem.field, "required": problem.is_required}
    return body


def not_found(what: str) -> Problem:
    return Problem(404, "NotFound", f"{what} not found")


def invalid(field: str, message: str, *, is_required: bool = False) -> Problem:
    return Problem(400, "ValidationError", message, field=field, is_required=is_required)
