"""What does this API reply mean, and what now?

So far the package knows its version; judging follows.
"""

from ._native import __version__

__all__ = ["__version__"]
