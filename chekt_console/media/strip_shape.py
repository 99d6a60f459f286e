"""How the small pictures of a clip lie side by side; apart from their maker, because that needs PyAV."""

from __future__ import annotations

CELLS = 14
CELL_WIDTH = 96
CELL_HEIGHT = 54
