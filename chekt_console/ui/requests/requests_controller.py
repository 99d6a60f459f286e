"""Shows what the monitoring center asks, takes the person's answer, and has it carried out once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from chekt_console.domain.delivery import ARMING_COMMAND, AUDIO_REQUEST, TALK_REQUEST, VIEW_REQUEST
from chekt_console.domain.site_clock import zone_of
from chekt_console.ui.requests.request_words import ALWAYS_TITLE, ALWAYS_WORDS, POLICY_WORDS, ask_words
from chekt_console.ui.requests.requests_dialog import RequestsDialog
from chekt_console.ui.shared.notices import Severity
from chekt_console.ui.shared.plain_text import name_to_type

if TYPE_CHECKING:
    from datetime import tzinfo

    from PySide6.QtWidgets import QWidget

    from chekt_console.background.runner import Runner
    from chekt_console.domain.progress import Progress
    from chekt_console.domain.request import IncomingRequest
    from chekt_console.domain.site import Site
    from chekt_console.errors import ConsoleError
    from chekt_console.services.arming_service import ArmingOutcome
    from chekt_console.services.request_service import RequestService, RequestState
    from chekt_console.ui.shared.notices import Notices

Confirm = Callable[[str, str, str, str], bool]  # title, text, action, text to be typed ("": none)


class RequestsController(QObject):
    view_requested = Signal(object, object)  # IncomingRequest, Site
    arming_changed = Signal(object)  # SiteArming read back after a command
    answered = Signal()  # an outcome is to be told to the monitoring center

    def __init__(
        self,
        runner: Runner,
        requests: RequestService,
        find_site: Callable[[str], Site | None],
        notices: Notices,
        confirm: Confirm,
        parent_widget: QWidget | None,
        *,
        is_production: bool,
        device_name: Callable[[str, str], str] = lambda _site, _device: "",
        is_commanded: Callable[[str], bool] = lambda _site: False,
    ) -> None:
        """`device_name`: of a site's device, by their ids; "" when it is not known. `is_commanded`: the person's own command
        to this site is under way."""
        super().__init__(parent_widget)
        self._is_commanded = is_commanded
        self._device_name = device_name
        self._runner = runner
        self._requests = requests
        self._find_site = find_site
        self._notices = notices
        self._confirm = confirm
        self._parent_widget = parent_widget
        self._is_production = is_production
        self._is_closed = False
        self.dialog: RequestsDialog | None = None

    def show_dialog(self, request_id: str = "") -> None:
        if self.dialog is None:
            self.dialog = RequestsDialog(self._parent_widget)
            self.dialog.carry_out_requested.connect(self.carry_out)
            self.dialog.refuse_requested.connect(self.refuse)
            self.dialog.policy_requested.connect(self._on_policy)
        self._show_policy()
        self._show_states(self.dialog)
        if request_id:
            self.dialog.choose(request_id)
        if self.dialog.isVisible():
            self.dialog.raise_()
        self.dialog.show()

    def on_answered(self) -> None:
        """One was answered elsewhere: a view that was opened or ended."""
        self._clear_answered()
        self.refresh()

    def refresh(self) -> None:
        """While it is looked at; it is read anew when it is opened."""
        if self.dialog is not None and self.dialog.isVisible():
            self._show_states(self.dialog)

    def _show_states(self, dialog: RequestsDialog) -> None:
        dialog.set_states(
            tuple(
                (one, self._site_name(one.request), self._what(one.request), self._zone(one.request))
                for one in self._requests.states()
            )
        )

    def on_requests(self, states: tuple[RequestState, ...]) -> None:
        for state in states:
            request = state.request
            is_by_itself = (
                request.is_arming
                and self._requests.policy.word == "always"
                and not self._is_commanded(request.site_id)
            )
            if state.state == "waiting" and is_by_itself and not self._requests.is_overtaken(request):
                self._start(request)
                continue
            self._tell(state)
            if state.report:
                self.answered.emit()
        self.refresh()

    def begin(self) -> None:
        """At the start: what was cut off when the program ended, and what still waits. Nothing of it is carried out by
        itself, whatever the policy."""
        for state in reversed(self._requests.states()):
            if state.state == "waiting":
                self._tell(state)
        self._runner.submit(lambda _: self._requests.recover(), done=self._on_recovered, is_local=True)

    def _on_recovered(self, states: tuple[RequestState, ...]) -> None:
        for state in states:
            if state.request.is_arming:
                self._tell(state)
        if states:
            self.answered.emit()
            self.refresh()

    def _tell(self, state: RequestState) -> None:
        request = state.request
        words = ask_words(request, self._site_name(request), self._what(request), self._zone(request))
        is_open = state.state == "waiting"
        if is_open and request.is_arming and self._requests.is_overtaken(request):
            words += " A newer command for this site came before it."
        if is_open and state.outcome:
            words += f" {state.outcome}"
        # One that waits keeps its notice whatever else comes.
        self._notices.show(
            f"request {request.kind}" if is_open else f"answered {request.kind}",
            words + self._others_words(request) if is_open else f"{words} {state.outcome}",
            severity=Severity.WARNING,
            action="Answer…" if is_open else "Show",
            on_action=lambda: self.show_dialog(request.request_id),
        )

    def on_repeated(self, sentence: str) -> None:
        self._notices.show("request repeated", sentence, severity=Severity.WARNING)

    def carry_out(self, request_id: str) -> None:
        """After the person's yes, with the site's name typed in production."""
        request = self._waiting(request_id)
        if request is None:
            self.refresh()
            return
        if request.is_view:
            site = self._find_site(request.site_id)
            if site is None:
                self._refuse_unknown(request)
            else:
                self.view_requested.emit(request, site)
            return
        if request.is_audio:
            self._runner.submit(
                lambda _: self._requests.accept_talk(request_id), done=self._on_written, lane="answers"
            )
            return
        name = self._site_name(request)
        typed = name_to_type(name, request.site_id) if self._is_production else ""
        what = self._what(request)
        asked = ask_words(request, name, what, self._zone(request))
        is_meant = self._confirm(f"{what} at {name}?", asked, what, typed)
        if is_meant and not self._is_closed:  # else the connection was closed while the person typed
            self._start(request)

    def refuse(self, request_id: str) -> None:
        self._refuse(request_id, "Refused by the person at this console. Nothing was done.")

    def _on_policy(self, word: str) -> None:
        """What is in force stays shown until the disk has another; that nobody is asked ends at once."""
        if word != "always":
            self._requests.take_back()
        self._show_policy()
        typed = self._requests.connection_name if word == "always" and self._is_production else ""
        if typed:
            is_meant = self._confirm(ALWAYS_TITLE, ALWAYS_WORDS, POLICY_WORDS[word], typed)
            if not is_meant or self._is_closed:
                return
        self._runner.submit(
            lambda _: self._requests.set_policy(word, typed),
            done=lambda _: self._show_policy(),
            failed=self._on_policy_failed,
            lane="policy",
        )

    def _on_policy_failed(self, error: ConsoleError) -> None:
        self._show_policy()
        in_force = POLICY_WORDS[self._requests.policy.word]
        self._notices.show(
            "request policy",
            f"Your choice for arming commands was not kept: {error.sentence} In force now: {in_force}. Choose again.",
            severity=Severity.WARNING,
        )

    def _show_policy(self) -> None:
        if self.dialog is not None:
            self.dialog.set_policy(self._requests.policy)

    def refuse_view(self, request: IncomingRequest) -> None:
        self._refuse(request.request_id, "This site has no such camera. Nothing was opened.")
        self.on_repeated(f"{request.what}: {self._site_name(request)} has no such camera.")

    def close(self) -> None:
        self._is_closed = True
        if self.dialog is not None:
            self.dialog.close()
            self.dialog.deleteLater()
            self.dialog = None

    def _start(self, request: IncomingRequest) -> None:
        site = self._find_site(request.site_id)
        if site is None:
            self._refuse_unknown(request)
            return

        def work(progress: Progress) -> ArmingOutcome | None:
            return self._requests.carry_out(request, site, progress)

        self._runner.submit(
            work,
            done=self._on_done,
            failed=None,
            lane=f"site:{site.site_id}",
            title=f"{self._what(request)} at {site.name}, for the monitoring center",
            is_command=True,
        )

    def _on_done(self, outcome: ArmingOutcome | None) -> None:
        self._clear_answered()
        if outcome is None:
            self._notices.show(
                "request done", "The command had expired or was answered already. Nothing was done.",
                severity=Severity.WARNING,
            )  # fmt: skip
        else:
            severity = Severity.GOOD if outcome.is_confirmed else Severity.WARNING
            self._notices.show(
                "request done", f"For the monitoring center: {outcome.sentence}", severity=severity
            )
            self.arming_changed.emit(outcome.arming)
        self.answered.emit()
        self.refresh()

    def _others_words(self, request: IncomingRequest) -> str:
        """The notice is of the newest; those before it wait in the list."""
        waiting = [
            one for one in self._requests.states()
            if one.state == "waiting" and one.request.kind == request.kind and one.request != request
        ]  # fmt: skip
        return f" {len(waiting)} more of this kind wait." if waiting else ""

    def _waiting(self, request_id: str) -> IncomingRequest | None:
        states = {one.request.request_id: one for one in self._requests.states()}
        found = states.get(request_id)
        return found.request if found is not None and found.state == "waiting" else None

    def _refuse_unknown(self, request: IncomingRequest) -> None:
        self._refuse(request.request_id, "This connection knows no such site. Nothing was done.")
        self.on_repeated(
            f"{request.what}: this connection knows no site {request.site_id}. Nothing was done."
        )

    def _refuse(self, request_id: str, why: str) -> None:
        self._runner.submit(
            lambda _: self._requests.refuse(request_id, why), done=self._on_written, lane="answers"
        )

    def _on_written(self, _nothing: None) -> None:
        self._clear_answered()
        self.answered.emit()
        self.refresh()

    def _clear_answered(self) -> None:
        """A notice goes once nothing of its kind waits any more."""
        waiting = {one.request.kind for one in self._requests.states() if one.state == "waiting"}
        for kind in {ARMING_COMMAND, VIEW_REQUEST, AUDIO_REQUEST, TALK_REQUEST} - waiting:
            self._notices.clear(f"request {kind}")

    def _what(self, request: IncomingRequest) -> str:
        """In our names of its device and partitions."""
        site = self._find_site(request.site_id)
        known = {one.partition_id: one.name for one in site.partitions} if site is not None else {}
        device = self._device_name(request.site_id, request.device_id) if request.device_id else ""
        return request.what_of(device, tuple(known.get(one, one) for one in request.partition_ids))

    def _zone(self, request: IncomingRequest) -> tzinfo | None:
        site = self._find_site(request.site_id)
        return zone_of(site.timezone) if site is not None else None

    def _site_name(self, request: IncomingRequest) -> str:
        """The name we know, not the one that came with the request."""
        site = self._find_site(request.site_id)
        return site.name if site is not None else f"{request.site_name or 'site'} ({request.site_id})"
