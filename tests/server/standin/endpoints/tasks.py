"""Tasks: started with one call, asked about with others until they have come to an end.

`POST /task` starts one, and its `states` (a query parameter) are what the polls see, one after the other; the last
one stays. `GET /task/ID` polls. As with the API, a task that failed is told in a successful reply.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

from ..arrival import Arrival
from ..envelope import failure, success
from ..reply import Reply

PATH = "/task"
# Beyond 2^53, as the API's ids are: a client that reads them as floating point asks about another task.
FIRST_ID = 1_579_434_053_399_036_001
DEFAULT_STATES = ("PENDING", "PROCESSING", "SUCCESS")
MAX_STATES = 1000
MAX_TASKS = 10_000


@dataclass(slots=True)
class _Task:
    states: tuple[str, ...]
    polls: int = 0


class Tasks:
    """The tasks that were started. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._tasks: OrderedDict[int, _Task] = OrderedDict()
        self._started = 0

    def answer(self, arrival: Arrival) -> Reply:
        request = arrival.request
        with self._lock:
            if request.path == PATH and request.method == "POST":
                return self._start(request.parameter("states"))
            if request.path.startswith(PATH + "/") and request.method in ("GET", "HEAD", "POST"):
                return self._poll(request.path.removeprefix(PATH + "/"))
        return failure(67200101, "Path Not Found", 404, "POST /task starts a task, GET /task/ID asks about it")

    def clear(self) -> None:
        with self._lock:
            self._tasks.clear()
            self._started = 0

    def rows(self) -> list[dict[str, object]]:
        """Every task: its id, its states, and how often it was asked about."""
        with self._lock:
            return [
                {"task_id": number, "states": task.states, "polls": task.polls} for number, task in self._tasks.items()
            ]

    def _start(self, wanted: str | None) -> Reply:
        states = DEFAULT_STATES if wanted is None else tuple(wanted.split(","))
        if len(states) > MAX_STATES or "" in states:
            return failure(
                68300004, "Invalid parameter!", note=f"states is 1 to {MAX_STATES} words with commas between"
            )
        number = FIRST_ID + self._started
        self._started += 1
        self._tasks[number] = _Task(states)
        if len(self._tasks) > MAX_TASKS:
            self._tasks.popitem(last=False)
        return success({"task_id": number})

    def _poll(self, name: str) -> Reply:
        task = self._tasks.get(int(name)) if name.isascii() and name.isdigit() and len(name) < 20 else None
        if task is None:
            return failure(68300004, "Invalid parameter!", note="no task has this id")
        state = task.states[min(task.polls, len(task.states) - 1)]
        task.polls += 1
        data: dict[str, object] = {"task_id": int(name), "status": state}
        if state == "SUCCESS":
            data["result"] = {"count": 3}
        if state == "FAILED":
            data["reason"] = "The document could not be read"
        return success(data)
