"""Starts the stand-in as `python3 tests/server/standin`, or as `python3 -m standin` from beside the folder."""

import sys
from pathlib import Path

if not __package__:
    # Started as a folder, Python puts the folder itself first on the path; the package is what lies in its parent.
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from standin.command import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
