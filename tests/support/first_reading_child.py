"""Reads all sites of an account in a process that may break off after some pages and is then killed."""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, cast

import httpx

from chekt_console.api.client import CHeKTClient
from chekt_console.auth.api_key import ApiKeyAuth
from chekt_console.domain.progress import NoProgress
from chekt_console.errors import ServerBroken
from chekt_console.services.site_service import SiteService
from chekt_console.store.cache import Cache
from chekt_console.store.local import LocalStore
from tests.support.fake_clock import FakeClock

if TYPE_CHECKING:
    from chekt_console.domain.site_reading import SitesPlace
    from chekt_console.services.ports import Client


def main() -> None:
    """`pages`: after so many every further read fails, and the process is killed; 0: it reads to the end."""
    url, key, control_token, folder, pages = *sys.argv[1:4], Path(sys.argv[4]), int(sys.argv[5])
    cache, local = Cache(folder / "cache.sqlite"), LocalStore(folder / "local.sqlite")
    client = CHeKTClient(url, ApiKeyAuth(key), clock=FakeClock())
    count = 0
    real = cache.site_reading.keep

    def keep(page: SitesPlace, before: int, now_ms: int) -> None:
        nonlocal count
        real(page, before, now_ms)
        count += 1
        if count == pages:
            fault = {"name": "status", "code": 503, "path": "/ext/v1/sites", "method": "GET", "count": 1000}
            headers = {"X-Control-Token": control_token}
            httpx.post(f"{url}/_simulator/faults", json=fault, headers=headers).raise_for_status()

    cache.site_reading.keep = keep  # type: ignore[method-assign]
    try:
        found = SiteService(cast("Client", client), cache, local).refresh(NoProgress())
    except ServerBroken:
        os.kill(os.getpid(), signal.SIGKILL)
    print(json.dumps([[site.site_id for site in found.sites], list(found.problems)]))


if __name__ == "__main__":
    main()
