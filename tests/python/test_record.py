"""A record tells support what happened, and nobody a secret."""

from __future__ import annotations

import asyncio
import copy
import json
import logging
import pickle
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import aftercall
from aftercall import AftercallError, Decision, Policy, Profile, Record, Verdict, judge, judge_fault

from failures import failed, played
from standin import Standin

URL = "https://api.example.com/search/patent/v2"
STARTED = 1_795_435_200
BUSY = b'{"status":false,"error_code":68300008,"error_msg":"Service error, please try again later!"}'
CANARY = "c4nary5ecret0987"


@pytest.fixture(scope="session")
def schema(root: Path) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((root / "core" / "schema" / "record.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    return schema


def decided(verdict: Verdict, now_ms: int = 100, **policy: Any) -> Decision:
    call = Policy(jitter="none", **policy).new_call(kind="query")
    call.before_attempt(0)
    return call.on_reply(verdict, now_ms)


def test_a_caught_failure_gives_the_paragraph_in_one_line() -> None:
    error = failed([judge(503, None, BUSY), judge(429, {"x-correlation-id": "c-2", "retry-after": "600"}, b"")])
    paragraph = error.record("GET", URL + "?q=solar", started=STARTED).paragraph()
    assert paragraph == (
        f"GET {URL} failed: rate_limit (HTTP 429). 2 attempts in 700 ms from 2026-11-23T12:00:00.000Z, of which 500 ms "
        "waited; stopped: attempts_exhausted. Correlation id c-2. The server may be asked again at "
        "2026-11-23T12:10:00.700Z. Rule http:429; profile eureka 2026.11; aftercall/0.1.0."
    )


def test_the_loop_knows_when_the_call_began_and_by_which_profile() -> None:
    mine = Profile.from_json('{"aftercall_profile": 1, "name": "mine"}')
    before = datetime.now(UTC)
    try:
        Policy(preset="none").using(profile=mine).call(lambda: judge_fault("dns", profile=mine))
    except AftercallError as error:
        record = error.record("GET", URL).as_dict()
        restored = pickle.loads(pickle.dumps(error)).record("GET", URL).as_dict()
    assert abs((datetime.fromisoformat(record["started"]) - before).total_seconds()) < 5
    assert record["profile"] == "mine"
    assert restored == record


def test_an_exception_of_any_class_has_a_record() -> None:
    error = played([ConnectionResetError("lost"), ConnectionResetError("lost")])
    assert isinstance(error, ConnectionResetError)
    record = Record.from_error(error, "GET", URL).as_dict()
    assert [attempt["fault"] for attempt in record["attempts"]] == ["reset", "reset"]
    assert record["reason"] == "attempts_exhausted"
    nothing = Record.from_error(KeyError("x"), "GET", URL)
    assert nothing.attempts == 0
    assert "made no attempt" in nothing.paragraph()


def test_a_failure_that_no_loop_raised_is_one_attempt() -> None:
    with pytest.raises(AftercallError) as caught:
        judge(401, {"x-correlation-id": "c-9"}, b"").raise_for_failure()
    record = caught.value.record("GET", URL)
    assert record.attempts == 1
    assert "failed: authentication (HTTP 401). 1 attempt in 0 ms" in record.paragraph()
    assert "Correlation id c-9." in record.paragraph()


def test_a_call_that_ended_while_it_waited_says_why(schema: dict[str, Any]) -> None:
    now = [0.0]

    def late(seconds: float) -> None:
        now[0] += seconds + 10

    policy = Policy(deadline_ms=5000, jitter="none").using(kind="query", sleep=late, clock=lambda: now[0])
    with pytest.raises(AftercallError) as caught:
        policy.call(lambda: judge(503, None, BUSY))
    record = caught.value.record("GET", URL).as_dict()
    jsonschema.validate(record, schema)
    assert (record["attempts_made"], record["reason"], record["duration_ms"]) == (1, "deadline", 10_500)
    assert record["attempts"][0]["decision"] == "retry"


def test_a_refused_token_is_counted() -> None:
    def refuse() -> None:
        raise ValueError("no")

    error = failed([judge(401, None, b""), judge(401, None, b"")], refresh=refuse)
    record = error.record("GET", URL).as_dict()
    assert (record["refreshes"], record["reason"], record["attempts_made"]) == (1, "auth_failed", 1)


def test_a_coroutine_has_one_too() -> None:
    async def ask() -> Verdict:
        return judge(404, None, b"")

    with pytest.raises(AftercallError) as caught:
        asyncio.run(Policy().using(kind="query").call_async(ask))
    assert caught.value.record("GET", URL).attempts == 1


def test_a_client_knows_where_the_request_went(standin: Standin, schema: dict[str, Any]) -> None:
    client = aftercall.Client(standin.base_url, api_key=CANARY)
    with pytest.raises(aftercall.BalanceError) as caught:
        client.get("/scene/code-67200005", {"note": "token=not-for-support"})
    record = caught.value.record()
    jsonschema.validate(record.as_dict(), schema)
    assert record.paragraph().startswith(f"GET {standin.base_url}/scene/code-67200005 failed: balance (code 67200005")
    shown = record.to_json() + record.paragraph() + repr(record)
    assert CANARY not in shown
    assert "not-for-support" not in shown
    restored = pickle.loads(pickle.dumps(caught.value))
    assert restored.record("GET", URL).as_dict()["attempts"] == record.as_dict()["attempts"]
    told, known = restored.record().as_dict(), record.as_dict()
    for name in ("method", "host", "port", "path", "attempts"):
        assert told[name] == known[name]


def test_where_the_request_went_must_be_said() -> None:
    error = failed([judge(404, None, b"")])
    with pytest.raises(TypeError, match="method: missing; where a request went is known without it only if a client"):
        error.record()
    with pytest.raises(TypeError, match="url: missing; "):
        error.record("GET")


def test_a_record_is_valid_json_of_the_schema(schema: dict[str, Any]) -> None:
    record = Record("POST", "http://h:8080/a", started=datetime(2026, 11, 23, 12, tzinfo=UTC), started_ms=5000)
    jsonschema.validate(record.as_dict(), schema)
    verdict = judge(200, None, BUSY)
    record.note(decided(verdict), 5000, 5100, verdict, "r-1", ("POST", "/oauth/token?apikey=5f3c"))
    fault = judge_fault("reset")
    record.note(decided(fault, preset="none"), 5600, 5700, verdict=fault)
    written = json.loads(record.to_json())
    jsonschema.validate(written, schema)
    assert written == record.as_dict()
    assert (written["started"], written["port"]) == ("2026-11-23T12:00:00.000Z", 8080)
    assert [attempt["request"] for attempt in written["attempts"]] == ["POST /oauth/token", None]
    assert [attempt["request_id"] for attempt in written["attempts"]] == ["r-1", None]
    assert (record.method, record.url, record.attempts, record.duration_ms) == ("POST", "http://h:8080/a", 2, 700)
    assert repr(record) == "<Record POST http://h:8080/a, 2 attempts in 700 ms>"
    assert str(record) == record.paragraph()
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**written, "body": "x"}, schema)


