"""The package as it is installed: what it exports, what it imports, and where a panic stops."""

from __future__ import annotations

import gc
import inspect
import pickle
import sys
from collections.abc import Callable

import pytest

import aftercall
from aftercall import InternalError, _native


def test_a_panic_becomes_an_exception_that_can_be_caught(capfd: pytest.CaptureFixture[str]) -> None:
    probe = getattr(_native, "_panic_probe", None)
    assert probe is not None, "the tests need the native half with its feature panic-probe"
    with pytest.raises(InternalError, match="a fault in aftercall itself; please report it"):
        probe()
    assert "panicked" in capfd.readouterr().err
    assert aftercall.judge(204, None, b"").is_success


def test_everything_public_is_exported_and_documented() -> None:
    public = {name for name in dir(aftercall) if not name.startswith("_")}
    modules = {name for name in public if inspect.ismodule(getattr(aftercall, name))}
    assert public - modules == set(aftercall.__all__) - {"__version__"} | {"TYPE_CHECKING"}
    assert modules <= {"aio", "cli", "enums", "errors", "pages", "profile", "retry", "tasks"}
    assert sorted(set(aftercall.__all__)) == sorted(aftercall.__all__)  # ruff has an order of its own
    for name in aftercall.__all__:
        assert getattr(aftercall, name).__doc__, name
    native: list[type] = [aftercall.Verdict, aftercall.Profile, aftercall.Policy, aftercall.Retrier, aftercall.Budget]
    native += [aftercall.Client, aftercall.Request, aftercall.Response, aftercall.Attempted, aftercall.Cancel]
    native += [aftercall.Outgoing, aftercall.Progress, aftercall.Snapshot, aftercall.HoldState, aftercall.TokenState]
    native += [aftercall.Call, aftercall.Attempt, aftercall.AttemptRecord, aftercall.Decision, aftercall.Observed]
    native += [aftercall.Message]
    native += [aftercall.Record]
    for kind in native:
        for name, member in vars(kind).items():
            assert name.startswith("__") or member.__doc__, f"{kind.__name__}.{name}"


def test_importing_it_imports_nothing_else(in_a_new_interpreter: Callable[[str], str]) -> None:
    told = in_a_new_interpreter(
        """
        import sys
        before = set(sys.modules)
        import aftercall
        print(*sorted(set(sys.modules) - before))
        """
    )
    assert told.split() == ["aftercall", "aftercall._native"]


def test_everything_is_there_at_first_use(in_a_new_interpreter: Callable[[str], str]) -> None:
    for name in aftercall.__all__:
        assert in_a_new_interpreter(f"import aftercall\nprint(aftercall.{name} is not None)") == "True\n"
    told = in_a_new_interpreter("from aftercall import *\nprint(sorted(name for name in dir() if name[0] != '_'))")
    assert told == f"{sorted(name for name in aftercall.__all__ if name[0] != '_')}\n"
    with pytest.raises(AttributeError, match="module 'aftercall' has no attribute 'nothing'"):
        getattr(aftercall, "nothing")  # noqa: B009 - as an attribute, a type checker would refuse it


def test_using_it_imports_no_library(in_a_new_interpreter: Callable[[str], str]) -> None:
    told = in_a_new_interpreter(
        """
        import sys
        before = set(sys.modules)
        import aftercall
        aftercall.judge(200, {}, b'{"status":true,"error_code":0}')
        print(*sorted({name.split(".")[0] for name in set(sys.modules) - before}))
        """
    )
    # What is not its own is what the enums need.
    allowed = {"aftercall", "enum", "types", "operator", "_operator", "functools", "_functools", "collections"}
    allowed |= {"_collections", "itertools", "keyword", "reprlib", "__future__"}
    assert set(told.split()) <= allowed


def test_it_can_be_imported_in_a_second_thread_and_with_warnings_as_errors(
    in_a_new_interpreter: Callable[[str], str],
) -> None:
    told = in_a_new_interpreter(
        """
        import threading
        def work():
            import aftercall
            print(aftercall.judge_fault("dns"))
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        """
    )
    assert "transport:dns" in told


def test_nothing_is_left_behind() -> None:
    body = b'{"status":true,"data":"' + b"x" * 2000 + b'"}'

    def use() -> None:
        verdict = aftercall.judge(200, {"x-request-id": "r" * 300}, body)
        assert verdict.data_bytes is not None
        assert verdict.data() is not None
        assert pickle.loads(pickle.dumps(verdict)) == verdict
        failure = aftercall.judge(200, [("x-request-id", "r" * 300)], b'{"status":false,"code":4711,"msg":"a\\nb"}')
        with pytest.raises(aftercall.UnknownError, match="4711"):
            failure.raise_for_failure()
        with pytest.raises(TypeError):
            aftercall.judge(200, {"a": 1}, body)  # type: ignore[arg-type]
        repr(failure), failure.message, failure.anomalies, hash(failure)

    for _ in range(20):
        use()
    gc.collect()
    before = sys.getallocatedblocks()
    for _ in range(500):
        use()
    gc.collect()
    assert sys.getallocatedblocks() - before < 250
