"""One exception for each category of failure, under one base.

They are plain Python classes: they can be pickled, copied, subclassed and matched. Each holds the verdict it
was raised for; the other attributes are the verdict's own. What is written of an exception — in a log, in a
traceback — is one line without anything the server wrote but its id, cleaned and scrubbed. The server's message is an
attribute, because it may echo a secret.
"""

from __future__ import annotations

from ._native import AttemptRecord, Decision, Profile, Record, Response, Verdict
from .enums import Category, Fault, Reason

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any, Literal


class AftercallError(Exception):
    """Base of everything that a judged failure raises.

    >>> import aftercall
    >>> try:
    ...     aftercall.judge(429, {"Retry-After": "2"}, b"").raise_for_failure()
    ... except aftercall.AftercallError as error:
    ...     print(error, error.retry_after)
    rate_limit: http_status=429, rule='http:429', retry_after=2.0 2.0
    """

    __match_args__ = ("category", "code", "http_status", "message", "correlation_id", "retry_after")

    attempts: tuple[AttemptRecord, ...] = ()
    """What was attempted, if it was raised by a call that retries."""

    reason: Reason | None = None
    """Why the call was over, if it was raised by a client."""

    decision: Decision | None = None
    """The last decision with its explanation, if it was raised by a client."""

    retry_at: datetime | None = None
    """When it is worth trying again, in UTC, if it was raised by a client and somebody said so."""

    detail: str = ""
    """What stood in the way, in words for developers, if it was raised by a client."""

    response: Response | None = None
    """The last reply, if it was raised by a client. It is not pickled."""

    def __init__(self, verdict: Verdict | str | None = None) -> None:
        # One argument: with two, OSError, a parent of some, would take them for errno and strerror.
        super().__init__(verdict)

    def record(
        self,
        method: str | None = None,
        url: str | None = None,
        *,
        profile: Profile | None = None,
        started: float | datetime | None = None,
    ) -> Record:
        """The record of the call, for support: a paragraph for a ticket, JSON, attributes, without what is secret.

        Say where the request went; of the URL only scheme, host, port and path are kept. Without a word it is known
        only if a client made the call. `profile` and `started`, as Record takes them, are known if a policy's loop
        raised this.

        >>> import aftercall
        >>> try:
        ...     aftercall.judge(404, None, b"").raise_for_failure()
        ... except aftercall.AftercallError as error:
        ...     print(error.record("GET", "https://api.example.com/patents?apikey=5f3c").paragraph())
        GET https://api.example.com/patents failed: not_found (HTTP 404). 1 attempt in 0 ms ...
        """
        from ._records import of_error

        return of_error(self, method, url, profile, started)

    @property
    def verdict(self) -> Verdict | None:
        """The verdict; None if the exception was made without one."""
        argument = self.args[0] if self.args else None
        return argument if isinstance(argument, Verdict) else None

    @property
    def category(self) -> Category | None:
        """What kind of failure it is."""
        return self.verdict.category if self.verdict is not None else None

    @property
    def code(self) -> int | None:
        """The API's code, if it is an integer."""
        return self.verdict.code if self.verdict is not None else None

    @property
    def code_text(self) -> str | None:
        """The code as received."""
        return self.verdict.code_text if self.verdict is not None else None

    @property
    def http_status(self) -> int | None:
        """The reply's HTTP status: 0 if it was not known, None after a transport fault."""
        return self.verdict.http_status if self.verdict is not None else None

    @property
    def message(self) -> str | None:
        """The server's own words, exact. They may hold a secret."""
        return self.verdict.message if self.verdict is not None else None

    @property
    def correlation_id(self) -> str | None:
        """The id under which support finds the call, as received."""
        return self.verdict.correlation_id if self.verdict is not None else None

    @property
    def retry_after(self) -> float | None:
        """How long the server asks to wait, in seconds."""
        return self.verdict.retry_after if self.verdict is not None else None

    def __reduce__(self) -> tuple[Any, ...]:
        left_out = ("response", "_record")
        state = {name: value for name, value in self.__dict__.items() if name not in left_out}
        return (type(self), self.args, state)

    def __str__(self) -> str:
        verdict = self.verdict
        if verdict is None:
            return super().__str__() if self.args != (None,) else self._without_verdict
        shown = {
            "code": verdict.code,
            "http_status": verdict.http_status,
            "rule": verdict.rule,
            "retry_after": verdict.retry_after,
            "correlation_id": verdict._clean_id,
        }
        known = ", ".join(f"{name}={value!r}" for name, value in shown.items() if value is not None)
        return f"{verdict.category}: {known}: {self.detail}" if self.detail else f"{verdict.category}: {known}"

    _without_verdict = "a failure"


