"""Lists and batches: the loops around the client."""

from __future__ import annotations

import asyncio
import pickle
import signal
import sys
import threading
import time
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest

import aftercall
from aftercall import AsyncClient, Cancel, Client, Policy, Progress, Reason, Request, Response, TaskError, TaskState

from standin import Standin

QUICK = Policy(max_attempts=3, base_delay_ms=1, throttle_base_delay_ms=1, jitter="none")


@pytest.fixture
def server(standin: Standin) -> Iterator[Standin]:
    standin.reset()
    yield standin
    standin.reset()


@pytest.fixture
def client(server: Standin) -> Iterator[Client]:
    with Client(server.base_url, policy=QUICK) as client:
        yield client


def test_a_list_is_gone_through_page_by_page(client: Client, server: Standin) -> None:
    pages = client.pages("/pages", {"total": 250})
    assert [len(page) for page in pages] == [100, 100, 50]
    assert (pages.total, pages.offset, pages.end) == (250, 250, "complete")
    numbers = [item["number"] for item in client.pages("/pages", [("total", 250)], limit=77, offset=10).items()]
    assert numbers == list(range(10, 250))
    # Where the server counts, a full last page needs no other.
    server.journal.clear()
    assert len(list(client.pages("/pages", {"total": 200}))) == 2
    assert server.counts()["by_path"] == {"GET /pages": 2}


def test_no_page_is_asked_for_beyond_the_cap(client: Client) -> None:
    pages = client.pages("/pages", {"total": 30_000}, limit=1000, offset=18_500)
    assert [page.limit for page in pages] == [1000, 500]
    assert pages.end == "window"
    with pytest.raises(ValueError, match="limit: expected an integer from 1 to 1000, found 1001"):
        client.pages("/pages", limit=1001)


def test_a_post_has_its_page_in_its_json() -> None:
    bodies: list[Any] = []

    def answer(outgoing: aftercall.Outgoing) -> tuple[int, None, bytes]:
        bodies.append(outgoing.body)
        return 200, None, b'{"status":true,"data":[1,2]}' if len(bodies) == 1 else b'{"status":true,"data":{}}'

    client = Client("https://api.example.com", transport=answer)
    pages = client.pages("/search", json={"q": "solar"}, limit=2, kind="query")
    assert [page.items for page in pages] == [[1, 2], []]
    assert bodies == [b'{"q":"solar","offset":0,"limit":2}', b'{"q":"solar","offset":2,"limit":2}']


def test_a_page_that_fails_raises_and_the_rest_can_be_got(client: Client, server: Standin) -> None:
    server.gate("rate", "code-67200007", allow_calls=1, refuse_calls=1)
    pages = client.pages("/pages", {"total": 150})
    assert len(next(pages)) == 100
    with pytest.raises(aftercall.QuotaError):
        next(pages)
    client.clear_hold()
    assert [page.offset for page in client.pages("/pages", {"total": 150}, offset=pages.offset)] == [100]


def test_an_event_loop_goes_through_lists(server: Standin) -> None:
    async def main() -> None:
        async with AsyncClient(server.base_url) as client:
            assert [len(page) async for page in client.pages("/pages", {"total": 150})] == [100, 50]
            items = [item async for item in client.pages("/pages", {"total": 3}).items_async()]
            assert len(items) == 3
            with pytest.raises(TypeError, match="for `async for`"):
                next(client.pages("/pages"))

    asyncio.run(main())


REPORT = "/ai/fto/report"


def play(server: Standin, states: str) -> str:
    """The path of a task that will be in these states, the last one for ever."""
    datas = [{"status": state, "count": 3, "reason": "it could not be read"} for state in states.split(",")]
    server.script(REPORT, [{"body": {"status": True, "error_code": 0, "data": data}} for data in datas])
    return REPORT


def test_a_task_is_asked_about_until_it_is_finished(client: Client, server: Standin) -> None:
    path = play(server, "PENDING,QUEUEING,PROCESSING,SUCCESS")
    assert client.poll(path, first_delay_ms=1)["count"] == 3
    assert server.counts()["by_path"][f"GET {path}"] == 4
    assert client.snapshot().budget_tokens == 500


