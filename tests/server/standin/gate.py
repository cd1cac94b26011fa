"""Gates: what refuses calls for a while, whichever path they go to. A quota, a rate limit, an empty account.

    {"reply": "code-67200007", "allow_calls": 3, "refuse_calls": 2}
    {"reply": {"status": 429, "headers": {"Retry-After": "1"}}, "allow_calls": 5, "window_ms": 1000}

A gate lets `allow_calls` through, then refuses: `refuse_calls` calls, or for `refuse_ms` after the first refusal, or
until it is removed. With `window_ms` it lets `allow_calls` through in each window of that length.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from .auth import TOKEN_PATH
from .description import NAME
from .fields import WrongDescription, number, number_or_none, object_of, wrong
from .library import Library, LibraryFull
from .pattern import ANY, Pattern, pattern_from
from .reply import Reply
from .step import reply_from_json

FIELDS = ("name", "reply", "path", "method", "allow_calls", "refuse_calls", "refuse_ms", "window_ms")
MAX_GATES = 100
MAX_CALLS = 1_000_000
MAX_MS = 3_600_000


@dataclass(slots=True)
class Gate:
    """One gate and its counters. Times are in seconds of a monotonic clock."""

    name: str
    reply: Reply
    pattern: Pattern
    allow_calls: int = 0
    refuse_calls: int | None = None
    refuse_ms: int | None = None
    window_ms: int | None = None
    allowed: int = 0
    refused: int = 0
    window_calls: int = 0
    since: float | None = None

    def covers(self, method: str, path: str) -> bool:
        """A gate for every path leaves the token endpoint alone: that one is named, or not meant."""
        return self.pattern.matches(method, path) and (self.pattern.path != ANY or path != TOKEN_PATH)

    def refuses(self, now: float) -> bool:
        """Count a call; True when it is to be refused."""
        if self.window_ms is not None and (self.since is None or now - self.since >= self.window_ms / 1000):
            self.since, self.window_calls = now, 0
        is_refused = self.window_calls >= self.allow_calls and not self._is_over(now)
        if is_refused:
            self.refused += 1
            self.since = now if self.since is None else self.since
        else:
            self.allowed += 1
            self.window_calls += 1
        return is_refused

    def rewind(self) -> None:
        self.allowed = self.refused = self.window_calls = 0
        self.since = None

    def row(self) -> dict[str, object]:
        """The gate as `GET /_standin/gates` lists it."""
        return {
            "name": self.name,
            "path": self.pattern.path,
            "method": self.pattern.method,
            "allow_calls": self.allow_calls,
            "refuse_calls": self.refuse_calls,
            "refuse_ms": self.refuse_ms,
            "window_ms": self.window_ms,
            "allowed": self.allowed,
            "refused": self.refused,
        }

    def _is_over(self, now: float) -> bool:
        if self.refuse_calls is not None and self.refused >= self.refuse_calls:
            return True
        return self.refuse_ms is not None and self.since is not None and now - self.since >= self.refuse_ms / 1000


class Gates:
    """All gates, asked in the order in which they were put up. Safe to use from several threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._gates: dict[str, Gate] = {}
        self._clock = clock
        self._lock = Lock()

    def put(self, gate: Gate) -> bool:
        """Put up or replace a gate, with its counters at the start; True when the name is new."""
        with self._lock:
            is_new = gate.name not in self._gates
            if is_new and len(self._gates) >= MAX_GATES:
                raise LibraryFull(f"at most {MAX_GATES} gates may be put up")
            self._gates[gate.name] = gate
            return is_new

    def remove(self, name: str) -> bool:
        with self._lock:
            return self._gates.pop(name, None) is not None

    def refusal(self, method: str, path: str) -> Reply | None:
        """What the first gate that refuses the call says; None when it may pass."""
        with self._lock:
            now = self._clock()
            for gate in self._gates.values():
                if gate.covers(method, path) and gate.refuses(now):
                    return gate.reply
            return None

    def rewind(self) -> None:
        """Bring every gate back to its start."""
        with self._lock:
            for gate in self._gates.values():
                gate.rewind()

    def clear(self) -> None:
        with self._lock:
            self._gates.clear()

    def rows(self) -> list[dict[str, object]]:
        with self._lock:
            return [gate.row() for gate in self._gates.values()]


def gate_from_json(value: object, library: Library, name: str | None = None) -> Gate:
    """Make a gate of its description. `name` comes from the address where there is one, else from the field."""
    fields = object_of(value, "a gate", FIELDS)
    found_name = fields.get("name", name)
    if not isinstance(found_name, str) or not NAME.fullmatch(found_name) or name not in (None, found_name):
        raise wrong("name", found_name, "1 to 100 letters, digits, dots, underscores or hyphens, as in the address")
    if "reply" not in fields:
        raise WrongDescription("reply: found nothing; allowed is the name of a scene, or a reply")
    ends = [end for end in ("refuse_calls", "refuse_ms", "window_ms") if fields.get(end) is not None]
    if len(ends) > 1:
        raise WrongDescription(f"{ends[1]}: found beside {ends[0]}; allowed is one of them")
    return Gate(
        name=found_name,
        reply=reply_from_json(fields["reply"], library),
        pattern=pattern_from(fields.get("path", ANY), fields.get("method")),
        allow_calls=number("allow_calls", fields.get("allow_calls", 0), 0, MAX_CALLS),
        refuse_calls=number_or_none("refuse_calls", fields.get("refuse_calls"), 1, MAX_CALLS),
        refuse_ms=number_or_none("refuse_ms", fields.get("refuse_ms"), 1, MAX_MS),
        window_ms=number_or_none("window_ms", fields.get("window_ms"), 1, MAX_MS),
    )
