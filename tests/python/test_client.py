"""The client: what goes out, what comes back, and everything that may be said."""

from __future__ import annotations

import asyncio
import copy
import hashlib
import pickle
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import aftercall
from aftercall import Cancel, Category, Client, OperationKind, Policy, Reason, Request

from standin import Standin

QUICK = Policy(max_attempts=3, base_delay_ms=1, throttle_base_delay_ms=1, jitter="none")


@pytest.fixture
def server(standin: Standin) -> Iterator[Standin]:
    standin.reset()
    yield standin
    standin.reset()


@pytest.fixture
def client(server: Standin) -> Iterator[Client]:
    with Client(server.base_url, api_key="sk-1", policy=QUICK, ca_file=server.ca_file) as client:
        yield client


def header(echo: dict[str, Any], name: str) -> str | None:
    return dict(map(tuple, echo["headers"])).get(name)


def test_a_call_returns_the_data_decoded(client: Client, server: Standin) -> None:
    assert client.get("/pages", {"limit": 2})["total_search_result_count"] == 95
    for method in ("get", "post", "put", "patch", "delete"):
        echo = getattr(client, method)("/echo/x", params=[("a", 1), ("a", 2.5), ("b", True), ("c", None)])
        assert echo["method"] == method.upper()
        assert echo["path"] == "/echo/x"
        assert echo["query"] == [["a", "1"], ["a", "2.5"], ["b", "true"]]
        assert header(echo, "authorization") == "Bearer sk-1"
    assert client.request("OPTIONS", "/echo")["method"] == "OPTIONS"
    assert client.get("/echo", {"ids": ["x", "y z"]})["query"] == [["ids", "x"], ["ids", "y z"]]
    assert server.counts()["connections"] == 1


def test_ids_beyond_two_to_the_53_keep_every_digit(client: Client) -> None:
    assert client.post("/task")["task_id"] == 1_579_434_053_399_036_001


@pytest.mark.parametrize(
    ("options", "content_type", "sent"),
    [
        ({"json": {"q": "ä", "n": [1, None]}}, "application/json", '{"q":"ä","n":[1,null]}'.encode()),
        ({"json": None}, "application/json", b"null"),
        ({"json": 2**70}, "application/json", b"1180591620717411303424"),
        ({"data": {"a": "1 & 2", "b": 3}}, "application/x-www-form-urlencoded", b"a=1%20%26%202&b=3"),
        ({"body": b"\x00\xff"}, "application/octet-stream", b"\x00\xff"),
        ({"body": bytearray(b"x")}, "application/octet-stream", b"x"),
        ({"body": "ü"}, "text/plain; charset=utf-8", "ü".encode()),
        ({"body": b"<x/>", "headers": {"Content-Type": "text/xml"}}, "text/xml", b"<x/>"),
        ({}, None, b""),
    ],
)
def test_a_body_is_sent_as_it_was_given(client: Client, options: Any, content_type: str | None, sent: bytes) -> None:
    echo = client.post("/echo", **options)
    assert header(echo, "content-type") == content_type
    assert header(echo, "content-length") == str(len(sent))
    assert echo["body_sha256"] == hashlib.sha256(sent).hexdigest()


def test_a_file_is_a_body(client: Client, tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"x" * 100_000)
    assert client.put("/echo", body=path)["body_bytes"] == 100_000


def test_files_are_uploaded_and_a_refusal_is_an_upload_error(client: Client, tmp_path: Path) -> None:
    path = tmp_path / "paper.pdf"
    path.write_bytes(b"%PDF-1.7")
    files: dict[str, Any] = {"file": path, "other": ("b.txt", b"text"), "third": ("c.x", b"1", "application/x-c")}
    told = client.post("/upload", files=files, data={"language": "en"})
    assert "language" in str(told)
    assert hashlib.sha256(b"%PDF-1.7").hexdigest() in str(told)
    with pytest.raises(aftercall.UploadError) as raised:
        client.post("/upload", {"extension": "docx"}, files={"file": str(path)})
    assert raised.value.code == 68300010
    assert raised.value.reason is Reason.NOT_RETRYABLE


