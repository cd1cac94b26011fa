"""The doors of the stand-in: one port for each way in, and what befalls a connection before its first request.

Every door leads to the same stage. `reset`, `closed` and `silent` treat each connection so; any other door treats
the next ones so when it is told to (`Doors.let_fail`).
"""

from __future__ import annotations

import ssl
from collections import deque
from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from pathlib import Path
from threading import Lock

HOST = "127.0.0.1"
CERTIFICATES = Path(__file__).resolve().parent / "certificates"
CA_FILE = CERTIFICATES / "ca.pem"
MAX_ACCIDENTS = 10_000


class Door(StrEnum):
    """A way in."""

    HTTP = "http"
    CONTROL = "control"
    """Plain HTTP, for the pages of the stand-in alone: never scripted, never counted."""
    ELSEWHERE = "elsewhere"
    """Plain HTTP once more: another origin, where a redirect leads."""
    HTTPS = "https"
    HTTPS_WRONG_HOST = "https_wrong_host"
    HTTPS_EXPIRED = "https_expired"
    HTTPS_SELF_SIGNED = "https_self_signed"
    HTTPS_CUT = "https_cut"
    """The connection ends in the middle of the handshake."""
    RESET = "reset"
    CLOSED = "closed"
    SILENT = "silent"
    REFUSED = "refused"
    """Nobody listens here, and nobody else can begin to."""
    PROXY = "proxy"
    PROXY_AUTH = "proxy_auth"
    PROXY_REFUSING = "proxy_refusing"

    @property
    def scheme(self) -> str:
        return "https" if self.value.startswith("https") else "http"

    @property
    def is_proxy(self) -> bool:
        return self in (Door.PROXY, Door.PROXY_AUTH, Door.PROXY_REFUSING)


class Accident(StrEnum):
    """What befalls a connection as soon as it was accepted."""

    RESET = "reset"
    CLOSED = "closed"
    SILENT = "silent"
    NONE = "none"


ALWAYS = {Door.RESET: Accident.RESET, Door.CLOSED: Accident.CLOSED, Door.SILENT: Accident.SILENT}

_CERTIFICATE_OF = {
    Door.HTTPS: "good",
    Door.HTTPS_WRONG_HOST: "wrong-host",
    Door.HTTPS_EXPIRED: "expired",
    Door.HTTPS_SELF_SIGNED: "self-signed",
}


class Doors:
    """Where the doors are, and the accidents to come. Safe to use from several threads."""

    def __init__(self) -> None:
        self._ports: dict[Door, int] = {}
        self._coming: dict[Door, deque[Accident]] = {}
        self._lock = Lock()

    def opened(self, door: Door, port: int) -> None:
        with self._lock:
            self._ports[door] = port

    def url(self, door: str) -> str:
        """The base URL of a door. Raises `KeyError` for one that is not open."""
        with self._lock:
            return f"{Door(door).scheme}://{HOST}:{self._ports[Door(door)]}"

    def urls(self) -> dict[str, str]:
        return {door.value: self.url(door) for door in self._ports}

    def at_port(self, port: int) -> Door | None:
        with self._lock:
            return next((door for door, bound in self._ports.items() if bound == port), None)

    def let_fail(self, door: Door, accidents: Iterable[Accident]) -> None:
        """What shall befall the next connections of a door, one after the other; the ones behind them are well."""
        with self._lock:
            self._coming[door] = deque(accidents, MAX_ACCIDENTS)

    def accident(self, door: Door) -> Accident:
        """What befalls the connection that was just accepted."""
        with self._lock:
            coming = self._coming.get(door)
            return coming.popleft() if coming else ALWAYS.get(door, Accident.NONE)

    def clear(self) -> None:
        with self._lock:
            self._coming.clear()


@cache
def certificate_of(door: Door) -> ssl.SSLContext | None:
    """The TLS of a door; None for one that speaks none."""
    name = _CERTIFICATE_OF.get(door)
    if name is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_alpn_protocols(["http/1.1"])
    context.load_cert_chain(CERTIFICATES / f"{name}.pem", CERTIFICATES / f"{name}.key")
    return context
