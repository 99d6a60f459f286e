"""Partner key and dealer account by mouse and keys in the real connect page, until the sites of the account are shown."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from chekt_console.console import Console
from chekt_console.settings import DataPaths
from tests.support.dealer import browse
from tests.support.shown import show
from tests.support.simulator import RunningSimulator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from chekt_console.ui.connect.connect_pane import ConnectPane
    from chekt_console.ui.shared.field import Field

_SITES = 3
_PEM = serialization.Encoding.PEM
_PKCS8 = serialization.PrivateFormat.PKCS8


def _private(key: rsa.RSAPrivateKey, passphrase: bytes = b"") -> bytes:
    guard = serialization.BestAvailableEncryption(passphrase) if passphrase else serialization.NoEncryption()
    return key.private_bytes(_PEM, _PKCS8, guard)


def _public(key: rsa.RSAPrivateKey) -> bytes:
    return key.public_key().public_bytes(_PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


class Browser(QObject):
    """Stands in for the system's browser: what it is told to open, it opens, and the person in it signs in."""

    def __init__(self, simulator: RunningSimulator) -> None:
        super().__init__()
        self._simulator = simulator
        self.visits: list[threading.Thread] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        told = (url.toString(QUrl.ComponentFormattingOption.FullyEncoded), self._simulator.dealer_user)
        visit = threading.Thread(target=browse, args=(*told, self._simulator.dealer_password))
        self.visits.append(visit)
        visit.start()


class Desk:
    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        self._qtbot = qtbot
        self.console = Console(app, DataPaths(folder))
        self.console.window.resize(1366, 768)
        self.console.start("", use_simulator=False)
        show(qtbot, self.console.window)
        self.wait(lambda: self.pane.isVisible())

    @property
    def pane(self) -> ConnectPane:
        return self.console.connect_pane

    def wait(self, what: Callable[[], object]) -> None:
        self._qtbot.waitUntil(lambda: bool(what()), timeout=30_000)

    def click(self, widget: QWidget) -> None:
        self.wait(lambda: widget.isVisible() and widget.isEnabled() and not widget.visibleRegion().isEmpty())
        self._qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)

    def type(self, field: Field, text: str) -> None:
        self.click(field.edit)
        field.edit.selectAll()
        QTest.keyClick(field.edit, Qt.Key.Key_Delete)
        self._qtbot.keyClicks(field.edit, text)

    def begin(self, method: str, url: str, client_id: str) -> dict[str, Field]:
        """The sandbox's form, with what both ways of signing in ask for."""
        self.click(self.pane.sandbox.button)
        form = self.pane.form
        self.click(form.method)  # its list opens
        for _ in range(form.method.findData(method) - form.method.currentIndex()):
            self._qtbot.keyClick(form.method.view(), Qt.Key.Key_Down)
        self._qtbot.keyClick(form.method.view(), Qt.Key.Key_Return)
        self.wait(lambda: form.kind == method)
        self.type(form.name, "Northgate")
        self.type(form.address, url)
        fields = form.more.fields
        for name, text in (("auth_url", url), ("client_id", client_id), ("audience", url)):
            self.type(fields[name], text)
        return fields

    def shown(self) -> bool:
        session = self.console.session
        return session is not None and session.sites_pane.list.model().rowCount() == _SITES

    def close(self) -> None:
        self.console.close()
        self.console.window.close()


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(qtbot, tmp_path / "console")
    yield desk
    desk.close()


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[RunningSimulator]:
    with RunningSimulator(tmp_path / "world", sites=_SITES) as running:
        yield running


def test_a_partner_key_is_refused_in_its_own_words_and_then_opens_the_sites(
    desk: Desk, simulator: RunningSimulator, tmp_path: Path
) -> None:
    key = rsa.generate_private_key(65537, 2048)
    files = {
        "public": _public(key),
        "short": _private(rsa.generate_private_key(65537, 1024)),
        "guarded": _private(key, b"right"),
    }
    for name, pem in files.items():
        (tmp_path / f"{name}.pem").write_bytes(pem)
    partner = simulator.control("partners", {"public_key": _public(key).decode(), "connect": True})
    fields = desk.begin("partner", simulator.url, partner["client_id"])
    desk.type(fields["key_id"], partner["kid"])
    desk.type(fields["dealer_id"], simulator.dealer_id)
    for name, passphrase, words in (
        ("public", "", "This is the public half."),
        ("short", "", "This key has 1024 bits. CHeKT needs at least 2048."),
        ("guarded", "", "This key is protected: type its passphrase."),
        ("guarded", "wrong", "The passphrase does not open this key."),
    ):
        desk.type(fields["key_file"], str(tmp_path / f"{name}.pem"))
        desk.type(fields["passphrase"], passphrase)
        desk.click(desk.pane.form.submit)
        desk.wait(lambda words=words: words in desk.pane.error.text())  # type: ignore[misc]
        assert desk.console.keys.read("Northgate") is None
    assert not [one for one in simulator.requests() if one["path"] == "/oauth/token"]
    desk.type(fields["passphrase"], "right")
    desk.click(desk.pane.form.submit)
    desk.wait(desk.shown)
    assert fields["passphrase"].text() == ""


def test_a_dealer_signs_in_from_the_connect_page_and_sees_the_sites(
    desk: Desk, simulator: RunningSimulator
) -> None:
    fields = desk.begin("dealer", simulator.url, "chekt-console")
    desk.type(fields["external_dealer_id"], "ng-1")
    desk.type(fields["company_name"], "Northgate Security")
    browser = Browser(simulator)
    QDesktopServices.setUrlHandler("http", browser, "open")
    try:
        desk.click(desk.pane.form.submit)
        desk.wait(desk.shown)
    finally:
        QDesktopServices.unsetUrlHandler("http")
        for visit in browser.visits:
            visit.join(30)
    assert len(browser.visits) == 1
