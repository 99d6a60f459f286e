"""The rule that decides where a browser may be sent after the sign-in."""

from __future__ import annotations

import pytest

from chekt_console.simulator.oauth_clients import is_same_redirect

HERE = "http://127.0.0.1/callback"


@pytest.mark.parametrize(
    ("uri", "known", "is_same"),
    [
        ("http://127.0.0.1:50123/callback", HERE, True),
        ("http://[::1]:50123/callback", "http://[::1]/callback", True),
        ("https://partner.example/back", "https://partner.example/back", True),
        ("https://partner.example:8443/back", "https://partner.example/back", False),
        ("http://127.0.0.1:50123/callback?x=1", HERE, False),
        ("http://127.0.0.1:50123/Callback", HERE, False),
        ("http://127.0.0.1:050123/callback", HERE, False),
        ("http://127.0.0.1:5@evil.example/callback", HERE, False),
        ("http://localhost:50123/callback", HERE, False),
        ("https://127.0.0.1:50123/callback", HERE, False),
        ("http://127.0.0.1:0/callback", HERE, False),
    ],
)
def test_only_the_port_of_a_loopback_address_is_free(uri: str, known: str, is_same: bool) -> None:
    assert is_same_redirect(uri, known) is is_same
