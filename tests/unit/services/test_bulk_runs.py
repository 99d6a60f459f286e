"""A run over many sites: what stays at each, what is asked before the rest, what stops it, and what undo puts back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from chekt_console.domain.bulk_run import RunState, SiteStep
from chekt_console.domain.schedule import DayException, WeekSchedule
from chekt_console.domain.schedule_algebra import is_same
from chekt_console.domain.schedule_template import Drift, ScheduleTemplate, drift
from chekt_console.services.bulk_preview import Preview, Verdict
from chekt_console.services.bulk_schedule_service import RunWish
from tests.support.many_sites import GO, OLD, Yard, week

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from chekt_console.domain.bulk_run import BulkRun

NEW, NEWER = week(1080), week(1140)
EVE, NEW_YEAR = DayException(date(2026, 12, 24)), DayException(date(2027, 1, 1))


@pytest.fixture
def yard(tmp_path: Path) -> Iterator[Yard]:
    with Yard(tmp_path, 6) as made:
        yield made


def _put_template(yard: Yard, schedule: WeekSchedule) -> ScheduleTemplate:
    template = ScheduleTemplate("t", "Office", schedule, yard.bulk._now())
    yard.local.templates.put_template(template)
    return template


def _run(yard: Yard, schedule: WeekSchedule, template_id: str = "", count: int = 6) -> BulkRun:
    seen = yard.bulk.preview(schedule, yard.sites[:count])
    run = yard.bulk.begin("Office", template_id, seen)
    return yard.bulk.carry_on(run.run_id, RunWish(), GO)


def _steps(run: BulkRun) -> list[SiteStep]:
    return [site.step for site in run.sites]


def _verdicts(seen: Preview) -> list[Verdict]:
    return [one.verdict for one in seen.sites]


# What a site has of its own


def test_each_site_keeps_its_own_exceptions_and_undo_brings_all_back(yard: Yard) -> None:
    had = WeekSchedule(OLD.periods, (EVE, NEW_YEAR))
    yard.server.put("1", had)
    yard.read()
    run = _run(yard, NEW)
    assert yard.server.at("1") == WeekSchedule(NEW.periods, (EVE, NEW_YEAR))
    assert yard.server.at("0") == NEW
    assert yard.bulk.undo(run.run_id, RunWish(), GO).state is RunState.UNDONE
    assert yard.server.at("1") == had


def test_without_that_they_are_replaced_and_the_preview_counts_them(yard: Yard) -> None:
    yard.server.put("1", WeekSchedule(OLD.periods, (EVE,)))
    yard.read()
    kept = yard.bulk.preview(NEW, yard.sites)
    replaced = yard.bulk.preview(NEW, yard.sites, keeps_exceptions=False)
    dates = [[one.difference.dates for one in seen.sites if one.difference] for seen in (kept, replaced)]
    assert dates == [[0] * 6, [0, 1, 0, 0, 0, 0]]
    run = yard.bulk.begin("Office", "", replaced)
    yard.bulk.carry_on(run.run_id, RunWish(), GO)
    assert yard.server.at("1") == NEW


def test_what_a_template_brought_goes_with_it_and_what_is_the_sites_own_is_no_drift(yard: Yard) -> None:
    with_eve = WeekSchedule(NEW.periods, (EVE,))
    template = _put_template(yard, with_eve)
    yard.server.put("1", WeekSchedule(OLD.periods, (NEW_YEAR,)))
    yard.read()
    _run(yard, with_eve, "t")
    assert yard.server.at("1").exceptions == (EVE, NEW_YEAR)
    applied = yard.local.templates.applied()
    assert drift(template, applied["1"], yard.server.at("1")) is Drift.NONE
    edited = _put_template(yard, NEW)
    assert drift(edited, applied["1"], yard.server.at("1")) is Drift.TEMPLATE
    lost = WeekSchedule(NEW.periods, (NEW_YEAR,))
    assert drift(template, applied["1"], lost) is Drift.SITE
    _run(yard, NEW, "t")
    assert yard.server.at("1").exceptions == (NEW_YEAR,)
    assert yard.server.at("0").exceptions == ()


# How old what is known is


def test_what_matched_long_ago_is_read_anew_before_it_counts(yard: Yard) -> None:
    for site_id in ("0", "1"):
        yard.server.put(site_id, NEW)
    yard.read()
    yard.server.put("1", OLD)  # nobody tells
    _put_template(yard, NEW)
    seen = yard.bulk.preview(NEW, yard.sites[:2])
    assert _verdicts(seen) == [Verdict.SAME, Verdict.SAME]
    run = yard.bulk.begin("Office", "t", seen)
    assert yard.followers() == []
    run = yard.bulk.carry_on(run.run_id, RunWish(), GO)
    assert _steps(run) == [SiteStep.SAME, SiteStep.CHANGED]
    assert yard.followers() == ["0"]
    assert yard.server.puts == []
    assert yard.server.at("1") == OLD


def test_what_matched_and_cannot_be_read_is_not_called_equal(yard: Yard) -> None:
    yard.server.put("0", NEW)
    yard.read()
    run = yard.bulk.begin("Office", "", yard.bulk.preview(NEW, yard.sites[:1]))
    yard.server.gone.add("0")
    run = yard.bulk.carry_on(run.run_id, RunWish(), GO)
    assert _steps(run) == [SiteStep.FAILED]


def test_old_copies_are_read_anew_when_asked(yard: Yard) -> None:
    yard.clock.advance(1_000)
    yard.schedules.read(yard.sites[0])
    yard.server.reads.clear()
    assert yard.bulk.read_missing(yard.sites, GO) == ()
    assert yard.server.reads == []
    yard.bulk.read_missing(yard.sites, GO, older_than=yard.bulk._now() - timedelta(minutes=15))
    assert yard.server.reads == ["1", "2", "3", "4", "5"]
    assert yard.bulk.preview(NEW, yard.sites).oldest() == yard.bulk._now()


# One site first


def _begin_canary(yard: Yard) -> str:
    return yard.bulk.begin("Office", "", yard.bulk.preview(NEW, yard.sites), is_canary=True).run_id


def test_cut_off_before_its_first_site_it_still_writes_one_and_asks(yard: Yard) -> None:
    run_id = _begin_canary(yard)
    run = yard.opened().carry_on(run_id, RunWish(), GO)
    assert (run.state, len(yard.server.puts)) == (RunState.CANARY, 1)
    run = yard.opened().carry_on(run_id, RunWish(), GO)
    assert (run.state, len(yard.server.puts)) == (RunState.DONE, 6)


def test_after_a_first_site_that_failed_one_more_is_written_and_asked_about(yard: Yard) -> None:
    run_id = _begin_canary(yard)
    yard.server.refusing.add("0")
    run = yard.bulk.carry_on(run_id, RunWish(), GO)
    assert (run.state, yard.server.puts) == (RunState.STOPPED, [])
    run = yard.bulk.carry_on(run_id, RunWish(), GO)
    assert (run.state, yard.server.puts) == (RunState.CANARY, ["1"])
    assert yard.bulk.carry_on(run_id, RunWish(), GO).state is RunState.DONE
    assert len(yard.server.puts) == 5


class _Killed(BaseException):
    """The program ends here."""


def test_cut_off_between_the_first_site_and_the_question_it_asks(yard: Yard) -> None:
    run_id = _begin_canary(yard)

    class Dying(type(GO)):  # type: ignore[misc]  # a progress that ends the program at the first outcome
        def partial(self, value: object) -> None:
            raise _Killed

    with pytest.raises(_Killed):
        yard.bulk.carry_on(run_id, RunWish(), Dying())
    run = yard.opened().carry_on(run_id, RunWish(), GO)
    assert (run.state, len(yard.server.puts)) == (RunState.CANARY, 1)


# Stopping


def test_failures_with_successes_between_them_stop_it_too(tmp_path: Path) -> None:
    with Yard(tmp_path / "many", 60) as yard:
        yard.server.refusing = {site.site_id for number, site in enumerate(yard.sites) if number % 3}
        run = yard.bulk.begin("Office", "", yard.bulk.preview(NEW, yard.sites))
        run = yard.bulk.carry_on(run.run_id, RunWish(), GO)
        assert run.state is RunState.STOPPED
        assert run.count(SiteStep.FAILED) == 6
        assert run.sentence.startswith("6 of 9 sites failed.")
        assert run.count(SiteStep.WAITING) == 51


# Undo


def test_a_site_that_refuses_the_undo_ends_it_and_can_be_tried_again(yard: Yard) -> None:
    run = _run(yard, NEW)
    yard.server.refusing.add("1")
    yard.server.gone.add("2")
    run = yard.bulk.undo(run.run_id, RunWish(), GO)
    assert run.state is RunState.UNDONE
    steps = {site.site_id: site.step for site in run.sites}
    assert (steps.pop("1"), steps.pop("2")) == (SiteStep.REFUSED, SiteStep.REFUSED)
    assert set(steps.values()) == {SiteStep.UNDONE}
    assert yard.bulk.open_runs() == ()
    assert "in another run that is not finished" not in yard.bulk.preview(NEWER, yard.sites).reasons()
    yard.server.refusing.clear()
    yard.server.gone.clear()
    assert run.can_undo
    run = yard.bulk.undo(run.run_id, RunWish(), GO)
    assert set(_steps(run)) == {SiteStep.UNDONE}
    assert all(is_same(yard.server.at(site.site_id), OLD) for site in yard.sites)


def test_an_undo_that_was_cut_off_can_be_given_up(yard: Yard) -> None:
    run = _run(yard, NEW)
    yard.local.templates.put_state(run.run_id, RunState.UNDOING)
    one = run.sites[0]
    yard.bulk._end(run, one, SiteStep.UNDOING, "")
    assert yard.bulk.preview(NEWER, yard.sites).reasons() == {"in another run that is not finished": 1}
    run = yard.bulk.cancel(run.run_id)
    assert run.state is RunState.CANCELLED
    assert run.sites[0].step is SiteStep.REFUSED
    assert "given up" in run.sentence
    assert yard.bulk.preview(NEWER, yard.sites).reasons() == {}


def test_undo_gives_each_site_back_to_the_template_it_was_under(yard: Yard) -> None:
    _put_template(yard, NEW)
    _run(yard, NEW, "t", 3)
    first = yard.local.templates.applied()
    assert sorted(first) == ["0", "1", "2"]
    _put_template(yard, NEWER)
    pushed = _run(yard, NEWER, "t", 3)
    assert yard.local.templates.applied() != first
    yard.bulk.undo(pushed.run_id, RunWish(), GO)
    assert yard.local.templates.applied() == first
    copied = _run(yard, NEWER, "", 1)
    assert yard.followers() == ["1", "2"]
    yard.bulk.undo(copied.run_id, RunWish(), GO)
    assert yard.local.templates.applied() == first


def test_undo_takes_back_that_a_site_that_matched_follows(yard: Yard) -> None:
    yard.server.put("0", NEW)
    yard.read()
    _put_template(yard, NEW)
    run = _run(yard, NEW, "t", 2)
    assert _steps(run) == [SiteStep.WRITTEN, SiteStep.SAME]
    assert yard.followers() == ["0", "1"]
    yard.bulk.undo(run.run_id, RunWish(), GO)
    assert yard.followers() == []


def test_undo_of_an_older_run_leaves_what_a_later_one_applied(yard: Yard) -> None:
    _put_template(yard, NEW)
    older = _run(yard, NEW, "t", 2)
    _put_template(yard, NEWER)
    _run(yard, NEWER, "t", 1)
    run = yard.bulk.undo(older.run_id, RunWish(), GO)
    assert _steps(run) == [SiteStep.LEFT, SiteStep.UNDONE]
    assert yard.followers() == ["0"]
    assert yard.server.at("0") == NEWER


def test_a_save_that_was_written_over_says_so(yard: Yard) -> None:
    base = yard.schedules.read(yard.sites[0])
    yard.server.after_write = lambda site_id: yard.server.put(site_id, NEWER)
    outcome = yard.schedules.save(yard.sites[0], NEW, base, GO)
    assert yard.server.puts == ["0"]
    assert outcome.theirs is not None
    assert outcome.theirs.is_after_ours
    assert outcome.theirs.schedule == NEWER


def test_a_copied_week_that_a_site_has_already_leaves_the_template_it_follows(yard: Yard) -> None:
    template = _put_template(yard, NEW)
    _run(yard, NEW, template.template_id, 1)
    followed = yard.local.templates.applied()
    assert len(followed) == 1
    assert _steps(_run(yard, NEW, "", 1)) == [SiteStep.SAME]
    assert yard.local.templates.applied() == followed
