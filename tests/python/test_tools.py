"""What the type checkers and the linter say of the package, its tests and its examples."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

FOLDERS = ["python", "tests/python", "tests/runners/python", "examples/python"]


def run(root: Path, *command: str) -> str:
    """What a tool says; a test fails with it if the tool does."""
    # Pyright asks the first `python` of the path where packages are.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=root,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    told = done.stdout + done.stderr
    if done.returncode != 0:
        pytest.fail(told, pytrace=False)
    return told


def test_the_package_is_strictly_typed(root: Path) -> None:
    run(root, "mypy", "--config-file", "python/pyproject.toml", "--no-incremental", "-p", "aftercall")


@pytest.mark.parametrize("folder", ["tests/python", "tests/runners/python", "examples/python", "python/benches"])
def test_what_uses_the_package_is_strictly_typed(folder: str, root: Path) -> None:
    files = sorted(str(path.relative_to(root)) for path in (root / folder).glob("*.py"))
    assert files
    run(root, "mypy", "--config-file", "python/pyproject.toml", "--no-incremental", *files)


def test_the_stubs_say_what_there_is(root: Path) -> None:
    run(root, "mypy.stubtest", "aftercall", "--mypy-config-file", "python/pyproject.toml")


def test_every_public_type_is_known(root: Path) -> None:
    told = run(root, "pyright", "--verifytypes", "aftercall", "--ignoreexternal")
    assert "Type completeness score: 100%" in told


def test_the_code_is_clean(root: Path) -> None:
    run(root, "ruff", "check", "--no-cache", "--config", "python/pyproject.toml", *FOLDERS)


def test_the_code_is_formatted(root: Path) -> None:
    run(root, "ruff", "format", "--no-cache", "--check", "--config", "python/pyproject.toml", *FOLDERS)
