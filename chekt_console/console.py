"""The program between its start and its end: the window, the open connection, the simulator."""

from __future__ import annotations

import logging
import os
import sys
import time
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QWidget

from chekt_console.background.garbage import GarbageCollector
from chekt_console.background.runner import Runner
from chekt_console.errors import ConsoleError, KeyringUnavailable
from chekt_console.settings import DataPaths, Settings
from chekt_console.store.connections_store import Connection, Connections, Environment
from chekt_console.ui.main_window import MainWindow
from chekt_console.ui.shared.crash_dialog import CrashReporter
from chekt_console.ui.shared.notices import Notices, Severity
from chekt_console.ui.shared.selection import Selection
from chekt_console.ui.shared.slow_link import SlowLink
from chekt_console.ui.shared.theme import Theme
from chekt_console.ui.shared.theme_follower import ThemeFollower

if TYPE_CHECKING:
    import httpx

    from chekt_console.auth.key_store import KeyStore
    from chekt_console.background.simulator_process import SimulatorAddress, SimulatorProcess
    from chekt_console.domain.site import Site
    from chekt_console.services.connection_check import Report
    from chekt_console.services.log_book import LastFailures
    from chekt_console.services.sign_in_service import Added, SignInService
    from chekt_console.session import Session
    from chekt_console.ui.connect.check_dialog import CheckDialog
    from chekt_console.ui.connect.connect_controller import ConnectController
    from chekt_console.ui.connect.connect_pane import ConnectPane
    from chekt_console.ui.evidence.verify_controller import VerifyController

_log = logging.getLogger(__name__)

SIMULATOR = "Simulator"
_KEYRING_SERVICE = "CHeKT Console"
_COMMANDS = ("arming ", "request done")  # kinds of notices that tell what became of an arming command


