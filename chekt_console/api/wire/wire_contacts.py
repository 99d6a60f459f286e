"""Emergency contacts; the state of the SMS validation has two names and two spellings each."""

from __future__ import annotations

from typing import Annotated

from pydantic import AliasChoices, Field

from chekt_console.api.wire.wire_reading import Flag, Text, Wire
from chekt_console.domain.contact import Contact, SmsValidation


class WireValidation(Wire):
    status: Annotated[Text, Field(validation_alias=AliasChoices("status", "sms_validation_status"))] = ""
    requested_at: Annotated[
        Text, Field(validation_alias=AliasChoices("requested_at", "sms_validation_requested_at"))
    ] = ""


class WireContact(Wire):
    contact_id: Annotated[Text, Field(validation_alias=AliasChoices("contact_id", "id"), min_length=1)]
    external_contact_id: Text = ""
    first_name: Text = ""
    last_name: Text = ""
    name: Text = ""
    title: Text = ""
    phone_number: Annotated[Text, Field(validation_alias=AliasChoices("phone_number", "phone"))] = ""
    email_address: Annotated[Text, Field(validation_alias=AliasChoices("email_address", "email"))] = ""
    slot_number: Text = ""
    sms_alarm_enabled: Flag = False
    email_alarm_enabled: Flag = False
    validation: Annotated[
        WireValidation | None, Field(validation_alias=AliasChoices("sms_validation", "last_validation"))
    ] = None


def to_contact(wire: WireContact) -> Contact:
    first, _, last = wire.name.partition(" ")
    has_parts = bool(wire.first_name or wire.last_name)
    state = SmsValidation.NOT_SENT
    if wire.validation is not None:
        if wire.validation.status == "1":
            state = SmsValidation.VALIDATED
        elif wire.validation.requested_at:
            state = SmsValidation.PENDING
    return Contact(
        contact_id=wire.contact_id,
        external_contact_id=wire.external_contact_id,
        first_name=wire.first_name if has_parts else first,
        last_name=wire.last_name if has_parts else last,
        title=wire.title,
        phone_number=wire.phone_number,
        email_address=wire.email_address,
        slot_number=wire.slot_number,
        is_sms_alarm_on=wire.sms_alarm_enabled,
        is_email_alarm_on=wire.email_alarm_enabled,
        sms_validation=state,
    )
