"""Evidence of one connection: its ledger, what is written there, and the way to export. Imported behind the first paint."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QPushButton

from chekt_console.api.priority import Priority
from chekt_console.background.report_printer import print_report
from chekt_console.services.evidence_gatherer import EvidenceSources
from chekt_console.services.evidence_service import EvidenceService
from chekt_console.store.connections_store import Environment
from chekt_console.store.ledger import Ledger
from chekt_console.ui.evidence.export_controller import ExportController
from chekt_console.ui.evidence.verify_controller import VerifyController
from chekt_console.ui.shared.notices import Severity
from chekt_console.ui.shared.style import set_role
from chekt_console.ui.shared.system_facts import program_version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from chekt_console.domain.event import Event
    from chekt_console.domain.progress import Progress
    from chekt_console.domain.site import Site
    from chekt_console.services.evidence_service import ExportResult
    from chekt_console.session_parts import Ground
    from chekt_console.session_review import ClipPanes

_KEYRING_SERVICE = "CHeKT Console evidence"
_FOLDER = "evidence.folder"
_SETTLED_MS = 10_000  # what the person looks at first goes before the ledger of earlier runs
_LANE = "evidence.ledger"  # entries are written in the order things happened


class EvidenceParts(QObject):
    """Built in the window's thread, after the clip."""

    def __init__(
        self, ground: Ground, review: ClipPanes, sites: Callable[[], tuple[Site, ...]], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._ground = ground
        self._review = review
        self._ledger: Ledger | None = None
        self._service: EvidenceService | None = None
        self._lock = threading.Lock()
        self._viewed = ""
        shell = ground.shell
        self.controller = ExportController(
            ground.runner,
            self.service,
            shell.selection,
            sites,
            lambda site_id, days: ground.events.cached(site_id, days).events,
            shell.window,
        )
        self.verify_controller = VerifyController(ground.runner, shell.window)
        remembered = ground.local.choice(_FOLDER)
        if remembered:
            self.controller.folder = Path(remembered)
        self._began_ms = ground.clock.now_ms()
        self._build()
        self._wire()
        QTimer.singleShot(_SETTLED_MS, self, self.record_missed)

    def record_missed(self) -> None:
        """Decisions of before, which a program that was killed had no time to write into the ledger."""

        def work(_progress: Progress) -> str:
            kept = self._ground.local.decisions()
            if kept:
                self.service().record_missed(kept.values(), self._began_ms)
            return self._rebuilt()

        self._record(work)

    def service(self) -> EvidenceService:
        """For workers: opens the ledger at its first use."""
        with self._lock:
            if self._service is None:
                # Here and not above: OpenSSL's wrappers cost a tenth of a second, and no pane waits for them.
                from chekt_console.auth.evidence_key import EvidenceKeys
                from chekt_console.auth.key_store import KeyStore

                ground = self._ground
                self._ledger = Ledger(ground.folder / "ledger.sqlite3")
                sources = EvidenceSources(
                    self._review.clips,
                    self._raw,
                    ground.events.decision,
                    ground.connection.name,
                    ground.connection.environment is Environment.SIMULATOR,
                    f"CHeKT Console {program_version()}",
                )
                keys = EvidenceKeys(KeyStore(_KEYRING_SERVICE))
                self._service = EvidenceService(sources, self._ledger, keys, print_report, ground.clock)
            return self._service

    def _raw(self, site_id: str, event_id: str, instant_ms: int) -> bytes | None:
        """Only when an export asks: the client may not be open yet."""
        return self._ground.client.events.as_received(site_id, event_id, instant_ms)

    def record_decisions(self, events: Iterable[Event]) -> None:
        """They are on disk; of each the ledger says who decided what and when."""
        told = tuple(events)

        def work(_progress: Progress) -> str:
            for event in told:
                self.service().record_decision(event)
            return self._rebuilt()

        self._record(work)

    def close(self) -> None:
        self.verify_controller.close()  # it may stand above the other
        self.controller.close()
        window = self._ground.shell.window
        window.removeAction(self.action)
        window.window_menu.remove_file_action(self.action)

    def close_files(self) -> None:
        """After the last worker has ended."""
        with self._lock:
            if self._ledger is not None:
                self._ledger.close()

    def _build(self) -> None:
        window = self._ground.shell.window
        self.action = QAction("Export evidence…", self)
        self.action.setShortcut("Ctrl+E")
        self.action.triggered.connect(self.controller.open)
        window.addAction(self.action)
        window.window_menu.add_file_action(self.action)
        self.button = QPushButton("Export…")
        self.button.setToolTip("Export this event as evidence that anyone can verify (Ctrl+E)")
        self.button.setAccessibleName("Export evidence")
        set_role(self.button, "quiet")
        self.button.clicked.connect(self.controller.open)
        self._review.event_panel.add_to_header(self.button)
        window.add_help("Evidence", (("Ctrl+E", "Export evidence"),))

    def _wire(self) -> None:
        selection = self._ground.shell.selection
        selection.event_changed.connect(self._on_event_changed)
        self._on_event_changed(selection.selected_event)
        self._review.player.opened.connect(self._on_clip_opened)
        self._review.together.viewed.connect(self._record_view)
        self.controller.folder_chosen.connect(self._on_folder_chosen)
        self.controller.exported_unseen.connect(self._on_exported_unseen)
        self.controller.verify_requested.connect(self.verify_controller.open)

    def _on_event_changed(self, event: Event | None) -> None:
        if event is None or event.event_id != self._viewed:
            self._viewed = ""
        self.action.setEnabled(event is not None)
        self.button.setVisible(event is not None)

    def _on_clip_opened(self) -> None:
        """Once for each time an event is turned to; a player that was replaced tells it again."""
        event = self._ground.shell.selection.selected_event
        if event is None or event.event_id == self._viewed:
            return
        self._viewed = event.event_id
        self._record_view(event)

    def _record_view(self, event: Event) -> None:
        def work(_progress: Progress) -> str:
            self.service().record_view(event)
            return self._rebuilt()

        self._record(work)

    def _record(self, work: Callable[[Progress], str]) -> None:
        """What has happened is written down, also when the program is about to end."""
        self._ground.runner.submit(
            work, done=self._on_recorded, lane=_LANE, priority=Priority.BACKGROUND, is_command=True
        )

    def _rebuilt(self) -> str:
        return self._ledger.was_rebuilt if self._ledger is not None else ""

    def _on_recorded(self, rebuilt: str) -> None:
        if rebuilt:
            self._ground.shell.notices.show("ledger", rebuilt, severity=Severity.WARNING)

    def _on_exported_unseen(self, result: ExportResult) -> None:
        self._ground.shell.notices.show(
            "export",
            f"The export was whole before it could be ended: {result.path}",
            severity=Severity.WARNING,
        )

    def _on_folder_chosen(self, folder: Path) -> None:
        self._ground.runner.submit(
            lambda _progress: self._ground.local.put_choice(_FOLDER, str(folder)),
            done=lambda _: None,
            lane="choices",
        )
