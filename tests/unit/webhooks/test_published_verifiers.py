"""Two published verifier libraries say the same as ours about ten thousand random deliveries, right and wrong ones."""

from __future__ import annotations

import random

import stripe
from gidgethub import ValidationFailure
from gidgethub.sansio import validate_event

from chekt_console.domain.webhook_signature import (
    BODY_HEADER,
    TIME_HEADER,
    TIMED_HEADER,
    TOLERANCE_S,
    body_signature,
    check,
    timed_signature,
)

_CASES = 10_000


def _body_is_good(body: bytes, secret: str, signature: str) -> bool:
    try:
        validate_event(body, signature=signature, secret=secret)
    except ValidationFailure:
        return False
    return True


def _timed_is_good(body: bytes, secret: str, signature: str, timestamp: int, now_s: int) -> bool:
    """The library looks at its own clock; the age is added here, with the same tolerance."""
    header = f"t={timestamp},v1={signature.removeprefix('sha256=')}"
    try:
        stripe.WebhookSignature.verify_header(body.decode(), header, secret, tolerance=None)
    except stripe.SignatureVerificationError:
        return False
    return abs(now_s - timestamp) <= TOLERANCE_S


def test_two_published_verifiers_agree_with_ours() -> None:
    dice, now_s = random.Random(11), 1_790_000_000
    agreed = {True: 0, False: 0}
    for number in range(_CASES):
        body = "".join(
            chr(dice.choice((*range(32, 127), 228, 8364, 128512))) for _ in range(dice.randrange(60))
        )
        sent, secret = body.encode(), f"whsec_{dice.randrange(10**9)}"
        given = secret if dice.random() < 0.7 else f"{secret}x"
        received = sent if dice.random() < 0.7 else sent + b" "
        if number % 2:
            signature = body_signature(given, sent)
            ours = check([(BODY_HEADER, signature)], received, secret, now_s).refusal == ""
            theirs = _body_is_good(received, secret, signature)
        else:
            stamp = now_s + dice.choice((0, -299, -300, -301, 299, 300, 301, -86_400))
            signature = timed_signature(given, str(stamp), sent)
            headers = [(TIMED_HEADER, signature), (TIME_HEADER, str(stamp))]
            ours = check(headers, received, secret, now_s).refusal == ""
            theirs = _timed_is_good(received, secret, signature, stamp, now_s)
        assert ours is theirs, (number, body, signature)
        agreed[ours] += 1
    assert min(agreed.values()) > 2_000  # both verdicts were really tried
