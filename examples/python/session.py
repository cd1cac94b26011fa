"""A session with the API, and a table of what was sent, what came, what was decided and why.

    python tests/server/standin --port 8320 --script examples/session.json
    python examples/python/session.py http://127.0.0.1:8320 README.md

The file is offered as an upload. session.rs and session.c make the same calls and print the same table, whose columns
are separated by tabs.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

from aftercall import Action, AftercallError, Attempted, Client, Policy, Verdict


class Table:
    """Writes one line for each attempt; a client tells it of them as its observer."""

    def __init__(self) -> None:
        self.step = ""

    def on_attempt(self, attempt: Attempted) -> None:
        verdict, decision = attempt.verdict, attempt.decision
        if decision.action is Action.RETRY:
            decided = f"again in {decision.delay_ms} ms"
        elif decision.action is Action.REFRESH:
            decided = "new token, then again"
        else:
            decided = f"stop: {decision.reason}"
        self.line(f"{attempt.method} {attempt.path}", came(attempt), decided, why(verdict))

    def stopped_unsent(self, error: AftercallError) -> None:
        """A call that the hold stopped before its first attempt."""
        assert error.verdict is not None
        self.line("nothing", "-", f"stop: {error.reason}", f"{error.category}, by {error.verdict.rule} before")

    def line(self, *columns: str) -> None:
        print(self.step, *columns, sep="\t")


def came(attempt: Attempted) -> str:
    verdict = attempt.verdict
    if attempt.fault is not None:
        return f"no reply: {attempt.fault}"
    if not verdict.is_success and verdict.code is not None:
        return f"HTTP {verdict.http_status}, code {verdict.code}"
    if verdict.task is not None:
        return f"HTTP {verdict.http_status}, task {verdict.task}"
    return f"HTTP {verdict.http_status}"


def why(verdict: Verdict) -> str:
    if verdict.is_success:
        return "success"
    return f"{verdict.category}, by {verdict.rule}: {verdict.advice}, {verdict.effect}"


def session(base_url: str, file: str) -> None:
    table = Table()
    client = Client(
        base_url,
        client_id="standin",
        client_secret="standin-secret",
        policy=Policy(base_delay_ms=50, jitter="none"),
        observer=table,
    )

    def step(name: str, call: Callable[..., Any], *arguments: Any, **options: Any) -> AftercallError | None:
        table.step = name
        try:
            call(*arguments, **options)
        except AftercallError as error:
            if not error.attempts:
                table.stopped_unsent(error)
            return error
        return None

    # The first call fetches a token. A search is a query, which the profile knows: it may always be asked again.
    step("search", client.post, "/search/patent", json={"query_text": "solar"})

    # A paid task whose answer is lost: perhaps it was started. Not again, unless the server can tell it is the same.
    step("start a task", client.post, "/ai/fto/submit", json={"text": "a panel"})
    step("with a key", client.post, "/ai/fto/submit", json={"text": "a panel"}, idempotency_key="panel-1")

    # Pending is no failure. In the meantime the token ends.
    step("wait for it", client.poll, "/ai/fto/report", json={"task_id": "42"}, first_delay_ms=50)

    # The server asks for half a minute and the call has a second: a wait that cannot end in time is not begun.
    step("in a second", client.get, "/company/profile", deadline_ms=1000)

    # A file that the API refuses will be refused again.
    step("upload", client.post, "/upload?extension=pdf", files={"file": file})

    # A quota that is used up stops every call of this credential, until it is over.
    used_up = step("quota", client.get, "/insights/trend")
    step("meanwhile", client.post, "/search/patent", json={"query_text": "wind"})
    if used_up is not None and used_up.retry_after is not None:
        time.sleep(used_up.retry_after)
    step("afterwards", client.get, "/insights/trend")


if __name__ == "__main__":
    session(*sys.argv[1:3])
