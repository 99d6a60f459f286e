"""Between the dialogs of raised events and delivery times and their service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from chekt_console.errors import DiskFailed, Unreachable
from chekt_console.services.outbound_service import NotRaised, OutboundEvent
from chekt_console.ui.outbound.delays_dialog import DelaysDialog
from chekt_console.ui.outbound.raise_dialog import RaiseDialog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path
    from uuid import UUID

    from PySide6.QtWidgets import QWidget

    from chekt_console.background.runner import Runner
    from chekt_console.domain.clock import Clock
    from chekt_console.domain.delivery_steps import DeliverySteps
    from chekt_console.domain.device import Device
    from chekt_console.domain.event import Event
    from chekt_console.domain.site import Site
    from chekt_console.errors import ConsoleError
    from chekt_console.services.outbound_service import OutboundService, Raised

_STEPS = "delivery steps"


class OutboundController(QObject):
    raised = Signal()  # something new is on the server
    tried = Signal()  # an event was sent, or waits
    told = Signal(str)  # what became of one whose dialog is closed
    event_requested = Signal(str, str)  # site id, event id: to be shown in Review

    def __init__(
        self,
        runner: Runner,
        outbound: OutboundService,
        clock: Clock,
        new_id: Callable[[], UUID],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._runner = runner
        self._outbound = outbound
        self._clock = clock
        self._new_id = new_id
        self._window = window
        self._pending: dict[tuple[object, ...], tuple[str, int]] = {}  # by wish: key, instant
        self._waiting: set[str] = set()  # keys of those that go by themselves
        self._without_clip: tuple[OutboundEvent, Path | None, str] | None = None  # of the open dialog
        self.dialog: RaiseDialog | None = None
        self.delays: DelaysDialog | None = None

    def open(self, site: Site, devices: Iterable[Device]) -> None:
        if self.dialog is not None:
            self.dialog.close()
        dialog = RaiseDialog(site, devices, can_attach=self._outbound.can_attach, parent=self._window)
        self.dialog = dialog
        self._without_clip = None
        dialog.raise_requested.connect(self._on_raise)
        dialog.clip_again_requested.connect(self._on_clip_again)
        dialog.steps_requested.connect(self._on_steps)
        dialog.event_requested.connect(self._on_event)
        dialog.finished.connect(self._on_finished)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show()

    def open_delays(self, site: Site, events: Callable[[], Iterable[Event]]) -> None:
        """`events`: gives the alarms of the site; called in a worker."""
        dialog = self.delays = DelaysDialog(site.name, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.finished.connect(self._on_delays_finished)
        dialog.show()

        def on_read(many: tuple[DeliverySteps, ...]) -> None:
            if self.delays is dialog:
                dialog.show_steps(many)

        def on_failed(error: ConsoleError) -> None:
            if self.delays is dialog:
                dialog.show_error(error.sentence)

        self._runner.submit(
            lambda progress: self._outbound.steps_of(events(), progress),
            done=on_read,
            failed=on_failed,
            key="delivery times",
            title="Delivery times",
        )

    def on_ended(self, key: str) -> None:
        """One that waited has its outcome: the same wish from now on is another event."""
        self._pending = {wish: held for wish, held in self._pending.items() if held[0] != key}
        self._waiting.discard(key)
        self.raised.emit()

    def close(self) -> None:
        for dialog in (self.dialog, self.delays):
            if dialog is not None:
                dialog.close()

    def _on_raise(self) -> None:
        dialog = self.dialog
        assert dialog is not None
        kind, subtype, device_id = dialog.wish
        clip, site = dialog.clip, dialog.site
        # The same wish after an outcome that is not known is the same event: same key, same instant.
        wish = (site.site_id, kind, subtype, device_id, clip)
        fresh = (f"console-{self._new_id()}", self._clock.now_ms())
        key, instant_ms = self._pending.setdefault(wish, fresh)
        event = OutboundEvent(site.site_id, kind, subtype, instant_ms, device_id, site.name)
        self._send(dialog, wish, event, clip, key)

    def _on_clip_again(self) -> None:
        """The event is there: with its key it is not raised twice, and the server gives a place for the clip anew."""
        if self.dialog is not None and self._without_clip is not None:
            self._send(self.dialog, (), *self._without_clip)

    def _send(
        self, dialog: RaiseDialog, wish: tuple[object, ...], event: OutboundEvent, clip: Path | None, key: str
    ) -> None:
        site = dialog.site

        def on_done(raised: Raised) -> None:
            self.tried.emit()
            if raised.is_waiting:
                self._waiting.add(key)
                if self.dialog is dialog:
                    dialog.show_waiting(raised.note)
                else:
                    self.told.emit(f"The event at {site.name} was not confirmed. {raised.note}")
                return
            self._forget(wish, key)
            self.raised.emit()
            if self.dialog is dialog:
                self._without_clip = (event, clip, key) if raised.is_clip_due else None
                dialog.show_raised(raised.event_id, raised.note, is_clip_due=raised.is_clip_due)
            elif raised.note:
                self.told.emit(f"{site.name}: {raised.note}")

        def on_failed(error: ConsoleError) -> None:
            self.tried.emit()
            if isinstance(error, NotRaised) or not (key in self._waiting or _may_be_sent(error)):
                self._forget(wish, key)  # raised again it is another event, with the time it has then
            if self.dialog is dialog:
                dialog.show_error(error.sentence)
            else:
                self.told.emit(f"The event at {site.name} was not raised. {error.sentence}")

        self._runner.submit(
            lambda progress: self._outbound.raise_event(event, clip, key, progress),
            done=on_done,
            failed=on_failed,
            lane=site.site_id,
            title=f"Event at {site.name}",
            is_command=True,
        )

    def _forget(self, wish: tuple[object, ...], key: str) -> None:
        self._pending.pop(wish, None)
        self._waiting.discard(key)

    def _on_steps(self, event_id: str) -> None:
        dialog = self.dialog

        def on_read(steps: DeliverySteps | None) -> None:
            if dialog is not None and self.dialog is dialog and dialog.event_id == event_id:
                dialog.show_steps(steps)

        self._runner.submit(
            lambda _: self._outbound.steps(event_id), done=on_read, failed=lambda _: None, key=_STEPS
        )

    def _on_event(self, event_id: str) -> None:
        if self.dialog is not None:
            self.event_requested.emit(self.dialog.site.site_id, event_id)

    def _on_finished(self) -> None:
        self.dialog = None

    def _on_delays_finished(self) -> None:
        self.delays = None


def _may_be_sent(error: ConsoleError) -> bool:
    """A disk that fails may do so after the event has left."""
    return isinstance(error, DiskFailed) or (isinstance(error, Unreachable) and error.may_have_acted)
