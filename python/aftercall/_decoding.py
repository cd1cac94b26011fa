"""From a reply's data to Python objects, with the fastest decoder that is installed."""

from __future__ import annotations

import json
import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

# As many digits in a row can be an integer beyond 64 bits, which not every decoder keeps. Digits of a fraction
# or in a string only cost the faster way.
_LONG_NUMBER = re.compile(rb"[0-9]{19}")


def _fast_decoder() -> Callable[[memoryview], Any] | None:
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


def decode(data: memoryview) -> Any:
    """Decode JSON. Integers keep every digit; bytes that are not UTF-8 show as U+FFFD.

    >>> decode(memoryview(b'{"id": 123456789012345678901234567890}'))
    {'id': 123456789012345678901234567890}
    """
    if _fast is not None and _LONG_NUMBER.search(data) is None:
        try:
            return _fast(data)
        except (ValueError, RecursionError):
            pass  # what the fast one refuses, the exact one accepts or explains
    return json.loads(str(data, "utf-8-sig", "replace"))
