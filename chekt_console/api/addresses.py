"""Which addresses may be asked at all, and by which way."""

from __future__ import annotations

import logging
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

from chekt_console.errors import UnexpectedReply, Unreachable

_log = logging.getLogger(__name__)

_LOOPBACK = ("127.0.0.1", "::1", "localhost")


def gateway_address(base_url: str) -> str:
    """Without a slash at its end. Raises Unreachable when it is none, or not safe."""
    try:
        parts = urlsplit(base_url)
        httpx.URL(base_url)
    except (ValueError, httpx.InvalidURL) as error:
        raise Unreachable(f"{base_url} is not an address of a gateway.", detail=str(error)) from error
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise Unreachable("Plain http is only for this computer. Use an address that begins with https://.")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Unreachable(f"{base_url} is not an address of a gateway.")
    return base_url.rstrip("/")


def safe_host(url: str, what: str) -> str:
    """Host of an address that the server gave, for messages."""
    try:
        target = urlsplit(url)
        httpx.URL(url)
    except (ValueError, TypeError, httpx.InvalidURL) as error:
        raise UnexpectedReply(
            "The server gave something that is not an address.", endpoint=what, detail=type(error).__name__
        ) from error
    is_plain = target.scheme == "http" and target.hostname not in _LOOPBACK
    if target.scheme not in ("http", "https") or is_plain or not target.hostname:
        raise UnexpectedReply(
            "The server gave an address that is not safe to open.", endpoint=what, detail=target.scheme
        )
    return target.netloc.rpartition("@")[2]


def is_loopback(base_url: str) -> bool:
    return urlsplit(base_url).hostname in _LOOPBACK


def tell_of_proxy(base_url: str) -> None:
    """In the log, without its user and password."""
    parts = urlsplit(base_url)
    if is_loopback(base_url) or proxy_bypass(parts.hostname or ""):
        return
    proxies = getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    if proxy:
        _log.info("Requests go through this computer's proxy %s", urlsplit(proxy).netloc.rpartition("@")[2])