def test_a_task_that_fails_is_an_error_that_can_be_pickled(client: Client, server: Standin) -> None:
    with pytest.raises(TaskError, match=r"^task: has failed \(asked 2 times\)$") as raised:
        client.poll(play(server, "RUNNING,FAILED"), first_delay_ms=1)
    error = raised.value
    assert (error.end, error.asked) == ("failed", 2)
    assert error.verdict is not None
    assert error.verdict.data()["reason"] == "it could not be read"
    restored = pickle.loads(pickle.dumps(error))
    assert (restored.end, str(restored)) == (error.end, str(error))
    for one in (error, restored):
        assert one.record().paragraph().startswith(f"GET {server.base_url}{REPORT} succeeded. ")


def test_an_unknown_state_neither_fails_at_once_nor_is_asked_for_ever(client: Client, server: Standin) -> None:
    with pytest.raises(TaskError, match="is in an unknown state") as raised:
        client.poll(play(server, "MELTING"), first_delay_ms=1, max_delay_ms=1, max_unknown=4)
    assert raised.value.asked == 4
    assert client.poll(play(server, "MELTING,SUCCESS"), first_delay_ms=1)["status"] == "SUCCESS"
    words: dict[str, TaskState | str] = {"MELTING": "pending", "MOLTEN": TaskState.SUCCEEDED}
    told = client.poll(
        play(server, "MELTING,MOLTEN"),
        first_delay_ms=1,
        max_unknown=1,
        state_of=lambda response: words.get(response.data()["status"]),
    )
    assert told["status"] == "MOLTEN"
    with pytest.raises(ValueError, match="state_of: expected one of pending, succeeded"):
        client.poll(play(server, "MELTING"), state_of=lambda response: "melting")


def test_a_task_that_takes_too_long_is_given_up(client: Client, server: Standin) -> None:
    started = time.monotonic()
    with pytest.raises(TaskError, match="was not over in time") as raised:
        client.poll(play(server, "PENDING"), first_delay_ms=20, max_delay_ms=20, deadline_ms=400)
    assert time.monotonic() - started < 3
    assert raised.value.asked > 3


@pytest.mark.parametrize("kind", ["blocking", "async"])
def test_a_question_that_is_under_way_when_the_wait_is_over_is_no_failure(
    client: Client, server: Standin, kind: str
) -> None:
    pending = {"body": {"status": True, "error_code": 0, "data": {"status": "PENDING"}}}
    stalled = {"body": "{", "wire": "stalled"}

    def wait() -> None:
        async def main() -> None:
            async with AsyncClient(server.base_url) as other:
                await other.poll(REPORT, first_delay_ms=1, deadline_ms=400)

        if kind == "async":
            asyncio.run(main())
        else:
            client.poll(REPORT, first_delay_ms=1, deadline_ms=400)

    server.script(REPORT, [pending, stalled])
    with pytest.raises(TaskError, match=r"^task: was not over in time \(asked 1 time\)$") as raised:
        wait()
    assert isinstance(raised.value.__cause__, aftercall.TransportTimeoutError)
    # Nothing is known of the task then.
    server.script(REPORT, [stalled])
    with pytest.raises(aftercall.TransportTimeoutError):
        wait()


def test_waiting_for_a_task_can_be_cancelled(client: Client, server: Standin) -> None:
    cancel = Cancel()
    timer = threading.Timer(0.2, cancel.cancel)
    timer.start()
    started = time.monotonic()
    with pytest.raises(aftercall.CallCancelledError):
        client.poll(play(server, "PENDING"), first_delay_ms=15_000, cancel=cancel)
    assert time.monotonic() - started < 5
    timer.join()


def test_an_event_loop_asks_about_tasks(server: Standin) -> None:
    async def main() -> None:
        async with AsyncClient(server.base_url) as client:
            told = await client.poll(play(server, "PENDING,SUCCESS"), first_delay_ms=1)
            assert told["status"] == "SUCCESS"
            with pytest.raises(TaskError):
                await client.poll(play(server, "FAILED"))

    asyncio.run(main())


