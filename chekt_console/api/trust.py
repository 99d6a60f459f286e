"""Whom the client trusts: the system's own store, and one more CA file when the connection names it. Never nobody."""

from __future__ import annotations

import ssl

import truststore

from chekt_console.errors import ConsoleError


def trust(ca_file: str = "") -> ssl.SSLContext:
    """Raises ConsoleError when the file cannot be used: going on without it would only fail less clearly."""
    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if ca_file:
        try:
            context.load_verify_locations(cafile=ca_file)
        except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
            raise ConsoleError(
                f"The CA file {ca_file} cannot be used: it is missing or holds no PEM certificate.",
                detail=f"{type(error).__name__}: {error}",
            ) from error
    return context
