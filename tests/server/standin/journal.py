"""What was asked of the server, so that a test can check what a client really sent.

Of the headers only those in `watched` are kept, and of credentials only their kind: keys travel in headers and
queries, and a journal is printed when a test fails.
"""

from __future__ import annotations

import re
import time
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from threading import Lock

from .fields import WrongDescription, shown
from .request import Request

MAX_ENTRIES = 1000
MAX_DISTINCT = 10_000
MAX_PATH = 500
MAX_WATCHED = 50
OTHERS = "(others)"

WATCHED = ("idempotency-key", "x-request-id", "x-retry-count", "x-resend-count")
SECRETS = re.compile("authorization|cookie|key|token|secret|password")


@dataclass(frozen=True, slots=True)
class Entry:
    """One request. `at_ms` counts from the start of the server, `connection` from 1."""

    method: str
    path: str
    body_bytes: int
    body_sha256: str
    connection: int
    door: str
    at_ms: int
    credentials: tuple[str, ...]
    headers: dict[str, str]


class Journal:
    """The latest requests, oldest first, and counts of all. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._started = time.monotonic()
        self._watched: tuple[str, ...] = WATCHED
        self._forget()

    def add(self, request: Request, connection: int, door: str, body_bytes: int, body_sha256: str) -> None:
        with self._lock:
            entry = Entry(
                request.method,
                request.path[:MAX_PATH],
                body_bytes,
                body_sha256,
                connection,
                door,
                int((time.monotonic() - self._started) * 1000),
                credentials_of(request),
                {name: request.header(name)[:MAX_PATH] for name in self._watched if request.header(name)},
            )
            self._entries.append(entry)
            self._total += 1
            _count(self._by_path, f"{entry.method} {entry.path}")
            for name, value in entry.headers.items():
                _count(self._by_header[name], value)

    def clear(self) -> None:
        with self._lock:
            self._forget()

    def watch(self, names: Iterable[str]) -> None:
        """Begin anew, and keep and count the values of these headers. Raises `WrongDescription`."""
        wanted = tuple(dict.fromkeys(name.lower() for name in names))
        if len(wanted) > MAX_WATCHED:
            raise WrongDescription(f"watch: found {len(wanted)} headers; allowed are {MAX_WATCHED}")
        for name in wanted:
            if SECRETS.search(name) and name != "idempotency-key":
                raise WrongDescription(f"watch: found {shown(name)}; allowed is a header that carries no secret")
        with self._lock:
            self._watched = wanted
            self._forget()

    def entries(self) -> list[Entry]:
        with self._lock:
            return list(self._entries)

    def to_json(self) -> dict[str, object]:
        """`total` counts all requests since the start or the last clearing, also those no longer kept."""
        with self._lock:
            return {"total": self._total, "requests": [asdict(entry) for entry in self._entries]}

    def counts(self) -> dict[str, object]:
        """How many requests came: all, by method and path, and by each value of each watched header."""
        with self._lock:
            return {
                "requests": self._total,
                "by_path": dict(self._by_path),
                "by_header": {name: dict(counter) for name, counter in self._by_header.items()},
            }

    def _forget(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=MAX_ENTRIES)
        self._total = 0
        self._by_path: Counter[str] = Counter()
        self._by_header: dict[str, Counter[str]] = {name: Counter() for name in self._watched}


def credentials_of(request: Request) -> tuple[str, ...]:
    """The kinds of credential a request carries: the schemes of its headers, and `apikey` for one in the query."""
    found = [request.header(name).partition(" ")[0].lower() for name in ("authorization", "proxy-authorization")]
    named = [scheme if scheme in ("bearer", "basic") else "other" for scheme in found if scheme]
    if request.parameter("apikey") is not None:
        named.append("apikey")
    return tuple(named)


def _count(counter: Counter[str], key: str) -> None:
    counter[key if key in counter or len(counter) < MAX_DISTINCT else OTHERS] += 1
