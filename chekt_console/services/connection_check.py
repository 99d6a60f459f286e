"""Reads what an account offers, and tells in words: capabilities, drift from the contract, clock, limits. Changes nothing."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from chekt_console.api.contract import PROBES, Difference, Probe, difference, rows_of
from chekt_console.api.paths import id_in_body
from chekt_console.errors import Cancelled, ConsoleError, NotAllowed, NotSignedIn, NotThere

if TYPE_CHECKING:
    from chekt_console.api.transport import Reply, Transport
    from chekt_console.domain.progress import Progress

_SKEW_S = 30
_MOST_NAMES = 12
_LOOKED_AT = 20
_EVENTS_LOOKED_AT = 200  # so many that one of them has a clip, at a quiet hour too
_DAYS_OF_EVENTS = 7
_WHY_NOT = {
    "{site}": "no site can be read",
    "{parted}": "no site with partitions was seen",
    "{event}": "no event of the last days was seen",
    "{clip}": "no event with a clip was seen",
    "{dealer}": "no dealer account is known to this connection",
    "{partner_site}": "no site of a dealer account can be read",
}


@dataclass(frozen=True, slots=True)
class Report:
    lines: tuple[str, ...]
    is_good: bool

    def text(self) -> str:
        return "\n".join(self.lines)


@dataclass(slots=True)
class _Found:
    """What the probes so far told: ids that the following ask with, the server's clock and its limits by API."""

    ids: dict[str, str]
    clocks_s: list[float] = field(default_factory=list)
    limits: dict[str, str] = field(default_factory=dict)

    def path(self, probe: Probe) -> str:
        path = probe.path
        for name, one in self.ids.items():
            path = path.replace(name, quote(one, safe=""))
        return path

    def lacks(self, probe: Probe) -> str:
        """Why it cannot be asked; "" when it can."""
        wanted = probe.path + probe.needs
        return next((why for name, why in _WHY_NOT.items() if name in wanted and not self.ids.get(name)), "")


def check_connection(transport: Transport, progress: Progress) -> Report:
    """Every probe once, none that writes. Good when signed in and nothing broke; what is not offered is told, not failed."""
    lines = [f"Connection to {transport.host}"]
    is_good, is_broken = False, False
    found = _Found({"{dealer}": transport.dealer_id})
    for number, probe in enumerate(PROBES):
        progress.report(number, len(PROBES), probe.title)
        why = found.lacks(probe)
        if why:
            lines.append(f"–  {probe.title}: not tried, for {why}.")
            continue
        try:
            asked_s = time.time()
            reply = _ask(transport, probe, found)
            rows = rows_of(probe, reply.json())
        except Cancelled:
            raise
        except (NotAllowed, NotThere) as error:
            lines.append(f"–  {probe.title}: not offered to this account ({error.status}).")
            continue
        except NotSignedIn as error:
            lines.append(f"–  {probe.title}: this sign-in is not accepted here ({error.status}).")
            continue
        except ConsoleError as error:
            is_broken = True
            lines.append(f"✕  {probe.title}: {error.sentence}")
            continue
        is_good = True
        differs = difference(probe, rows)
        is_broken |= differs.unreadable > 0
        lines += _words(probe, differs)
        _note(reply, asked_s, found)
        _gather(probe, rows, found.ids)
    lines.append(_clock_words(found.clocks_s))
    lines += _limit_words(found.limits)
    if not is_good:
        lines.append("✕  Nothing of this account could be read. Sign in again or check the address.")
    return Report(tuple(lines), is_good and not is_broken)


def _ask(transport: Transport, probe: Probe, found: _Found) -> Reply:
    path = found.path(probe)
    what = f"the probe of {probe.title.casefold()}"
    if not probe.is_search:
        return transport.get(path, what, query={"limit": str(_LOOKED_AT)} if probe.lists else None)
    if probe.needs:
        return transport.search(path, what, {"event_ids": [id_in_body(found.ids["{clip}"])]})
    now = datetime.now(UTC)
    body: dict[str, object] = {
        "start_time": _instant(now - timedelta(days=_DAYS_OF_EVENTS)),
        "end_time": _instant(now),
        "limit": _EVENTS_LOOKED_AT,
        "sort_by": "event_time",
        "sort_order": "desc",
    }
    if found.ids.get("{site}"):
        body["site_id"] = id_in_body(found.ids["{site}"])
    return transport.search(path, what, body)


