"""Judges replies for the demo.

    python examples/python/demo_judge.py FILE

Each line of the file is a reply as JSON, in the form that conformance vectors have. For each, category, advice,
effect and rule are printed, separated by tabs.
"""

from __future__ import annotations

import json
import sys
from base64 import b64decode
from pathlib import Path
from typing import Any

import aftercall


def verdict_of(reply: dict[str, Any]) -> aftercall.Verdict:
    now = reply.get("now_unix")
    headers = [(name, value) for name, value in reply.get("headers", [])]
    if "fault" in reply:
        return aftercall.judge_fault(reply["fault"], headers, now=now)
    body = b64decode(reply["body_base64"]) if "body_base64" in reply else reply["body"]
    return aftercall.judge(reply["http_status"], headers, body, expect=reply.get("expect_kind", "envelope"), now=now)


def main() -> None:
    for line in Path(sys.argv[1]).read_text().splitlines():
        verdict = verdict_of(json.loads(line))
        print(verdict.category, verdict.advice, verdict.effect, verdict.rule, sep="\t")


if __name__ == "__main__":
    main()
