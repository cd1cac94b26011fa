"""``explain``: a reply as JSON in; verdict, decision and words as JSON out."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from .._native import Profile, explain_json

__all__ = ["add_to"]


def add_to(commands: Any) -> None:
    """Add the command to a parser's commands."""
    parser = commands.add_parser(
        "explain",
        help="a reply as JSON in; verdict, decision and words as JSON out",
        description="Judges a reply that is written as JSON: an object with http_status and body, or with a fault. "
        "With call, languages and role in it also decides and speaks as they say.",
    )
    parser.add_argument("--profile", metavar="FILE", type=Path, help="judge by this profile")
    parser.add_argument("file", nargs="?", metavar="FILE", type=Path, help="the reply; standard input if left out")
    parser.set_defaults(run=_run)


def _run(chosen: argparse.Namespace) -> int:
    try:
        reply = chosen.file.read_bytes() if chosen.file is not None else sys.stdin.buffer.read()
        profile = Profile.from_file(chosen.profile) if chosen.profile is not None else None
        answer = explain_json(reply, profile=profile)
    except (OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(json.dumps(json.loads(answer), indent=2, ensure_ascii=False))
    return 0
