"""The page that tells a person what can be asked, with addresses that can be copied."""

from __future__ import annotations

from .doors import CA_FILE
from .stage import Stage

TEXT = """The stand-in answers in place of the API.

  endpoints       {base}
    /scene/NAME                  a scripted reply; {scenes} of them: {base}/scenes
    /echo                        what arrived: method, path, query, headers, hash of the body
    /pages?limit=10&offset=0     a list to read page by page
    /task, /task/ID              POST starts a task, GET asks about it (?states=PENDING,FAILED)
    /upload                      multipart/form-data; tells what arrived (?max_bytes=10&extension=pdf)
    /download?bytes=1000000      a file (?code=68300008 is a failure in its place)
    /oauth/token                 client credentials: standin, standin-secret
    /redirect/302/elsewhere      to another host; also /here and /loop

  script it       {control}/_standin
    PUT    /script/PATH          {{"replies": [{{"scene": "code-68300008", "times": 2}}, "page-1k"]}}
    PUT    /gate/NAME            {{"reply": "code-67200007", "allow_calls": 3, "refuse_ms": 1000}}
    PUT    /auth                 {{"mode": "oauth", "lifetime_ms": 1000}}
    POST   /auth/reject          accept no token issued so far
    PUT    /scene/NAME           {{"status": 503, "headers": {{"Retry-After": "1"}}, "body": "busy"}}
    PUT    /door/http            ["reset", "reset"], what befalls the next connections
    PUT    /watch                ["x-request-id"], the headers to keep and count
    POST   /rewind               play scripts and gates from their start
    POST   /reset                forget everything

  read it
    GET    /counts /journal /scripts /gates /auth /doors /tasks /uploads /scenes
    GET    /faults               the accidents of the wire: {faults}

  doors
{doors}
    CA file: {ca_file}
"""


def manual(stage: Stage) -> bytes:
    """The page, in UTF-8."""
    urls = stage.doors.urls()
    return TEXT.format(
        base=urls["http"],
        control=urls["control"],
        scenes=len(stage.library.all()),
        faults=_wrapped([scene.name for scene in stage.library.faults()]),
        doors="\n".join(f"    {name:18} {url}" for name, url in urls.items()),
        ca_file=CA_FILE,
    ).encode()


def _wrapped(names: list[str]) -> str:
    indent = "\n" + " " * 33
    lines = [""]
    for name in names:
        if len(lines[-1]) + len(name) > 80:
            lines.append("")
        lines[-1] += f"{name} "
    return indent.join(["", *lines])
