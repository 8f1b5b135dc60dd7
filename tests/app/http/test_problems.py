"""Every error is a problem document, and none of them tells what is inside."""

import asyncio

import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from structlog.typing import EventDict

from tests.support.visiting import Site, Visitor

pytestmark = pytest.mark.anyio
ERRORS = [
    ("GET", "/nowhere", 404, "openapi.json"),
    ("GET", "/v1/businesses/salon/nothing", 404, "openapi.json"),
    ("GET", "/v1/businesses/salon/dials/", 404, "openapi.json"),
    ("GET", "/chat/static/nothing.js", 404, "part"),
    ("POST", "/healthz", 405, "Allow"),
    ("POST", "/hooks/pay/a/b/c", 422, "should be"),
    ("GET", "/v1/businesses/-/profile", 422, "should be"),
]


async def test_errors_of_all_kinds_are_problem_documents(site: Site) -> None:
    async with site.client() as client:
        for method, path, status, word in ERRORS:
            answer = await client.request(method, f"{site.url}{path}")
            told = answer.json()
            assert (answer.status_code, told["status"]) == (status, status), path
            assert (told["type"], word in told["detail"]) == ("about:blank", True)
            assert answer.headers["content-type"] == "application/problem+json"


async def test_a_wrong_method_is_told_all_the_right_ones(site: Site) -> None:
    expected = {
        "/dials": "GET, PATCH",
        "/services": "GET, PUT",
        "/keys": "GET, POST",
        "/keys/x": "DELETE",
        "/threads": "POST",
    }
    async with site.client() as client:
        for path, methods in expected.items():
            answer = await client.request("OPTIONS", path)
            assert (answer.status_code, answer.headers["allow"]) == (405, methods)


async def test_a_fault_of_ours_says_nothing_of_what_is_inside(
    visitor: Visitor, logs: list[EventDict], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("password=canary at /srv/jirani/secret.py")

    monkeypatch.setattr("app.http.guests.look", broken)
    answer = await visitor.client.get(visitor.path)
    assert (answer.status_code, answer.json()["title"]) == (500, "Internal Server Error")
    assert answer.headers["content-type"] == "application/problem+json"
    for word in ("canary", "RuntimeError", "srv", "Traceback"):
        assert word not in answer.text
    [failed] = [each for each in logs if each["event"] == "http.failed"]
    assert failed["route"].endswith("/threads/{thread}")
    assert visitor.id not in failed["route"]


@pytest.mark.parametrize(
    "error",
    [
        ConnectionRefusedError("db.internal:5432"),
        TimeoutError(),
        DBAPIError(None, None, Exception("db.internal is gone")),
        DBAPIError("SELECT 1", None, Exception("closed"), connection_invalidated=True),
        PoolTimeout("QueuePool limit of size 10 overflow 0 reached"),
    ],
)
async def test_a_database_that_is_away_is_503_and_when_to_come_back(
    visitor: Visitor, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def gone(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("app.http.guests.look", gone)
    answer = await visitor.client.get(visitor.path)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert answer.headers["content-type"] == "application/problem+json"
    assert "db.internal" not in answer.text


async def test_a_stream_that_breaks_is_ended_and_the_client_may_come_back(
    site: Site, visitor: Visitor, logs: list[EventDict], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with visitor.follow() as page:
        await page.until("state")
        with monkeypatch.context() as patch:
            patch.setattr("app.http.streaming.look", None)
            await visitor.post({"text": "hello"})
            await page.rest()
        assert [each["event"] for each in logs if each["event"] == "http.failed"]
    async with visitor.follow() as page:
        await page.until(lambda event: event.name == "message" and event.data["author"] == "agent")


async def test_many_at_once_wait_for_each_other_and_fail_nobody(site: Site) -> None:
    async with site.client() as client:
        answers = await asyncio.gather(*(client.get("/profile") for _ in range(60)))
    assert {each.status_code for each in answers} == {200}
