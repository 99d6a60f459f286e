"""The status bar: freshness, budget, jobs that can be cancelled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from chekt_console.ui.shared.jobs_popup import job_words, time_left_words
from chekt_console.ui.shared.status_bar import StatusBar
from chekt_console.ui.shared.theme import Theme

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
    window.show()
    qtbot.waitExposed(window)
    return window, bar


def test_budget_counts_what_is_left_and_hides_when_unknown(qtbot: QtBot) -> None:
    _window, bar = shown_bar(qtbot)
    assert bar.budget.isHidden()
    bar.set_budget(79, 1000)
    assert bar.budget.text() == "921 / 1000 per min"
    bar.set_budget(1200, 1000)
    assert bar.budget.text() == "0 / 1000 per min"
    bar.set_budget(0, 0)
    assert bar.budget.isHidden()


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
