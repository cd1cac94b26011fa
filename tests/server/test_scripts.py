"""Scripts and gates: what a path answers the first time and the second, and what refuses calls for a while."""

from __future__ import annotations

from typing import Any
from unittest import mock

from asking import OnOneServer, ask
from standin.gate import Gates, gate_from_json


class Scripted(OnOneServer):
    def setUp(self) -> None:
        self.server.reset()

    def codes(self, times: int, path: str = "/x", method: str = "GET") -> list[int]:
        """The error codes of so many calls."""
        return [ask(self.server, path, method).json()["error_code"] for _ in range(times)]


class Scripts(Scripted):
    def test_it_fails_twice_and_then_succeeds(self) -> None:
        script = {"replies": [{"scene": "code-68300008", "times": 2}, "page-1k"]}
        made = ask(self.server, "/_standin/script/x", "PUT", script)
        self.assertEqual((made.status, made.json()["replies"]), (201, 3))
        self.assertEqual(self.codes(5), [68300008, 68300008, 0, 0, 0])
        self.assertEqual(ask(self.server, "/_standin/scripts").json()[0]["played"], 5)
        self.assertEqual(ask(self.server, "/_standin/script/x", "PUT", script).status, 200)
        self.assertEqual(self.codes(1), [68300008])

    def test_what_follows_the_last_reply_can_be_chosen(self) -> None:
        replies = ["code-68300008", "code-67200005"]
        for then, expected in (
            ("last", [68300008, 67200005, 67200005, 67200005, 67200005]),
            ("again", [68300008, 67200005, 68300008, 67200005, 68300008]),
            ("pass", [68300008, 67200005, 67200101, 67200101, 67200101]),
        ):
            self.server.script("/x", replies, then)
            self.assertEqual(self.codes(5), expected, then)

    def test_a_path_is_played_from_its_start_after_rewinding(self) -> None:
        self.server.script("/x", ["code-68300008", "no-data"])
        self.assertEqual(self.codes(2), [68300008, 0])
        self.assertEqual(ask(self.server, "/_standin/rewind", "POST").status, 204)
        self.assertEqual(self.codes(2), [68300008, 0])

    def test_each_path_counts_for_itself(self) -> None:
        for path in ("/x", "/y"):
            self.server.script(path, ["code-68300008", "no-data"])
        self.assertEqual(
            self.codes(1, "/x?a=1") + self.codes(2, "/y") + self.codes(1, "/x"), [68300008, 68300008, 0, 0]
        )

    def test_the_most_particular_script_is_played(self) -> None:
        self.server.script("*", ["code-67200000"])
        self.server.script("/x/*", ["code-67200001"])
        self.server.script("/x/y", ["code-67200002"])
        self.server.script("/x/y", ["code-67200003"], method="POST")
        self.assertEqual(
            self.codes(1, "/z") + self.codes(1, "/x/z") + self.codes(1, "/x/y"), [67200000, 67200001, 67200002]
        )
        self.assertEqual(self.codes(1, "/x/y", "POST"), [67200003])
        self.assertEqual(ask(self.server, "/_standin/script/x/y", "DELETE").status, 204)
        self.assertEqual(self.codes(1, "/x/y", "POST"), [67200001])
        self.assertEqual(ask(self.server, "/_standin/script/x/y", "DELETE").status, 404)

    def test_an_endpoint_can_be_passed_to_over_another_wire(self) -> None:
        late = {"pass": True, "wire": {"kind": "chunked", "chunk_bytes": 10}}
        self.server.script("/pages", [{"status": 503}, late, {"pass": True}])
        answers = [ask(self.server, "/pages?limit=2") for _ in range(3)]
        self.assertEqual([answer.status for answer in answers], [503, 200, 200])
        self.assertEqual(answers[1].headers["Transfer-Encoding"], "chunked")
        self.assertEqual(answers[1].body, answers[2].body)

    def test_a_scene_can_be_played_over_another_wire(self) -> None:
        self.server.script("/x", [{"scene": "page-1k", "wire": {"kind": "chunked"}}])
        self.assertEqual(ask(self.server, "/x").headers["Transfer-Encoding"], "chunked")
        self.server.script("/x", [{"scene": "closed", "wire": "plain"}])
        self.assertEqual(ask(self.server, "/x").status, 200)

    def test_a_wrong_script_is_refused_in_words(self) -> None:
        wrong: list[tuple[object, str]] = [
            ({}, "replies: found null; allowed is an array of 1 to 1000 entries"),
            ({"replies": []}, "replies: found []"),
            ({"replies": ["page-1"]}, 'scene: found "page-1"; allowed is the name of a scene; did you mean page-1'),
            ({"replies": [7]}, "a reply: found 7; allowed is an object"),
            ({"replies": [{"scene": "page-1k", "status": 200}]}, "status: found beside scene"),
            ({"replies": [{"pass": True, "body": "x"}]}, "body: found beside pass"),
            ({"replies": [{"pass": "yes"}]}, 'pass: found "yes"; allowed is true or false'),
            ({"replies": [{"times": 0}]}, "times: found 0; allowed is a whole number from 1"),
            ({"replies": [{}], "then": "stop"}, 'then: found "stop"; allowed is last, again, pass'),
            ({"replies": [{}], "method": "BREW"}, 'method: found "BREW"; allowed is GET, HEAD'),
            ({"replies": [{}], "path": "/y"}, 'path: found "/y"; allowed is /x'),
            ({"reples": [{}]}, 'unknown field "reples"; did you mean replies?'),
            (b"{", "the script is not valid JSON"),
        ]
        for script, sentence in wrong:
            with self.subTest(sentence):
                answer = ask(self.server, "/_standin/script/x", "PUT", script)
                self.assertEqual(answer.status, 400)
                self.assertIn(sentence, answer.json()["error"])
        self.assertEqual(ask(self.server, "/_standin/scripts").json(), [])
        self.assertIn("perhaps with * at its end", self.refused("/_standin/script/a*b", {"replies": [{}]}))

    def test_scripts_are_bounded(self) -> None:
        with mock.patch("standin.script.MAX_BODY_BYTES", 10):
            self.assertEqual(
                ask(self.server, "/_standin/script/x", "PUT", {"replies": [{"body": "x" * 11}]}).status, 507
            )
        with mock.patch("standin.script.MAX_SCRIPTS", 0):
            self.assertEqual(ask(self.server, "/_standin/script/x", "PUT", {"replies": [{}]}).status, 507)

    def test_a_reset_forgets_everything(self) -> None:
        self.server.script("/x", ["page-1k"])
        self.server.gate("g", "code-67200007", allow_calls=9)
        self.server.require(mode="key")
        self.server.let_fail("elsewhere", ["reset"])
        ask(self.server, "/scene/mine", "PUT", {})
        ask(self.server, "/task", "POST")
        self.assertEqual(ask(self.server, "/_standin/reset", "POST").status, 204)
        for page in ("scripts", "gates", "tasks", "uploads"):
            self.assertEqual(ask(self.server, f"/_standin/{page}").json(), [], page)
        self.assertEqual(ask(self.server, "/_standin/auth").json()["mode"], "none")
        self.assertEqual(ask(self.server, "/scene/mine").status, 404)
        self.assertEqual(ask(self.server, "/_standin/counts").json()["requests"], 1)

    def refused(self, page: str, body: object) -> str:
        answer = ask(self.server, page, "PUT", body)
        self.assertEqual(answer.status, 400)
        return str(answer.json()["error"])


