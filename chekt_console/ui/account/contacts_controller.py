"""Emergency contacts of the site whose dialog is open: each change is sent, read back, and shown as the server has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Qt

from chekt_console.domain import contact_form
from chekt_console.domain.contact import Contact
from chekt_console.domain.record_change import RecordChange, RecordKind, RowEdit
from chekt_console.domain.record_edits import contact_change, contact_order, contacts_with
from chekt_console.errors import ConsoleError, Refused
from chekt_console.services.account_service import new_key
from chekt_console.services.both_changed import BothChanged
from chekt_console.services.contact_service import AnswerLost
from chekt_console.services.outbox_service import Waits
from chekt_console.ui.account.contact_dialog import ContactDialog

if TYPE_CHECKING:
    from collections.abc import Callable

    from chekt_console.background.runner import Runner
    from chekt_console.domain.site import Site
    from chekt_console.services.contact_service import ContactService
    from chekt_console.ui.account.record_queue import RecordQueue
    from chekt_console.ui.account.site_dialog import SiteDialog


class Confirm(Protocol):
    def __call__(self, title: str, text: str, action: str, typed: str) -> bool: ...


class ContactsController(QObject):
    """Lives as long as its dialog. What comes later is not shown, but what became of a change is told by `tell_late`
    (sentence, whether it was done)."""

    def __init__(
        self,
        dialog: SiteDialog,
        site: Site,
        runner: Runner,
        contacts: ContactService,
        confirm: Confirm,
        tell_late: Callable[[str, bool], None],
        queue: RecordQueue,
    ) -> None:
        super().__init__(dialog)
        self._dialog = dialog
        self._site = site
        self._runner = runner
        self._contacts = contacts
        self._confirm = confirm
        self._tell_late = tell_late
        self._queue = queue
        self._there: tuple[Contact, ...] | None = None  # as last read from the server
        self._keys: dict[str, str] = {}
        self._is_open = True
        self.form: ContactDialog | None = None
        tab = dialog.contacts
        tab.add_requested.connect(self._on_add)
        tab.edit_requested.connect(self._open)
        tab.delete_requested.connect(self._on_delete)
        tab.order_requested.connect(self._on_order)
        tab.validation_requested.connect(self._on_validation)
        dialog.finished.connect(self.let_go)

    def read(self, note: str = "") -> None:
        """`note`: what to say beside what was read, or cannot be."""
        tab = self._dialog.contacts

        def on_read(read: tuple[tuple[Contact, ...], tuple[str, ...]]) -> None:
            if self._is_open:
                self._take(read[0])
                if read[1] or note:
                    tab.show_note(" ".join(filter(None, (note, *read[1]))), is_bad=True)

        def on_failed(error: ConsoleError) -> None:
            if self._is_open:
                self._show_failure(" ".join(dict.fromkeys(filter(None, (note, error.sentence)))))

        self._runner.submit(
            lambda _: self._contacts.read_or_known(self._site.site_id), done=on_read, failed=on_failed
        )

    def show(self, late: RecordChange | None = None) -> None:
        """What was read, with what waits to be sent. `late` waits too, and is not in the list of what waits yet."""
        if self._there is not None and self._is_open:
            self._dialog.contacts.show_contacts(*self._with_waiting(self._there, late))

    def show_waiting(self) -> None:
        """What waits is another than before."""
        tab = self._dialog.contacts
        if self._there is None or not self._is_open or tab.is_busy:
            return
        if self._with_waiting(self._there) != (tab.contacts, tab.waiting):
            self.show()

    def _with_waiting(
        self, there: tuple[Contact, ...], late: RecordChange | None = None
    ) -> tuple[tuple[Contact, ...], frozenset[str]]:
        known = self._queue.waiting_records(self._site.site_id)
        waiting = known if late is None or late in known else (*known, late)
        ids = {edit.row_id for one in waiting if one.kind is RecordKind.CONTACTS for edit in one.edits}
        return contacts_with(there, waiting), frozenset(ids)

    def let_go(self) -> None:
        """The dialog is gone, or about to be."""
        self._is_open = False

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

        wish = f"Contact {wanted.name} of {self._site.name}"

        def on_failed(error: ConsoleError) -> None:
            self._forget_known(error)
            if isinstance(error, Waits):
                if self.form is form:
                    form.accept()
                self._say_waits(wish, error)
            elif self.form is not form:
                self._say(wish, error)
            elif isinstance(error, BothChanged) and isinstance(error.theirs, Contact):
                assert base is not None
                both = contact_form.clashes(base, error.theirs, wanted)
                form.show_errors(
                    {name: f"Now on the server: {getattr(error.theirs, name) or 'nothing'}" for name in both},
                    f"{error.sentence} Save again to put yours in its place.",
                )
                form.take_theirs(error.theirs)
            else:
                fields = error.fields if isinstance(error, Refused) else {}
                form.show_errors(
                    {contact_form.field_of_wire(name): text for name, text in fields.items()}, error.sentence
                )

        def on_saved(contacts: tuple[Contact, ...]) -> None:
            self._show(wish, contacts)
            if self.form is form:
                form.accept()

        change = contact_change(self._site, base, wanted)
        self._runner.submit(
            lambda _: self._saved(change, key, lambda: self._contacts.save(site_id, base, wanted, key)),
            done=on_saved,
            failed=on_failed,
            lane=site_id,
            is_command=True,
        )

    def _on_delete(self, contact: Contact) -> None:
        text = f"{contact.name} is no longer called when {self._site.name} has an alarm."
        if self._confirm("Delete this contact?", text, "Delete", ""):
            key = self._key(f"delete {contact.contact_id}")
            self._change(
                f"Deleting contact {contact.name}",
                contact_change(self._site, contact, None),
                key,
                lambda: self._contacts.delete(self._site.site_id, contact, key),
            )

    def _on_order(self, contacts: tuple[Contact, ...]) -> None:
        key, base = new_key(), self._dialog.contacts.contacts
        self._change(
            "The order of the contacts",
            contact_order(self._site, contacts),
            key,
            lambda: self._contacts.reorder(self._site.site_id, base, contacts, key),
        )

    def _on_validation(self, contact: Contact) -> None:
        text = (
            f"A text message goes to {contact.phone_number}. {contact.name} answers it to confirm the number."
        )
        if self._confirm("Send a text message?", text, "Send", ""):
            self._change(
                f"Confirmation text for {contact.name}",
                None,
                "",
                lambda: self._contacts.ask_validation(self._site.site_id, contact),
            )

    def _change(
        self, what: str, change: RecordChange | None, key: str, work: Callable[[], tuple[Contact, ...]]
    ) -> None:
        """`change` None: it is done at once or not at all."""
        self._dialog.contacts.set_busy(True)
        self._dialog.contacts.show_note("Sending and reading back…")
        wish = f"{what}, {self._site.name}"

        def on_failed(error: ConsoleError) -> None:
            self._forget_known(error)
            if isinstance(error, Waits):
                self._say_waits(wish, error)
            else:
                self._say(wish, error)

        self._runner.submit(
            lambda _: self._saved(change, key, work),
            done=lambda contacts: self._show(wish, contacts),
            failed=on_failed,
            lane=self._site.site_id,
            is_command=True,
        )

    def _saved(
        self, change: RecordChange | None, key: str, work: Callable[[], tuple[Contact, ...]]
    ) -> tuple[Contact, ...]:
        """In a worker."""
        is_empty = change is None or (len(change.edits) == 1 and _says_nothing(change.edits[0]))
        return work() if change is None or is_empty else self._queue.save_now(change, key, work)

    def _take(self, contacts: tuple[Contact, ...]) -> None:
        self._there = contacts
        self.show()

    def _say_waits(self, wish: str, error: Waits) -> None:
        self._keys = {}
        self._queue.look_soon()
        if self._is_open and isinstance(error.entry.change, RecordChange):
            self.show(late=error.entry.change)
            self._dialog.contacts.show_note(error.sentence)
        else:
            self._tell_late(f"{wish}: {error.sentence}", False)

    def _show(self, wish: str, contacts: tuple[Contact, ...]) -> None:
        self._keys = {}
        if self._is_open:
            self._take(contacts)
        else:
            self._tell_late(f"{wish}: sent before you closed, and read back.", True)

    def _say(self, wish: str, error: ConsoleError) -> None:
        """What was done of it, or by somebody else meanwhile, is read and shown beside the sentence."""
        if not self._is_open:
            self._tell_late(f"{wish}, sent before you closed: {error.sentence}", False)
        elif isinstance(error, AnswerLost):  # it was read already, or cannot be
            if error.now is not None:
                self._take(error.now)
            self._show_failure(error.sentence)
        else:
            self.read(error.sentence)

    def _show_failure(self, sentence: str) -> None:
        self._dialog.contacts.show_note(sentence, is_bad=True)
        self._dialog.contacts.set_busy(False)

    def _forget_known(self, error: ConsoleError) -> None:
        """It is known that it was not done: the same wish again is a new one, else the server repeats its first answer."""
        if not isinstance(error, AnswerLost):
            self._keys = {}

    def _key(self, wish: str) -> str:
        """The same wish again, after an outcome that is not known, carries the same key."""
        return self._keys.setdefault(wish, new_key())

    def _on_form_finished(self) -> None:
        self.form = None


def _says_nothing(edit: RowEdit) -> bool:
    return edit.base is not None and edit.wanted is not None and not edit.touched
