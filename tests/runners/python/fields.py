"""An object of a vector file, whose unknown fields are failures."""

from __future__ import annotations


class WrongVectors(ValueError):
    """A vector file says something that this runner does not know."""


class Fields:
    """The fields of an object; each one that is asked for counts as known."""

    def __init__(self, place: str, value: object) -> None:
        if not isinstance(value, dict):
            raise WrongVectors(f"{place}: expected an object, got {value!r}")
        self._place = place
        self._values = value
        self._known: set[str] = set()

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def optional(self, name: str) -> object:
        self._known.add(name)
        return self._values.get(name)

    def required(self, name: str) -> object:
        value = self.optional(name)
        if name not in self._values:
            raise WrongVectors(f"{self._place}: {name} is missing")
        return value

    def text(self, name: str) -> str:
        value = self.required(name)
        if not isinstance(value, str):
            raise WrongVectors(f"{name}: expected a string, got {value!r}")
        return value

    def integer(self, name: str) -> int:
        value = self.required(name)
        if type(value) is not int:
            raise WrongVectors(f"{name}: expected an integer, got {value!r}")
        return value

    def finish(self) -> None:
        for name in self._values:
            if name not in self._known:
                raise WrongVectors(f"{self._place}: {name!r} is not known to this runner")
