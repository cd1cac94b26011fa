"""Messages for people, and the scrubber, as Python sees them."""

from __future__ import annotations

import copy
import pickle
import threading
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import aftercall
from aftercall import Category, Message, Remedy, Role

BALANCE = aftercall.judge(
    200,
    {"x-correlation-id": "c-1"},
    b'{"status":false,"error_code":67200005,"error_msg":"Insufficient balance, token=canary"}',
)


def test_a_message_says_what_happened_and_what_to_do() -> None:
    words = aftercall.message(BALANCE, language="en-GB")
    assert words.title == "Out of credit"
    assert words.text.endswith("Ask your administrator to top up the account.")
    assert words.action is Remedy.CONTACT_ADMIN
    assert words.language == "en"
    assert words.detail is None
    assert str(words) == f"{words.title}: {words.text}"
    assert repr(words) == "<Message 'Out of credit', action=contact_admin, language='en'>"
    for role in (Role.OWNER, "owner"):
        assert aftercall.message(BALANCE, role=role).action is Remedy.TOP_UP


def test_good_news_asks_for_nothing() -> None:
    words = aftercall.message(aftercall.judge(200, None, b'{"status":true}'))
    assert (words.title, words.action) == ("Done", None)


def test_codes_and_the_servers_words_are_shown_only_if_asked_for() -> None:
    quiet = aftercall.message(BALANCE)
    assert "67200005" not in f"{quiet} {quiet!r} {quiet.text}"
    assert "Insufficient" not in f"{quiet} {quiet!r} {quiet.text}"
    loud = aftercall.message(BALANCE, detail=True)
    assert loud.detail == (
        "balance, code 67200005, HTTP 200, rule code:67200005, correlation id c-1: Insufficient balance, token=REDACTED"
    )


@pytest.mark.parametrize("about", [Category.RATE_LIMIT, "rate_limit"])
def test_a_category_is_enough(about: Any) -> None:
    words = aftercall.message(about, language="ja", retry_delay_ms=120_000)
    assert words.action is Remedy.SLOW_DOWN
    assert "約2分後に" in words.text


def test_a_time_is_that_of_the_persons_clock() -> None:
    noon = datetime(2026, 11, 24, 12, tzinfo=UTC)
    kept: dict[str, Any] = {"retry_delay_ms": 7_200_000}

    def said(**options: Any) -> str:
        return aftercall.message("server", **kept, **options).text.partition("Try again ")[2]

    assert said() == "in about 2 hours."
    assert said(now=noon) == "after 14:00 (UTC)."
    assert said(now=noon.timestamp(), utc_offset_minutes=480) == "after 22:00 (UTC+8)."
    west = timezone(-timedelta(hours=3, minutes=30))
    assert said(now=noon.astimezone(west)) == "after 10:30 (UTC-3:30)."
    assert said(now=noon.astimezone(west), utc_offset_minutes=0) == "after 14:00 (UTC)."
    assert said(now=None, utc_offset_minutes=480) == "in about 2 hours."


def test_the_servers_own_delay_is_used_unless_a_decision_knows_better() -> None:
    busy = aftercall.judge(503, {"retry-after": "90"}, b"")
    assert "in about 2 minutes" in aftercall.message(busy).text
    assert "in about 5 seconds" in aftercall.message(busy, retry_delay_ms=5000).text
    assert aftercall.message(busy, retry_delay_ms=0).text.endswith("Try again later.")


def test_the_words_are_those_of_the_profile_that_judged() -> None:
    profile = aftercall.Profile.from_json('{"aftercall_profile": 1, "name": "mine"}')
    verdict = aftercall.judge(404, None, b"", profile=profile)
    assert aftercall.message(verdict, profile=profile).action is Remedy.CHECK_ID


@pytest.mark.parametrize("language", aftercall.LANGUAGES)
def test_every_language_has_every_category(language: str) -> None:
    assert aftercall.negotiate_language(language) == language
    for category in Category:
        words = aftercall.message(category, language=language, role="owner")
        assert words.language == language
        assert words.title
        assert words.text


