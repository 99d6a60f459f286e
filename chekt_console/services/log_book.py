"""The log: one line of JSON for each record, bounded in size, secrets starred out; and the last failures for support."""

from __future__ import annotations

import json
import logging
from collections import deque
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from typing import TYPE_CHECKING

from chekt_console.domain.masking import masked

if TYPE_CHECKING:
    from pathlib import Path

_BYTES = 2_000_000
_KEPT_FILES = 2
_KEPT_FAILURES = 20
_OURS = "chekt_console"
_QUIET = ("httpx", "httpcore")  # their lines hold whole addresses and headers


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": _instant(record.created),
            "level": record.levelname,
            "from": record.name,
            "thread": record.threadName,
            "text": masked(record.getMessage()),
        }
        if record.exc_info:
            line["error"] = masked(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


class LastFailures(logging.Handler):
    """What failed lately, with the ids by which the server's people find it. Only in memory."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self._lines: deque[str] = deque(maxlen=_KEPT_FAILURES)

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.startswith(_OURS) and (
            record.levelno >= logging.WARNING or getattr(record, "is_failure", False)
        ):
            self._lines.append(f"{_instant(record.created)} {masked(record.getMessage())}")

    @property
    def lines(self) -> tuple[str, ...]:
        return tuple(self._lines)


class LogBook:
    """In force from its making to `close`. Raises OSError when the file cannot be written."""

    def __init__(self, path: Path) -> None:
        self.failures = LastFailures()
        self._file = RotatingFileHandler(path, maxBytes=_BYTES, backupCount=_KEPT_FILES, encoding="utf-8")
        self._file.setFormatter(JsonLines())
        root = logging.getLogger()
        for handler in (self._file, self.failures):
            root.addHandler(handler)
        root.setLevel(logging.INFO)
        for name in _QUIET:
            logging.getLogger(name).setLevel(logging.WARNING)

    def close(self) -> None:
        for handler in (self._file, self.failures):
            logging.getLogger().removeHandler(handler)
            handler.close()


def support_text(facts: str, connection: str, failures: tuple[str, ...], *, now: datetime) -> str:
    """What a person sends to support. `connection`: its kind in words, never its name, address or key."""
    lines = "\n".join(failures) or "none since the program started"
    text = (
        f"{facts}\nConnection: {connection}\nCopied at {now.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC\n\n"
        f"Last failures, oldest first:\n{lines}\n"
    )
    return masked(text)


def _instant(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
