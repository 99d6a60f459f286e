"""Changing sites: only what differs is sent, what others changed meanwhile is found first, and all is read back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol, TypeVar
from uuid import uuid4

from chekt_console.api.priority import anew
from chekt_console.domain import site_form
from chekt_console.domain.account import ArmingAuthority, MonitoringStation, SiteRecord
from chekt_console.errors import NotConfirmed, ServerBroken, UnexpectedReply, Unreachable, WorldFailed
from chekt_console.services.both_changed import BothChanged, both_words, field_words
from chekt_console.services.contact_service import AnswerLost, ContactService
from chekt_console.services.known_records import read_or_known

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from chekt_console.services.contact_service import ContactsResource
    from chekt_console.services.ports import Rows
    from chekt_console.store.record_book import RecordBook

T = TypeVar("T")


class AccountResource(Protocol):
    @property
    def is_open(self) -> bool: ...
    def sites(self) -> Rows[SiteRecord]: ...
    def site(self, site_id: str) -> SiteRecord: ...
    def add_site(self, fields: Mapping[str, object], idempotency_key: str) -> SiteRecord: ...
    def change_site(self, site_id: str, fields: Mapping[str, object], idempotency_key: str) -> SiteRecord: ...
    def stations(self) -> Rows[MonitoringStation]: ...
    def authority(self, site_id: str) -> ArmingAuthority: ...
    def set_authority(
        self, site_id: str, authority: ArmingAuthority, idempotency_key: str
    ) -> ArmingAuthority: ...


class AccountClient(Protocol):
    @property
    def account(self) -> AccountResource: ...
    @property
    def contacts(self) -> ContactsResource: ...


@dataclass(frozen=True, slots=True)
class SiteSettings:
    record: SiteRecord
    stations: tuple[MonitoringStation, ...]
    authority: ArmingAuthority
    problems: tuple[str, ...] = ()


def new_key() -> str:
    """One for each thing a person wants done; kept while its outcome is not known."""
    return f"console-{uuid4()}"


class AccountService:
    """Blocking; call it in a worker."""

    def __init__(self, client: AccountClient, book: RecordBook | None = None) -> None:
        """`book`: where what was read is kept, for when the server does not answer."""
        self._client = client
        self._book = book
        self.contacts = ContactService(client, book)

    @property
    def can_change_sites(self) -> bool:
        """False over an API key alone, which opens no endpoint for it."""
        return self._client.account.is_open

    def settings(self, site_id: str) -> SiteSettings:
        """Stations and arming settings that cannot be read lose only themselves."""
        record = self._client.account.site(site_id)
        problems: list[str] = []
        stations: tuple[MonitoringStation, ...] = ()
        authority = ArmingAuthority.UNKNOWN
        try:
            stations = self._client.account.stations().values
        except WorldFailed as error:
            problems.append(error.sentence)
        try:
            authority = self._client.account.authority(site_id)
        except WorldFailed as error:
            problems.append(error.sentence)
        return SiteSettings(record, stations, authority, tuple(problems))

    def settings_or_known(self, site_id: str) -> SiteSettings:
        """As they were read last when the server does not answer, and `problems` says so."""
        book = self._book
        if book is None:
            return self.settings(site_id)

        def keep(read: SiteSettings) -> None:
            if not read.problems:
                book.put_settings(site_id, (read.record, read.stations, read.authority))

        def known() -> tuple[SiteSettings, datetime] | None:
            last = book.settings(site_id)
            return None if last is None else (SiteSettings(*last[0]), last[1])

        settings, age = read_or_known(lambda: self.settings(site_id), keep, known)
        return replace(settings, problems=(*settings.problems, age)) if age else settings

    def monitoring_reason(self, site_id: str) -> str:
        """Why the site is off monitoring; the list of sites does not tell."""
        return self._client.account.site(site_id).monitoring_reason if self.can_change_sites else ""

    def stations(self) -> tuple[MonitoringStation, ...]:
        return self._client.account.stations().values

    def create(self, wanted: SiteRecord, key: str) -> SiteRecord:
        """The same key and external id again make no second site."""
        made = self._client.account.add_site(site_form.all_editable(wanted), key)
        return _read_back(lambda: self._client.account.site(made.site_id), None)

    def save(self, base: SiteRecord, wanted: SiteRecord, key: str) -> SiteRecord:
        """The site as it is on the server afterwards. Raises BothChanged, NotConfirmed."""
        theirs = self._client.account.site(base.site_id)
        both = site_form.clashes(base, theirs, wanted)
        if both:
            raise BothChanged(both_words(both, site_form.LABELS), theirs)
        changes = site_form.wire_changes(base, wanted)
        lost = _lost(lambda: self._client.account.change_site(base.site_id, changes, key))
        now = _read_back(lambda: self._client.account.site(base.site_id), lost)
        missed = [
            name
            for name in site_form.EDITABLE
            if getattr(wanted, name) not in (getattr(base, name), getattr(now, name))
        ]
        if missed:
            raise lost or NotConfirmed(_missed_words(missed, site_form.LABELS))
        return now

    def set_monitoring(self, site_id: str, is_on: bool, reason: str, key: str) -> SiteRecord:
        """Read first, so that the reason of somebody else is not run over, and read back before it is called done.
        Raises BothChanged when it was switched off for another reason meanwhile."""
        theirs = self._client.account.site(site_id)
        if theirs.is_monitored is is_on and (is_on or theirs.monitoring_reason == reason):
            return theirs
        if theirs.is_monitored is is_on:
            why = f" Reason: {theirs.monitoring_reason}." if theirs.monitoring_reason else ""
            raise BothChanged(
                f"Somebody else switched monitoring off already.{why} Nothing was sent.", theirs
            )
        fields: dict[str, object] = {"monitoring_enabled": is_on}
        if not is_on:
            fields["monitoring_reason"] = reason
        lost = _lost(lambda: self._client.account.change_site(site_id, fields, key))
        now = _read_back(lambda: self._client.account.site(site_id), lost)
        if now.is_monitored is not is_on:
            raise lost or NotConfirmed(
                f"The server still says that monitoring is {'on' if now.is_monitored else 'off'}. Look again in a minute."
            )
        return now

    def set_authority(
        self, site_id: str, base: ArmingAuthority, wanted: ArmingAuthority, key: str
    ) -> ArmingAuthority:
        """Raises BothChanged when it is no longer `base`, NotConfirmed."""
        theirs = self._client.account.authority(site_id)
        if theirs not in (base, wanted):
            raise BothChanged(
                "Somebody else changed who arms this site since you read it. Nothing was sent.", theirs
            )
        lost = _lost(lambda: self._client.account.set_authority(site_id, wanted, key))
        now = _read_back(lambda: self._client.account.authority(site_id), lost)
        if now is not wanted:
            raise lost or NotConfirmed(
                "The server still has the arming settings as they were. Look again in a minute."
            )
        return now


def _lost(write: Callable[[], object]) -> WorldFailed | None:
    """What became of the answer when there was none: whether it was done is for reading back to say."""
    try:
        write()
    except (Unreachable, ServerBroken, UnexpectedReply) as error:
        if isinstance(error, Unreachable) and not error.may_have_acted:
            raise
        return error
    return None


def _read_back(read: Callable[[], T], lost: WorldFailed | None) -> T:
    if lost is None:
        try:
            return read()
        except WorldFailed as error:
            raise AnswerLost(
                f"Taken by the server, but it could not be read back: {error.sentence}",
                None,
                detail=error.detail,
            ) from error
    try:
        with anew():  # it was tried for long enough
            return read()
    except WorldFailed:
        raise lost from None


def _missed_words(names: Sequence[str], labels: Mapping[str, str]) -> str:
    words = field_words(names, labels)
    return f"Sent, but the server does not show the new {words}. Read it again before you go on."
