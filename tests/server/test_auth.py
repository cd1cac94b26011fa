"""Who may call: static keys, and OAuth tokens that end in every way."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import quote

from asking import Answer, OnOneServer, ask, exchange, get
from standin.auth import Auth, rules_from_json
from standin.request import Request

FORM = b"grant_type=client_credentials"


def basic(name: str, secret: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()}


class Callers(OnOneServer):
    def setUp(self) -> None:
        self.server.reset()

    def token(self, form: bytes = FORM, headers: dict[str, str] | None = None, method: str = "POST") -> Answer:
        return ask(self.server, "/oauth/token", method, form, headers or basic("standin", "standin-secret"))

    def call(self, token: str | None, apikey: str | None = "standin", path: str = "/scene/no-data") -> Answer:
        query = "" if apikey is None else f"?apikey={apikey}"
        return ask(self.server, path + query, headers={} if token is None else {"Authorization": f"Bearer {token}"})

    def code(self, *arguments: Any) -> int:
        return int(self.call(*arguments).json()["error_code"])


class Keys(Callers):
    def test_a_static_key_is_asked_for_in_either_place(self) -> None:
        self.server.require(mode="key", key="sk-one")
        self.assertEqual(self.code("sk-one", None), 0)
        self.assertEqual(self.code(None, "sk-one"), 0)
        self.assertEqual(self.code("sk-two", None), 67200202)
        self.assertEqual(self.code(None, None), 67200008)
        rules = ask(self.server, "/_standin/auth").json()
        self.assertEqual((rules["calls_accepted"], rules["calls_refused"]), (2, 2))

    def test_a_refusal_can_have_another_status(self) -> None:
        self.server.require(mode="key", refused_status=401)
        self.assertEqual(self.call("sk-two", None).status, 401)


class Tokens(Callers):
    def test_a_token_is_issued_as_the_api_does_and_opens_the_door(self) -> None:
        self.server.require(mode="oauth")
        reply = self.token().json()
        self.assertEqual(list(reply), ["token", "token_type", "expires_in", "status", "issued_at"])
        self.assertEqual(
            (reply["token"], reply["token_type"], reply["expires_in"], reply["status"]),
            ("standin-token-1", "BearerToken", 1799, "approved"),
        )
        self.assertRegex(reply["issued_at"], "^[0-9]{13}$")
        self.assertEqual(self.code("standin-token-1"), 0)
        self.assertEqual(self.token().json()["token"], "standin-token-2")
        self.assertEqual(self.code("standin-token-1"), 0)

    def test_a_call_needs_the_token_and_the_client_id(self) -> None:
        self.server.require(mode="oauth")
        self.token()
        self.assertEqual(self.code("standin-token-1", None), 67200008)
        self.assertEqual(self.code("standin-token-1", "other"), 67200009)
        self.assertEqual(self.code(None), 67200003)
        self.assertEqual(self.code("standin-token-9"), 67200003)

    def test_a_token_is_not_given_to_just_anybody(self) -> None:
        self.assertEqual(self.token(headers=basic("standin", "wrong")).json()["error_code"], 67200003)
        self.assertEqual(self.token(headers={"Authorization": "Basic !"}).json()["error_code"], 67200003)
        self.assertEqual(self.token(headers={"Authorization": "Bearer x"}).json()["error_code"], 67200003)
        self.assertEqual(self.token(b"grant_type=password").json()["error_code"], 67200015)
        self.assertEqual(self.token(b"").json()["error_code"], 67200015)
        self.assertEqual(self.token(method="PUT").status, 404)
        counts = ask(self.server, "/_standin/auth").json()
        self.assertEqual((counts["tokens_requested"], counts["tokens_issued"]), (6, 0))
        self.assertEqual(self.server.counts()["tokens_requested"], 6)

    def test_a_client_id_may_be_encoded_as_in_a_form(self) -> None:
        self.server.require(mode="oauth", client_id="a:b", client_secret="s/ä")
        self.assertEqual(self.token(headers=basic(quote("a:b", ""), quote("s/ä", ""))).status, 200)

    def test_a_token_ends_after_its_uses(self) -> None:
        self.server.require(mode="oauth", uses=2)
        self.token()
        self.assertEqual([self.code("standin-token-1") for _ in range(3)], [0, 0, 67200003])
        self.token()
        self.assertEqual(self.code("standin-token-2"), 0)

    def test_a_token_ends_with_its_time(self) -> None:
        now = 0.0
        auth = Auth(lambda: now)
        head = (("authorization", basic("standin", "standin-secret")["Authorization"]),)
        call = Request("GET", "/x", 1, (("authorization", "Bearer standin-token-1"),), "apikey=standin")
        for rules, last in (({"lifetime_ms": 200}, 0.199), ({"expires_in": 5, "lifetime_ms": None}, 4.999)):
            auth.change(rules_from_json({"mode": "oauth", **rules}))
            now = 0.0
            auth.token_reply(Request("POST", "/oauth/token", 1, head), FORM)
            now = last
            self.assertIsNone(auth.refusal(call))
            now = last + 0.001
            self.assertIsNotNone(auth.refusal(call))

    def test_tokens_can_be_rejected_under_any_status(self) -> None:
        for status in (200, 401):
            self.server.require(mode="oauth", refused_status=status)
            self.token()
            self.assertEqual(self.code("standin-token-1"), 0)
            self.assertEqual(ask(self.server, "/_standin/auth/reject", "POST").json(), {"rejected": 1})
            refused = self.call("standin-token-1")
            self.assertEqual((refused.status, refused.json()["error_code"]), (status, 67200003))
            self.token()
            self.assertEqual(self.code("standin-token-2"), 0)

    def test_the_token_endpoint_fails_as_scripted(self) -> None:
        no_token = {"body": {"token_type": "BearerToken", "expires_in": 1799, "status": "approved"}}
        slow = {"pass": True, "wire": {"delay_ms": 30}}
        self.server.script("/oauth/token", [{"status": 401}, {"status": 500}, "html-200", no_token, slow])
        answers = [self.token() for _ in range(5)]
        self.assertEqual([answer.status for answer in answers], [401, 500, 200, 200, 200])
        self.assertIn(b"<html", answers[2].body)
        self.assertNotIn("token", answers[3].json())
        self.assertEqual(answers[4].json()["token"], "standin-token-1")
        self.assertEqual(self.server.counts()["tokens_requested"], 5)

    def test_ten_callers_at_once_are_counted_each(self) -> None:
        self.server.require(mode="oauth")
        for _ in range(10):
            self.token()
        self.assertEqual(ask(self.server, "/_standin/auth").json()["tokens_requested"], 10)
        ask(self.server, "/_standin/counts", "DELETE")
        self.assertEqual(ask(self.server, "/_standin/auth").json()["tokens_requested"], 0)
        self.assertEqual(self.code("standin-token-10"), 0)

    def test_wrong_rules_are_refused_in_words(self) -> None:
        for rules, sentence in (
            ({"mode": "saml"}, 'mode: found "saml"; allowed is none, key, oauth'),
            ({"uses": -1}, "uses: found -1"),
            ({"lifetime": 1}, 'unknown field "lifetime"; did you mean lifetime_ms?'),
            ({"key": ""}, 'key: found ""'),
        ):
            answer = ask(self.server, "/_standin/auth", "PUT", rules)
            self.assertEqual(answer.status, 400)
            self.assertIn(sentence, answer.json()["error"])

    def test_the_pages_of_the_stand_in_ask_for_no_key(self) -> None:
        self.server.require(mode="oauth")
        self.assertEqual(ask(self.server, "/_standin/counts").status, 200)
        self.assertEqual(exchange(self.server.port, get("/scenes"), close=True)[0][:15], b"HTTP/1.1 200 OK")
