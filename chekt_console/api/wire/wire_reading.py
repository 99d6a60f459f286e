"""Envelopes and rows: a list may come bare or wrapped, and one bad row loses only itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, ValidationError, model_validator

from chekt_console.api.rows import Rows
from chekt_console.errors import UnexpectedReply

T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)

_MOST_PROBLEMS = 20
_LONGEST = 2_000


class Wire(BaseModel):
    """Unknown fields are none of our business; known ones of a wrong type are an error with their path."""

    model_config = ConfigDict(extra="ignore", populate_by_name=True, allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _null_is_absent(cls, value: Any) -> Any:
        """So that a null neither fails a flag nor hides the other name of the same field."""
        if isinstance(value, dict):
            return {name: one for name, one in value.items() if one is not None}
        return value


_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def _as_text(value: Any) -> Any:
    if type(value) is str and value.isascii() and value.isprintable():
        return value[:_LONGEST]
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return value  # pydantic says what is wrong
    # A NUL, an escape of a terminal or a lone surrogate would break files, titles and labels further on.
    return _CONTROLS.sub("", str(value)).encode("utf-8", "replace").decode("utf-8")[:_LONGEST]


def _as_flag(value: Any) -> Any:
    """0/1, true/false and their words; absent stays absent."""
    if isinstance(value, str):
        word = value.strip().casefold()
        if word in ("1", "true", "yes", "active", "enabled", "on"):
            return True
        if word in ("0", "false", "no", "inactive", "suspended", "disabled", "off", ""):
            return False
    return value


def as_aware(moment: datetime) -> datetime:
    """The API's times without a zone are UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def empty_is_none(value: Any) -> Any:
    return None if isinstance(value, str) and not value.strip() else value


Text = Annotated[str, BeforeValidator(_as_text)]
Instant = Annotated[Annotated[datetime, AfterValidator(as_aware)] | None, BeforeValidator(empty_is_none)]
Flag = Annotated[bool, BeforeValidator(_as_flag)]


def rows_in(payload: Any, endpoint: str, *names: str) -> list[Any]:
    """The list in a reply: bare, under "data", under "data" and a name, or under the name itself."""
    for candidate in _wrapped(payload, names):
        if isinstance(candidate, list):
            return candidate
    raise UnexpectedReply(
        "The server's answer is not the list that was asked for.",
        endpoint=endpoint,
        field_path="data",
        detail=f"got {type(payload).__name__}",
    )


def object_in(payload: Any, endpoint: str) -> Mapping[str, Any]:
    """The object in a reply, bare or under "data"."""
    if isinstance(payload, dict):
        inner = payload.get("data")
        return inner if isinstance(inner, dict) else payload
    raise UnexpectedReply(
        "The server's answer is not what was asked for.",
        endpoint=endpoint,
        detail=f"got {type(payload).__name__}",
    )


def read_rows(
    raw: list[Any], model: type[M], convert: Callable[[M], T], *, endpoint: str, what: str
) -> Rows[T]:
    """Each row as a domain value. Only when every row of several is bad is the whole reply called unexpected."""
    values: list[T] = []
    problems: list[str] = []
    first: UnexpectedReply | None = None
    for number, row in enumerate(raw, start=1):
        try:
            values.append(convert(model.model_validate(row)))
        except ValidationError as error:
            problem = unexpected(error, endpoint)
            first = first or problem
            problems.append(
                f"{what} {number}{_named(row)} could not be read: {problem.field_path or 'no object'}."
            )
    if first is not None and not values and len(raw) > 1:
        raise first
    if len(problems) > _MOST_PROBLEMS:
        left = len(problems) - _MOST_PROBLEMS
        problems = [*problems[:_MOST_PROBLEMS], f"and {left} more."]
    return Rows(tuple(values), tuple(problems))


def read_one(payload: Any, model: type[M], endpoint: str) -> M:
    try:
        return model.model_validate(object_in(payload, endpoint))
    except ValidationError as error:
        raise unexpected(error, endpoint) from error


def unexpected(error: ValidationError, endpoint: str) -> UnexpectedReply:
    first = error.errors(include_input=False, include_url=False)[0]
    path = ".".join(str(part) for part in first["loc"])
    return UnexpectedReply(
        f"The server's answer cannot be understood: field {path or '(all)'}: {first['msg']}.",
        endpoint=endpoint,
        field_path=path,
        detail=str(first["type"]),
    )


def _wrapped(payload: Any, names: tuple[str, ...]) -> list[Any]:
    found = [payload]
    if isinstance(payload, dict):
        data = payload.get("data")
        found.append(data)
        for name in names:
            found.append(payload.get(name))
            if isinstance(data, dict):
                found.append(data.get(name))
    return found


def _named(row: Any) -> str:
    if isinstance(row, dict):
        for field in ("site_name", "name", "device_id", "site_id", "event_id", "id"):
            if isinstance(row.get(field), str | int):
                name = "".join(c for c in str(row[field])[:60] if c.isprintable())
                return f" ({name})"
    return ""
