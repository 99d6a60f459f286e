"""Looks through a camera that the monitoring center asked for: opened with who asks, and kept from when to when."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from chekt_console.domain.device import DeviceKind
from chekt_console.ui.requests.request_words import who_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from chekt_console.domain.device import Device
    from chekt_console.domain.request import IncomingRequest
    from chekt_console.domain.site import Site
    from chekt_console.services.request_service import RequestService
    from chekt_console.session_parts import Ground
    from chekt_console.session_work import WorkPanes
    from chekt_console.ui.requests.requests_controller import RequestsController


class AskedViews(QObject):
    def __init__(
        self,
        ground: Ground,
        work: WorkPanes,
        requests: RequestService,
        controller: RequestsController,
        parent: QObject,
        *,
        now: Callable[[], str] = lambda: time.strftime("%Y-%m-%d %H:%M:%S"),
    ) -> None:
        """`now`: date and time as they are kept in words."""
        super().__init__(parent)
        self._ground = ground
        self._work = work
        self._requests = requests
        self._controller = controller
        self._now = now

    def open(self, request: IncomingRequest, site: Site) -> None:
        """The camera's key is not in the request: it is looked up among the devices of the site."""

        def find(_: object) -> Device | None:
            devices = self._work.devices.cached(site.site_id).devices
            if not devices:
                devices = self._work.devices.refresh(site).devices
            cameras = [one for one in devices if one.kind is DeviceKind.CAMERA]
            return next((one for one in cameras if one.device_id == request.device_id), None)

        self._ground.runner.submit(find, done=partial(self._on_found, request, site))

    def _on_found(self, request: IncomingRequest, site: Site, device: Device | None) -> None:
        if device is None:
            self._controller.refuse_view(request)
            return
        before = self._work.live_controller.windows
        window = self._work.live_controller.open(site, device)
        if window is None:  # no window more may be opened, which was said: the request waits on
            return
        window.show_asker(who_words(request))
        how = "was open already, shown" if window in before else "opened"
        began = f"{device.name} {how} {self._now()}"
        key = request.request_id
        self._note(key, lambda: self._requests.note_view_opened(key, began))

        def on_closed() -> None:
            words = f"{began}, closed {self._now()}."
            self._note(key, lambda: self._requests.note_view_closed(key, words))

        window.closed.connect(on_closed)

    def _note(self, request_id: str, write: Callable[[], None]) -> None:
        """In the order in which they are told, behind the window."""
        self._ground.runner.submit(
            lambda _: write(),
            done=lambda _: self._controller.on_answered(),
            lane=f"view {request_id}",
            is_command=True,
        )
