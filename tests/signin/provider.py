"""A test OpenID Connect provider over HTTP, with its own keys, which can be told to answer wrongly.

It enforces the protocol (PKCE, client secret, single-use codes), and signs in the configured user without asking.
"""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

CLIENT_ID, CLIENT_SECRET = "hemtjanstvalet", "hemligheten"


@dataclass
class Provider:
    """``claims`` of the user; ``token`` overrides claims of the ID token, None removes a claim."""

    issuer: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    token: dict[str, Any] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "1", "use": "sig", "alg": "RS256"}))
    # Signing key used instead of the published one.
    signs: RSAKey | OctKey | None = None
    algorithm: str = "RS256"
    # Claims of the userinfo endpoint only, and their subject.
    userinfo: dict[str, Any] = field(default_factory=dict)
    # Response in place of a code.
    error: str = ""
    asked: list[dict[str, str]] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def id_token(self, asked: dict[str, str]) -> str:
        now = int(time.time())
        whole = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            **({"auth_time": now} if "max_age" in asked else {}),
            **self.claims,
            **self.token,
        }
        claims = {name: value for name, value in whole.items() if value is not None}
        header = {"alg": self.algorithm, "kid": "1"}
        if self.algorithm == "none":
            return ".".join([*(_base64(json.dumps(part).encode()) for part in (header, claims)), ""])
        return jwt.encode(header, claims, self.signs or self.key, algorithms=[self.algorithm])

    def authorize(self, asked: dict[str, str]) -> str:
        self.asked.append(asked)
        if self.error:
            return f"{asked['redirect_uri']}?{urlencode({'error': self.error, 'state': asked['state']})}"
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token_for(self, posted: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        wanted = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        asked = self.codes.pop(posted.get("code", ""), None)
        if authorization != f"Basic {wanted}" or asked is None:
            return 400, {"error": "invalid_grant"}
        digest = hashlib.sha256(posted.get("code_verifier", "").encode()).digest()
        challenge = _base64(digest)
        if asked.get("code_challenge_method") != "S256" or asked.get("code_challenge") != challenge:
            return 400, {"error": "invalid_grant", "error_description": "PKCE"}
        return 200, {"access_token": "x", "token_type": "Bearer", "expires_in": 60, "id_token": self.id_token(asked)}

    def about(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/keys",
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
        }


def _handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if parts.path == "/authorize":
                self.send_response(302)
                self.send_header("Location", provider.authorize(_flat(parts.query)))
                self.end_headers()
            elif parts.path == "/keys":
                self._json(200, {"keys": [provider.key.as_dict(private=False)]})
            elif parts.path == "/userinfo":
                self._json(200 if self.headers["Authorization"] == "Bearer x" else 401, provider.userinfo)
            else:
                self._json(200, provider.about())

        def do_POST(self) -> None:
            posted = _flat(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self._json(*provider.token_for(posted, self.headers.get("Authorization", "")))

        def _json(self, status: int, content: dict[str, Any]) -> None:
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            pass

    return Handler


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _flat(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}


@contextmanager
def running() -> Iterator[Provider]:
    provider = Provider()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(provider))
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
