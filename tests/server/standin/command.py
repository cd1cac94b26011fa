"""The command line: start, say where, serve until told to stop."""

from __future__ import annotations

import argparse
import asyncio
import errno
import json
import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from .doors import CA_FILE, HOST
from .fields import WrongDescription
from .library import LibraryFull
from .manual import manual
from .profile import WrongProfile
from .server import Server, make_stage
from .stage import Stage

WRONG_USE = 2


class OneSentenceParser(argparse.ArgumentParser):
    """Says what is wrong in one line, without the usage in front."""

    def error(self, message: str) -> NoReturn:
        self.exit(WRONG_USE, f"standin: {message} (--help lists the options)\n")


def main(arguments: Sequence[str]) -> int:
    """Run the command; returns the exit code: 0 after a normal stop, 2 after wrong use."""
    options = _parser().parse_args(arguments)
    try:
        stage = make_stage(options.profile, options.scenes, options.script)
    except (WrongProfile, WrongDescription, LibraryFull) as error:
        return _fail(str(error))
    return asyncio.run(_serve(stage, options))


async def _serve(stage: Stage, options: argparse.Namespace) -> int:
    server, port = Server(stage), options.port
    try:
        await server.start(port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return _fail(f"port {port} on {HOST} is busy; choose another one, or 0 for any that is free")
        return _fail(f"cannot listen on port {port} of {HOST}: {error.strerror}")
    stop = asyncio.Event()
    _stop_on_signals(stop)
    if options.exit_with_stdin:
        _stop_with_stdin(stop)
    print(_greeting(stage, options), flush=True)
    await stop.wait()
    await server.stop()
    return 0


def _greeting(stage: Stage, options: argparse.Namespace) -> str:
    """The word that all doors are open: for a program, for a person, or for a person who wants to know it all."""
    if options.json:
        return json.dumps({**stage.doors.urls(), "ca_file": str(CA_FILE), "pid": os.getpid()})
    if options.manual:
        return manual(stage).decode()
    return f"standin listening on {stage.doors.url('http')}"


def _stop_on_signals(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        try:
            loop.add_signal_handler(number, stop.set)
        except NotImplementedError:  # Windows
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))


def _stop_with_stdin(stop: asyncio.Event) -> None:
    """Stop when standard input ends, as it does when the process that started this one is gone."""
    loop = asyncio.get_running_loop()

    def wait_for_the_end() -> None:
        # Not sys.stdin: a thread that waits inside its lock makes the interpreter abort at exit.
        try:
            while os.read(0, 4096):
                pass
        except OSError:
            pass  # Closed before the start is closed as well.
        try:
            loop.call_soon_threadsafe(stop.set)
        except RuntimeError:
            pass  # The loop is gone: a signal was faster.

    threading.Thread(target=wait_for_the_end, name="stdin", daemon=True).start()


def _parser() -> argparse.ArgumentParser:
    parser = OneSentenceParser(
        prog="standin",
        description="A local server that plays scripted replies of the Eureka Open Platform REST API.",
        allow_abbrev=False,
    )
    parser.add_argument("--port", type=_port, default=0, help="port on 127.0.0.1; 0, the default, is any free one")
    parser.add_argument("--profile", type=Path, help="profile with the code catalogue; default is the built-in eureka")
    parser.add_argument("--scenes", type=Path, help="JSON file with an array of scenes to add")
    parser.add_argument("--script", type=Path, help="JSON file with scenes, scripts, gates and auth to begin with")
    parser.add_argument("--json", action="store_true", help="say where in one line of JSON, with every door")
    parser.add_argument("--manual", action="store_true", help="say where, and what can be asked")
    parser.add_argument("--exit-with-stdin", action="store_true", help="stop when standard input is closed")
    return parser


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"found {text!r}; allowed is a whole number from 0 to 65535")
    return int(text)


def _fail(sentence: str) -> int:
    print(f"standin: {sentence}", file=sys.stderr)
    return WRONG_USE
