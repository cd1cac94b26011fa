"""The exceptions: one for each category, with parents that are worth catching, whole after any journey."""

from __future__ import annotations

import copy
import logging
import pickle
import traceback

import pytest

import aftercall
from aftercall import AftercallError, Category, Verdict, errors, judge, judge_fault

from bodies import OF_CATEGORY

HEADERS = {"x-correlation-id": "c-1", "retry-after": "2"}
ATTRIBUTES = ("category", "code", "code_text", "http_status", "message", "correlation_id", "retry_after", "verdict")

FAILURES = [
    *(judge(status, {**HEADERS, **headers}, body) for status, headers, body in OF_CATEGORY.values()),
    *(judge_fault(fault, HEADERS) for fault in aftercall.Fault),
]


def error_of(verdict: Verdict) -> AftercallError:
    with pytest.raises(AftercallError) as caught:
        verdict.raise_for_failure()
    return caught.value


PARENTS = {
    "authentication": (aftercall.AuthenticationError, PermissionError),
    "permission": (aftercall.PermissionDeniedError, PermissionError),
    "account": (aftercall.AccountError, AftercallError),
    "balance": (aftercall.BalanceError, AftercallError),
    "quota": (aftercall.QuotaError, AftercallError),
    "rate_limit": (aftercall.RateLimitError, AftercallError),
    "invalid_request": (aftercall.InvalidRequestError, ValueError),
    "upload": (aftercall.UploadError, ValueError),
    "not_found": (aftercall.NotFoundError, LookupError),
    "upstream": (aftercall.UpstreamError, AftercallError),
    "server": (aftercall.ServerError, AftercallError),
    "protocol": (aftercall.ProtocolError, AftercallError),
    "unknown": (aftercall.UnknownError, AftercallError),
}


@pytest.mark.parametrize("category", PARENTS)
def test_each_category_has_its_exception(category: str) -> None:
    error = error_of(judge(*OF_CATEGORY[category]))
    kind, parent = PARENTS[category]
    assert type(error) is kind
    assert isinstance(error, parent)
    assert isinstance(error, AftercallError)
    assert error.category is Category[category.upper()]


@pytest.mark.parametrize("fault", aftercall.Fault)
def test_each_fault_has_its_exception(fault: aftercall.Fault) -> None:
    error = error_of(judge_fault(fault))
    match fault:
        case aftercall.Fault.CANCELLED:
            assert type(error) is aftercall.CallCancelledError
        case aftercall.Fault.CONNECT_TIMEOUT | aftercall.Fault.READ_TIMEOUT:
            assert type(error) is aftercall.TransportTimeoutError
            assert isinstance(error, TimeoutError)
            assert isinstance(error, ConnectionError)
        case _:
            assert type(error) is aftercall.TransportError
            assert isinstance(error, ConnectionError)
            assert not isinstance(error, TimeoutError)


def test_no_category_of_failure_is_without_an_exception() -> None:
    assert set(errors._BY_CATEGORY) == set(Category) - {Category.NONE, Category.SUCCESS}
    assert len(set(errors._BY_CATEGORY.values())) == len(errors._BY_CATEGORY)


def test_every_exception_is_exported_under_the_packages_name() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Exception)]
    assert len(kinds) > 15
    for kind in kinds:
        assert kind.__module__ == "aftercall"
        assert getattr(aftercall, kind.__name__) is kind
        assert kind.__name__ in aftercall.__all__
        assert kind.__doc__


def test_attributes_are_the_verdicts() -> None:
    verdict = judge(429, HEADERS, b'{"status":false,"code":"BUSY ","msg":"slow down"}')
    error = error_of(verdict)
    assert error.verdict is verdict
    assert (error.category, error.code, error.code_text) == (Category.RATE_LIMIT, None, "BUSY ")
    assert (error.http_status, error.message, error.correlation_id, error.retry_after) == (429, "slow down", "c-1", 2.0)


def journeys(error: AftercallError) -> list[AftercallError]:
    protocols = range(pickle.HIGHEST_PROTOCOL + 1)
    return [
        copy.copy(error),
        copy.deepcopy(error),
        *(pickle.loads(pickle.dumps(error, number)) for number in protocols),
    ]


@pytest.mark.parametrize("verdict", FAILURES, ids=lambda verdict: verdict.rule)
def test_every_field_survives_pickling_and_copying(verdict: Verdict) -> None:
    error = error_of(verdict)
    error.add_note("retried 3 times")
    error.attempt = 3  # type: ignore[attr-defined]
    for arrived in journeys(error):
        assert type(arrived) is type(error)
        assert str(arrived) == str(error)
        assert repr(arrived) == repr(error)
        assert arrived.__notes__ == ["retried 3 times"]
        assert arrived.attempt == 3  # type: ignore[attr-defined]
        for name in ATTRIBUTES:
            assert getattr(arrived, name) == getattr(error, name), name


class _MyQuotaError(aftercall.QuotaError):
    """A user's own, as multiprocessing would send it."""


def test_a_subclass_of_a_users_own_travels_too() -> None:
    error = _MyQuotaError(judge(*OF_CATEGORY["quota"]))
    for arrived in journeys(error):
        assert type(arrived) is _MyQuotaError
        assert arrived.code == 67200002


def test_an_exception_can_be_made_by_hand() -> None:
    for arrived in [error := aftercall.TransportTimeoutError("too slow"), *journeys(error)]:
        assert str(arrived) == "too slow"
        for name in ATTRIBUTES:
            assert getattr(arrived, name) is None
        assert isinstance(arrived, OSError)
        assert arrived.errno is None
    assert str(AftercallError()) == "a failure"
    assert str(aftercall.InternalError()) == "a fault in aftercall itself; please report it"


def test_exceptions_can_be_matched() -> None:
    def told(error: Exception) -> str:
        match error:
            case aftercall.RateLimitError(retry_after=float(seconds)):
                return f"wait {seconds}"
            case AftercallError(Category.QUOTA, code):
                return f"hold {code}"
            case _:
                return "else"

    assert told(error_of(judge(*OF_CATEGORY["rate_limit"]))) == "wait 7.0"
    assert told(error_of(judge(*OF_CATEGORY["quota"]))) == "hold 67200002"
    assert told(error_of(judge(*OF_CATEGORY["upload"]))) == "else"


def test_the_text_is_one_line_that_says_what_and_why() -> None:
    verdict = judge(503, HEADERS, b'{"status":false,"error_code":68300008,"error_msg":"Service error"}')
    assert str(error_of(verdict)) == (
        "server: code=68300008, http_status=503, rule='code:68300008', retry_after=2.0, correlation_id='c-1'"
    )
    assert str(error_of(judge_fault("dns"))) == "transport: rule='transport:dns'"


def test_an_id_in_the_text_is_cleaned() -> None:
    received = "id\r\nX-Other: x\x1b[31m\u202e" + "9" * 300
    error = error_of(judge(404, {"x-request-id": received}, b""))
    assert error.correlation_id == received
    shown = str(error)
    assert shown.isascii()
    assert shown.isprintable()
    assert "idX-Other:x[31m999" in shown
    assert len(shown) < 200


def test_a_traceback_and_a_log_say_the_packages_name(caplog: pytest.LogCaptureFixture) -> None:
    error = error_of(judge(*OF_CATEGORY["quota"]))
    told = traceback.format_exception_only(error)
    assert told == ["aftercall.QuotaError: quota: code=67200002, http_status=200, rule='code:67200002'\n"]
    logging.getLogger("test").error("call failed", exc_info=error)
    assert "aftercall.QuotaError: quota:" in caplog.text
