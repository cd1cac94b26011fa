"""A reply as vectors write it, with its bytes decoded."""

from __future__ import annotations

from base64 import b64decode
from dataclasses import dataclass
from typing import Literal, Self, TypeAlias, get_args

from fields import Fields, WrongVectors

Expectation: TypeAlias = Literal["envelope", "raw"]
Pairs: TypeAlias = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Reply:
    http_status: int
    headers: Pairs
    body: bytes
    fault: str | None
    expect: Expectation
    now: int | None
    request: tuple[str, str] | None
    document: dict[str, object]
    """What it was read from."""

    @classmethod
    def read(cls, value: object) -> Self:
        fields = Fields("reply", value)
        fault = fields.text("fault") if "fault" in fields else None
        expect = _expectation(fields.text("expect_kind") if "expect_kind" in fields else "envelope")
        now = fields.integer("now_unix") if fields.optional("now_unix") is not None else None
        status, body = 0, b""
        if fault is None:
            status = fields.integer("http_status")
            if "body_base64" in fields:
                body = b64decode(fields.text("body_base64"), validate=True)
            else:
                body = fields.text("body").encode()
        headers = _pairs(fields.optional("headers"))
        request = None
        if "method" in fields or "path" in fields:
            request = (fields.text("method"), fields.text("path"))
        fields.finish()
        assert isinstance(value, dict)
        return cls(status, headers, body, fault, expect, now, request, value)


def _expectation(name: str) -> Expectation:
    match name:
        case "envelope" | "raw":
            return name
        case _:
            raise WrongVectors(f"expect_kind: expected one of {get_args(Expectation)}, got {name!r}")


def _pairs(headers: object) -> Pairs:
    if headers is None:
        return []
    if not isinstance(headers, list):
        raise WrongVectors(f"headers: expected an array, got {headers!r}")
    pairs = []
    for pair in headers:
        match pair:
            case [str(name), str(value)]:
                pairs.append((name, value))
            case _:
                raise WrongVectors(f"headers: expected [name, value] pairs, got {pair!r}")
    return pairs
