"""Who gets in at Guesty's: tokens, of which there are five a day, limits, and how it refuses."""

import hmac
import secrets
from collections import defaultdict, deque
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from http import HTTPStatus
from math import ceil
from typing import Any
from urllib.parse import parse_qs

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from fastapi.routing import APIRoute

from app.standin.guesty_account import Account

TOKEN_PATH = "/oauth2/token"
_TOKENS, _LIFE, _DAY = 5, timedelta(seconds=86400), timedelta(hours=24)
_LIMITS = (("second", 1, 15), ("minute", 60, 120), ("hour", 3600, 5000))


class Refusal(Exception):
    """An answer that says no, in Guesty's shape."""

    def __init__(
        self, status: HTTPStatus, message: str, *, code: str = "", retry_after: int | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code or status.name
        self.retry_after = retry_after

    def response(self) -> Response:
        """Write it down."""
        told = {
            "message": self.message,
            "code": self.code,
            "data": {},
            "requestId": secrets.token_hex(8),
        }
        after = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
        return JSONResponse(told, self.status, after)


def bad(message: str) -> Refusal:
    """Return the answer to a request that makes no sense."""
    return Refusal(HTTPStatus.BAD_REQUEST, message)


def missing(what: str) -> Refusal:
    """Return the answer to a request for something that is not there."""
    return Refusal(HTTPStatus.NOT_FOUND, f"{what} not found")


class Door:
    """Checks everybody who calls."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._tokens: dict[str, datetime] = {}  # token → end
        self._issued: dict[str, deque[datetime]] = defaultdict(deque)
        self._windows: dict[str, tuple[int, int]] = {}  # name → which one, calls in it

    def forget(self) -> None:
        """Let every token die before its time, as happens."""
        self._tokens.clear()

    def issue(self, form: dict[str, str]) -> dict[str, Any]:
        """Give a token to whom it is due."""
        terms, now = self._account.terms, self._account.now()
        if form.get("grant_type") != "client_credentials" or form.get("scope") != "open-api":
            raise bad("grant_type must be client_credentials, scope open-api")
        client, secret = form.get("client_id", ""), form.get("client_secret", "")
        known = terms.client_id in ("", client)
        proven = not terms.client_secret or _same(terms.client_secret, secret)
        if not (client and secret and known and proven):
            raise Refusal(HTTPStatus.UNAUTHORIZED, "Invalid client", code="invalid_client")
        issued = self._issued[client]
        while issued and issued[0] + _DAY <= now:
            issued.popleft()
        if len(issued) >= _TOKENS:
            wait = ceil((issued[0] + _DAY - now).total_seconds())
            raise Refusal(HTTPStatus.TOO_MANY_REQUESTS, "Too many tokens", retry_after=wait)
        issued.append(now)
        token = secrets.token_urlsafe(32)
        self._tokens[token] = now + _LIFE
        life = int(_LIFE.total_seconds())
        return {
            "token_type": "Bearer",
            "access_token": token,
            "expires_in": life,
            "scope": "open-api",
        }

    def enter(self, request: Request) -> None:
        """Let a call in, or raise Refusal."""
        self._count()
        if request.url.path.endswith(TOKEN_PATH):
            return
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        end = self._tokens.get(token)
        if kind.lower() != "bearer" or end is None or end <= self._account.now():
            raise Refusal(HTTPStatus.UNAUTHORIZED, "Unauthorized")

    def headers(self) -> dict[str, str]:
        """Tell how many calls are left."""
        told = {}
        for name, _, most in _LIMITS:
            told[f"X-ratelimit-limit-{name}"] = str(most)
            left = most - self._windows.get(name, (0, 0))[1]
            told[f"X-ratelimit-remaining-{name}"] = str(max(left, 0))
        return told

    def _count(self) -> None:
        now = self._account.now().timestamp()
        over = None
        for name, seconds, most in _LIMITS:
            which, calls = self._windows.get(name, (0, 0))
            current = int(now // seconds)
            calls = calls + 1 if which == current else 1
            self._windows[name] = (current, calls)
            if calls > most:
                over = max(1, ceil((current + 1) * seconds - now))
        if over is not None and self._account.terms.limited:
            raise Refusal(HTTPStatus.TOO_MANY_REQUESTS, "Too many requests", retry_after=over)


def guarded(door: Door) -> type[APIRoute]:
    """Return a kind of route that asks at the door first, and knows how to say no."""

    class Guarded(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            answer = super().get_route_handler()

            async def handle(request: Request) -> Response:
                try:
                    door.enter(request)
                    response = await answer(request)
                except Refusal as refusal:
                    response = refusal.response()
                response.headers.update(door.headers())
                return response

            return handle

    return Guarded


def routes(door: Door) -> APIRouter:
    """Return the way to a token."""
    router = APIRouter(route_class=guarded(door))

    @router.post(TOKEN_PATH)
    async def token(request: Request) -> Response:
        kind = request.headers.get("content-type", "")
        if not kind.startswith("application/x-www-form-urlencoded"):
            raise bad("a form is needed")
        read = parse_qs((await request.body()).decode("utf-8", "replace"))
        return JSONResponse(door.issue({name: values[0] for name, values in read.items()}))

    return router


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
