"""What answers by rule: echo, pages, tasks, uploads, downloads, redirects."""

from __future__ import annotations

import hashlib
import json

from asking import Answer, OnOneServer, ask
from standin.endpoints.download import content


class Echo(OnOneServer):
    def test_it_tells_what_arrived(self) -> None:
        answer = ask(self.server, "/echo/a%20b?x=1&x=2&y=", "PATCH", b"body", {"X-A": "ä"}).json()["data"]
        self.assertEqual((answer["method"], answer["path"]), ("PATCH", "/echo/a%20b"))
        self.assertEqual(answer["query"], [["x", "1"], ["x", "2"], ["y", ""]])
        self.assertIn(["x-a", "ä"], answer["headers"])
        self.assertEqual(answer["body_bytes"], 4)
        self.assertEqual(answer["body_sha256"], hashlib.sha256(b"body").hexdigest())


class Pages(OnOneServer):
    def test_a_list_is_read_page_by_page(self) -> None:
        found: list[int] = []
        while True:
            data = ask(self.server, f"/pages?limit=10&offset={len(found)}&total=25").json()["data"]
            self.assertEqual((data["total_search_result_count"], data["result_count"]), (25, len(data["results"])))
            if not data["results"]:
                break
            found += [record["number"] for record in data["results"]]
        self.assertEqual(found, list(range(25)))

    def test_beyond_the_caps_the_parameters_are_invalid(self) -> None:
        for query in ("limit=0", "limit=1001", "offset=19991", "limit=1000&offset=19001", "limit=x", "offset=-1"):
            answer = ask(self.server, f"/pages?{query}")
            self.assertEqual(answer.json()["error_code"], 68300004, query)
            self.assertIn("allowed is a whole number from", answer.headers["x-standin-note"])
        self.assertEqual(
            ask(self.server, "/pages?limit=1000&offset=19000&total=20000").json()["data"]["result_count"], 1000
        )


class Tasks(OnOneServer):
    def start(self, query: str = "") -> int:
        return int(ask(self.server, f"/task{query}", "POST").json()["data"]["task_id"])

    def poll(self, task: int) -> dict[str, object]:
        data: dict[str, object] = ask(self.server, f"/task/{task}").json()["data"]
        return data

    def test_a_task_is_pending_and_then_succeeds(self) -> None:
        task = self.start()
        self.assertGreater(task, 2**53)
        self.assertEqual([self.poll(task)["status"] for _ in range(4)], ["PENDING", "PROCESSING", "SUCCESS", "SUCCESS"])
        self.assertEqual(self.poll(task)["result"], {"count": 3})

    def test_a_task_ends_as_it_was_told(self) -> None:
        failed, odd = self.start("?states=PENDING,FAILED"), self.start("?states=PONDERING")
        self.assertEqual([self.poll(failed)["status"] for _ in range(2)], ["PENDING", "FAILED"])
        self.assertIn("reason", self.poll(failed))
        self.assertEqual(self.poll(odd)["status"], "PONDERING")
        rows = {row["task_id"]: row["polls"] for row in ask(self.server, "/_standin/tasks").json()}
        self.assertEqual((rows[failed], rows[odd]), (3, 1))

    def test_an_unknown_task_is_an_invalid_parameter(self) -> None:
        for name in ("1", "x", "9" * 30, "1579434053399036000"):
            self.assertEqual(ask(self.server, f"/task/{name}").json()["error_code"], 68300004, name)
        self.assertEqual(ask(self.server, "/task").status, 404)
        self.assertEqual(ask(self.server, "/task?states=A,,B", "POST").json()["error_code"], 68300004)


