"""The outermost part of an arming schedule; what the days hold is read by the domain."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from chekt_console.api.wire.wire_reading import Wire


class WireSchedule(Wire):
    schedule: dict[str, Any] = Field(default_factory=dict)
    exceptions: dict[str, Any] = Field(default_factory=dict)
