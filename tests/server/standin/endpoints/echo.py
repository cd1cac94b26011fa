"""Tells what arrived: method, path, query, headers, and the hash of the body."""

from __future__ import annotations

from urllib.parse import parse_qsl

from ..arrival import Arrival
from ..envelope import success
from ..reply import Reply


def echo(arrival: Arrival) -> Reply:
    """Everything of the request but the bytes of its body, secrets too: whoever asks has sent them."""
    request = arrival.request
    return success(
        {
            "method": request.method,
            "path": request.path,
            "query": [list(pair) for pair in parse_qsl(request.query, keep_blank_values=True)],
            "http_version": f"1.{request.minor_version}",
            "headers": [list(pair) for pair in request.headers],
            "body_bytes": arrival.body_bytes,
            "body_sha256": arrival.body_sha256,
            "connection": arrival.connection,
            "door": arrival.door,
        }
    )
