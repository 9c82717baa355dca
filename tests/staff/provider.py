"""An OpenID Connect provider on this machine: it checks what a strict one checks."""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "accord", "the portal's own secret"


@cache
def key(name: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": name})


@dataclass
class Provider:
    issuer: str
    asked: dict[str, dict[str, str]] = field(default_factory=dict)  # codes, each good once
    signs_with: str = "first"
    knows: dict[str, Any] = field(default_factory=dict)  # who sits in front of its page
    looked_up: list[str] = field(default_factory=list)  # what of itself it was asked for
    answers: dict[str, Any] = field(default_factory=dict)  # claims that are to be different

    def code_for(self, url: str, **claims: Any) -> dict[str, str]:
        """Somebody signed in at the page of this address; returns what their browser brings back."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert (query["response_type"], query["client_id"]) == ("code", CLIENT)
        assert query["code_challenge_method"] == "S256"
        code = f"code-{len(self.asked)}"
        self.asked[code] = {**query, "claims": json.dumps(claims)}
        return {"code": code, "state": query["state"]}

    def token(self, sent: dict[str, str], authorization: str) -> dict[str, Any] | None:
        asked = self.asked.pop(sent.get("code", ""), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(sent.get("code_verifier", "").encode()).digest())
        own = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        good = asked and (
            authorization == f"Basic {own}"
            and challenge.rstrip(b"=").decode() == asked["code_challenge"]
            and sent["redirect_uri"] == asked["redirect_uri"]
        )
        if not asked or not good:
            return None
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        claims |= json.loads(asked["claims"]) | self.answers
        signed = jwt.encode({"alg": "RS256", "kid": "first"}, claims, key(self.signs_with))
        return {"access_token": "unused", "token_type": "Bearer", "id_token": signed}

    def page(self, url: str) -> str:
        """Its own page, on which whoever it knows says that it is they."""
        (back,) = parse_qs(urlsplit(url).query)["redirect_uri"]
        brought = urlencode(self.code_for(url, **self.knows))
        return (
            "<!DOCTYPE html><html lang='en'><head><title>Sign in</title></head>"
            f"<body><h1>Your organisation</h1><a href='{back}?{brought}'>It is me</a></body></html>"
        )

    def metadata(self) -> dict[str, Any]:
        paths = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "jwks"}
        places = {name: f"{self.issuer}/{path}" for name, path in paths.items()}
        return {"issuer": self.issuer, **places, "id_token_signing_alg_values_supported": ["RS256"]}


def as_settings(provider: Provider, **changes: Any) -> list[dict[str, Any]]:
    """SIGN_IN_PROVIDERS with this one."""
    known = {"name": "dia", "label": "Internal Affairs", "issuer": provider.issuer}
    ours = {"client_id": CLIENT, "client_secret": SECRET, "gives_second_factor": False}
    return [{**known, **ours, **changes}]


@contextmanager
def running() -> Iterator[Provider]:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            provider.looked_up.append(self.path.split("?")[0])
            if self.path == "/.well-known/openid-configuration":
                self.say(200, provider.metadata())
            elif self.path.startswith("/authorize?"):
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write(provider.page(self.path).encode())
            elif self.path == "/jwks":
                self.say(200, {"keys": [key("first").as_dict(private=False)]})
            else:
                self.say(404, {})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            sent = {name: values[0] for name, values in parse_qs(body).items()}
            token = provider.token(sent, self.headers.get("Authorization", ""))
            self.say(200 if token else 400, token or {"error": "invalid_grant"})

        def say(self, status: int, what: dict[str, Any]) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(what).encode())

        def log_message(self, *args: object) -> None:
            """Not in the tests' output."""

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        provider = Provider(f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield provider
        server.shutdown()
