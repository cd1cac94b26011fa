"""What is to be said about the text of a profile.

>>> from aftercall.profile import check
>>> for finding in check('{"aftercall_profile": 1, "nmae": "shop"}'):
...     print(finding)
line 1, column 1: error: the field "name" is missing [invalid]
line 1, column 26: nmae: error: unknown field "nmae", did you mean "name"? [invalid]
"""

from __future__ import annotations

from typing import NamedTuple

from ._native import _check_profile

__all__ = ["Finding", "check"]


class Finding(NamedTuple):
    """One thing that is wrong, or odd, in the text of a profile."""

    severity: str
    """"error": the profile is refused; "warning": it loads, but probably does not say what was meant."""
    lint: str
    """Which check found it: "syntax", "invalid", or the name of a warning such as "unreachable"."""
    line: int
    """From 1."""
    column: int
    """In characters, from 1."""
    path: str
    """The way to the value, such as "codes[3].category"; empty for the document itself."""
    message: str
    """What was found and what is allowed, in one line."""

    def __str__(self) -> str:
        path = f"{self.path}: " if self.path else ""
        return f"line {self.line}, column {self.column}: {path}{self.severity}: {self.message} [{self.lint}]"


def check(text: str | bytes) -> list[Finding]:
    """Every error and every warning, in the order of the text, at most 1,000 of them.

    Without an error among them, Profile.from_json reads the text.
    """
    return [Finding(*found) for found in _check_profile(text)]
