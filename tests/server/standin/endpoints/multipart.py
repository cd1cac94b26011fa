"""Takes multipart/form-data apart (RFC 7578), strictly: a client's slip is to be seen, not smoothed over."""

from __future__ import annotations

import hashlib
import re
from dataclasses import asdict, dataclass
from urllib.parse import unquote

MAX_PARTS = 100
MAX_TEXT = 1000

_BOUNDARY = re.compile(r"multipart/form-data;\s*boundary=(?:\"([^\"]{1,70})\"|([^\s;\"]{1,70}))", re.IGNORECASE)
_PARAMETER = re.compile(r';\s*(name|filename|filename\*)=(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))', re.IGNORECASE)


class WrongForm(ValueError):
    """The body is no form; the text says where."""


@dataclass(frozen=True, slots=True)
class Part:
    """One field. `text` is its value when it is no file, and is no longer than `MAX_TEXT` characters."""

    name: str
    file_name: str | None
    content_type: str | None
    size: int
    sha256: str
    text: str | None

    def to_json(self) -> dict[str, object]:
        return asdict(self)


def parts_of(content_type: str, body: bytes) -> list[Part]:
    """The parts of a form in their order. Raises `WrongForm`."""
    boundary = _BOUNDARY.match(content_type)
    if boundary is None:
        raise WrongForm("the Content-Type is not multipart/form-data with a boundary")
    delimiter = b"--" + (boundary[1] or boundary[2]).encode()
    if not body.startswith(delimiter + b"\r\n"):
        raise WrongForm("the body does not begin with the boundary")
    # The line end in front of a boundary belongs to the boundary.
    first, *pieces = (b"\r\n" + body).split(b"\r\n" + delimiter)
    if first or not pieces or pieces[-1] not in (b"--", b"--\r\n"):
        raise WrongForm("the body does not end with the closing boundary")
    if len(pieces) > MAX_PARTS + 1:
        raise WrongForm(f"a form may have {MAX_PARTS} parts")
    return [_part(piece, f"part {number}") for number, piece in enumerate(pieces[:-1], 1)]


def _part(piece: bytes, where: str) -> Part:
    head, blank, content = piece.partition(b"\r\n\r\n")
    if not blank or not head.startswith(b"\r\n"):
        raise WrongForm(f"{where} has no headers, or no empty line behind them")
    headers: dict[str, str] = {}
    for line in head[2:].split(b"\r\n"):
        name, colon, value = line.partition(b":")
        if not colon:
            raise WrongForm(f"{where} has a header without a colon")
        headers[name.strip().lower().decode("latin-1")] = value.strip().decode("utf-8", "replace")
    disposition = headers.get("content-disposition", "")
    if disposition.partition(";")[0].strip().lower() != "form-data":
        raise WrongForm(f"{where} has no Content-Disposition: form-data")
    parameters = {key.lower(): quoted or bare for key, quoted, bare in _PARAMETER.findall(disposition)}
    if "name" not in parameters:
        raise WrongForm(f"{where} has no name")
    file_name = _file_name(parameters)
    is_text = file_name is None and len(content) <= MAX_TEXT
    return Part(
        name=_unquoted(parameters["name"]),
        file_name=file_name,
        content_type=headers.get("content-type"),
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        text=content.decode("utf-8", "replace") if is_text else None,
    )


def _file_name(parameters: dict[str, str]) -> str | None:
    if "filename*" in parameters:
        return unquote(parameters["filename*"].rpartition("'")[2])
    return _unquoted(parameters["filename"]) if "filename" in parameters else None


def _unquoted(text: str) -> str:
    """Browsers write %22, others a backslash."""
    return re.sub(r"\\(.)", r"\1", text).replace("%22", '"').replace("%0D", "\r").replace("%0A", "\n")
