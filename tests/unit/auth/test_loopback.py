"""The sign-in listener under everything a browser, a stray program or an attacker may send."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING

import pytest

from chekt_console.auth.loopback import LoopbackListener, SignInFailed
from chekt_console.domain.progress import NoProgress
from chekt_console.errors import Cancelled
from tests.support.ending import join

if TYPE_CHECKING:
    from collections.abc import Callable

_STATE = "the-state"


def _send(port: int, request: str | bytes) -> str:
    with socket.create_connection(("127.0.0.1", port), timeout=5) as link:
        link.sendall(request.encode() if isinstance(request, str) else request)
        answer = b""
        while chunk := link.recv(4096):
            answer += chunk
    return answer.decode()


def _get(port: int, target: str, *, host: str = "", method: str = "GET") -> str:
    return _send(port, f"{method} {target} HTTP/1.1\r\nHost: {host or f'127.0.0.1:{port}'}\r\n\r\n")


def _run(listener: LoopbackListener, visit: Callable[[int], None], **options: object) -> str:
    """`visit` plays the outside in a thread of its own."""
    visitor = threading.Thread(target=visit, args=(listener.port,))
    visitor.start()
    try:
        return listener.wait_for_code(_STATE, NoProgress(), timeout_s=10, **options)  # type: ignore[arg-type]
    finally:
        join(visitor)


def test_only_the_right_path_host_and_state_count() -> None:
    answers: list[str] = []

    def visit(port: int) -> None:
        for target, host, method in (
            ("/favicon.ico", "", "GET"),
            ("/callback?code=bad", "", "GET"),
            ("/callback?code=bad&state=wrong", "", "GET"),
            (f"/callback?code=bad&state={_STATE}", "evil.example", "GET"),
            (f"/callback?code=bad&state={_STATE}", "", "POST"),
            (f"/callback?code=bad&code=worse&state={_STATE}", "", "GET"),
            (f"/callback?state={_STATE}", "", "GET"),
            (f"/callback?code=good&state={_STATE}", "", "GET"),
        ):
            answers.append(_get(port, target, host=host, method=method).split("\r\n")[0])

    with LoopbackListener() as listener:
        assert _run(listener, visit) == "good"
    assert [int(line.split()[1]) for line in answers] == [404, 400, 400, 400, 405, 400, 400, 200]


def test_an_endless_request_and_a_silent_one_do_not_stop_the_sign_in() -> None:
    def visit(port: int) -> None:
        silent = socket.create_connection(("127.0.0.1", port))
        assert "431" in _send(port, b"GET /callback?" + b"a" * 20_000)
        assert "200" in _get(port, f"/callback?code=good&state={_STATE}")
        silent.close()

    with LoopbackListener() as listener:
        assert _run(listener, visit) == "good"


def test_a_refusal_is_told_in_its_own_words() -> None:
    def visit(port: int) -> None:
        _get(port, f"/callback?error=access_denied&error_description=Not%20a%20dealer%20admin&state={_STATE}")

    with LoopbackListener() as listener, pytest.raises(SignInFailed, match="Not a dealer admin"):
        _run(listener, visit)


def test_another_issuer_is_not_believed() -> None:
    def visit(port: int) -> None:
        _get(port, f"/callback?code=good&iss=https://evil.example/&state={_STATE}")

    with LoopbackListener() as listener, pytest.raises(SignInFailed, match="another sign-in server"):
        _run(listener, visit, issuer="https://login.example/")


def test_it_ends_by_itself_or_when_cancelled_and_frees_its_port() -> None:
    class Unwanted(NoProgress):
        def check(self) -> None:
            raise Cancelled

    with LoopbackListener() as listener:
        port = listener.port
        with pytest.raises(SignInFailed, match="did not come back"):
            listener.wait_for_code(_STATE, NoProgress(), timeout_s=0.2)
        with pytest.raises(Cancelled):
            listener.wait_for_code(_STATE, Unwanted())
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=2)


def test_a_taken_port_falls_to_the_next_of_the_list() -> None:
    with LoopbackListener() as first:
        with LoopbackListener((first.port, 0)) as second:
            assert second.port != first.port
        with pytest.raises(SignInFailed, match="Another program"):
            LoopbackListener((first.port,))


def test_a_visit_after_the_code_gets_a_plain_page() -> None:
    answers: list[str] = []

    def visit_again(port: int) -> None:
        answers.append(_get(port, f"/callback?code=other&state={_STATE}"))
        answers.append(_get(port, f"/callback?error=access_denied&state={_STATE}"))

    with LoopbackListener() as listener:
        assert (
            _run(listener, lambda port: _get(port, f"/callback?code=good&state={_STATE}") and None) == "good"
        )
        late = threading.Thread(target=visit_again, args=(listener.port,))
        late.start()
        listener.answer_late_ones()
        join(late)
    assert [answer.split("\r\n")[0] for answer in answers] == ["HTTP/1.1 200 OK"] * 2
    assert all("This sign-in has ended." in answer for answer in answers)


def test_one_that_is_dropped_for_another_may_have_spoken_at_once() -> None:
    """All places are taken; the oldest speaks in the same moment as the one that takes its place."""
    with LoopbackListener() as listener:
        silent = [socket.create_connection(("127.0.0.1", listener.port)) for _ in range(16)]
        ready = threading.Event()

        class Crowd(NoProgress):
            """Fills the places between two looks of the listener, then lets both come in one."""

            turns = 0

            def check(self) -> None:
                self.turns += 1
                if self.turns <= 16:
                    silent.append(socket.create_connection(("127.0.0.1", listener.port)))
                elif self.turns == 40:
                    silent.append(socket.create_connection(("127.0.0.1", listener.port)))
                    silent[0].sendall(b"x")
                    ready.set()

        def visit() -> None:
            ready.wait(10)
            _get(listener.port, f"/callback?code=good&state={_STATE}")

        visitor = threading.Thread(target=visit)
        visitor.start()
        try:
            assert listener.wait_for_code(_STATE, Crowd(), timeout_s=15) == "good"
        finally:
            ready.set()
            join(visitor)
            for one in silent:
                one.close()