def test_a_download_lands_in_its_file_and_an_error_never_does(client: Client, tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    assert client.get("/download", {"bytes": 70_000}, download=path) == 70_000
    response = client.send(Request("GET", "/download", {"bytes": 70_000}, expect="raw"))
    assert path.read_bytes() == response.body
    assert response.header("X-Standin-SHA256") == hashlib.sha256(response.body).hexdigest()
    with pytest.raises(aftercall.ServerError):
        client.get("/download", {"bytes": 10, "code": 68300008}, download=str(path))
    assert path.read_bytes() == response.body
    assert sorted(path.parent.iterdir()) == [path]


def test_what_is_expected_raw_is_bytes(client: Client) -> None:
    assert isinstance(client.get("/download", {"bytes": 5}, expect="raw"), bytes)


def test_a_response_has_everything_of_the_last_reply(client: Client) -> None:
    before = datetime.now(UTC) - timedelta(seconds=1)
    response = client.send(Request("POST", "/echo", json={}))
    assert response.verdict.is_success
    assert response.http_status == 200
    assert response.data()["method"] == "POST"
    assert bytes(response.data_bytes or b"") in response.body
    assert response.header("content-TYPE") == dict(response.headers)["content-type"]
    assert response.header("x-none") is None
    assert response.correlation_id == response.verdict.correlation_id
    assert response.kind is OperationKind.MUTATION
    assert before < response.started < datetime.now(UTC) + timedelta(seconds=1)
    assert response.took_ms < 10_000
    assert response.downloaded_bytes is None
    (attempt,) = response.attempts
    assert (attempt.number, attempt.method, attempt.path, attempt.fault) == (1, "POST", "/echo", None)
    assert attempt.kind is OperationKind.MUTATION
    assert attempt.host == "127.0.0.1"
    assert attempt.decision.reason is Reason.SUCCESS
    assert timedelta(0) <= attempt.started - response.started < timedelta(seconds=1)


def test_transient_failures_are_repeated_and_told(client: Client, server: Standin) -> None:
    server.script("/search", [{"scene": "code-68300008", "times": 2}, "page-1k"])
    response = client.send(Request("GET", "/search"))
    rules = [attempt.verdict.rule for attempt in response.attempts]
    assert rules == ["code:68300008", "code:68300008", "success"]
    assert [attempt.delay_ms for attempt in response.attempts] == [1, 2, 0]
    assert server.counts()["by_header"]["x-resend-count"] == {"0": 1, "1": 1, "2": 1}


def test_a_failure_is_the_exception_of_its_category(client: Client, server: Standin) -> None:
    headers = {"Retry-After": "3000", "x-correlation-id": "c-9"}
    server.script("/busy", [{"status": 503, "headers": headers, "body": "no"}])
    with pytest.raises(aftercall.ServerError) as raised:
        client.get("/busy")
    error = raised.value
    assert error.reason is Reason.SERVER_DELAY_TOO_LONG
    assert error.category is Category.SERVER
    assert error.correlation_id == "c-9"
    assert error.retry_at is not None
    assert timedelta(seconds=2990) < error.retry_at - datetime.now(UTC) < timedelta(seconds=3001)
    assert error.decision is not None
    assert error.decision.explanation.startswith("stop: server_delay_too_long")
    assert len(error.attempts) == 1
    assert error.response is not None
    assert error.response.body == b"no"
    assert error.response.http_status == 503
    with pytest.raises(aftercall.ServerError):
        error.response.data()
    assert error.__notes__[0].startswith("1 attempt in ")
    restored = pickle.loads(pickle.dumps(error))
    assert restored.attempts == error.attempts
    assert (restored.reason, restored.retry_at, restored.response) == (error.reason, error.retry_at, None)
    assert copy.copy(error).reason is error.reason


def test_a_request_may_have_a_policy_and_limits_of_its_own(client: Client, server: Standin) -> None:
    server.script("/search", ["code-68300008"])
    with pytest.raises(aftercall.ServerError) as raised:
        client.get("/search", policy=Policy(max_attempts=5, base_delay_ms=1))
    assert len(raised.value.attempts) == 5
    server.script("/slow", [{"scene": "page-1k", "wire": {"kind": "stalled", "phase": "request"}}])
    started = time.monotonic()
    with pytest.raises(aftercall.TransportTimeoutError):
        client.get("/slow", deadline_ms=200)
    assert time.monotonic() - started < 2
    with pytest.raises(aftercall.TransportTimeoutError) as raised_too:
        client.post("/slow", attempt_timeout_ms=100)
    assert raised_too.value.reason is Reason.UNSAFE_TO_REPLAY
    with pytest.raises(aftercall.TransportError) as too_large:
        client.get("/scene/page-1k", max_body_bytes=1000)
    assert too_large.value.verdict is not None
    assert too_large.value.verdict.rule == "transport:too_large"


def test_a_key_makes_a_mutation_repeatable(client: Client, server: Standin) -> None:
    server.script("/tasks", [{"scene": "page-1k", "wire": "closed"}, "page-1k"])
    assert client.post("/tasks", json={}, idempotency_key="k-1")
    assert server.counts()["by_header"]["idempotency-key"] == {"k-1": 2}


def cancelled_after(seconds: float) -> Cancel:
    cancel = Cancel()
    timer = threading.Timer(seconds, cancel.cancel)
    timer.daemon = True
    timer.start()
    return cancel


@pytest.mark.parametrize("reply", [{"status": 503, "headers": {"Retry-After": "60"}}, {"body": "", "wire": "stalled"}])
def test_a_handle_ends_a_wait_or_an_exchange_from_another_thread(client: Client, server: Standin, reply: Any) -> None:
    server.script("/busy", [reply])
    started = time.monotonic()
    with pytest.raises(aftercall.AftercallError) as raised:
        client.get("/busy", cancel=cancelled_after(0.2))
    assert raised.value.reason is Reason.CANCELLED
    assert time.monotonic() - started < 5
    used = Cancel()
    used.cancel()
    with pytest.raises(aftercall.CallCancelledError):
        client.get("/never", cancel=used)
    assert "GET /never" not in server.counts()["by_path"]


def test_a_hold_stops_the_next_calls_until_somebody_knows_better(client: Client, server: Standin) -> None:
    server.gate("balance", "code-67200005", refuse_calls=1)
    with pytest.raises(aftercall.BalanceError):
        client.get("/pages")
    with pytest.raises(aftercall.BalanceError) as raised:
        client.get("/pages")
    assert raised.value.reason is Reason.QUOTA_HOLD
    assert raised.value.attempts == ()
    assert raised.value.retry_at is not None
    hold = client.snapshot().hold
    assert hold is not None
    assert (hold.category, hold.rule, hold.is_probing) == (Category.BALANCE, "code:67200005", False)
    assert 290_000 < hold.remaining_ms <= 300_000
    assert server.counts()["by_path"] == {"GET /pages": 1}
    client.clear_hold()
    assert client.get("/pages", {"limit": 1})
    assert client.snapshot().hold is None


def test_tokens_are_fetched_renewed_and_counted(server: Standin) -> None:
    server.require(mode="oauth", uses=2)
    client = Client(server.base_url, client_id="standin", client_secret="standin-secret", policy=QUICK)
    for _ in range(5):
        assert client.get("/pages", {"limit": 1})
    token = client.snapshot().token
    assert token is not None
    assert (token.refreshes, token.failures, token.is_fetching) == (3, 0, False)
    assert server.counts()["tokens_requested"] == 3
    response = client.send(Request("GET", "/echo"))
    assert ["apikey", "standin"] in response.data()["query"]
    client.forget_token()
    client.get("/echo")
    assert server.counts()["tokens_requested"] == 4


def test_ten_threads_with_an_expired_token_fetch_one(server: Standin) -> None:
    server.require(mode="oauth")
    client = Client(server.base_url, client_id="standin", client_secret="standin-secret", policy=QUICK)
    client.get("/pages", {"limit": 1})
    server.stage.auth.reject_tokens()
    barrier = threading.Barrier(10)
    results: list[object] = []

    def work() -> None:
        barrier.wait()
        results.append(client.get("/pages", {"limit": 1}))

    threads = [threading.Thread(target=work) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 10
    assert server.counts()["tokens_requested"] == 2


def test_an_observer_is_told_of_decisions_and_attempts(server: Standin) -> None:
    server.script("/search", ["code-68300008", "page-1k"])
    seen: list[aftercall.Observed] = []
    Client(server.base_url, policy=QUICK, observer=seen.append).get("/search")
    assert [(one.attempt, str(one.decision.action)) for one in seen] == [(1, "retry"), (2, "stop")]
    assert seen[0].verdict is not None
    assert seen[0].verdict.code == 68300008

    class Log:
        def __init__(self) -> None:
            self.told: list[object] = []

        def on_decision(self, observed: aftercall.Observed) -> None:
            self.told.append(observed)

        def on_attempt(self, attempt: aftercall.Attempted) -> None:
            self.told.append(attempt)

    log = Log()
    Client(server.base_url, policy=QUICK, observer=log).get("/search")
    assert [type(one) for one in log.told] == [aftercall.Observed, aftercall.Attempted]


def test_an_observer_that_raises_changes_nothing(server: Standin, monkeypatch: pytest.MonkeyPatch) -> None:
    raised: list[object] = []
    monkeypatch.setattr("sys.unraisablehook", lambda news: raised.append(news.exc_type))

    def refuse(observed: aftercall.Observed) -> None:
        raise KeyError(observed.attempt)

    assert Client(server.base_url, observer=refuse).get("/pages", {"limit": 1})
    assert raised == [KeyError]


def test_a_budget_may_be_shared(server: Standin) -> None:
    budget = aftercall.Budget(20, tokens=14)
    server.script("/search", ["code-68300008"])
    clients = [Client(server.base_url, policy=QUICK, budget=budget) for _ in range(2)]
    for client in clients:
        with pytest.raises(aftercall.ServerError):
            client.get("/search")
    assert server.counts()["requests"] == 3
    assert clients[0].snapshot().budget_capacity == 20
    assert clients[0].snapshot().budget_tokens == budget.tokens == 0
    assert Client(server.base_url, policy=Policy(budget=False)).snapshot().budget_tokens is None


def test_a_profile_of_ones_own_reads_the_replies(server: Standin) -> None:
    mine = aftercall.Profile.from_json(
        """{"aftercall_profile": 1, "name": "mine",
            "codes": [{"code": 7, "category": "balance", "advice": "never", "effect": "rejected"}]}"""
    )
    server.script("/search", [{"body": {"status": False, "code": 7}}])
    client = Client(server.base_url, profile=mine)
    assert repr(client).endswith("profile 'mine'>")
    with pytest.raises(aftercall.BalanceError):
        client.get("/search")
    assert repr(Client(server.base_url, profile="eureka")).endswith("profile 'eureka'>")


@pytest.mark.parametrize(
    ("settings", "kind", "sentence"),
    [
        ({"base_url": "http://api.example.com"}, aftercall.SettingsError, "base_url: expected https://"),
        ({"base_url": 7}, TypeError, "base_url: expected a str; found int"),
        ({"api_key": "a b"}, aftercall.SettingsError, "api_key: expected visible ASCII"),
        ({"api_key": "k", "client_id": "i", "client_secret": "s"}, aftercall.SettingsError, "api_key: expected either"),
        ({"client_id": "i"}, aftercall.SettingsError, "client_secret: missing beside client_id"),
        ({"deadline_ms": 0}, aftercall.SettingsError, "deadline_ms: expected an integer from 1"),
        ({"deadline_ms": "1s"}, TypeError, "deadline_ms: expected an integer"),
        ({"dedline_ms": 1}, TypeError, 'unknown keyword "dedline_ms", did you mean "deadline_ms"\\?'),
        ({"policy": {"jitter": "ful"}}, aftercall.SettingsError, "policy.jitter: expected one of none, full"),
        ({"policy": 7}, TypeError, "policy: expected"),
        ({"profile": "other"}, aftercall.SettingsError, "profile: expected one of eureka"),
        ({"budget": 7}, TypeError, "budget: expected a Budget or None; found int"),
        ({"observer": 7}, TypeError, "observer: expected a function, an object with on_decision or on_attempt"),
        ({"transport": 7}, TypeError, "transport: expected a session of requests"),
        ({"ca_file": "/nowhere/ca.pem"}, aftercall.SettingsError, "ca_file: cannot read"),
        ({"ca_pem": b"x"}, aftercall.SettingsError, "ca_pem: "),
        ({"proxy": "ftp://h"}, aftercall.SettingsError, "proxy: "),
        ({"gzip": 1}, TypeError, "gzip: expected True or False; found int"),
        ({"api_key": b"sk"}, TypeError, "api_key: expected a str or None; found bytes"),
        ({"deadline_ms": 1.5}, TypeError, "deadline_ms: expected an integer; found float"),
        ({"profile": 7}, TypeError, "profile: expected a Profile, the name of one, or None; found int"),
        ({"ca_file": 7}, TypeError, "ca_file: expected a path or None; found int"),
        ({"no_proxy": "a,b"}, TypeError, "no_proxy: expected a list of hosts; found str"),
    ],
)
def test_a_wrong_setting_is_named(settings: dict[str, Any], kind: type[Exception], sentence: str) -> None:
    with pytest.raises(kind, match=sentence):
        Client(**{"base_url": "https://api.example.com", **settings})


@pytest.mark.parametrize(
    ("options", "kind", "sentence"),
    [
        ({"jsno": 1}, TypeError, 'unknown option "jsno", expected one of params, json, data'),
        ({"json": 1, "data": {}}, TypeError, "expected one body; found several"),
        ({"json": {1, 2}}, TypeError, "json: expected what JSON can say"),
        ({"json": float("nan")}, ValueError, "json: expected what JSON can say"),
        ({"data": b"x"}, TypeError, "data: expected a mapping or pairs"),
        ({"files": {"f": 7}}, TypeError, r'files\["f"\]: expected the path of a file'),
        ({"body": 7}, TypeError, "body: expected bytes"),
        ({"params": "a=b"}, TypeError, "params: expected a mapping, or pairs of name and value; found str"),
        ({"params": {"a": object()}}, TypeError, r'params\["a"\]: expected a str, a number'),
        ({"params": {1: 2}}, TypeError, "params: expected names that are str; found int"),
        ({"headers": {"a": object()}}, TypeError, r'headers\["a"\]: expected'),
        ({"kind": "qery"}, ValueError, "kind: expected one of"),
        ({"expect": "file"}, ValueError, "expect: expected one of envelope, raw"),
        ({"idempotency_key": 7}, TypeError, "idempotency_key: expected a str or None"),
        ({"policy": "none"}, TypeError, "policy: expected a Policy, a dict of its settings, or None; found str"),
        ({"policy": {"jitter": "ful"}}, aftercall.PolicyError, "jitter: expected one of none"),
        ({"idempotency_key": "\ud800"}, ValueError, "idempotency_key: expected text, found a str with lone surrogates"),
        ({"deadline_ms": 0}, ValueError, "deadline_ms: expected an integer from 1, found 0"),
        ({"deadline_ms": True}, TypeError, "deadline_ms: expected an integer; found bool"),
        ({"max_body_bytes": "1"}, TypeError, "max_body_bytes: expected an integer"),
        ({"download": 7}, TypeError, "download: expected a path or None; found int"),
        ({"cancel": 7}, TypeError, "cancel: expected a Cancel or None; found int"),
    ],
)
def test_a_wrong_option_is_named(client: Client, options: Any, kind: type[Exception], sentence: str) -> None:
    with pytest.raises(kind, match=sentence):
        client.post("/echo", **options)


@pytest.mark.parametrize(
    ("call", "kind", "sentence"),
    [
        (lambda client: client.request(None, "/a"), TypeError, "method: expected a str; found NoneType"),
        (lambda client: client.get(Path("/a")), TypeError, "path: expected a str; found PosixPath"),
        (lambda client: client.get("/\ud800"), ValueError, "path: expected text, found a str with lone surrogates"),
        (lambda client: client.send("/a"), TypeError, "request: expected a Request; found str"),
        (lambda client: client.map(None), TypeError, "requests: expected Requests, in an iterable; found NoneType"),
        (lambda client: client.map([], concurrency=0), ValueError, "concurrency: expected an integer from 1"),
        (lambda client: client.map([], concurrency="2"), TypeError, "concurrency: expected an integer; found str"),
        (lambda client: client.map([], progress=5), TypeError, "progress: expected a function, True, False or None"),
        (lambda client: client.pages("/a", limit=1001), ValueError, "limit: expected an integer from 1 to 1000"),
        (lambda client: client.pages("/a", limit="9"), TypeError, "limit: expected an integer; found str"),
        (lambda client: client.pages("/a", {"offset": 9}), ValueError, "offset: expected as a keyword, offset="),
        (lambda client: client.pages("/a", json={"limit": 9}), ValueError, "limit: expected as a keyword, limit="),
        (lambda client: client.pages("/a", "q=1"), TypeError, "params: expected a mapping, or pairs"),
        (lambda client: client.poll("/a", first_delay_ms=-1), ValueError, "first_delay_ms: expected an integer from 1"),
        (lambda client: client.poll("/a", max_unknown="9"), TypeError, "max_unknown: expected an integer; found str"),
        (lambda client: client.poll("/a", state_of=9), TypeError, "state_of: expected a function or None; found int"),
    ],
)
def test_a_wrong_argument_is_named_by_both_clients(
    client: Client, server: Standin, call: Callable[[Any], Any], kind: type[Exception], sentence: str
) -> None:
    with pytest.raises(kind, match=f"^{sentence}"):
        call(client)

    async def main() -> None:
        async with aftercall.AsyncClient(server.base_url) as other:
            told = call(other)
            if not isinstance(told, aftercall.Pages):
                await told

    with pytest.raises(kind, match=f"^{sentence}"):
        asyncio.run(main())
    assert server.counts()["requests"] == 0


def test_the_text_of_a_failure_says_what_stood_in_the_way(client: Client) -> None:
    with pytest.raises(aftercall.TransportError) as raised:
        client.get("no-slash")
    why = 'the path: expected a path that begins with "/"'
    assert str(raised.value) == f"transport: rule='transport:bad_request': {why}"
    assert str(pickle.loads(pickle.dumps(raised.value))) == str(raised.value)
    assert raised.value.__notes__ == ["1 attempt in 0.0 s; stopped: not_retryable (advice never)"]


def test_common_methods_are_meant_in_any_case(client: Client) -> None:
    assert client.request("get", "/echo")["method"] == "GET"


def test_what_cannot_be_sent_says_why(client: Client, server: Standin) -> None:
    for request, why in [
        (Request("GET", "/a", headers={"x": "a\nb"}), "not visible ASCII"),
        (Request("GET", "/a", headers={"Host": "x"}), "is set by the client"),
        (Request("GE T", "/a"), "the method is no method"),
        (Request("POST", "/a", body=Path("/nowhere/x")), "cannot read the file"),
        (Request("GET", "/a", {"key": "sk-1"}), "the credential is in the URL"),
    ]:
        with pytest.raises(aftercall.TransportError) as raised:
            client.send(request)
        assert why in raised.value.detail
        assert raised.value.verdict is not None
        assert raised.value.verdict.rule == "transport:bad_request"
    with pytest.raises(TypeError, match="path: expected a str; found int"):
        client.get(7)  # type: ignore[arg-type]
    assert server.counts()["requests"] == 0


def test_another_host_gets_no_credential(client: Client, server: Standin) -> None:
    echo = client.get(f"{server.url('elsewhere')}/echo")
    assert header(echo, "authorization") is None
    with pytest.raises(aftercall.ProtocolError) as raised:
        client.get("/redirect/302/elsewhere")
    assert "redirects to" in raised.value.detail


def test_tls_and_proxies_are_settings(server: Standin) -> None:
    assert Client(server.url("https"), ca_file=str(server.ca_file)).get("/pages", {"limit": 1})
    assert Client(server.url("https"), ca_pem=server.ca_file.read_bytes()).get("/pages", {"limit": 1})
    with pytest.raises(aftercall.TransportError) as raised:
        Client(server.url("https_expired"), ca_file=server.ca_file).get("/pages")
    assert raised.value.verdict is not None
    assert raised.value.verdict.rule == "transport:tls"
    proxied = Client("http://api.example.com", allow_plain_http=True, proxy=server.url("proxy"))
    assert dict(map(tuple, proxied.get("/echo")["headers"]))["host"] == "api.example.com"


def test_a_closed_client_says_so(server: Standin) -> None:
    with Client(server.base_url) as client:
        assert client.get("/pages", {"limit": 1})
    assert repr(client) == "<Client, closed>"
    with pytest.raises(RuntimeError, match="the client is closed"):
        client.get("/pages")
    client.close()
    assert server.stage is not None


def test_neither_a_client_nor_what_it_holds_is_pickled(client: Client) -> None:
    for thing in (client, Request("GET", "/x"), client.send(Request("GET", "/pages", {"limit": 1}))):
        with pytest.raises(TypeError, match="cannot be pickled: "):
            pickle.dumps(thing)
        with pytest.raises(TypeError, match="cannot be pickled: "):
            copy.deepcopy(thing)


def test_an_attempt_can_be_pickled(client: Client) -> None:
    (attempt,) = client.send(Request("GET", "/pages", {"limit": 1})).attempts
    restored = pickle.loads(pickle.dumps(attempt))
    assert restored == attempt
    for name in ("kind", "method", "host", "path", "request_id", "started", "fault", "detail", "number", "decision"):
        assert getattr(restored, name) == getattr(attempt, name)
    assert repr(restored) == repr(attempt)
    assert isinstance(attempt, aftercall.AttemptRecord)
