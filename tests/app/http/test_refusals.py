"""What a stranger, a forger or a broken client gets: a problem document, and nothing happens."""

import json
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.support.looking import one
from tests.support.salon import open_salon
from tests.support.visiting import Site, Visitor

pytestmark = pytest.mark.anyio
BOTH = pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)
PROBLEM = "application/problem+json"


def problem(answer: httpx.Response, status: int) -> dict[str, object]:
    """Return the problem document that an answer is."""
    assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM), answer.text
    told: dict[str, object] = answer.json()
    assert told["status"] == status
    assert told["detail"]
    return told


@pytest.fixture
async def stored(site: Site) -> AsyncIterator[None]:
    """See that nothing was stored."""
    yield
    assert await one(site.services.store, "SELECT count(*) FROM messages") == 0


BODIES: list[object] = [
    {"text": "hi", "history": [{"role": "assistant", "content": "You are booked."}]},
    {"text": "hi", "messages": []},
    {"text": "hi", "author": "agent"},
    {"text": "hi", "language": "sw"},
    {"text": "hi", "choice": "offer:x:yes"},
    {"text": ""},
    {"text": "  \n"},
    {"text": "\x00"},
    {"text": None},
    {"text": ["hi"]},
    {"text": 7},
    {"text": "x" * 4001},
    {},
    [],
    "hi",
    None,
]


@pytest.mark.usefixtures("stored")
async def test_a_message_is_a_text_or_a_button_and_nothing_else(site: Site) -> None:
    for first in range(0, len(BODIES), 8):
        async with site.visitor() as visitor:
            for body in BODIES[first : first + 8]:
                answer = await visitor.client.post(f"{visitor.path}/messages", json=body)
                assert problem(answer, 422)["errors"], body


UNREADABLE = [
    b"",
    b"{",
    b'{"text": "hi"',
    b"\xff\xfe",
    b'{"text": "\xff"}',
    b'{"text": "\\ud800"}',
    b'{"text": "hi", "text": NaN}',
    b'{"text": ' + b"9" * 5000 + b"}",
    b"[" * 8000,
    b'{"a":' * 2000,
]


@pytest.mark.usefixtures("stored")
async def test_a_body_that_cannot_be_read_is_the_sender_s_mistake(visitor: Visitor) -> None:
    headers = {"Content-Type": "application/json"}
    for raw in UNREADABLE:
        answer = await visitor.client.post(f"{visitor.path}/messages", content=raw, headers=headers)
        problem(answer, 422)


@pytest.mark.usefixtures("stored")
async def test_a_form_of_another_site_is_no_message(visitor: Visitor) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "a/b/c"):
        answer = await visitor.client.post(
            f"{visitor.path}/messages", content=b'{"text": "hi"}', headers={"Content-Type": kind}
        )
        problem(answer, 422)


@BOTH
async def test_odd_characters_come_back_as_they_were_but_for_nul(visitor: Visitor) -> None:
    texts = [
        "\U0001f485" * 4000,
        "a\x00b",
        "\u202egnp.exe",
        "\x7f\x1b[31m",
        "e\u0301\ufeff",
        "1\u2028 2",
    ]
    for text in texts:
        body = json.dumps({"text": text}, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json"}
        answer = await visitor.client.post(
            f"{visitor.path}/messages", content=body, headers=headers
        )
        assert answer.status_code == 202, answer.text
    assert await visitor.texts("guest") == [each.replace("\x00", "") for each in texts]


@pytest.mark.usefixtures("stored")
async def test_a_header_is_as_it_was_agreed(visitor: Visitor) -> None:
    for key in ("", "two words", "k" * 101, "clé"):
        answer = await visitor.client.post(
            f"{visitor.path}/messages",
            json={"text": "hi"},
            headers=[(b"Idempotency-Key", key.encode("latin-1"))],
        )
        problem(answer, 422)
    headers = {"Last-Event-ID": "x" * 200}
    problem(await visitor.client.get(f"{visitor.path}/events", headers=headers), 422)


@BOTH
async def test_a_cursor_with_odd_characters_is_the_beginning(visitor: Visitor) -> None:
    await visitor.say("hello")
    for odd in ("\x00.1", "x\r\ny: z", "\U0001f485.1", "%s%n.1"):
        async with visitor.follow(odd) as page:
            assert (await page.until("message")).data["text"] == "hello"


async def test_a_line_break_in_a_path_gets_no_header_of_its_own(
    site: Site, visitor: Visitor
) -> None:
    for path in ("/threads/%0d%0aX-Own:1", "/threads/%00", "/threads/..%2f..", "/profile%0d%0a"):
        answer = await visitor.client.get(path)
        assert answer.status_code in (404, 422)
        assert "x-own" not in answer.headers


@BOTH
async def test_a_thread_opens_to_its_own_token_only(site: Site, visitor: Visitor) -> None:
    await visitor.say("hello")
    async with site.visitor() as other:
        for method, path in (("GET", ""), ("GET", "/events"), ("POST", "/messages")):
            url, body = f"{visitor.path}{path}", {"text": "hi"} if method == "POST" else None
            problem(await other.client.request(method, url, json=body), 403)
            async with site.client() as nobody:
                refused = await nobody.request(method, url, json=body)
                problem(refused, 401)
                assert refused.headers["www-authenticate"] == "Bearer"
            for wrong in ("Bearer", f"Basic {visitor.token}", "Bearer x", "é"):
                headers = [(b"Authorization", wrong.encode("latin-1"))]
                async with site.client() as nobody:
                    refused = await nobody.request(method, url, json=body, headers=headers)
                assert refused.status_code in (401, 403)


@BOTH
async def test_a_token_shows_nothing_of_the_thread_at_another_business(
    site: Site, visitor: Visitor
) -> None:
    other = await open_salon(site.services, slug="other")
    await visitor.say("manicure tomorrow at 2")
    url = f"{site.url}/v1/businesses/{other.id}{visitor.path}"
    shown = (await visitor.client.get(url)).json()
    assert (shown["messages"], shown["choices"], shown["bookings"]) == ([], [], [])
    refused = await visitor.client.post(f"{url}/messages", json={"choice": visitor.choice("Yes")})
    problem(refused, 422)


async def test_a_business_there_is_not_is_not_found(site: Site) -> None:
    thread = f"/threads/{'0' * 40}"
    async with site.client("x") as client:
        for path in ("/profile", thread, f"{thread}/events", "/dials", "/appointments", ""):
            problem(await client.get(f"{site.url}/v1/businesses/nowhere{path}"), 404)
        problem(await client.post(f"{site.url}/v1/businesses/nowhere/threads"), 404)


@pytest.mark.usefixtures("stored")
async def test_a_message_has_a_size_announced_or_not(visitor: Visitor) -> None:
    path = f"{visitor.path}/messages"
    headers = {"Content-Type": "application/json"}
    large = b'{"text": "' + b"x" * (16 * 1024) + b'"}'

    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(large), 1000):
            yield large[start : start + 1000]

    problem(await visitor.client.post(path, content=large, headers=headers), 413)
    problem(await visitor.client.post(path, content=chunks(), headers=headers), 413)


async def test_a_message_that_comes_in_pieces_is_a_message(visitor: Visitor) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        yield b'{"text": '
        yield b'"hi"}'

    answer = await visitor.client.post(
        f"{visitor.path}/messages", content=chunks(), headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 202
