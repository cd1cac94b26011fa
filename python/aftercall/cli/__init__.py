"""The command line.

    python -m aftercall profile check FILE...      what is wrong with profiles, and what is odd
    python -m aftercall explain [--profile FILE]   a reply as JSON on standard input, its verdict on standard output

The exit code is 0 if all is well, 1 if something is wrong with what was read, 2 if the command itself is.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from . import explain, profile

__all__ = ["main"]


def main(arguments: Sequence[str]) -> int:
    """Run one command; the result is the exit code."""
    parser = argparse.ArgumentParser(prog="python -m aftercall", description="What an API's replies mean.")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    profile.add_to(commands)
    explain.add_to(commands)
    chosen = parser.parse_args(arguments)
    try:
        code: int = chosen.run(chosen)
        sys.stdout.flush()
    except BrokenPipeError:
        # A reader that has gone away, such as `head`, is no error; nor is it to be told of one at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code
