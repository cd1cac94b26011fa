"""Who may call: nobody asked (the default), a static key, or OAuth client credentials with tokens that end.

    {"mode": "oauth", "client_id": "standin", "client_secret": "standin-secret", "lifetime_ms": 200, "uses": 3}

Tokens are `standin-token-1`, `standin-token-2` and so on, so that a test knows which one it saw.
"""

from __future__ import annotations

import base64
import binascii
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import StrEnum
from threading import Lock
from urllib.parse import parse_qsl, unquote

from .envelope import failure, json_reply
from .fields import choice, number, number_or_none, object_of, text
from .reply import Reply
from .request import Request

TOKEN_PATH = "/oauth/token"
MAX_TOKENS = 10_000
TOKEN_START = "standin-token-"

NO_KEY = (67200008, "apikey not Pass and call failed!")
WRONG_KEY = (67200202, "apikey auth error!")
WRONG_PAIR = (67200009, "The apikey does not match the passed bearerToken")
WRONG_CLIENT = (
    67200003,
    "The key and secret parameters for applying for the token are incorrect or the client has been disabled!",
)
WRONG_GRANT = (67200015, "Grant type error")
ENDED = "Access token expired or authentication error!"


class Mode(StrEnum):
    """Which credential is asked for."""

    NONE = "none"
    KEY = "key"
    OAUTH = "oauth"


@dataclass(frozen=True, slots=True)
class Rules:
    """What is asked of a caller, and how long a token lasts."""

    mode: Mode = Mode.NONE
    key: str = "sk-standin"
    """key: what `Authorization: Bearer` or `?apikey=` must be."""
    client_id: str = "standin"
    client_secret: str = "standin-secret"
    expires_in: int = 1799
    """oauth: the lifetime that a token's reply tells, in seconds."""
    lifetime_ms: int | None = None
    """oauth: how long a token is accepted; None is as long as was told."""
    uses: int | None = None
    """oauth: how many calls a token is good for; None is any number."""
    refused_status: int = 200
    """key, oauth: the HTTP status of a refusal."""
    refused_code: int = 67200003
    """oauth: the code for a token that has ended or was rejected."""


@dataclass(slots=True)
class _Token:
    until: float
    uses_left: int | None


class Auth:
    """Issues tokens and checks callers. Safe to use from several threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self.change(Rules())

    def change(self, rules: Rules) -> None:
        """Begin with other rules: no token is known any more, and all counts are 0."""
        with self._lock:
            self._rules = rules
            self._tokens: dict[str, _Token] = {}
            self._issued = 0
            self._requested = self._granted = self._accepted = self._refused = 0

    def reject_tokens(self) -> int:
        """Accept none of the tokens issued so far; returns how many there were."""
        with self._lock:
            rejected = len(self._tokens)
            self._tokens.clear()
            return rejected

    def refusal(self, request: Request) -> Reply | None:
        """What a caller without the right credential is told; None when it may call."""
        with self._lock:
            refused = self._reason(request)
            if self._rules.mode is not Mode.NONE:
                self._accepted += refused is None
                self._refused += refused is not None
            return failure(*refused, self._rules.refused_status) if refused else None

    def count_request(self) -> None:
        """A request for a token came, whatever will be answered."""
        with self._lock:
            self._requested += 1

    @property
    def tokens_requested(self) -> int:
        with self._lock:
            return self._requested

    def clear_counts(self) -> None:
        """Count from 0 again; tokens stay what they are, and their numbers go on."""
        with self._lock:
            self._requested = self._granted = self._accepted = self._refused = 0

    def token_reply(self, request: Request, form: bytes) -> Reply:
        """The endpoint's answer to a request for a token."""
        with self._lock:
            wanted = (self._rules.client_id, self._rules.client_secret)
            if request.method != "POST":
                return failure(67200101, "Path Not Found", 404)
            if _client_of(request) != wanted:
                return failure(*WRONG_CLIENT, self._rules.refused_status)
            if ("grant_type", "client_credentials") not in parse_qsl(form.decode("latin-1")):
                return failure(*WRONG_GRANT, 200)
            return self._issue()

    def to_json(self) -> dict[str, object]:
        """The rules, and what was asked for under them."""
        with self._lock:
            return {
                **asdict(self._rules),
                "tokens_requested": self._requested,
                "tokens_issued": self._granted,
                "calls_accepted": self._accepted,
                "calls_refused": self._refused,
            }

    def _issue(self) -> Reply:
        rules = self._rules
        self._issued += 1
        self._granted += 1
        token = f"{TOKEN_START}{self._issued}"
        lifetime_s = rules.expires_in if rules.lifetime_ms is None else rules.lifetime_ms / 1000
        self._tokens[token] = _Token(self._clock() + lifetime_s, rules.uses)
        if len(self._tokens) > MAX_TOKENS:
            del self._tokens[next(iter(self._tokens))]
        return json_reply(
            200,
            {
                "token": token,
                "token_type": "BearerToken",
                "expires_in": rules.expires_in,
                "status": "approved",
                "issued_at": str(int(time.time() * 1000)),
            },
        )

    def _reason(self, request: Request) -> tuple[int, str] | None:
        scheme, _, bearer = request.header("authorization").partition(" ")
        bearer = bearer.strip() if scheme.lower() == "bearer" else ""
        apikey = request.parameter("apikey")
        match self._rules.mode:
            case Mode.NONE:
                return None
            case Mode.KEY:
                given = bearer or apikey
                return NO_KEY if not given else None if given == self._rules.key else WRONG_KEY
        if not apikey:
            return NO_KEY
        if apikey != self._rules.client_id:
            return WRONG_PAIR
        return None if self._uses(bearer) else (self._rules.refused_code, ENDED)

    def _uses(self, bearer: str) -> bool:
        token = self._tokens.get(bearer)
        if token is None or self._clock() >= token.until or token.uses_left == 0:
            return False
        if token.uses_left is not None:
            token.uses_left -= 1
        return True


def rules_from_json(value: object) -> Rules:
    """Make rules of their description."""
    default = Rules()
    fields = object_of(value, "auth", tuple(asdict(default)))
    return Rules(
        mode=Mode(choice("mode", fields.get("mode", "none"), [mode.value for mode in Mode])),
        key=text(fields, "key", default.key),
        client_id=text(fields, "client_id", default.client_id),
        client_secret=text(fields, "client_secret", default.client_secret),
        expires_in=number("expires_in", fields.get("expires_in", default.expires_in), 0, 1 << 40),
        lifetime_ms=number_or_none("lifetime_ms", fields.get("lifetime_ms"), 0, 1 << 40),
        uses=number_or_none("uses", fields.get("uses"), 0, 1 << 40),
        refused_status=number("refused_status", fields.get("refused_status", 200), 200, 599),
        refused_code=number("refused_code", fields.get("refused_code", default.refused_code), 1, 99_999_999),
    )


def _client_of(request: Request) -> tuple[str, str] | None:
    """Id and secret of HTTP Basic, with the form encoding of RFC 6749, section 2.3.1 undone."""
    scheme, _, encoded = request.header("authorization").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, colon, secret = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return None
    return (unquote(name), unquote(secret)) if colon else None