def _instant(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _gather(probe: Probe, rows: list[Any], ids: dict[str, str]) -> None:
    """What the following probes ask with."""
    for row in rows:
        if not isinstance(row, dict):
            continue
        if probe.title == "Sites":
            # A site with partitions is asked for them, one without for its own state.
            is_parted = row.get("is_partition_enabled") in (True, 1, "1", "true")
            _keep(ids, "{parted}" if is_parted else "{site}", row, "site_id", "id")
        elif probe.title == "Events":
            _keep(ids, "{event}", row, "event_id", "id")
            if row.get("has_video") is not False and str(row.get("event_id", "")).isdecimal():
                _keep(ids, "{clip}", row, "event_id")
        elif probe.title == "Dealer account: sites":
            _keep(ids, "{partner_site}", row, "site_id")
    if probe.title == "Sites":
        ids.setdefault("{site}", ids.get("{parted}", ""))


def _keep(ids: dict[str, str], place: str, row: dict[str, Any], *names: str) -> None:
    told = next((row[name] for name in names if row.get(name) is not None), None)
    if isinstance(told, str | int):
        ids.setdefault(place, str(told))


def _words(probe: Probe, differs: Difference) -> list[str]:
    if differs.unreadable:
        first = f"✕  {probe.title}: {differs.unreadable} of {differs.rows} cannot be read."
    elif not probe.lists:
        first = f"✓  {probe.title}: can be read."
    elif differs.rows:
        first = f"✓  {probe.title}: can be read ({differs.rows} looked at)."
    else:
        first = f"✓  {probe.title}: can be read, nothing there."
    lines = [first]
    if differs.wrong:
        lines.append(f"   Fields of another kind than expected: {_names(differs.wrong)}.")
    if differs.missing:
        lines.append(f"   Fields that are missing: {_names(differs.missing)}.")
    if differs.unknown:
        lines.append(f"   Fields this version does not know: {_names(differs.unknown)}.")
    lines += [f"   New words in {name}: {_names(told)}." for name, told in differs.new_words]
    return lines


def _names(names: tuple[str, ...]) -> str:
    shown = ["".join(c for c in name if c.isprintable())[:60] for name in names[:_MOST_NAMES]]
    left = len(names) - len(shown)
    return ", ".join(shown) + (f" and {left} more" if left > 0 else "")


def _note(reply: Reply, asked_s: float, found: _Found) -> None:
    headers = reply.headers
    if headers.get("x-ratelimit-limit"):
        api = "Dealer account" if "/partner/" in reply.endpoint else "Sites and alarms"
        limit, left = (headers.get(f"x-ratelimit-{name}", "?")[:40] for name in ("limit", "remaining"))
        found.limits[api] = f"{limit} requests in a window, {left} left now"
    with suppress(KeyError, ValueError, OverflowError):  # a date that is none tells nothing
        told_s = parsedate_to_datetime(headers["date"]).timestamp()
        found.clocks_s.append(told_s - (asked_s + time.time()) / 2)


def _clock_words(dates: list[float]) -> str:
    if not dates:
        return "–  Clock: the server does not tell its time."
    skew_s = sorted(dates)[len(dates) // 2]
    if abs(skew_s) < _SKEW_S:
        return "✓  Clock: agrees with the server's."
    direction = "behind" if skew_s > 0 else "ahead of"
    return (
        f"✕  Clock: this computer's is {abs(skew_s):.0f} s {direction} the server's. "
        "Set it right, or signing in with a partner key may fail."
    )


def _limit_words(limits: dict[str, str]) -> list[str]:
    if not limits:
        return ["–  Limits: the server does not tell them; the console learns them as it works."]
    return [f"✓  Limits ({api}): {words}." for api, words in limits.items()]
