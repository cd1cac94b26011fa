"""The scenes of the stand-in: the list, and what each group promises."""

from __future__ import annotations

import gzip
import http.client
import json
import re
import socket
import tempfile
from pathlib import Path

from asking import PATIENCE_S, OnOneServer, ask, play, talk
from standin import Standin, WireKind, scene_from_json, scene_to_json
from standin.groups import GROUPS
from standin.profile import DEFAULT_PROFILE


class TheList(OnOneServer):
    def test_every_scene_has_the_six_fields_and_a_name_of_its_own(self) -> None:
        rows = ask(self.server, "/scenes").json()
        self.assertEqual(len({row["name"] for row in rows}), len(rows))
        for row in rows:
            self.assertEqual(list(row), ["name", "title", "method", "path", "status", "group"])
            self.assertEqual(row["path"], f"/scene/{row['name']}")
            self.assertRegex(row["title"], r"^[ -~]{4,90}$")
            self.assertIn(row["method"], ("GET", "POST"))

    def test_the_groups_come_in_their_order(self) -> None:
        groups = dict.fromkeys(row["group"] for row in ask(self.server, "/scenes").json())
        self.assertEqual(tuple(groups), GROUPS)

    def test_every_scene_plays_with_its_status_and_a_correlation_id(self) -> None:
        ids = set()
        for scene in self.server.library.all():
            if scene.reply.wire.kind in (WireKind.STALLED, WireKind.CLOSED):
                continue
            with self.subTest(scene.name):
                raw = play(self.server.port, scene.name)
                self.assertTrue(raw.startswith(f"HTTP/1.1 {scene.reply.status} ".encode()), raw[:40])
                found = re.search(rb"\r\nx-correlation-id: ([0-9a-f-]{36})\r\n", raw)
                assert found
                ids.add(found[1])
        self.assertEqual(len(ids), len(self.server.library.all()) - 2)

    def test_a_scene_survives_the_way_to_json_and_back(self) -> None:
        for scene in self.server.library.all():
            with self.subTest(scene.name):
                self.assertEqual(scene_from_json(json.loads(json.dumps(scene_to_json(scene)))), scene)

    def test_an_unknown_path_gets_the_envelope_of_the_api(self) -> None:
        for path in ("/", "/scene/", "/search/patent?apikey=1", "/scenes/", "/scene/no-such", "/scene/%0d%0aX:%20y"):
            answer = ask(self.server, path)
            self.assertEqual(answer.status, 404, path)
            self.assertEqual(answer.json(), {"status": False, "error_code": 67200101, "error_msg": "Path Not Found"})
        self.assertIn("did you mean page-1k?", ask(self.server, "/scene/page-1kk").headers["x-standin-note"])

    def test_post_plays_and_another_method_is_told_what_is_allowed(self) -> None:
        self.assertEqual(ask(self.server, "/scene/created", "POST", b"x" * 100).status, 201)
        answer = ask(self.server, "/scene/created", "PATCH")
        self.assertEqual((answer.status, answer.headers["Allow"]), (405, "GET, HEAD, POST, PUT, DELETE"))
        self.assertEqual(ask(self.server, "/scenes", "POST").status, 405)
        self.assertEqual(ask(self.server, "/journal", "PUT", b"{}").status, 405)