def test_the_time_to_ask_again_is_a_datetime() -> None:
    record = Record("GET", URL, started=STARTED)
    assert record.retry_at is None
    verdict = judge(429, {"retry-after": "600"}, b"")
    record.note(decided(verdict), 0, 100, verdict)
    assert record.retry_at == datetime(2026, 11, 23, 12, 10, 0, 100_000, tzinfo=UTC)
    far = judge(429, {"retry-after": "9007199254740"}, b"")
    record.note(decided(far), 0, 100, far)
    assert record.retry_at == datetime(9999, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC)


def test_thousands_of_attempts_stay_within_bounds(schema: dict[str, Any]) -> None:
    message = "余额 " * 10_000
    verdict = judge(200, None, f'{{"status":false,"error_code":68300008,"error_msg":"{message}"}}')
    decision = decided(verdict)
    record = Record("GET", URL)
    for attempt in range(5000):
        record.note(decision, attempt, attempt, verdict)
    text = record.to_json()
    assert len(text.encode()) <= 256 * 1024
    written = json.loads(text)
    jsonschema.validate(written, schema)
    assert written["attempts_made"] == record.attempts == 5000
    assert written["attempts_dropped"] + len(written["attempts"]) == 5000
    assert (written["attempts"][0]["attempt"], written["attempts"][-1]["attempt"]) == (1, 5000)
    assert len(record.paragraph()) < 4096


