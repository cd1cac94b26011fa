"""A request that has arrived whole: its head, its body or what is known of it, and the way it took."""

from __future__ import annotations

from dataclasses import dataclass

from .request import Request


@dataclass(frozen=True, slots=True)
class Arrival:
    """`body` is empty when nobody wanted it; `body_bytes` and `body_sha256` are of the body all the same."""

    request: Request
    body: bytes
    body_bytes: int
    body_sha256: str
    connection: int
    door: str
