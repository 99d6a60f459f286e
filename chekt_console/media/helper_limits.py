"""What a helper process that decodes foreign media may not do: take all of the memory, or leave a core dump."""

from __future__ import annotations

import sys


def limit_helper(most_bytes: int) -> None:
    """`most_bytes`: of memory, for a file that asks for more; kept on Linux only. Nothing on Windows."""
    if sys.platform == "win32":
        return
    import resource  # there is none on Windows

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (most_bytes, most_bytes))
