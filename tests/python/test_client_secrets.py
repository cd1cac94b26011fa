"""Credentials that are planted in every place are in no text, no pickle and no log."""

from __future__ import annotations

import copy
import io
import logging
import pickle
import traceback
from collections.abc import Iterator
from typing import Any

import pytest
import requests

import aftercall
from aftercall import AftercallError, AsyncClient, Client, Outgoing, Policy, Request

from standin import Standin

CANARY = "sk-canary-51f0"
QUICK = Policy(max_attempts=2, base_delay_ms=1, jitter="none")
ECHOED = {
    "status": 200,
    "headers": {"x-note": CANARY, "set-cookie": f"a={CANARY}"},
    "body": {"status": False, "error_code": 4711, "error_msg": f"key {CANARY}", "data": {"token": CANARY}},
}


@pytest.fixture
def server(standin: Standin) -> Iterator[Standin]:
    standin.reset()
    yield standin
    standin.reset()


def renderings(thing: Any) -> list[str]:
    """Every text that Python makes of a thing without being told a field's name."""
    shown = [repr(thing), str(thing), f"{thing}"]
    if isinstance(thing, BaseException):
        shown += [repr(thing.args), *traceback.format_exception(thing)]
        stream = io.StringIO()
        logger = logging.Logger("test")
        logger.addHandler(logging.StreamHandler(stream))
        logger.error("it failed: %s %r", thing, thing, exc_info=thing)
        shown.append(stream.getvalue())
    if isinstance(thing, AftercallError):
        restored = pickle.loads(pickle.dumps(thing))
        shown += [repr(restored), str(restored), repr(copy.copy(thing)), repr(thing.response), repr(thing.attempts)]
        shown += [repr(attempt.decision.explanation) for attempt in thing.attempts]
    return shown


def credentials() -> list[dict[str, Any]]:
    return [
        {"api_key": CANARY},
        {"client_id": "standin", "client_secret": CANARY},
        {"client_id": f"{CANARY}-id", "client_secret": CANARY, "proxy": f"http://u:{CANARY}@127.0.0.1:1"},
    ]


@pytest.mark.parametrize("credential", credentials())
def test_a_client_and_its_failures_show_no_credential(server: Standin, credential: dict[str, Any]) -> None:
    seen: list[Any] = []
    client = Client(server.base_url, policy=QUICK, observer=seen.append, **credential)
    shown: list[str] = []
    server.script("/search", [ECHOED])
    server.script("/oauth/token", [{"body": {"token": CANARY, "status": "approved", "expires_in": 5}}])
    for request in (
        Request("GET", "/search", {"q": CANARY}, headers={"x-mine": CANARY}),
        Request("POST", f"/search?token={CANARY}", json={"a": CANARY}, idempotency_key=CANARY),
        Request("POST", "/search", data={"a": CANARY}),
        Request("POST", "/search", files={"f": (CANARY, CANARY.encode())}),
        Request("GET", "/search", headers={"x": f"{CANARY}\n"}),
        Request("GET", f"http://u:{CANARY}@127.0.0.1:1/x"),
    ):
        shown += renderings(request)
        try:
            shown += renderings(client.send(request))
        except AftercallError as error:
            shown += renderings(error)
    for thing in (client, client.snapshot(), *seen):
        shown += renderings(thing)
    for text in shown:
        assert "canary" not in text


def test_a_success_shows_no_body_and_no_header(server: Standin) -> None:
    server.script("/search", [{"headers": {"x-note": CANARY}, "body": {"status": True, "data": {"key": CANARY}}}])
    response = Client(server.base_url, api_key=CANARY).send(Request("GET", "/search"))
    for text in (*renderings(response), *renderings(response.verdict), *renderings(response.attempts)):
        assert "canary" not in text
    pickled = pickle.dumps(response.attempts)
    assert CANARY.encode() not in pickled


def test_wrong_settings_and_options_repeat_no_secret() -> None:
    for settings in (
        {"api_key": f"{CANARY} x"},
        {"client_id": f"a:{CANARY}", "client_secret": CANARY},
        {"client_id": "a", "client_secret": f"{CANARY}\n"},
        {"proxy": f"socks5://u:{CANARY}@h"},
        {"ca_pem": CANARY},
        {"api_key": [CANARY]},
        {"api_key": CANARY.encode()},
        {"api_key": f"{CANARY}\ud800"},
        {"deadline_ms": CANARY},
        {"proxy_from_environment": f"http://u:{CANARY}@h:1"},
    ):
        with pytest.raises((TypeError, ValueError)) as raised:
            Client("https://api.example.com", **settings)
        for text in renderings(raised.value)[:3]:
            assert "canary" not in text
    with pytest.raises(aftercall.SettingsError) as wrong:
        Client(f"https://u:{CANARY}@api.example.com")
    assert "canary" not in str(wrong.value)


def test_wrong_requests_repeat_no_secret(server: Standin) -> None:
    server.script("/moved", [{"status": 302, "headers": {"Location": f"https://u:{CANARY}@h/{CANARY}?t={CANARY}"}}])
    client = Client(server.base_url, api_key=CANARY, policy=QUICK)
    options: list[tuple[str, dict[str, Any]]] = [
        ("/moved", {}),
        (f"/a?t={CANARY}\ud800", {}),
        (f"/a?t={CANARY}\n", {}),
        (f"a?t={CANARY}", {}),
        (f"gopher://u:{CANARY}@h/", {}),
        (f"https://{CANARY}.invalid/", {}),
        ("/a", {"params": {"a": [CANARY, object()]}}),
        ("/a", {"headers": {"a": f"{CANARY}\ud800"}}),
        ("/a", {"headers": {f"{CANARY} x": "a"}}),
        ("/a", {"idempotency_key": f"{CANARY}\n"}),
        ("/a", {"deadline_ms": CANARY}),
        ("/a", {"json": {CANARY: {1, 2}}}),
        ("/a", {"files": {"f": f"/nowhere/{CANARY}"}}),
        ("/a", {"download": f"/nowhere/{CANARY}/x"}),
    ]
    for path, more in options:
        with pytest.raises((AftercallError, TypeError, ValueError)) as raised:
            client.post(path, **more)
        # Of what the program itself raised only the text: its traceback has this page's lines.
        shown = renderings(raised.value)
        for text in shown if isinstance(raised.value, AftercallError) else shown[:3]:
            assert "canary" not in text.replace(__file__, "").replace('f"{CANARY}', "")


def test_what_a_transport_is_given_and_raises_shows_nothing() -> None:
    seen: list[Outgoing] = []

    def exchange(outgoing: Outgoing) -> object:
        seen.append(outgoing)
        raise requests.exceptions.ConnectionError(f"HTTPConnectionPool: {outgoing.url} {dict(outgoing.headers)}")

    client = Client("https://api.example.com", client_id="id", client_secret=CANARY, transport=exchange, policy=QUICK)
    with pytest.raises(aftercall.TransportError) as raised:
        client.get("/search", {"q": CANARY})
    for text in (*renderings(raised.value), *renderings(seen)):
        assert "canary" not in text
    assert raised.value.detail == "requests.exceptions.ConnectionError"


def test_a_client_for_event_loops_shows_none_either() -> None:
    client = AsyncClient("https://api.example.com", api_key=CANARY, proxy=f"http://u:{CANARY}@h:1")
    for text in renderings(client):
        assert "canary" not in text
