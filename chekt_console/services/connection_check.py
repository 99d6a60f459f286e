"""Reads what an account offers, and tells in words: capabilities, drift from the contract, clock, limits. Changes nothing."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from chekt_console.errors import Cancelled, ConsoleError, NotAllowed, NotSignedIn, NotThere

if TYPE_CHECKING:
    from chekt_console.api.transport import Reply, Transport
    from chekt_console.domain.progress import Progress

_SKEW_S = 30
_MOST_NAMES = 12


@dataclass(frozen=True, slots=True)
class Probe:
    """One family of endpoints: where it is read, and which fields and words the contract knows there."""

    title: str
    method: str
    path: str  # "{site}" stands for the first site
    fields: frozenset[str]
    words: dict[str, frozenset[str]]
    rows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    lines: tuple[str, ...]
    is_good: bool

    def text(self) -> str:
        return "\n".join(self.lines)


def _probe(title: str, method: str, path: str, fields: str, *rows: str, **words: str) -> Probe:
    known = {name: frozenset(text.split()) for name, text in words.items()}
    return Probe(title, method, path, frozenset(fields.split()), known, rows)


PROBES = (
    _probe(
        "Sites", "GET", "/ext/v1/sites",
        "site_id site_name name address account_number account_reference_id dealer_name is_partition_enabled is_activated"
        " partitions timezone status monitoring_enabled created_at updated_at",
        "sites", status="active inactive suspended",
    ),
    _probe(
        "Arming state", "GET", "/ext/v1/sites/{site}/arming", "arming_status arming_updated_at site_id partitions",
        arming_status="armed disarmed unknown partially_armed armed_away armed_stay",
    ),
    _probe(
        "Cameras", "GET", "/ext/v1/sites/{site}/cameras",
        "device_id name mac status mjpeg_url zone_numbers channel manufacturer model serial_number", "cameras", "devices",
        status="online offline",
    ),
    _probe("Contacts", "GET", "/ext/v1/sites/{site}/contacts",
        "contact_id external_contact_id first_name last_name name title phone_number email_address slot_number"
        " sms_alarm_enabled email_alarm_enabled sms_validation last_validation created_at updated_at", "contacts"),
    _probe("Event categories", "GET", "/ext/v1/activity-logs/categories", "id name", "categories"),
    _probe("Events", "POST", "/ext/v1/activity-logs/search",
        "event_id event_time category_id trigger status zone_number device_id device_name site_id site_name", "events"),
    _probe("Dealers (partner)", "GET", "/partner/v1/dealers",
        "dealer_id external_dealer_id company_name company_address1 company_address2 company_email company_phone_number"
        " created_at", "dealers"),
)  # fmt: skip


def check_connection(transport: Transport, progress: Progress) -> Report:
    """Every probe once, none that writes. Good when signed in and nothing broke; what is not offered is told, not failed."""
    lines = [f"Connection to {transport.host}"]
    is_good = False
    is_broken = False
    site = ""
    dates: list[float] = []
    limits: dict[str, str] = {}
    for number, probe in enumerate(PROBES):
        progress.report(number, len(PROBES), probe.title)
        if "{site}" in probe.path and not site:
            lines.append(f"–  {probe.title}: not tried, for no site can be read.")
            continue
        try:
            asked_s = time.time()
            reply = _ask(transport, probe, site)
            payload = reply.json()
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
        rows = _rows(payload, probe)
        if probe.title == "Sites" and rows:
            site = str(rows[0].get("site_id", ""))
        lines.append(f"✓  {probe.title}: {_count(rows)}.")
        lines += _drift(rows, probe)
        _note(reply, asked_s, dates, limits)
    lines.append(_clock_words(dates))
    lines.append(_limit_words(limits))
    if not is_good:
        lines.append("✕  Nothing of this account could be read. Sign in again or check the address.")
    return Report(tuple(lines), is_good and not is_broken)


def _ask(transport: Transport, probe: Probe, site: str) -> Reply:
    path = probe.path.replace("{site}", quote(site, safe=""))
    what = f"the probe of {probe.title.casefold()}"
    if probe.method == "GET":
        return transport.get(path, what, query={"limit": "20"} if probe.rows else None)
    now = datetime.now(UTC)
    body = {
        "start_time": _instant(now - timedelta(days=1)),
        "end_time": _instant(now),
        "limit": 20,
        "sort_by": "event_time",
        "sort_order": "desc",
    }
    if site:
        body["site_id"] = int(site) if site.isdecimal() else site
    return transport.search(path, what, body)


def _instant(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _rows(payload: Any, probe: Probe) -> list[dict[str, Any]]:
    found: Any = payload
    if isinstance(found, dict) and "data" in found:
        found = found["data"]
    if isinstance(found, dict):
        found = next((found[name] for name in probe.rows if isinstance(found.get(name), list)), found)
    rows = found if isinstance(found, list) else [found]
    return [row for row in rows if isinstance(row, dict)]


def _count(rows: list[dict[str, Any]]) -> str:
    return "can be read, nothing there" if not rows else f"can be read ({len(rows)} looked at)"


def _drift(rows: list[dict[str, Any]], probe: Probe) -> list[str]:
    lines = []
    unknown = sorted({name for row in rows for name in row} - probe.fields)
    if unknown:
        lines.append(f"   Fields this version does not know: {_names(unknown)}.")
    for field, known in probe.words.items():
        told = {row[field] for row in rows if isinstance(row.get(field), str)}
        new = sorted(word for word in told if word.casefold() not in known)
        if new:
            lines.append(f"   New words in {field}: {_names(new)}.")
    return lines


def _names(names: list[str]) -> str:
    shown = ["".join(c for c in name if c.isprintable())[:60] for name in names[:_MOST_NAMES]]
    left = len(names) - len(shown)
    return ", ".join(shown) + (f" and {left} more" if left > 0 else "")


def _note(reply: Reply, asked_s: float, dates: list[float], limits: dict[str, str]) -> None:
    for name, value in reply.headers.items():
        if name.casefold().startswith("x-ratelimit-"):
            limits[name.casefold().removeprefix("x-ratelimit-")] = value[:40]
        elif name.casefold() == "date":
            with suppress(ValueError, OverflowError):  # a date that is none tells nothing
                dates.append(parsedate_to_datetime(value).timestamp() - (asked_s + time.time()) / 2)


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


def _limit_words(limits: dict[str, str]) -> str:
    if "limit" not in limits:
        return "–  Limits: the server does not tell them; the console learns them as it works."
    return f"✓  Limits: {limits['limit']} requests in a window, {limits.get('remaining', '?')} left now."
