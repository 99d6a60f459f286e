"""Changes of what the account keeps of a site (details, who arms it, contacts, devices): row by row, field by field."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

from chekt_console.domain import contact_form, device_table, site_form

Value = str | bool
Fields = Mapping[str, Value]
Rows = Mapping[str, Fields]  # what the server has, by row id


class RecordKind(Enum):
    SITE = "site"
    ARMING = "arming"
    CONTACTS = "contacts"
    DEVICES = "devices"


_LABELS: Mapping[RecordKind, Mapping[str, str]] = {
    RecordKind.SITE: site_form.LABELS,
    RecordKind.ARMING: {"authority": "Who arms the site"},
    RecordKind.CONTACTS: contact_form.LABELS,
    RecordKind.DEVICES: device_table.LABELS,
}


@dataclass(frozen=True, slots=True)
class RowEdit:
    """From what the person saw to what the person wants. `base` None: the row is to be added; `wanted` None: removed."""

    row_id: str
    name: str
    base: Fields | None
    wanted: Fields | None

    @property
    def touched(self) -> tuple[str, ...]:
        """Fields that it sets; of a row to add those that are filled in, of one to remove none."""
        wanted, base = self.wanted or {}, self.base
        if base is None:
            return tuple(name for name, value in wanted.items() if value)
        return tuple(name for name, value in wanted.items() if value != base.get(name, ""))

    def is_done(self, there: Fields | None) -> bool:
        if self.wanted is None or there is None:
            return self.wanted is there is None
        return all(there.get(name, "") == self.wanted[name] for name in self.touched)

    def clashing(self, there: Fields | None) -> tuple[str, ...]:
        """Fields that somebody else set to something else since; "" for a row to remove that was changed."""
        if there is None:
            return ()
        if self.wanted is None:
            base = self.base or {}
            return ("",) if any(there.get(name, "") != value for name, value in base.items()) else ()
        known = self.base or {}
        return tuple(
            name
            for name in self.touched
            if there.get(name, "") != self.wanted[name]
            and (self.base is None or there.get(name, "") != known.get(name, ""))
        )


@dataclass(frozen=True, slots=True)
class Clash:
    """What both changed, differently, in words. `field` is "" for a whole row."""

    row_id: str
    field: str
    what: str
    base: str
    mine: str
    theirs: str


@dataclass(frozen=True, slots=True)
class TheirRows:
    """The rows of a change as the server has them, by row id."""

    rows: Rows


@dataclass(frozen=True, slots=True)
class RecordChange:
    """`names`: words for values that are ids. `turn` counts what is sent as a new wish: the server repeats its first answer
    to a key it knows."""

    kind: RecordKind
    site_id: str
    site_name: str
    edits: tuple[RowEdit, ...]
    names: Mapping[str, str] = field(default_factory=dict)
    turn: int = 0

    @property
    def words(self) -> str:
        first = self.edits[0]
        match self.kind:
            case RecordKind.SITE:
                return f"New site {self.site_name}" if first.base is None else f"Details of {self.site_name}"
            case RecordKind.ARMING:
                return f"Who arms {self.site_name}"
            case RecordKind.CONTACTS if len(self.edits) == 1:
                return f"Contact {first.name} of {self.site_name}"
            case RecordKind.CONTACTS:
                return f"Order of the contacts of {self.site_name}"
        count = len(self.edits)
        return f"{count} device{'s' if count != 1 else ''} of {self.site_name}"

    @property
    def parts(self) -> tuple[str, ...]:
        """What it changes, and so what is lost with it."""
        return tuple(part for edit in self.edits for part in self._parts_of(edit))

    def is_done(self, there: Rows) -> bool:
        return all(edit.is_done(there.get(edit.row_id)) for edit in self.edits)

    def gone(self, there: Rows) -> tuple[str, ...]:
        """Names of rows that it changes and that are not there any more."""
        return tuple(edit.name for edit in self._gone(there))

    def _gone(self, there: Rows) -> list[RowEdit]:
        return [
            edit
            for edit in self.edits
            if edit.base is not None and edit.wanted is not None and edit.row_id not in there
        ]

    def clashes(self, there: Rows) -> tuple[Clash, ...]:
        return tuple(
            self._clash(edit, name, there[edit.row_id])
            for edit in self.edits
            for name in edit.clashing(there.get(edit.row_id))
        )

    def chosen(self, there: Rows, mine: Collection[tuple[str, str]]) -> RecordChange | None:
        """On top of what the server has: of what clashes only what is in `mine` (row id, field). None: nothing is left."""
        kept = []
        for edit in self.edits:
            now = there.get(edit.row_id)
            both = edit.clashing(now)
            if now is None or not both:
                kept.append(edit)
                continue
            dropped = [name for name in both if (edit.row_id, name) not in mine]
            if edit.wanted is None:
                if not dropped:
                    kept.append(replace(edit, base={name: now.get(name, "") for name in edit.base or {}}))
                continue
            mine_too = {name: edit.wanted[name] for name in edit.touched if name not in dropped}
            # All that was read stands on both sides: a field only one of them had would be taken for emptied.
            on_top = replace(edit, base=now, wanted={**now, **mine_too})
            if on_top.touched:
                kept.append(on_top)
        return replace(self, edits=tuple(kept), turn=self.turn + 1) if kept else None

    def lost(self, there: Rows) -> tuple[str, ...]:
        """Of rows that are not there any more: how they were wanted, as far as it is known."""
        return tuple(f"{edit.name}: {self._filled(edit)}" for edit in self._gone(there))

    def anew(self, there: Rows, own_id: str) -> RecordChange | None:
        """Rows that are not there any more are added as they were wanted. None when not all of such a row is known, or when
        it is the site itself. `own_id`: of a contact, whose number the server gave."""
        gone = self._gone(there)
        if not gone or not all(self._is_whole(edit) for edit in gone):
            return None
        is_contact = self.kind is RecordKind.CONTACTS
        edits = tuple(
            replace(edit, row_id=own_id if is_contact else edit.row_id, base=None) if edit in gone else edit
            for edit in self.edits
        )
        return replace(self, edits=edits, turn=self.turn + 1)

    def rest(self, there: Rows) -> RecordChange | None:
        """Without the rows that are not there any more; None when nothing is left."""
        gone = self._gone(there)
        kept = tuple(edit for edit in self.edits if edit not in gone)
        return replace(self, edits=kept, turn=self.turn + 1) if gone and kept else None

    def without(self, given_up: RecordChange) -> RecordChange:
        """Made on top of a change that is not sent after all: it starts from what that one started from."""
        earlier = {edit.row_id: edit for edit in given_up.edits}
        return replace(self, edits=tuple(_without(edit, earlier.get(edit.row_id)) for edit in self.edits))

    def value_words(self, value: Value) -> str:
        if isinstance(value, bool):
            return "yes" if value else "no"
        return self.names.get(value, value) or "nothing"

    def _label(self, name: str) -> str:
        return _LABELS[self.kind].get(name, name)

    def _is_whole(self, edit: RowEdit) -> bool:
        is_row = self.kind in (RecordKind.CONTACTS, RecordKind.DEVICES)
        return is_row and edit.wanted is not None and _LABELS[self.kind].keys() <= edit.wanted.keys()

    def _filled(self, edit: RowEdit) -> str:
        """The whole row as it is wanted."""
        wanted = edit.wanted or {}
        return ", ".join(
            f"{self._label(one)} {self.value_words(value)}" for one, value in wanted.items() if value
        )

    def _parts_of(self, edit: RowEdit) -> list[str]:
        wanted = edit.wanted
        if wanted is None:
            return [f"{edit.name} is removed"]
        if edit.base is None:
            return [f"{edit.name} is added: {self._filled(edit)}"]
        whose = f"{edit.name}, " if self.kind in (RecordKind.CONTACTS, RecordKind.DEVICES) else ""
        return [
            f"{whose}{self._label(one)}: {self.value_words(edit.base.get(one, ''))} → {self.value_words(wanted[one])}"
            for one in edit.touched
        ]

    def _clash(self, edit: RowEdit, name: str, now: Fields) -> Clash:
        if edit.wanted is None:
            base = edit.base or {}
            told = ", ".join(
                f"{self._label(one)} {self.value_words(now.get(one, ''))}"
                for one, value in base.items()
                if now.get(one, "") != value
            )
            return Clash(edit.row_id, "", edit.name, "there", "removed", f"changed: {told}")
        what = self._label(name)
        if self.kind in (RecordKind.CONTACTS, RecordKind.DEVICES):
            what = f"{edit.name}, {what}"
        was = "not there" if edit.base is None else self.value_words(edit.base.get(name, ""))
        return Clash(
            edit.row_id, name, what, was,
            self.value_words(edit.wanted[name]), self.value_words(now.get(name, "")),
        )  # fmt: skip


def _without(edit: RowEdit, earlier: RowEdit | None) -> RowEdit:
    if earlier is None or earlier.wanted is None or edit.base is None:
        return edit
    if earlier.base is None:
        return replace(edit, base=None)
    given_up = {
        name: earlier.base.get(name, "")
        for name in earlier.touched
        if name in edit.base and edit.base[name] == earlier.wanted[name]
    }
    # What the later one does not touch itself is not wished any more either.
    wanted = None if edit.wanted is None else {**edit.wanted}
    if wanted is not None:
        wanted |= {name: value for name, value in given_up.items() if name not in edit.touched}
    return replace(edit, base={**edit.base, **given_up}, wanted=wanted)