class Success(OnOneServer):
    def test_pages_have_exactly_their_size(self) -> None:
        sizes = {"1k": 1024, "10k": 10240, "100k": 102400, "1m": 1048576, "10k-pretty": 10240, "1m-escaped": 1048576}
        for label, size in sizes.items():
            self.assertEqual(len(self.body(f"page-{label}")), size, label)

    def test_a_fifth_to_a_third_of_a_page_is_not_ascii(self) -> None:
        for label in ("1k", "10k", "100k", "1m", "10k-pretty"):
            body = self.body(f"page-{label}")
            self.assertTrue(0.20 <= sum(byte > 0x7F for byte in body) / len(body) <= 0.30, label)
        escaped = self.body("page-1m-escaped")
        self.assertTrue(escaped.isascii())
        self.assertIn(rb"\u4e00", escaped)

    def test_pages_hold_records_and_an_envelope_in_both_orders(self) -> None:
        for label in ("1k", "10k", "100k", "1m"):
            first, last = self.body(f"page-{label}-envelope-first"), self.body(f"page-{label}")
            self.assertEqual(list(json.loads(first)), ["status", "error_code", "data"])
            self.assertEqual(list(json.loads(last)), ["data", "status", "error_code"])
            self.assertEqual(json.loads(first), json.loads(last))
        record = json.loads(self.body("page-10k"))["data"]["results"][0]
        self.assertLessEqual({"pn", "title", "abstract", "original_assignee", "ipc", "apdt", "score"}, set(record))
        self.assertGreater(record["family_id"], 2**53)

    def test_the_pretty_page_has_lines(self) -> None:
        self.assertGreater(self.body("page-10k-pretty").count(b"\n  "), 100)

    def test_data_comes_in_every_form(self) -> None:
        forms: dict[str, object] = {"null-data": None, "empty-object": {}, "empty-array": [], "scalar-data": 15794}
        for name, data in forms.items():
            self.assertEqual(json.loads(self.body(name)), {"data": data, "status": True, "error_code": 0})
        self.assertNotIn("data", json.loads(self.body("no-data")))
        self.assertIsInstance(json.loads(self.body("string-data"))["data"], str)

    def test_the_odd_spellings_are_what_they_say(self) -> None:
        self.assertEqual(json.loads(self.body("string-flag"))["status"], "success")
        self.assertEqual(json.loads(self.body("token"))["status"], "approved")
        self.assertTrue(self.body("bom").startswith(b"\xef\xbb\xbf{"))
        self.assertIn(b"1579434053399036000", self.body("big-number"))
        self.assertEqual(ask(self.server, "/scene/page-1k").headers["x-openapi-amount"], "1")

    def test_no_content_has_neither_body_nor_length(self) -> None:
        raw = play(self.server.port, "no-content")
        self.assertTrue(raw.startswith(b"HTTP/1.1 204 No Content\r\n") and raw.endswith(b"\r\n\r\n"))
        self.assertNotIn(b"Content-Length", raw)


class Codes(OnOneServer):
    def test_every_code_plays_under_200_and_under_a_failure(self) -> None:
        profile = json.loads(DEFAULT_PROFILE.read_bytes())
        scenes = [scene for scene in self.server.library.all() if scene.group == "code"]
        for code in {row["code"] for row in profile["codes"]}:
            statuses = {scene.reply.status for scene in scenes if json.loads(scene.reply.body)["error_code"] == code}
            self.assertIn(200, statuses, code)
            self.assertTrue(any(status >= 400 for status in statuses), code)

    def test_every_wording_is_the_message_of_its_code(self) -> None:
        for row in json.loads(DEFAULT_PROFILE.read_bytes())["codes"]:
            if row.get("wordings") and "when" not in row:
                expected = {"status": False, "error_code": row["code"], "error_msg": row["wordings"][0]}
                self.assertEqual(json.loads(self.body(f"code-{row['code']}")), expected)

    def test_a_row_with_a_condition_is_played_so_that_the_condition_holds(self) -> None:
        limit = json.loads(self.body("code-67200000-limit"))["error_msg"].lower()
        self.assertTrue("limit" in limit or "quota" in limit or "exceed" in limit)
        plain = json.loads(self.body("code-67200000"))["error_msg"].lower()
        self.assertFalse("limit" in plain or "quota" in plain or "exceed" in plain)
        self.assertEqual(ask(self.server, "/scene/code-67200002-http-429").status, 429)
        self.assertGreaterEqual(ask(self.server, "/scene/code-68300005-http-5xx").status, 500)
        self.assertLess(ask(self.server, "/scene/code-68300005-http").status, 500)

    def test_a_code_that_is_a_text_comes_with_the_flag_error(self) -> None:
        answer = ask(self.server, "/scene/code-FILE_TOO_LARGE-http")
        self.assertEqual(answer.status, 413)
        self.assertEqual((answer.json()["status"], answer.json()["error_code"]), ("error", "FILE_TOO_LARGE"))

    def test_a_row_added_to_the_profile_adds_its_scenes(self) -> None:
        profile = json.loads(DEFAULT_PROFILE.read_bytes())
        profile["codes"] += [
            {"code": 67200999, "category": "balance", "wordings": ["The moon is full!"]},
            {"code": 67200998, "when": {"message": "rate"}, "category": "rate_limit"},
            {"code": 67200997, "when": {"http": [409]}, "category": "a_new_one"},
            {"code": "odd code/7", "category": "a_new_one"},
            {"code": 67200000, "when": {"message": "inside"}, "category": "server"},
        ]
        profile["patterns"]["inside"] = ["internal"]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "profile.json"
            path.write_text(json.dumps(profile))
            with Standin(profile=path) as server:
                answer = ask(server, "/scene/code-67200999-http")
                self.assertEqual((answer.status, answer.json()["error_message"]), (402, "The moon is full!"))
                self.assertIn("qps", ask(server, "/scene/code-67200998-rate").json()["error_msg"])
                self.assertEqual(ask(server, "/scene/code-67200997").status, 200)
                self.assertEqual(ask(server, "/scene/code-67200997-http-409").status, 409)
                self.assertEqual(ask(server, "/scene/code-odd-code-7").json()["error_code"], "odd code/7")
                self.assertIn("internal", ask(server, "/scene/code-67200000-inside").json()["error_msg"].lower())
                self.assertNotIn("Internal", ask(server, "/scene/code-67200000").json()["error_msg"])
                self.assertEqual(len(server.library.all()), len(self.server.library.all()) + 10)


