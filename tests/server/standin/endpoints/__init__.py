"""What answers by rule and not from a scene, one file for each, as the operations of the API do."""

from __future__ import annotations

from collections.abc import Callable

from ..arrival import Arrival
from ..reply import Reply

Endpoint = Callable[[Arrival], Reply]
