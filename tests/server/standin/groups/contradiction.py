"""Replies at odds with themselves or with the format: what a careless reader takes for something else."""

from __future__ import annotations

from ..scene import Scene
from .builder import BALANCE, Builder, compact, success

DEPTH = 100_000


def scenes() -> list[Scene]:
    """Group `contradiction`."""
    build = Builder("contradiction")
    made = [build.scene("success-under-500", "A success envelope under HTTP 500", 500, success({"total": 3}))]
    under_200: list[tuple[str, str, bytes]] = [
        *_disagreements(),
        *_look_alikes(),
        *_odd_fields(),
        *_odd_bytes(),
    ]
    return made + [build.scene(name, title, body=body) for name, title, body in under_200]


def _disagreements() -> list[tuple[str, str, bytes]]:
    failing = compact({"status": True, "error_code": 67200005, "error_msg": "Insufficient balance, call failed!"})
    return [
        ("true-beside-code", "The flag says true, the code says no", failing),
        ("false-beside-zero", "The flag says false, the code says OK", b'{"status":false,"error_code":0,"data":{}}'),
        (
            "duplicate-flag",
            "The flag twice: true, then false",
            b'{"status":true,"error_code":0,"data":{},"status":false}',
        ),
        (
            "duplicate-code",
            "The code twice: 0, then a failing one",
            b'{"status":false,"error_code":0,"error_msg":"Invalid parameter!","error_code":68300004}',
        ),
    ]


def _look_alikes() -> list[tuple[str, str, bytes]]:
    inner_failure = {"status": False, "error_code": 67200005, "error_msg": "Insufficient balance, call failed!"}
    inner_success = {"data": {"status": True, "error_code": 0}, "text": '"status":true,"error_code":0'}
    return [
        ("look-alike-failure", "Success whose data looks like a failure", success(inner_failure)),
        (
            "look-alike-success",
            "Failure whose data looks like a success",
            compact({**inner_success, **inner_failure}),
        ),
    ]


def _odd_fields() -> list[tuple[str, str, bytes]]:
    return [
        (
            "escaped-keys",
            "Failure with escaped letters in its field names",
            rb'{"\u0073tatus":false,"error\u005fcode":67200005,"\u0065rror_msg":"Insufficient balance, call failed!"}',
        ),
        (
            "code-as-string",
            "Failure with the code as a text",
            b'{"status":false,"error_code":"67200005","error_msg":"Insufficient balance, call failed!"}',
        ),
        (
            "message-only",
            "Failure without a code, known by its message",
            compact({"status": False, "error_msg": "Insufficient balance, call failed！"}),
        ),
        (
            "chinese-message",
            "Failure with a Chinese message",
            compact({"status": False, "error_code": 68300008, "error_msg": "服务中断异常，请稍后再试！"}),
        ),
    ]


def _odd_bytes() -> list[tuple[str, str, bytes]]:
    nested = b"[" * DEPTH + b"]" * DEPTH
    invalid = BALANCE.replace(b"balance", b"bal\xff\xfe\xe4\xbdnce")
    return [
        ("invalid-utf8", "Failure whose message is no valid UTF-8", invalid),
        ("deep-nesting", "100,000 nested brackets as data", b'{"status":true,"error_code":0,"data":' + nested + b"}"),
        ("empty-body", "HTTP 200 with no body at all", b""),
        ("not-an-object", "HTTP 200 with a JSON array", b"[1,2,3]"),
        ("no-envelope", "HTTP 200 with a JSON object of another shape", compact({"total": 2, "records": [1, 2]})),
    ]
