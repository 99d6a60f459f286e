"""Who is asked for most often: an alarm of now that is looked at, as long as something of it is missing."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

from chekt_console.background.feed import Pace
from chekt_console.domain.event import Event, EventKind
from chekt_console.session_pace import pace_of

if TYPE_CHECKING:
    from chekt_console.session_parts import Shell

_NOW = 1_770_000_000_000
_ALARM = Event("e1", "s1", _NOW - 30_000, EventKind.ALARM)


def _shell(event: Event | None, *, is_minimized: bool = False, is_slow: bool = False) -> Shell:
    shell = SimpleNamespace(
        window=SimpleNamespace(isMinimized=lambda: is_minimized),
        slow_link=SimpleNamespace(is_on=is_slow),
        selection=SimpleNamespace(selected_event=event),
    )
    return cast("Shell", shell)


@pytest.mark.parametrize(
    ("event", "pace"),
    [
        (None, Pace.ON_SCREEN),
        (_ALARM, Pace.WAITED_FOR),
        (replace(_ALARM, has_video=True), Pace.WAITED_FOR),  # no operator yet
        (replace(_ALARM, has_video=True, decision="false"), Pace.ON_SCREEN),
        (replace(_ALARM, instant_ms=_NOW - 3_600_000), Pace.ON_SCREEN),
        (replace(_ALARM, kind=EventKind.TROUBLE), Pace.ON_SCREEN),
    ],
)
def test_pace(event: Event | None, pace: Pace) -> None:
    assert pace_of(_shell(event), _NOW) is pace


def test_nobody_looks_or_the_link_is_slow() -> None:
    assert pace_of(_shell(_ALARM, is_minimized=True), _NOW) is Pace.AWAY
    assert pace_of(_shell(_ALARM, is_slow=True), _NOW) is Pace.AWAY
