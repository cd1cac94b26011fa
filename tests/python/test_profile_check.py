"""What is said about the text of a profile: as a function, and on the command line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from aftercall import OperationKind, Profile, TaskState, judge
from aftercall.cli import main
from aftercall.profile import Finding, check

WRONG = """{
  "aftercall_profile": 1,
  "name": "shop",
  "codes": [
    {"code": 7, "category": "quotta", "advice": "hold", "effect": "rejected"},
    {"code": 8, "category": "quota", "advice": "hold", "effect": "rejected"},
    {"code": 8, "category": "balance", "advice": "never", "effect": "rejected"}
  ],
  "veto": {"htpp": [401]}
}
"""
GOOD = '{"aftercall_profile": 1, "name": "shop"}'


def test_everything_that_is_wrong_is_told_in_the_order_of_the_text() -> None:
    findings = check(WRONG)
    assert [(finding.severity, finding.line, finding.path) for finding in findings] == [
        ("error", 5, "codes[0].category"),
        ("warning", 7, "codes[2]"),
        ("error", 9, "veto.htpp"),
    ]
    assert findings[0].message.endswith('found "quotta", did you mean "quota"?')
    assert str(findings[2]) == (
        'line 9, column 12: veto.htpp: error: unknown field "htpp", did you mean "http"? [invalid]'
    )


def test_a_warning_does_not_keep_a_profile_from_loading() -> None:
    text = WRONG.replace("quotta", "quota").replace("htpp", "http")
    assert [finding.lint for finding in check(text)] == ["unreachable"]
    Profile.from_json(text)


def test_text_and_bytes_say_the_same() -> None:
    assert check(WRONG.encode()) == check(WRONG)
    assert check(GOOD) == []
    assert isinstance(check("")[0], Finding)
    with pytest.raises(TypeError, match="text: expected str or bytes; found int"):
        check(5)  # type: ignore[arg-type]


def test_the_command_points_at_the_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = tmp_path / "wrong.json"
    wrong.write_text(WRONG)
    assert main(["profile", "check", str(wrong)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(f"{wrong}:5:29: error: codes[0].category: expected one of ")
    assert lines[1].endswith('{"code": 7, "category": "quotta", "advice": "hold", "effect": "rejected"},')
    assert lines[2].index("^") == lines[1].index('"quotta"')
    assert lines[-1] == "1 file: 2 errors, 1 warning"


def test_the_command_says_whether_all_is_well(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, odd = tmp_path / "good.json", tmp_path / "odd.json"
    good.write_text(GOOD)
    odd.write_text(WRONG.replace("quotta", "quota").replace("htpp", "http"))
    assert main(["profile", "check", str(good)]) == 0
    assert capsys.readouterr().out == "1 file: 0 errors, 0 warnings\n"
    assert main(["profile", "check", str(odd), str(good)]) == 0
    assert main(["profile", "check", "--strict", str(odd)]) == 1
    capsys.readouterr()
    assert main(["profile", "check", "--json", str(odd)]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["lint"] == "unreachable"
    (tmp_path / "latin.json").write_bytes(b"\xe9")
    assert main(["profile", "check", str(tmp_path / "latin.json"), str(tmp_path / "none.json")]) == 1
    told = capsys.readouterr().err
    assert "not UTF-8, at byte 0" in told
    assert "No such file" in told


def test_the_command_is_there_for_a_shell(tmp_path: Path) -> None:
    reply = '{"http_status": 200, "body": "{\\"status\\":false,\\"error_code\\":67200005}"}'
    command = [sys.executable, "-m", "aftercall", "explain"]
    done = subprocess.run(command, input=reply, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["category"] == "balance"
    profile = tmp_path / "shop.json"
    profile.write_text(GOOD)
    done = subprocess.run([*command, "--profile", profile], input=reply, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["category"] == "unknown"
    done = subprocess.run(command, input="{}", capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert "expected http_status and body" in done.stderr
    done = subprocess.run(command[:-1], capture_output=True, text=True, check=False)
    assert done.returncode == 2


@pytest.mark.parametrize("name", ["eureka", "wechat", "telegram", "slack", "huawei_cloud"])
def test_nothing_is_to_be_said_about_our_own_profiles(name: str, root: Path) -> None:
    assert check((root / f"core/profiles/{name}.json").read_bytes()) == []


def test_a_profile_knows_hosts_and_operations(root: Path) -> None:
    slack = Profile.from_file(root / "core/profiles/slack.json")
    assert slack.hosts == ["slack.com", "*.slack.com"]
    assert slack.is_for_host("acme.slack.com:443")
    assert not slack.is_for_host("slack.com.example.org")
    assert slack.operation("POST", "/api/conversations.list")[0] is OperationKind.QUERY
    assert slack.operation("POST", "/api/chat.postMessage")[0] is OperationKind.MUTATION


def test_a_request_must_be_a_pair(root: Path) -> None:
    huawei = Profile.from_file(root / "core/profiles/huawei_cloud.json")
    verdict = judge(200, None, '{"status":"FAIL"}', profile=huawei, request=("GET", "/v1/p/jobs/7"))
    assert verdict.task is TaskState.FAILED
    assert judge(200, None, '{"status":"FAIL"}', profile=huawei).task is None
    with pytest.raises(TypeError, match="request: expected a pair of method and path; found str"):
        judge(200, None, b"", request="GET")  # type: ignore[call-overload]
