"""What an exception says about a reply, known by its shape; no library is imported.

An exception may bring a reply (`raise_for_status()`), be a transport fault, or say nothing about a reply: then it
is raised as it is. A fault is found by the names of its classes, from the most special to the most general,
beside the library that each is of. A fault that means "nothing was sent" is given only where the class, or the
exception that it wraps, proves it; any other exception of a transport is a connection that broke, and then
anything may have happened on the server.
"""

from __future__ import annotations

import errno

from ._native import Profile, Verdict, judge
from ._responses import is_response, judged_if_response
from .enums import Fault
from .errors import AftercallError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, Literal

_FAULTS: dict[Fault, str] = {
    Fault.DNS: "gaierror herror NameResolutionError ClientConnectorDNSError",
    Fault.CONNECT: "NewConnectionError ConnectError ClientConnectorError UnixClientConnectorError EmptyPoolError "
    "ClosedPoolError",
    Fault.CONNECT_TIMEOUT: "ConnectTimeout ConnectTimeoutError ConnectionTimeoutError PoolTimeout",
    Fault.PROXY: "ProxyError ClientProxyConnectionError ClientHttpProxyError",
    Fault.TLS: "SSLCertVerificationError CertificateError ClientConnectorCertificateError ClientConnectorSSLError "
    "ServerFingerprintMismatch",
    Fault.READ_TIMEOUT: "ReadTimeout ReadTimeoutError WriteTimeout SocketTimeoutError ServerTimeoutError Timeout "
    "TimeoutException TimeoutError",
    Fault.CLOSED: "RemoteDisconnected ServerDisconnectedError RemoteProtocolError SSLZeroReturnError SSLEOFError",
    Fault.TRUNCATED: "IncompleteRead IncompleteReadError InvalidChunkLength ChunkedEncodingError ContentTooShortError "
    "ClientPayloadError TransferEncodingError ContentLengthError",
    Fault.DECODE: "DecodeError DecodingError ContentDecodingError ContentEncodingError",
    Fault.BAD_REQUEST: "InvalidURL InvalidUrlClientError NonHttpUrlClientError URLRequired MissingSchema InvalidSchema "
    "InvalidProxyURL InvalidJSONError UnsupportedProtocol LocalProtocolError LocationValueError "
    "ProxySchemeUnsupported HostChangedError",
    # What is at the root of each library; whatever else is below it is a connection that broke.
    Fault.RESET: "RequestException HTTPError RequestError TransportError NetworkError ProtocolError SSLError "
    "ClientError HTTPException URLError",
}
_BY_NAME = {name: fault for fault, names in _FAULTS.items() for name in names.split()}

# Below those roots, and no fault: a program's own mistake, or a reply that came and was not understood.
_NO_FAULT = frozenset(
    "JSONDecodeError StreamConsumedError TooManyRedirects ContentTypeError RedirectClientError "
    "InvalidUrlRedirectClientError NonHttpUrlRedirectClientError ImproperConnectionState CannotSendRequest "
    "CannotSendHeader ResponseNotReady HTTPStatusError ClientResponseError".split()
)

_LIBRARIES = frozenset(
    "aiohttp asyncio h11 h2 http httpcore httpx httpx2 niquests requests socket ssl urllib urllib3".split()
)

_NOT_SENT = frozenset((Fault.DNS, Fault.CONNECT, Fault.CONNECT_TIMEOUT, Fault.PROXY, Fault.TLS, Fault.BAD_REQUEST))

# Errors of the operating system that are about files and processes, and not about a connection.
_LOCAL = (
    FileNotFoundError,
    FileExistsError,
    IsADirectoryError,
    NotADirectoryError,
    PermissionError,
    ChildProcessError,
    ProcessLookupError,
    InterruptedError,
)
_LOCAL_NUMBERS = frozenset(
    (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG, errno.ENAMETOOLONG, errno.EMFILE, errno.ENFILE)
)

# What encryption says of a handshake. Later, an error of it proves nothing.
_HANDSHAKE = (
    "CERTIFICATE",
    "HANDSHAKE",
    "PROTOCOL_VERSION",
    "UNSUPPORTED_PROTOCOL",
    "WRONG_VERSION_NUMBER",
    "UNRECOGNIZED_NAME",
    "NO_PROTOCOLS",
    "NO_SHARED_CIPHER",
    "UNKNOWN_CA",
)

# An exception in an exception in an exception: no library goes deeper.
_MOST_LEVELS = 8

_NOTHING, _ASK, _VERDICT = 0, -1, -2


