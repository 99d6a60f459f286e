"""The listener without its process: what it answers while the inbox is held, and beside what the file cannot take."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from chekt_console.store.inbox import Arrival, Inbox
from chekt_console.webhooks.connection import Request
from chekt_console.webhooks.listener import MOST_WAITING, PATH, Listener
from chekt_console.webhooks.refusals import MOST_BODY, MOST_KEPT, Refusals
from tests.support.webhooks import signed

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_SECRET = "whsec_of_this_test"


class _Counts:
    def __init__(self) -> None:
        self.last: dict[int, int] = {}

    def __call__(self, counts: Counter[int]) -> None:
        self.last = dict(counts)


@pytest.fixture
def inbox(tmp_path: Path) -> Iterator[Inbox]:
    inbox = Inbox(tmp_path / "inbox.sqlite")
    yield inbox
    inbox.close()


def _body(number: int) -> bytes:
    return json.dumps({"id": f"evt_{number}", "type": "alarm.created", "data": {"site_id": 1784}}).encode()


async def _post(listener: Listener, body: bytes, secret: str = _SECRET) -> int:
    """The status it is answered with."""
    headers = [
        (name.lower().encode(), value.encode())
        for name, value in signed(secret, body, int(time.time())).items()
    ]
    answered: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    listener.take(
        Request("POST", PATH.encode(), headers, body, len(body)),
        lambda status, _: answered.set_result(status),
    )
    return await answered


def test_while_the_inbox_is_held_a_bounded_number_waits_and_the_rest_is_asked_to_come_again(
    inbox: Inbox, tmp_path: Path
) -> None:
    counts = _Counts()
    listener = Listener(inbox, _SECRET, counts, Refusals(inbox))

    async def run() -> list[int]:
        with closing(sqlite3.connect(tmp_path / "inbox.sqlite", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            waiting = [asyncio.create_task(_post(listener, _body(one))) for one in range(MOST_WAITING)]
            await asyncio.sleep(0)
            assert await _post(listener, _body(5000)) == 429
            assert await _post(listener, _body(5001), "another") == 401  # nobody waits for the disk here
            assert not any(one.done() for one in waiting)
            other.execute("COMMIT")
        return await asyncio.gather(*waiting)

    assert set(asyncio.run(run())) == {200}
    assert len(inbox.unhandled(5000)) == MOST_WAITING
    assert counts.last == {200: MOST_WAITING, 429: 1, 401: 1}
    assert asyncio.run(_post(listener, _body(5000))) == 200  # asked to come again, it is taken then


class _Picky(Inbox):
    """A file that cannot take some bodies, for a reason that is none of SQLite's own."""

    def accept(self, arrivals: Sequence[Arrival], *, is_patient: bool = True) -> list[str]:
        if any(b"odd" in one.body for one in arrivals):
            raise OverflowError("too large to convert")
        return super().accept(arrivals, is_patient=is_patient)


def test_one_that_cannot_be_written_costs_those_beside_it_nothing(tmp_path: Path) -> None:
    with closing(_Picky(tmp_path / "inbox.sqlite")) as inbox:
        listener = Listener(inbox, _SECRET, _Counts(), Refusals(inbox))

        async def run() -> list[int]:
            bodies = [_body(1), b'{"id":"odd","type":"alarm.created"}', _body(2), b'{"id":"\\ud800"}']
            return await asyncio.gather(*(_post(listener, one) for one in bodies))

        assert asyncio.run(run()) == [200, 503, 200, 200]
        assert len(inbox.unhandled()) == 3


def test_a_group_gets_a_verdict_for_each_also_for_those_that_are_in_it_twice(inbox: Inbox) -> None:
    def arrival(name: str, stamp: int, body: bytes = b"{}") -> Arrival:
        return Arrival(name, 1, "timed", stamp, body)

    assert inbox.accept([arrival("old", 5)]) == ["new"]
    group = [
        arrival("a", 5),
        arrival("old", 5),
        arrival("old", 6),
        arrival("old", 6),
        arrival("a", 6),
        arrival("a", 7, b"[]"),
        *(arrival(f"of many {number}", 5) for number in range(600)),
    ]
    assert inbox.accept(group) == ["new", "replay", "again", "replay", "again", "replay", *["new"] * 600]
    assert inbox.accept([arrival("a", 6), arrival("a", 8)]) == ["replay", "again"]
    assert len(inbox.newest(1000)) == 602


def test_what_is_refused_is_kept_with_its_reason_so_many_and_no_more(inbox: Inbox) -> None:
    """A flood costs the disk one write, whatever its size, and nothing of it is an event."""
    writes: list[int] = []
    put = inbox.put_refused
    inbox.put_refused = lambda refused, most: (writes.append(len(refused)), put(refused, most))[1]  # type: ignore[method-assign]
    refusals = Refusals(inbox, every_s=0.0)
    listener = Listener(inbox, _SECRET, _Counts(), refusals)
    request = Request(
        "POST", b"/webhooks?token=sesame", [(b"authorization", b"Bearer hidden12345")], b"x" * 9000, 9000
    )

    async def run() -> None:
        for number in range(5 * MOST_KEPT):
            assert await _post(listener, _body(number), "another") == 401
        listener.refuse(request, 413, "The body is over 1 MiB")
        while not inbox.refused(1) or inbox.refused(1)[0].status != 413:
            await asyncio.sleep(0.001)

    asyncio.run(run())
    kept = inbox.refused(10 * MOST_KEPT)
    assert len(kept) == MOST_KEPT
    assert len(writes) < 5 * MOST_KEPT
    newest, before = kept[:2]
    assert (newest.reason, newest.size, newest.body) == ("The body is over 1 MiB", 9000, b"x" * MOST_BODY)
    assert "sesame" not in newest.url
    assert "hidden" not in newest.headers
    assert (before.status, before.reason, before.method) == (401, "The signature is wrong", "POST")
    assert before.body == _body(5 * MOST_KEPT - 1)
    assert "x-chekt-timestamp: " in before.headers
    assert not inbox.newest()
    assert not inbox.unread_count()


def test_an_accepted_one_keeps_its_headers_without_what_is_secret(inbox: Inbox) -> None:
    listener = Listener(inbox, _SECRET, _Counts(), Refusals(inbox))
    assert asyncio.run(_post(listener, _body(1))) == 200
    (kept,) = inbox.newest()
    signature, stamp, kind = kept.headers.splitlines()
    assert signature.startswith("x-chekt-signature: ")
    assert "(64 characters)" in signature
    assert len(signature) < 60
    assert stamp.startswith("x-chekt-timestamp: 1")
    assert kind == "content-type: application/json"
