"""Starting and stopping: the command line, its one line of output, and the commands of the README."""

from __future__ import annotations

import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from asking import FOLDER, PATIENCE_S, Command, play
from standin import Standin, WireKind

ROOT = FOLDER.parent.parent


class TheCommand(unittest.TestCase):
    def test_two_servers_send_identical_bytes(self) -> None:
        with Command(environment={"PYTHONHASHSEED": "1"}) as command, Standin() as server:
            port = command.port()
            for scene in server.library.all():
                if scene.reply.wire.kind is not WireKind.STALLED:
                    self.assertEqual(play(port, scene.name), play(server.port, scene.name), scene.name)

    def test_it_ends_when_its_stdin_is_closed(self) -> None:
        with Command("--exit-with-stdin") as command:
            port = command.port()
            with socket.create_connection(("127.0.0.1", port), PATIENCE_S) as stalled:
                stalled.sendall(b"GET /scene/stalled-body HTTP/1.1\r\nHost: x\r\n\r\n")
                stalled.recv(1)
                self.assertEqual(command.outcome(), (0, "", ""))

    @unittest.skipIf(sys.platform == "win32", "no such signals")
    def test_it_ends_well_on_a_signal(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            with Command("--exit-with-stdin") as command:
                command.port()
                command.process.send_signal(number)
                self.assertEqual(command.process.wait(PATIENCE_S), 0)
                self.assertEqual(command.outcome(), (0, "", ""))

    def test_wrong_use_is_one_sentence_and_exit_code_2(self) -> None:
        with tempfile.TemporaryDirectory() as folder, socket.socket() as busy:
            busy.bind(("127.0.0.1", 0))
            busy.listen()
            number = busy.getsockname()[1]
            broken = Path(folder) / "broken.json"
            broken.write_text('[{"name": "a"}, {"name": "b", "satus": 1}]')
            wrong: list[tuple[list[str], str]] = [
                (["--port", str(number)], f"port {number} on 127.0.0.1 is busy; choose another one"),
                (["--port", "70000"], "allowed is a whole number from 0 to 65535"),
                (["--prot", "1"], "--prot"),
                (["--profile", "/no/such"], "cannot read the profile /no/such: No such file"),
                (["--profile", str(broken)], "has no array named codes"),
                (["--scenes", str(broken)], 'scene 2: a scene: unknown field "satus"; did you mean status?'),
            ]
            commands = [(Command(*arguments), sentence) for arguments, sentence in wrong]
            for command, sentence in commands:
                with command, self.subTest(sentence):
                    code, out, err = command.outcome()
                    self.assertEqual((code, out, err.count("\n")), (2, "", 1))
                    self.assertIn(sentence, err)

    def test_a_file_adds_scenes(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "scenes.json"
            path.write_text('[{"name": "mine", "body": "abc", "wire": {"kind": "chunked", "chunk_bytes": 2}}]')
            with Standin(scenes=path) as server:
                self.assertIn(b"\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n", play(server.port, "mine"))

    def test_a_busy_port_raises_in_the_process_that_asked(self) -> None:
        with Standin() as server, self.assertRaises(OSError):
            Standin(port=server.port).start()

    @unittest.skipUnless(shutil.which("curl") and shutil.which("sh"), "the page uses curl")
    def test_the_commands_of_the_readme_work(self) -> None:
        text = (FOLDER / "README.md").read_text(encoding="utf-8")
        lines = [line for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL) for line in block.splitlines()]
        self.assertIn("python3 tests/server/standin --port 8320", lines)
        with Command("--exit-with-stdin") as command:
            port = command.port()
            curls = [line for line in lines if line.startswith("curl ")]
            self.assertGreater(len(curls), 6)
            for line in curls:
                command_line = line.replace("8320", str(port))
                run = subprocess.run(["sh", "-c", command_line], check=False, capture_output=True, cwd=ROOT)
                self.assertEqual(run.returncode, 0, line)
                self.assertNotIn(b'{"error":', run.stdout, line)