def of_type(kind: type[BaseException]) -> int:
    """What all exceptions of a class say; the native half remembers it.

    A fault's number, 0 for nothing, -1 if each must be asked, -2 if each has its verdict.
    """
    if issubclass(kind, AftercallError):
        return _VERDICT
    if kind is OSError or _is_of_library(kind):
        return _ASK  # what it says, or wraps, counts
    fault = fault_of_class(kind)
    if kind.__module__ != "builtins" and (fault is None or hasattr(kind, "response")):
        return _ASK  # it may bring a response
    return fault or _NOTHING


def judged(error: Exception, expect: Literal["envelope", "raw"], profile: Profile | None) -> Verdict | Fault | None:
    """What an exception says: a verdict, a fault, or nothing. The native half calls this.

    >>> judged(ConnectionRefusedError(), "envelope", None)
    <Fault.CONNECT: 2>
    >>> judged(KeyError("id"), "envelope", None) is None
    True
    """
    for brought in (error, getattr(error, "response", None)):
        if brought is not None and is_response(brought):
            return judged_if_response(brought, expect, profile)
    fault = fault_of(error)
    # aiohttp's exceptions know what the reply said, but not its body.
    status, headers = getattr(error, "status", None), getattr(error, "headers", None)
    if fault is None and type(status) is int and status >= 300 and _is_of_library(type(error)):
        return judge(status, headers, b"", profile=profile)
    return fault


def fault_of(error: BaseException) -> Fault | None:
    """The transport fault that an exception is; None if it is none."""
    fault = fault_of_class(type(error))
    if fault is None or _is_local(error):
        return None
    if fault is Fault.PROXY:
        return fault  # what is wrong with the proxy is inside
    for inner in _inside(error):
        deeper = _fault_of_ssl(inner) if _is_ssl(inner) else fault_of_class(type(inner))
        # What was proved outside is not doubted inside.
        if deeper is not None and (fault not in _NOT_SENT or deeper in _NOT_SENT) and deeper is not Fault.RESET:
            fault = deeper
    if fault is Fault.RESET and _is_ssl(error):
        return _fault_of_ssl(error)
    if fault is Fault.CLOSED and "complete message body" in str(error):
        return Fault.TRUNCATED  # httpx has one class for both
    return fault


def fault_of_class(kind: type[BaseException]) -> Fault | None:
    """The fault that a class is, as far as its name says."""
    for base in kind.__mro__:
        name = base.__name__
        if base.__module__ == "builtins":
            if base in _LOCAL or (base is OSError and kind.__module__ not in ("builtins", "socket")):
                return None
            if base is ConnectionRefusedError:
                return Fault.CONNECT
            if base is TimeoutError:
                return Fault.READ_TIMEOUT
            if base is ConnectionError or base is OSError:
                return Fault.RESET
        elif base.__module__.partition(".")[0] in _LIBRARIES:
            if name in _NO_FAULT:
                return None
            if name in _BY_NAME:
                return _BY_NAME[name]
    return None


def _inside(error: BaseException) -> Iterator[BaseException]:
    """What an exception wraps, the outermost first, in whichever way its library does it."""
    for _ in range(_MOST_LEVELS):
        wrapped: list[Any] = [getattr(error, "reason", None), getattr(error, "os_error", None), *error.args[:2]]
        found = [inner for inner in (*wrapped, error.__cause__) if isinstance(inner, BaseException)]
        if not found:
            return
        error = found[0]
        yield error


def _is_ssl(error: BaseException) -> bool:
    """An SSLError that does not say by its class when it happened."""
    return _of_ssl(type(error)) and fault_of_class(type(error)) in (None, Fault.RESET)


def _of_ssl(kind: type[BaseException]) -> bool:
    return any(base.__name__ == "SSLError" for base in kind.__mro__)


def _fault_of_ssl(error: BaseException) -> Fault:
    if type(error).__module__ != "ssl":
        # requests and urllib3 wrap what there is; alone, it is about certificates.
        inner = next(iter(_inside(error)), None)
        return _fault_of_ssl(inner) if inner is not None and _of_ssl(type(inner)) else Fault.TLS
    said = f"{getattr(error, 'reason', '')} {error}"
    return Fault.TLS if any(word in said for word in _HANDSHAKE) else Fault.RESET


def _is_local(error: BaseException) -> bool:
    return type(error) is OSError and (error.filename is not None or error.errno in _LOCAL_NUMBERS)


def _is_of_library(kind: type[BaseException]) -> bool:
    return any(base.__module__.partition(".")[0] in _LIBRARIES for base in kind.__mro__)
