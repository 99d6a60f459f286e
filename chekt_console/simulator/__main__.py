"""Runs the gateway: `python -m chekt_console.simulator`. One line of JSON on standard output when it accepts requests."""

from __future__ import annotations

import argparse
import functools
import json
import logging
import os
import socket
import sqlite3
import sys
import threading
from collections.abc import Callable
from email.utils import formatdate
from pathlib import Path
from typing import Any, cast

import platformdirs
import uvicorn

from chekt_console.simulator.app import make_app, open_gateway
from chekt_console.simulator.clock import GatewayClock
from chekt_console.simulator.config import DEALER_ID, DEALER_USER, DOCUMENTED, OBSERVED, Config, load_secrets
from chekt_console.simulator.intake_line import IntakeLine
from chekt_console.simulator.restart import begin_anew

_log = logging.getLogger("chekt_console.simulator")
_STOP_LIMIT_S = 2
_BACKLOG = 2048


def main(arguments: list[str] | None = None) -> int:
    given = sys.argv[1:] if arguments is None else arguments
    options = _parser().parse_args(given)
    logging.basicConfig(
        stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    config = Config(
        data_dir=options.data_dir or platformdirs.user_data_path("chekt-simulator", appauthor=False),
        host=options.host,
        port=options.port,
        sites=options.sites,
        seed=options.seed,
        api_key=options.api_key,
        dialect=options.dialect,
        limit_per_minute=options.limit_per_minute,
        burst_per_second=options.burst_per_second,
        partner_per_minute=options.partner_per_minute,
        partner_burst=options.partner_burst,
        live_every_s=options.live_every,
        dies_with_parent=options.die_with_parent,
    )
    if config.dies_with_parent:
        threading.Thread(target=_wait_for_parent, name="simulator-parent", daemon=True).start()
    try:
        listener = _listen(config.host, config.port)
    except OSError as error:
        print(f"Cannot listen on {config.host}:{config.port}: {error.strerror}.", file=sys.stderr)
        return 1
    try:
        config.data_dir.mkdir(parents=True, exist_ok=True)
        gateway = open_gateway(config, load_secrets(config))
    except (OSError, sqlite3.Error) as error:
        print(f"The folder {config.data_dir} cannot be used: {error}.", file=sys.stderr)
        return 1
    host = f"[{config.host}]" if ":" in config.host else config.host
    port = listener.getsockname()[1]
    gateway.url = f"http://{host}:{port}"
    gateway.restart = functools.partial(begin_anew, given, port)
    ready = {
        "url": gateway.url,
        "api_key": gateway.secrets.api_key,
        "dealer_id": DEALER_ID,
        "control_token": gateway.secrets.control_token,
        "dealer_user": DEALER_USER,
        "dealer_password": gateway.secrets.dealer_password,
        "pid": os.getpid(),
    }
    server = _Server(
        uvicorn.Config(
            make_app(gateway),
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=_STOP_LIMIT_S,
            backlog=_BACKLOG,
            http=cast("Any", functools.partial(IntakeLine, gateway)),
        ),
        json.dumps(ready),
        gateway.clock,
    )
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    server.run(sockets=[listener])
    return 0


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, ready_line: str, clock: GatewayClock) -> None:
        super().__init__(config)
        self._ready_line = ready_line
        self._clock = clock

    async def on_tick(self, counter: int) -> bool:
        """The Date of replies, by a clock that may be told to be wrong."""
        is_over = await super().on_tick(counter)
        if self._clock.skew_ms:
            date = formatdate(self._clock.told_s(), usegmt=True).encode()
            headers = self.server_state.default_headers
            self.server_state.default_headers = [
                (name, date if name == b"date" else value) for name, value in headers
            ]
        return is_over

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            print(self._ready_line, flush=True)


def _listen(host: str, port: int) -> socket.socket:
    """Taken before the world is made, so that a port in use is said at once."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    if sys.platform != "win32":
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    return listener


def _wait_for_parent() -> None:
    """The parent holds the other end; however it dies, the pipe closes. What was acknowledged is on disk already."""
    try:
        while os.read(0, 4096):
            pass
    except OSError:
        pass
    os._exit(0)


def _whole(low: int, high: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        value = int(text)
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"must be from {low} to {high}")
        return value

    return number


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="chekt-simulator", description="A CHeKT gateway on this computer.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=_whole(0, 65_535), default=0, help="0 (default) takes a free one")
    parser.add_argument("--sites", type=_whole(1, 20_000), default=60)
    parser.add_argument("--seed", type=int, default=1, help="another seed makes another world")
    parser.add_argument("--data-dir", type=Path, help="where the world is kept between runs")
    parser.add_argument("--api-key", default="", help="instead of a random one; kept")
    parser.add_argument("--dialect", choices=(OBSERVED, DOCUMENTED), default=OBSERVED)
    parser.add_argument("--limit-per-minute", type=_whole(1, 10**9), default=1000)
    parser.add_argument("--burst-per-second", type=_whole(1, 10**9), default=100)
    parser.add_argument("--partner-per-minute", type=_whole(1, 10**9), default=5000)
    parser.add_argument("--partner-burst", type=_whole(1, 10**9), default=500, help="a second")
    parser.add_argument(
        "--live-every", type=float, default=30.0, metavar="S", help="seconds between live events, 0: none"
    )
    parser.add_argument("--die-with-parent", action="store_true", help="end when standard input closes")
    return parser


if __name__ == "__main__":
    sys.exit(main())
