"""Who may ask: this machine's browser that was given the one-time token, for a page of this very address.

A page elsewhere in the web can make a browser send requests to 127.0.0.1, also under a name of its own that resolves
there (DNS rebinding). So the Host header must be ours, the Origin too where there is one, and everything needs the
cookie, which no other site's request carries (SameSite=Strict) and no script can read (HttpOnly).
"""

import secrets
import time
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

TOKEN_SECONDS = 600.0
MOST_BODY = 64 << 10
REFUSED = (
    "This page needs a link of its own, and each link works once.\n\n"
    "Run `grader open` again in the folder of the course: it opens a new one.\n"
)
HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",  # with no-referrer a form would say Origin: null
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


def policy(nonce: str) -> str:
    """What a page may load: the script and the style with this nonce, pictures of ours, and nothing from elsewhere."""
    return (
        f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; img-src 'self' data:; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


class Guard:
    """Wraps the application; `port` is known once the socket is bound."""

    def __init__(self, app: ASGIApp, port: int) -> None:
        self.app = app
        self.hosts = {f"{name}:{port}" for name in ("127.0.0.1", "localhost")}
        self.cookie = f"workbook-{port}"
        self.session = secrets.token_urlsafe(32)
        self.control = secrets.token_urlsafe(32)  # for `grader open` once more, by way of a private file
        self.tokens: dict[str, float] = {}

    def token(self) -> str:
        """A new one-time token."""
        now = time.monotonic()
        self.tokens = {one: end for one, end in self.tokens.items() if end > now}
        token = secrets.token_urlsafe(24)
        self.tokens[token] = now + TOKEN_SECONDS
        return token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return
        scope["nonce"] = nonce = secrets.token_urlsafe(16)

        async def secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                headers["content-security-policy"] = policy(nonce)
                if "cache-control" not in headers:
                    headers["cache-control"] = "no-store"
            await send(message)

        answer = self.verdict(scope)
        await (answer or self.app)(scope, receive, secured)

    def verdict(self, scope: Scope) -> Response | None:
        """The answer to whoever may not go on, or who has a token to exchange; None for all others."""
        headers, method = Headers(scope=scope), scope["method"]
        host, origin = headers.get("host", ""), headers.get("origin")
        if host not in self.hosts or len(headers.getlist("host")) != 1:
            return PlainTextResponse("This is not a host name of the workbook.\n", 421)
        if method not in ("GET", "HEAD", "POST"):
            return PlainTextResponse("GET and POST only.\n", 405)
        if scope["path"] == "/token" and method == "POST":
            given = headers.get("authorization", "")
            if origin is None and secrets.compare_digest(given.encode(), f"Bearer {self.control}".encode()):
                return PlainTextResponse(self.token())
            return PlainTextResponse("No.\n", 403)
        if (origin is not None or method == "POST") and origin != f"http://{host}":
            return PlainTextResponse("This request comes from another page.\n", 403)
        if headers.get("sec-fetch-site", "none") not in ("none", "same-origin") and method == "POST":
            return PlainTextResponse("This request comes from another page.\n", 403)
        length = headers.get("content-length", "" if method == "POST" else "0")
        if not length.isdigit() or int(length) > MOST_BODY:
            return PlainTextResponse("A request of at most 64 KiB that says its length, please.\n", 413)
        if scope["path"] == "/" and method == "GET" and b"token=" in scope["query_string"]:
            token = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
            return self.exchange(token, self.is_known(headers))
        return None if self.is_known(headers) else PlainTextResponse(REFUSED, 403)

    def is_known(self, headers: Headers) -> bool:
        """Whether the request carries the cookie."""
        given = cookie_parser(headers.get("cookie", "")).get(self.cookie, "")
        return secrets.compare_digest(given.encode(), self.session.encode())

    def exchange(self, token: str, known: bool) -> Response:
        """The cookie for a token, which is spent by that; whoever has the cookie may load the link again."""
        if self.tokens.pop(token, 0.0) < time.monotonic() and not known:
            return PlainTextResponse(REFUSED, 403)
        answer = RedirectResponse("/", 303)
        answer.set_cookie(self.cookie, self.session, httponly=True, samesite="strict", path="/")
        return answer
