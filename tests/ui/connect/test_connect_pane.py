"""The connect page: each field says what is wrong with it, and a key is never seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QMessageBox, QWidget

from chekt_console.ui.connect.connect_pane import ConnectPane, NewConnection
from chekt_console.ui.connect.connection_rules import (
    free_name,
    key_error,
    name_error,
    ports_error,
    ports_of,
    tidy_key,
    tidy_url,
    url_error,
)
from chekt_console.ui.shared.style import stylesheet
from chekt_console.ui.shared.theme import LIGHT, Theme
from tests.support.shown import show

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


@pytest.fixture
def pane(qtbot: QtBot) -> ConnectPane:
    made = ConnectPane(Theme())
    qtbot.addWidget(made)
    made.resize(1280, 622)
    show(qtbot, made)
    return made


def test_the_simulator_is_one_click_away(pane: ConnectPane, qtbot: QtBot) -> None:
    with qtbot.waitSignal(pane.simulator_requested):
        qtbot.mouseClick(pane.simulator.button, Qt.MouseButton.LeftButton)


def test_a_key_leads_to_a_connection(pane: ConnectPane, qtbot: QtBot) -> None:
    pane.production.button.click()
    form = pane.form
    assert form.key.edit.echoMode() is QLineEdit.EchoMode.Password
    form.name.set_text("  Northgate ")
    qtbot.keyClicks(form.key.edit, " Bearer abc123 ")
    with qtbot.waitSignal(pane.connection_requested) as asked:
        qtbot.keyClick(form.key.edit, Qt.Key.Key_Return)
    assert asked.args == [NewConnection("Northgate", "production", "https://api.chekt.com", "abc123")]
    assert "abc123" not in repr(asked.args)


def test_wrong_fields_say_so_themselves(pane: ConnectPane, qtbot: QtBot) -> None:
    pane.sandbox.button.click()
    form = pane.form
    form.name.set_text("")
    form.address.set_text("http://api.chektdev.com")
    with qtbot.assertNotEmitted(pane.connection_requested):
        form.submit.click()
    assert form.name.error.text() == "Give the connection a name."
    assert form.address.error.text().startswith("Must begin with https://")
    assert form.key.error.isVisible()
    qtbot.keyClicks(form.name.edit, "S")
    assert not form.name.error.isVisible()


def test_the_whole_form_fits_a_small_screen(pane: ConnectPane, qtbot: QtBot) -> None:
    pane.set_saved(("a", "b", "c", "d"))
    pane.sandbox.button.click()
    pane.form.key.set_text("a b")
    pane.form.submit.click()
    pane.set_error("The gateway did not accept this key. Nothing was stored.")

    def is_submit_seen() -> bool:
        corner = pane.form.submit.mapTo(pane, pane.form.submit.rect().bottomRight())
        return pane.rect().contains(corner)

    qtbot.waitUntil(is_submit_seen)


def test_the_key_does_not_wait_in_a_hidden_form(pane: ConnectPane, qtbot: QtBot) -> None:
    pane.sandbox.button.click()
    qtbot.keyClicks(pane.form.key.edit, "abc123")
    pane.production.button.click()
    assert pane.form.key.text() == ""
    qtbot.keyClicks(pane.form.key.edit, "abc123")
    pane.hide()
    assert pane.form.key.text() == ""


def test_busy_and_error_are_shown(pane: ConnectPane, qtbot: QtBot) -> None:
    pane.set_error("<b>No</b>")
    assert pane.error.textFormat() is Qt.TextFormat.PlainText
    pane.set_busy("Checking the key…")
    assert not pane.error.isVisible()
    assert not pane.simulator.button.isEnabled()
    pane.set_busy("")
    assert pane.simulator.button.isEnabled()
    assert not pane.busy.isVisible()


def test_saved_connections_open(pane: ConnectPane, qtbot: QtBot) -> None:
    pane.set_saved(("Northgate & Sons", "Sandbox"))
    with qtbot.waitSignal(pane.open_requested) as asked:
        pane.saved.buttons()[0].click()
    assert asked.args == ["Northgate & Sons"]
    pane.set_saved(("Sandbox",))
    assert len(pane.saved.buttons()) == 1


@pytest.mark.parametrize(
    ("text", "is_good"),
    [
        ("https://api.chekt.com", True),
        ("api.chekt.com/", True),
        ("http://127.0.0.1:8080", True),
        ("http://api.chekt.com", False),
        ("https://", False),
        ("ftp://api.chekt.com", False),
        ("https://user:pass@api.chekt.com", False),
        ("https://api.chekt.com?x=1", False),
        ("https://api.chekt.com:99999", False),
        ("https://[::1", False),
        ("a b", False),
        ("", False),
    ],
)
def test_addresses(text: str, is_good: bool) -> None:
    assert (url_error(text) == "") == is_good


def test_names_and_keys() -> None:
    assert tidy_url(" api.chekt.com/ ") == "https://api.chekt.com"
    assert tidy_key(" 'bearer  abc' ") == "abc"
    assert name_error("simulator") != ""
    assert name_error("x" * 61) != ""
    assert name_error("a\u202eb") != ""
    assert name_error("Northgate 2") == ""
    assert key_error("ключ") != ""
    assert key_error("a\nb") != ""
    assert key_error("abc-123") == ""
    assert free_name("Sandbox", ()) == "Sandbox"
    assert free_name("Sandbox", ("sandbox",)) == "Sandbox 2"
    assert free_name("Sandbox 2", ("Sandbox", "Sandbox 2", "Sandbox 3")) == "Sandbox 4"
    assert len(free_name("x" * 60, ("x" * 60,))) <= 60


@pytest.mark.parametrize(
    ("text", "ports"),
    [
        ("", ()),
        (" 8400, 8401 8400", (8400, 8401)),
        ("80", None),
        ("70000", None),
        ("all", None),
        ("١٢٣٤", None),
    ],
)
def test_ports(text: str, ports: tuple[int, ...] | None) -> None:
    if ports is None:
        assert ports_error(text) != ""
    else:
        assert ports_error(text) == ""
        assert ports_of(text) == ports


def test_a_partner_key_asks_for_what_it_needs(pane: ConnectPane, qtbot: QtBot) -> None:
    pane.sandbox.button.click()
    form = pane.form
    form.method.setCurrentIndex(form.method.findData("partner"))
    with qtbot.assertNotEmitted(pane.connection_requested):
        form.submit.click()
    assert form.more.fields["client_id"].error.text() == "Client id: this is needed."
    given = {
        "auth_url": "auth.test",
        "client_id": "c1",
        "audience": "https://api.test",
        "key_id": "k1",
        "key_file": "/k.pem",
        "passphrase": " canary ",
        "dealer_id": "12345",
    }
    for name, text in given.items():
        form.more.fields[name].set_text(text)
    with qtbot.waitSignal(pane.connection_requested) as asked:
        form.submit.click()
    wanted = asked.args[0]
    assert (wanted.kind, wanted.auth_url, wanted.key_id) == ("partner", "https://auth.test", "k1")
    assert wanted.passphrase == " canary "
    assert "canary" not in repr(wanted)
    form.method.setCurrentIndex(form.method.findData("dealer"))
    assert form.more.fields["passphrase"].text() == ""


def test_a_sign_in_that_waits_can_be_cancelled(pane: ConnectPane, qtbot: QtBot) -> None:
    pane.set_busy("Waiting for the sign-in in your browser…", can_cancel=True)
    with qtbot.waitSignal(pane.cancel_requested):
        qtbot.mouseClick(pane.cancel, Qt.MouseButton.LeftButton)
    pane.set_busy("")
    assert not pane.cancel.isVisible()


def test_removing_a_connection_asks_first(pane: ConnectPane, qtbot: QtBot) -> None:
    pane.set_saved(("Northgate",))
    with qtbot.waitSignal(pane.remove_requested) as asked:
        pane.saved.removers()[0].click()
    assert asked.args == ["Northgate"]
    pane.ask_remove("Northgate", "2 changes were not sent yet and would be given up.")
    question = pane.findChild(QMessageBox)
    assert question is not None
    assert question.informativeText().startswith("2 changes were not sent yet and would be given up.")
    with qtbot.assertNotEmitted(pane.remove_confirmed):
        next(one for one in question.buttons() if one.text() == "Keep").click()
    pane.ask_remove("Northgate", "")
    question = pane.findChildren(QMessageBox)[-1]
    with qtbot.waitSignal(pane.remove_confirmed) as asked:
        next(one for one in question.buttons() if "remove" in one.text()).click()
    assert asked.args == ["Northgate", False]
    assert question.checkBox() is None


def test_removing_deletes_copies_only_where_it_was_ticked(pane: ConnectPane, qtbot: QtBot) -> None:
    for is_ticked in (False, True):
        pane.ask_remove("Northgate", "", stays="Stays on this computer: 2 decisions.", copies="Also delete")
        question = pane.findChildren(QMessageBox)[-1]
        assert question.informativeText().endswith("\n\nStays on this computer: 2 decisions.")
        assert not question.checkBox().isChecked()
        question.checkBox().setChecked(is_ticked)
        with qtbot.waitSignal(pane.remove_confirmed) as asked:
            next(one for one in question.buttons() if "remove" in one.text()).click()
        assert asked.args == ["Northgate", is_ticked]


def test_a_new_connection_never_has_the_name_of_a_saved_one_by_default(pane: ConnectPane) -> None:
    pane.set_saved(("Sandbox", "Northgate"))
    pane.sandbox.button.click()
    assert pane.form.name.text() == "Sandbox 2"
    pane.form.cancel.click()
    pane.production.button.click()
    assert pane.form.name.text() == "Production"


def test_without_a_keyring_the_form_says_so_before_the_sign_in(pane: ConnectPane) -> None:
    pane.sandbox.button.click()
    assert "is kept in this computer's keyring" in pane.form.note.text()
    pane.set_keyring_problem("This computer has no safe keyring.")
    for method in ("api_key", "dealer", "partner"):
        pane.form.method.setCurrentIndex(pane.form.method.findData(method))
        note = pane.form.note.text()
        assert "This computer has no safe keyring." in note
        assert "for this session only" in note
        assert "in this computer's keyring and" not in note


def test_signing_in_again_asks_for_the_secret_alone(pane: ConnectPane, qtbot: QtBot) -> None:
    pane.set_saved(("Northgate",))
    with qtbot.waitSignal(pane.again_requested) as asked:
        pane.saved.agains()[0].click()
    assert asked.args == ["Northgate"]
    saved = NewConnection(
        "Northgate", "production", "https://api.chekt.com", "", "dealer", client_id="c1", ca_file="/ca.pem",
        auth_url="https://auth.test", audience="https://api.test", external_dealer_id="ng-1",
        company_name="Northgate Security", ports=(8400, 8401),
    )  # fmt: skip
    pane.sign_in_again(saved)
    assert pane.form.more.fields["ports"].text() == "8400, 8401"
    with qtbot.waitSignal(pane.connection_requested) as wanted:
        pane.form.submit.click()
    assert wanted.args == [saved]


def test_an_ended_sign_in_offers_the_way_back(pane: ConnectPane, qtbot: QtBot) -> None:
    pane.set_error("Northgate: The sign-in has ended.", again="Northgate")
    with qtbot.waitSignal(pane.again_requested) as asked:
        qtbot.mouseClick(pane.again, Qt.MouseButton.LeftButton)
    assert asked.args == ["Northgate"]
    pane.set_error("The disk is full.")
    assert not pane.again.isVisible()


def test_the_own_ca_file_is_seen_to_be_a_button(pane: ConnectPane) -> None:
    pane.setStyleSheet(stylesheet(LIGHT))
    pane.sandbox.button.click()
    form = pane.form
    assert form.ca_button.text() == "Own CA file…"
    edges = [
        button.grab().toImage().pixelColor(0, button.height() // 2)
        for button in (form.ca_button, form.cancel)
    ]
    assert edges[0] == edges[1]
    assert edges[0] != form.grab().toImage().pixelColor(form.width() // 2, form.ca_button.y())


def test_the_ways_to_sign_in_stand_under_the_cards(pane: ConnectPane) -> None:
    def left(widget: QWidget) -> int:
        return widget.mapTo(pane, QPoint(0, 0)).x()

    words = {label.text(): label for label in pane.findChildren(QLabel)}
    cards = [left(card) for card in (pane.simulator, pane.sandbox, pane.production)]
    ways = [left(words[name]) for name in ("Dealer account", "API key", "Partner key")]
    assert ways == pytest.approx(cards, abs=1)
    head = words["How to sign in"]
    assert left(head) + head.contentsMargins().left() + head.indent() == cards[0]
