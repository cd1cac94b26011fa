"""Scenes defined and removed at run time, and the journal of what was asked."""

from __future__ import annotations

import base64
import hashlib
from unittest import mock

from asking import Answer, OnOneServer, ask, talk
from standin import Wire, WireKind, scene_from_json
from standin.request import Request


class Scripting(OnOneServer):
    def tearDown(self) -> None:
        self.server.library.remove("mine")

    def put(self, description: object, name: str = "mine") -> Answer:
        return ask(self.server, f"/scene/{name}", "PUT", description)

    def test_a_scene_is_defined_played_replaced_and_deleted(self) -> None:
        made = self.put({"status": 299, "headers": [["X-A", "1"], ["X-A", "2"]], "body": "grün"})
        self.assertEqual(made.status, 201)
        self.assertEqual(made.json()["group"], "own")
        answer = ask(self.server, "/scene/mine")
        self.assertEqual((answer.status, answer.body), (299, "grün".encode()))
        self.assertEqual(answer.headers.get_all("X-A"), ["1", "2"])
        self.assertIn(made.json(), ask(self.server, "/scenes").json())
        self.assertEqual(self.put({"body_base64": base64.b64encode(b"\xff\x00").decode()}).status, 200)
        self.assertEqual(ask(self.server, "/scene/mine").body, b"\xff\x00")
        self.assertEqual(ask(self.server, "/scene/mine", "DELETE").status, 204)
        self.assertEqual(ask(self.server, "/scene/mine").status, 404)

    def test_a_body_may_be_an_object(self) -> None:
        self.put({"body": {"status": True, "data": 9007199254740993}})
        self.assertEqual(ask(self.server, "/scene/mine").body, b'{"status":true,"data":9007199254740993}')

    def test_a_built_in_scene_comes_back_when_its_replacement_is_deleted(self) -> None:
        before = self.body("no-data")
        self.assertEqual(self.put({"body": "other"}, "no-data").status, 200)
        self.assertEqual(self.body("no-data"), b"other")
        self.assertEqual(ask(self.server, "/scene/no-data", "DELETE").status, 204)
        self.assertEqual(self.body("no-data"), before)

    def test_what_cannot_be_deleted_is_said(self) -> None:
        built_in = ask(self.server, "/scene/no-data", "DELETE")
        self.assertEqual(built_in.status, 409)
        self.assertIn("built in", built_in.json()["error"])
        unknown = ask(self.server, "/scene/no-dat", "DELETE")
        self.assertEqual(unknown.status, 404)
        self.assertIn('"no-dat"; did you mean no-data?', unknown.json()["error"])

    def test_a_wrong_field_is_named_with_what_was_found_and_what_is_allowed(self) -> None:
        wrong: list[tuple[object, str]] = [
            ({"status": 99}, "status: found 99; allowed is a whole number from 200 to 999"),
            ({"status": True}, "status: found true"),
            ({"status": "200"}, 'status: found "200"'),
            ({"stauts": 200}, 'unknown field "stauts"; did you mean status?'),
            ({"zzz": 1}, 'unknown field "zzz"; allowed are name, title'),
            ({"headers": "x"}, 'headers: found "x"; allowed is an object of texts'),
            ({"headers": {"X": 1}}, 'headers: found ["X", 1]'),
            ({"headers": {"X Y": "1"}}, 'headers: found "X Y"; allowed is a header name'),
            ({"headers": {"X": "a\r\nb: c"}}, "allowed is one line of text"),
            ({"headers": {"Content-Length": "1"}}, "any header but those the wire writes itself"),
            ({"body": 7}, "body: found 7; allowed is text, an object or an array"),
            ({"body": "\ud800"}, "body: found half of a surrogate pair"),
            ({"body": "", "body_base64": ""}, "body_base64: found beside body"),
            ({"body_base64": "%%"}, 'body_base64: found "%%"; allowed is text in Base64'),
            ({"status": 204, "body": "x"}, "allowed is no body under status 204"),
            ({"wire": "stall"}, "allowed is plain, gzip, chunked, until_close, truncated, stalled, closed"),
            ({"wire": {"kind": "plain", "hold_ms": 1}}, 'unknown field "hold_ms"'),
            ({"wire": {"kind": "stalled", "hold_ms": 0}}, "wire, hold_ms: found 0; allowed is a whole number from 1"),
            ({"wire": {"kind": "stalled", "hold_m": 5}}, "did you mean hold_ms?"),
            ({"wire": "closed", "status": 200}, "status: found 200; allowed is 0 or none"),
            (
                {"wire": {"kind": "reset", "phase": "soon"}},
                'wire, phase: found "soon"; allowed is request_head, request',
            ),
            ({"wire": {"kind": "drip", "phase": "request"}}, "allowed is response_head, response_body"),
            ({"wire": {"kind": "plain", "phase": "request"}}, 'unknown field "phase"'),
            ({"wire": {"kind": "broken_chunks", "flaw": "cut"}}, "allowed is bad_size, huge_size, no_newline"),
            ({"wire": {"kind": "huge_headers", "lines": 1000000}}, "allowed is lines and line_bytes of 67108864 bytes"),
            ({"wire": {"close": 1}}, "wire, close: found 1; allowed is true or false"),
            ({"method": "PUT"}, 'method: found "PUT"; allowed is GET, POST'),
            ({"title": ""}, 'title: found ""'),
            ({"name": "other"}, "the name in the address, mine, or none"),
            ([1], "found [1]; allowed is an object"),
            (b"{", "the description is not valid JSON"),
            (b"", "the description is not valid JSON"),
            (b"\xff", "the description is not valid JSON"),
            (b"[" * 100_000, "nested too deeply"),
            (b'{"status":200,"status":200}', 'the field "status" is given twice'),
        ]
        for description, sentence in wrong:
            with self.subTest(sentence):
                answer = self.put(description)
                self.assertEqual(answer.status, 400)
                self.assertIn(sentence, answer.json()["error"])
        self.assertEqual(ask(self.server, "/scene/mine").status, 404)
        self.assertEqual(self.put({}, "a%20b").status, 400)
        self.assertEqual(self.put({}, "x" * 101).status, 400)

    def test_the_library_is_bounded(self) -> None:
        with mock.patch("standin.library.MAX_SCRIPTED_BYTES", 10):
            self.assertEqual(self.put({"body": "x" * 11}).status, 507)
            self.assertEqual(self.put({"body": "x" * 10}).status, 201)
            self.assertEqual(self.put({"body": "y" * 10}).status, 200)
        with mock.patch("standin.library.MAX_SCRIPTED", 1):
            self.assertEqual(self.put({}, "second").status, 507)
        with mock.patch("standin.routes.MAX_DESCRIPTION", 10):
            self.assertEqual(self.put({"body": "longer than ten"}).status, 413)

    def test_a_wire_without_numbers_has_the_defaults(self) -> None:
        scene = scene_from_json({"name": "a", "wire": "truncated"})
        self.assertEqual(scene.reply.wire, Wire(WireKind.TRUNCATED, after_bytes=None, extra_bytes=1024))


