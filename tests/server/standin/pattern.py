"""Which requests a script or a gate is about: a path, or the beginning of one, and perhaps a method."""

from __future__ import annotations

from dataclasses import dataclass

from .fields import WrongDescription, wrong

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
MAX_PATH = 500
ANY = "*"


@dataclass(frozen=True, slots=True)
class Pattern:
    """`path` is compared without the query; a `*` at its end stands for anything. `method` None is any."""

    path: str
    method: str | None = None

    def matches(self, method: str, path: str) -> bool:
        if self.method not in (None, method):
            return False
        return path.startswith(self.path[:-1]) if self.path.endswith(ANY) else path == self.path

    @property
    def weight(self) -> tuple[bool, int, bool]:
        """Of several patterns that match, the one with the greatest weight is meant: the most particular."""
        return (not self.path.endswith(ANY), len(self.path), self.method is not None)


def pattern_from(path: object, method: object) -> Pattern:
    if not isinstance(path, str) or not path.startswith(("/", ANY)) or len(path) > MAX_PATH or ANY in path[:-1]:
        raise wrong("path", path, f"a path of up to {MAX_PATH} characters, perhaps with * at its end")
    if "?" in path:
        raise WrongDescription("path: found a query; allowed is a path without one")
    if method is None:
        return Pattern(path)
    if method not in METHODS:
        raise wrong("method", method, ", ".join(METHODS))
    return Pattern(path, str(method))
