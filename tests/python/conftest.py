"""What the tests of the Python package share."""

from __future__ import annotations

import logging
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests" / "server"), str(ROOT / "tests" / "runners" / "python")]

from standin import Standin  # noqa: E402 - its folder is known from here on


@pytest.fixture(scope="session")
def standin() -> Iterator[Standin]:
    with Standin() as standin:
        yield standin


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def in_a_new_interpreter() -> Callable[[str], str]:
    """Runs a program by itself, warnings being errors; returns what it prints."""

    def run(program: str) -> str:
        command = [sys.executable, "-I", "-W", "error", "-c", textwrap.dedent(program)]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    return run


@pytest.fixture
def lines() -> Iterator[list[logging.LogRecord]]:
    """What the package logs, down to DEBUG."""
    seen: list[logging.LogRecord] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            seen.append(record)

    logger = logging.getLogger("aftercall")
    handler = Keep()
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    yield seen
    logger.removeHandler(handler)
    logger.setLevel(logging.NOTSET)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The line that all runners of this repository end with."""
    count = {name: len(reports) for name, reports in terminalreporter.stats.items()}
    failed = count.get("failed", 0) + count.get("error", 0)
    terminalreporter.write_line(f"{count.get('passed', 0)} passed, {failed} failed")


def pytest_configure() -> None:
    """Hear Ctrl-C: whoever is started in the background begins with it ignored."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
