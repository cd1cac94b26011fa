"""All the ways into the package for one reply."""

from __future__ import annotations

import json
from collections.abc import Coroutine, Iterator
from typing import Any, TypeAlias, cast

import aftercall

import shapes
from reply import Reply

Judged: TypeAlias = aftercall.Verdict | dict[str, object]


def ways(reply: Reply, profile: aftercall.Profile) -> Iterator[tuple[str, Judged]]:
    """The name of each way and what comes out; the plainest way first."""
    if reply.fault is not None:
        yield from _of_fault(reply, profile)
    else:
        yield from _of_parts(reply, profile)
        yield from _of_responses(reply, profile)
    text = json.dumps(reply.document)
    yield "explain_json", json.loads(aftercall.explain_json(text, profile=profile))
    if profile.name == "eureka":
        yield "explain_json, built in", json.loads(aftercall.explain_json(text))


def _of_fault(reply: Reply, profile: aftercall.Profile) -> Iterator[tuple[str, Judged]]:
    # mypy knows the names of faults; a file may have others, which must raise.
    name: Any = reply.fault
    yield "fault by name", aftercall.judge_fault(name, reply.headers, now=reply.now, profile=profile)
    member = aftercall.Fault[name.upper()]
    yield "fault", aftercall.judge_fault(member, reply.headers, now=reply.now, profile=profile)


def _of_parts(reply: Reply, profile: aftercall.Profile) -> Iterator[tuple[str, Judged]]:
    options: dict[str, Any] = {
        "expect": reply.expect,
        "now": reply.now,
        "profile": profile,
        "request": reply.request,
    }
    status, body = reply.http_status, reply.body
    yield "pairs of str", aftercall.judge(status, reply.headers, body, **options)
    encoded = tuple((name.encode(), value.encode()) for name, value in reply.headers)
    options["expect"] = aftercall.Expect[reply.expect.upper()]
    yield "pairs of bytes", aftercall.judge(status, iter(encoded), bytearray(body), **options)
    if reply.now is not None:
        options["now"] = float(reply.now)
    if len({name for name, _ in reply.headers}) == len(reply.headers):
        headers = dict(reply.headers) or None
        yield "a dict", aftercall.judge(status, headers, memoryview(body), **options)
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return
    yield "a str", aftercall.judge(http_status=status, headers=reply.headers, body=text, **options)


def _of_responses(reply: Reply, profile: aftercall.Profile) -> Iterator[tuple[str, Judged]]:
    options: dict[str, Any] = {
        "expect": reply.expect,
        "now": reply.now,
        "profile": profile,
        "request": reply.request,
    }
    for shape in shapes.SYNC:
        response = shape(reply.http_status, reply.headers, reply.body)
        yield shape.__name__, aftercall.judge(response, **options)
    for awaited in shapes.ASYNC:
        unread = awaited(reply.http_status, reply.headers, reply.body)
        yield awaited.__name__, _result(aftercall.judge_async(unread, **options))


def _result(coroutine: Coroutine[Any, Any, aftercall.Verdict]) -> aftercall.Verdict:
    """What a coroutine returns that waits for nothing; a thousand times quicker than an event loop."""
    try:
        coroutine.send(None)
    except StopIteration as stop:
        return cast(aftercall.Verdict, stop.value)
    raise AssertionError("there was nothing to wait for")
