"""``profile check``: findings as a compiler prints them."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from ..profile import Finding, check

__all__ = ["add_to"]

_LONGEST_LINE = 160


def add_to(commands: Any) -> None:
    """Add the command to a parser's commands."""
    parser = commands.add_parser("profile", help="work with profiles", description="Work with profiles.")
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    checking = actions.add_parser(
        "check",
        help="what is wrong with profiles, and what is odd",
        description="Says what is wrong with profiles, and what is odd. Ends with 1 if one of them would be refused.",
    )
    checking.add_argument("files", nargs="+", metavar="FILE", type=Path)
    checking.add_argument("--json", action="store_true", help="print one JSON object for each finding")
    checking.add_argument("--strict", action="store_true", help="end with 1 for a warning, too")
    checking.set_defaults(run=_run)


def _run(chosen: argparse.Namespace) -> int:
    errors = warnings = 0
    for file in chosen.files:
        try:
            text = file.read_bytes().decode()
        except (OSError, UnicodeDecodeError) as error:
            print(f"{file}: error: {_reason(error)}", file=sys.stderr)
            errors += 1
            continue
        lines = text.split("\n")
        for finding in check(text):
            if finding.severity == "error":
                errors += 1
            else:
                warnings += 1
            if chosen.json:
                print(json.dumps({"file": str(file), **finding._asdict()}, ensure_ascii=False))
            else:
                _print(file, finding, lines[finding.line - 1])
    if not chosen.json:
        print(_summary(len(chosen.files), errors, warnings))
    return 1 if errors or (warnings and chosen.strict) else 0


def _print(file: Path, finding: Finding, line: str) -> None:
    path = f"{finding.path}: " if finding.path else ""
    print(f"{file}:{finding.line}:{finding.column}: {finding.severity}: {path}{finding.message} [{finding.lint}]")
    # A long line is shown from a little before the place on.
    start = max(0, finding.column - 1 - 60) if len(line) > _LONGEST_LINE else 0
    shown = line[start : start + _LONGEST_LINE].rstrip()
    if shown.isprintable() or "\t" in shown:
        margin = "".join("\t" if character == "\t" else " " for character in shown[: finding.column - 1 - start])
        print(f"  {shown}\n  {margin}^")


def _reason(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return f"not UTF-8, at byte {error.start}"
    return getattr(error, "strerror", None) or str(error)


def _summary(files: int, errors: int, warnings: int) -> str:
    def count(number: int, noun: str) -> str:
        return f"{number} {noun}{'' if number == 1 else 's'}"

    return f"{count(files, 'file')}: {count(errors, 'error')}, {count(warnings, 'warning')}"
