"""Armed state of sites and partitions, and changing it: sent once, read back, told truly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from chekt_console.domain.arming import ArmingMode, ArmingState, PartitionArming
    from chekt_console.domain.progress import Progress
    from chekt_console.domain.site import Site


@dataclass(frozen=True, slots=True)
class SiteArming:
    """State of the whole site (for partition sites: the common state, or is_armed None and text 'Partially armed')."""

    site_id: str
    state: ArmingState
    partitions: tuple[PartitionArming, ...]
    as_of: datetime | None


@dataclass(frozen=True, slots=True)
class ArmingOutcome:
    """What became of an arm or disarm. `is_confirmed` only after the wished state was read back.

    When neither confirmed nor refused (`is_confirmed` None) the sentence says 'sent, not confirmed' and what to do.
    """

    is_confirmed: bool | None
    arming: SiteArming
    sentence: str


class ArmingService:
    def cached(self) -> dict[str, SiteArming]:
        raise NotImplementedError

    def read(self, site: Site) -> SiteArming:
        raise NotImplementedError

    def read_all(self, sites: tuple[Site, ...], progress: Progress) -> dict[str, SiteArming]:
        """State of many sites; each is handed to progress.partial as a SiteArming when known."""
        raise NotImplementedError

    def command(
        self, site: Site, mode: ArmingMode, partition_ids: tuple[str, ...], progress: Progress
    ) -> ArmingOutcome:
        """Arm (mode away, stay, night) or disarm, whole site when partition_ids is empty. Never repeated, always read back.

        progress.report texts tell 'sending', 'sent, reading back'.
        """
        raise NotImplementedError
