"""What the parts of a session share: the window they fill, and the services over one connection."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from chekt_console.ui.shared.event_filter import SharedEventFilter

if TYPE_CHECKING:
    from pathlib import Path

    from chekt_console.api.client import CHeKTClient
    from chekt_console.background.runner import Runner
    from chekt_console.domain.clock import Clock
    from chekt_console.services.arming_service import ArmingService
    from chekt_console.services.event_service import EventService
    from chekt_console.settings import DataPaths, Settings
    from chekt_console.store.cache import Cache
    from chekt_console.store.connections_store import Connection
    from chekt_console.store.local import LocalStore
    from chekt_console.ui.main_window import MainWindow
    from chekt_console.ui.shared.notices import Notices
    from chekt_console.ui.shared.selection import Selection
    from chekt_console.ui.shared.slow_link import SlowLink
    from chekt_console.ui.shared.theme import Theme


@dataclass(frozen=True)
class Shell:
    """What of the window a session fills and tells; lives as long as the program."""

    window: MainWindow
    theme: Theme
    selection: Selection
    notices: Notices
    paths: DataPaths
    settings: Settings
    slow_link: SlowLink


@dataclass(frozen=True)
class Ground:
    """What every pane of a session stands on."""

    connection: Connection
    shell: Shell
    folder: Path
    clock: Clock
    client: CHeKTClient
    cache: Cache
    local: LocalStore
    runner: Runner
    arming: ArmingService
    events: EventService
    event_filter: SharedEventFilter = field(default_factory=SharedEventFilter)
