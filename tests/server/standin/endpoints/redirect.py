"""Sends a client elsewhere: to this server, to another host, or round and round.

The other host is this server too, behind another name and port: the journal tells whether a client went there,
and whether its credential went with it.
"""

from __future__ import annotations

from collections.abc import Callable

from ..arrival import Arrival
from ..envelope import failure
from ..reply import Reply

PATH = "/redirect/"
STATUSES = ("301", "302", "303", "307", "308")
ELSEWHERE = "elsewhere"


def redirect(arrival: Arrival, url_of: Callable[[str], str]) -> Reply:
    """`/redirect/302/here`, `/redirect/302/elsewhere` or `/redirect/302/loop`."""
    path = arrival.request.path
    status, _, way = path.removeprefix(PATH).partition("/")
    targets = {
        "here": "/echo",
        "loop": path,
        # Another name for the same address: a client must take it for another host.
        ELSEWHERE: url_of(ELSEWHERE).replace("127.0.0.1", "localhost") + "/echo",
    }
    if status not in STATUSES or way not in targets:
        note = f"allowed is {PATH}STATUS/WAY, with STATUS of {', '.join(STATUSES)} and WAY of {', '.join(targets)}"
        return failure(67200101, "Path Not Found", 404, note)
    return Reply(int(status), (("Location", targets[way]),))
