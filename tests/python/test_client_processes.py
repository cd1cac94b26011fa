"""The client and what happens to its process: signals, forks, a server that stands still, threads."""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import aftercall
from aftercall import Client, Policy, Reason

from standin import Standin

QUICK = Policy(max_attempts=3, base_delay_ms=1, jitter="none")


@pytest.fixture
def server(standin: Standin) -> Iterator[Standin]:
    standin.reset()
    yield standin
    standin.reset()


@pytest.mark.parametrize(
    "reply",
    [
        {"status": 503, "headers": {"Retry-After": "60"}},
        {"body": "", "wire": "stalled"},
        {"body": "", "wire": {"kind": "stalled", "phase": "request"}},
    ],
    ids=["a wait", "a body", "a head"],
)
def test_ctrl_c_ends_a_wait_and_an_exchange_at_once(server: Standin, reply: Any) -> None:
    server.script("/slow", [reply])
    client = Client(server.base_url)
    timer = threading.Timer(0.3, signal.raise_signal, [signal.SIGINT])
    timer.start()
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        client.get("/slow")
    assert time.monotonic() - started < 1.5
    timer.join()
    assert client.snapshot().calls_under_way == 0
    assert client.snapshot().budget_tokens == 500
    assert client.get("/pages", {"limit": 1})


def test_a_signal_whose_handler_raises_nothing_changes_nothing(server: Standin) -> None:
    server.script("/slow", [{"scene": "page-1k", "wire": {"kind": "plain", "delay_ms": 600}}])
    handled: list[int] = []
    before = signal.signal(signal.SIGUSR1, lambda number, frame: handled.append(number))
    try:
        timer = threading.Timer(0.2, signal.raise_signal, [signal.SIGUSR1])
        timer.start()
        assert Client(server.base_url).get("/slow")
        timer.join()
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert handled == [signal.SIGUSR1]


def test_other_threads_run_while_a_call_waits(server: Standin) -> None:
    server.script("/slow", [{"scene": "page-1k", "wire": {"kind": "plain", "delay_ms": 500}}])
    turns = 0
    thread = threading.Thread(target=Client(server.base_url).get, args=("/slow",))
    thread.start()
    while thread.is_alive():
        turns += 1
        time.sleep(0.01)
    assert turns > 10


def test_a_fork_has_a_pool_of_its_own(server: Standin) -> None:
    client = Client(server.base_url, api_key="sk-1", policy=QUICK)
    first = client.get("/echo")["connection"]
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        # Nothing of pytest's may run in here.
        status = 1
        try:
            told = client.get("/echo")
            os.write(write, json.dumps([told["connection"], client.snapshot().calls_ended]).encode())
            client.close()
            status = 0
        finally:
            os._exit(status)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    connection, ended = json.loads(os.read(read, 1000))
    os.close(read)
    os.close(write)
    assert connection != first
    assert ended == 1
    assert client.get("/echo")["connection"] == first


def test_threads_of_a_fork_do_not_stop_each_other(server: Standin) -> None:
    program = """if True:
        import os, signal, sys, threading, time
        import aftercall

        class SlowPath(os.PathLike):
            # Leaves the interpreter to others meanwhile.
            def __fspath__(self):
                time.sleep(0.1)
                return sys.argv[1]

        client = aftercall.Client("https://127.0.0.1:1", ca_file=SlowPath())
        child = os.fork()
        if child == 0:
            signal.alarm(10)
            threads = [threading.Thread(target=client.snapshot) for _ in range(3)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            os._exit(7)
        sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    """
    ended = subprocess.run([sys.executable, "-c", program, str(server.ca_file)], check=False)
    assert ended.returncode == 7


@pytest.fixture
def stranger(root: Path) -> Iterator[tuple[str, int]]:
    """A stand-in of another process: its URL and its number."""
    command = [sys.executable, str(root / "tests" / "server" / "standin"), "--json", "--exit-with-stdin"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        doors = json.loads(process.stdout.readline())
        yield doors["http"], process.pid
        process.send_signal(signal.SIGCONT)
        assert process.stdin is not None
        process.stdin.close()


def test_a_server_that_stands_still_is_left_at_the_deadline(stranger: tuple[str, int]) -> None:
    url, process = stranger
    client = Client(url, policy=QUICK, deadline_ms=600)
    assert client.get("/pages", {"limit": 1})
    os.kill(process, signal.SIGSTOP)
    started = time.monotonic()
    with pytest.raises(aftercall.TransportTimeoutError) as raised:
        client.get("/pages")
    assert 0.4 < time.monotonic() - started < 3
    assert raised.value.reason in (Reason.DEADLINE, Reason.ATTEMPTS_EXHAUSTED)
    os.kill(process, signal.SIGCONT)
    assert client.get("/pages", {"limit": 1}, deadline_ms=10_000)


def test_a_client_that_is_closed_lets_its_observer_go() -> None:
    class Program:
        def __init__(self) -> None:
            self.client = Client("https://api.example.com", observer=self.saw)

        def saw(self, observed: object) -> None:
            """It has the client, and the client has it."""

    program = Program()
    gone = weakref.ref(program)
    program.client.close()
    del program
    gc.collect()
    assert gone() is None


def test_nothing_is_left_behind(server: Standin, in_a_new_interpreter: Callable[[str], str]) -> None:
    server.script("/bad", ["code-67200004"])
    told = in_a_new_interpreter(
        f"""
        import gc, os, sys
        import aftercall
        client = aftercall.Client({server.base_url!r}, observer=lambda observed: None)
        def use():
            client.get("/pages", {{"limit": 1}})
            client.send(aftercall.Request("POST", "/echo", json={{"a": 1}}, headers={{"x-a": "b"}})).attempts
            try:
                client.get("/bad")
            except aftercall.PermissionDeniedError as error:
                repr(error), error.attempts, error.response.headers
        for _ in range(30):
            use()
        gc.collect()
        blocks, files = sys.getallocatedblocks(), len(os.listdir("/proc/self/fd"))
        for _ in range(150):
            use()
        gc.collect()
        print(sys.getallocatedblocks() - blocks, len(os.listdir("/proc/self/fd")) - files)
        """
    )
    blocks, files = map(int, told.split())
    assert blocks < 100
    assert files == 0
