"""What of a contact is refused before it is sent."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chekt_console.domain.contact import Contact
from chekt_console.domain.contact_form import contact_errors

_ADA = Contact("1", "x-1", "Ada", "Byron", phone_number="+14155552671")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({}, ""),
        ({"first_name": "Zoë"}, ""),
        ({"phone_number": "+1\uff14\uff11\uff15\uff15\uff15\uff15\uff12\uff16\uff17\uff11"}, "phone_number"),
        ({"phone_number": "+1\u0664\u0661\u0665\u0665\u0665\u0665\u0662\u0666"}, "phone_number"),
        ({"first_name": "Ada\0"}, "first_name"),
        ({"last_name": "\u202enoryB"}, "last_name"),
        ({"title": "a\nb"}, "title"),
        ({"last_name": "B" * 46}, "last_name"),
    ],
)  # fmt: skip
def test_what_cannot_be_dialled_or_shown_is_refused(changes: dict[str, str], field: str) -> None:
    assert list(contact_errors(replace(_ADA, **changes))) == ([field] if field else [])  # type: ignore[arg-type]
