"""What a person typed for a new connection, and what is wrong with it field by field; no widgets."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable

SANDBOX_URL = "https://api.chektdev.com"
PRODUCTION_URL = "https://api.chekt.com"
RESERVED_NAME = "Simulator"
_NAME_MOST = 60
_MOST_PORTS = 10
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class NewConnection:
    """Checked as far as can be without asking the server. `environment` is "sandbox" or "production"."""

    name: str
    environment: str
    base_url: str
    api_key: str = field(repr=False)
    kind: str = "api_key"  # or "dealer", "partner"
    client_id: str = ""
    key_id: str = ""
    auth_url: str = ""
    audience: str = ""
    ca_file: str = ""
    key_file: str = ""
    passphrase: str = field(default="", repr=False)
    external_dealer_id: str = ""
    company_name: str = ""
    dealer_id: str = ""
    ports: tuple[int, ...] = ()


def tidy_url(text: str) -> str:
    """As it is used: https when nothing is said, no slash at the end."""
    text = text.strip()
    if text and "://" not in text:
        text = f"https://{text}"
    return text if text.endswith("://") else text.rstrip("/")


def tidy_key(text: str) -> str:
    """Keys are often copied together with the word of the header."""
    text = text.strip().strip("\"'")
    return text[7:].strip() if text[:7].casefold() == "bearer " else text


def name_error(name: str) -> str:
    name = name.strip()
    if not name:
        return "Give the connection a name."
    if name.casefold() == RESERVED_NAME.casefold():
        return "This name belongs to the simulator. Choose another."
    if len(name) > _NAME_MOST:
        return f"At most {_NAME_MOST} letters."
    if not name.isprintable():
        return "The name holds characters that cannot be shown."
    return ""


def url_error(text: str) -> str:
    url = tidy_url(text)
    if not url:
        return "Give the address of the gateway, for example https://api.chekt.com."
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "This is no address. It looks like https://api.chekt.com."
    if parts.scheme not in ("https", "http") or not host or any(sign.isspace() for sign in url):
        return "This is no address. It looks like https://api.chekt.com."
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        return "Only the address: no name, password or “?” in it."
    if parts.scheme == "http" and host not in _LOOPBACK:
        return "Must begin with https://, or your key could be read on the way."
    return ""


def free_name(wanted: str, taken: Iterable[str]) -> str:
    """The wanted name, with a number behind it when it is taken."""
    known = {name.casefold() for name in taken}
    base = re.sub(r" \d+$", "", wanted)[: _NAME_MOST - 5]
    number = 2
    while wanted.casefold() in known:
        wanted = f"{base} {number}"
        number += 1
    return wanted


def ports_of(text: str) -> tuple[int, ...]:
    """Only what `ports_error` passed."""
    return tuple(dict.fromkeys(int(word) for word in re.split(r"[\s,;]+", text.strip()) if word))


def ports_error(text: str) -> str:
    words = [word for word in re.split(r"[\s,;]+", text.strip()) if word]
    if len(words) > _MOST_PORTS:
        return f"At most {_MOST_PORTS} ports."
    if not all(word.isascii() and word.isdecimal() and 1024 <= int(word[:6]) <= 65535 for word in words):
        return "Ports are numbers from 1024 to 65535, with commas between."
    return ""


def key_error(text: str) -> str:
    key = tidy_key(text)
    if not key:
        return "Paste the API key of the dealer account."
    if any(sign.isspace() for sign in key):
        return "The key has a space or line break in it. Copy it again."
    if not key.isascii() or not key.isprintable():
        return "The key holds letters no key has. Copy it again."
    return ""


def given_error(label: str, text: str) -> str:
    text = text.strip()
    if not text:
        return f"{label}: this is needed."
    return "" if text.isprintable() else f"{label}: it holds characters that cannot be shown."
