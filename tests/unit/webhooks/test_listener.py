"""The listener without its process: what it answers while the inbox is held, and beside what the file cannot take."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from chekt_console.store.inbox import Arrival, Inbox
from chekt_console.webhooks.listener import MOST_WAITING, PATH, Listener
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


async def _post(listener: Listener, body: bytes, secret: str = _SECRET) -> tuple[int, dict[str, str]]:
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    headers = [
        (name.lower().encode(), value.encode())
        for name, value in signed(secret, body, int(time.time())).items()
    ]
    scope = {"type": "http", "path": PATH, "method": "POST", "headers": headers}
    await listener(scope, receive, send)  # type: ignore[arg-type]
    told = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], told


def test_while_the_inbox_is_held_a_bounded_number_waits_and_the_rest_is_asked_to_come_again(
    inbox: Inbox, tmp_path: Path
) -> None:
    counts = _Counts()
    listener = Listener(inbox, _SECRET, counts)

    async def run() -> list[int]:
        with closing(sqlite3.connect(tmp_path / "inbox.sqlite", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            waiting = [asyncio.create_task(_post(listener, _body(one))) for one in range(MOST_WAITING)]
            await asyncio.sleep(0)
            status, headers = await _post(listener, _body(5000))
            assert (status, headers["retry-after"]) == (429, "1")
            assert (await _post(listener, _body(5001), "another"))[0] == 401  # nobody waits for the disk here
            assert not any(one.done() for one in waiting)
            other.execute("COMMIT")
        return [status for status, _ in await asyncio.gather(*waiting)]

    assert set(asyncio.run(run())) == {200}
    assert len(inbox.unhandled(5000)) == MOST_WAITING
    assert counts.last == {200: MOST_WAITING, 429: 1, 401: 1}
    assert asyncio.run(_post(listener, _body(5000)))[0] == 200  # asked to come again, it is taken then


class _Picky(Inbox):
    """A file that cannot take some bodies, for a reason that is none of SQLite's own."""

    def accept(self, arrivals: Sequence[Arrival], *, is_patient: bool = True) -> list[str]:
        if any(b"odd" in one.body for one in arrivals):
            raise OverflowError("too large to convert")
        return super().accept(arrivals, is_patient=is_patient)


def test_one_that_cannot_be_written_costs_those_beside_it_nothing(tmp_path: Path) -> None:
    with closing(_Picky(tmp_path / "inbox.sqlite")) as inbox:
        listener = Listener(inbox, _SECRET, _Counts())

        async def run() -> list[int]:
            bodies = [_body(1), b'{"id":"odd","type":"alarm.created"}', _body(2), b'{"id":"\\ud800"}']
            return [status for status, _ in await asyncio.gather(*(_post(listener, one) for one in bodies))]

        assert asyncio.run(run()) == [200, 503, 200, 200]
        assert len(inbox.unhandled()) == 3
