"""Signatures made by openssl are accepted; any change is not."""

from __future__ import annotations

import pytest

from chekt_console.domain.webhook_signature import check

SECRET = "whsec_test_7f3a"
BODY = b'{"id":"evt_1","type":"arming.command","data":{"site_id":1784}}'
NOW = 1_770_000_000
# printf '%s' "$BODY" | openssl dgst -sha256 -hmac "$SECRET"
BY_BODY = "c38af69f538c4f9e87119f5579114f4e6e78cf3acd8c2682d6206d83f9f38a56"
# printf '%s' "1770000000.$BODY" | openssl dgst -sha256 -hmac "$SECRET"
BY_TIME = "5666c2d84513d3f326111001db7cd1c5f3dc62ab89c417a1da6f7ab3f5d67938"
BODY_ONLY = [("X-Webhook-Signature", f"sha256={BY_BODY}")]
TIMED = [("X-CHeKT-Signature", BY_TIME), ("X-CHeKT-Timestamp", str(NOW))]


@pytest.mark.parametrize("headers", [BODY_ONLY, TIMED, [*BODY_ONLY, *TIMED]])
def test_signatures_of_openssl_are_right(headers: list[tuple[str, str]]) -> None:
    assert not check(headers, BODY, SECRET, NOW).refusal


def test_every_change_of_every_byte_of_the_body_is_refused() -> None:
    for place in range(len(BODY)):
        changed = bytearray(BODY)
        for byte in range(256):
            if byte != BODY[place]:
                changed[place] = byte
                for headers in (BODY_ONLY, TIMED):
                    assert check(headers, bytes(changed), SECRET, NOW).refusal


@pytest.mark.parametrize("headers", [BODY_ONLY, TIMED])
def test_every_change_of_every_byte_of_its_headers_is_refused(headers: list[tuple[str, str]]) -> None:
    """Of the signature and of the time alike; a byte that is left out or put in too."""
    for number, (name, value) in enumerate(headers):
        for place in range(len(value) + 1):
            left, right = value[:place], value[place + 1 :]
            others = [left + right, *(left + chr(byte) + right for byte in range(256))]
            others += [left + chr(byte) + value[place:] for byte in range(0x21, 256)]
            for other in others:
                if other.strip() != value:
                    changed = [*headers[:number], (name, other), *headers[number + 1 :]]
                    assert check(changed, BODY, SECRET, NOW).refusal, (name, other)


@pytest.mark.parametrize(("off_s", "is_refused"), [(300, False), (301, True), (-300, False), (-301, True)])
def test_five_minutes_are_tolerated(off_s: int, is_refused: bool) -> None:
    assert bool(check(TIMED, BODY, SECRET, NOW + off_s).refusal) is is_refused


@pytest.mark.parametrize(
    "headers",
    [
        [],
        BODY_ONLY * 2,
        [*BODY_ONLY, TIMED[0]],  # the time left out: no way round the timed scheme
        [*BODY_ONLY, TIMED[1]],
        [TIMED[0], ("X-CHeKT-Timestamp", "soon")],
        [TIMED[0], ("X-CHeKT-Timestamp", str(NOW + 1))],
        [("X-Webhook-Signature", "sha256=")],
    ],
)
def test_what_is_not_wholly_right_is_refused(headers: list[tuple[str, str]]) -> None:
    assert check(headers, BODY, SECRET, NOW).refusal


def test_another_secret_is_refused() -> None:
    assert check(TIMED, BODY, SECRET + "x", NOW).refusal
