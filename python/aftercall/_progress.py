"""A bar for `map(..., progress=True)`, by whichever library is installed."""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ._native import Progress


def bar(total: int) -> Any:
    """What is called with a Progress, and closed with `close_bar()`; the native half calls this."""
    try:
        return _Tqdm(import_module("tqdm").tqdm(total=total, unit="call"))
    except ImportError:
        pass
    try:
        return _Rich(import_module("rich.progress").Progress(), total)
    except ImportError:
        raise ImportError("progress: True needs tqdm or rich; install one of them, or give a function") from None


class _Tqdm:
    def __init__(self, shown: Any) -> None:
        self._shown = shown

    def __call__(self, progress: Progress) -> None:
        if not progress.is_success:
            self._shown.set_postfix(failed=progress.failed, refresh=False)
        self._shown.update(progress.ended - self._shown.n)

    def close_bar(self) -> None:
        self._shown.close()


class _Rich:
    def __init__(self, shown: Any, total: int) -> None:
        self._shown = shown
        self._shown.start()
        self._task = shown.add_task("calls", total=total)

    def __call__(self, progress: Progress) -> None:
        name = f"calls, {progress.failed} failed" if progress.failed else "calls"
        self._shown.update(self._task, completed=progress.ended, description=name)

    def close_bar(self) -> None:
        self._shown.stop()
