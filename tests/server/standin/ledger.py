"""The connections that were opened, and what came over each of them.

A connection over which only the pages of `/_standin/` were asked for is not counted: it belongs to the test.
"""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass
from threading import Lock

MAX_KEPT = 1000


@dataclass(slots=True)
class Record:
    """One connection. `number` counts from 1."""

    number: int
    door: str
    requests: int = 0
    controls: int = 0
    is_spoiled: bool = False
    is_open: bool = True
    requests_after_desync: int = 0

    @property
    def counts(self) -> bool:
        return self.requests > 0 or self.controls == 0


class Ledger:
    """Counts connections. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._numbers = 0
        self._open: dict[int, Record] = {}
        self._ended = Counter[str]()
        self._ended_after_desync = 0
        self._latest: deque[Record] = deque(maxlen=MAX_KEPT)

    def opened(self, door: str) -> Record:
        with self._lock:
            self._numbers += 1
            record = Record(self._numbers, door)
            self._open[record.number] = record
            return record

    def closed(self, record: Record) -> None:
        with self._lock:
            record.is_open = False
            if self._open.pop(record.number, None) is not None and record.counts:
                self._ended[record.door] += 1
                self._ended_after_desync += record.requests_after_desync
                self._latest.append(record)

    def asked(self, record: Record) -> None:
        """A request came over the connection."""
        with self._lock:
            record.requests += 1
            record.requests_after_desync += record.is_spoiled

    def controlled(self, record: Record) -> None:
        """A page of the stand-in's own was asked for over the connection."""
        with self._lock:
            record.controls += 1

    def spoiled(self, record: Record) -> None:
        """Client and server no longer agree where the next reply begins."""
        with self._lock:
            record.is_spoiled = True

    def clear(self) -> None:
        """Forget the connections that have ended, and what came over those that are open."""
        with self._lock:
            self._ended.clear()
            self._ended_after_desync = 0
            self._latest.clear()
            # A connection kept by a client counts again when it is used again, or never.
            for record in self._open.values():
                record.requests = record.requests_after_desync = 0
                record.controls = 1

    def counts(self) -> dict[str, object]:
        """`connections` opened, those still open, their number at each door, and the requests over the latest ones.

        `requests_after_desync` counts requests over connections whose framing a scripted fault had spoiled.
        """
        with self._lock:
            still_open = [record for record in self._open.values() if record.counts]
            by_door = self._ended + Counter(record.door for record in still_open)
            return {
                "connections": by_door.total(),
                "connections_open": len(still_open),
                "connections_by_door": dict(by_door),
                "requests_per_connection": [record.requests for record in (*self._latest, *still_open)],
                "requests_after_desync": self._ended_after_desync
                + sum(record.requests_after_desync for record in still_open),
            }