def test_many_requests_have_their_results_in_order_and_failures_as_values(client: Client, server: Standin) -> None:
    requests = [Request("GET", "/pages", {"limit": 1, "offset": number}) for number in range(30)]
    requests.insert(11, Request("GET", "/scene/code-67200101"))
    told: list[tuple[int, int, int, str]] = []

    def progress(news: Progress) -> None:
        told.append((news.ended, news.failed, news.total, threading.current_thread().name))

    results = client.map(requests, concurrency=6, progress=progress)
    assert isinstance(results.pop(11), aftercall.NotFoundError)
    responses = [result for result in results if isinstance(result, Response)]
    assert [response.data()["results"][0]["number"] for response in responses] == list(range(30))
    assert [ended for ended, *_ in told] == list(range(1, 32))
    assert told[-1][1:] == (1, 31, threading.current_thread().name)
    assert server.counts()["connections"] <= 6
    assert client.map([]) == []


def test_a_used_up_quota_stops_the_rest_of_a_batch(client: Client, server: Standin) -> None:
    server.gate("daily", "code-67200007", allow_calls=5)
    results = client.map([Request("GET", "/pages", {"limit": 1}) for _ in range(50)], concurrency=2)
    reasons = [result.reason for result in results if isinstance(result, aftercall.QuotaError)]
    assert len(reasons) == 45
    assert reasons.count(Reason.QUOTA_HOLD) >= 43
    assert server.counts()["requests"] <= 7


def test_a_batch_can_be_cancelled_and_what_its_progress_raises_ends_it(client: Client, server: Standin) -> None:
    server.script("/slow", [{"body": "", "wire": "stalled"}])
    cancel = Cancel()
    timer = threading.Timer(0.2, cancel.cancel)
    timer.start()
    started = time.monotonic()
    results = client.map([Request("GET", "/slow") for _ in range(9)], concurrency=3, cancel=cancel)
    assert all(isinstance(result, aftercall.AftercallError) for result in results)
    assert time.monotonic() - started < 5
    timer.join()

    def refuse(progress: Progress) -> None:
        raise KeyError(progress.ended)

    with pytest.raises(KeyError):
        client.map([Request("GET", "/pages", {"limit": 1}) for _ in range(9)], progress=refuse)
    with pytest.raises(TypeError, match=r"requests\[1\]: expected a Request; found str"):
        client.map([Request("GET", "/a"), "/b"])  # type: ignore[list-item]
    with pytest.raises(TypeError, match="progress: expected a function"):
        client.map([], progress=7)  # type: ignore[arg-type]


def test_ctrl_c_ends_a_batch_at_once(client: Client, server: Standin) -> None:
    server.script("/slow", [{"body": "", "wire": "stalled"}])
    timer = threading.Timer(0.3, signal.raise_signal, [signal.SIGINT])
    timer.start()
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        client.map([Request("GET", "/slow") for _ in range(9)], concurrency=3)
    assert time.monotonic() - started < 3
    timer.join()


@pytest.mark.parametrize("library", ["tqdm", "rich"])
def test_a_bar_is_shown_by_whichever_library_there_is(
    client: Client, library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[Any] = []

    class Bar:
        n = 0

        def __init__(self, **settings: object) -> None:
            shown.append(settings)

        def update(self, *arguments: object, **settings: object) -> None:
            self.n += 1
            shown.append((arguments, settings))

        def set_postfix(self, **settings: object) -> None:
            shown.append(settings)

        def add_task(self, name: str, total: int) -> int:
            shown.append((name, total))
            return 1

        def start(self) -> None: ...

        def stop(self) -> None:
            shown.append("closed")

        close = stop

    names = {"tqdm": "tqdm", "rich": "rich.progress"}
    for name in names.values():
        monkeypatch.setitem(sys.modules, name, None)
    module = ModuleType(names[library])
    module.tqdm = module.Progress = Bar  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, names[library], module)
    monkeypatch.setitem(sys.modules, "rich", ModuleType("rich"))
    requests = [Request("GET", "/pages", {"limit": 1}), Request("GET", "/scene/code-67200101")]
    client.map(requests, concurrency=1, progress=True)
    assert shown[-1] == "closed"
    assert "failed" in str(shown)
    monkeypatch.setitem(sys.modules, names[library], None)
    with pytest.raises(ImportError, match="progress: True needs tqdm or rich"):
        client.map(requests, progress=True)
