"""Getting in: tokens, the envelope and the limits, in Hostaway's own wire format."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs

import httpx2
import pytest
import respx

from jirani.connectors.connector import Account, Outside
from jirani.connectors.hostaway.api import is_id
from jirani.connectors.hostaway.connector import HOSTAWAY
from jirani.connectors.pms import Pms, PmsUnavailable, WriteOutcome, Wrong
from jirani.connectors.wire.authority import MemoryTokens
from tests.support.web import Httpx2Mocker

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
SECRETS = {"account_id": "70001", "api_key": "key-secret-0001"}
LISTING = {"status": "success", "result": {"id": 40001, "name": "Sea flat"}}
TOKEN = {"token_type": "Bearer", "expires_in": 15897600, "access_token": "JWT-1"}


@pytest.fixture
def web() -> Iterator[respx.MockRouter]:
    with respx.mock(using=Httpx2Mocker.name, base_url=HOSTAWAY.base) as router:
        yield router


@pytest.fixture
def rests(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    rested: list[float] = []

    async def rest(seconds: float) -> None:
        rested.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", rest)
    return rested


@pytest.fixture
async def outside(rests: list[float]) -> AsyncIterator[Outside]:
    async with httpx2.AsyncClient(trust_env=False, verify=False) as client:
        yield Outside(client, MemoryTokens(), lambda: NOW)


def opened(outside: Outside, business: str = "b1", **options: str) -> Pms:
    return HOSTAWAY.open(Account(business, "hostaway", SECRETS, options), outside)


async def test_a_token_is_asked_for_with_a_form_and_rests_a_second(
    web: respx.MockRouter, outside: Outside, rests: list[float]
) -> None:
    asked = web.post("/accessTokens").respond(json=TOKEN)
    web.get("/listings/40001", headers={"Authorization": "Bearer JWT-1"}).respond(json=LISTING)
    for _ in range(2):
        place = await opened(outside).listing("40001")
        assert place is not None
    request = asked.calls[0].request
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert parse_qs(request.content.decode()) == {
        "grant_type": ["client_credentials"],
        "client_id": ["70001"],
        "client_secret": ["key-secret-0001"],
        "scope": ["general"],
    }
    assert asked.call_count == 1
    assert set(rests) == {1.0}
    kept = (await outside.tokens.read("b1:hostaway")).token
    assert kept is not None
    assert kept.expires_at == NOW + timedelta(seconds=15897600)


@pytest.mark.parametrize("dead", [401, 403])
async def test_a_dead_token_is_replaced_once(
    web: respx.MockRouter, outside: Outside, dead: int
) -> None:
    fresh = TOKEN | {"access_token": "JWT-2"}
    web.post("/accessTokens").side_effect = [
        respx.MockResponse(200, json=each) for each in (TOKEN, fresh)
    ]
    no = {"status": "fail", "message": "Forbidden"}
    first = web.get("/listings/40001", headers={"Authorization": "Bearer JWT-1"})
    first.respond(dead, json=no)
    web.get("/listings/40001", headers={"Authorization": "Bearer JWT-2"}).respond(json=LISTING)
    assert await opened(outside).listing("40001")
    assert first.call_count == 1


NO_TOKEN = [
    (respx.MockResponse(403, json={"error": "invalid_client"}), Wrong.REFUSED),
    (respx.MockResponse(500), Wrong.DOWN),
    (respx.MockResponse(429, headers={"Retry-After": "30"}), Wrong.RATE_LIMITED),
    (respx.MockResponse(200, text="<html>"), Wrong.MALFORMED),
    (respx.MockResponse(200, text="[" * 99_999), Wrong.MALFORMED),
    (respx.MockResponse(200, json={}), Wrong.MALFORMED),
    (respx.MockResponse(200, json=[]), Wrong.MALFORMED),
    (respx.MockResponse(200, json=TOKEN | {"expires_in": None}), Wrong.MALFORMED),
    (respx.MockResponse(200, json=TOKEN | {"expires_in": -1}), Wrong.MALFORMED),
    (respx.MockResponse(200, json=TOKEN | {"access_token": "a\nb"}), Wrong.MALFORMED),
    (httpx2.ReadTimeout("slow"), Wrong.TIMEOUT),
    (httpx2.ConnectError("cut"), Wrong.DOWN),
]


@pytest.mark.parametrize(("answer", "wrong"), NO_TOKEN)
async def test_without_a_token_nothing_is_asked_and_nothing_secret_told(
    web: respx.MockRouter,
    outside: Outside,
    answer: respx.MockResponse | Exception,
    wrong: Wrong,
) -> None:
    web.post("/accessTokens").side_effect = [answer]
    pms = opened(outside)
    with pytest.raises(PmsUnavailable) as unread:
        await pms.listing("40001")
    assert unread.value.reason is wrong
    assert "key-secret" not in f"{unread.value!r} {pms!r} {unread.value.__context__!r}"
    if wrong is Wrong.RATE_LIMITED:
        assert unread.value.retry_after == timedelta(seconds=30)


async def test_a_token_that_lives_for_ever_is_renewed_all_the_same(
    web: respx.MockRouter, outside: Outside
) -> None:
    web.post("/accessTokens").respond(json=TOKEN | {"expires_in": 10**12})
    web.get("/listings/40001").respond(json=LISTING)
    assert await opened(outside).listing("40001")


UNREAD = [
    (respx.MockResponse(200, json={"status": "fail", "result": "no"}), Wrong.REFUSED),
    (respx.MockResponse(200, json=LISTING["result"]), Wrong.MALFORMED),
    (respx.MockResponse(200, json={"status": "success"}), None),
    (respx.MockResponse(200, json={"status": "success", "result": []}), Wrong.MALFORMED),
    (respx.MockResponse(200, content=b""), Wrong.MALFORMED),
    (respx.MockResponse(200, text="null"), Wrong.MALFORMED),
    (respx.MockResponse(500), Wrong.DOWN),
    (respx.MockResponse(404, json={"status": "fail", "message": "no"}), None),
]


@pytest.mark.parametrize(("answer", "wrong"), UNREAD)
async def test_a_200_that_failed_has_failed_and_an_empty_one_says_nothing(
    web: respx.MockRouter, outside: Outside, answer: respx.MockResponse, wrong: Wrong | None
) -> None:
    web.post("/accessTokens").respond(json=TOKEN)
    web.get("/listings/40001").mock(return_value=answer)
    if wrong is None:
        assert await opened(outside).listing("40001") is None
        return
    with pytest.raises(PmsUnavailable) as unread:
        await opened(outside).listing("40001")
    assert unread.value.reason is wrong


async def test_a_429_without_a_time_to_wait_stops_this_account_and_no_other(
    web: respx.MockRouter, outside: Outside
) -> None:
    web.post("/accessTokens").respond(json=TOKEN)
    limited = web.get("/listings/40001")
    limited.respond(429, json={"status": "fail", "message": "Too many requests"})
    with pytest.raises(PmsUnavailable) as told:
        await opened(outside).listing("40001")
    assert (told.value.reason, told.value.retry_after) == (Wrong.RATE_LIMITED, None)
    again = opened(outside)
    written = await again.post("5500001", "Hello", "k")
    assert (written.outcome, limited.call_count) == (WriteOutcome.RETRY, 1)
    assert written.retry_after
    assert written.retry_after <= timedelta(seconds=10)
    limited.respond(json=LISTING)
    assert await opened(outside, "b2").listing("40001")


async def test_accounts_share_the_limits_of_the_address_they_ask_from(
    web: respx.MockRouter, outside: Outside
) -> None:
    web.post("/accessTokens").respond(json=TOKEN)
    answered = web.get("/listings/40001").respond(json=LISTING)
    for n in range(10):
        assert await opened(outside, f"b{n % 2}").listing("40001")
    assert answered.call_count == 10  # and two tokens
    with pytest.raises(PmsUnavailable) as full:
        await opened(outside, "b0").listing("40001")
    assert full.value.reason is Wrong.RATE_LIMITED
    assert full.value.retry_after
    free = opened(outside, "b0", calls_per_10_seconds="0")
    for _ in range(20):
        assert await free.listing("40001")


async def test_elsewhere_is_where_an_account_says(web: respx.MockRouter, outside: Outside) -> None:
    base = "http://127.0.0.1:8099/hostaway/v1"
    web.post(f"{base}/accessTokens").respond(json=TOKEN)
    web.get(f"{base}/listings/40001").respond(json=LISTING)
    assert await opened(outside, base_url=base + "/").listing("40001")


def test_only_what_can_be_an_id_becomes_part_of_an_address() -> None:
    assert is_id("9100001")
    assert not any(map(is_id, ("", "..", "1/2", "1?x", "é", "1 ", "a" * 65, "1\n")))
