"""Replies that succeed: pages of four sizes in several spellings, and every form that data can take."""

from __future__ import annotations

from ..patents import Order, Spelling, page
from ..scene import Scene
from .builder import CHARGED, Builder, compact, success

SIZES = {"1k": 1 << 10, "10k": 10 << 10, "100k": 100 << 10, "1m": 1 << 20}

BIG = 1579434053399036000  # An id as the API prints it: a number no double can hold exactly.


def scenes() -> list[Scene]:
    """Group `success`."""
    return [*_pages(), *_forms_of_data(), *_statuses(), *_spellings()]


def _pages() -> list[Scene]:
    build = Builder("success")
    made = []
    for label, size in SIZES.items():
        for order, suffix, words in (
            (Order.DATA_FIRST, "", "data first"),
            (Order.ENVELOPE_FIRST, "-envelope-first", "envelope first"),
        ):
            body = page(size, order, Spelling.COMPACT)
            title = f"Search page of {label[:-1]} {label[-1].upper()}B, {words}"
            made.append(build.scene(f"page-{label}{suffix}", title, body=body, headers=CHARGED))
    for label, spelling, words in (
        ("10k-pretty", Spelling.PRETTY, "10 KB, pretty-printed"),
        ("1m-escaped", Spelling.ESCAPED, "1 MB, every non-ASCII letter escaped"),
    ):
        body = page(SIZES[label.split("-")[0]], Order.DATA_FIRST, spelling)
        made.append(build.scene(f"page-{label}", f"Search page of {words}", body=body, headers=CHARGED))
    return made


def _forms_of_data() -> list[Scene]:
    build = Builder("success")
    forms: list[tuple[str, str, bytes]] = [
        ("no-data", "Success without a data field", b'{"status":true,"error_code":0}'),
        ("null-data", "Success with null data", success(None)),
        ("empty-object", "Success with an empty object: no hits", success({})),
        ("empty-array", "Success with an empty array", success([])),
        ("scalar-data", "Success with a number as data", success(15794)),
        ("string-data", "Success with a text as data", success("任务已提交 task accepted")),
    ]
    return [build.scene(name, title, body=body) for name, title, body in forms]


def _statuses() -> list[Scene]:
    build = Builder("success")
    created = success({"task_id": "7f3c2b9e-0c41-4d53-9a1e-2f7b6a1d9c55", "state": "PENDING"})
    return [
        build.scene(
            "created", "A task was created, with the new resource", 201, created, headers=CHARGED, method="POST"
        ),
        build.scene("no-content", "Done, with nothing to say", 204, kind=None, method="POST"),
    ]


def _spellings() -> list[Scene]:
    build = Builder("success")
    document = {
        "status": "success",
        "error_code": 0,
        "error_msg": "success",
        "data": {"pages": 3, "language": "zh", "markdown": "# 一种电池隔膜\n\nA separator for a battery."},
        "_meta": {"openapi_billing": {"version": "1", "multiplier": "1"}},
    }
    token = {
        "token": "standin-token-not-a-secret",
        "token_type": "BearerToken",
        "expires_in": 1799,
        "status": "approved",
        "issued_at": "1795435200000",
    }
    job = {"job_id": BIG, "next_id": BIG + 1, "count": 9007199254740993}
    return [
        build.scene(
            "string-flag",
            "Success said with a text in the flag",
            body=compact(document),
            headers={"x-openapi-amount": "3"},
        ),
        build.scene("token", "A token reply, approved", body=compact(token), method="POST"),
        build.scene("bom", "Success behind a byte order mark", body=b"\xef\xbb\xbf" + success({"total": 7})),
        build.scene("big-number", "Success with numbers beyond 2^53", body=success(job)),
    ]