def test_many_threads_may_note_at_once() -> None:
    record = Record("GET", URL)
    verdict = judge(503, None, b"")
    decision = decided(verdict)

    def work() -> None:
        for _ in range(500):
            record.note(decision, 0, 1, verdict)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert record.attempts == 2000


def test_problem_details_are_for_those_who_call_us() -> None:
    body = b'{"status":false,"error_code":67200005,"error_msg":"Insufficient balance"}'
    record = failed([judge(200, {"x-correlation-id": "c/1"}, body)]).record("GET", URL)
    problem = record.problem("en")
    assert problem == json.loads(record.problem_json("en"))
    assert problem["type"] == "urn:aftercall:problem:balance"
    assert (problem["status"], problem["title"], problem["attempts"]) == (503, "Out of credit", 1)
    assert problem["instance"] == "urn:aftercall:correlation:c%2F1"
    assert "67200005" not in problem["detail"]
    assert record.problem("zh-CN")["title"] != problem["title"]
    assert record.problem("en", role="owner")["detail"] != problem["detail"]
    with pytest.raises(ValueError, match='role: expected user or owner; found "admin"'):
        record.problem("en", role="admin")  # type: ignore[arg-type]


def test_attributes_have_the_names_of_the_conventions() -> None:
    replies: list[Verdict | Exception] = [judge(503, None, b""), judge(404, {"x-correlation-id": "c-9"}, b"")]
    attributes = failed(replies).record("GET", "http://u:p@api.example.com/v1?x=1").attributes()
    assert attributes["url.full"] == "http://api.example.com/v1"
    assert attributes["server.port"] == 80
    assert attributes["http.response.status_code"] == 404
    assert attributes["http.request.resend_count"] == 1
    assert attributes["error.type"] == "not_found"
    assert attributes["http.response.header.x-correlation-id"] == ["c-9"]


def test_a_copy_goes_its_own_way() -> None:
    record = Record("GET", URL)
    verdict = judge(503, None, b"")
    for other in (copy.copy(record), copy.deepcopy(record)):
        other.note(decided(verdict), 0, 1, verdict)
        assert (record.attempts, other.attempts) == (0, 1)
    with pytest.raises(TypeError, match="a Record cannot be pickled; send what its to_json"):
        pickle.dumps(record)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((b"GET", URL), "method: expected a str; found bytes"),
        (("GET", None), "url: expected a str; found NoneType"),
    ],
)
def test_a_wrong_argument_is_named(arguments: Any, sentence: str) -> None:
    with pytest.raises(TypeError, match=sentence):
        Record(*arguments)


def test_a_wrong_named_argument_is_named() -> None:
    wrong: Any = Record
    with pytest.raises(TypeError, match="profile: expected a Profile or None; found str"):
        wrong("GET", URL, profile="eureka")
    with pytest.raises(TypeError, match="started: expected seconds since 1970 as int or float, a datetime"):
        wrong("GET", URL, started="now")
    with pytest.raises(ValueError, match="started: expected a datetime with a time zone"):
        wrong("GET", URL, started=datetime(2026, 11, 23))
    with pytest.raises(ValueError, match="started_ms: expected an integer from 0 to 18446744073709551615"):
        wrong("GET", URL, started_ms=-1)
    note: Any = Record("GET", URL).note
    verdict = judge(503, None, b"")
    with pytest.raises(TypeError, match="decision: expected a Decision; found Verdict"):
        note(verdict, 0, 1)
    with pytest.raises(TypeError, match="ended_ms: expected an integer; found float"):
        note(decided(verdict), 0, 1.5)
    with pytest.raises(TypeError, match="verdict: expected a Verdict or None; found str"):
        note(decided(verdict), 0, 1, "x")
    with pytest.raises(TypeError, match=r"request: expected a tuple \(method, path\); found str"):
        note(decided(verdict), 0, 1, verdict, request="/oauth")


