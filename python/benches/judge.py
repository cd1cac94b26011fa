"""How long a verdict takes beside a decoder and a look-up by hand, and what the import costs.

    python python/benches/judge.py [ROUNDS]

All contenders take turns on the same bodies in one run; the table shows medians, and how many times our own
time each of the others takes: below 1.0 we lose. Nothing here fails when it is slow: machines differ.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import msgspec
import orjson

import aftercall

ROUNDS = 200
IMPORTS = 60

CODES = {
    67200001: "API call exceeds the total limit set by the platform!",
    67200002: "Quota exceeds the limit!",
    67200003: "Access token expired or authentication error!",
    67200004: "No permission or API package quota has exceeded the limit!",
    67200005: "Insufficient balance, call failed!",
    67200006: "This client has expired and call failed!",
    67200007: "Exceeded the call limit, call failed!",
    68300004: "Invalid parameter!",
    68300006: "Analytic basic access error!",
    68300008: "Service error, please try again later!",
    68300010: "The file does not comply with upload specifications!",
}
CATEGORIES = {code: f"category of {code}" for code in CODES}
HEADERS = {
    "Content-Type": "application/json;charset=UTF-8",
    "Date": "Mon, 23 Nov 2026 12:00:00 GMT",
    "Server": "nginx",
    "Transfer-Encoding": "chunked",
    "Vary": "Accept-Encoding",
    "x-correlation-id": "0d5a3c7e-5b3e-4d4e-9d5d-2f1f0a5a7b11",
}


class Envelope(msgspec.Struct):
    """Only what these bodies have."""

    status: bool
    error_code: int
    error_msg: str


class AnyEnvelope(msgspec.Struct):
    """What replies of this API have, in its several spellings."""

    status: bool | int | str | None = None
    error_code: int | str | None = None
    error_msg: str | None = None
    error_message: str | None = None
    data: msgspec.Raw = msgspec.Raw()


@dataclass(frozen=True, slots=True)
class Contender:
    name: str
    run: Callable[[bytes], object]


def bodies(write: Callable[[int, str], str]) -> list[bytes]:
    return [write(code, text).encode() for code, text in CODES.items()]


def flag_first(code: int, text: str) -> str:
    return json.dumps({"status": False, "error_code": code, "error_msg": text}, separators=(",", ":"))


def data_first(code: int, text: str) -> str:
    whole = {"data": None, "status": False, "error_code": code, "error_msg": text, "request_id": "8f14e45f"}
    return json.dumps(whole)


def escaped(code: int, text: str) -> str:
    return json.dumps({"status": False, "error_code": code, "error_msg": f"余额不足 / {text}"})


def contenders() -> list[Contender]:
    judge = aftercall.judge
    decode = msgspec.json.Decoder(Envelope).decode
    decode_any = msgspec.json.Decoder(AnyEnvelope).decode
    from_orjson, from_json = orjson.loads, json.loads

    def aftercall_judge(body: bytes) -> object:
        verdict = judge(200, None, body)
        return verdict.category, verdict.code

    def aftercall_headers(body: bytes) -> object:
        verdict = judge(200, HEADERS, body)
        return verdict.category, verdict.code

    def msgspec_struct(body: bytes) -> object:
        code = decode(body).error_code
        return CATEGORIES[code], code

    def msgspec_any(body: bytes) -> object:
        code = decode_any(body).error_code
        return CATEGORIES[code], code  # type: ignore[index]

    def orjson_dict(body: bytes) -> object:
        code = from_orjson(body)["error_code"]
        return CATEGORIES[code], code

    def json_dict(body: bytes) -> object:
        code = from_json(body)["error_code"]
        return CATEGORIES[code], code

    return [
        Contender("aftercall: judge, .category, .code", aftercall_judge),
        Contender("aftercall: the same with 6 headers", aftercall_headers),
        Contender("msgspec: Struct of 3 fields, dict", msgspec_struct),
        Contender("msgspec: Struct of all spellings, dict", msgspec_any),
        Contender("orjson: loads, dict", orjson_dict),
        Contender("json: loads, dict", json_dict),
    ]


def measure(title: str, replies: list[bytes], rounds: int) -> None:
    runs = contenders()
    times: dict[str, list[float]] = {contender.name: [] for contender in runs}
    for _ in range(rounds):
        for contender in runs:
            run = contender.run
            started = time.perf_counter_ns()
            for _ in range(20):
                for body in replies:
                    run(body)
            times[contender.name].append((time.perf_counter_ns() - started) / 20 / len(replies))
    ours = statistics.median(times[runs[0].name])
    mean_size = sum(map(len, replies)) // len(replies)
    print(f"\n{title} ({len(replies)} bodies of {mean_size} bytes)")
    for name, taken in times.items():
        median = statistics.median(taken)
        print(f"  {name:<40} {median:7.0f} ns {median / ours:7.2f} x")


def import_cost() -> None:
    """The CPU time of an interpreter that imports the package, over one that does not."""

    def cpu_ms(program: str) -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-I", "-c", program], check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000

    programs = {"a bare interpreter": "", "import aftercall": "import aftercall", "import json": "import json"}
    times: dict[str, list[float]] = {name: [] for name in programs}
    for _ in range(IMPORTS):
        for name, program in programs.items():
            times[name].append(cpu_ms(program))
    bare = statistics.median(times["a bare interpreter"])
    print(f"\nCPU time of an interpreter ({IMPORTS} of each, taking turns)")
    for name, taken in times.items():
        median = statistics.median(taken)
        print(f"  {name:<40} {median:7.2f} ms {median - bare:+7.2f} ms")


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    versions = f"aftercall {aftercall.__version__}, msgspec {msgspec.__version__}, orjson {orjson.__version__}"
    print(f"Python {sys.version.split()[0]}, {versions}; medians of {rounds} rounds")
    measure("error, flag first", bodies(flag_first), rounds)
    measure("error, data first", bodies(data_first), rounds)
    measure("error, message with escapes", bodies(escaped), rounds)
    import_cost()


if __name__ == "__main__":
    main()
