"""Emergency contacts of a site."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class SmsValidation(Enum):
    NOT_SENT = "not sent"
    PENDING = "pending"
    VALIDATED = "validated"


@dataclass(frozen=True, slots=True)
class Contact:
    """Called in the order of `slot_number` (text on the wire; "" when not told)."""

    contact_id: str
    external_contact_id: str
    first_name: str
    last_name: str
    title: str = ""
    phone_number: str = ""
    email_address: str = ""
    slot_number: str = ""
    is_sms_alarm_on: bool = False
    is_email_alarm_on: bool = False
    sms_validation: SmsValidation = SmsValidation.NOT_SENT

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()
