"""Server text made fit to stand in a line: names and notes may hold breaks and characters that turn the writing round."""

from __future__ import annotations

import unicodedata

_UNSHOWN = ("Cf", "Cs", "Co", "Cn")


def one_line(text: str) -> str:
    """Server text as one printable line."""
    if text.isprintable() and "  " not in text:
        return text.strip()
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def name_to_type(name: str, site_id: str) -> str:
    """What a person types to mean this site: of a name nothing of which can be typed, its id."""
    return one_line(name) or one_line(site_id)


def clean(text: str, longest: int) -> str:
    """Server text on one line: no control or direction characters, cut when overlong."""
    kept = "".join(
        " " if unicodedata.category(char) == "Cc" else char
        for char in text[: 4 * longest]
        if unicodedata.category(char) not in _UNSHOWN
    )
    line = " ".join(kept.split())
    return line if len(line) <= longest else line[: longest - 1] + "…"
