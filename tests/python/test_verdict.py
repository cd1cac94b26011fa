"""A verdict: immutable, comparable, picklable, and its data behind its outcome."""

from __future__ import annotations

import copy
import json
import pickle
import sys
from typing import Any

import pytest

from aftercall import (
    Advice,
    AftercallError,
    Anomaly,
    BalanceError,
    Category,
    Effect,
    OperationKind,
    Outcome,
    Verdict,
    judge,
    judge_fault,
)

from bodies import BALANCE, OF_CATEGORY, QUOTA, SUCCESS, success

PROTOCOLS = range(pickle.HIGHEST_PROTOCOL + 1)
HEADERS = {"x-correlation-id": "c-1", "x-openapi-amount": "0.5", "retry-after": "2"}

VERDICTS = [
    *(judge(status, headers, body) for status, headers, body in OF_CATEGORY.values()),
    judge(200, HEADERS, SUCCESS),
    judge(200, HEADERS, BALANCE),
    judge(200, None, success(None)),
    judge(200, None, b'{"status":true}'),
    judge(204, None, b""),
    judge(200, None, b"\x00\xff", expect="raw"),
    judge(200, None, b'{"status":false,"status":"odd","error_code":"\\u4f59","message":"caf\xe9 \\n\\ud83d"'),
    judge(200, None, b'{"status":false,"error_code":18446744073709551616,"msg":[1]}' + b" " * 10_000),
    judge_fault("read_timeout", HEADERS),
    judge_fault("cancelled"),
]


def bytes_of(verdict: Verdict) -> bytes:
    view = verdict.data_bytes
    assert view is not None
    return bytes(view)


def test_a_success_says_so() -> None:
    verdict = judge(200, HEADERS, SUCCESS)
    assert verdict.is_success
    assert verdict.outcome is Outcome.SUCCESS
    assert (verdict.category, verdict.advice, verdict.effect) == (Category.SUCCESS, Advice.NEVER, Effect.DONE)
    assert (verdict.code, verdict.code_text, verdict.http_status, verdict.message) == (0, "0", 200, None)
    assert (verdict.correlation_id, verdict.amount) == ("c-1", "0.5")
    assert (verdict.server_delay_ms, verdict.retry_after) == (2000, 2.0)
    assert verdict.anomalies == frozenset()
    assert (verdict.alternative, verdict.repeat, verdict.rule) == (None, None, "success")
    assert verdict.raise_for_failure() is verdict


def test_a_failure_says_why() -> None:
    verdict = judge(200, HEADERS, b'{"status":true,"error_code":67200004,"error_code":"67200004","msg":"a\\nb"}')
    assert not verdict.is_success
    assert verdict.outcome is Outcome.FAILURE
    assert verdict.category is Category.PERMISSION
    assert verdict.alternative is Category.QUOTA
    assert verdict.effect is Effect.REJECTED
    assert (verdict.code, verdict.code_text, verdict.message) == (67200004, "67200004", "a\nb")
    assert verdict.anomalies == {Anomaly.CONTRADICTION, Anomaly.DUPLICATE_FIELD}
    assert judge(200, None, b'{"status":false,"error_code":68300008}').repeat is OperationKind.QUERY


def test_data_is_the_callers_own_bytes() -> None:
    verdict = judge(200, None, SUCCESS)
    view = verdict.data_bytes
    assert view is not None
    assert view.obj is SUCCESS
    assert view.readonly
    assert bytes(view) == b'{"job_id":1579434053399036000,"rows":[1,2.5,null]}'


def test_a_view_outlives_its_verdict() -> None:
    body = bytes(bytearray(SUCCESS))
    view = judge(200, None, body).data_bytes
    del body
    assert view is not None
    assert bytes(view[1:9]) == b'"job_id"'


def test_absent_null_and_empty_data_are_three_answers() -> None:
    absent, null, empty = (
        judge(200, None, b'{"status":true%s}' % data) for data in (b"", b',"data":null', b',"data":{}')
    )
    assert absent.data_bytes is None
    assert absent.data() is None
    assert bytes_of(null) == b"null"
    assert null.data() is None
    assert bytes_of(empty) == b"{}"
    assert empty.data() == {}


def test_a_failure_has_no_data() -> None:
    verdict = judge(200, None, b'{"data":{"secret":1},"status":false,"error_code":67200005}')
    for ask in (lambda: verdict.data_bytes, verdict.data, verdict.raise_for_failure):
        with pytest.raises(BalanceError) as caught:
            ask()
        assert caught.value.verdict is verdict


def test_a_download_is_data_as_it_is() -> None:
    verdict = judge(200, None, b"%PDF\x00", expect="raw")
    assert bytes_of(verdict) == b"%PDF\x00"
    with pytest.raises(json.JSONDecodeError):
        verdict.data()
    assert bytes_of(judge(200, None, b"", expect="raw")) == b""


