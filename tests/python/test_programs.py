"""The runner of the vectors and the program behind the demo."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

CASE = {
    "name": "a case",
    "reply": {"http_status": 200, "headers": [["x-request-id", "r"]], "body": '{"status":false,"error_code":67200005}'},
    "expect": {"category": "balance", "code": 67200005, "data": None, "anomalies": [], "rule": "code:67200005"},
}


def replay(root: Path, *files: Path | str) -> tuple[int, list[str]]:
    program = str(root / "tests" / "runners" / "python" / "replay.py")
    done = subprocess.run([sys.executable, program, *map(str, files)], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout.splitlines()


def vectors(tmp_path: Path, *cases: Any, **changes: Any) -> Path:
    path = tmp_path / "vectors.json"
    document = {"vectors": 1, "suite": "judge", "profile": "eureka", "cases": list(cases), **changes}
    path.write_text(json.dumps(document))
    return path


def test_the_public_vectors_pass(root: Path) -> None:
    files = sorted((root / "tests" / "vectors").glob("judge*.json"))
    code, lines = replay(root, *files)
    assert (code, len(lines)) == (0, 1), lines
    assert lines[0].endswith(" passed, 0 failed")


def test_a_case_that_is_right_passes(root: Path, tmp_path: Path) -> None:
    assert replay(root, vectors(tmp_path, CASE)) == (0, ["1 passed, 0 failed"])


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"expect": {"category": "quota"}}, 'FAIL a case: category: expected "quota" got "balance"'),
        ({"expect": {"code": "67200005"}}, 'FAIL a case: code: expected "67200005" got 67200005'),
        ({"expect": {"code": 67200005.0}}, "FAIL a case: code: expected 67200005.0 got 67200005"),
        ({"expect": {"anomalies": ["odd_flag"]}}, 'FAIL a case: anomalies: expected ["odd_flag"] got []'),
        ({"expect": {"weather": 1}}, "FAIL a case: WrongVectors: expect: 'weather' is not known to this runner"),
        ({"reply": {**CASE["reply"], "weather": 1}}, "FAIL a case: WrongVectors: reply: 'weather' is not known"),  # type: ignore[dict-item]
        ({"weather": 1}, "FAIL a case: WrongVectors: the case: 'weather' is not known to this runner"),
        ({"reply": {"http_status": 200}}, "FAIL a case: WrongVectors: reply: body is missing"),
        ({"reply": {"fault": "rain"}}, "FAIL a case: ValueError: fault: expected one of dns"),
    ],
)
def test_a_case_that_is_wrong_fails(change: dict[str, Any], line: str, root: Path, tmp_path: Path) -> None:
    code, lines = replay(root, vectors(tmp_path, {**CASE, **change}))
    assert code == 1
    assert lines[0].startswith(line)
    assert lines[-1] == "0 passed, 1 failed"


@pytest.mark.parametrize("change", [{"suite": "rain"}, {"vectors": 2}, {"profile": "none.json"}, {"weather": 1}])
def test_a_file_that_is_wrong_fails(change: dict[str, Any], root: Path, tmp_path: Path) -> None:
    code, lines = replay(root, vectors(tmp_path, CASE, **change))
    assert (code, lines[-1]) == (1, "0 passed, 1 failed")


def test_no_case_is_no_pass(root: Path, tmp_path: Path) -> None:
    assert replay(root, vectors(tmp_path)) == (1, ["0 passed, 0 failed"])
    assert replay(root)[0] == 2


def test_the_demo_program_judges_line_by_line(root: Path, tmp_path: Path) -> None:
    replies = tmp_path / "replies"
    lines = [
        json.dumps(CASE["reply"]),
        '{"fault": "read_timeout"}',
        '{"http_status": 200, "headers": [], "body_base64": "eyJzdGF0dXMiOnRydWV9", "now_unix": 1}',
    ]
    replies.write_text("\n".join(lines) + "\n")
    program = str(root / "examples" / "python" / "demo_judge.py")
    done = subprocess.run([sys.executable, program, str(replies)], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [
        "balance\tnever\trejected\tcode:67200005",
        "transport\tbackoff\tunknown\ttransport:read_timeout",
        "success\tnever\tdone\tsuccess",
    ]