class Uploads(OnOneServer):
    FILE = b"%PDF\r\n--not the boundary\x00\xff\r\n"

    def setUp(self) -> None:
        self.server.reset()

    def form(self, *parts: tuple[str, bytes]) -> bytes:
        pieces = [b"--B0\r\n" + head.encode() + b"\r\n\r\n" + content + b"\r\n" for head, content in parts]
        return b"".join(pieces) + b"--B0--\r\n"

    def send(self, body: bytes, query: str = "", kind: str = "multipart/form-data; boundary=B0") -> Answer:
        return ask(self.server, f"/upload{query}", "POST", body, {"Content-Type": kind})

    def two_parts(self) -> bytes:
        return self.form(
            ('Content-Disposition: form-data; name="lang"', "中".encode()),
            (
                'content-disposition: form-data; name="file"; filename="a \\"b\\".PDF"\r\n'
                "Content-Type: application/pdf",
                self.FILE,
            ),
        )

    def test_it_tells_byte_for_byte_what_arrived(self) -> None:
        answer = self.send(self.two_parts())
        self.assertEqual(answer.status, 201)
        data = answer.json()["data"]
        digest = hashlib.sha256(self.FILE).hexdigest()
        self.assertEqual([(part["name"], part["text"], part["size"]) for part in data["fields"]], [("lang", "中", 3)])
        file = data["files"][0]
        self.assertEqual(
            (file["name"], file["file_name"], file["content_type"]), ("file", 'a "b".PDF', "application/pdf")
        )
        self.assertEqual((file["size"], file["sha256"]), (len(self.FILE), digest))
        self.assertEqual(ask(self.server, "/_standin/uploads").json(), [data])

    def test_names_may_be_written_in_either_way(self) -> None:
        heads = (
            ('Content-Disposition: form-data; name="f"; filename="50%25 %22x%22.pdf"', '50%25 "x".pdf'),
            ("Content-Disposition: form-data; name=f; filename=plain.pdf", "plain.pdf"),
            ("Content-Disposition: form-data; name=\"f\"; filename*=UTF-8''%E4%B8%AD.pdf", "中.pdf"),
        )
        for head, name in heads:
            answer = self.send(self.form((head, b"x")))
            self.assertEqual(answer.json()["data"]["files"][0]["file_name"], name)

    def test_a_file_that_does_not_comply_is_refused(self) -> None:
        body = self.two_parts()
        self.assertEqual(self.send(body, "?extension=pdf").status, 201)
        size = len(self.FILE)
        self.assertEqual(self.send(body, f"?max_bytes={size}").status, 201)
        for query in ("?extension=docx", f"?max_bytes={size - 1}"):
            self.assertEqual(self.send(body, query).json()["error_code"], 68300010, query)
        no_file = self.form(('Content-Disposition: form-data; name="lang"', b"en"))
        self.assertEqual(self.send(no_file).json()["error_code"], 68300010)
        self.assertEqual(len(ask(self.server, "/_standin/uploads").json()), 5)

    def test_what_is_no_form_is_refused_in_words(self) -> None:
        disposition = b'Content-Disposition: form-data; name="f"\r\n\r\nx'
        wrong: list[tuple[bytes, str]] = [
            (b"", "does not begin with the boundary"),
            (b"--B0\r\n" + disposition, "does not end with the closing boundary"),
            (b"--B0\r\n" + disposition + b"\r\n--B0", "does not end with the closing boundary"),
            (b"--B0\r\nX: y\r\n--B0--", "part 1 has no headers, or no empty line"),
            (b"--B0\r\nX\r\n\r\ny\r\n--B0--", "part 1 has a header without a colon"),
            (b"--B0\r\nX: y\r\n\r\ny\r\n--B0--", "part 1 has no Content-Disposition"),
            (b"--B0\r\nContent-Disposition: form-data\r\n\r\ny\r\n--B0--", "part 1 has no name"),
        ]
        for body, sentence in wrong:
            answer = self.send(body)
            self.assertEqual(answer.json()["error_code"], 68300004, body)
            self.assertIn(sentence, answer.headers["x-standin-note"])
        self.assertIn("with a boundary", self.send(b"", kind="application/json").headers["x-standin-note"])
        self.assertEqual(ask(self.server, "/upload").status, 404)

    def test_a_megabyte_arrives_whole(self) -> None:
        file = content(3 << 20)
        head = 'Content-Disposition: form-data; name="f"; filename="a.bin"'
        answer = self.send(self.form((head, file)))
        self.assertEqual(answer.json()["data"]["files"][0]["sha256"], hashlib.sha256(file).hexdigest())


class Downloads(OnOneServer):
    def test_a_file_of_any_size_is_always_the_same(self) -> None:
        for size in (0, 1, 31, 33, 65_536, 2_000_000):
            answer = ask(self.server, f"/download?bytes={size}")
            self.assertEqual((answer.status, len(answer.body)), (200, size))
            self.assertEqual(answer.headers["x-standin-sha256"], hashlib.sha256(answer.body).hexdigest())
            self.assertEqual(answer.headers["Content-Type"], "application/octet-stream")
        self.assertEqual(content(100), content(2_000_000)[:64] + content(100)[64:])

    def test_an_envelope_can_stand_in_the_place_of_the_file(self) -> None:
        answer = ask(self.server, "/download?code=68300008")
        self.assertEqual((answer.status, answer.json()["error_code"]), (200, 68300008))
        self.assertEqual(ask(self.server, "/download?bytes=-1").json()["error_code"], 68300004)


class Redirects(OnOneServer):
    def setUp(self) -> None:
        self.server.reset()

    def test_they_lead_here_elsewhere_and_round(self) -> None:
        self.assertEqual(ask(self.server, "/redirect/301/here").headers["Location"], "/echo")
        self.assertEqual(ask(self.server, "/redirect/307/loop").headers["Location"], "/redirect/307/loop")
        elsewhere = self.server.url("elsewhere").replace("127.0.0.1", "localhost")
        answer = ask(self.server, "/redirect/302/elsewhere")
        self.assertEqual((answer.status, answer.headers["Location"]), (302, f"{elsewhere}/echo"))
        for path in ("/redirect/200/here", "/redirect/302/there", "/redirect/302"):
            self.assertEqual(ask(self.server, path).status, 404, path)

    def test_the_journal_tells_whether_a_credential_went_along(self) -> None:
        elsewhere = int(self.server.url("elsewhere").rpartition(":")[2])
        ask(self.server, "/echo", headers={"Authorization": "Bearer x"}, port=elsewhere)
        ask(self.server, "/echo", port=elsewhere)
        found = [(entry.door, entry.credentials) for entry in self.server.journal.entries()]
        self.assertEqual(found, [("elsewhere", ("bearer",)), ("elsewhere", ())])
        self.assertNotIn("Bearer", json.dumps(self.server.journal.to_json()))
