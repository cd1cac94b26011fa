"""What a small request costs, beside pycurl, httpx and requests, over one kept connection to a fast server.

    python python/benches/client.py [ROUNDS]

The server is nginx, on the loopback interface. All contenders take turns in one run, on one processor with the
server, and bring the same: the data of a small JSON reply, decoded with orjson; ours alone also judges it, and would
repeat it. The table shows medians: the processor time of the client for one request, requests in a second, and how
many times our own rate is that of each other: below 1.0 we lose. On a real network all of them wait alike.
Nothing here fails when it is slow: machines differ.
"""

from __future__ import annotations

import io
import statistics
import sys
import time
from collections.abc import Callable

import httpx
import orjson
import pycurl
import requests
import urllib3
from fast_server import SMALL, nginx, on_one_processor, program

import aftercall

ROUNDS = 15
SECONDS = 0.2


def contenders(base_url: str) -> dict[str, Callable[[], object]]:
    url = base_url + "/search"
    client = aftercall.Client(base_url, api_key="sk-1")
    session = requests.Session()
    web = httpx.Client()
    pool = urllib3.PoolManager()
    curl = pycurl.Curl()
    curl.setopt(pycurl.URL, url)
    curl.setopt(pycurl.TIMEOUT, 60)

    def by_curl() -> object:
        body = io.BytesIO()
        curl.setopt(pycurl.WRITEDATA, body)
        curl.perform()
        if curl.getinfo(pycurl.RESPONSE_CODE) != 200:
            raise RuntimeError
        return orjson.loads(body.getvalue())["data"]

    return {
        "aftercall": lambda: client.get("/search"),
        "pycurl": by_curl,
        "urllib3": lambda: orjson.loads(pool.request("GET", url, timeout=60).data)["data"],
        "httpx": lambda: orjson.loads(web.get(url, timeout=60).content)["data"],
        "requests": lambda: orjson.loads(session.get(url, timeout=60).content)["data"],
    }


def measured(run: Callable[[], object]) -> tuple[float, float]:
    """Microseconds of processor time a request, and requests in a second."""
    count = 0
    processor, started = time.process_time(), time.perf_counter()
    while (took := time.perf_counter() - started) < SECONDS:
        for _ in range(10):
            run()
        count += 10
    return (time.process_time() - processor) / count * 1e6, count / took


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    found = program()
    if found is None:
        return
    on_one_processor()
    with nginx(found) as base_url:
        runs = contenders(base_url)
        expected = orjson.loads(SMALL)["data"]
        for name, run in runs.items():
            if run() != expected:
                raise RuntimeError(name)
        times: dict[str, list[tuple[float, float]]] = {name: [] for name in runs}
        for _ in range(rounds):
            for name, run in runs.items():
                times[name].append(measured(run))
    own = statistics.median(rate for _, rate in times["aftercall"])
    print(f"a small request over a kept connection, {rounds} rounds of {SECONDS} s")
    print(f"{'':<12}{'CPU us':>10}{'per second':>12}{'we are':>10}")
    for name, seen in times.items():
        processor = statistics.median(spent for spent, _ in seen)
        rate = statistics.median(rate for _, rate in seen)
        print(f"{name:<12}{processor:>10.1f}{rate:>12.0f}{own / rate:>9.2f}x")


if __name__ == "__main__":
    main()
