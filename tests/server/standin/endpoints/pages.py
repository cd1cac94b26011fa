"""A list that is read page by page, with the caps that the API documents for its patent search."""

from __future__ import annotations

from ..arrival import Arrival
from ..envelope import failure, success
from ..fields import WrongDescription
from ..reply import Reply
from .query import number_in

DEFAULT_TOTAL = 95
DEFAULT_LIMIT = 10
MAX_TOTAL = 1_000_000
MAX_LIMIT = 1000
MAX_END = 20_000


def pages(arrival: Arrival) -> Reply:
    """`limit`, `offset`, and `total`, how many records there shall be. Beyond a cap the parameters are invalid."""
    request = arrival.request
    try:
        limit = number_in(request, "limit", DEFAULT_LIMIT, 1, MAX_LIMIT)
        offset = number_in(request, "offset", 0, 0, MAX_END - limit)
        total = number_in(request, "total", DEFAULT_TOTAL, 0, MAX_TOTAL)
    except WrongDescription as error:
        return failure(68300004, "Invalid parameter!", note=str(error))
    records = [
        {"number": number, "pn": f"CN{10_000_000 + number}A"} for number in range(offset, min(offset + limit, total))
    ]
    return success({"total_search_result_count": total, "result_count": len(records), "results": records})
