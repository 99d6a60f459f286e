"""The status bar: freshness, budget, jobs that can be cancelled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from chekt_console.domain.request_budget import RequestBudget
from chekt_console.ui.shared.jobs_popup import job_words, time_left_words
from chekt_console.ui.shared.status_bar import StatusBar
from chekt_console.ui.shared.theme import Theme
from tests.support.shown import show

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


@dataclass(eq=False)
class FakeJob:
    title: str
    done: int = 0
    total: int = 0
    text: str = ""
    is_running: bool = True
    is_cancelled: bool = False
    can_cancel: bool = True

    def cancel(self) -> None:
        self.is_cancelled = True


def shown_bar(qtbot: QtBot) -> tuple[QWidget, StatusBar]:
    """The window keeps the bar alive: hold both."""
    window = QWidget()
    qtbot.addWidget(window)
    bar = StatusBar(Theme(), window)
    layout = QVBoxLayout(window)
    layout.addStretch(1)
    layout.addWidget(bar)
    window.resize(900, 400)
    show(qtbot, window)
    return window, bar


def test_budget_counts_what_is_left_and_hides_when_unknown(qtbot: QtBot) -> None:
    _window, bar = shown_bar(qtbot)
    assert bar.budget.isHidden()
    bar.set_budgets([RequestBudget("Sites and alarms", 79, 1000)])
    assert bar.budget.text() == "921 / 1000 per min"
    bar.set_budgets([RequestBudget("Sites and alarms", 1200, 1000)])
    assert bar.budget.text() == "0 / 1000 per min"
    bar.set_budgets(())
    assert bar.budget.isHidden()


def test_the_budget_that_ends_first_is_shown_and_the_tool_tip_names_each(qtbot: QtBot) -> None:
    _window, bar = shown_bar(qtbot)
    bar.set_budgets(
        [RequestBudget("Sites and alarms", 40, 1000), RequestBudget("Dealer account", 4500, 5000)]
    )
    assert bar.budget.text() == "500 / 5000 per min"
    assert bar.budget.toolTip().splitlines() == [
        "Sites and alarms: 40 of 1000 requests used in the last minute; 960 left",
        "Dealer account: 4500 of 5000 requests used in the last minute; 500 left",
    ]
    bar.set_budgets([RequestBudget("Sites and alarms", 40, 1000), RequestBudget("Dealer account", 41, 5000)])
    assert bar.budget.text() == "960 / 1000 per min"


def test_a_limit_nobody_told_is_not_made_up(qtbot: QtBot) -> None:
    _window, bar = shown_bar(qtbot)
    bar.set_budgets([RequestBudget("Sites and alarms", 3, 0)])
    assert bar.budget.text() == "3 in the last minute, limit not told"
    assert bar.budget.toolTip() == (
        "Sites and alarms: 3 requests in the last minute; the server has not told its limit"
    )
    assert bar._budget_bar.isHidden()
    bar.set_budgets([RequestBudget("Sites and alarms", 3, 0), RequestBudget("Dealer account", 1, 5000)])
    assert bar.budget.text() == "4999 / 5000 per min"


def test_freshness_is_a_word_and_a_mark(qtbot: QtBot) -> None:
    _window, bar = shown_bar(qtbot)
    for kind in ("live", "polling", "stale", ""):
        bar.set_freshness(f"it is {kind}", kind)
        assert bar.freshness.text() == f"it is {kind}"


def test_a_job_is_cancelled_from_the_popup(qtbot: QtBot) -> None:
    _window, bar = shown_bar(qtbot)
    export, load = FakeJob("Exporting evidence", 64, 100), FakeJob("Loading sites", is_running=False)
    bar.set_jobs((load, export))
    assert bar.jobs.text() == "Jobs 2 · Exporting evidence 64 %"
    bar.jobs.click()
    assert bar.popup is not None
    assert bar.popup.isVisible()
    bar.popup.cancel_buttons()[1].click()
    assert (load.is_cancelled, export.is_cancelled) == (False, True)
    assert not bar.popup.cancel_buttons()[1].isEnabled()
    bar.set_jobs(())
    assert bar.popup.cancel_buttons() == ()
    assert bar.jobs.text() == "No jobs running"
    bar.jobs.click()
    assert not bar.popup.isVisible()


def test_words_of_a_job() -> None:
    assert job_words(FakeJob("Export", 1, 3)) == "Export 33 %"
    assert job_words(FakeJob("Export")) == "Export"
    assert job_words(FakeJob("Export", is_running=False)) == "Export — waiting"
    assert time_left_words(50, 100, 30.0) == "about 30 s left"
    assert time_left_words(10, 100, 60.0) == "about 9 min left"
    assert time_left_words(0, 100, 60.0) == ""
    assert time_left_words(5, 0, 60.0) == ""
