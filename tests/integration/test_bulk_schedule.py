"""One schedule to many sites on the real gateway: a kill in the middle, somebody quicker, lost answers, undo."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from chekt_console.domain.bulk_run import RunState, SiteStep
from chekt_console.domain.progress import NoProgress
from chekt_console.domain.schedule import WeekSchedule
from chekt_console.domain.schedule_algebra import is_same
from chekt_console.domain.schedule_json import to_key_concepts
from chekt_console.domain.schedule_template import Drift, ScheduleTemplate, drift
from chekt_console.services.bulk_preview import Verdict
from chekt_console.services.bulk_schedule_service import ERRORS_IN_A_ROW, RunWish
from tests.support.bulk import OFFICE, Bench
from tests.support.ending import running_child
from tests.support.simulator import RunningSimulator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chekt_console.domain.site import Site

_GO = NoProgress()


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[RunningSimulator]:
    with RunningSimulator(tmp_path / "gateway", sites=30) as running:
        yield running


@pytest.fixture
def bench(tmp_path: Path, simulator: RunningSimulator) -> Iterator[Bench]:
    with Bench(tmp_path, simulator.url, simulator.api_key) as made:
        yield made


def _puts(simulator: RunningSimulator) -> list[str]:
    return [one["path"] for one in simulator.requests() if one["method"] == "PUT"]


def _path(site: Site) -> str:
    return f"/ext/v1/sites/{site.site_id}/schedule"


def _somebody_writes(bench: Bench, site: Site) -> None:
    """A person at another computer, who does not touch what this one knows."""
    there = bench.client.schedules.read(site.site_id)
    assert there is not None
    bench.client.schedules.write(site.site_id, to_key_concepts(WeekSchedule()).body, there.etag)


def test_killed_in_the_middle_it_carries_on_without_writing_twice(
    tmp_path: Path, simulator: RunningSimulator, bench: Bench
) -> None:
    sites = bench.read_sites(16)
    run = bench.bulk.begin("Office", "", bench.bulk.preview(OFFICE, sites))
    changes = run.count(SiteStep.WAITING)
    command = [sys.executable, "-m", "tests.support.bulk", str(tmp_path), simulator.url]
    with running_child([*command, simulator.api_key, run.run_id], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        for _ in range(4):
            assert child.stdout.readline()
        child.kill()
    cut = bench.bulk.last_run()
    assert cut is not None
    assert cut.state is RunState.RUNNING
    assert 4 <= cut.count(SiteStep.WRITTEN) < changes
    ended = bench.bulk.carry_on(run.run_id, RunWish(), _GO)
    assert ended.state is RunState.DONE
    assert ended.count(SiteStep.WRITTEN) == changes
    for site in sites:
        there = bench.client.schedules.read(site.site_id)
        assert there is not None
        assert int(there.etag.strip('"').split("-")[1], 16) <= 2  # written once, not again
        assert is_same(bench.schedules.read(site).schedule, OFFICE)


def test_somebody_quicker_is_left_alone_and_undo_restores_only_ours(
    simulator: RunningSimulator, bench: Bench
) -> None:
    sites = bench.read_sites(5)
    before = {site.site_id: bench.schedules.read(site).schedule for site in sites}
    run = bench.bulk.begin("Office", "", bench.bulk.preview(OFFICE, sites))
    _somebody_writes(bench, sites[1])
    run = bench.bulk.carry_on(run.run_id, RunWish(), _GO)
    steps = {site.site_id: site.step for site in run.sites}
    assert steps.pop(sites[1].site_id) is SiteStep.CHANGED
    assert set(steps.values()) == {SiteStep.WRITTEN}
    assert bench.schedules.read(sites[1]).schedule == WeekSchedule()
    _somebody_writes(bench, sites[3])
    undone = bench.bulk.undo(run.run_id, RunWish(), _GO)
    assert undone.state is RunState.UNDONE
    assert {s.site_id: s.step for s in undone.sites}[sites[3].site_id] is SiteStep.LEFT
    for site in (sites[0], sites[2], sites[4]):
        assert is_same(bench.schedules.read(site).schedule, before[site.site_id])
    assert bench.schedules.read(sites[3]).schedule == WeekSchedule()


def test_a_lost_answer_is_read_back_and_not_sent_again(simulator: RunningSimulator, bench: Bench) -> None:
    (site,) = bench.read_sites(1)
    simulator.control("faults", {"name": "drop_after", "path": _path(site), "method": "PUT", "count": 1})
    run = bench.bulk.begin("Office", "", bench.bulk.preview(OFFICE, (site,)))
    assert bench.bulk.carry_on(run.run_id, RunWish(), _GO).sites[0].step is SiteStep.WRITTEN
    assert len(_puts(simulator)) == 1


def test_the_canary_asks_and_errors_in_a_row_stop(simulator: RunningSimulator, bench: Bench) -> None:
    sites = bench.read_sites(8)
    run = bench.bulk.begin("Office", "", bench.bulk.preview(OFFICE, sites), is_canary=True)
    run = bench.bulk.carry_on(run.run_id, RunWish(), _GO)
    assert run.state is RunState.CANARY
    assert (run.count(SiteStep.WRITTEN), run.count(SiteStep.WAITING)) == (1, 7)
    simulator.control(
        "faults", {"name": "status", "code": 403, "path": "/ext/v1/sites/", "method": "PUT", "count": 50}
    )
    run = bench.bulk.carry_on(run.run_id, RunWish(), _GO)
    assert run.state is RunState.STOPPED
    assert run.count(SiteStep.FAILED) == ERRORS_IN_A_ROW
    assert run.count(SiteStep.WAITING) == 7 - ERRORS_IN_A_ROW
    assert "in a row" in run.sentence


def test_the_preview_tells_what_changes_what_matches_and_what_is_blocked(bench: Bench) -> None:
    sites = bench.read_sites(4)
    bench.schedules.save(sites[0], OFFICE, bench.schedules.read(sites[0]), _GO)
    bench.schedules.keep_draft(sites[1].site_id, OFFICE, bench.schedules.read(sites[1]))
    seen = bench.bulk.preview(OFFICE, sites)
    assert [one.verdict for one in seen.sites[:3]] == [Verdict.SAME, Verdict.BLOCKED, Verdict.CHANGES]
    assert seen.reasons() == {"a draft is open here": 1}
    change = seen.sites[2].difference
    assert change is not None
    assert change.sentences
    early = replace(OFFICE.periods[0], start_min=60, length_min=60)
    twice_a_day = WeekSchedule((early, OFFICE.periods[0]))
    blocked = bench.bulk.preview(twice_a_day, sites)
    assert len(blocked.of(Verdict.BLOCKED)) == 4
    assert "one armed period a day" in blocked.sites[3].reason


def test_a_template_remembers_its_sites_and_tells_drift(bench: Bench) -> None:
    sites = bench.read_sites(2)
    now = bench.bulk.begin("x", "", bench.bulk.preview(OFFICE, ())).begun_at
    template = ScheduleTemplate("t", "Office", OFFICE, now)
    bench.local.templates.put_template(template)
    run = bench.bulk.begin("Office", "t", bench.bulk.preview(OFFICE, sites))
    bench.bulk.carry_on(run.run_id, RunWish(), _GO)
    applied = bench.local.templates.applied()
    assert set(applied) == {site.site_id for site in sites}
    assert drift(template, applied[sites[0].site_id], OFFICE) is Drift.NONE
    _somebody_writes(bench, sites[0])
    changed = bench.schedules.read(sites[0]).schedule
    assert drift(template, applied[sites[0].site_id], changed) is Drift.SITE
    edited = ScheduleTemplate("t", "Office", changed, now)
    assert drift(edited, applied[sites[1].site_id], OFFICE) is Drift.TEMPLATE
    bench.bulk.undo(run.run_id, RunWish(), _GO)
    assert set(bench.local.templates.applied()) == {sites[0].site_id}
