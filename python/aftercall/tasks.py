"""Asking about tasks of the API until they have come to an end."""

from __future__ import annotations

import time

from ._native import Client, Request, Response, _Poller
from .errors import AftercallError, TaskError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Literal

    from .aio import AsyncClient
    from .enums import TaskState


def poll(client: Client, path: str, params: Any = None, **options: Any) -> Any:
    """Ask about a task until it is over; Client.poll() calls this."""
    asking = _Asking(client, path, params, **options)
    while True:
        try:
            response = client.send(asking.question())
        except AftercallError as error:
            asking.failed(error)
            raise
        delay_ms = asking.saw(response)
        if delay_ms is None:
            return response.data()
        if not asking.sleep(delay_ms):
            client.send(asking.question())  # which somebody has cancelled: it raises, and sends nothing


async def poll_async(client: AsyncClient, path: str, params: Any = None, **options: Any) -> Any:
    """Ask about a task until it is over; AsyncClient.poll() calls this."""
    import asyncio

    asking = _Asking(client._client, path, params, **options)
    while True:
        try:
            response = await client.send(asking.question())
        except AftercallError as error:
            asking.failed(error)
            raise
        delay_ms = asking.saw(response)
        if delay_ms is None:
            return response.data()
        await asyncio.sleep(delay_ms / 1000)


class _Asking:
    """What both loops share. Whatever is decided is decided by the native half."""

    def __init__(
        self,
        client: Client,
        path: str,
        params: Any,
        *,
        method: str | None = None,
        first_delay_ms: int = 2000,
        max_delay_ms: int = 15_000,
        deadline_ms: int = 1_800_000,
        max_unknown: int = 10,
        state_of: Callable[[Response], TaskState | str | None] | None = None,
        **options: Any,
    ) -> None:
        if state_of is not None and not callable(state_of):
            raise TypeError(f"state_of: expected a function or None; found {type(state_of).__qualname__}")
        has_body = any(name in options for name in ("json", "data", "files", "body"))
        self._client = client
        self._request = Request(method or ("POST" if has_body else "GET"), path, params, **options)
        self._cancel = options.get("cancel")
        self._state_of = state_of
        self._poller = _Poller(first_delay_ms, max_delay_ms, deadline_ms, max_unknown)
        self._asked = 0
        self._last: Response | None = None

    def question(self) -> Request:
        """The next one, which may not take longer than all of them."""
        return self._poller.question(self._client, self._request)

    def saw(self, response: Response) -> int | None:
        """How long to wait; None if the task is finished. Raises if it has not done what it should."""
        self._asked += 1
        verdict = response.verdict
        state = verdict.task if self._state_of is None else self._state_of(response)
        step, delay_ms = self._poller.saw(state, verdict.server_delay_ms)
        if step == "wait":
            self._last = response
            return delay_ms
        if step != "succeeded":
            raise self._error(step, response)
        return None

    def failed(self, error: AftercallError) -> None:
        """A question failed. Raises TaskError if that is because the wait is over, and an earlier one was answered."""
        last, response, reason = self._last, error.response, error.reason
        if last is None or response is None or reason is None:
            return
        if self._poller.was_cut_short(self._client, self._request, reason, response.took_ms):
            raise self._error("timed_out", last) from error

    def sleep(self, milliseconds: int) -> bool:
        """Wait; False if somebody gave up meanwhile."""
        ends = time.monotonic() + milliseconds / 1000
        while (left := ends - time.monotonic()) > 0:
            if self._cancel is not None and self._cancel.is_cancelled:
                return False
            time.sleep(left if self._cancel is None else min(left, 0.1))
        return True

    def _error(self, end: Literal["failed", "timed_out", "unknown"], response: Response) -> TaskError:
        error = TaskError(response.verdict)
        error.end = end
        error.asked = self._asked
        error.response = response
        error.attempts = response.attempts
        return error
