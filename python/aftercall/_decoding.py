"""From a reply's data to Python objects, with the fastest decoder that is installed."""

from __future__ import annotations

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def _fast_decoder() -> Callable[[bytes | memoryview], Any] | None:
    try:
        import orjson

        return orjson.loads
    except ImportError:
        pass
    try:
        import msgspec

        return msgspec.json.decode
    except ImportError:
        return None


_fast = _fast_decoder()


def decode(data: bytes | memoryview) -> Any:
    """Decode JSON that has no integers beyond 64 bits; the caller has looked.

    >>> decode(b'{"id": 7}')
    {'id': 7}
    """
    if _fast is not None:
        try:
            return _fast(data)
        except (ValueError, RecursionError):
            pass  # what the fast one refuses, the exact one accepts or explains
    return decode_exactly(data)


def decode_exactly(data: bytes | memoryview) -> Any:
    """Decode JSON. Integers keep every digit; bytes that are not UTF-8 show as U+FFFD.

    >>> decode_exactly(b'{"id": 123456789012345678901234567890}')
    {'id': 123456789012345678901234567890}
    """
    return json.loads(str(data, "utf-8-sig", "replace"))
