"""What a person decided about an alarm, why it was false, and the steps that can be taken back."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Cause(StrEnum):
    """Why an alarm was false."""

    CLEANING = "cleaning"
    ANIMAL = "animal"
    WEATHER = "weather"
    STAFF = "staff"
    CAMERA = "camera"
    OTHER = "other"

    @property
    def label(self) -> str:
        return self.value.capitalize()


UNTOLD_CAUSE = ""
REAL, FALSE, UNSURE = "real", "false", "unsure"
DECISION_WORDS = {REAL: "Real alarm", FALSE: "False alarm", UNSURE: "Unsure"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """`decision` "" takes an earlier one back; `cause` is a Cause or "" and counts for "false" alone."""

    decision: str
    note: str = ""
    cause: str = UNTOLD_CAUSE

    @property
    def words(self) -> str:
        if not self.decision:
            return "Taken back, to be reviewed again"
        words = DECISION_WORDS.get(self.decision, self.decision)
        return f"{words} ({self.cause})" if self.cause else words


@dataclass(frozen=True, slots=True)
class DecidedStep:
    """What one press decided, about one alarm or many; the newest can be taken back first."""

    number: int
    decided_at_ms: int
    verdict: Verdict
    event_ids: tuple[str, ...]
