"""Every code of the profile's catalogue, under HTTP 200 and under a fitting failure status.

Made from the rows alone: a row added to the profile is two more scenes. A row that asks for an HTTP status is
played under that status only, for under 200 another row would decide.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..profile import CodeRow, Profile
from ..scene import Scene
from .builder import Builder, compact, failure

# Where the API's documentation names a status for a code.
DOCUMENTED_STATUS: dict[int | str, int] = {
    67200100: 503,
    "FILE_TOO_LARGE": 413,
    "PDF_PARSE_FAILED": 502,
    "DOCUMENT_CONVERSION_FAILED": 502,
    "INTERNAL_ERROR": 500,
    "GATEWAY_TIMEOUT": 504,
}

STATUSES = {
    "authentication": 401,
    "permission": 403,
    "account": 403,
    "balance": 402,
    "quota": 403,
    "rate_limit": 429,
    "invalid_request": 400,
    "upload": 400,
    "not_found": 404,
    "upstream": 502,
    "server": 500,
}
OTHER_STATUSES = (400, 500, 422, 503, 418)

# What the API says for rows without a wording of their own, by code and label.
TEXTS: dict[tuple[int | str, str | None], str] = {
    (67200000, "limit"): "API call exceeds the total limit set by the platform!",
    (67200000, None): "Server Internal Error!",
    (67200002, "rate"): "The current call rate is too fast, exceeding the current configuration limit QPS!",
    (10001, None): "Required parameter 'lang' is not present",
    ("INVALID_FILE_FORMAT", None): "Only PDF, DOCX and PPTX files can be read",
    ("FILE_TOO_LARGE", None): "The file has more than 20 MB or 200 pages",
    ("PDF_PARSE_FAILED", None): "The PDF file is damaged or encrypted",
    ("DOCUMENT_CONVERSION_FAILED", None): "The document could not be converted",
    ("OCR_FAILED", None): "The text of page 2 could not be recognised",
    ("LAYOUT_DETECTION_FAILED", None): "The layout of page 2 could not be detected",
    ("INTERNAL_ERROR", None): "Unexpected error while reading the document",
    ("GATEWAY_TIMEOUT", None): "The document was not read within 300 seconds",
}
PLAIN_TEXT = "Call failed!"


def scenes(profile: Profile) -> list[Scene]:
    """Group `code`."""
    build = Builder("code")
    made: dict[str, Scene] = {}
    for row in profile.rows:
        for name, status in _stagings(row, profile):
            name = _free(name, made)
            made[name] = build.scene(name, _title(row, status), status, _body(row, status, profile))
    return list(made.values())


def _stagings(row: CodeRow, profile: Profile) -> Iterator[tuple[str, int]]:
    name = "code-" + _slug(str(row.code))
    status = _fitting_status(row, profile)
    if row.http is not None:
        if not any(_siblings(row, profile)):
            yield name, 200
        yield f"{name}-http-{_slug(str(row.http[0]))}", status
        return
    if row.message is not None:
        name += "-" + _slug(row.label or row.message)
    yield name, 200
    yield f"{name}-http", status


def _fitting_status(row: CodeRow, profile: Profile) -> int:
    """A status the API might send the row's code with, under which no other row with other advice decides."""
    wanted = [DOCUMENTED_STATUS.get(row.code), STATUSES.get(row.category), *OTHER_STATUSES]
    if row.http is not None:
        return next((status for status in (*wanted, *range(300, 600)) if status and row.holds_under(status)), 500)
    rivals = [
        other for other in _siblings(row, profile) if (other.category, other.advice) != (row.category, row.advice)
    ]
    return next((status for status in wanted if status and not any(rival.holds_under(status) for rival in rivals)), 500)


def _body(row: CodeRow, status: int, profile: Profile) -> bytes:
    message = _message(row, profile)
    if status == 200 or isinstance(row.code, str):
        return failure(row.code, message)
    # The guide's own sample of an error, under HTTP 400, has this name for the message.
    return compact({"status": False, "error_code": row.code, "error_message": message})


def _message(row: CodeRow, profile: Profile) -> str:
    """The row's wording, else a text that fits the row's condition and the condition of no other row."""
    if row.wordings:
        return row.wordings[0]
    own = profile.patterns[row.message] if row.message is not None else ()
    rivals = [
        pattern
        for other in _siblings(row, profile)
        if other.message is not None and other.message != row.message
        for pattern in profile.patterns[other.message]
    ]
    candidates = [
        TEXTS.get((row.code, row.label)),
        *(wording for other in _siblings(row, profile) if row.http is not None for wording in other.wordings),
        TEXTS.get((row.code, None)),
        *(f"The call was refused: {pattern}!" for pattern in own),
        PLAIN_TEXT,
    ]
    for text in candidates:
        if text and (not own or _contains(text, own)) and (row.http is not None or not _contains(text, rivals)):
            return text
    return own[0] if own else PLAIN_TEXT


def _siblings(row: CodeRow, profile: Profile) -> Iterator[CodeRow]:
    return (other for other in profile.rows if other.code == row.code and other is not row)


def _contains(text: str, patterns: tuple[str, ...] | list[str]) -> bool:
    return any(pattern.lower() in text.lower() for pattern in patterns)


def _title(row: CodeRow, status: int) -> str:
    words = row.category.replace("_", " ")
    return f"Code {row.code} ({words}) under HTTP {status}"


def _slug(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "-", text)[:80]


def _free(name: str, taken: dict[str, Scene]) -> str:
    number = 2
    candidate = name
    while candidate in taken:
        candidate = f"{name}-{number}"
        number += 1
    return candidate
