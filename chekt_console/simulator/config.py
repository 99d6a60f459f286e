"""What a simulator was started with, and the secrets it keeps beside its data."""

from __future__ import annotations

import json
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

OBSERVED, DOCUMENTED = "observed", "documented"
DEALER_ID = "12345"
DEALER_NAME = "Northgate Security"
DEALER_USER = "dealer-admin"


@dataclass(frozen=True)
class Config:
    """Options of one run. `live_every_s` is the mean time between live events, 0 for none."""

    data_dir: Path
    host: str = "127.0.0.1"
    port: int = 0
    sites: int = 60
    seed: int = 1
    api_key: str = ""
    dialect: str = OBSERVED
    limit_per_minute: int = 1000
    burst_per_second: int = 100
    partner_per_minute: int = 5000
    partner_burst: int = 500
    live_every_s: float = 30.0
    dies_with_parent: bool = False

    @property
    def database_file(self) -> Path:
        """Each world has a file of its own, so that asking for another size never destroys the first."""
        return self.data_dir / f"world-{self.sites}-{self.seed}.sqlite"

    @property
    def oauth_key_file(self) -> Path:
        return self.data_dir / "oauth-key.pem"

    @property
    def clip_dir(self) -> Path:
        return self.data_dir / "clips"


@dataclass(frozen=True, repr=False)
class Secrets:
    """The dealer's API key, the key that signs links, the token of the control calls, the password of DEALER_USER."""

    api_key: str
    signing_key: bytes
    control_token: str
    dealer_password: str = ""

    def __repr__(self) -> str:
        return "Secrets(***)"


def load_secrets(config: Config) -> Secrets:
    """The same after every restart; made at random the first time. A key given on the command line is kept too."""
    path = config.data_dir / "secrets.json"
    try:
        stored = json.loads(path.read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        stored = {}
    stored = stored if isinstance(stored, dict) else {}
    found = {name: text for name, text in stored.items() if _is_good(name, text)}
    fresh = {
        "api_key": f"chekt_test_{secrets.token_hex(20)}",
        "signing_key": secrets.token_hex(32),
        "dealer_password": secrets.token_urlsafe(9),
    }
    values = fresh | found
    if config.api_key:
        values["api_key"] = config.api_key
    if values != stored:
        scratch = path.with_suffix(".new")
        with os.fdopen(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(values, file)
        scratch.replace(path)
    return Secrets(
        values["api_key"],
        bytes.fromhex(values["signing_key"]),
        secrets.token_urlsafe(24),
        values["dealer_password"],
    )


def _is_good(name: str, text: object) -> bool:
    if name == "signing_key":
        return isinstance(text, str) and re.fullmatch("[0-9a-f]{64}", text) is not None
    return name in ("api_key", "dealer_password") and isinstance(text, str) and bool(text)