def test_a_large_failure_keeps_no_body() -> None:
    body = bytes(bytearray(BALANCE + b" " * 100_000))
    before = sys.getrefcount(body)
    verdict = judge(200, None, body)
    assert sys.getrefcount(body) == before
    assert verdict.message == "Insufficient balance, call failed!"
    assert verdict.code_text == "67200005"


@pytest.mark.parametrize("verdict", VERDICTS, ids=lambda verdict: verdict.rule)
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_pickle_keeps_every_field(verdict: Verdict, protocol: int) -> None:
    restored = pickle.loads(pickle.dumps(verdict, protocol))
    assert restored == verdict
    assert hash(restored) == hash(verdict)
    assert repr(restored) == repr(verdict)
    for name in dir(Verdict):
        if not name.startswith("_") and name not in ("data", "data_bytes", "raise_for_failure"):
            assert getattr(restored, name) == getattr(verdict, name), name
    if verdict.is_success:
        assert restored.data_bytes == verdict.data_bytes


def test_a_pickle_of_another_version_is_refused_by_name() -> None:
    restore, (state,) = judge(404, None, b"").__reduce__()
    with pytest.raises(ValueError, match="99 is no Category that this version of aftercall knows"):
        restore({**state, "category": 99})
    with pytest.raises(KeyError):
        restore({})


@pytest.mark.parametrize("verdict", VERDICTS, ids=lambda verdict: verdict.rule)
def test_a_copy_is_the_same(verdict: Verdict) -> None:
    assert copy.copy(verdict) is verdict
    assert copy.deepcopy(verdict) is verdict
    assert copy.deepcopy([verdict])[0] is verdict


def test_verdicts_are_equal_if_every_field_is() -> None:
    assert len({*VERDICTS, *(pickle.loads(pickle.dumps(verdict)) for verdict in VERDICTS)}) == len(VERDICTS)
    assert judge(200, None, BALANCE) == judge(200, {}, BALANCE.replace(b"Insufficient", b"\\u0049nsufficient"))
    for other in (
        judge(200, None, BALANCE.replace(b"!", b"?")),
        judge(201, None, BALANCE),
        judge(200, {"x-request-id": "c"}, BALANCE),
        judge(200, {"x-openapi-amount": "1"}, BALANCE),
        judge(200, None, BALANCE.replace(b"67200005", b'"67200005 "')),
        "a verdict",
        None,
    ):
        assert judge(200, None, BALANCE) != other
    assert judge(200, None, success(1)) != judge(200, None, success(2))


def test_a_verdict_can_be_matched() -> None:
    def told(verdict: Verdict) -> str:
        match verdict:
            case Verdict(Category.BALANCE, code):
                return f"top up ({code})"
            case Verdict(category=Category.RATE_LIMIT, retry_after=float(seconds)):
                return f"wait {seconds} s"
            case Verdict(advice=Advice.BACKOFF):
                return "again"
            case Verdict(is_success=True):
                return "done"
            case _:
                return "look"

    replies = [
        (200, {}, BALANCE),
        (429, {"retry-after": "7"}, b""),
        (500, {}, b""),
        (200, {}, SUCCESS),
        (200, {}, b"?"),
    ]
    assert [told(judge(*reply)) for reply in replies] == ["top up (67200005)", "wait 7.0 s", "again", "done", "look"]


def test_a_verdict_cannot_be_made_or_changed() -> None:
    verdict: Any = judge(200, None, QUOTA)
    with pytest.raises(TypeError):
        Verdict()
    with pytest.raises(TypeError):
        type("Mine", (Verdict,), {})
    for name in ("category", "code", "rule", "data", "anything"):
        with pytest.raises(AttributeError):
            setattr(verdict, name, 1)
        with pytest.raises(AttributeError):
            delattr(verdict, name)


def test_the_repr_says_what_was_decided() -> None:
    verdict = judge(429, {"retry-after": "7", "x-request-id": "c-1"}, b'{"status":false,"code":"X","msg":"hello"}')
    assert repr(verdict) == (
        "<Verdict failure rate_limit, advice=throttle, effect=rejected, http_status=429, rule='http:429', "
        "retry_after=7.0>"
    )
    assert (
        repr(judge_fault("dns")) == "<Verdict failure transport, advice=backoff, effect=not_sent, rule='transport:dns'>"
    )


def test_every_failure_raises_and_no_success() -> None:
    for verdict in VERDICTS:
        if verdict.is_success:
            verdict.raise_for_failure()
        else:
            with pytest.raises(AftercallError):
                verdict.raise_for_failure()
