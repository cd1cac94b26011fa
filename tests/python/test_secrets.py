"""What a server or a caller wrote is in no text that ends up in a log."""

from __future__ import annotations

import io
import logging
import pickle
import traceback

import pytest

import aftercall
from aftercall import AftercallError, Profile, Verdict, judge

from failures import failed

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


# A name and a beginning that only this profile knows.
SHOP = Profile.from_json("""{"aftercall_profile": 1, "name": "shop", "extends": "eureka",
    "redaction": {"names": ["X-Member-Pin"], "prefixes": ["shop."]}}""")
PIN = "4711-canary"
SHOP_HEADERS = {"x-member-pin": PIN, "x-correlation-id": f"X-Member-Pin={PIN}"}
SHOP_BODY = (
    f'{{"status":false,"error_code":"xMemberPin={PIN}",'
    f'"error_msg":"GET /?a=1&x_member_pin={PIN}&b shop.{PIN} {{\\"xMemberPin\\":\\"{PIN}\\"}}"}}'
)


def test_an_exception_scrubs_the_id_that_it_shows() -> None:
    for profile, identity in [
        (None, "apikey=canary"),
        (None, "Bearer canary"),
        (SHOP, f"X-Member-Pin={PIN}"),
        (SHOP, f"shop.{PIN}"),
    ]:
        verdict = judge(500, {"x-correlation-id": identity}, b"", profile=profile)
        assert verdict.correlation_id == identity
        for shown in renderings(verdict):
            assert "canary" not in shown
        assert "correlation_id='" in str(aftercall.errors.error_of(verdict))
        # The profile is not pickled, what may be shown is.
        restored = pickle.loads(pickle.dumps(pickle.loads(pickle.dumps(verdict))))
        assert restored == verdict
        for shown in renderings(restored):
            assert "canary" not in shown


def test_what_only_its_profile_knows_is_in_no_text_of_a_call(lines: list[logging.LogRecord]) -> None:
    verdict = judge(500, SHOP_HEADERS, SHOP_BODY, profile=SHOP)
    url = f"https://api.example.com/x-member-pin={PIN}/shop.{PIN}?x-member-pin={PIN}"
    shown = renderings(verdict)
    # A loop that is told of the profile, one that is not, and no loop.
    for options in ({"profile": SHOP}, {}):
        error = failed([verdict, verdict], **options)
        record = error.record("GET", url)
        shown += [str(record), repr(record), record.to_json(), record.problem_json(), repr(record.attributes())]
        shown += traceback.format_exception(error)
        restored = pickle.loads(pickle.dumps(error))
        shown += [str(restored), repr(restored)]
    record = aftercall.errors.error_of(verdict).record("GET", url)
    assert record.as_dict()["profile"] == "shop"
    shown += [str(record), record.to_json(), str(aftercall.message(verdict, detail=True).detail)]
    assert len(lines) == 4
    for line in lines:
        shown += [line.getMessage(), repr(vars(line))]
    for text in shown:
        assert "canary" not in text, text
    assert "canary" in aftercall.redact(url)
    assert "canary" not in SHOP.redact(url)


def test_a_profile_shows_its_name_alone() -> None:
    profile = Profile.from_json(f'{{"aftercall_profile": 1, "name": "mine", "title": "{CANARY}"}}')
    assert repr(profile) == "<Profile 'mine'>"


def test_an_error_about_a_reply_written_as_json_does_not_repeat_it() -> None:
    with pytest.raises(aftercall.DocumentError) as caught:
        aftercall.explain_json(f'{{"http_status": "{CANARY}", "body": ""}}')
    assert "canary" not in str(caught.value)
    assert "canary" not in repr(caught.value)
