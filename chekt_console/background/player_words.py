"""What the player says when a clip, or what plays it, is not as it should be."""

from __future__ import annotations

import sys

DEATHS_ALLOWED = 3
BAD_FILE = (
    "This clip cannot be shown: the file is damaged or is not a video this console can read. "
    "Fetch it again, or ask the camera's bridge for a new one."
)
ENDS_HELPERS = (
    "This clip cannot be shown: what decodes it ended twice over it, so the file is likely to be damaged. "
    "Fetch it again, or ask the camera's bridge for a new one."
)
NO_HELPER = (
    f"What decodes clips ended {DEATHS_ALLOWED} times within a minute, so this one was stopped. "
    "The file may be fine: try again."
)


def install_advice(platform: str = sys.platform) -> str:
    """What to install for sound, in the words of this computer's system."""
    if platform == "win32":
        return "For sound install VLC 3 (64-bit) from videolan.org, then restart the console."
    if platform == "darwin":
        return "For sound install VLC 3 from videolan.org into Applications, then restart the console."
    return "For sound install VLC 3: on Debian and Ubuntu the packages libvlc5 and vlc-plugin-base, then restart the console."
