"""The first page: try the simulator, connect with a key, or open a saved connection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from chekt_console.ui.connect.connection_form import ConnectionForm
from chekt_console.ui.connect.connection_rules import NewConnection, free_name
from chekt_console.ui.connect.saved_list import SavedList
from chekt_console.ui.shared.style import set_role

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QHideEvent, QShowEvent
    from PySide6.QtWidgets import QAbstractButton

    from chekt_console.ui.shared.theme import Theme

__all__ = ["ConnectPane", "NewConnection"]

_WIDTH = 860
_MARGIN, _GAP = 26, 14


class _Card(QFrame):
    """One place to work in: its name, what it is, a button."""

    def __init__(self, title: str, words: str, action: str, role: str) -> None:
        super().__init__()
        set_role(self, "card")
        heading = QLabel(title, self)
        set_role(heading, "heading")
        text = QLabel(words, self)
        text.setWordWrap(True)
        text.setAlignment(Qt.AlignmentFlag.AlignTop)
        set_role(text, "muted")
        self.button = QPushButton(action, self)
        self.button.setMinimumHeight(31)
        self.button.setAccessibleName(f"{title}: {action}")
        set_role(self.button, role)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(10)
        layout.addWidget(heading)
        layout.addWidget(text, 1)
        layout.addWidget(self.button)


class ConnectPane(QScrollArea):
    """Knows nothing of servers: it emits wishes and is told what came of them."""

    simulator_requested = Signal()
    connection_requested = Signal(object)  # NewConnection
    open_requested = Signal(str)
    again_requested = Signal(str)  # sign in to a saved one anew
    remove_requested = Signal(str)  # sign out and forget; to be asked about
    remove_confirmed = Signal(str, bool)  # True: its copies on this computer are to be deleted, too
    cancel_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName("Connect to CHeKT")
        self.simulator = _Card(
            "Try it now",
            "A simulated gateway inside this program: 60 sites, live alarms, real video. "
            "Needs no account and no internet.",
            "Start simulator",
            "primary",
        )
        self.sandbox = _Card(
            "CHeKT sandbox",
            "api.chektdev.com — test data, lower rate limits, no monitoring center.",
            "Sign in…",
            "",
        )
        self.production = _Card(
            "Production",
            "api.chekt.com — live customers. Arming asks for confirmation; no test alarms.",
            "Sign in…",
            "danger",
        )
        self.saved = SavedList()
        self.form = ConnectionForm()
        self.error = QLabel()
        self.error.setTextFormat(Qt.TextFormat.PlainText)
        self.error.setWordWrap(True)
        self.again = QPushButton("Sign in again")
        self.again.clicked.connect(self._on_again)
        self._again_name = ""
        self._names: tuple[str, ...] = ()
        self.busy = QLabel()
        self.busy.setTextFormat(Qt.TextFormat.PlainText)
        set_role(self.busy, "muted")
        self.cancel = QPushButton("Cancel")
        self.cancel.setAccessibleName("Cancel the sign-in")
        self._busy_bar = QProgressBar()
        self._busy_bar.setRange(0, 0)
        self._busy_bar.setTextVisible(False)
        self._busy_bar.setFixedHeight(3)
        self._build()
        self._connect()
        self.set_saved(())
        self.set_error("")
        self.set_busy("")
        self._paint_colors()

    def set_saved(self, names: tuple[str, ...]) -> None:
        """Names of saved connections, the last used first."""
        self._names = names
        self.saved.set_names(names)
        self._saved_part.setVisible(bool(names) and self._form_part.isHidden())

    def set_keyring_problem(self, problem: str) -> None:
        """Told in the form before anybody signs in; "" when the keyring can be used."""
        self.form.set_keyring_problem(problem)

    def sign_in_again(self, wanted: NewConnection) -> None:
        """The form of a saved connection; only what is secret is to be given."""
        self.set_error("")
        self.form.set_again(wanted)
        self._open_form()

    def set_busy(self, text: str, *, can_cancel: bool = False) -> None:
        """What is being done; "" when the person may go on."""
        is_busy = bool(text)
        self.cancel.setVisible(is_busy and can_cancel)
        self.busy.setText(text)
        self.busy.setVisible(is_busy)
        self._busy_bar.setVisible(is_busy)
        for widget in (self.simulator, self.sandbox, self.production, self.form, self._saved_part):
            widget.setEnabled(not is_busy)
        if is_busy:
            self.set_error("")

    def set_error(self, text: str, *, again: str = "") -> None:
        """What failed and what to do; "" clears it. `again`: the saved connection that is to be signed in to anew."""
        self._again_name = again
        self.again.setVisible(bool(text and again))
        self.again.setAccessibleName(f"Sign in to {again} again")
        self.error.setText(f"✕  {text}" if text else "")
        self.error.setAccessibleName(text)
        self.error.setVisible(bool(text))
        if text:
            self.ensureWidgetVisible(self.error)

    def _build(self) -> None:
        title = QLabel("Connect to CHeKT")
        set_role(title, "title")
        words = QLabel(
            "Choose where this console works. You can keep several connections and switch between them; "
            "their data never mixes."
        )
        words.setWordWrap(True)
        set_role(words, "muted")
        cards = QHBoxLayout()
        cards.setSpacing(_GAP)
        for card in (self.simulator, self.sandbox, self.production):
            cards.addWidget(card, 1)
        upper = QVBoxLayout()
        upper.setContentsMargins(_MARGIN, 22, _MARGIN, 20)
        upper.setSpacing(10)
        upper.addWidget(title)
        upper.addWidget(words)
        upper.addSpacing(4)
        upper.addLayout(cards)
        told = QHBoxLayout()
        told.addWidget(self.error, 1)
        told.addWidget(self.again, 0, Qt.AlignmentFlag.AlignTop)
        upper.addLayout(told)
        waiting = QHBoxLayout()
        waiting.addWidget(self.busy, 1)
        waiting.addWidget(self.cancel)
        upper.addLayout(waiting)
        upper.addWidget(self._busy_bar)
        self._saved_part = _part("Saved connections", self.saved)
        self._form_part = _part("Sign in", self.form)
        self._form_part.hide()
        self._help_part = _part("How to sign in", _help())
        self.sheet = QFrame()
        set_role(self.sheet, "sheet")
        self.sheet.setMaximumWidth(_WIDTH)
        layout = QVBoxLayout(self.sheet)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        layout.addLayout(upper)
        for part in (self._saved_part, self._form_part, self._help_part):
            layout.addWidget(part)
        ground = self._ground = QWidget()
        ground.setObjectName("connectGround")
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.sheet, 100)
        row.addStretch(1)
        column = QVBoxLayout(ground)
        column.setContentsMargins(16, 16, 16, 16)
        column.addStretch(1)
        column.addLayout(row)
        column.addStretch(1)
        self.setWidget(ground)

    def _connect(self) -> None:
        self.simulator.button.clicked.connect(self._on_simulator)
        self.sandbox.button.clicked.connect(self._on_sandbox)
        self.production.button.clicked.connect(self._on_production)
        self.saved.open_requested.connect(self.open_requested)
        self.saved.again_requested.connect(self.again_requested)
        self.saved.remove_requested.connect(self.remove_requested)
        self.cancel.clicked.connect(self.cancel_requested)
        self.form.connection_requested.connect(self.connection_requested)
        self.form.cancel_requested.connect(self._on_cancel)
        self.form.edited.connect(self._on_edited)
        self._theme.changed.connect(self._paint_colors)

    def _begin_form(self, environment: str) -> None:
        """With a name that no other connection has: what is saved here never mixes by accident."""
        self.set_error("")
        self.form.set_environment(environment)
        self.form.name.set_text(free_name(self.form.name.text(), self._names))
        self._open_form()

    def _open_form(self) -> None:
        self._show_form(True)
        self.form.empty_secret().setFocus()
        # Where the button is, is known only after the new layout.
        QTimer.singleShot(0, self, self._show_submit)

    def _show_form(self, is_shown: bool) -> None:
        """The form takes the place of the other parts, so that the whole of it fits a small screen."""
        self._form_part.setVisible(is_shown)
        self._help_part.setVisible(not is_shown)
        self._saved_part.setVisible(not is_shown and self.saved.first_button() is not None)

    def _show_submit(self) -> None:
        self.ensureWidgetVisible(self.form.submit)

    def _on_simulator(self) -> None:
        self.simulator_requested.emit()

    def _on_sandbox(self) -> None:
        self._begin_form("sandbox")

    def _on_production(self) -> None:
        self._begin_form("production")

    def _on_cancel(self) -> None:
        self.form.forget_key()
        self._show_form(False)
        self.set_error("")

    def _on_again(self) -> None:
        self.again_requested.emit(self._again_name)

    def ask_remove(self, name: str, lost: str, *, stays: str = "", copies: str = "") -> None:
        """`lost`: a sentence about what was made here and would be given up, "" for nothing; `stays`: what of it is kept on the
        disk; `copies`: the offer to delete what can be read again."""
        asked = _question(self, "Sign out and remove", f"Sign out of {name} and forget its key?")
        words = (
            f"{lost} Nothing changes on the server's sites. What was read, drawn and decided here is not shown again, not"
            " even when you sign in to the same account later."
        )
        asked.setInformativeText("\n\n".join(part for part in (words.strip(), stays) if part))
        delete = QCheckBox(copies, asked) if copies else None
        if delete is not None:
            asked.setCheckBox(delete)
        remove = asked.addButton("Sign out and remove", QMessageBox.ButtonRole.DestructiveRole)
        keep = asked.addButton("Keep", QMessageBox.ButtonRole.RejectRole)
        asked.setDefaultButton(keep)
        asked.setEscapeButton(keep)

        def on_clicked(button: QAbstractButton) -> None:
            if button is remove:
                self.remove_confirmed.emit(name, delete is not None and delete.isChecked())

        asked.buttonClicked.connect(on_clicked)
        asked.open()

    def ask_whose(self, name: str, free: str, why: str, on_answer: Callable[[bool], None]) -> None:
        """Whether the saved connection `name` and the new sign-in are the same account; `why` it cannot be told, a sentence.
        `on_answer` gets True for the same, False to save it as `free`; nothing when the person does neither."""
        asked = _question(self, "Is it the same account?", f"Is this still the account of “{name}”?")
        asked.setInformativeText(
            f"{why}\n\nThe same account: everything of “{name}” stays, and what waits to be sent there is sent with the new"
            f" sign-in. Another account: it is saved as “{free}”, and “{name}” stays as it is."
        )
        same = asked.addButton("The same account", QMessageBox.ButtonRole.AcceptRole)
        other = asked.addButton(
            f"Another account: save as “{free}”".replace("&", "&&"), QMessageBox.ButtonRole.AcceptRole
        )
        cancel = asked.addButton(QMessageBox.StandardButton.Cancel)
        asked.setDefaultButton(cancel)
        asked.setEscapeButton(cancel)

        def on_clicked(button: QAbstractButton) -> None:
            if button in (same, other):
                on_answer(button is same)

        asked.buttonClicked.connect(on_clicked)
        asked.open()

    def _on_edited(self) -> None:
        self.set_error("")

    def _paint_colors(self) -> None:
        colors = self._theme.colors
        self.error.setStyleSheet(f"color: {colors.alarm.name()}")
        self._ground.setStyleSheet(f"#connectGround {{ background: {colors.window.name()} }}")

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        (self.saved.first_button() or self.simulator.button).setFocus()

    def hideEvent(self, event: QHideEvent) -> None:
        """A key that was typed does not wait in a hidden field."""
        super().hideEvent(event)
        if not event.spontaneous():
            self._on_cancel()


def _question(parent: QWidget, title: str, text: str) -> QMessageBox:
    asked = QMessageBox(parent)
    asked.setTextFormat(Qt.TextFormat.PlainText)
    asked.setIcon(QMessageBox.Icon.Question)
    asked.setWindowTitle(title)
    asked.setText(text)
    asked.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return asked


def _part(title: str, inner: QWidget) -> QWidget:
    """A section of the sheet under its own header line."""
    box = QWidget()
    header = QLabel(title)
    header.setContentsMargins(_MARGIN, 0, _MARGIN, 0)
    header.setIndent(0)
    header.setFixedHeight(32)
    set_role(header, "part")
    layout = QVBoxLayout(box)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    layout.addWidget(header)
    padded = QVBoxLayout()
    padded.setContentsMargins(_MARGIN, 14, _MARGIN, 20)
    padded.addWidget(inner)
    layout.addLayout(padded)
    return box


def _help() -> QWidget:
    box = QWidget()
    layout = QHBoxLayout(box)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(_GAP)
    for title, words in (
        (
            "Dealer account",
            "Opens your browser; the sign-in returns to this computer only.",
        ),
        ("API key", "Paste a dealer key. It is never shown again."),
        ("Partner key", "For partner platforms: a private key file (RS256). The sign-in renews itself."),
    ):
        column = QVBoxLayout()
        column.setSpacing(3)
        heading = QLabel(title)
        set_role(heading, "strong")
        text = QLabel(words)
        text.setWordWrap(True)
        set_role(text, "muted")
        column.addWidget(heading)
        column.addWidget(text)
        column.addStretch(1)
        layout.addLayout(column, 1)
    return box
