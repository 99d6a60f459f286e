"""What the tabs of the site dialog send: a key for each wish, and an outcome also after the dialog was closed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from chekt_console.errors import ConsoleError, ServerBroken, UnexpectedReply, Unreachable
from chekt_console.services.account_service import new_key
from chekt_console.services.contact_service import AnswerLost
from chekt_console.services.enrolment_service import Enrolled
from chekt_console.services.outbox_service import Waits
from chekt_console.ui.account.record_queue import NoQueue

if TYPE_CHECKING:
    from collections.abc import Callable

    from chekt_console.background.runner import Runner
    from chekt_console.domain.progress import Progress
    from chekt_console.ui.account.record_queue import RecordQueue
    from chekt_console.ui.account.site_dialog import SiteDialog


class DialogWork(QObject):
    """`dialog` is the one that is open; `queue` is where its changes wait."""

    told_late = Signal(
        str, bool
    )  # what became of a wish whose dialog was closed meanwhile, and whether it was done
    changed_late = Signal(str)  # id of the site it was for

    def __init__(self, runner: Runner, parent: QObject) -> None:
        super().__init__(parent)
        self._runner = runner
        self._keys: dict[str, str] = {}
        self.queue: RecordQueue = NoQueue()
        self.dialog: SiteDialog | None = None

    def submit(
        self,
        work: Callable[[Progress], Any],
        done: Callable[..., None],
        dialog: SiteDialog | None,
        failed: Callable[[ConsoleError], None],
        *,
        lane: str = "",
        wish: str = "",
        title: str = "",
    ) -> None:
        """Answers for a dialog that was closed meanwhile are dropped, but what became of a `wish` that was sent is told."""

        def on_done(found: object) -> None:
            self._forget(bool(wish))
            if self.dialog is dialog:
                done(found)
            elif wish:
                failed_rows = (
                    sum(not row.is_done for row in found.outcomes) if isinstance(found, Enrolled) else 0
                )
                if failed_rows:
                    self.told_late.emit(
                        f"{wish}, sent before you closed: {failed_rows} rows were not done.", False
                    )
                else:
                    self.told_late.emit(f"{wish}: sent before you closed, and read back.", True)
                self.changed_late.emit(lane)

        def on_failed(error: ConsoleError) -> None:
            self._forget(bool(wish) and not _is_unknown(error))
            if isinstance(error, Waits):
                self.queue.look_soon()
            if self.dialog is dialog:
                failed(error)
            elif isinstance(error, Waits):
                self.told_late.emit(f"{wish}: {error.sentence}", False)
            elif wish:
                self.told_late.emit(f"{wish}, sent before you closed: {error.sentence}", False)
                self.changed_late.emit(lane)

        self._runner.submit(
            work, done=on_done, failed=on_failed, lane=lane, title=title, is_command=bool(wish)
        )

    def key(self, wish: str) -> str:
        """The same wish again, after an outcome that is not known, carries the same key."""
        return self._keys.setdefault(wish, new_key())

    def forget_keys(self) -> None:
        self._keys = {}

    def forget_known(self, error: ConsoleError) -> None:
        """It is known that it was not done: the same wish again is a new one, else the server repeats its first answer."""
        self._forget(not _is_unknown(error))

    def _forget(self, is_known: bool) -> None:
        if is_known:
            self._keys = {}


def _is_unknown(error: ConsoleError) -> bool:
    return isinstance(error, Unreachable | ServerBroken | UnexpectedReply | AnswerLost)
