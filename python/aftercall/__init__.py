"""A program calls a business REST API, and the reply is here: what does it mean, and what now?

>>> import aftercall
>>> body = b'{"status":false,"error_code":67200002,"error_msg":"Quota exceeds the limit!"}'
>>> verdict = aftercall.judge(200, None, body)
>>> verdict.category, verdict.advice
(<Category.QUOTA: 6>, <Advice.HOLD: 4>)
>>> verdict.raise_for_failure()
Traceback (most recent call last):
    ...
aftercall.QuotaError: quota: code=67200002, http_status=200, rule='code:67200002'

`judge` takes status, headers and body, or a response object of requests, httpx, urllib3 or http.client alone.
It looks at no clock, opens nothing and never fails because of what a body holds.
"""

from ._native import (
    LANGUAGES,
    Attempt,
    Attempted,
    AttemptRecord,
    Budget,
    Call,
    Cancel,
    Client,
    Decision,
    HoldState,
    Message,
    Observed,
    Outgoing,
    Policy,
    Profile,
    Progress,
    Record,
    Request,
    Response,
    Retrier,
    Snapshot,
    TokenState,
    Verdict,
    __version__,
    explain_json,
    judge,
    judge_fault,
    message,
    negotiate_language,
    one_line,
    redact,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ._responses import judge_async
    from .aio import AsyncClient
    from .enums import (
        Action,
        Advice,
        Anomaly,
        Category,
        DelaySource,
        Effect,
        Expect,
        Fault,
        GateState,
        Jitter,
        OperationKind,
        Outcome,
        OverCap,
        Preset,
        Reason,
        Remedy,
        RetryMutations,
        Role,
        TaskState,
    )
    from .errors import (
        AccountError,
        AftercallError,
        AuthenticationError,
        BalanceError,
        CallCancelledError,
        DocumentError,
        InternalError,
        InvalidRequestError,
        NotFoundError,
        PermissionDeniedError,
        PolicyError,
        ProfileError,
        ProtocolError,
        QuotaError,
        RateLimitError,
        ServerError,
        SettingsError,
        TaskError,
        TransportError,
        TransportTimeoutError,
        UnknownError,
        UploadError,
        UpstreamError,
    )
    from .pages import Page, Pages
    from .retry import AttemptBlock, Attempts, Gate

__all__ = [
    "LANGUAGES",
    "AccountError",
    "Action",
    "Advice",
    "AftercallError",
    "Anomaly",
    "AsyncClient",
    "Attempt",
    "AttemptBlock",
    "AttemptRecord",
    "Attempted",
    "Attempts",
    "AuthenticationError",
    "BalanceError",
    "Budget",
    "Call",
    "CallCancelledError",
    "Cancel",
    "Category",
    "Client",
    "Decision",
    "DelaySource",
    "DocumentError",
    "Effect",
    "Expect",
    "Fault",
    "Gate",
    "GateState",
    "HoldState",
    "InternalError",
    "InvalidRequestError",
    "Jitter",
    "Message",
    "NotFoundError",
    "Observed",
    "OperationKind",
    "Outcome",
    "Outgoing",
    "OverCap",
    "Page",
    "Pages",
    "PermissionDeniedError",
    "Policy",
    "PolicyError",
    "Preset",
    "Profile",
    "ProfileError",
    "Progress",
    "ProtocolError",
    "QuotaError",
    "RateLimitError",
    "Reason",
    "Record",
    "Remedy",
    "Request",
    "Response",
    "Retrier",
    "RetryMutations",
    "Role",
    "ServerError",
    "SettingsError",
    "Snapshot",
    "TaskError",
    "TaskState",
    "TokenState",
    "TransportError",
    "TransportTimeoutError",
    "UnknownError",
    "UploadError",
    "UpstreamError",
    "Verdict",
    "__version__",
    "explain_json",
    "judge",
    "judge_async",
    "judge_fault",
    "message",
    "negotiate_language",
    "one_line",
    "redact",
]

_AT_FIRST_USE = {
    "_responses": ("judge_async",),
    "aio": ("AsyncClient",),
    "enums": (
        "Action",
        "Advice",
        "Anomaly",
        "Category",
        "DelaySource",
        "Effect",
        "Expect",
        "Fault",
        "GateState",
        "Jitter",
        "OperationKind",
        "Outcome",
        "OverCap",
        "Preset",
        "Reason",
        "Remedy",
        "RetryMutations",
        "Role",
        "TaskState",
    ),
    "errors": (
        "AccountError",
        "AftercallError",
        "AuthenticationError",
        "BalanceError",
        "CallCancelledError",
        "DocumentError",
        "InternalError",
        "InvalidRequestError",
        "NotFoundError",
        "PermissionDeniedError",
        "PolicyError",
        "ProfileError",
        "ProtocolError",
        "QuotaError",
        "RateLimitError",
        "ServerError",
        "SettingsError",
        "TaskError",
        "TransportError",
        "TransportTimeoutError",
        "UnknownError",
        "UploadError",
        "UpstreamError",
    ),
    "pages": ("Page", "Pages"),
    "retry": ("AttemptBlock", "Attempts", "Gate"),
}


def __getattr__(name: str) -> object:
    """Import at first use: the standard library's enum alone costs more than everything in here."""
    for module, names in _AT_FIRST_USE.items():
        if name in names:
            loaded = __import__(f"{__name__}.{module}", fromlist=names)
            globals().update((own, getattr(loaded, own)) for own in names)
            return globals()[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
