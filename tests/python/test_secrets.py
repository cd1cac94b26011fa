"""What a server or a caller wrote is in no text that ends up in a log."""

from __future__ import annotations

import io
import logging
import pickle
import traceback

import pytest

import aftercall
from aftercall import AftercallError, Profile, Verdict, judge

CANARY = "sk-canary-7f3a"

# The canary wherever a server or a gateway can put it; an id alone is shown, cleaned.
HEADERS = {
    "Authorization": f"Bearer {CANARY}",
    "Set-Cookie": f"session={CANARY}",
    CANARY: CANARY,
    "x-openapi-amount": CANARY,
    "x-correlation-id": "c-1",
}
BODIES = [
    f'{{"status":false,"error_code":67200003,"error_msg":"token {CANARY} expired","data":{{"token":"{CANARY}"}}}}',
    f'{{"status":false,"error_code":"{CANARY}","message":"{CANARY}"}}',
    f'{{"status":false,"{CANARY}":"{CANARY}","code":["{CANARY}"],"msg":["{CANARY}"]}}',
    f"<html>{CANARY}</html>",
    f'{{"status":true,"data":{{"token":"{CANARY}"}}}}',
    f'{{"status":false,"error_code":67200003,"error_msg":"{CANARY}" {CANARY}',
]


def renderings(verdict: Verdict) -> list[str]:
    """Every text that Python makes of a verdict and of its exception without being told a field's name."""
    shown = [repr(verdict), str(verdict), f"{verdict}", ascii(verdict)]
    try:
        verdict.raise_for_failure()
    except AftercallError as error:
        shown += [repr(error), str(error), f"{error!r:>5}", repr(error.args)]
        shown += traceback.format_exception(error)
        stream = io.StringIO()
        logger = logging.Logger("test")
        logger.addHandler(logging.StreamHandler(stream))
        logger.error("call failed: %s %r", error, verdict, exc_info=error)
        shown.append(stream.getvalue())
        restored = pickle.loads(pickle.dumps(error))
        shown += [repr(restored), str(restored)]
    return shown


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("status", [200, 401, 500])
def test_no_text_of_a_verdict_or_its_exception_shows_what_the_server_wrote(status: int, body: str) -> None:
    for shown in renderings(judge(status, HEADERS, body)):
        assert "canary" not in shown


@pytest.mark.parametrize("status", [200, 401, 500])
def test_a_pickle_holds_the_fields_and_nothing_else_of_a_reply(status: int) -> None:
    body = f'{{"token":"{CANARY}","status":false,"error_code":67200003,"data":"{CANARY}","error_msg":"expired"}}'
    headers = {name: value for name, value in HEADERS.items() if name != "x-openapi-amount"}
    verdict = judge(status, headers, body)
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        assert b"canary" not in pickle.dumps(verdict, protocol)
    success = judge(200, headers, f'{{"token":"{CANARY}","status":true,"data":[1]}}')
    assert b"canary" not in pickle.dumps(success)


def test_the_fields_are_exact() -> None:
    verdict = judge(200, HEADERS, BODIES[0])
    assert verdict.message == f"token {CANARY} expired"
    assert verdict.amount == CANARY


def test_a_profile_shows_its_name_alone() -> None:
    profile = Profile.from_json(f'{{"aftercall_profile": 1, "name": "mine", "title": "{CANARY}"}}')
    assert repr(profile) == "<Profile 'mine'>"


def test_an_error_about_a_reply_written_as_json_does_not_repeat_it() -> None:
    with pytest.raises(aftercall.DocumentError) as caught:
        aftercall.explain_json(f'{{"http_status": "{CANARY}", "body": ""}}')
    assert "canary" not in str(caught.value)
    assert "canary" not in repr(caught.value)
