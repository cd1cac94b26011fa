"""The JSON Schemas accept what the library accepts, and name what it names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from aftercall import Advice, Category, Fault, Profile, ProfileError
from aftercall.profile import check

WRONG = [
    '{"name": "x"}',
    '{"aftercall_profile": 2, "name": "x"}',
    '{"aftercall_profile": 1, "name": ""}',
    '{"aftercall_profile": 1, "name": "x", "nmae": 1}',
    '{"aftercall_profile": 1, "name": "x", "extends": "slack"}',
    '{"aftercall_profile": 1, "name": "x", "hosts": ["a b"]}',
    '{"aftercall_profile": 1, "name": "x", "envelope": {"flag": {"absent": "maybe"}}}',
    '{"aftercall_profile": 1, "name": "x", "envelope": {"server_delay": [{"name": "a"}]}}',
    '{"aftercall_profile": 1, "name": "x", "headers": {"amount": ["a b"]}}',
    '{"aftercall_profile": 1, "name": "x", "patterns": {"p": []}}',
    '{"aftercall_profile": 1, "name": "x", "codes": [{"code": 1, "category": "quota", "advice": "hold"}]}',
    '{"aftercall_profile": 1, "name": "x", "codes": [{"category": "quota", "advice": "hold", "effect": "rejected"}]}',
    '{"aftercall_profile": 1, "name": "x", "codes": [{"code": 1, "glob": "*", "category": "quota", "advice": "hold", "effect": "rejected"}]}',  # noqa: E501
    '{"aftercall_profile": 1, "name": "x", "codes": [{"code": 1, "category": "success", "advice": "never", "effect": "unknown"}]}',  # noqa: E501
    '{"aftercall_profile": 1, "name": "x", "codes": [{"code": 1, "category": "quota", "advice": "never", "effect": "done"}]}',  # noqa: E501
    '{"aftercall_profile": 1, "name": "x", "http": [{"status": [], "category": "quota", "advice": "never", "effect": "unknown"}]}',  # noqa: E501
    '{"aftercall_profile": 1, "name": "x", "veto": {"http": [700]}}',
    '{"aftercall_profile": 1, "name": "x", "bodies": {"html": "failure"}}',
    '{"aftercall_profile": 1, "name": "x", "operations": [{"path": "x", "kind": "query"}]}',
    '{"aftercall_profile": 1, "name": "x", "operations": [{"path": "/x", "kind": "poll"}]}',
    '{"aftercall_profile": 1, "name": "x", "tasks": [{"names": ["a"]}]}',
    '{"aftercall_profile": 1, "name": "x", "redaction": {"names": ["a b"]}}',
    '{"aftercall_profile": 1, "name": "x", "redaction": {"names": ["--"]}}',
    '{"aftercall_profile": 1, "name": "x", "redaction": {"prefixes": ["$key"]}}',
]


def load(root: Path, name: str) -> Any:
    return json.loads((root / "core/schema" / name).read_text())


def profiles(root: Path) -> list[Path]:
    ours = [*(root / "core/profiles").glob("*.json"), *(root / "tests/vectors/profiles").glob("*.json")]
    return sorted(ours)


def test_every_profile_fits_its_schema(root: Path) -> None:
    validator = Draft202012Validator(load(root, "profile.json"))
    assert len(profiles(root)) >= 7
    for path in profiles(root):
        assert [error.message for error in validator.iter_errors(json.loads(path.read_text()))] == [], path


def test_every_vector_file_fits_its_schema(root: Path) -> None:
    validator = Draft202012Validator(load(root, "vectors.json"))
    files = sorted((root / "tests/vectors").glob("*.json"))
    assert len(files) >= 8
    for path in files:
        assert [error.message for error in validator.iter_errors(json.loads(path.read_text()))] == [], path


@pytest.mark.parametrize("text", WRONG)
def test_what_the_schema_refuses_is_refused(text: str, root: Path) -> None:
    assert list(Draft202012Validator(load(root, "profile.json")).iter_errors(json.loads(text)))
    with pytest.raises(ProfileError):
        Profile.from_json(text)


def test_a_vector_with_an_unknown_field_does_not_fit(root: Path) -> None:
    validator = Draft202012Validator(load(root, "vectors.json"))
    case: dict[str, Any] = {
        "name": "x",
        "reply": {"http_status": 200, "body": ""},
        "expect": {"rule": "protocol:empty"},
    }
    file = {"vectors": 1, "suite": "judge", "profile": "eureka", "cases": [case]}
    assert not list(validator.iter_errors(file))
    case["expect"]["rul"] = "x"
    assert list(validator.iter_errors(file))


def test_the_schemas_are_schemas_and_know_every_name(root: Path) -> None:
    schema = load(root, "profile.json")
    for name in ("profile.json", "vectors.json"):
        Draft202012Validator.check_schema(load(root, name))
    names = schema["$defs"]
    assert names["category"]["enum"] == [str(category) for category in Category][2:]
    assert names["fault"]["enum"] == [str(fault) for fault in Fault]
    codes = schema["properties"]["codes"]["items"]["properties"]
    assert codes["advice"]["enum"] == [str(advice) for advice in Advice]
    # The loader knows exactly the sections that the schema knows.
    for section in schema["properties"]:
        told = check(json.dumps({section: None}))
        assert not [finding for finding in told if "unknown field" in finding.message], section
