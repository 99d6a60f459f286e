"""Between the arming control and the service: asks in production, sends once, shows only what was read back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from chekt_console.api.priority import Priority
from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.site_clock import zone_of
from chekt_console.errors import ConsoleError, NotConfirmed, Unreachable
from chekt_console.ui.arming.arming_state_view import StateLine
from chekt_console.ui.arming.arming_words import as_of_words, question, read_at_words, verb
from chekt_console.ui.shared.plain_text import name_to_type, one_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from chekt_console.background.runner import Runner
    from chekt_console.domain.progress import Progress
    from chekt_console.domain.site import Site
    from chekt_console.services.arming_service import ArmingOutcome, ArmingService, SiteArming
    from chekt_console.ui.arming.arming_control import ArmingControl
    from chekt_console.ui.shared.selection import Selection


def _utc_now() -> datetime:
    return datetime.now(UTC)


class _Telling:
    """Progress of a command whose steps are also handed to the window."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def report(self, done: int, total: int, text: str = "") -> None:
        self._progress.report(done, total, text)
        self._progress.partial(text)

    def partial(self, value: object) -> None:
        self._progress.partial(value)

    def check(self) -> None:
        self._progress.check()


class ArmingController(QObject):
    notice_requested = Signal(str, str)  # kind, text; the same kind replaces itself
    command_confirmed = Signal(str, str)  # kind, text: what was asked for was read back as true
    arming_changed = Signal(object)  # SiteArming that was read here, by choosing a site or after a command

    def __init__(
        self,
        control: ArmingControl,
        selection: Selection,
        runner: Runner,
        arming: ArmingService,
        confirm: Callable[[str, str, str, str], bool] | None = None,
        *,
        now: Callable[[], datetime] = _utc_now,
    ) -> None:
        super().__init__(control)
        self._control = control
        self._selection = selection
        self._runner = runner
        self._arming = arming
        self._confirm = confirm
        self._now = now
        self._is_production = False
        self._known: dict[str, SiteArming] | None = None
        self._running: dict[str, tuple[ArmingMode, str]] = {}  # site id -> what was asked, how far it is
        # site id -> what was asked, the service's sentence, and the question from which on an answer ends the doubt
        self._doubts: dict[str, tuple[ArmingMode, str, int]] = {}
        self._names: dict[str, str] = {}
        self._read_errors: dict[str, str] = {}
        self._menu_site: Site | None = None  # that was on the screen when a menu of commands was opened
        control.command_requested.connect(self._on_command_requested)
        for menu in (control.arm_menu, control.disarm_menu):
            menu.aboutToShow.connect(self._on_menu_opened)
        control.read_requested.connect(self.read)
        selection.site_changed.connect(self._on_site_changed)
        self._site_id = ""
        self._on_site_changed(selection.site)

    @property
    def is_production(self) -> bool:
        """True: every command is confirmed by the person first."""
        return self._is_production

    @is_production.setter
    def is_production(self, is_production: bool) -> None:
        self._is_production = is_production

    def command(self, mode: ArmingMode, partition_ids: tuple[str, ...] = ()) -> None:
        """Ask for the selected site or some of its partitions to be armed or disarmed."""
        site = self._selection.site
        if site is None:
            self.notice_requested.emit("arming", "Choose a site before arming or disarming.")
            return
        name = one_line(site.name)
        kind = f"arming {site.site_id}"
        if site.site_id in self._running:
            running = verb(self._running[site.site_id][0])
            self.notice_requested.emit(
                kind,
                f"{verb(mode)} was not sent: “{running}” for {name} is still running. Try again when its outcome is shown.",
            )
            return
        if self._is_production and not self._is_meant(site, mode, partition_ids):
            return
        if not isValid(self):  # the connection was closed while the person typed: nothing is sent
            return
        self._doubts.pop(site.site_id, None)
        self._running[site.site_id] = (mode, "sending")
        self._names[site.site_id] = name
        self._show()

        def work(progress: Progress) -> ArmingOutcome:
            return self._arming.command(site, mode, partition_ids, _Telling(progress))

        self._runner.submit(
            work,
            done=lambda outcome: self._on_outcome(site, mode, outcome),
            failed=lambda error: self._on_command_failed(site, mode, error),
            partial=lambda step: self._on_step(site.site_id, mode, step),
            lane=f"site:{site.site_id}",
            title=f"{verb(mode)}: {name}",
            priority=Priority.PERSON,
            is_command=True,
        )

    def command_at(self, mode: ArmingMode, site: Site, partition_ids: tuple[str, ...] = ()) -> None:
        """As `command`, from a menu that was opened for this site: the console may have gone on to another under it."""
        now = self._selection.site
        if now is None or now.site_id != site.site_id:
            self.notice_requested.emit(
                f"arming {site.site_id}",
                f"{verb(mode)} was not sent: {one_line(site.name)} is no longer the chosen site. Choose it and try again.",
            )
            return
        self.command(mode, partition_ids)

    def is_commanded(self, site_id: str) -> bool:
        """A command to this site is under way."""
        return site_id in self._running

    def unconfirmed(self) -> tuple[tuple[str, str], ...]:
        """What was sent and is not known to be so, as kind and sentence of a notice: it is told beyond the connection."""
        under_way = {
            site_id: f"Not confirmed: {verb(mode)}, {self._names[site_id]} — the connection was closed while it was"
            " under way. Read the state again before you rely on it."
            for site_id, (mode, _step) in self._running.items()
        }
        doubts = {site_id: one_line(sentence) for site_id, (_mode, sentence, _from) in self._doubts.items()}
        return tuple((f"arming {site_id}", text) for site_id, text in {**doubts, **under_way}.items())

    def read(self) -> None:
        """Read the state of the selected site again."""
        site = self._selection.site
        if site is None:
            return

        def work(_progress: Progress) -> SiteArming:
            return self._arming.read(site)

        self._runner.submit(
            work,
            done=self._on_read,
            failed=lambda error: self._on_read_failed(site.site_id, error),
            key="arming state",
        )

    def on_arming(self, arming: SiteArming) -> None:
        """A state that was read elsewhere. It ends a doubt: what is true is known again."""
        self._take(arming)

    def _on_menu_opened(self) -> None:
        self._menu_site = self._selection.site

    def _on_command_requested(self, mode: ArmingMode, partition_ids: tuple[str, ...]) -> None:
        if self._menu_site is None:
            self.command(mode, partition_ids)
        else:
            self.command_at(mode, self._menu_site, partition_ids)

    def _on_read(self, arming: SiteArming) -> None:
        if self._take(arming):
            self.arming_changed.emit(arming)

    def _take(self, arming: SiteArming) -> bool:
        """Keep and show a state unless something newer is known. What was asked before a command came to its end tells
        nothing about it."""
        site_id = arming.site_id
        before = self._cached().get(site_id)
        doubt = self._doubts.get(site_id)
        if before is not None:
            if arming.is_older_than(before):
                return False
            if arming == before and doubt is None:
                return False
        self._cached()[site_id] = arming
        if doubt is not None and arming.asked >= doubt[2]:
            del self._doubts[site_id]
        self._read_errors.pop(site_id, None)
        if site_id == self._site_id:
            self._show()
        return True

    def _is_meant(self, site: Site, mode: ArmingMode, partition_ids: tuple[str, ...]) -> bool:
        if self._confirm is None:
            self.notice_requested.emit(
                f"arming {site.site_id}",
                f"{verb(mode)} was not sent: in production it must be confirmed, and it cannot be asked now.",
            )
            return False
        names = self._partition_names(site, partition_ids)
        title, text = question(mode, site.name, names)
        return self._confirm(title, text, verb(mode), name_to_type(site.name, site.site_id))

    def _partition_names(self, site: Site, partition_ids: tuple[str, ...]) -> tuple[str, ...]:
        names = {part.partition_id: part.name for part in site.partitions}
        arming = self._cached().get(site.site_id)
        if arming is not None:
            names |= {part.partition_id: part.name for part in arming.partitions}
        return tuple(names.get(one, one) for one in partition_ids)

    def _cached(self) -> dict[str, SiteArming]:
        """What the disk knew at first, kept up by what is read."""
        if self._known is None:
            try:
                self._known = dict(self._arming.cached())
            except ConsoleError:
                # The disk's own failure is told by the panes that need it; here the state is simply not known.
                self._known = {}
        return self._known

    def _on_site_changed(self, site: Site | None) -> None:
        site_id = site.site_id if site else ""
        is_other = site_id != self._site_id
        self._site_id = site_id
        self._show()
        if is_other and site is not None and site_id not in self._running:
            self.read()

    def _on_step(self, site_id: str, mode: ArmingMode, step: object) -> None:
        if site_id in self._running and isinstance(step, str) and step:
            self._running[site_id] = (mode, step[0].lower() + step[1:])
            if site_id == self._site_id:
                self._show()

    def _on_outcome(self, site: Site, mode: ArmingMode, outcome: ArmingOutcome) -> None:
        self._running.pop(site.site_id, None)
        if outcome.is_confirmed:
            self._on_read(outcome.arming)
            self._show()
            self.command_confirmed.emit(f"arming {site.site_id}", one_line(outcome.sentence))
            return
        if outcome.is_confirmed is None:
            self._doubts[site.site_id] = (mode, outcome.sentence, outcome.asked)
        self._after_command(site, outcome.sentence)

    def _on_command_failed(self, site: Site, mode: ArmingMode, error: ConsoleError) -> None:
        self._running.pop(site.site_id, None)
        may_have_acted = isinstance(error, NotConfirmed) or (
            isinstance(error, Unreachable) and error.may_have_acted
        )
        if may_have_acted:
            self._doubts[site.site_id] = (mode, error.sentence, 0)
            self._after_command(site, f"{verb(mode)}: sent, not confirmed. {error.sentence}")
        else:
            self._after_command(site, error.sentence)

    def _after_command(self, site: Site, sentence: str) -> None:
        self._show()
        self.notice_requested.emit(f"arming {site.site_id}", one_line(sentence))

    def _on_read_failed(self, site_id: str, error: ConsoleError) -> None:
        """No notice: the state stays marked with its age, the reason is in the tooltip."""
        self._read_errors[site_id] = error.sentence
        if site_id == self._site_id:
            self._show()

    def _show(self) -> None:
        site = self._selection.site
        if site is None:
            self._control.show_no_site()
            return
        name = one_line(site.name)
        running = self._running.get(site.site_id)
        if running is not None:
            mode, step = running
            self._control.show_running(StateLine(name, verb(mode), step, "running", mode))
            return
        arming = self._cached().get(site.site_id)
        partitions = arming.partitions if arming else ()
        age = as_of_words(arming.as_of, self._now(), zone_of(site.timezone)) if arming else ""
        doubt = self._doubts.get(site.site_id)
        if doubt is not None:
            mode, sentence, _ = doubt
            line = StateLine(name, verb(mode), "sent, not confirmed", "doubt", mode)
            last = f"Last read: {arming.state.text} ({age})" if arming and age else ""
            self._control.show_state(line, partitions, "\n".join(part for part in (sentence, last) if part))
            return
        tip = self._read_errors.get(site.site_id, "")
        if arming is None or (arming.state.is_armed is None and arming.state.text == "Unknown"):
            note = age or ("could not be read" if tip else "not read yet")
            self._control.show_state(StateLine(name, "Unknown", note), partitions, tip)
            return
        state = arming.state
        if arming.as_of is not None:
            tip = f"{tip}\n{read_at_words(arming.as_of)}".strip()
        line = StateLine(name, one_line(state.text), age, "known", state.mode)
        self._control.show_state(line, partitions, tip)
