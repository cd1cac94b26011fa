"""From Python objects to the JSON of a request, with the fastest encoder that is installed."""

from __future__ import annotations

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def _fast_encoder() -> Callable[[Any], bytes] | None:
    try:
        import orjson

        return orjson.dumps
    except ImportError:
        pass
    try:
        import msgspec

        return msgspec.json.encode
    except ImportError:
        return None


_fast = _fast_encoder()


def encode(value: Any) -> bytes:
    """Encode as JSON. What no JSON can say is a TypeError or a ValueError, without the value in it.

    >>> encode({"query_text": "solar", "limit": 10})
    b'{"query_text":"solar","limit":10}'
    """
    if _fast is not None:
        try:
            encoded = _fast(value)
            # The fast ones write null for numbers that are none; that is looked at where there is a null.
            if b"null" not in encoded:
                return encoded
        except (TypeError, ValueError, OverflowError, RecursionError):
            pass  # what the fast one refuses, the exact one accepts or explains
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except RecursionError:
        raise ValueError("json: expected what JSON can say; found something too deep") from None
    except TypeError as error:
        raise TypeError(f"json: expected what JSON can say; {error}") from None
    except ValueError:
        raise ValueError("json: expected what JSON can say; found a number that is none, or a circle") from None
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise ValueError("json: expected text; found a str with lone surrogates") from None
