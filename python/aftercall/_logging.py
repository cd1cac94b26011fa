"""The logger of the package: quiet until a program gives it a handler."""

from __future__ import annotations

import logging
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

logger = logging.getLogger("aftercall")
# Without one, the last resort of the standard library would print warnings.
logger.addHandler(logging.NullHandler())


def write(level: int, line: str, attributes: dict[str, Any]) -> None:
    """Log one line; the native half calls this. The line is an argument: it may hold a percent sign."""
    # Where the program made the call, not where the package did.
    stacklevel, frame = 2, sys._getframe().f_back
    while frame is not None and str(frame.f_globals.get("__name__")).startswith("aftercall."):
        stacklevel, frame = stacklevel + 1, frame.f_back
    logger.log(level, "%s", line, extra=attributes, stacklevel=stacklevel)
