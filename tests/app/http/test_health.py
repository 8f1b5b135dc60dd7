"""Whether a process lives and can work is told truly, to balancers and to Prometheus."""

import socket
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from redis.asyncio import Redis
from sqlalchemy import URL

from jirani.store.engine import open_engine
from jirani.store.limits import RateLimit
from jirani.store.redis_client import Breaker, open_redis
from jirani.store.work import Store
from tests.app.http.conftest import Opening
from tests.support.looking import rows
from tests.support.salon import Salon
from tests.support.visiting import Site, Visitor, open_site

pytestmark = pytest.mark.anyio


async def asked(site: Site, path: str, **headers: str) -> httpx.Response:
    async with site.client(**headers) as client:
        return await client.get(f"{site.url}{path}")


@pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)
async def test_a_process_that_can_work_says_so(site: Site) -> None:
    assert (await asked(site, "/healthz")).json()["status"] == "ok"
    ready = await asked(site, "/readyz")
    assert ready.json() == {"status": "ok", "database": "ok", "redis": "ok"}


@pytest.mark.parametrize(
    "address",
    [
        URL.create("postgresql+asyncpg", database="x", query={"host": "/nowhere"}),
        URL.create("sqlite+aiosqlite", database="/nowhere/x.db"),
    ],
    ids=["postgres", "sqlite"],
)
async def test_without_its_database_a_process_lives_and_is_not_ready(
    salon: Salon, redis_client: Redis, address: URL
) -> None:
    store = Store(open_engine(address))
    services = replace(salon.services, store=store)
    async with open_site(services, redis_client, salon.id) as site:
        assert (await asked(site, "/healthz")).status_code == 200
        for path in ("/readyz", "/v1/businesses/salon/profile", "/chat/salon", "/"):
            answer = await asked(site, path)
            assert answer.status_code == 503, path
            assert answer.headers["content-type"] == "application/problem+json"
            assert "nowhere" not in answer.text
    await store.close()


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
async def test_a_database_that_comes_back_is_used_again(site: Site, visitor: Visitor) -> None:
    await visitor.say("hello")
    ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
    await rows(site.services.store, f"{ended} AND datname = current_database()")
    answers = [(await asked(site, "/readyz")).status_code for _ in range(12)]
    assert set(answers) <= {200, 503}
    assert answers[-1] == 200
    assert await visitor.texts("guest") == ["hello"]


async def test_without_redis_a_process_is_ready_and_says_what_is_missing(
    salon: Salon, tmp_path: Path
) -> None:
    gone = open_redis(tmp_path / "gone")
    services = replace(salon.services, limits=RateLimit(gone, Breaker()))
    async with open_site(services, gone, salon.id) as site:
        ready = await asked(site, "/readyz")
    assert (ready.status_code, ready.json()["redis"]) == (200, "away")
    await gone.aclose()


async def test_a_process_that_ends_is_no_longer_ready(site: Site) -> None:
    site.door.closing.set()
    assert (await asked(site, "/readyz")).status_code == 503
    assert (await asked(site, "/healthz")).status_code == 200


async def test_the_metrics_are_prometheus_text(site: Site) -> None:
    answer = await asked(site, "/metrics")
    assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (200, "text/plain")
    assert "# TYPE" in answer.text


async def test_where_a_token_is_set_the_metrics_ask_for_it(opening: Opening) -> None:
    site = await opening(metrics_token="canary")
    for wrong in ("", "Bearer x", "canary", "Basic canary"):
        refused = await asked(site, "/metrics", Authorization=wrong)
        assert refused.status_code == 401
        assert refused.headers["content-type"] == "application/problem+json"
    assert (await asked(site, "/metrics", Authorization="Bearer canary")).status_code == 200


async def test_an_answer_in_two_writes_does_not_wait_for_an_acknowledgement(site: Site) -> None:
    async with site.client() as client:
        await client.get(f"{site.url}/healthz")
        connections = site.server.server_state.connections
        [line] = [each.transport.get_extra_info("socket") for each in connections]
        assert line.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
