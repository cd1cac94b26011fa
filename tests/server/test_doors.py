"""The doors: TLS in good and bad order, proxies, and the counts of what came through."""

from __future__ import annotations

import base64
import http.client
import json
import socket
import ssl
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from asking import (
    FOLDER,
    PATIENCE_S,
    Answer,
    Command,
    OnOneServer,
    ask,
    connected,
    exchange,
    get,
    read_to,
    until_the_end,
)
from standin import Door, Standin
from standin.doors import CERTIFICATES

CREDENTIAL = "Proxy-Authorization: Basic " + base64.b64encode(b"proxy:proxy-secret").decode()


class AtDoors(OnOneServer):
    def setUp(self) -> None:
        self.server.reset()

    def port(self, door: str) -> int:
        return int(urlsplit(self.server.url(door)).port or 0)

    def trusting(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.server.ca_file)


class Tls(AtDoors):
    def https(
        self, door: str, host: str = "127.0.0.1", path: str = "/scene/page-1k", body: bytes | None = None
    ) -> Answer:
        with connected(self.port(door)) as plain, self.trusting().wrap_socket(plain, server_hostname=host) as secured:
            connection = http.client.HTTPConnection(host)
            connection.sock = secured
            connection.request("GET" if body is None else "POST", path, body)
            return Answer(connection.getresponse())

    def test_a_good_certificate_is_trusted_under_each_of_its_names(self) -> None:
        for host in ("127.0.0.1", "localhost", "standin.test", "api.standin.test"):
            self.assertEqual(self.https("https", host).status, 200, host)

    def test_every_bad_certificate_is_refused_for_its_own_reason(self) -> None:
        for door, reason in (
            ("https_wrong_host", "IP address mismatch"),
            ("https_expired", "certificate has expired"),
            ("https_self_signed", "self-signed certificate"),
        ):
            with self.subTest(door), self.assertRaises(ssl.SSLCertVerificationError) as caught:
                self.https(door)
            self.assertIn(reason, str(caught.exception))
        with self.assertRaises(ssl.SSLCertVerificationError), connected(self.port("https")) as plain:
            ssl.create_default_context().wrap_socket(plain, server_hostname="localhost")
        self.assertEqual(self.server.counts()["connections"], 4)
        self.assertEqual(self.server.counts()["requests"], 0)

    def test_a_handshake_can_be_cut_short(self) -> None:
        with self.assertRaises((ssl.SSLEOFError, ssl.SSLZeroReturnError)):
            self.https("https_cut")
        self.assertTrue(exchange(self.port("https_cut"), b"\x16\x03\x01")[0].startswith(b"\x16\x03\x03\x00\x7a\x02"))

    def test_plain_http_on_a_port_for_tls_is_told_at_once(self) -> None:
        with self.assertRaises(ssl.SSLError) as caught:
            self.https("http")
        self.assertNotIsInstance(caught.exception, ssl.SSLCertVerificationError)
        received, _ = exchange(self.server.port, b"\x16\x03\x01\x02\x00\x01")
        self.assertTrue(received.startswith(b"HTTP/1.1 400 "))
        self.assertEqual(exchange(self.port("https"), get("/"))[0][:5].count(b"HTTP"), 0)

    def test_large_bodies_pass_in_both_directions(self) -> None:
        self.assertEqual(
            self.https("https", path="/echo", body=b"x" * 3_000_000).json()["data"]["body_bytes"], 3_000_000
        )
        self.assertEqual(len(self.https("https", path="/download?bytes=3000000").body), 3_000_000)

    def test_faults_strike_under_tls_too(self) -> None:
        for kind, ending in (("reset", "reset"), ("truncated", "end"), ("closed", "end")):
            phase = {} if kind == "truncated" else {"phase": "response_body"}
            self.server.script("/x", [{"body": "0123456789", "wire": {"kind": kind, "after_bytes": 3, **phase}}])
            with self.subTest(kind), connected(self.port("https")) as plain:
                # Over bytes in memory, for the module ssl tells no reset from an end.
                received, ended = self.spoken(plain, get("/x"))
                self.assertEqual((received.partition(b"\r\n\r\n")[2], ended), (b"012", ending))
        self.server.let_fail("https", ["reset"])
        with connected(self.port("https")) as plain:
            self.assertEqual(self.spoken(plain, b""), (b"", "reset"))
        self.assertEqual(self.https("https").status, 200)

    def spoken(self, plain: socket.socket, sent: bytes) -> tuple[bytes, str]:
        """Speak TLS by hand: what came until the connection ended, and how it did."""
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = self.trusting().wrap_bio(incoming, outgoing, server_hostname="localhost")
        received = b""
        try:
            while True:
                try:
                    if sent:
                        tls.do_handshake()
                        tls.write(sent)
                        sent = b""
                    piece = tls.read(4096)
                    received += piece
                except ssl.SSLWantReadError:
                    # To send nothing would be told of a reset before what came earlier is read.
                    if outgoing.pending:
                        plain.sendall(outgoing.read())
                    piece = plain.recv(1 << 16)
                    incoming.write(piece)
                if not piece:
                    return received, "end"
        except ConnectionResetError:
            return received, "reset"

    def test_a_client_that_leaves_with_the_handshake_is_borne_in_silence(self) -> None:
        with self.assertNoLogs("asyncio", "WARNING"):
            with connected(self.port("https")) as plain:
                incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
                tls = self.trusting().wrap_bio(incoming, outgoing, server_hostname="localhost")
                with self.assertRaises(ssl.SSLWantReadError):
                    tls.do_handshake()
                plain.sendall(outgoing.read())
                incoming.write(plain.recv(1 << 16))
                tls.do_handshake()
                with self.assertRaises(ssl.SSLWantReadError):
                    tls.unwrap()
                # The last word of the handshake and the farewell, in one breath.
                plain.sendall(outgoing.read())
                until_the_end(plain)
            self.assertEqual(self.https("https").status, 200)

    def test_the_authority_can_sign_nothing_more(self) -> None:
        self.assertEqual(
            sorted(path.name for path in CERTIFICATES.glob("*.key")),
            ["expired.key", "good.key", "self-signed.key", "wrong-host.key"],
        )


