"""Emergency contacts of the site whose dialog is open: each change is sent, read back, and shown as the server has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Qt

from chekt_console.domain import contact_form
from chekt_console.domain.contact import Contact
from chekt_console.errors import ConsoleError, Refused
from chekt_console.services.account_service import BothChanged, new_key
from chekt_console.ui.account.contact_dialog import ContactDialog

if TYPE_CHECKING:
    from collections.abc import Callable

    from chekt_console.background.runner import Runner
    from chekt_console.domain.site import Site
    from chekt_console.services.account_service import AccountService
    from chekt_console.ui.account.site_dialog import SiteDialog


class Confirm(Protocol):
    def __call__(self, title: str, text: str, action: str, typed: str) -> bool: ...


class ContactsController(QObject):
    """Lives as long as its dialog; answers that come later are dropped, what was sent stays sent."""

    def __init__(
        self, dialog: SiteDialog, site: Site, runner: Runner, accounts: AccountService, confirm: Confirm
    ) -> None:
        super().__init__(dialog)
        self._dialog = dialog
        self._site = site
        self._runner = runner
        self._accounts = accounts
        self._confirm = confirm
        self._keys: dict[str, str] = {}
        self._is_open = True
        self.form: ContactDialog | None = None
        tab = dialog.contacts
        tab.add_requested.connect(self._on_add)
        tab.edit_requested.connect(self._open)
        tab.delete_requested.connect(self._on_delete)
        tab.order_requested.connect(self._on_order)
        tab.validation_requested.connect(self._on_validation)
        dialog.finished.connect(self._on_dialog_finished)

    def read(self, note: str = "") -> None:
        """`note`: what to say beside what was read."""
        tab = self._dialog.contacts

        def on_read(read: tuple[tuple[Contact, ...], tuple[str, ...]]) -> None:
            if self._is_open:
                tab.show_contacts(read[0])
                if read[1] or note:
                    tab.show_note(" ".join(filter(None, (note, *read[1]))), is_bad=True)

        self._runner.submit(
            lambda _: self._accounts.contacts(self._site.site_id), done=on_read, failed=self._say
        )

    def _on_add(self) -> None:
        self._open(None)

    def _open(self, contact: Contact | None) -> None:
        form = ContactDialog(contact, len(self._dialog.contacts.contacts) + 1, self._dialog)
        self.form = form
        form.save_requested.connect(self._on_save)
        form.finished.connect(self._on_form_finished)
        form.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        form.open()

    def _on_save(self, base: Contact | None, wanted: Contact) -> None:
        site_id, form = self._site.site_id, self.form
        if form is None:
            return
        key = self._key(f"contact {wanted}")

        def on_failed(error: ConsoleError) -> None:
            if self.form is not form:
                self._say(error)
            elif isinstance(error, BothChanged) and isinstance(error.theirs, Contact):
                assert base is not None
                both = contact_form.clashes(base, error.theirs, wanted)
                form.show_errors(
                    {name: f"Now on the server: {getattr(error.theirs, name) or 'nothing'}" for name in both},
                    f"{error.sentence} Save again to put yours in its place.",
                )
                form.take_theirs(error.theirs)
                self._keys = {}
            else:
                fields = error.fields if isinstance(error, Refused) else {}
                if fields:
                    self._keys = {}
                form.show_errors(
                    {contact_form.field_of_wire(name): text for name, text in fields.items()}, error.sentence
                )

        def on_saved(contacts: tuple[Contact, ...]) -> None:
            self._show(contacts)
            if self.form is form:
                form.accept()

        self._runner.submit(
            lambda _: self._accounts.save_contact(site_id, base, wanted, key),
            done=on_saved,
            failed=on_failed,
            lane=site_id,
            is_command=True,
        )

    def _on_delete(self, contact: Contact) -> None:
        text = f"{contact.name} is no longer called when {self._site.name} has an alarm."
        if self._confirm("Delete this contact?", text, "Delete", ""):
            key = self._key(f"delete {contact.contact_id}")
            self._change(lambda: self._accounts.delete_contact(self._site.site_id, contact, key))

    def _on_order(self, contacts: tuple[Contact, ...]) -> None:
        key, base = new_key(), self._dialog.contacts.contacts
        self._change(lambda: self._accounts.reorder(self._site.site_id, base, contacts, key))

    def _on_validation(self, contact: Contact) -> None:
        text = (
            f"A text message goes to {contact.phone_number}. {contact.name} answers it to confirm the number."
        )
        if self._confirm("Send a text message?", text, "Send", ""):
            self._change(lambda: self._accounts.ask_validation(self._site.site_id, contact.contact_id))

    def _change(self, work: Callable[[], tuple[Contact, ...]]) -> None:
        self._dialog.contacts.set_busy(True)
        self._runner.submit(
            lambda _: work(), done=self._show, failed=self._say, lane=self._site.site_id, is_command=True
        )

    def _show(self, contacts: tuple[Contact, ...]) -> None:
        self._keys = {}
        if self._is_open:
            self._dialog.contacts.show_contacts(contacts)

    def _say(self, error: ConsoleError) -> None:
        """What somebody else did meanwhile is read and shown beside the sentence."""
        if isinstance(error, BothChanged) and self._is_open:
            self.read(error.sentence)
            return
        if self._is_open:
            self._dialog.contacts.show_note(error.sentence, is_bad=True)
            self._dialog.contacts.set_busy(False)

    def _key(self, wish: str) -> str:
        """The same wish again, after an outcome that is not known, carries the same key."""
        return self._keys.setdefault(wish, new_key())

    def _on_form_finished(self) -> None:
        self.form = None

    def _on_dialog_finished(self) -> None:
        self._is_open = False
