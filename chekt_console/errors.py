"""The one error tree: a sentence for the person, a detail for the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class ConsoleError(Exception):
    """Base of everything this program raises on purpose.

    `sentence` is shown to the person: what failed, what is true now, what to do.
    `detail` goes to the log only (request id, field path, library message).
    """

    def __init__(self, sentence: str, *, detail: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.detail = detail


class Cancelled(ConsoleError):
    """The person, or the closing program, no longer wants the answer."""

    def __init__(self) -> None:
        super().__init__("Cancelled.")


class GivenUp(ConsoleError):
    """The person cancelled a command before its turn came."""

    def __init__(self) -> None:
        super().__init__("Cancelled before it was sent. Nothing was done.")


class WorldFailed(ConsoleError):
    """Something outside this program failed; shown as a notice, never as a crash."""


class Unreachable(WorldFailed):
    """No answer: refused, reset, DNS, time-out. `may_have_acted` is true when the request was already sent."""

    def __init__(self, sentence: str, *, detail: str = "", may_have_acted: bool = False) -> None:
        super().__init__(sentence, detail=detail)
        self.may_have_acted = may_have_acted


class ServerSaid(WorldFailed):
    """The server answered with an error status."""

    def __init__(
        self,
        sentence: str,
        *,
        status: int,
        code: str = "",
        request_id: str = "",
        fields: dict[str, str] | None = None,
        retry_after_s: float | None = None,
        message: str = "",
        detail: str = "",
    ) -> None:
        super().__init__(sentence, detail=detail)
        self.status = status
        self.message = message  # the server's own words
        self.code = code
        self.request_id = request_id
        self.fields = fields or {}
        self.retry_after_s = retry_after_s


class NotSignedIn(ServerSaid):
    """401: the key or token is missing, expired or revoked."""


class NotAllowed(ServerSaid):
    """403."""


class NotThere(ServerSaid):
    """404: this object, or a whole family of endpoints, is not offered."""


class Refused(ServerSaid):
    """400, 409 or 422: the request was understood and turned down; `fields` maps field name to message."""


class ChangedMeanwhile(ServerSaid):
    """412: somebody else changed it since it was read."""


class TooManyRequests(ServerSaid):
    """429 after all retries."""


class ServerBroken(ServerSaid):
    """5xx after all retries."""


class Endpoint(str):
    """Method and path, with what tells this one answer from all others: asked for only when it is no good."""

    describe: Callable[[], str]

    def __new__(cls, text: str, describe: Callable[[], str]) -> Endpoint:
        made = super().__new__(cls, text)
        made.describe = describe
        return made


class UnexpectedReply(WorldFailed):
    """The reply is not what the contract says; `endpoint` and `field_path` name the place, and the detail too."""

    def __init__(self, sentence: str, *, endpoint: str, field_path: str = "", detail: str = "") -> None:
        about = endpoint.describe() if isinstance(endpoint, Endpoint) else ""
        place = f"{endpoint} {field_path}".strip()
        super().__init__(sentence, detail=": ".join(filter(None, (place, detail, about))))
        self.endpoint = endpoint
        self.field_path = field_path


class NotConfirmed(WorldFailed):
    """A command or write was sent and its outcome could not be read back."""


class ClipUnavailable(WorldFailed):
    """No playable clip: not ready yet, expired, broken, or none was ever made."""

    def __init__(self, sentence: str, *, is_not_ready_yet: bool = False, detail: str = "") -> None:
        super().__init__(sentence, detail=detail)
        self.is_not_ready_yet = is_not_ready_yet


class DiskFailed(WorldFailed):
    """The disk refused: full, read-only, corrupt."""


class KeyringUnavailable(WorldFailed):
    """The system's keyring is locked, refuses or does not answer. What it holds is not known, and is not gone."""


class SimulatorFailed(WorldFailed):
    """The embedded gateway could not be started or died."""