def test_no_secret_gets_in_by_any_door(lines: list[logging.LogRecord]) -> None:
    url = f"https://me:{CANARY}@api.example.com/v1/token={CANARY}/x?apikey={CANARY}&token={CANARY}#{CANARY}"
    message = f"Bearer {CANARY} was refused; sk-{CANARY} too: https://u:{CANARY}@h/?client_secret={CANARY}&x=1"
    fields = {"status": False, "error_code": f"token={CANARY}", "error_msg": message, "data": {"password": CANARY}}
    headers = {"x-correlation-id": f"apikey={CANARY}", "authorization": CANARY, "set-cookie": CANARY}
    error = failed([judge(500, headers, json.dumps(fields)), judge(404, headers, b"")])
    record = error.record("GET", url)
    record.note(error.attempts[0].decision, 5, 6, error.attempts[0].verdict, f"token={CANARY}", ("GET", url))
    shown = [record.to_json(), record.paragraph(), repr(record), str(record), record.url, repr(record.as_dict())]
    shown += [record.problem_json("en"), record.problem_json("zh-CN", role="owner"), repr(record.attributes())]
    shown += [repr(copy.copy(record)), repr(error._told)]  # type: ignore[attr-defined]
    assert len(lines) == 2
    shown += [repr(vars(line)) for line in lines] + [line.getMessage() for line in lines]
    for text in shown:
        assert CANARY not in text
    assert "failed" in shown[1]


def test_a_pickled_exception_gains_no_secret_by_what_its_record_needs() -> None:
    body = f'{{"token":"{CANARY}","status":false,"error_code":67200003,"data":"{CANARY}","error_msg":"expired"}}'
    error = failed([judge(401, {"authorization": CANARY}, body)])
    error.record("GET", f"https://me:{CANARY}@h/?apikey={CANARY}")
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        assert CANARY.encode() not in pickle.dumps(error, protocol)


def test_what_comes_from_outside_stays_on_its_line(lines: list[logging.LogRecord]) -> None:
    body = '{"status":false,"error_code":"A\\nB","error_msg":"one\\r\\ntwo\\u001b[2J\\u202eevil %s %(x)d"}'
    error = failed([judge(500, {"x-correlation-id": "c-1\x1b[2J evil"}, body)])
    record = error.record("GE\nT", "https://h/a\r\nX: 1")
    shown = [record.paragraph(), record.to_json(), repr(record), *(str(v) for v in record.attributes().values())]
    (line,) = lines
    shown += [line.getMessage(), logging.Formatter().format(line), *(str(value) for value in vars(line).values())]
    for text in shown:
        assert not set(text) & set("\n\r\x1b\u202e"), text
    assert "%s %(x)d" in line.getMessage()


@settings(max_examples=60, deadline=None)
@given(
    method=st.text(max_size=20),
    url=st.text(max_size=80),
    body=st.binary(max_size=200),
    status=st.integers(0, 700),
    request_id=st.text(max_size=200),
)
def test_any_reply_and_url_give_a_record(
    schema: dict[str, Any], method: str, url: str, body: bytes, status: int, request_id: str
) -> None:
    verdict = judge(status, None, body)
    record = Record(method, url)
    record.note(decided(verdict), 0, 100, verdict, request_id, (method, url))
    jsonschema.validate(record.as_dict(), schema)
    assert record.attempts == 1
    for text in (record.paragraph(), repr(record)):
        assert "\n" not in text
