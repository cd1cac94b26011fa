"""Reads the code catalogue of a profile: which codes there are, when each row applies, and its wordings.

Only what the scenes need is read; the rest of a profile is the library's business, and unknown keys are ignored here
so that a newer profile works with an older stand-in.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

DEFAULT_PROFILE = Path(__file__).resolve().parents[3] / "core" / "profiles" / "eureka.json"


class WrongProfile(ValueError):
    """The profile cannot be used; the text is one sentence that says where and why."""


@dataclass(frozen=True, slots=True)
class CodeRow:
    """One row of the catalogue. `http` and `message` are its conditions, None where it has none.

    `label` is the short word for its condition: the row's own, else the name of its message pattern.
    """

    code: int | str
    category: str
    advice: str
    label: str | None = None
    http: tuple[int | str, ...] | None = None
    message: str | None = None
    wordings: tuple[str, ...] = ()

    def holds_under(self, status: int) -> bool:
        """True when the row asks for a status and this is one."""
        return self.http is not None and any(wanted == status or wanted == f"{status // 100}xx" for wanted in self.http)


@dataclass(frozen=True, slots=True)
class Profile:
    """The rows in the profile's order, and the message patterns they refer to."""

    rows: tuple[CodeRow, ...]
    patterns: Mapping[str, tuple[str, ...]]


def load_profile(path: Path) -> Profile:
    """Read a profile file. Raises `WrongProfile`."""
    try:
        value: object = json.loads(path.read_bytes())
    except OSError as error:
        raise WrongProfile(f"cannot read the profile {path}: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise WrongProfile(f"the profile {path} is not valid JSON: {error}") from None
    if not isinstance(value, dict) or not isinstance(value.get("codes"), list):
        raise WrongProfile(f"the profile {path} has no array named codes")
    patterns = value.get("patterns", {})
    if not isinstance(patterns, dict) or not all(_is_texts(texts) and texts for texts in patterns.values()):
        raise WrongProfile(f"the profile {path}: patterns must be an object with arrays of texts, none of them empty")
    known = {name: tuple(texts) for name, texts in patterns.items()}
    rows = tuple(
        _row(row, f"the profile {path}, row {index + 1} of codes", known) for index, row in enumerate(value["codes"])
    )
    return Profile(rows, known)


def _row(row: object, where: str, patterns: Mapping[str, tuple[str, ...]]) -> CodeRow:
    if not isinstance(row, dict):
        raise WrongProfile(f"{where}: must be an object")
    code = row.get("code")
    if isinstance(code, bool) or not isinstance(code, (int, str)):
        raise WrongProfile(f"{where}: code must be a whole number or a text")
    wordings = row.get("wordings", [])
    if not _is_texts(wordings):
        raise WrongProfile(f"{where}: wordings must be an array of texts")
    when = row.get("when", {})
    if not isinstance(when, dict):
        raise WrongProfile(f"{where}: when must be an object")
    message = when.get("message")
    if message is not None and (not isinstance(message, str) or message not in patterns):
        raise WrongProfile(f"{where}: when.message names the pattern {message!r}, which the profile does not have")
    http = when.get("http")
    label = row.get("label")
    return CodeRow(
        code=code,
        category=str(row.get("category", "unknown")),
        advice=str(row.get("advice", "never")),
        label=label if isinstance(label, str) else message,
        http=None if http is None else tuple(http) if isinstance(http, list) else (http,),
        message=message,
        wordings=tuple(wordings),
    )


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(text, str) for text in value)