class GatesAtWork(Scripted):
    def test_a_quota_lets_some_calls_through_and_refuses_some(self) -> None:
        made = ask(
            self.server,
            "/_standin/gate/daily",
            "PUT",
            {"reply": "code-67200007", "allow_calls": 2, "refuse_calls": 3},
        )
        self.assertEqual(made.status, 201)
        self.assertEqual(self.codes(7, "/scene/no-data"), [0, 0, 67200007, 67200007, 67200007, 0, 0])
        row = ask(self.server, "/_standin/gates").json()[0]
        self.assertEqual((row["allowed"], row["refused"]), (4, 3))
        self.server.stage.rewind()
        self.assertEqual(self.codes(3, "/scene/no-data"), [0, 0, 67200007])

    def test_an_empty_account_refuses_until_the_gate_is_removed(self) -> None:
        self.server.gate("balance", "code-67200005")
        self.assertEqual(self.codes(3, "/scene/no-data"), [67200005] * 3)
        self.assertEqual(ask(self.server, "/_standin/gate/balance", "DELETE").status, 204)
        self.assertEqual(self.codes(1, "/scene/no-data"), [0])
        self.assertEqual(ask(self.server, "/_standin/gate/balance", "DELETE").status, 404)

    def test_a_gate_can_be_about_a_path_and_a_method(self) -> None:
        self.server.gate("g", "code-67200004", path="/scene/*", method="POST")
        self.assertEqual(self.codes(1, "/scene/no-data") + self.codes(1, "/pages", "POST"), [0, 0])
        self.assertEqual(self.codes(1, "/scene/no-data", "POST"), [67200004])

    def test_a_rate_limit_says_when_to_come_back(self) -> None:
        self.server.gate("rate", {"status": 429, "headers": {"Retry-After": "1"}}, allow_calls=1, window_ms=60_000)
        self.assertEqual(ask(self.server, "/echo").status, 200)
        answer = ask(self.server, "/echo")
        self.assertEqual((answer.status, answer.headers["Retry-After"]), (429, "1"))

    def test_a_gate_for_everything_leaves_the_token_endpoint_alone(self) -> None:
        self.server.gate("all", "code-67200005")
        self.assertEqual(self.codes(1, "/oauth/token", "POST"), [67200003])
        self.server.gate("token", {"status": 500}, path="/oauth/token")
        self.assertEqual(ask(self.server, "/oauth/token", "POST").status, 500)

    def test_a_wrong_gate_is_refused_in_words(self) -> None:
        wrong: list[tuple[object, str]] = [
            ({}, "reply: found nothing; allowed is the name of a scene, or a reply"),
            ({"reply": {"pass": True}}, "reply: found pass or times"),
            ({"reply": {}, "refuse_ms": 5, "window_ms": 5}, "window_ms: found beside refuse_ms"),
            ({"reply": {}, "allow_calls": -1}, "allow_calls: found -1"),
            ({"reply": {}, "path": "x"}, 'path: found "x"'),
            ({"reply": {}, "name": "other"}, 'name: found "other"'),
        ]
        for gate, sentence in wrong:
            with self.subTest(sentence):
                answer = ask(self.server, "/_standin/gate/g", "PUT", gate)
                self.assertEqual(answer.status, 400)
                self.assertIn(sentence, answer.json()["error"])
        with mock.patch("standin.gate.MAX_GATES", 0):
            self.assertEqual(ask(self.server, "/_standin/gate/g", "PUT", {"reply": {}}).status, 507)


class GatesInTime(OnOneServer):
    """With a clock that the test moves."""

    now = 0.0

    def refusals(self, at_ms: list[int], **numbers: Any) -> list[bool]:
        gates = Gates(lambda: self.now)
        gates.put(gate_from_json({"name": "g", "reply": {}, **numbers}, self.server.library))
        found = []
        for moment in at_ms:
            self.now = moment / 1000
            found.append(gates.refusal("GET", "/x") is not None)
        return found

    def test_a_quota_is_reset_after_its_time(self) -> None:
        refused = self.refusals([0, 50, 60, 149, 151, 152, 999], allow_calls=1, refuse_ms=100)
        self.assertEqual(refused, [False, True, True, True, False, False, False])

    def test_each_window_lets_its_number_through(self) -> None:
        refused = self.refusals([0, 10, 20, 99, 100, 101, 102, 500], allow_calls=2, window_ms=100)
        self.assertEqual(refused, [False, False, True, True, False, False, True, False])