class TheJournal(OnOneServer):
    def test_it_keeps_method_path_and_size_and_no_secret(self) -> None:
        ask(self.server, "/journal", "DELETE")
        headers = {"Authorization": "Bearer sk-secret"}
        ask(self.server, "/scene/created?apikey=sk-secret", "POST", b"sk-secret", headers)
        talk(
            self.server.port, b"GET http://u:sk-secret@api.example/v1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        )
        answer = ask(self.server, "/journal")
        self.assertEqual(answer.json()["total"], 2)
        first, second = answer.json()["requests"]
        self.assertEqual((first["method"], first["path"], first["body_bytes"]), ("POST", "/scene/created", 9))
        self.assertEqual(first["body_sha256"], hashlib.sha256(b"sk-secret").hexdigest())
        self.assertEqual(first["credentials"], ["bearer", "apikey"])
        self.assertEqual((second["method"], second["path"], second["body_bytes"]), ("GET", "/v1", 0))
        self.assertEqual((second["door"], second["credentials"]), ("http", []))
        self.assertGreater(second["connection"], first["connection"])
        self.assertNotIn(b"secret", answer.body)

    def test_it_is_bounded_and_can_be_cleared(self) -> None:
        journal = self.server.journal
        for _ in range(1500):
            journal.add(Request("GET", "/" + "a" * 1000, 1, ()), 1, "http", 0, "")
        entries = journal.entries()
        self.assertEqual((len(entries), len(entries[0].path)), (1000, 500))
        self.assertGreaterEqual(ask(self.server, "/journal").json()["total"], 1500)
        self.assertEqual(ask(self.server, "/journal", "DELETE").status, 204)
        self.assertEqual(ask(self.server, "/journal").json(), {"total": 0, "requests": []})
