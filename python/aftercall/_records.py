"""From an exception to the record of its call."""

from __future__ import annotations

import time

from ._native import Attempted, Policy, Record, Verdict
from .enums import OperationKind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from ._native import AttemptRecord, Decision, Profile


def of_error(
    error: BaseException,
    method: str | None,
    url: str | None,
    profile: Profile | None = None,
    started: float | datetime | None = None,
) -> Record:
    """The record of the call that raised this; the native half calls this."""
    whole: Record | None = getattr(error, "_record", None)
    if whole is not None and (method, url, profile, started) == (None, None, None, None):
        return whole
    attempts: Sequence[AttemptRecord] = getattr(error, "attempts", ())
    if method is None and url is None:
        method, url = _asked(attempts)
    if method is None or url is None:
        missing = "method" if method is None else "url"
        raise TypeError(f"{missing}: missing; where a request went is known without it only if a client made the call")
    # What a loop knows beside the attempts: the start by the wall clock, the profile, the last decision and its time.
    told: tuple[float, Profile | None, Decision, int] | None = getattr(error, "_told", None)
    ended_ms = max((attempt.started_ms + attempt.duration_ms for attempt in attempts), default=0)
    if told is None:
        # A client's attempts know when they began; else it was raised just now.
        told_started = getattr(attempts[0], "started", None) if attempts else None
        told_started = time.time() - ended_ms / 1000 if told_started is None else told_started
        told_profile = None
    else:
        told_started, told_profile, stop, stop_ms = told
    if profile is None:
        # A verdict knows who judged, where nobody said.
        profile = told_profile or getattr(getattr(error, "verdict", None), "_profile", None)
    record = Record(
        method,
        url,
        profile=profile,
        started=told_started if started is None else started,
    )
    for attempt in attempts:
        note(record, attempt)
    if not attempts:
        note_verdict(record, getattr(error, "verdict", None))
    elif told is not None and stop != attempts[-1].decision:
        # The call ended without another attempt: while it waited, or for want of a token.
        record.note(stop, stop_ms, stop_ms)
    return record


def _asked(attempts: Sequence[AttemptRecord]) -> tuple[str, str] | tuple[None, None]:
    """Method and URL of a client's call, if it got beyond its token."""
    for attempt in reversed(attempts):
        if isinstance(attempt, Attempted) and attempt.kind is not OperationKind.AUTH:
            return attempt.method, attempt.url
    return None, None


def note(record: Record, attempt: AttemptRecord) -> None:
    """Add an attempt of a loop, or of a client."""
    request = None
    if getattr(attempt, "kind", None) is OperationKind.AUTH:
        request = (getattr(attempt, "method", ""), getattr(attempt, "path", ""))
    record.note(
        attempt.decision,
        attempt.started_ms,
        attempt.started_ms + attempt.duration_ms,
        attempt.verdict,
        getattr(attempt, "request_id", None),
        request,
    )


def note_verdict(record: Record, verdict: object) -> None:
    """Add the one attempt of a call that was made without a policy: it was not to be repeated."""
    if not isinstance(verdict, Verdict):
        return
    call = Policy(preset="none").new_call()
    call.before_attempt(0)
    record.note(call.on_reply(verdict, 0), 0, 0, verdict)
