"""Replays conformance vectors through the public Python interface.

    python tests/runners/python/replay.py FILE...

One line for each value that differs, and at the end ``N passed, N failed``. The exit code is 0 only if
something passed and nothing failed. What a file says that this runner does not know is a failure: a vector must
never pass because nobody looked at it.

Every case goes all the ways there are into the package: a reply as status, headers and body in their several
forms, as a response object in the shape of each library, as JSON; a call event by event, and through each of the
loops. They must agree.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import aftercall

from calls import retry_case
from fields import Fields, WrongVectors
from reply import Reply
from ways import ways
from words import redact_case, words_case

JsonObject = dict[str, object]


def main(files: list[str]) -> int:
    if not files:
        print("usage: replay.py FILE...", file=sys.stderr)
        return 2
    passed = failed = 0
    for file in files:
        for name, differences in replay(Path(file)):
            if differences:
                failed += 1
            else:
                passed += 1
            for difference in differences:
                say(f"FAIL {name}: {difference}")
    say(f"{passed} passed, {failed} failed")
    return 0 if passed and not failed else 1


def say(line: str) -> None:
    # A reader that has gone away, such as `head`, is no error.
    with suppress(BrokenPipeError):
        print(line)


def replay(file: Path) -> Iterator[tuple[str, list[str]]]:
    """The name of each case of a file and what differs in it; the file itself if it cannot be read."""
    try:
        document = Fields("the file", json.loads(file.read_bytes()))
        if document.required("vectors") != 1:
            raise WrongVectors("vectors: expected 1")
        profile = open_profile(document.text("profile"), file)
        suite = SUITES.get(document.text("suite"))
        if suite is None:
            raise WrongVectors(f"suite: {document.text('suite')!r} is not known to this runner")
        cases = document.required("cases")
        if not isinstance(cases, list):
            raise WrongVectors("cases: expected an array")
        document.finish()
    except (OSError, ValueError) as error:
        yield str(file), [str(error)]
        return
    for index, case in enumerate(cases):
        name = case.get("name") if isinstance(case, dict) else None
        try:
            differences = list(suite(case, profile))
        except Exception as error:  # whatever it is, it is this case's failure and the others go on
            differences = [f"{type(error).__name__}: {error}"]
        yield (name if isinstance(name, str) else f"case {index}"), differences


def open_profile(name: str, vectors: Path) -> aftercall.Profile:
    try:
        return aftercall.Profile.built_in(name)
    except ValueError:
        return aftercall.Profile.from_file(vectors.parent / name)


def judge_case(case: object, profile: aftercall.Profile) -> Iterator[str]:
    fields = Fields("the case", case)
    fields.text("name")
    for comment in ("source", "note"):
        fields.optional(comment)
    reply = Reply.read(fields.required("reply"))
    expected = fields.required("expect")
    fields.finish()
    if not isinstance(expected, dict):
        raise WrongVectors("expect: expected an object")
    for key in expected:
        if key not in VALUES:
            raise WrongVectors(f"expect: {key!r} is not known to this runner")

    first: aftercall.Verdict | None = None
    for way, judged in ways(reply, profile):
        if isinstance(judged, dict):
            yield from explained_differences(judged, expected)
        elif first is None:
            first = judged
            yield from differences(judged, expected)
        elif judged != first:
            told = list(differences(judged, expected)) or [f"{judged!r} differs from {first!r}"]
            yield from (f"{way}: {difference}" for difference in told)


def differences(verdict: aftercall.Verdict, expected: JsonObject) -> Iterator[str]:
    for key, wanted in expected.items():
        got = VALUES[key](verdict)
        if not is_same(key, got, wanted):
            yield f"{key}: expected {json.dumps(wanted)} got {json.dumps(got)}"


def explained_differences(explained: JsonObject, expected: JsonObject) -> Iterator[str]:
    """The same for the JSON that explain_json writes, which has data in one of two forms."""
    for key, wanted in expected.items():
        if key in ("data", "data_base64") and key not in explained:
            continue
        if not is_same(key, explained[key], wanted):
            yield f"explain_json: {key}: expected {json.dumps(wanted)} got {json.dumps(explained[key])}"


def is_same(key: str, got: object, wanted: object) -> bool:
    if key == "anomalies" and isinstance(got, list) and isinstance(wanted, list):
        return sorted(got) == sorted(wanted)
    # In Python True is 1; in a vector it is not.
    return type(got) is type(wanted) and got == wanted


def data_of(verdict: aftercall.Verdict) -> bytes | None:
    """The data, None if there is none to be had: of a failure, asking for it raises."""
    try:
        data = verdict.data_bytes
    except aftercall.AftercallError:
        if verdict.is_success:
            raise
        return None
    if not verdict.is_success:
        raise AssertionError("a failure gives out data")
    return None if data is None else bytes(data)


def data_text(verdict: aftercall.Verdict) -> str | None:
    data = data_of(verdict)
    if data is None:
        return None
    try:
        return data.decode()
    except UnicodeDecodeError:
        # Text is compared as text; what is none shows as what it is.
        return f"bytes {data!r}"


def data_base64(verdict: aftercall.Verdict) -> str | None:
    from base64 import b64encode

    data = data_of(verdict)
    return None if data is None else b64encode(data).decode()


VALUES: dict[str, Callable[[aftercall.Verdict], object]] = {
    "outcome": lambda verdict: str(verdict.outcome),
    "category": lambda verdict: str(verdict.category),
    "advice": lambda verdict: str(verdict.advice),
    "effect": lambda verdict: str(verdict.effect),
    "code": lambda verdict: verdict.code,
    "code_text": lambda verdict: verdict.code_text,
    "http_status": lambda verdict: verdict.http_status,
    "message": lambda verdict: verdict.message,
    "data": data_text,
    "data_base64": data_base64,
    "correlation_id": lambda verdict: verdict.correlation_id,
    "amount": lambda verdict: verdict.amount,
    "server_delay_ms": lambda verdict: verdict.server_delay_ms,
    "alternative": lambda verdict: None if verdict.alternative is None else str(verdict.alternative),
    "repeat": lambda verdict: None if verdict.repeat is None else str(verdict.repeat),
    "anomalies": lambda verdict: [str(anomaly) for anomaly in verdict.anomalies],
    "rule": lambda verdict: verdict.rule,
    "task": lambda verdict: None if verdict.task is None else str(verdict.task),
}

SUITES: dict[str, Callable[[object, aftercall.Profile], Iterator[str]]] = {
    "judge": judge_case,
    "retry": retry_case,
    "words": words_case,
    "redact": redact_case,
}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
