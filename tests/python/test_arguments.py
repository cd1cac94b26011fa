"""What judge() and its sisters accept, and the sentences about what they do not."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta, timezone
from http import HTTPStatus
from typing import Any

import pytest

import aftercall
from aftercall import Category, Expect, Fault, Profile, judge, judge_fault

from bodies import BALANCE, SUCCESS

LATER = {"Retry-After": "Mon, 23 Nov 2026 12:00:10 GMT"}
NOON = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)

any_judge: Any = judge
any_judge_fault: Any = judge_fault


@pytest.mark.parametrize("body", [BALANCE, bytearray(BALANCE), memoryview(BALANCE), BALANCE.decode()])
def test_every_form_of_a_body_gives_the_same_verdict(body: bytes | bytearray | memoryview | str) -> None:
    assert judge(200, None, body) == judge(200, None, BALANCE)


def test_a_body_that_changes_later_changes_no_verdict() -> None:
    body = bytearray(SUCCESS)
    verdict = judge(200, None, body)
    body[:] = b"x" * len(body)
    assert verdict.data() == {"job_id": 1579434053399036000, "rows": [1, 2.5, None]}


def test_a_view_of_every_second_byte_is_a_body() -> None:
    spread = bytes(byte for pair in zip(BALANCE, BALANCE, strict=True) for byte in pair)
    assert judge(200, None, memoryview(spread)[::2]) == judge(200, None, BALANCE)


def test_parts_can_be_named() -> None:
    assert judge(http_status=200, headers=None, body=BALANCE).category is Category.BALANCE


def test_an_enum_of_http_is_a_status() -> None:
    assert judge(HTTPStatus.NOT_FOUND, {}, b"").category is Category.NOT_FOUND


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Correlation-ID": "c-1"},
        {b"x-correlation-id": b" c-1 "},
        [("x-correlation-id", ""), ("x-correlation-id", "c-1"), ("x-correlation-id", "c-2")],
        (("x-request-id", "r"), (b"x-correlation-id", b"c-1")),
        [["x-correlation-id", "c-1"]],
        iter([("x-correlation-id", "c-1")]),
    ],
)
def test_every_form_of_headers_is_read(headers: Any) -> None:
    assert judge(200, headers, BALANCE).correlation_id == "c-1"


def test_header_bytes_that_a_library_escaped_come_back() -> None:
    received = b"caf\xc3\xa9 \xff"
    for value in (received, received.decode("utf-8", "surrogateescape")):
        assert judge(200, [("x-correlation-id", value)], BALANCE).correlation_id == "café \ufffd"


@pytest.mark.parametrize(
    "now",
    [
        NOON.timestamp(),
        int(NOON.timestamp()),
        NOON,
        NOON.astimezone(timezone(timedelta(hours=8))),
    ],
)
def test_a_clock_can_be_given_in_every_usual_form(now: float | datetime) -> None:
    assert judge(503, LATER, b"", now=now).retry_after == 10.0
    assert judge_fault("closed", LATER, now=now).retry_after == 10.0


def test_without_a_clock_no_clock_is_looked_at() -> None:
    assert judge(503, LATER, b"").retry_after is None
    assert judge(503, LATER, b"", now=None).retry_after is None


def test_a_clock_has_milliseconds() -> None:
    assert judge(503, LATER, b"", now=NOON.timestamp() + 0.1).server_delay_ms == 9900
    early = {"Retry-After": "Thu, 01 Jan 1970 00:00:10 GMT"}
    for millisecond in range(10_000):  # of which few are a binary fraction
        assert judge(503, early, b"", now=millisecond / 1000).server_delay_ms == 10_000 - millisecond


def test_what_is_expected_can_be_named() -> None:
    for raw in ("raw", Expect.RAW):
        assert judge(200, None, b"%PDF", expect=raw).is_success
    assert not judge(200, None, b"%PDF", expect="envelope").is_success


def test_a_fault_can_be_named() -> None:
    assert judge_fault("dns") == judge_fault(Fault.DNS)
    assert judge_fault("dns").http_status is None


WRONG: list[tuple[tuple[Any, ...], dict[str, Any], type[Exception], str]] = [
    (("200", {}, b""), {}, TypeError, "http_status: expected an integer, 0 if the status is not known; found str"),
    ((None, {}, b""), {}, TypeError, "http_status: expected an integer, 0 if the status is not known; found NoneType"),
    ((True, {}, b""), {}, TypeError, "http_status: .* found bool"),
    ((200.0, {}, b""), {}, TypeError, "http_status: .* found float"),
    ((2**31, {}, b""), {}, ValueError, "http_status: expected an integer of 32 bits"),
    ((200, {}, 5), {}, TypeError, "body: expected bytes, bytearray, memoryview or str; found int"),
    ((200, {}, ["x"]), {}, TypeError, "body: .* found list"),
    ((200, {}), {}, TypeError, "body: missing"),
    ((200,), {}, TypeError, "body: missing"),
    ((200, {}, "\ud800"), {}, ValueError, "body: this str has lone surrogates"),
    ((200, 5, b""), {}, TypeError, r"headers: expected a mapping, \(name, value\) pairs .* found int"),
    ((200, "x: y", b""), {}, TypeError, "headers: .* found str"),
    ((200, b"x: y", b""), {}, TypeError, "headers: .* found bytes"),
    ((200, ["xy"], b""), {}, TypeError, r"headers\[0\]: expected a \(name, value\) pair; found str"),
    ((200, [("a", "b"), ("a",)], b""), {}, TypeError, r"headers\[1\]: expected a \(name, value\) pair; found tuple"),
    ((200, {"Retry-After": 7}, b""), {}, TypeError, 'headers: the value of "Retry-After": .* found int'),
    ((200, {7: "x"}, b""), {}, TypeError, "headers: expected names of str or bytes; found int"),
    ((200, {"a": "\ud800"}, b""), {}, ValueError, "headers: a str has lone surrogates"),
    ((200, {}, b""), {"expect": "file"}, ValueError, "expect: expected one of envelope, raw; found 'file'"),
    ((200, {}, b""), {"expect": 1}, TypeError, "expect: expected a member of Expect or its name; found int"),
    ((200, {}, b""), {"expect": Fault.DNS}, TypeError, "expect: .* found Fault"),
    ((200, {}, b""), {"now": "today"}, TypeError, "now: expected seconds since 1970 .* found str"),
    ((200, {}, b""), {"now": True}, TypeError, "now: .* found bool"),
    ((200, {}, b""), {"now": float("nan")}, ValueError, "now: expected seconds since 1970; found a number"),
    ((200, {}, b""), {"now": float("inf")}, ValueError, "now: "),
    ((200, {}, b""), {"now": 2**70}, ValueError, "now: "),
    ((200, {}, b""), {"now": datetime(2026, 11, 23)}, ValueError, "now: expected a datetime with a time zone"),
    ((200, {}, b""), {"profile": "eureka"}, TypeError, "profile: expected a Profile or None; found str"),
    ((200, {}, b""), {"timeout": 3}, TypeError, "timeout"),
    (([],), {}, TypeError, "response: expected an integer http_status .* or a response object .*; found list"),
]


@pytest.mark.parametrize(("arguments", "options", "kind", "sentence"), WRONG)
def test_a_wrong_argument_is_named(
    arguments: tuple[Any, ...], options: dict[str, Any], kind: type[Exception], sentence: str
) -> None:
    with pytest.raises(kind, match="^.*" + sentence):
        any_judge(*arguments, **options)


@pytest.mark.parametrize(
    ("fault", "kind", "sentence"),
    [
        ("timeout", ValueError, r"fault: expected one of dns, .*cancelled; found 'timeout'"),
        (6, TypeError, "fault: expected a member of Fault or its name; found int"),
        (None, TypeError, "fault: .* found NoneType"),
        ("x" * 10_000, ValueError, "fault: .{,300}$"),
    ],
)
def test_a_wrong_fault_is_named(fault: Any, kind: type[Exception], sentence: str) -> None:
    with pytest.raises(kind, match=f"^{sentence}"):
        any_judge_fault(fault)


def test_a_wrong_argument_is_not_repeated_in_the_sentence() -> None:
    for wrong in ([object(), "sk-canary"], {"authorization": ["Bearer sk-canary"]}):
        with pytest.raises(TypeError) as caught:
            any_judge(200, wrong, b"")
        assert "canary" not in str(caught.value)


def test_an_error_of_the_callers_own_headers_comes_through() -> None:
    class Broken:
        def items(self) -> Any:
            raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        any_judge(200, Broken(), b"")


def test_a_reply_can_be_explained_as_json() -> None:
    assert '"category":"balance"' in aftercall.explain_json(
        '{"http_status": 200, "body": "{\\"status\\":false,\\"error_code\\":67200005}"}'
    )
    answer = json.loads(aftercall.explain_json('{"fault": "dns", "languages": "ko", "call": {"kind": "query"}}'))
    assert (answer["decision"]["action"], answer["words"]["language"]) == ("retry", "ko")
    with pytest.raises(aftercall.DocumentError, match=r"column 27: call\.knid: unknown field"):
        aftercall.explain_json('{"fault": "dns", "call": {"knid": "query"}}')
    assert aftercall.explain_json(b'{"fault": "dns"}') == aftercall.explain_json('{"fault": "dns"}')
    with pytest.raises(
        aftercall.DocumentError, match=re.escape("line 1, column 2: htp_status: unknown field")
    ) as caught:
        aftercall.explain_json('{"htp_status": 200}')
    match caught.value:
        case aftercall.DocumentError(line, column, path):
            assert (line, column, path) == (1, 2, "htp_status")
    with pytest.raises(ValueError, match="text: expected UTF-8; found another byte at offset 1"):
        aftercall.explain_json(b"{\xff}")
    with pytest.raises(TypeError, match="text: expected str or bytes; found dict"):
        aftercall.explain_json({})  # type: ignore[arg-type]


def test_a_profile_can_be_chosen(root: Any) -> None:
    profile = Profile.from_file(root / "tests" / "vectors" / "profiles" / "plain_code.json")
    verdict = judge(200, None, b'{"errcode":0,"result":[1]}', profile=profile)
    assert verdict.data() == [1]
    assert judge_fault("dns", profile=profile).rule == "transport:dns"