@given(st.text())
def test_no_preference_is_an_error(preferences: str) -> None:
    assert aftercall.negotiate_language(preferences) in aftercall.LANGUAGES
    assert aftercall.message("quota", language=preferences).language in aftercall.LANGUAGES


@pytest.mark.parametrize(
    ("options", "error", "sentence"),
    [
        ({"about": 5}, TypeError, "about: expected a Verdict, a member of Category or its name; found int"),
        ({"about": "quotta"}, ValueError, "about: expected one of none, success, "),
        ({"role": "boss"}, ValueError, "role: expected one of user, owner; found 'boss'"),
        ({"role": 1}, TypeError, "role: expected a member of Role or its name; found int"),
        ({"retry_delay_ms": -1}, ValueError, "retry_delay_ms: expected 0 or more milliseconds, of 64 bits"),
        ({"retry_delay_ms": 1.5}, TypeError, "retry_delay_ms: expected an integer of milliseconds; found float"),
        ({"retry_delay_ms": True}, TypeError, "retry_delay_ms: expected an integer of milliseconds; found bool"),
        (
            {"now": 0, "utc_offset_minutes": 1081},
            ValueError,
            "utc_offset_minutes: expected -1080 to 1080; found 1081",
        ),
        ({"now": "noon"}, TypeError, "now: expected seconds since 1970"),
        ({"now": datetime(2026, 1, 1)}, ValueError, "now: expected a datetime with a time zone"),
        ({"profile": "eureka"}, TypeError, "profile: expected a Profile or None; found str"),
    ],
)
def test_a_wrong_argument_is_named(options: dict[str, Any], error: type[Exception], sentence: str) -> None:
    about = options.pop("about", "quota")
    with pytest.raises(error) as raised:
        aftercall.message(about, **options)
    assert str(raised.value).startswith(sentence)


def test_a_message_is_a_value() -> None:
    one = aftercall.message(BALANCE, language="fr", detail=True)
    same = aftercall.message(BALANCE, language="fr", detail=True)
    assert one == same
    assert hash(one) == hash(same)
    assert one != aftercall.message(BALANCE, language="fr")
    assert one != "a text"
    assert copy.copy(one) is one
    assert copy.deepcopy(one) is one
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(one, protocol)) == one
    with pytest.raises(AttributeError):
        one.title = "x"  # type: ignore[misc]
    match one:
        case Message(title, _, Remedy.CONTACT_ADMIN):
            assert title == "Crédit épuisé"
        case _:
            raise AssertionError(one)


def test_threads_read_a_language_at_once() -> None:
    said: list[str] = []
    threads = [
        threading.Thread(target=lambda: said.append(aftercall.message("quota", language="ko").text)) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(said) == 8
    assert len(set(said)) == 1


def test_what_looks_like_a_secret_is_replaced() -> None:
    assert aftercall.redact("GET https://a:b@host/?apikey=c&d=e") == (
        "GET https://REDACTED:REDACTED@host/?apikey=REDACTED&d=e"
    )
    assert aftercall.one_line(aftercall.redact("Authorization: Bearer x\r\nnext")) == "Authorization: REDACTED next"


def test_a_clean_text_is_handed_back_itself() -> None:
    text = "Quota exceeds the limit! 余额不足"
    assert aftercall.redact(text) is text
    assert aftercall.one_line(text) is text


@given(st.text(alphabet=st.characters()))
def test_scrubbing_twice_is_scrubbing_once(text: str) -> None:
    once = aftercall.redact(text)
    assert aftercall.redact(once) == once
    line = aftercall.one_line(once)
    assert aftercall.one_line(line) == line
    assert len(line.splitlines()) <= 1


def test_a_lone_surrogate_becomes_a_mark() -> None:
    assert aftercall.redact("a\ud800b") == "a\ufffd\ufffd\ufffdb"
    assert aftercall.one_line("\udfff\n") == "\ufffd\ufffd\ufffd "


@pytest.mark.parametrize("clean", [aftercall.redact, aftercall.one_line])
@pytest.mark.parametrize("wrong", [None, 5, b"bytes"])
def test_only_a_str_is_scrubbed(clean: Any, wrong: Any) -> None:
    with pytest.raises(TypeError):
        clean(wrong)
