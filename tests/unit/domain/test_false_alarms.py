"""False alarms counted: by site and camera, in site time, and no growth read out of weeks nobody knows."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from chekt_console.domain.false_alarms import WEEK_MS, AlarmFact, Span, tallies

NOW = 1_770_820_200_000  # Wednesday 2026-02-11 06:30 in Los Angeles
HOUR = 3_600_000
LOS_ANGELES = ZoneInfo("America/Los_Angeles")


def fact(
    number: int, weeks_ago: int, where: str = "Dock", decision: str = "false", cause: str = ""
) -> AlarmFact:
    return AlarmFact(f"e{number}", "1", NOW - weeks_ago * WEEK_MS, f"camera:{where}", where, decision, cause)


def test_counts_by_camera_cause_hour_and_week() -> None:
    facts = [
        fact(1, 0, cause="animal"),
        fact(2, 0, cause="animal"),
        fact(3, 1, "Gate", cause="staff"),
        fact(4, 2, "Gate", decision="real"),
        fact(5, 0, "Yard", decision=""),
        AlarmFact("other", "2", NOW, "", "Panel", "real", ""),
    ]
    (found,) = tallies(facts, lambda _: LOS_ANGELES, Span(NOW, 5))
    site = found.site
    assert (site.alarms, site.undecided, site.false, site.share) == (5, 1, 3, 0.75)
    assert site.causes == {"animal": 2, "staff": 1}
    assert site.by_week == (0, 0, 0, 1, 2)
    assert site.by_hour[6] == 3
    assert [(one.where, one.false, one.newest_id) for one in found.cameras] == [
        ("Dock", 2, "e1"),
        ("Gate", 1, "e3"),
    ]


def test_growth_is_told_only_of_what_is_known() -> None:
    facts = [fact(number, number % 4) for number in range(12)]
    (flat,) = tallies(facts, lambda _: None, Span(NOW, 12, NOW - 4 * WEEK_MS))
    assert flat.site.known_weeks == 4
    assert not flat.site.is_rising
    grown = facts + [fact(100 + number, 0) for number in range(6)]
    (rising,) = tallies(grown, lambda _: None, Span(NOW, 12, NOW - 4 * WEEK_MS))
    assert rising.site.is_rising


def test_a_week_known_in_part_does_not_look_like_a_calm_one() -> None:
    counts = (0, 2, 4, 3, 3)  # by week, the oldest known by two of its days
    facts = [fact(10 * age + n, age) for age, count in enumerate(reversed(counts)) for n in range(count)]
    (found,) = tallies(facts, lambda _: None, Span(NOW, 5, NOW - 30 * 24 * HOUR))
    assert found.site.by_week == counts
    assert found.site.known_weeks == 4
    assert not found.site.is_rising
