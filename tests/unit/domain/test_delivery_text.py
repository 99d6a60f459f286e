"""A delivery shown and copied is the one that came."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chekt_console.domain.delivery_text import as_curl, as_it_came, indented
from chekt_console.domain.webhook_signature import check

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "whsec_of_this_test"
_JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def test_line_breaks_change_nothing_else() -> None:
    body = b'{"a":1.10,"a":2,"list":[],"of":[1,{"text":"a,b:{ \\" }"}],"none":{}}'
    assert indented(body) == (
        '{\n  "a": 1.10,\n  "a": 2,\n  "list": [],\n  "of": [\n    1,\n    {\n      "text": "a,b:{ \\" }"\n    }\n  ],'
        '\n  "none": {}\n}'
    )
    assert as_it_came(body) == body.decode()


@given(_JSON)
def test_with_line_breaks_it_means_the_same(value: object) -> None:
    assert json.loads(indented(json.dumps(value).encode())) == value


@pytest.mark.parametrize("body", [b"not json", b"", b"\xff{", b"[" * 100_000])
def test_what_is_no_json_is_shown_as_it_is(body: bytes) -> None:
    assert indented(body) == as_it_came(body)


@pytest.mark.skipif(os.name == "nt", reason="the command is one for a POSIX shell")
def test_the_command_sends_the_body_signed_as_the_listener_wants_it(tmp_path: Path) -> None:
    body = json.dumps({"id": "evt_1", "text": 'it\'s "$HOME" `ls` ü'}, ensure_ascii=False).encode()
    stand_in = tmp_path / "curl"
    stand_in.write_text('#!/bin/sh\nfor one in "$@"; do printf \'%s\\0\' "$one"; done\n')
    stand_in.chmod(0o755)
    found = subprocess.run(
        ["sh", "-c", as_curl(body, "http://127.0.0.1:1/webhooks")],
        env={"PATH": f"{tmp_path}:{os.environ['PATH']}", "WEBHOOK_SECRET": SECRET},
        capture_output=True, check=True, timeout=30,
    )  # fmt: skip
    words = found.stdout.decode().split("\0")[:-1]
    assert words[-2:] == ["--data-raw", body.decode()]
    pairs = [word.split(": ", 1) for word in words if ": " in word and word.startswith("X-")]
    headers = [(name, value) for name, value in pairs]
    now_s = int(dict(headers)["X-CHeKT-Timestamp"])
    assert not check(headers, body, SECRET, now_s).refusal
