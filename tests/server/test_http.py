"""The stand-in as an HTTP/1.1 server: framing, keep-alive, bounds, and requests that are none."""

from __future__ import annotations

import http.client
import socket
from unittest import mock

from asking import PATIENCE_S, OnOneServer, ask, play, talk, talk_and_leave


class Http(OnOneServer):
    def test_a_connection_carries_many_requests(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=PATIENCE_S)
        connection.connect()
        first = connection.sock
        for path in ("/scene/page-1k", "/scene/no-content", "/scene/chunked", "/scene/http-302", "/scene/gzip"):
            connection.request("POST", path, b"discarded")
            connection.getresponse().read()
            self.assertIs(connection.sock, first, path)
        connection.close()

    def test_requests_sent_together_are_answered_in_order(self) -> None:
        one = b"GET /scene/%b HTTP/1.1\r\nHost: x\r\n%b\r\n"
        raw = talk(self.server.port, one % (b"http-402", b"") + one % (b"http-501", b"Connection: close\r\n"))
        self.assertLess(raw.index(b"HTTP/1.1 402"), raw.index(b"HTTP/1.1 501"))

    def test_close_is_honoured_and_echoed(self) -> None:
        self.assertIn(b"\r\nConnection: close\r\n", play(self.server.port, "page-1k"))
        self.assertNotIn(
            b"Connection: ", talk_and_leave(self.server.port, b"GET /scene/no-data HTTP/1.1\r\nHost: x\r\n\r\n")
        )

    def test_every_reply_has_one_date(self) -> None:
        self.assertEqual(len(ask(self.server, "/scene/no-data").headers.get_all("Date") or []), 1)

    def test_head_is_get_without_the_body(self) -> None:
        for name, length in (("page-10k", "10240"), ("gzip", "10240"), ("truncated-page", "11264")):
            answer = ask(self.server, f"/scene/{name}", "HEAD")
            self.assertEqual((answer.status, answer.headers["Content-Length"], answer.body), (200, length, b""))
        self.assertEqual(ask(self.server, "/scenes", "HEAD").body, b"")

    def test_an_upload_is_read_and_counted_whatever_its_framing(self) -> None:
        self.server.journal.clear()
        self.assertEqual(ask(self.server, "/scene/created", "POST", b"x" * 3_000_000).status, 201)
        head = b"POST /scene/created HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        chunks = b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\nTrailer: 1\r\n\r\n"
        self.assertTrue(talk(self.server.port, head + chunks).startswith(b"HTTP/1.1 201"))
        self.assertEqual([entry.body_bytes for entry in self.server.journal.entries()], [3_000_000, 13])

    def test_a_client_that_waits_to_be_told_is_told_to_continue(self) -> None:
        with socket.create_connection(("127.0.0.1", self.server.port), PATIENCE_S) as connection:
            connection.sendall(
                b"POST /scene/created HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
            )
            self.assertEqual(connection.recv(100), b"HTTP/1.1 100 Continue\r\n\r\n")
            connection.sendall(b"ab")
            self.assertTrue(connection.recv(100).startswith(b"HTTP/1.1 201 Created"))

    def test_garbage_is_refused_and_never_kills_the_server(self) -> None:
        get = b"GET /scenes HTTP/1.1\r\nHost: x\r\n"
        post = b"POST /scene/created HTTP/1.1\r\nHost: x\r\n"
        garbage: list[tuple[bytes, int]] = [
            (b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", 400),
            (b"GET /scenes\r\n\r\n", 400),
            (b"GET  /scenes HTTP/1.1\r\nHost: x\r\n\r\n", 400),
            ("GET /scène HTTP/1.1\r\nHost: x\r\n\r\n".encode(), 400),
            (b"GET /scenes HTTP/1.1\r\n\r\n", 400),
            (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
            (b"GET /" + b"a" * 40_000 + b" HTTP/1.1\r\n\r\n", 414),
            (get + b"No colon\r\n\r\n", 400),
            (get + b"Bad name : x\r\n\r\n", 400),
            (get + b" folded: x\r\n\r\n", 400),
            (get + b"A: \x00\r\n\r\n", 400),
            (get + b"A: " + b"a" * 40_000 + b"\r\n\r\n", 431),
            (get + b"A: 1\r\n" * 200 + b"\r\n", 431),
            (get + b"Host: y\r\n\r\n", 400),
            (post + b"Content-Length: -1\r\n\r\n", 400),
            (post + b"Content-Length: 1\r\nContent-Length: 1\r\n\r\n", 400),
            (post + b"Content-Length: 999999999999\r\n\r\n", 413),
            (post + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
            (post + b"Transfer-Encoding: gzip\r\n\r\n", 501),
            (post + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n", 400),
            (post + b"Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n", 400),
            (post + b"Transfer-Encoding: chunked\r\n\r\nFFFFFFFF\r\n", 413),
        ]
        for sent, status in garbage:
            with self.subTest(sent[:60]):
                raw = talk(self.server.port, sent)
                self.assertTrue(raw.startswith(f"HTTP/1.1 {status} ".encode()), raw[:60])
                self.assertIn(b"\r\nConnection: close\r\n", raw)
        for broken_off in (b"", b"GET", get, post + b"Content-Length: 10\r\n\r\nabc"):
            talk_and_leave(self.server.port, broken_off)
        self.assertEqual(ask(self.server, "/scene/page-1k").status, 200)

    def test_a_refusal_reaches_a_client_that_is_still_sending(self) -> None:
        announced = 1 << 40
        head = f"POST /scene/created HTTP/1.1\r\nHost: x\r\nContent-Length: {announced}\r\n\r\n".encode()
        raw = talk(self.server.port, head + b"x" * (8 << 20))
        self.assertTrue(raw.startswith(b"HTTP/1.1 413 "), raw[:60])

    def test_two_hundred_connections_are_served_at_once(self) -> None:
        request = b"GET /scene/page-10k HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        connections = [socket.create_connection(("127.0.0.1", self.server.port), PATIENCE_S) for _ in range(200)]
        for connection in connections:
            connection.sendall(request)
        for connection in reversed(connections):
            with connection, connection.makefile("rb") as stream:
                self.assertTrue(stream.read().endswith(b'"error_code":0}'))

    def test_one_connection_too_many_is_told_so(self) -> None:
        with mock.patch("standin.server.MAX_CONNECTIONS", 0):
            self.assertEqual(ask(self.server, "/scenes").status, 503)
