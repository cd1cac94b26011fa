from collections.abc import Iterable, Mapping
from datetime import datetime
from os import PathLike
from typing import Any, Literal, Protocol, Self, TypeAlias, final, overload

from .enums import Advice, Anomaly, Category, Effect, Expect, Fault, OperationKind, Outcome

__all__ = [
    "Profile",
    "Verdict",
    "__version__",
    "_category_mapping",
    "_closed_sets",
    "_restore_verdict",
    "explain_json",
    "judge",
    "judge_fault",
]

__version__: str

_Body: TypeAlias = bytes | bytearray | memoryview | str
_Expect: TypeAlias = Expect | Literal["envelope", "raw"]
_FaultName: TypeAlias = Literal[
    "dns",
    "connect",
    "connect_timeout",
    "proxy",
    "tls",
    "read_timeout",
    "reset",
    "closed",
    "truncated",
    "decode",
    "too_large",
    "bad_request",
    "cancelled",
]
_Now: TypeAlias = float | datetime | None

class _HeaderMap(Protocol):
    """Whatever shows its headers as pairs: a dict, or the headers of any HTTP library."""

    def items(self) -> Iterable[tuple[str, str]] | Iterable[tuple[bytes, bytes]]: ...

_Headers: TypeAlias = (
    Mapping[str, str]
    | Mapping[str, bytes]
    | Mapping[bytes, bytes]
    | _HeaderMap
    | Iterable[tuple[str | bytes, str | bytes]]
    | None
)

class _Requests(Protocol):
    """A response of requests, or another that has its shape."""

    @property
    def status_code(self) -> int: ...
    @property
    def headers(self) -> Any: ...
    @property
    def content(self) -> Any: ...

class _Urllib(Protocol):
    """A response of urllib3, http.client or urllib.request."""

    @property
    def status(self) -> Any: ...
    @property
    def headers(self) -> Any: ...
    def read(self) -> Any: ...

@final
class Verdict:
    __match_args__ = ("category", "code", "advice", "effect", "http_status", "rule")

    @property
    def outcome(self) -> Outcome: ...
    @property
    def is_success(self) -> bool: ...
    @property
    def category(self) -> Category: ...
    @property
    def advice(self) -> Advice: ...
    @property
    def effect(self) -> Effect: ...
    @property
    def alternative(self) -> Category | None: ...
    @property
    def repeat(self) -> OperationKind | None: ...
    @property
    def code(self) -> int | None: ...
    @property
    def code_text(self) -> str | None: ...
    @property
    def http_status(self) -> int | None: ...
    @property
    def message(self) -> str | None: ...
    @property
    def correlation_id(self) -> str | None: ...
    @property
    def amount(self) -> str | None: ...
    @property
    def server_delay_ms(self) -> int | None: ...
    @property
    def retry_after(self) -> float | None: ...
    @property
    def anomalies(self) -> frozenset[Anomaly]: ...
    @property
    def rule(self) -> str: ...
    @property
    def data_bytes(self) -> memoryview | None: ...
    def data(self) -> Any: ...
    def raise_for_failure(self) -> Self: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, _memo: object, /) -> Self: ...
    def __reduce__(self) -> tuple[Any, ...]: ...

@final
class Profile:
    @staticmethod
    def built_in(name: str = "eureka") -> Profile: ...
    @staticmethod
    def from_json(text: str | bytes, /) -> Profile: ...
    @staticmethod
    def from_file(path: str | PathLike[str], /) -> Profile: ...
    @property
    def name(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def title(self) -> str: ...
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, _memo: object, /) -> Self: ...
    def __reduce__(self) -> tuple[Any, ...]: ...

@overload
def judge(
    http_status: int,
    headers: _Headers,
    body: _Body,
    *,
    expect: _Expect = "envelope",
    now: _Now = None,
    profile: Profile | None = None,
) -> Verdict: ...
@overload
def judge(
    http_status: _Requests | _Urllib,
    headers: None = None,
    body: None = None,
    *,
    expect: _Expect = "envelope",
    now: _Now = ...,
    profile: Profile | None = None,
) -> Verdict: ...
def judge_fault(
    fault: Fault | _FaultName,
    headers: _Headers = None,
    *,
    now: _Now = None,
    profile: Profile | None = None,
) -> Verdict: ...
def explain_json(text: str | bytes, /) -> str: ...
def _restore_verdict(state: dict[str, Any]) -> Verdict: ...
def _closed_sets() -> dict[str, list[tuple[str, int]]]: ...
def _category_mapping(number: int) -> tuple[int, int, str]: ...
