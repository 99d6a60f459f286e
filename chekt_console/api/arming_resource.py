"""Armed state of sites and partitions, and the commands that change it. A reply to a command proves nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chekt_console.api.paths import id_in_body, site_path
from chekt_console.api.wire.wire_arming import WireArming, WirePartitionArming, to_partition, to_state
from chekt_console.api.wire.wire_reading import read_one, read_rows, rows_in
from chekt_console.domain.arming import ArmingMode
from chekt_console.errors import UnexpectedReply

if TYPE_CHECKING:
    from chekt_console.api.transport import Transport
    from chekt_console.domain.arming import ArmingState, PartitionArming


class Arming:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def read(self, site_id: str) -> ArmingState:
        reply = self._transport.get(site_path(site_id, "arming"), "the armed state")
        return to_state(read_one(reply.json(), WireArming, reply.endpoint))

    def read_partitions(self, site_id: str) -> tuple[PartitionArming, ...]:
        """All of them or an error: a partition left out could be taken for armed."""
        reply = self._transport.get(
            site_path(site_id, "partition-arming"), "the armed states of the partitions"
        )
        raw = rows_in(reply.json(), reply.endpoint, "partitions")
        rows = read_rows(raw, WirePartitionArming, to_partition, endpoint=reply.endpoint, what="Partition")
        if rows.problems:
            raise UnexpectedReply(
                f"The armed states of the partitions cannot be understood. {rows.problems[0]}",
                endpoint=reply.endpoint,
            )
        return rows.values

    def command(self, site_id: str, mode: ArmingMode, user: str) -> None:
        """Sent exactly once. No answer: Unreachable with `may_have_acted`."""
        body: dict[str, object] = {"user": user, **_mode(mode)}
        self._transport.write(
            "POST", site_path(site_id, "arming", "actions", _action(mode)), "the command", body
        )

    def command_partitions(self, site_id: str, ids: tuple[str, ...], mode: ArmingMode, user: str) -> None:
        """As `command`, several partitions in one call."""
        numbers = [id_in_body(one) for one in ids]
        body: dict[str, object] = {"partition_ids": numbers, "user": user, **_mode(mode)}
        self._transport.write(
            "POST", site_path(site_id, "partition-arming", "actions", _action(mode)), "the command", body
        )


def _action(mode: ArmingMode) -> str:
    return "disarm" if mode is ArmingMode.DISARMED else "arm"


def _mode(mode: ArmingMode) -> dict[str, object]:
    return {} if mode is ArmingMode.DISARMED else {"mode": mode.value}
