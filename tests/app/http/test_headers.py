"""The browser's locks are on every answer, whatever kind it is."""

import httpx
import pytest

from tests.support.visiting import Site, Visitor

pytestmark = pytest.mark.anyio
PAGE = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'"
)
BARE = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
ANSWERS = [
    ("GET", "/healthz", 200),
    ("GET", "/openapi.json", 200),
    ("GET", "/", 303),
    ("GET", "/nowhere", 404),
    ("DELETE", "/healthz", 405),
    ("GET", "/v1/businesses/nowhere/profile", 404),
    ("GET", "/v1/businesses/salon/services", 401),
    ("POST", "/hooks/pay/a/b/c", 422),
]


def locked(answer: httpx.Response, policy: str = BARE) -> None:
    headers = answer.headers
    assert headers["content-security-policy"] == policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert "server" not in headers
    assert "access-control-allow-origin" not in headers


async def test_what_is_no_page_may_load_nothing(site: Site) -> None:
    async with site.client() as client:
        for method, path, status in ANSWERS:
            answer = await client.request(method, f"{site.url}{path}")
            assert answer.status_code == status, path
            locked(answer)


async def test_the_page_may_load_its_own_parts_only(site: Site) -> None:
    async with site.client() as client:
        answer = await client.get(f"{site.url}/chat/salon")
        assert answer.status_code == 200
        locked(answer, PAGE)
        for part in ("/chat/sw.js", "/chat/static/chat.js", "/chat/static/nothing.js"):
            locked(await client.get(f"{site.url}{part}"), PAGE)


async def test_streams_refusals_and_faults_are_locked_too(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"{visitor.path}/messages"
    async with visitor.client.stream("GET", f"{visitor.path}/events") as answer:
        locked(answer)
    locked(await visitor.client.post(path, content=b"x" * 20_000))
    locked(await visitor.client.post(path, json={}))

    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr("app.http.guests.look", broken)
    fault = await visitor.client.get(visitor.path)
    assert fault.status_code == 500
    locked(fault)


async def test_no_cache_keeps_a_conversation(visitor: Visitor) -> None:
    for answer in (
        await visitor.client.get(visitor.path),
        await visitor.client.get(f"{visitor.path}/nothing"),
        await visitor.client.post(f"{visitor.path}/messages", json={}),
    ):
        assert answer.headers["cache-control"] == "no-store"


async def test_no_other_site_may_read_or_send(visitor: Visitor) -> None:
    preflight = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    for method in ("OPTIONS", "GET"):
        answer = await visitor.client.request(method, visitor.path, headers=preflight)
        locked(answer)
