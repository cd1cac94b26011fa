"""The logger of the package: quiet until a program gives it a handler."""

from __future__ import annotations

import logging

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

logger = logging.getLogger("aftercall")
# Without one, the last resort of the standard library would print warnings.
logger.addHandler(logging.NullHandler())


def write(level: int, line: str, attributes: dict[str, Any]) -> None:
    """Log one line; the native half calls this. The line is an argument: it may hold a percent sign."""
    logger.log(level, "%s", line, extra=attributes, stacklevel=2)
