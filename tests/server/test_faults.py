"""The accidents of the wire, seen with bare sockets: what comes, how it ends, and what the connection is good for."""

from __future__ import annotations

import gzip
import json
import socket
import struct
import time
import zlib

from asking import PATIENCE_S, OnOneServer, ask, connected, exchange, get, read_to, until_the_end
from standin import Phase, Standin, Wire, WireKind, scene_from_json, scene_to_json
from standin.faults import SMUGGLED


class Faults(OnOneServer):
    def setUp(self) -> None:
        self.server.reset()

    def wire(self, wire: object, body: object = "0123456789", **fields: object) -> None:
        """Script the path /x."""
        self.server.script("/x", [{"wire": wire, **({"body": body} if body else {}), **fields}])

    def raw(self, path: str = "/x") -> tuple[bytes, str]:
        return exchange(self.server.port, get(path))


class Endings(Faults):
    def test_every_fault_can_be_described_and_found(self) -> None:
        rows = ask(self.server, "/_standin/faults").json()
        self.assertEqual(len({row["name"] for row in rows}), len(rows))
        self.assertGreater(len(rows), 30)
        for scene in self.server.library.faults():
            self.assertEqual(scene_from_json(json.loads(json.dumps(scene_to_json(scene)))), scene)
            self.assertEqual(self.server.library.find(scene.name), scene)
        kinds = {scene.reply.wire.kind for scene in self.server.library.faults()}
        self.assertEqual(
            set(WireKind) - kinds, {WireKind.GZIP, WireKind.CHUNKED, WireKind.TRUNCATED}, "played among the scenes"
        )
        self.assertFalse({row["name"] for row in rows} & {row["name"] for row in ask(self.server, "/scenes").json()})

    def test_a_connection_ends_by_reset_or_by_end_in_every_phase(self) -> None:
        for kind, ending in (("reset", "reset"), ("closed", "end")):
            for phase in Phase:
                with self.subTest(kind=kind, phase=phase):
                    self.wire({"kind": kind, "phase": phase.value}, "" if phase.is_before_the_reply else "0123456789")
                    received, ended = self.raw()
                    self.assertEqual(ended, ending)
                    head, blank, body = received.partition(b"\r\n\r\n")
                    if phase.is_before_the_reply:
                        self.assertEqual(received, b"")
                    elif phase is Phase.RESPONSE_HEAD:
                        self.assertTrue(head.startswith(b"HTTP/1.1 200 OK\r\n"))
                        self.assertEqual((blank, head[-1:] == b"\n"), (b"", False))
                    else:
                        self.assertTrue(head.endswith(b"\r\nContent-Length: 10"), head)
                        self.assertEqual(body, b"01234")

    def test_a_reset_after_the_headers_leaves_the_body_unread(self) -> None:
        self.wire({"kind": "reset", "phase": "request_head"}, "")
        received, ended = exchange(self.server.port, b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n")
        self.assertEqual((received, ended), (b"", "reset"))
        self.wire({"kind": "reset", "phase": "request"}, "")
        received, ended = exchange(self.server.port, b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nabcde")
        self.assertEqual((received, ended), (b"", "reset"))
        self.assertEqual([entry.body_bytes for entry in self.server.journal.entries()], [0, 5])

    def test_a_client_that_waits_for_the_word_to_continue_never_gets_it(self) -> None:
        self.wire({"kind": "reset", "phase": "request_head"}, "")
        head = b"POST /x HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n"
        self.assertEqual(exchange(self.server.port, head), (b"", "reset"))

    def test_after_bytes_says_where_the_body_breaks_off(self) -> None:
        for kind, ending in (("reset", "reset"), ("closed", "end"), ("truncated", "end")):
            self.wire({"kind": kind, "after_bytes": 3, **({} if kind == "truncated" else {"phase": "response_body"})})
            received, ended = self.raw()
            self.assertEqual((received.partition(b"\r\n\r\n")[2], ended), (b"012", ending), kind)

    def test_a_large_body_reaches_a_reader_as_far_as_promised(self) -> None:
        self.wire({"kind": "closed", "phase": "response_body", "after_bytes": 1_000_000}, "x" * 2_000_000)
        self.assertEqual(len(self.raw()[0].partition(b"\r\n\r\n")[2]), 1_000_000)

    def test_silence_in_every_phase_ends_with_its_time(self) -> None:
        for phase in Phase:
            with self.subTest(phase):
                body = "" if phase.is_before_the_reply else "0123456789"
                self.wire({"kind": "stalled", "phase": phase.value, "hold_ms": 60}, body)
                with connected(self.server.port) as connection:
                    started = time.monotonic()
                    connection.sendall(get("/x"))
                    received, ended = until_the_end(connection)
                    self.assertGreaterEqual(time.monotonic() - started, 0.06)
                self.assertEqual((received == b"", ended), (phase.is_before_the_reply, "end"))

    def test_a_reply_without_length_ends_with_the_connection(self) -> None:
        self.wire("until_close")
        received, ended = self.raw()
        head, _, body = received.partition(b"\r\n\r\n")
        self.assertTrue(head.startswith(b"HTTP/1.0 200 OK\r\n"))
        self.assertNotIn(b"Content-Length", head)
        self.assertEqual((body, ended), (b"0123456789", "end"))

    def test_the_server_closes_an_idle_connection(self) -> None:
        self.wire({"idle_ms": 40})
        with connected(self.server.port) as connection:
            for _ in range(2):
                connection.sendall(get("/x"))
                self.assertTrue(read_to(connection, b"0123456789"))
            started = time.monotonic()
            self.assertEqual(until_the_end(connection), (b"", "end"))
            self.assertGreaterEqual(time.monotonic() - started, 0.03)

    def test_a_reply_can_say_that_it_is_the_last(self) -> None:
        self.wire({"close": True})
        received, ended = self.raw()
        self.assertIn(b"\r\nConnection: close\r\n", received)
        self.assertEqual(ended, "end")


class Timing(Faults):
    def test_a_delay_comes_before_the_first_byte(self) -> None:
        self.wire({"delay_ms": 60, "close": True})
        started = time.monotonic()
        received, _ = self.raw()
        self.assertGreaterEqual(time.monotonic() - started, 0.06)
        self.assertTrue(received.endswith(b"0123456789"))

    def test_a_body_drips(self) -> None:
        self.wire({"kind": "drip", "part_bytes": 4, "pause_ms": 20, "close": True})
        with connected(self.server.port) as connection:
            connection.sendall(get("/x"))
            pieces = []
            read_to(connection, b"\r\n\r\n")
            pieces.append((time.monotonic(), b""))
            while piece := connection.recv(4096):
                pieces.append((time.monotonic(), piece))
        self.assertEqual([piece for _, piece in pieces[1:]], [b"0123", b"4567", b"89"])
        self.assertGreaterEqual(pieces[-1][0] - pieces[0][0], 0.055)

    def test_headers_drip_too(self) -> None:
        self.wire({"kind": "drip", "phase": "response_head", "part_bytes": 40, "pause_ms": 10, "close": True})
        with connected(self.server.port) as connection:
            connection.sendall(get("/x"))
            self.assertEqual(len(connection.recv(4096)), 40)
            self.assertTrue(until_the_end(connection)[0].endswith(b"\r\n\r\n0123456789"))

    def test_chunks_come_with_pauses_between(self) -> None:
        self.wire({"kind": "chunked", "chunk_bytes": 5, "pause_ms": 30, "close": True})
        started = time.monotonic()
        received, _ = self.raw()
        self.assertGreaterEqual(time.monotonic() - started, 0.06)
        self.assertTrue(received.endswith(b"\r\n\r\n5\r\n01234\r\n5\r\n56789\r\n0\r\n\r\n"))

    def test_others_are_answered_while_one_waits(self) -> None:
        self.wire({"kind": "stalled", "phase": "request", "hold_ms": 60_000}, "")
        with connected(self.server.port) as connection:
            connection.sendall(get("/x"))
            self.assertEqual(ask(self.server, "/scene/page-1k").status, 200)


class Framing(Faults):
    def test_a_length_that_is_too_short_leaves_bytes_behind(self) -> None:
        self.wire({"kind": "short_length", "missing_bytes": 4})
        with connected(self.server.port) as connection:
            connection.sendall(get("/x"))
            self.assertIn(b"Content-Length: 6\r\n\r\n0123456789", read_to(connection, b"0123456789"))
            connection.sendall(get("/x"))
            self.assertTrue(read_to(connection, b"0123456789").startswith(b"HTTP/1.1 200"))
        self.assertEqual(self.server.counts()["requests_after_desync"], 1)

    def test_a_second_response_stands_behind_the_first(self) -> None:
        self.wire("smuggled")
        with connected(self.server.port) as connection:
            connection.sendall(get("/x"))
            received = read_to(connection, SMUGGLED)
            self.assertTrue(received.endswith(b"\r\n\r\n0123456789" + SMUGGLED))
        body = SMUGGLED.partition(b"\r\n\r\n")[2]
        self.assertIn(b"Content-Length: %d\r\n" % len(body), SMUGGLED)
        self.assertEqual(json.loads(body)["data"], "smuggled in")
        self.assertEqual(self.server.counts()["requests_after_desync"], 0)

    def test_chunks_break_in_every_way(self) -> None:
        rest = {
            "bad_size": b"4\r\n0123\r\nxyz\r\n4\r\n4567\r\n2\r\n89\r\n0\r\n\r\n",
            "huge_size": b"4\r\n0123\r\nFFFFFFFFFFFFFFFFF\r\n4\r\n4567\r\n2\r\n89\r\n0\r\n\r\n",
            "no_newline": b"4\r\n01234\r\n4567\r\n2\r\n89\r\n0\r\n\r\n",
            "no_last_chunk": b"4\r\n0123\r\n4\r\n4567\r\n2\r\n89\r\n",
            "cut_chunk": b"4\r\n012",
        }
        for flaw, expected in rest.items():
            with self.subTest(flaw):
                self.wire({"kind": "broken_chunks", "chunk_bytes": 4, "flaw": flaw, "close": True})
                received, ended = self.raw()
                head, _, body = received.partition(b"\r\n\r\n")
                self.assertIn(b"Transfer-Encoding: chunked", head)
                self.assertEqual((body, ended), (expected, "end"))

    def test_a_connection_stays_open_behind_chunks_that_only_look_whole(self) -> None:
        for flaw, stays in (("bad_size", True), ("no_newline", True), ("no_last_chunk", False), ("cut_chunk", False)):
            self.wire({"kind": "broken_chunks", "flaw": flaw})
            self.assertEqual(Wire(WireKind.BROKEN_CHUNKS).spoils_the_connection, True)
            with connected(self.server.port) as connection:
                connection.sendall(get("/x"))
                connection.recv(4096)
                connection.sendall(get("/x"))
                self.assertEqual(_next(connection) != b"", stays, flaw)

    def test_broken_gzip_is_whole_for_http(self) -> None:
        for flaw, error in (("garbage", gzip.BadGzipFile), ("cut", EOFError), ("checksum", gzip.BadGzipFile)):
            self.wire({"kind": "broken_gzip", "flaw": flaw}, "0123456789" * 100)
            answer = ask(self.server, "/x")
            self.assertEqual(answer.headers["Content-Encoding"], "gzip")
            with self.assertRaises(error):
                gzip.decompress(answer.body)

    def test_a_bomb_is_sound_and_large(self) -> None:
        self.wire({"kind": "bomb", "inflated_bytes": (20 << 20) + 123}, "")
        answer = ask(self.server, "/x")
        self.assertLess(len(answer.body), 64 << 10)
        inflated = zlib.decompress(answer.body, 31)
        self.assertEqual(len(inflated), (20 << 20) + 123)
        self.assertEqual(gzip.decompress(answer.body), inflated)
        self.assertTrue(json.loads(inflated)["status"])

    def test_headers_can_be_many_or_long(self) -> None:
        for lines, line_bytes in ((10_000, 40), (1, 1 << 20)):
            self.wire({"kind": "huge_headers", "lines": lines, "line_bytes": line_bytes, "close": True})
            received, _ = self.raw()
            head, _, body = received.partition(b"\r\n\r\n")
            padding = [line for line in head.split(b"\r\n") if line.startswith(b"x-padding-")]
            self.assertEqual((len(padding), {len(line) + 2 for line in padding}), (lines, {line_bytes}))
            self.assertEqual(body, b"0123456789")

    def test_a_storm_of_interim_responses_comes_before_the_real_one(self) -> None:
        self.wire({"kind": "interim", "count": 1234, "interim_status": 102, "close": True})
        received, _ = self.raw()
        self.assertEqual(received.count(b"HTTP/1.1 102 Interim\r\n\r\n"), 1234)
        self.assertTrue(received.endswith(b"\r\n\r\n0123456789"))
        old, _ = exchange(self.server.port, b"GET /x HTTP/1.0\r\n\r\n")
        self.assertTrue(old.startswith(b"HTTP/1.1 200 OK"))

    def test_a_coding_nobody_asked_for_is_named(self) -> None:
        self.assertEqual(ask(self.server, "/scene/unknown-encoding").headers["Content-Encoding"], "x-nobody")
        self.assertEqual(ask(self.server, "/scene/brotli").headers["Content-Encoding"], "br")

    def test_head_brings_no_body_whatever_the_wire(self) -> None:
        for scene in self.server.library.faults():
            wire = scene.reply.wire
            slow = wire.kind in (WireKind.STALLED, WireKind.DRIP, WireKind.BOMB, WireKind.SMUGGLED)
            if slow or wire.sends_no_reply or wire.struck_at is Phase.RESPONSE_HEAD:
                continue
            head = f"HEAD /scene/{scene.name} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()
            received, _ = exchange(self.server.port, head)
            if wire.kind not in (WireKind.RESET, WireKind.CLOSED, WireKind.BROKEN_CHUNKS):
                self.assertTrue(received.endswith(b"\r\n\r\n"), (scene.name, received[-40:]))


class AtTheDoor(Faults):
    def test_the_next_connections_fail_and_the_one_behind_them_is_well(self) -> None:
        self.server.let_fail("http", ["reset", "closed", "none", "reset"])
        endings = [exchange(self.server.port, get("/scene/no-data"), close=True) for _ in range(5)]
        self.assertEqual([ended for _, ended in endings], ["reset", "end", "end", "reset", "end"])
        self.assertEqual([received == b"" for received, _ in endings], [True, True, False, True, False])
        self.assertEqual(self.server.counts()["connections"], 5)
        self.assertEqual(self.server.counts()["requests"], 2)

    def test_doors_that_always_fail(self) -> None:
        self.assertEqual(exchange(_port(self.server, "reset"), b""), (b"", "reset"))
        self.assertEqual(exchange(_port(self.server, "closed"), b""), (b"", "end"))
        with self.assertRaises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", _port(self.server, "refused")), PATIENCE_S)
        with connected(_port(self.server, "silent")) as connection:
            connection.sendall(get("/"))
            connection.settimeout(0.1)
            with self.assertRaises(TimeoutError):
                connection.recv(1)

    def test_a_client_that_leaves_with_a_reset_harms_nobody(self) -> None:
        self.wire({"kind": "drip", "pause_ms": 1}, "x" * 1000)
        with connected(self.server.port) as connection:
            connection.sendall(get("/x"))
            connection.recv(100)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.assertEqual(ask(self.server, "/scene/page-1k").status, 200)


def _next(connection: socket.socket) -> bytes:
    try:
        return connection.recv(4096)
    except ConnectionResetError:
        return b""


def _port(server: Standin, door: str) -> int:
    return int(server.url(door).rpartition(":")[2])
