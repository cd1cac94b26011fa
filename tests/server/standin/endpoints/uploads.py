"""Takes files in, tells byte for byte what arrived, and refuses what does not comply."""

from __future__ import annotations

from collections import deque
from threading import Lock

from ..arrival import Arrival
from ..envelope import failure, success
from ..fields import WrongDescription
from ..reply import Reply
from ..request import MAX_BODY
from .multipart import WrongForm, parts_of
from .query import number_in

MAX_KEPT = 100
NOT_COMPLYING = (68300010, "The file does not comply with upload specifications!")


class Uploads:
    """The latest uploads. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._latest: deque[dict[str, object]] = deque(maxlen=MAX_KEPT)

    def answer(self, arrival: Arrival) -> Reply:
        """`max_bytes` and `extension` (query parameters) are what a file must keep to."""
        request = arrival.request
        if request.method != "POST":
            return failure(67200101, "Path Not Found", 404, "POST /upload takes a multipart/form-data body")
        try:
            most = number_in(request, "max_bytes", MAX_BODY, 0, MAX_BODY)
            parts = parts_of(request.header("content-type"), arrival.body)
        except (WrongDescription, WrongForm) as error:
            return failure(68300004, "Invalid parameter!", note=str(error))
        files = [part for part in parts if part.file_name is not None]
        told = {
            "fields": [part.to_json() for part in parts if part.file_name is None],
            "files": [part.to_json() for part in files],
            "body_bytes": arrival.body_bytes,
            "body_sha256": arrival.body_sha256,
        }
        with self._lock:
            self._latest.append(told)
        extension = request.parameter("extension")
        ending = f".{extension}".lower() if extension else ""
        complies = all(part.size <= most and str(part.file_name).lower().endswith(ending) for part in files)
        return success(told, 201) if files and complies else failure(*NOT_COMPLYING)

    def clear(self) -> None:
        with self._lock:
            self._latest.clear()

    def rows(self) -> list[dict[str, object]]:
        """What arrived, also what was refused, oldest first."""
        with self._lock:
            return list(self._latest)
