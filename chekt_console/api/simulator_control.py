"""Control calls of the embedded gateway that the console's own menu offers; never sent anywhere else."""

from __future__ import annotations

import httpx

from chekt_console.errors import Unreachable

SCENARIOS = ("quiet night", "burglary with dispatch", "cleaning crew", "storm", "bridge dies and returns")
_TIMEOUT_S = 10.0


# What an operator of the simulated center may ask, and what the menu calls it.
ASKS = {
    "arming.command": "To arm it for the night",
    "camera.view_request": "To see a camera",
    "audio.request": "To speak to the place",
}


# What the gateway can be made to do wrong until it is told to stop, and what the menu calls it.
FAULTS = {
    "cut": "Cut the network",
    "slow": "Answer after 3 seconds",
    "lost": "Lose the answers",
    "broken": "Answer with errors (500)",
    "busy": "Too many requests (429)",
    "silent": "Live pictures stay silent",
    "late": "Clips are not ready",
}
_FOREVER = 10**9
_FAULT_BODIES: dict[str, dict[str, object]] = {
    "cut": {"name": "drop_before"},
    "slow": {"name": "latency", "ms": 3000},
    "lost": {"name": "drop_after"},
    "broken": {"name": "status", "code": 500},
    "busy": {"name": "status", "code": 429, "retry_after": 5},
    "silent": {"name": "stalled_mjpeg"},
    "late": {"name": "clip_not_ready", "seconds": 10**8},
}


def make_fault(base_url: str, control_token: str, name: str) -> None:
    """One at a time, until the next; "" for none. What reaches the simulator through its control calls goes on. Blocks."""
    _call("DELETE", base_url, control_token, "faults", {})
    if name:
        _post(base_url, control_token, "faults", {**_FAULT_BODIES[name], "count": _FOREVER})


def play_scenario(base_url: str, control_token: str, name: str, site_id: str) -> None:
    """Answers at once; the story goes on by itself. Blocks."""
    _post(base_url, control_token, "scenario", {"name": name, "site_id": site_id})


def let_center_ask(base_url: str, control_token: str, kind: str, site_id: str, device_id: str = "") -> None:
    """An operator of the simulated center sends a request over the webhooks. Blocks."""
    body: dict[str, object] = {"ask": kind, "site_id": site_id}
    if kind == "arming.command":
        body["mode"] = "night"
    if device_id:
        body["device_id"] = device_id
    _post(base_url, control_token, "center", body)


def _post(base_url: str, control_token: str, what: str, body: dict[str, object]) -> None:
    _call("POST", base_url, control_token, what, body)


def _call(method: str, base_url: str, control_token: str, what: str, body: dict[str, object]) -> None:
    try:
        with httpx.Client(timeout=_TIMEOUT_S, trust_env=False) as client:
            client.request(
                method,
                f"{base_url.rstrip('/')}/_simulator/{what}",
                headers={"X-Control-Token": control_token},
                json=body,
            ).raise_for_status()
    except httpx.HTTPError as error:
        raise Unreachable(f"The simulator did not take the {what}.", detail=type(error).__name__) from None
