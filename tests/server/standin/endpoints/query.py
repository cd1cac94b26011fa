"""Reads numbers of a query as strictly as those of a description."""

from __future__ import annotations

from ..fields import wrong
from ..request import Request


def number_in(request: Request, name: str, default: int, low: int, high: int) -> int:
    """The whole number of a query parameter. Raises `WrongDescription`, with a text fit for a header."""
    value = request.parameter(name)
    if value is None:
        return default
    if not (value.isascii() and value.isdigit() and len(value) <= 18 and low <= int(value) <= high):
        raise wrong(name, value[:20], f"a whole number from {low} to {high}")
    return int(value)
