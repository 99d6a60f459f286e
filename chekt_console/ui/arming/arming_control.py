"""The arming control of the toolbar: the armed state as it was read, and buttons that ask to change it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QSizePolicy, QToolButton, QWidget

from chekt_console.domain.arming import ArmingMode
from chekt_console.ui.arming.arming_state_view import ArmingStateView, StateLine
from chekt_console.ui.arming.arming_words import verb
from chekt_console.ui.shared.plain_text import one_line
from chekt_console.ui.shared.style import set_role

if TYPE_CHECKING:
    from chekt_console.domain.arming import PartitionArming
    from chekt_console.ui.shared.theme import Theme

_ARMED_MODES = (ArmingMode.AWAY, ArmingMode.STAY, ArmingMode.NIGHT)
_NO_SITE = "Choose a site to arm or disarm it"


class ArmingControl(QWidget):
    """Shows what it is told and never guesses; wishes leave as signals."""

    command_requested = Signal(object, object)  # ArmingMode, tuple of partition ids (empty: whole site)
    read_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("armingControl")
        self.setAccessibleName("Arming")
        self._partitions: tuple[tuple[str, str], ...] | None = None
        self.state = ArmingStateView(theme, self)
        self.again = QToolButton(self)
        self.again.setText("↻")
        self.again.setAccessibleName("Read the armed state again")
        self.again.setToolTip("Read the armed state again")
        self.again.clicked.connect(lambda: self.read_requested.emit())
        self.arm = QPushButton("Arm", self)
        self.arm.setAccessibleName("Arm")
        self.disarm = QPushButton("Disarm", self)
        self.disarm.setAccessibleName("Disarm")
        for button in (self.arm, self.disarm):
            button.setAutoDefault(False)
            button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
            set_role(button, "menu")
        self.arm_menu = QMenu(self.arm)
        self.disarm_menu = QMenu(self.disarm)
        for menu in (self.arm_menu, self.disarm_menu):
            menu.setToolTipsVisible(True)
        self.arm.setMenu(self.arm_menu)
        self.disarm.setMenu(self.disarm_menu)
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.state)
        row.addWidget(self.again)
        row.addWidget(self.arm)
        row.addWidget(self.disarm)
        self.show_no_site()

    @property
    def text(self) -> str:
        """What the control says now, in words."""
        return self.state.line.text

    @property
    def is_short(self) -> bool:
        return self.state.is_short

    @property
    def spared_px(self) -> int:
        return self.state.spared_px

    def set_short(self, is_short: bool) -> None:
        """Without how fresh a known state is, which the tooltip says."""
        self.state.set_short(is_short)
        self._row.activate()

    def show_no_site(self) -> None:
        self._show(StateLine(), _NO_SITE)
        self.again.hide()
        self._enable(False, _NO_SITE)

    def show_state(self, line: StateLine, partitions: tuple[PartitionArming, ...], tip: str = "") -> None:
        """A state as it was read, or that it is unknown. `tip` is plain text."""
        states = [f"{one_line(part.name)}: {one_line(part.state.text)}" for part in partitions]
        self._show(line, "\n".join([line.text, *states, *([tip] if tip else [])]))
        self.again.setVisible(line.tone in ("doubt", "unknown"))
        self._offer(tuple((part.partition_id, one_line(part.name)) for part in partitions))
        self._enable(True, "")

    def show_running(self, line: StateLine) -> None:
        """A command is on its way; another one is refused until its outcome is known."""
        self._show(line, line.text)
        self.again.hide()
        self._enable(False, f"{line.text}: wait for the outcome before the next command")

    def _show(self, line: StateLine, tip: str) -> None:
        self.state.show_line(line)
        self.state.setToolTip(f"<qt>{escape(tip).replace(chr(10), '<br>')}</qt>")

    def _enable(self, is_enabled: bool, reason: str) -> None:
        self.arm.setEnabled(is_enabled)
        self.disarm.setEnabled(is_enabled)
        tip = f"<qt>{escape(reason)}</qt>" if reason else ""
        self.arm.setToolTip(tip or "Arm the site or one of its partitions")
        self.disarm.setToolTip(tip or "Disarm the site or one of its partitions")

    def _offer(self, partitions: tuple[tuple[str, str], ...]) -> None:
        """Fill the menus; rebuilt only when the partitions change, so that an open menu stays."""
        if partitions == self._partitions:
            return
        self._partitions = partitions
        self.arm_menu.clear()
        self.disarm_menu.clear()
        if partitions:
            self.arm_menu.addSection("Whole site")
        self._add(self.arm_menu, _ARMED_MODES, ())
        whole = self.disarm_menu.addAction("Whole site" if partitions else "Disarm: all monitoring off")
        whole.triggered.connect(lambda: self.command_requested.emit(ArmingMode.DISARMED, ()))
        if not partitions:
            return
        self.arm_menu.addSection("One partition")
        self.disarm_menu.addSeparator()
        for partition_id, name in partitions:
            shown = name.replace("&", "&&")
            self._add(self.arm_menu.addMenu(shown), _ARMED_MODES, (partition_id,))
            one = self.disarm_menu.addAction(shown)
            one.triggered.connect(
                lambda _checked=False, ids=(partition_id,): self.command_requested.emit(
                    ArmingMode.DISARMED, ids
                )
            )

    def _add(self, menu: QMenu, modes: tuple[ArmingMode, ...], ids: tuple[str, ...]) -> None:
        for mode in modes:
            action = menu.addAction(f"{verb(mode)}: {mode.meaning}")
            action.triggered.connect(
                lambda _checked=False, mode=mode, ids=ids: self.command_requested.emit(mode, ids)
            )
