"""A file of any size, always the same bytes; or an error envelope where the file should be."""

from __future__ import annotations

import hashlib
from functools import lru_cache

from ..arrival import Arrival
from ..envelope import failure
from ..fields import WrongDescription
from ..reply import Reply
from .query import number_in

DEFAULT_BYTES = 1 << 20
MAX_BYTES = 256 << 20


def download(arrival: Arrival) -> Reply:
    """`bytes` is the size; `code` asks for a failure with that code instead, as the API refuses a download."""
    try:
        code = number_in(arrival.request, "code", 0, 0, 99_999_999)
        size = number_in(arrival.request, "bytes", DEFAULT_BYTES, 0, MAX_BYTES)
    except WrongDescription as error:
        return failure(68300004, "Invalid parameter!", note=str(error))
    if code:
        return failure(code, "Call failed!")
    name = f"standin-{size}.bin"
    headers = (
        ("Content-Type", "application/octet-stream"),
        ("Content-Disposition", f'attachment; filename="{name}"'),
        ("x-standin-sha256", content_sha256(size)),
    )
    return Reply(200, headers, content(size))


@lru_cache(maxsize=2)
def content(size: int) -> bytes:
    """Bytes of every value, in no order that compresses well: the hashes of 0, 1, 2 and so on, repeated."""
    block = b"".join(hashlib.sha256(b"%d" % number).digest() for number in range(min(2048, size // 32 + 1)))
    return (block * (size // len(block) + 1))[:size]


@lru_cache(maxsize=64)
def content_sha256(size: int) -> str:
    return hashlib.sha256(content(size)).hexdigest()
