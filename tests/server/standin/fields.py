"""Reads what people write in JSON, strictly: a wrong field is refused with what was found and what is allowed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from difflib import get_close_matches


class WrongDescription(ValueError):
    """A description cannot be used; the text is one sentence for the person who wrote it."""


def parse_json(text: bytes | str, what: str) -> object:
    """Read JSON and refuse a field given twice, which a dictionary would hide."""
    try:
        value: object = json.loads(text, object_pairs_hook=_each_field_once)
    except WrongDescription:
        raise
    except RecursionError:
        raise WrongDescription(f"{what} is nested too deeply") from None
    except ValueError as error:
        raise WrongDescription(f"{what} is not valid JSON: {error}") from None
    return value


def object_of(value: object, what: str, known: Iterable[str]) -> dict[str, object]:
    """An object with no other fields than the known ones."""
    if not isinstance(value, dict):
        raise WrongDescription(f"{what}: found {shown(value)}; allowed is an object")
    for key in value:
        if key not in known:
            hint = nearest(key, known) or f"; allowed are {', '.join(known)}"
            raise WrongDescription(f"{what}: unknown field {shown(key)}{hint}")
    return value


def array_of(field: str, value: object, most: int) -> list[object]:
    """An array of one entry or more."""
    if not isinstance(value, list) or not 1 <= len(value) <= most:
        raise wrong(field, value, f"an array of 1 to {most} entries")
    return value


def number(field: str, value: object, low: int, high: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise wrong(field, value, f"a whole number from {low} to {high}")
    return value


def number_or_none(field: str, value: object, low: int, high: int) -> int | None:
    return None if value is None else number(field, value, low, high)


def choice(field: str, value: object, allowed: Iterable[str]) -> str:
    if not isinstance(value, str) or value not in allowed:
        raise wrong(field, value, ", ".join(allowed))
    return value


def truth(field: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise wrong(field, value, "true or false")
    return value


def text(fields: dict[str, object], field: str, default: str) -> str:
    value = fields.get(field, default)
    if not isinstance(value, str) or not 1 <= len(value) <= 200 or not is_unicode(value):
        raise wrong(field, value, "1 to 200 characters of text")
    return value


def is_unicode(value: str) -> bool:
    return not any("\ud800" <= char <= "\udfff" for char in value)


def nearest(name: str, known: Iterable[str]) -> str:
    """`; did you mean X` for a slip of the pen, else nothing."""
    found = get_close_matches(name, known, n=1, cutoff=0.6)
    return f"; did you mean {found[0]}?" if found else ""


def wrong(field: str, found: object, allowed: str) -> WrongDescription:
    return WrongDescription(f"{field}: found {shown(found)}; allowed is {allowed}")


def shown(value: object) -> str:
    as_json = json.dumps(value)
    return as_json if len(as_json) <= 60 else as_json[:60] + "…"


def _each_field_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    fields: dict[str, object] = {}
    for key, value in pairs:
        if key in fields:
            raise WrongDescription(f"the field {shown(key)} is given twice in one object")
        fields[key] = value
    return fields