class AuthenticationError(AftercallError, PermissionError):
    """The key or token is missing, wrong or expired."""


class PermissionDeniedError(AftercallError, PermissionError):
    """The caller is known but may not do this."""


class AccountError(AftercallError):
    """The contract or the client behind the credential has expired."""


class BalanceError(AftercallError):
    """There is no money left on the account."""


class QuotaError(AftercallError):
    """A total is used up: of a period, of a package, of the platform."""


class RateLimitError(AftercallError):
    """Too fast just now; slower calls would be served."""


class InvalidRequestError(AftercallError, ValueError):
    """The request itself is wrong and will be refused again."""


class UploadError(AftercallError, ValueError):
    """The uploaded file was refused."""


class NotFoundError(AftercallError, LookupError):
    """No such endpoint or resource."""


class UpstreamError(AftercallError):
    """A service behind the API failed."""


class ServerError(AftercallError):
    """The API itself is busy, down or broken."""


class TransportError(AftercallError, ConnectionError):
    """No complete reply arrived."""


class TransportTimeoutError(TransportError, TimeoutError):
    """No complete reply arrived in time."""


class ProtocolError(AftercallError):
    """A reply arrived that is not this API's."""


class UnknownError(AftercallError):
    """A failure that nothing explains."""


class CallCancelledError(AftercallError):
    """The caller gave up."""


class InternalError(AftercallError):
    """A fault in aftercall itself. Please report it."""

    _without_verdict = "a fault in aftercall itself; please report it"


class TaskError(AftercallError):
    """A task that has not done what it should. The replies about it were successes, and so is `verdict`.

    `end` is "failed", "timed_out" or "unknown" (a state that nobody knows), `asked` how often it was asked about.
    The last reply's data is `verdict.data()`.
    """

    __match_args__ = ("end",)

    end: Literal["failed", "timed_out", "unknown"] = "unknown"
    asked: int = 0

    def __str__(self) -> str:
        known = {"failed": "has failed", "timed_out": "was not over in time", "unknown": "is in an unknown state"}
        return f"task: {known[self.end]} (asked {self.asked} time{'' if self.asked == 1 else 's'})"


class DocumentError(ValueError):
    """A document that a person or a program wrote is wrong; says where."""

    __match_args__ = ("line", "column", "path")

    def __init__(self, text: str = "", line: int = 0, column: int = 0, path: str = "") -> None:
        super().__init__(text, line, column, path)
        self.line = line
        self.column = column
        self.path = path

    def __str__(self) -> str:
        return str(self.args[0])


class ProfileError(DocumentError):
    """A profile is not JSON, or says something that no profile can say."""


class PolicyError(DocumentError):
    """A retry policy is not JSON, or wants something that is not allowed.

    `path` names the setting; `line` and `column` are 0 if it was not read from a text.
    """


class SettingsError(DocumentError):
    """A client's settings want something that is not allowed; `path` names the setting."""


_BY_CATEGORY: dict[Category, type[AftercallError]] = {
    Category.AUTHENTICATION: AuthenticationError,
    Category.PERMISSION: PermissionDeniedError,
    Category.ACCOUNT: AccountError,
    Category.BALANCE: BalanceError,
    Category.QUOTA: QuotaError,
    Category.RATE_LIMIT: RateLimitError,
    Category.INVALID_REQUEST: InvalidRequestError,
    Category.UPLOAD: UploadError,
    Category.NOT_FOUND: NotFoundError,
    Category.UPSTREAM: UpstreamError,
    Category.SERVER: ServerError,
    Category.TRANSPORT: TransportError,
    Category.PROTOCOL: ProtocolError,
    Category.UNKNOWN: UnknownError,
    Category.CANCELLED: CallCancelledError,
}

_TIMEOUTS = {f"transport:{fault}" for fault in (Fault.CONNECT_TIMEOUT, Fault.READ_TIMEOUT)}


def error_of(verdict: Verdict) -> AftercallError:
    """The exception for a failure; the native half calls this."""
    if verdict.category is Category.TRANSPORT and verdict.rule in _TIMEOUTS:
        return TransportTimeoutError(verdict)
    return _BY_CATEGORY.get(verdict.category, UnknownError)(verdict)


# They are seen as what the package calls them.
for _class in (
    AftercallError,
    InternalError,
    DocumentError,
    PolicyError,
    ProfileError,
    SettingsError,
    TaskError,
    TransportTimeoutError,
    *_BY_CATEGORY.values(),
):
    _class.__module__ = "aftercall"
