"""What was asked of the server, so that a test can check what a client really sent.

Only method, path without query and the number of body bytes are kept, never a header: keys travel in
headers and queries, and a journal is printed when a test fails.
"""

from __future__ import annotations

from collections import deque
from dataclasses import asdict, dataclass
from threading import Lock

MAX_ENTRIES = 1000
MAX_PATH = 500


@dataclass(frozen=True, slots=True)
class Entry:
    """One request."""

    method: str
    path: str
    body_bytes: int


class Journal:
    """The latest requests, oldest first. Safe to use from several threads."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=MAX_ENTRIES)
        self._total = 0
        self._lock = Lock()

    def add(self, method: str, path: str, body_bytes: int) -> None:
        with self._lock:
            self._entries.append(Entry(method, path[:MAX_PATH], body_bytes))
            self._total += 1

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()
            self._total = 0

    def entries(self) -> list[Entry]:
        with self._lock:
            return list(self._entries)

    def to_json(self) -> dict[str, object]:
        """`total` counts all requests since the start or the last clearing, also those no longer kept."""
        with self._lock:
            return {"total": self._total, "requests": [asdict(entry) for entry in self._entries]}
