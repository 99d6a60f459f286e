"""faults.md: hostile text (HTML, ANSI, 1 MB name) from the API in every pane is plain text; secrets are in nothing that is seen or kept."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest
from PySide6 import QtGui
from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QModelIndex, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLabel, QTextEdit, QWidget

from chekt_console.console import Console
from chekt_console.settings import DataPaths
from chekt_console.store.connections_store import Connection, Environment
from tests.support.hostile_gateway import HostileGateway
from tests.support.simulator import RunningSimulator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

_BAIT = ("<img",)  # the program writes its own tags around what it escaped
_ROWS = 200


def _rich(widget: QWidget) -> Iterator[str]:
    """Where server text would be read as HTML: what is wrong, and where."""
    name = f"{type(widget).__name__} {widget.objectName()}"
    if isinstance(widget, QLabel) and any(bait in widget.text() for bait in _BAIT):
        form = widget.textFormat()
        is_guessed = form is Qt.TextFormat.AutoText and QtGui.Qt.mightBeRichText(widget.text())
        if form is Qt.TextFormat.RichText or is_guessed:
            yield f"label {name}: {widget.text()[:80]}"
    if isinstance(widget, QTextEdit) and "img src" in widget.toHtml() and "&lt;img" not in widget.toHtml():
        yield f"text {name}"
    if any(bait in widget.toolTip() for bait in _BAIT) and QtGui.Qt.mightBeRichText(widget.toolTip()):
        yield f"tooltip {name}: {widget.toolTip()[:80]}"
    if "\x1b" in widget.windowTitle():
        yield f"title {name}"
    if isinstance(widget, QAbstractItemView) and widget.model() is not None:
        for index in _indexes(widget.model(), QModelIndex()):
            tip = index.data(Qt.ItemDataRole.ToolTipRole)
            if isinstance(tip, str) and any(bait in tip for bait in _BAIT) and QtGui.Qt.mightBeRichText(tip):
                yield f"row tooltip {name}: {tip[:80]}"


def _indexes(model: QAbstractItemModel, parent: QModelIndex) -> Iterator[QModelIndex]:
    is_list = isinstance(
        model, QAbstractListModel
    )  # has one column and no children, and hides both questions
    for row in range(min(model.rowCount(parent), _ROWS)):
        for column in range(1 if is_list else model.columnCount(parent)):
            index = model.index(row, column, parent)
            yield index
            if column == 0 and not is_list:
                yield from _indexes(model, index)


def _fail_with(console: Console, qtbot: QtBot, words: str) -> str:
    """An error of ours that holds them, in a worker: all that the person sees of it and can copy."""
    session = console.session
    assert session is not None

    def fail(_: object) -> None:
        raise RuntimeError(words)

    session.runner.submit(fail, done=lambda _: None)
    qtbot.waitUntil(lambda: console.crash_reporter.dialog is not None, timeout=30_000)
    dialog = console.crash_reporter.dialog
    assert dialog is not None
    qtbot.mouseClick(dialog.copy, Qt.MouseButton.LeftButton)
    report = QApplication.clipboard().text()
    assert "RuntimeError" in report
    shown = [report, dialog.words.text(), dialog.report.toPlainText(), dialog.windowTitle()]
    qtbot.mouseClick(dialog.go_on, Qt.MouseButton.LeftButton)
    return "\n".join(shown)


@pytest.mark.slow
@pytest.mark.logs("RuntimeError")
@pytest.mark.parametrize("length", [0, 1_000_000], ids=["HTML and ANSI", "1 MB name"])
def test_hostile_text_is_plain_and_no_secret_gets_out(
    qtbot: QtBot, tmp_path: Path, caplog: pytest.LogCaptureFixture, length: int
) -> None:
    caplog.set_level(logging.DEBUG)
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    paths = DataPaths(tmp_path / "console")
    with (
        RunningSimulator(tmp_path / "world", sites=2 if length else 4) as simulator,
        HostileGateway(simulator.url, length=length) as gateway,
    ):
        console = Console(app, paths)
        console.window.resize(1440, 900)
        canary = simulator.api_key
        try:
            console.keys.write("Hostile", canary)
            console.connections.put(Connection("Hostile", Environment.SANDBOX, gateway.url))
            console.start("Hostile", use_simulator=False)
            qtbot.waitUntil(
                lambda: console.session is not None and console.session.review is not None, timeout=30_000
            )
            session = console.session
            assert session is not None
            qtbot.waitUntil(lambda: bool(session.sites.cached().sites), timeout=30_000)
            site = session.sites.cached().sites[0]
            assert gateway.mark.partition("\x1b")[0] in site.name
            console.selection.select_site(site)
            qtbot.waitUntil(lambda: bool(session.events.cached(site.site_id).events), timeout=30_000)
            event = session.events.cached(site.site_id).events[0]
            console.selection.select_event(event)
            session._shell.notices.show("test", gateway.mark)  # as an error of the server is shown
            wrong: set[str] = set()
            seen = []
            for key in (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_4):
                QTest.keyClick(console.window, key, Qt.KeyboardModifier.ControlModifier)  # the perspectives
                QApplication.processEvents()
                console.window.grab()  # everything is painted, and what would be fetched is asked for
                widgets = [
                    one for top in QApplication.topLevelWidgets() for one in (top, *top.findChildren(QWidget))
                ]
                for widget in widgets:
                    wrong |= set(_rich(widget))
                seen += [one.windowTitle() for one in widgets]
            assert wrong == set()
            assert gateway.visits == 0
            qtbot.waitUntil(lambda: session.live is not None, timeout=30_000)
            live = session.live
            assert live is not None
            live.set_listening(True)
            qtbot.waitUntil(lambda: bool(live.feed.process.url), timeout=30_000)
            canaries = (canary, live.feed._secret.reveal())
            assert all(canaries)
            crash = _fail_with(console, qtbot, f"signed with {canaries[1]}, Authorization: Bearer {canary}")
            console.copy_for_support()
            shown = "\n".join(
                [
                    *seen,
                    QApplication.clipboard().text(),
                    repr(vars(console)),
                    repr(vars(session)),
                    repr([vars(one) for one in (live, live.feed, live.feed.process)]),
                    crash,
                    caplog.text,
                ]
            )
            for secret in canaries:
                assert secret not in shown
                assert not any(secret in address for address in gateway.asked)
        finally:
            console.close()
            console.window.close()
    for path in paths.root.rglob("*"):
        if path.is_file():
            assert not any(secret.encode() in path.read_bytes() for secret in canaries), path
