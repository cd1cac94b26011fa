"""Scripts: what a path answers the first time, the second time, and so on.

    {"replies": [{"scene": "code-68300008", "times": 2}, "page-1k"], "then": "last"}

`then` says what comes when all were played: the `last` again and again, all of them `again`, or `pass`, the
endpoint that the path would have without a script.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from threading import Lock

from .fields import array_of, choice, object_of
from .library import Library, LibraryFull
from .pattern import Pattern, pattern_from
from .step import Step, step_from_json

MAX_SCRIPTS = 1000
MAX_STEPS = 1000
MAX_BODY_BYTES = 64 << 20
FIELDS = ("path", "method", "replies", "then")


class Then(StrEnum):
    """What follows the last reply of a script."""

    LAST = "last"
    AGAIN = "again"
    PASS = "pass"


@dataclass(slots=True)
class Script:
    """The steps of one path, and how many replies were played."""

    pattern: Pattern
    steps: tuple[Step, ...]
    then: Then = Then.LAST
    played: int = 0
    length: int = field(init=False)

    def __post_init__(self) -> None:
        self.length = sum(step.times for step in self.steps)

    def next(self) -> Step:
        at = self.played
        self.played += 1
        if at >= self.length:
            if self.then is Then.PASS:
                return Step(None)
            at = self.length - 1 if self.then is Then.LAST else at % self.length
        return next(step for step, end in self._ends() if at < end)

    def row(self) -> dict[str, object]:
        """The script as `GET /_standin/scripts` lists it."""
        return {
            "path": self.pattern.path,
            "method": self.pattern.method,
            "replies": self.length,
            "then": self.then.value,
            "played": self.played,
        }

    def _ends(self) -> Iterator[tuple[Step, int]]:
        end = 0
        for step in self.steps:
            end += step.times
            yield step, end


class Scripts:
    """The scripts of all paths. Safe to use from several threads: each reply is played once."""

    def __init__(self) -> None:
        self._scripts: dict[Pattern, Script] = {}
        self._lock = Lock()

    def put(self, script: Script) -> bool:
        """Define or replace a path's script, to be played from its start; True when the path had none."""
        with self._lock:
            others = [other for pattern, other in self._scripts.items() if pattern != script.pattern]
            size = sum(step.body_bytes for other in (*others, script) for step in other.steps)
            if size > MAX_BODY_BYTES:
                raise LibraryFull(f"the bodies of all scripts may have {MAX_BODY_BYTES} bytes together")
            if len(others) >= MAX_SCRIPTS:
                raise LibraryFull(f"at most {MAX_SCRIPTS} paths may have a script")
            is_new = script.pattern not in self._scripts
            self._scripts[script.pattern] = script
            return is_new

    def remove(self, path: str) -> bool:
        """Remove the scripts of a path, whatever their method; False when there was none."""
        with self._lock:
            found = [pattern for pattern in self._scripts if pattern.path == path]
            for pattern in found:
                del self._scripts[pattern]
            return bool(found)

    def next(self, method: str, path: str) -> Step | None:
        """The step to play now; None when no script is about the request."""
        with self._lock:
            found = [pattern for pattern in self._scripts if pattern.matches(method, path)]
            return self._scripts[max(found, key=lambda pattern: pattern.weight)].next() if found else None

    def rewind(self) -> None:
        """Play every script from its start."""
        with self._lock:
            for script in self._scripts.values():
                script.played = 0

    def clear(self) -> None:
        with self._lock:
            self._scripts.clear()

    def rows(self) -> list[dict[str, object]]:
        with self._lock:
            return [script.row() for script in self._scripts.values()]


def script_from_json(value: object, library: Library, path: str | None = None) -> Script:
    """Make a script of its description. `path` comes from the address where there is one, else from the field."""
    fields = object_of(value, "a script", FIELDS)
    if path is not None:
        choice("path", fields.get("path", path), [path])
    steps = array_of("replies", fields.get("replies"), MAX_STEPS)
    return Script(
        pattern_from(fields.get("path", path), fields.get("method")),
        tuple(step_from_json(step, library) for step in steps),
        Then(choice("then", fields.get("then", "last"), [then.value for then in Then])),
    )
