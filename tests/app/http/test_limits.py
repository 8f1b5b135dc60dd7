"""Everything public has its limit, also while Redis is away; beyond it one hears for how long."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from fastapi import Request

from app.http.limiting import (
    CALLBACKS,
    CALLS,
    GUESSES,
    KEYS,
    MESSAGES,
    MESSAGES_FROM,
    READS,
    STRAYS,
    STREAMS,
    THREADS,
    Limit,
    caller,
)
from jirani.connectors.payments import callback_token
from jirani.rules.facts import Role
from jirani.store.limits import RateLimit
from jirani.store.redis_client import Breaker, open_redis
from tests.app.http.conftest import Opening
from tests.support.house import SECRET
from tests.support.salon import Salon
from tests.support.visiting import Site, Visitor, open_site

pytestmark = pytest.mark.anyio
Ask = Callable[[httpx.AsyncClient, Visitor, str], Awaitable[httpx.Response]]
CALLBACK = {"provider_ref": "x", "state": "paid"}
PROOF = callback_token(SECRET, "b")
NO_BUTTON = {"choice": "offer:x:yes"}

# What is asked, the limit that it reaches, and how many calls that takes.
ASKED: list[tuple[str, Limit, Ask]] = [
    ("threads", THREADS, lambda client, _, __: client.post("/threads")),
    ("profile", READS, lambda client, _, __: client.get("/profile")),
    ("thread", READS, lambda client, visitor, _: client.get(visitor.path)),
    ("page", READS, lambda client, _, url: client.get(f"{url}/chat/salon")),
    ("home", READS, lambda client, _, url: client.get(f"{url}/")),
    ("strays", STRAYS, lambda client, _, url: client.get(f"{url}/v1/businesses/x/profile")),
    ("keys", KEYS, lambda client, _, __: client.get("/services")),
    (
        "messages from",
        MESSAGES_FROM,
        lambda client, visitor, _: client.post(f"{visitor.path}/messages", json=NO_BUTTON),
    ),
    (
        "callbacks",
        CALLBACKS,
        lambda client, _, url: client.post(f"{url}/hooks/pay/a/b/{PROOF}", json=CALLBACK),
    ),
    (
        "forged callbacks",
        GUESSES,
        lambda client, _, url: client.post(f"{url}/hooks/pay/a/b/c", json=CALLBACK),
    ),
]


def refused(answer: httpx.Response) -> int:
    """Return the seconds to wait that a refusal names."""
    assert answer.status_code == 429, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert "at most" in answer.json()["detail"]
    return int(answer.headers["retry-after"])


@pytest.fixture(params=["with Redis", "without Redis"])
async def limited(
    request: pytest.FixtureRequest, salon: Salon, opening: Opening, tmp_path: Path
) -> AsyncIterator[Site]:
    """A process that counts in Redis, or for itself."""
    if request.param == "with Redis":
        yield await opening()
        return
    gone = open_redis(tmp_path / "gone")
    services = replace(salon.services, limits=RateLimit(gone, Breaker()))
    async with open_site(services, gone, salon.id) as site:
        yield site
    await gone.aclose()


async def all_but(site: Site, limit: Limit, who: str, left: int) -> None:
    """Count so many calls that only few are left."""
    await site.services.limits.add(f"http:{limit.name}:{who}", limit.calls - left, limit.per)


async def test_beyond_each_limit_of_an_address_it_is_429_with_retry_after(limited: Site) -> None:
    async with limited.visitor() as visitor:
        for number, (name, limit, ask) in enumerate(ASKED):
            address = f"192.0.2.{number}"
            await all_but(limited, limit, address, left=1)
            token = None if name == "keys" else visitor.token
            async with limited.client(token, **{"X-Forwarded-For": address}) as client:
                assert (await ask(client, visitor, limited.url)).status_code != 429, name
                seconds = refused(await ask(client, visitor, limited.url))
                assert 0 < seconds <= limit.per.total_seconds()
            async with limited.client(token, **{"X-Forwarded-For": "192.0.2.99"}) as client:
                assert (await ask(client, visitor, limited.url)).status_code != 429, name


async def test_a_conversation_has_its_own_limits(limited: Site) -> None:
    for limit in MESSAGES:
        async with limited.visitor() as visitor, limited.visitor() as other:
            await all_but(limited, limit, visitor.id, left=1)
            assert (await visitor.post(NO_BUTTON)).status_code == 422
            refused(await visitor.post(NO_BUTTON))
            assert (await other.post(NO_BUTTON)).status_code == 422


async def test_streams_that_are_opened_again_and_again_are_told_to_wait(limited: Site) -> None:
    async with limited.visitor() as visitor:
        await all_but(limited, STREAMS, "127.0.0.1", left=1)
        async with visitor.follow() as page:
            await page.until("state")
        refused(await visitor.client.get(f"{visitor.path}/events"))


async def test_a_key_has_its_own_limit_and_a_right_key_none_of_the_guessers(limited: Site) -> None:
    key = await limited.key(Role.VIEWER)
    for limit, who in ((KEYS, "127.0.0.1"), (CALLS, key.split("_")[1])):
        await all_but(limited, limit, who, left=0)
        async with limited.client(key) as client:
            answer = await client.get("/services")
        assert answer.status_code == (200 if limit is KEYS else 429)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("192.0.2.1", "192.0.2.2", False),
        ("not an address", "something else", True),
    ],
)
def test_one_household_is_one_caller(one: str, other: str, same: bool) -> None:
    first, second = (
        caller(Request({"type": "http", "client": (host, 1), "headers": []}))
        for host in (one, other)
    )
    assert (first == second) is same


async def test_who_is_no_trusted_proxy_cannot_choose_an_address(opening: Opening) -> None:
    site = await opening(trusted_proxies="192.0.2.77")
    await all_but(site, THREADS, "127.0.0.1", left=0)
    async with site.client(**{"X-Forwarded-For": "198.51.100.1"}) as client:
        refused(await client.post("/threads"))
