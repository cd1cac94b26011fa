"""Asking about tasks of the API until they have come to an end."""

from __future__ import annotations

import time

from ._native import Client, Request, Response, Verdict, _Poll
from .errors import TaskError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from .aio import AsyncClient


def poll(client: Client, path: str, params: Any = None, **options: Any) -> Any:
    """Ask about a task until it is over; Client.poll() calls this."""
    asking = _Asking(path, params, **options)
    while True:
        step, milliseconds = asking.next()
        if step == "wait":
            is_cancelled = not asking.sleep(milliseconds)
            if is_cancelled:
                client.send(asking.request(milliseconds))  # which raises, and sends nothing
        elif step == "ask":
            asking.received(client.send(asking.request(milliseconds)))
        else:
            return asking.result(step)


async def poll_async(client: AsyncClient, path: str, params: Any = None, **options: Any) -> Any:
    """Ask about a task until it is over; AsyncClient.poll() calls this."""
    import asyncio

    asking = _Asking(path, params, **options)
    while True:
        step, milliseconds = asking.next()
        if step == "ask":
            asking.received(await client.send(asking.request(milliseconds)))
        elif step == "wait":
            await asyncio.sleep(milliseconds / 1000)
        else:
            return asking.result(step)


class _Asking:
    """What both loops share. Whatever is decided is decided by the native half."""

    def __init__(
        self,
        path: str,
        params: Any,
        *,
        method: str = "GET",
        interval_ms: int = 2000,
        max_interval_ms: int = 15_000,
        deadline_ms: int = 1_800_000,
        max_unknown: int = 10,
        state_field: str | None = None,
        pending: Iterable[str] = (),
        finished: Iterable[str] = (),
        failed: Iterable[str] = (),
        **options: Any,
    ) -> None:
        self._request = (method, path, params)
        # To ask again is harmless, whatever the method.
        self._options: dict[str, Any] = {"kind": "query", **options}
        self._poll = _Poll(
            interval_ms,
            max_interval_ms,
            deadline_ms,
            max_unknown,
            state_field,
            [str(state) for state in pending],
            [str(state) for state in finished],
            [str(state) for state in failed],
        )
        self._last: Response | None = None
        self.next = self._poll.next

    def request(self, left_ms: int) -> Request:
        """The next question, which may not take longer than all of them."""
        return Request(*self._request, deadline_ms=left_ms, **self._options)

    def sleep(self, milliseconds: int) -> bool:
        """Wait; False if somebody gave up meanwhile."""
        cancel = self._options.get("cancel")
        ends = time.monotonic() + milliseconds / 1000
        while (left := ends - time.monotonic()) > 0:
            if cancel is not None and cancel.is_cancelled:
                return False
            time.sleep(left if cancel is None else min(left, 0.1))
        return True

    def received(self, response: Response) -> None:
        self._last = response
        self._poll.received(response.data_bytes, response.body)

    def result(self, end: str) -> Any:
        """The last reply's data; raises if the task has not done what it should."""
        if end == "finished" and self._last is not None:
            return self._last.data()
        verdict: Verdict | None = None if self._last is None else self._last.verdict
        error = TaskError(verdict)
        error.end = end  # type: ignore[assignment]
        error.state = self._poll.state
        error.asked = self._poll.asked
        if self._last is not None:
            error.response = self._last
            error.attempts = self._last.attempts
        raise error
