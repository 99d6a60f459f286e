"""Control calls of the embedded gateway that the console's own menu offers; never sent anywhere else."""

from __future__ import annotations

import httpx

from chekt_console.errors import Unreachable

SCENARIOS = ("quiet night", "burglary with dispatch", "cleaning crew", "storm", "bridge dies and returns")
_TIMEOUT_S = 10.0


def play_scenario(base_url: str, control_token: str, name: str, site_id: str) -> None:
    """Answers at once; the story goes on by itself. Blocks."""
    try:
        with httpx.Client(timeout=_TIMEOUT_S, trust_env=False) as client:
            client.post(
                f"{base_url.rstrip('/')}/_simulator/scenario",
                headers={"X-Control-Token": control_token},
                json={"name": name, "site_id": site_id},
            ).raise_for_status()
    except httpx.HTTPError as error:
        raise Unreachable("The simulator did not take the scenario.", detail=type(error).__name__) from None