class OtherGroups(OnOneServer):
    def test_bare_failures_have_their_status_and_their_waits(self) -> None:
        for status in (301, 302, 400, 401, 402, 403, 404, 408, 413, 429, 500, 501, 502, 503, 504):
            answer = ask(self.server, f"/scene/http-{status}")
            self.assertEqual(answer.status, status)
            self.assertLess(len(answer.body), 100)
        self.assertEqual(ask(self.server, "/scene/http-429-retry-after").headers["Retry-After"], "3")
        self.assertEqual(ask(self.server, "/scene/http-429-retry-after-ms").headers["retry-after-ms"], "1500")
        self.assertEqual(ask(self.server, "/scene/http-503-retry-after").headers["Retry-After"], "2")
        dated = ask(self.server, "/scene/http-503-retry-after-date").headers
        self.assertEqual(dated.get_all("Date"), ["Mon, 23 Nov 2026 12:00:00 GMT"])
        self.assertEqual(dated["Retry-After"], "Mon, 23 Nov 2026 12:00:30 GMT")

    def test_gateways_do_not_speak_the_envelope(self) -> None:
        for name, status in (("html-200", 200), ("html-502", 502), ("html-503", 503), ("captive-portal", 200)):
            answer = ask(self.server, f"/scene/{name}")
            self.assertEqual(answer.status, status)
            self.assertIn(b"<html", answer.body.lower())
        for name, status in (("framework-200", 200), ("framework-500", 500)):
            answer = ask(self.server, f"/scene/{name}")
            self.assertEqual((answer.status, answer.json()["status"]), (status, 500))
        self.assertTrue(ask(self.server, "/scene/storage-xml").body.startswith(b"<?xml"))
        self.assertEqual(ask(self.server, "/scene/text-502").body, b"error code: 502")

    def test_contradictions_are_what_they_say(self) -> None:
        self.assertIs(ask(self.server, "/scene/success-under-500").json()["status"], True)
        self.assertEqual(json.loads(self.body("true-beside-code"))["status"], True)
        self.assertEqual(json.loads(self.body("false-beside-zero"))["error_code"], 0)
        self.assertEqual(self.body("duplicate-flag").count(b'"status"'), 2)
        self.assertIs(json.loads(self.body("look-alike-failure"))["data"]["status"], False)
        self.assertNotIn(b'"status"', self.body("escaped-keys"))
        self.assertIs(json.loads(self.body("escaped-keys"))["status"], False)
        self.assertEqual(json.loads(self.body("code-as-string"))["error_code"], "67200005")
        self.assertEqual(self.body("deep-nesting").count(b"["), 100_000)
        with self.assertRaises(UnicodeDecodeError):
            self.body("invalid-utf8").decode()

    def test_bodies_cut_before_sending_are_whole_for_http(self) -> None:
        for name, start in (("cut-success", b'{"status":true,'), ("cut-failure", b'{"status":false,')):
            body = self.body(name)
            self.assertTrue(body.startswith(start))
            with self.assertRaises(ValueError):
                json.loads(body)