class Console(QObject):
    """The program: one window, at most one open session, the simulator while it is wanted.

    The frame of the window is painted first. What fills it (session, panes, connect page) is imported behind that first
    paint, by the functions that need it: it costs as long as a bare window takes to appear.
    """

    _sign_in_ended = Signal(str, str)  # id of the connection, sentence; from a worker

    def __init__(self, app: QApplication, paths: DataPaths) -> None:
        super().__init__()
        self._app = app
        self._paths = paths
        self.settings = Settings(paths.settings_file)
        self.connections = Connections(paths.connections_file)
        self.theme = Theme()
        self.theme_follower = ThemeFollower(app, self.theme, self.settings, self)
        self.selection = Selection(self)
        self.notices = Notices(self)
        self.slow_link = SlowLink(self, is_on=self.settings.is_slow_link)
        self.window = MainWindow(self.theme, self.selection, self.settings, self.notices)
        self.crash_reporter = CrashReporter(self.window, paths.log_file)
        self.last_failures: LastFailures | None = None
        self.session: Session | None = None
        self.simulator: SimulatorProcess | None = None
        # Reads and writes the keyring and checks a new key; everything else runs in the session's own runner.
        self._runner = Runner(self, threads=2)
        self.check_dialog: CheckDialog | None = None
        self._is_simulator_back = False
        self._first_paint = _FirstPaint(self.window)
        self._garbage = GarbageCollector(self)
        self._garbage.start()
        self._wire()

    def start(self, connection: str, *, use_simulator: bool) -> None:
        """Show the window, and behind its first paint the wanted connection, the last one, or the connect page."""
        self._first_paint.happened.connect(lambda: self._begin(connection, use_simulator=use_simulator))
        self.window.show()

    @cached_property
    def keys(self) -> KeyStore:
        from chekt_console.auth.key_store import KeyStore

        return KeyStore(_KEYRING_SERVICE)

    @cached_property
    def _sign_in(self) -> SignInService:
        from chekt_console.services.sign_in_service import SignInService

        return SignInService(self.keys, self._paths.connection_dir)

    @cached_property
    def connect_pane(self) -> ConnectPane:
        from chekt_console.ui.connect.connect_pane import ConnectPane

        pane = ConnectPane(self.theme)
        pane.simulator_requested.connect(self.open_simulator)
        pane.open_requested.connect(self._on_open_requested)
        return pane

    @cached_property
    def _connecting(self) -> ConnectController:
        from chekt_console.ui.connect.connect_controller import ConnectController

        controller = ConnectController(
            self.connect_pane,
            self.connections,
            self._paths,
            self._runner,
            lambda: self.keys,
            lambda: self._sign_in,
            self,
        )
        controller.signed_in.connect(self._on_signed_in)
        return controller

    def show_connect(self) -> None:
        self._connecting.refresh()
        self.window.set_cover(self.connect_pane)

    def open_simulator(self) -> None:
        self._close_session()
        connection = Connection(SIMULATOR, Environment.SIMULATOR, "")
        self._open_session(connection)
        if self.simulator is None:
            from chekt_console.background.simulator_process import SimulatorProcess

            self._paths.simulator_dir.mkdir(parents=True, exist_ok=True)
            self.simulator = SimulatorProcess(self._paths.simulator_dir, parent=self)
            self.simulator.ready.connect(self._on_simulator_ready)
            self.simulator.died.connect(self._on_simulator_died)
            self.simulator.failed.connect(self._on_simulator_failed)
            self.simulator.start()
        elif self.simulator.address is not None:
            self._on_simulator_ready(self.simulator.address)

    def open_connection(self, connection: Connection) -> None:
        """Cached sites at once; the key is read from the keyring in the background."""
        self._close_session()
        self._stop_simulator()
        self._open_session(connection)
        session = self.session
        assert session is not None
        from chekt_console.session_client import Address

        def on_credential(credential: httpx.Auth | None) -> None:
            if self.session is not session:
                return
            if credential is not None:
                session.open(Address(connection.base_url, credential, dealer_id=connection.dealer_id))
                return
            if self.keys.problem:
                tell = f"{self.keys.problem} You can also sign in again for this session."
            else:
                tell = (
                    f"What {connection.name} signs in with is not in this computer's keyring. Sign in again."
                )
            self._show_refusal(tell, again=connection.name)

        def on_failed(error: ConsoleError) -> None:
            if self.session is not session:
                return
            if isinstance(error, KeyringUnavailable):
                tell = f"{error.sentence} You can also sign in again for this session."
                self._show_refusal(tell, again=connection.name)
            else:
                self._show_refusal(error.sentence)

        def on_ended(sentence: str) -> None:
            self._sign_in_ended.emit(connection.connection_id, sentence)

        self._runner.submit(
            lambda _: self._sign_in.credential(connection, on_ended), done=on_credential, failed=on_failed
        )

    def come_to_front(self) -> None:
        """Somebody started the program a second time."""
        if self.window.isMinimized():
            self.window.showNormal()
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()

    def close(self) -> None:
        """In order: window away, session, own runner, simulator, hooks."""
        self.window.hide()
        self._close_session()
        self.settings.untold = tuple(
            one.text
            for one in self.notices.notices()
            if one.kind.startswith(_COMMANDS) and one.severity is not Severity.GOOD
        )
        self._runner.stop()
        self._stop_simulator()
        self.crash_reporter.uninstall()
        self._garbage.stop()

    def _begin(self, connection: str, *, use_simulator: bool) -> None:
        _milestone("first_paint")
        # In a worker, so that the window stays awake; what opens a session finds it loaded.
        self._runner.submit(
            _import_session, done=lambda _: self._open_first(connection, use_simulator=use_simulator)
        )

    def _open_first(self, connection: str, *, use_simulator: bool) -> None:
        self._tell_untold()
        name = SIMULATOR if use_simulator else connection or self.connections.last_used
        wanted = self.connections.get(name) if name else None
        if use_simulator or (wanted and wanted.environment is Environment.SIMULATOR):
            self.open_simulator()
        elif wanted is not None:
            self.open_connection(wanted)
        else:
            self.show_connect()
            if connection:
                self.connect_pane.set_error(
                    f"There is no connection named {connection}. Choose one or add it here."
                )

    def _tell_untold(self) -> None:
        """What became of commands that were on their way when the program ended."""
        for number, text in enumerate(self.settings.untold):
            self.notices.show(f"untold {number}", text, severity=Severity.WARNING)

    def _wire(self) -> None:
        window = self.window
        window.connect_requested.connect(self._on_connect_wanted)
        window.disconnect_requested.connect(self._on_connect_wanted)
        window.check_requested.connect(self._on_check_requested)
        window.verify_requested.connect(self._on_verify_requested)
        window.support_requested.connect(self.copy_for_support)
        window.theme_requested.connect(self.theme_follower.set_choice)
        window.slow_link_requested.connect(self.slow_link.set_on)
        self.slow_link.changed.connect(self._on_slow_link_changed)
        window.status.set_slow_link(is_on=self.slow_link.is_on)
        window.perspective_changed.connect(self._on_perspective_changed)
        self._sign_in_ended.connect(self._on_sign_in_ended)
        self._runner.crashed.connect(self.crash_reporter.report)
        self.selection.site_changed.connect(self._on_site_changed)
        window.goto_box.site_chosen.connect(self.selection.select_site)
        window.goto_box.device_chosen.connect(self.selection.select_device)

    def _on_slow_link_changed(self, is_on: bool) -> None:
        self.settings.is_slow_link = is_on
        self.window.status.set_slow_link(is_on=is_on)

    def _open_session(self, connection: Connection) -> None:
        from chekt_console.session import Session
        from chekt_console.session_parts import Shell

        self.window.set_cover(None)
        self.window.set_environment(connection.environment.value, connection.name)
        shell = Shell(
            self.window, self.theme, self.selection, self.notices, self._paths, self.settings, self.slow_link
        )
        try:
            self.session = Session(connection, shell, self)
        except ConsoleError as error:
            self.show_connect()
            self.connect_pane.set_error(error.sentence)
            return
        self.session.went_wrong.connect(self.crash_reporter.report)
        self.session.sites_controller.sites_shown.connect(self._on_sites_shown)
        self.session.sites_controller.sites_changed.connect(self._on_sites_changed)
        self.session.filled.connect(self._on_filled)
        self.session.reopening_needed.connect(self._reopen, Qt.ConnectionType.QueuedConnection)
        self.window.show_perspective(self.settings.last_perspective or "review")
        self.session.start()
        self.connections.put(connection)
        self.connections.last_used = connection.name

    def _reopen(self) -> None:
        """The cache is damaged: set aside, and read anew from the server."""
        if self.session is None:
            return
        connection = self.session.connection
        if connection.environment is Environment.SIMULATOR:
            self.open_simulator()
        else:
            self.open_connection(connection)

    def _close_session(self) -> None:
        if self.session is None:
            return
        self.selection.select_site(None)
        session, self.session = self.session, None
        before = self.notices.notices()
        if not session.close():
            _log.warning("work was still running when %s was closed", session.connection.name)
        # What became of a command that was on its way is told, wherever the person is by now.
        ended = [
            one for one in self.notices.notices() if one not in before and one.kind.startswith(_COMMANDS)
        ]
        self.window.remove_perspectives()
        self.notices.clear_all()
        name = session.connection.name
        for one in ended:
            self.notices.show(one.kind, f"{name}: {one.text}", severity=one.severity)
        for kind, text in session.unconfirmed():
            self.notices.show(kind, f"{name}: {text}", severity=Severity.WARNING)
        session.deleteLater()

    def _stop_simulator(self) -> None:
        if self.simulator is not None:
            self.simulator.stop()
            self.simulator.deleteLater()
            self.simulator = None

    def _show_refusal(self, sentence: str, *, again: str = "") -> None:
        """`again`: the connection that can be signed in to anew."""
        self._close_session()
        self.window.set_environment("", "")
        self.show_connect()
        self.connect_pane.set_error(sentence, again=again)

    def _on_sign_in_ended(self, connection_id: str, sentence: str) -> None:
        """A renewal was refused in some worker."""
        if self.session is not None and self.session.connection.connection_id == connection_id:
            name = self.session.connection.name
            self._show_refusal(f"{name}: {sentence}", again=name)

    def _on_connect_wanted(self) -> None:
        self._close_session()
        self.window.set_environment("", "")
        self.show_connect()

    def copy_for_support(self) -> None:
        """To the clipboard; nothing of it tells who or where the person is."""
        from datetime import UTC, datetime

        from chekt_console.services.log_book import support_text
        from chekt_console.ui.shared.system_facts import system_facts

        kind = "none"
        if self.session is not None:
            connection = self.session.connection
            kind = f"{connection.environment.value}, {connection.kind.value}"
        lines = self.last_failures.lines if self.last_failures is not None else ()
        QApplication.clipboard().setText(support_text(system_facts(), kind, lines, now=datetime.now(UTC)))
        self.notices.show(
            "support", "Copied for support: version, system and the last failures. Paste it into a message.",
            severity=Severity.GOOD,
        )  # fmt: skip

    def _on_check_requested(self) -> None:
        """Over the open connection and inside its request budget."""
        session = self.session
        if session is None:
            return
        from chekt_console.services.connection_check import check_connection
        from chekt_console.ui.connect.check_dialog import CheckDialog

        dialog = self.check_dialog = CheckDialog(session.connection.name, self.window)

        def is_there() -> bool:
            return self.check_dialog is dialog

        def on_report(report: Report) -> None:
            if is_there():
                dialog.show_report(report.text(), is_good=report.is_good)

        def on_failed(error: ConsoleError) -> None:
            if is_there():
                dialog.show_error(error.sentence)

        dialog.finished.connect(self._on_check_closed)
        dialog.open()
        session.runner.submit(
            lambda progress: check_connection(session.client.transport, progress),
            done=on_report,
            failed=on_failed,
            key="check connection",
        )

    @cached_property
    def verify_controller(self) -> VerifyController:
        from chekt_console.ui.evidence.verify_controller import VerifyController

        return VerifyController(self._runner, self.window)

    def _on_verify_requested(self) -> None:
        """Of an export from anywhere: no connection is needed."""
        self.verify_controller.open()

    def _on_check_closed(self) -> None:
        self.check_dialog = None

    def _on_open_requested(self, name: str) -> None:
        connection = self.connections.get(name)
        if connection is not None:
            self.open_connection(connection)

    def _on_signed_in(self, added: Added) -> None:
        self.open_connection(added.connection)
        if added.missing:
            self.notices.show("sign-in", added.missing, severity=Severity.WARNING)
        if self.keys.is_session_only:
            self.notices.show(
                "keyring",
                f"{self.keys.problem} The sign-in is kept in memory and asked for again at the next start.".strip(),
                severity=Severity.WARNING,
            )

    def _on_simulator_ready(self, address: SimulatorAddress) -> None:
        if self.session is None or self.session.connection.environment is not Environment.SIMULATOR:
            return
        from chekt_console.session_client import Address

        self.session.open(Address(address.url, address.api_key, address.control_token, address.dealer_id))
        if self._is_simulator_back:
            self._is_simulator_back = False
            self.notices.show("simulator", "The simulator runs again.", severity=Severity.GOOD)
            self.session.retry()

    def _on_simulator_died(self) -> None:
        self._is_simulator_back = True
        self.notices.show(
            "simulator",
            "The simulator ended by itself and is being started again. What was not confirmed is kept.",
            severity=Severity.WARNING,
        )

    def _on_simulator_failed(self, sentence: str) -> None:
        self._stop_simulator()
        self.notices.show(
            "simulator",
            sentence,
            severity=Severity.ERROR,
            action="Start again",
            on_action=self.open_simulator,
        )

    def _on_perspective_changed(self, name: str) -> None:
        self.settings.last_perspective = name

    def _on_site_changed(self, site: Site | None) -> None:
        if self.session is not None and site is not None:
            self.settings.set_last_site(self.session.connection.connection_id, site.site_id)

    def _on_sites_changed(self, sites: tuple[Site, ...]) -> None:
        """The band tells whose account it is; the site last looked at comes back by itself."""
        if self.session is None:
            return
        self._show_account(self.session.connection, sites)
        if self.selection.site is not None:
            return
        last = self.settings.last_site(self.session.connection.connection_id)
        self.selection.select_site(next((site for site in sites if site.site_id == last), None))

    def _show_account(self, connection: Connection, sites: tuple[Site, ...]) -> None:
        dealers = {site.dealer_name for site in sites if site.dealer_name}
        name = dealers.pop() if len(dealers) == 1 else connection.name
        if connection.environment is Environment.SIMULATOR and self.simulator and self.simulator.address:
            name = f"{name} (dealer {self.simulator.address.dealer_id})"
        self.window.set_environment(connection.environment.value, name)

    def _on_filled(self) -> None:
        self._garbage.settle()
        _milestone("filled")

    def _on_sites_shown(self) -> None:
        _milestone("sites_shown")


def _import_session(_progress: object) -> None:
    import chekt_console.session  # noqa: F401


class _FirstPaint(QObject):
    """Tells once, behind the first paint of a window."""

    happened = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self.happened.emit)
        return False


def _milestone(name: str) -> None:
    """For tests/bench/start.py."""
    if os.environ.get("CHEKT_CONSOLE_MILESTONES"):
        sys.stdout.write(f"milestone {name} {time.time_ns()}\n")
        sys.stdout.flush()
