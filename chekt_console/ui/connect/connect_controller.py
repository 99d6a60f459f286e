"""Between the connect page and what is saved: adds a connection, signs in to one again, signs out and removes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from chekt_console.domain.whose_account import whose_account
from chekt_console.errors import DiskFailed
from chekt_console.store.connections_store import Connection, Environment, Kind, new_id
from chekt_console.store.kept_data import KeptData, delete_copies, kept_data
from chekt_console.ui.connect.connection_rules import NewConnection, free_name
from chekt_console.ui.connect.kept_words import copies_words, lost_words, stays_words

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from chekt_console.auth.key_store import KeyStore
    from chekt_console.background.runner import Job, Runner
    from chekt_console.domain.progress import Progress
    from chekt_console.errors import ConsoleError
    from chekt_console.services.sign_in_service import Added, Earlier, SignInService
    from chekt_console.settings import DataPaths
    from chekt_console.store.connections_store import Connections
    from chekt_console.ui.connect.connect_pane import ConnectPane


class ConnectController(QObject):
    """While it works no session is open: the files of a saved connection are free to be looked into."""

    signed_in = Signal(object)  # Added

    _browser_wanted = Signal(str)  # from a worker

    def __init__(
        self,
        pane: ConnectPane,
        connections: Connections,
        paths: DataPaths,
        runner: Runner,
        keys: Callable[[], KeyStore],
        sign_in: Callable[[], SignInService],
        parent: QObject,
    ) -> None:
        """`keys` and `sign_in` are made when they are first asked for: their libraries are slow to load."""
        super().__init__(parent)
        self._pane = pane
        self._connections = connections
        self._paths = paths
        self._runner = runner
        self._keys = keys
        self._sign_in = sign_in
        self._adding: Job | None = None
        pane.connection_requested.connect(self._begin)
        pane.again_requested.connect(self._on_again_requested)
        pane.remove_requested.connect(self._on_remove_requested)
        pane.remove_confirmed.connect(self._on_remove_confirmed)
        pane.cancel_requested.connect(self._on_cancel_requested)
        self._browser_wanted.connect(self._on_browser_wanted)

    def refresh(self) -> None:
        """What is saved, and whether a sign-in can be kept here beyond this session."""
        self._pane.set_saved(self._names())
        self._pane.set_busy("")
        self._runner.submit(self._keyring_problem, done=self._pane.set_keyring_problem, key="keyring")

    def _names(self) -> tuple[str, ...]:
        return tuple(
            one.name for one in self._connections.all() if one.environment is not Environment.SIMULATOR
        )

    def _keyring_problem(self, _progress: Progress) -> str:
        keys = self._keys()
        return "" if keys.is_available() else keys.problem

    def _begin(self, wanted: NewConnection, *, is_told_same: bool = False) -> None:
        """Signed in and checked with one read before it is kept. `is_told_same`: as in Earlier."""
        from chekt_console.services.sign_in_service import (
            AccountInDoubt,
            Given,
        )  # slow to load, and not for the first paint

        connection = Connection(
            wanted.name,
            Environment(wanted.environment),
            wanted.base_url,
            Kind(wanted.kind),
            wanted.client_id,
            wanted.key_id,
            wanted.auth_url,
            wanted.audience,
            wanted.ca_file,
            wanted.dealer_id,
            new_id(),
            wanted.external_dealer_id,
            wanted.company_name,
            wanted.ports,
        )
        given = Given(
            wanted.api_key, wanted.key_file, wanted.passphrase, wanted.external_dealer_id, wanted.company_name
        )
        saved = self._connections.get(wanted.name)
        is_dealer = connection.kind is Kind.DEALER
        self._pane.set_busy(
            "Waiting for the sign-in in your browser…" if is_dealer else f"Checking with {wanted.base_url}…",
            can_cancel=True,
        )

        def on_added(added: Added) -> None:
            self._adding = None
            self.signed_in.emit(added)

        def on_failed(error: ConsoleError) -> None:
            self._adding = None
            self._pane.set_busy("")
            if isinstance(error, AccountInDoubt):
                self._ask_whose(wanted, error.earlier, error.sentence)
            else:
                self._pane.set_error(error.sentence)

        def work(progress: Progress) -> Added:
            earlier = None if saved is None else self._earlier(saved, is_told_same)
            return self._sign_in().add(connection, given, self._browser_wanted.emit, progress, earlier)

        self._adding = self._runner.submit(work, done=on_added, failed=on_failed, key="sign in")

    def _ask_whose(self, wanted: NewConnection, earlier: Earlier, why: str) -> None:
        """What was typed waits in the question alone."""

        def on_answer(is_same: bool) -> None:
            if is_same:
                self._begin(wanted, is_told_same=True)
            else:
                self._begin(replace(wanted, name=earlier.free_name))

        self._pane.ask_whose(wanted.name, earlier.free_name, why, on_answer)

    def _earlier(self, saved: Connection, is_told_same: bool) -> Earlier:
        """In a worker."""
        from chekt_console.services.sign_in_service import Earlier  # as above

        account = whose_account(saved.dealer_id, self._kept(saved).sites)
        return Earlier(saved, account, free_name(saved.name, self._names()), is_told_same)

    def _kept(self, connection: Connection) -> KeptData:
        return kept_data(self._folder(connection))

    def _folder(self, connection: Connection) -> Path:
        return self._paths.connection_dir(connection.connection_id)

    def _on_again_requested(self, name: str) -> None:
        saved = self._connections.get(name)
        if saved is None:
            return
        self._pane.sign_in_again(
            NewConnection(
                saved.name,
                saved.environment.value,
                saved.base_url,
                "",
                saved.kind.value,
                client_id=saved.client_id,
                key_id=saved.key_id,
                auth_url=saved.auth_url,
                audience=saved.audience,
                ca_file=saved.ca_file,
                external_dealer_id=saved.external_dealer_id,
                company_name=saved.company_name,
                dealer_id=saved.dealer_id,
                ports=saved.ports,
            )
        )

    def _on_cancel_requested(self) -> None:
        """The listener notices within a tick and frees its port."""
        if self._adding is not None:
            self._adding.cancel()
            self._adding = None
        self._pane.set_busy("")

    def _on_browser_wanted(self, address: str) -> None:
        if not QDesktopServices.openUrl(QUrl(address)):
            self._on_cancel_requested()
            self._pane.set_error("No web browser could be opened on this computer.")

    def _on_remove_requested(self, name: str) -> None:
        """What would be given up is counted first."""
        connection = self._connections.get(name)
        if connection is None:
            return
        folder = self._folder(connection)

        def on_kept(kept: KeptData) -> None:
            # Where two go by one folder, as by an edited list, it is the other's too.
            is_shared = any(
                one != connection and self._folder(one) == folder for one in self._connections.all()
            )
            copies = "" if is_shared else copies_words(kept)
            self._pane.ask_remove(name, lost_words(kept), stays=stays_words(kept, folder), copies=copies)

        self._runner.submit(
            lambda _: self._kept(connection),
            done=on_kept,
            failed=lambda error: self._pane.ask_remove(
                name, f"What waits to be sent in it cannot be told: {error.sentence}"
            ),
            key="what is lost",
        )

    def _on_remove_confirmed(self, name: str, has_to_delete: bool) -> None:
        """Signed out at the server where it can be; forgotten only when nothing of it stays in the keyring, and only then its
        copies are deleted."""
        connection = self._connections.get(name)
        if connection is None:
            return
        self._pane.set_busy(f"Signing out of {name}…")

        def on_done(problem: str) -> None:
            try:
                self._connections.remove(name)
            except DiskFailed as error:
                finish(f"{problem} {error.sentence}".strip())
                return
            if not has_to_delete:
                finish(problem)
                return
            self._pane.set_busy(f"Deleting the copies of {name}…")
            self._runner.submit(
                lambda _: delete_copies(self._folder(connection), self._paths.connections_dir),
                done=lambda _: finish(problem),
                failed=lambda error: finish(f"{problem} {name} was removed. {error.sentence}".strip()),
                key="delete copies",
            )

        def finish(problem: str) -> None:
            self.refresh()
            self._pane.set_error(problem)

        def on_failed(error: ConsoleError) -> None:
            self._pane.set_busy("")
            self._pane.set_error(
                f"{name} was not removed, for what it signs in with is still in the keyring. {error.sentence}"
            )

        self._runner.submit(
            lambda _: self._sign_in().sign_out(connection), done=on_done, failed=on_failed, key="sign out"
        )
