"""pytest-qt's bot for computers that are busy with other things: what is waited for may take longer, what came is not waited for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytestqt.qtbot import QtBot

if TYPE_CHECKING:
    from collections.abc import Callable

_PATIENCE = 6  # times what a free computer is given
_LONGEST_MS = 240_000  # well within the limit of a test
_USUAL_MS = 5000


def _patient(timeout: int) -> int:
    return max(timeout, min(_PATIENCE * timeout, _LONGEST_MS))


class PatientBot(QtBot):
    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = _USUAL_MS) -> None:
        super().waitUntil(callback, timeout=_patient(timeout))

    def waitSignal(self, signal: Any, *, timeout: int = _USUAL_MS, **options: Any) -> Any:
        return super().waitSignal(signal, timeout=_patient(timeout), **options)

    def waitSignals(self, signals: Any, *, timeout: int = _USUAL_MS, **options: Any) -> Any:
        return super().waitSignals(signals, timeout=_patient(timeout), **options)

    def waitExposed(self, widget: Any, *, timeout: int = _USUAL_MS) -> Any:
        return super().waitExposed(widget, timeout=_patient(timeout))

    def waitActive(self, widget: Any, *, timeout: int = _USUAL_MS) -> Any:
        return super().waitActive(widget, timeout=_patient(timeout))