class Encoding(OnOneServer):
    def test_gzip_is_sent_only_to_those_who_accept_it(self) -> None:
        page = self.body("page-10k")
        for accepted in ("gzip", "br, GZIP;q=0.5", "*", "x-gzip"):
            answer = ask(self.server, "/scene/gzip", headers={"Accept-Encoding": accepted})
            self.assertEqual(answer.headers["Content-Encoding"], "gzip", accepted)
            self.assertEqual(gzip.decompress(answer.body), page)
        for refused in ("identity", "gzip;q=0", "*;q=0", "br", ""):
            answer = ask(self.server, "/scene/gzip", headers={"Accept-Encoding": refused})
            self.assertIsNone(answer.headers["Content-Encoding"], refused)
            self.assertEqual(answer.body, page)
            self.assertEqual(answer.headers["Vary"], "Accept-Encoding")

    def test_gzip_without_a_header_is_still_compressed(self) -> None:
        answer = ask(self.server, "/scene/gzip-unlabelled", headers={"Accept-Encoding": "identity"})
        self.assertIsNone(answer.headers["Content-Encoding"])
        self.assertEqual(gzip.decompress(answer.body), self.body("page-10k"))

    def test_chunks_make_up_the_page(self) -> None:
        raw = play(self.server.port, "chunked")
        self.assertIn(b"Transfer-Encoding: chunked\r\n", raw)
        self.assertNotIn(b"Content-Length", raw)
        self.assertIn(b"\r\n\r\n3e8\r\n", raw)
        self.assertTrue(raw.endswith(b"\r\n0\r\n\r\n"))
        self.assertEqual(self.body("chunked"), self.body("page-10k"))

    def test_an_old_client_gets_no_chunks(self) -> None:
        raw = talk(self.server.port, b"GET /scene/chunked HTTP/1.0\r\n\r\n")
        self.assertIn(b"Content-Length: 10240\r\n", raw)
        self.assertNotIn(b"chunked\r\n", raw)


class WireFaults(OnOneServer):
    def test_a_truncated_page_is_a_kilobyte_short(self) -> None:
        with self.assertRaises(http.client.IncompleteRead) as caught:
            ask(self.server, "/scene/truncated-page")
        self.assertEqual((len(caught.exception.partial), caught.exception.expected), (10240, 1024))

    def test_a_truncated_error_breaks_off_in_its_message(self) -> None:
        with self.assertRaises(http.client.IncompleteRead) as caught:
            ask(self.server, "/scene/truncated-error")
        self.assertTrue(caught.exception.partial.endswith(b'"error_msg":"Insufficient '))

    def test_a_stalled_body_makes_the_client_wait(self) -> None:
        with socket.create_connection(("127.0.0.1", self.server.port), PATIENCE_S) as connection:
            connection.sendall(b"GET /scene/stalled-body HTTP/1.1\r\nHost: x\r\n\r\n")
            received = b""
            while b"\r\n\r\n" not in received or len(received.partition(b"\r\n\r\n")[2]) < 5120:
                received += connection.recv(1 << 16)
            connection.settimeout(0.3)
            with self.assertRaises(TimeoutError):
                connection.recv(1)
        with self.assertRaises(TimeoutError):
            ask(self.server, "/scene/stalled-body", timeout=0.3)

    def test_a_stall_ends_when_its_time_is_over(self) -> None:
        wire = {"kind": "stalled", "after_bytes": 2, "hold_ms": 50}
        ask(self.server, "/scene/brief", "PUT", {"body": "four", "wire": wire})
        with self.assertRaises(http.client.IncompleteRead) as caught:
            ask(self.server, "/scene/brief")
        self.assertEqual(caught.exception.partial, b"fo")
        ask(self.server, "/scene/brief", "DELETE")

    def test_a_closed_connection_brings_no_byte(self) -> None:
        self.assertEqual(play(self.server.port, "closed"), b"")
        with self.assertRaises(http.client.RemoteDisconnected):
            ask(self.server, "/scene/closed")
