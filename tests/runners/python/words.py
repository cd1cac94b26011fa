"""The suites `words`, one message for people, and `redact`, one text without its secrets."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import aftercall

from fields import Fields, WrongVectors
from reply import Reply


def words_case(case: object, profile: aftercall.Profile) -> Iterator[str]:
    fields = _begun(case)
    options: dict[str, Any] = {"language": fields.text("language"), "role": fields.text("role")}
    for name in ("retry_delay_ms", "utc_offset_minutes"):
        if name in fields:
            options[name] = fields.integer(name)
    if "now_unix" in fields:
        options["now"] = fields.integer("now_unix")
    about = _about(fields, profile)
    expected = fields.required("expect")
    fields.finish()
    words = aftercall.message(about, **options, detail=True, profile=profile)
    values = {
        "title": words.title,
        "text": words.text,
        "action": None if words.action is None else str(words.action),
        "language": words.language,
        "detail": words.detail,
    }
    yield from _differences(values, expected)


def redact_case(case: object, profile: aftercall.Profile) -> Iterator[str]:
    fields = _begun(case)
    text = aftercall.redact(fields.text("text"))
    expected = fields.required("expect")
    fields.finish()
    yield from _differences({"text": text, "line": aftercall.one_line(text)}, expected)


def _begun(case: object) -> Fields:
    fields = Fields("the case", case)
    fields.text("name")
    for comment in ("source", "note"):
        fields.optional(comment)
    return fields


def _about(fields: Fields, profile: aftercall.Profile) -> aftercall.Verdict | str:
    """A category's name, or what a reply, or a code alone, means."""
    given = [name for name in ("category", "code", "reply") if name in fields]
    if given == ["category"]:
        return fields.text("category")
    if given == ["code"]:
        body = json.dumps({"status": False, "error_code": fields.required("code")})
        return aftercall.judge(200, None, body, profile=profile)
    if given != ["reply"]:
        raise WrongVectors("a case needs a category, a code or a reply")
    reply = Reply.read(fields.required("reply"))
    options: dict[str, Any] = {"now": reply.now, "profile": profile}
    if reply.fault is not None:
        return aftercall.judge_fault(aftercall.Fault[reply.fault.upper()], reply.headers, **options)
    return aftercall.judge(reply.http_status, reply.headers, reply.body, expect=reply.expect, **options)


def _differences(values: dict[str, Any], expected: object) -> Iterator[str]:
    if not isinstance(expected, dict):
        raise WrongVectors("expect: expected an object")
    for key, wanted in expected.items():
        if key not in values:
            raise WrongVectors(f"expect: {key!r} is not known to this runner")
        if values[key] != wanted:
            yield f"{key}: expected {json.dumps(wanted)} got {json.dumps(values[key])}"
