"""What a form shows when the server does not answer, and that the person does not wait for it in vain."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from chekt_console.api.priority import is_brief
from chekt_console.errors import Unreachable
from chekt_console.services.known_records import read_or_known

READ = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)


def test_what_is_known_is_shown_after_a_brief_try_and_only_then() -> None:
    brief: list[bool] = []

    def fail() -> str:
        brief.append(is_brief())
        raise Unreachable("The gateway cannot be reached. Nothing was sent.")

    found, age = read_or_known(fail, lambda _: None, lambda: ("kept", READ))
    assert found == "kept"
    assert "as it was read on" in age
    assert "Nothing was sent" not in age
    with pytest.raises(Unreachable):
        read_or_known(fail, lambda _: None, lambda: None)
    assert brief == [True, False]  # with nothing to show it is tried for as long as it takes


def test_what_the_server_says_is_kept() -> None:
    kept: list[str] = []
    assert read_or_known(lambda: "new", kept.append, lambda: ("old", READ)) == ("new", "")
    assert kept == ["new"]