class Proxies(AtDoors):
    def test_an_absolute_url_is_answered_whatever_its_host(self) -> None:
        request = get("http://api.example:99/echo?a=1")
        received, _ = exchange(self.port("proxy"), request, close=True)
        self.assertEqual(json.loads(received.partition(b"\r\n\r\n")[2])["data"]["path"], "/echo")
        entry = self.server.journal.entries()[0]
        self.assertEqual((entry.door, entry.path), ("proxy", "/echo"))

    def test_a_tunnel_leads_to_the_door_at_its_port(self) -> None:
        with connected(self.port("proxy")) as connection:
            connection.sendall(f"CONNECT 127.0.0.1:{self.server.port} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            read_to(connection, b" 200 Connection established\r\n\r\n")
            connection.sendall(get("/echo", "Connection: close"))
            self.assertIn(b'"door":"proxy/http"', until_the_end(connection)[0])
        self.assertEqual([entry.method for entry in self.server.journal.entries()], ["CONNECT", "GET"])

    def test_tls_passes_through_a_tunnel(self) -> None:
        for target in (f"127.0.0.1:{self.port('https')}", "standin.test:443"):
            host = target.partition(":")[0]
            with connected(self.port("proxy")) as plain:
                plain.sendall(f"CONNECT {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
                read_to(plain, b"\r\n\r\n")
                with self.trusting().wrap_socket(plain, server_hostname=host) as secured:
                    secured.sendall(get("/echo", "Connection: close"))
                    self.assertIn(b'"door":"proxy/https"', until_the_end(secured)[0])

    def test_a_tunnel_to_nobody_is_a_bad_gateway(self) -> None:
        sent = f"CONNECT 127.0.0.1:{self.port('refused')} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
        self.assertTrue(exchange(self.port("proxy"), sent)[0].startswith(b"HTTP/1.1 502 "))

    def test_a_proxy_can_ask_who_passes(self) -> None:
        for request in ("GET http://api.example/echo", f"CONNECT 127.0.0.1:{self.server.port}"):
            head = f"{request} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
            received, _ = exchange(self.port("proxy_auth"), f"{head}\r\n".encode())
            self.assertTrue(received.startswith(b"HTTP/1.1 407 "), received)
            self.assertIn(b'\r\nProxy-Authenticate: Basic realm="standin"\r\n', received)
            wrong = CREDENTIAL.replace("Basic ", "Basic x")
            self.assertIn(b" 407 ", exchange(self.port("proxy_auth"), f"{head}{wrong}\r\n\r\n".encode())[0])
            with connected(self.port("proxy_auth")) as connection:
                connection.sendall(f"{head}{CREDENTIAL}\r\n\r\n".encode())
                self.assertTrue(connection.recv(4096).startswith(b"HTTP/1.1 200 "))
        self.assertEqual(self.server.journal.entries()[2].credentials, ("basic",))

    def test_a_proxy_can_let_nobody_through(self) -> None:
        for sent in (get("http://x/echo"), b"CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n"):
            self.assertTrue(exchange(self.port("proxy_refusing"), sent)[0].startswith(b"HTTP/1.1 403 "))

    def test_a_proxy_is_no_server(self) -> None:
        self.assertTrue(exchange(self.port("proxy"), get("/echo"))[0].startswith(b"HTTP/1.1 400 "))


class Counts(AtDoors):
    def test_requests_and_connections_are_counted(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=PATIENCE_S)
        for key in ("k-1", "k-1", "k-2"):
            connection.request(
                "POST", "/echo?apikey=secret", b"x", {"Idempotency-Key": key, "X-Request-Id": f"r-{key}"}
            )
            connection.getresponse().read()
        ask(self.server, "/pages")
        counts = ask(self.server, "/_standin/counts").json()
        self.assertEqual((counts["requests"], counts["connections"], counts["connections_open"]), (4, 2, 1))
        self.assertEqual(counts["by_path"], {"POST /echo": 3, "GET /pages": 1})
        self.assertEqual(counts["by_header"]["idempotency-key"], {"k-1": 2, "k-2": 1})
        self.assertEqual(counts["by_header"]["x-request-id"], {"r-k-1": 2, "r-k-2": 1})
        self.assertEqual(sorted(counts["requests_per_connection"]), [1, 3])
        self.assertEqual(counts["connections_by_door"], {"http": 2})
        self.assertNotIn("secret", json.dumps(counts))
        self.assertEqual(ask(self.server, "/_standin/counts", "DELETE").status, 204)
        empty = self.server.counts()
        self.assertEqual((empty["requests"], empty["connections"], empty["by_path"]), (0, 0, {}))
        connection.request("GET", "/echo")
        connection.getresponse().read()
        self.assertEqual(self.server.counts()["requests_per_connection"], [1])
        connection.close()

    def test_other_headers_can_be_watched_but_no_secret(self) -> None:
        self.assertEqual(ask(self.server, "/_standin/watch", "PUT", ["X-Mine"]).status, 204)
        ask(self.server, "/echo", headers={"X-Mine": "7", "Idempotency-Key": "k"})
        self.assertEqual(self.server.counts()["by_header"], {"x-mine": {"7": 1}})
        for name in ("Authorization", "cookie", "x-api-key"):
            self.assertEqual(ask(self.server, "/_standin/watch", "PUT", [name]).status, 400, name)
        self.server.reset()
        self.assertIn("idempotency-key", self.server.stage.counts()["by_header"])

    def test_a_test_that_only_asks_for_counts_is_not_counted(self) -> None:
        for path in ("/_standin/counts", "/scenes", "/journal", "/_standin"):
            ask(self.server, path)
            ask(self.server, path, port=self.port("control"))
        self.assertEqual((self.server.counts()["requests"], self.server.counts()["connections"]), (0, 0))

    def test_the_door_for_control_leads_nowhere_else(self) -> None:
        self.assertEqual(ask(self.server, "/echo", port=self.port("control")).status, 404)
        self.assertEqual(self.server.counts()["requests"], 0)
        self.assertEqual(ask(self.server, "/_standin/door/control", "PUT", ["reset"]).status, 400)

    def test_pages_that_do_not_exist_are_told(self) -> None:
        self.assertEqual(ask(self.server, "/_standin/nothing").status, 404)
        self.assertEqual(ask(self.server, "/_standin/script").status, 404)
        self.assertEqual(ask(self.server, "/_standin/counts", "PUT", {}).status, 405)
        self.assertEqual(ask(self.server, "/_standin/auth/forget", "POST").status, 404)
        self.assertEqual(ask(self.server, "/_standin/door/http", "PUT", ["burn"]).status, 400)
        self.assertEqual(ask(self.server, "/_standin/watch", "PUT", [7]).status, 400)

    def test_the_manual_names_every_door_and_every_page(self) -> None:
        text = ask(self.server, "/_standin").body.decode()
        for door in Door:
            self.assertIn(self.server.url(door.value), text)
        for page in ("counts", "journal", "scripts", "gates", "auth", "doors", "tasks", "uploads", "faults"):
            self.assertIn(f"/{page}", text)
            self.assertEqual(ask(self.server, f"/_standin/{page}").status, 200)
        self.assertNotIn("{", text.replace('{"', "").replace("[{", ""))


class Started(AtDoors):
    def test_the_command_says_all_doors_in_one_line_of_json(self) -> None:
        with Command("--json", "--exit-with-stdin") as command:
            assert command.process.stdout is not None
            told = json.loads(command.process.stdout.readline())
            self.assertEqual(set(told), {*(door.value for door in Door), "ca_file", "pid"})
            self.assertEqual(told["pid"], command.process.pid)
            self.assertTrue(Path(told["ca_file"]).exists())
            with socket.create_connection(("127.0.0.1", urlsplit(told["control"]).port or 0), PATIENCE_S) as connection:
                connection.sendall(get("/_standin/counts", "Connection: close"))
                self.assertIn(b'"requests":0', until_the_end(connection)[0])
            self.assertEqual(command.outcome(), (0, "", ""))

    def test_the_command_reads_a_script(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "script.json"
            described = {
                "scenes": [{"name": "mine", "status": 299}],
                "scripts": [{"path": "/x/*", "replies": ["mine", "page-1k"]}],
                "gates": [{"name": "g", "reply": "code-67200007", "allow_calls": 1, "path": "/pages"}],
                "auth": {"mode": "key", "key": "sk-1"},
            }
            path.write_text(json.dumps(described))
            with Standin(script=path) as server:
                key = {"Authorization": "Bearer sk-1"}
                self.assertEqual([ask(server, "/x/y", headers=key).status for _ in range(2)], [299, 200])
                codes = [ask(server, "/pages", headers=key).json()["error_code"] for _ in range(2)]
                self.assertEqual(codes, [0, 67200007])
                self.assertEqual(ask(server, "/x/y").json()["error_code"], 67200008)
            for wrong, sentence in (
                ({"scripts": [{"path": "/x", "replies": ["mine"]}]}, 'scene: found "mine"'),
                ({"script": []}, 'unknown field "script"; did you mean scripts?'),
                ({"scenes": 7}, "scenes: found 7; allowed is an array of scenes"),
            ):
                path.write_text(json.dumps(wrong))
                with Command("--script", str(path)) as command:
                    code, out, err = command.outcome()
                    self.assertEqual((code, out), (2, ""))
                    self.assertIn(sentence, err)

    def test_the_command_prints_its_manual(self) -> None:
        run = [sys.executable, str(FOLDER / "standin"), "--manual", "--exit-with-stdin"]
        told = subprocess.run(
            run, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE_S, check=True
        )
        self.assertIn("/oauth/token", told.stdout)
