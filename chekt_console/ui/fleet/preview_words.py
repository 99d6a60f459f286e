"""What the page before a run says: how many change, what changes at one site, how long it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chekt_console.domain.schedule_words import PLAIN, WordStyle, length_words
from chekt_console.services.bulk_preview import Verdict
from chekt_console.ui.fleet.fleet_words import clocks_words, moment_words, sites_words, wall_words

if TYPE_CHECKING:
    from chekt_console.services.bulk_preview import Preview, SitePreview

REQUESTS_EACH = 2  # the write and the reading back


def count_words(preview: Preview, style: WordStyle = PLAIN) -> list[str]:
    changing, same = preview.of(Verdict.CHANGES), len(preview.of(Verdict.SAME))
    changes = len(changing)
    lines = [f"{sites_words(changes)} change{'s' if changes == 1 else ''}"]
    dated = sum(one.difference is not None and one.difference.dates > 0 for one in changing)
    if dated:
        lines.append(f"{dated:,} of them: exceptions too")
    if same:
        lines.append(f"{same:,} already {'matches' if same == 1 else 'match'}; read anew to be sure")
    lines += [f"{count:,} blocked: {reason}" for reason, count in preview.reasons().items()]
    unread = len(preview.of(Verdict.UNREAD))
    if unread:
        lines.append(f"{unread:,} could not be read")
    oldest = preview.oldest()
    if oldest is not None:
        lines.append(f"Oldest copy here: {wall_words(oldest.astimezone(), style)}")
    return lines


def change_words(one: SitePreview) -> list[str]:
    """All of it; what happens to exceptions first, because it is lost most easily from sight."""
    change = one.difference
    if change is None:
        return []
    cut = len(change.sentences) - change.dates
    hours = []
    if change.gained_min:
        hours.append(f"{length_words(change.gained_min)} more armed")
    if change.lost_min:
        hours.append(f"{length_words(change.lost_min)} less armed")
    if change.other_mode_min:
        hours.append(f"{length_words(change.other_mode_min)} in another mode")
    lines = [*change.sentences[cut:], *change.sentences[:cut]]
    return [*lines, ", ".join(hours) + " a week"] if hours else lines


def outcome_words(one: SitePreview) -> list[str]:
    if one.verdict is Verdict.CHANGES:
        return change_words(one)
    if one.verdict is Verdict.SAME:
        return ["matches already"]
    return [one.reason or "its schedule could not be read"]


def detail_words(one: SitePreview, style: WordStyle = PLAIN) -> str:
    """Everything about one site, with the age of what it is compared with."""
    lines = outcome_words(one)
    if one.as_of is not None:
        lines.append(f"Read {moment_words(one.as_of, one.site, style)} site time")
        lines.append(f"({clocks_words(one.as_of, style)})")
    return "\n".join(lines)


def how_words(count: int, per_minute: int, same: int = 0) -> str:
    """`same` are only read. `per_minute`: 0 while the server has not told; then no time is promised."""
    if not count and not same:
        return "Nothing to write."
    requests = count * REQUESTS_EACH + same
    long = f", {_long(requests / per_minute)} at this connection's limit" if per_minute else ""
    told = f"{requests:,} request{'' if requests == 1 else 's'}{long}"
    if not count:
        return f"{told}; nothing is written."
    writes = f"{count:,} write{'' if count == 1 else 's'}, each read back: {told}."
    return f"{writes} Undo puts back what each has now. A site changed by somebody meanwhile is left alone."


def _long(minutes: float) -> str:
    if minutes >= 1.5:
        return f"about {minutes:.0f} min"
    return "about a minute" if minutes > 0.5 else "less than a minute"
