"""A call of an outside system is made once, and whatever happens is told in our words."""

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
import respx

from jirani.connectors.connector import Outside
from jirani.connectors.pms import PmsUnavailable, WriteOutcome, Wrong
from jirani.connectors.wire import asking
from jirani.connectors.wire.asking import Wire
from jirani.connectors.wire.authority import FixedKey, KeptToken, MemoryTokens, Token, Tokens
from jirani.connectors.wire.pacing import Limit, Pace
from tests.support.web import Httpx2Mocker

pytestmark = pytest.mark.anyio
BASE, NOW = "https://pms.example", datetime(2026, 1, 15, 12, tzinfo=UTC)
FIXED = FixedKey("X-ApiKey", "k-secret")


@pytest.fixture
def web() -> Iterator[respx.MockRouter]:
    with respx.mock(using=Httpx2Mocker.name, base_url=BASE) as router:
        yield router


@pytest.fixture
async def client() -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(trust_env=False) as client:
        yield client


@pytest.fixture
def wire(client: httpx2.AsyncClient) -> Wire:
    return Wire(BASE, client, FIXED, Pace())


async def test_a_read_answers_with_json_and_nothing_for_what_is_not_there(
    wire: Wire, web: respx.MockRouter
) -> None:
    asked = web.get("/a", params={"x": "1"}).respond(json={"ok": [1]})
    web.get("/gone").respond(404, json={"message": "no"})
    assert await wire.read("/a", {"x": 1, "y": None}) == {"ok": [1]}
    assert asked.calls[0].request.headers["x-apikey"] == "k-secret"
    assert await wire.read("/gone") is None


BROKEN = [
    ({"return_value": respx.MockResponse(500)}, Wrong.DOWN, WriteOutcome.UNKNOWN),
    ({"return_value": respx.MockResponse(403)}, Wrong.REFUSED, WriteOutcome.RETRY),
    ({"return_value": respx.MockResponse(422)}, Wrong.REFUSED, WriteOutcome.REJECTED),
    ({"return_value": respx.MockResponse(302)}, Wrong.REFUSED, WriteOutcome.REJECTED),
    ({"return_value": respx.MockResponse(200, text="<html>")}, Wrong.MALFORMED, "unknown"),
    ({"return_value": respx.MockResponse(200, text="[" * 99_999)}, Wrong.MALFORMED, "unknown"),
    ({"return_value": respx.MockResponse(429)}, Wrong.RATE_LIMITED, WriteOutcome.RETRY),
    ({"side_effect": httpx2.ReadTimeout("slow")}, Wrong.TIMEOUT, WriteOutcome.UNKNOWN),
    ({"side_effect": httpx2.ReadError("cut")}, Wrong.DOWN, WriteOutcome.UNKNOWN),
    ({"side_effect": httpx2.ConnectTimeout("?")}, Wrong.DOWN, WriteOutcome.RETRY),
]


@pytest.mark.parametrize(("how", "wrong", "outcome"), BROKEN)
async def test_whatever_goes_wrong_is_told_in_our_words(
    client: httpx2.AsyncClient,
    web: respx.MockRouter,
    how: dict[str, Any],
    wrong: Wrong,
    outcome: WriteOutcome,
) -> None:
    web.route().mock(**how)
    with pytest.raises(PmsUnavailable) as read:
        await Wire(BASE, client, FIXED, Pace()).read("/a")
    assert read.value.reason is wrong
    answer = await Wire(BASE, client, FIXED, Pace()).write("POST", "/a", {"text": "hi"})
    assert (answer.outcome, answer.reason) == (outcome, wrong)
    assert "k-secret" not in repr((answer, read.value, FIXED))


async def test_an_answer_larger_than_any_is_not_read_to_its_end(
    wire: Wire, web: respx.MockRouter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "LARGEST", 100)
    web.get("/a").respond(text="1" * 101)
    with pytest.raises(PmsUnavailable, match="malformed"):
        await wire.read("/a")


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"Retry-After": "7"}, timedelta(seconds=7)),
        ({"Retry-After": "99999999"}, timedelta(hours=24)),
        (
            {
                "Retry-After": "Thu, 15 Jan 2026 12:01:00 GMT",
                "Date": "Thu, 15 Jan 2026 12:00:00 GMT",
            },
            timedelta(minutes=1),
        ),
        ({"Retry-After": "soon"}, None),
        ({}, None),
    ],
)
async def test_it_says_how_long_to_wait_and_until_then_nothing_is_asked(
    wire: Wire, web: respx.MockRouter, headers: dict[str, str], wait: timedelta | None
) -> None:
    asked = web.get("/a").respond(429, headers=headers)
    with pytest.raises(PmsUnavailable) as told:
        await wire.read("/a")
    assert (told.value.reason, told.value.retry_after) == (Wrong.RATE_LIMITED, wait)
    answer = await wire.write("POST", "/b", {})
    assert answer.outcome is WriteOutcome.RETRY
    assert answer.retry_after
    assert asked.call_count == 1


async def test_limits_are_kept_and_none_waits_longer_than_it_should() -> None:
    now = [0.0]
    pace = Pace(Limit(2, 10.0), most=0.0, clock=lambda: now[0])
    await pace.turn()
    now[0] = 4.0
    await pace.turn()
    with pytest.raises(PmsUnavailable) as full:
        await pace.turn()
    assert full.value.retry_after == timedelta(seconds=6)
    now[0] = 10.0
    await pace.turn()


async def test_where_time_is_only_played_nobody_waits_for_it(client: httpx2.AsyncClient) -> None:
    pace = Outside(client, MemoryTokens(), lambda: NOW, plays=True).pace(Limit(1, 60.0))
    for _ in range(3):
        await pace.turn()
    pace.pause(timedelta(seconds=3))
    with pytest.raises(PmsUnavailable) as paused:
        await pace.turn()
    assert paused.value.retry_after == timedelta(seconds=3)


class Issuer:
    """Issues tokens, one after another."""

    def __init__(self) -> None:
        self.now = NOW
        self.issued = 0
        self.store = MemoryTokens()
        self.wrong: PmsUnavailable | None = None

    async def fetch(self) -> Token:
        if self.wrong:
            raise self.wrong
        self.issued += 1
        return Token(f"t{self.issued}", self.now + timedelta(hours=24))

    def process(self) -> Tokens:
        return Tokens("a:pms", self.store, self.fetch, lambda: self.now, a_day=5)


async def test_a_dead_token_is_fetched_anew_once_and_shared(
    client: httpx2.AsyncClient, web: respx.MockRouter
) -> None:
    issuer = Issuer()
    web.get("/a", headers={"Authorization": "Bearer t1"}).respond(401)
    web.get("/a", headers={"Authorization": "Bearer t2"}).respond(json=1)
    wires = [Wire(BASE, client, issuer.process(), Pace()) for _ in range(2)]
    assert [await each.read("/a") for each in wires] == [1, 1]
    assert issuer.issued == 2
    assert "t2" not in repr(issuer.store.kept)


async def test_at_most_five_tokens_are_asked_for_in_a_day() -> None:
    issuer = Issuer()
    process = issuer.process()
    for _ in range(4):
        await process.refused(await process.headers())
        issuer.now += timedelta(minutes=1)
    with pytest.raises(PmsUnavailable) as none_left:
        await issuer.process().refused(await process.headers())
    assert none_left.value.retry_after == timedelta(hours=24) - timedelta(minutes=4)
    assert issuer.issued == 5


async def test_told_to_wait_for_a_token_no_process_asks_before() -> None:
    issuer = Issuer()
    issuer.wrong = PmsUnavailable(Wrong.RATE_LIMITED, retry_after=timedelta(hours=1))
    with pytest.raises(PmsUnavailable):
        await issuer.process().headers()
    issuer.wrong, issuer.now = None, NOW + timedelta(minutes=59)
    with pytest.raises(PmsUnavailable) as early:
        await issuer.process().headers()
    assert early.value.retry_after == timedelta(minutes=1)
    issuer.now += timedelta(minutes=1)
    assert await issuer.process().headers() == {"Authorization": "Bearer t1"}
    assert issuer.store.kept["a:pms"] == KeptToken(
        Token("t1", issuer.now + timedelta(hours=24)), (issuer.now,)
    )


async def test_a_new_token_rests_until_it_may_be_used_whoever_fetched_it() -> None:
    issuer, rested = Issuer(), []

    async def fetch() -> Token:
        return replace(await issuer.fetch(), usable_at=issuer.now + timedelta(seconds=1))

    async def rest(seconds: float) -> None:
        rested.append(seconds)

    for _ in range(2):
        process = Tokens("a:pms", issuer.store, fetch, lambda: issuer.now, sleep=rest)
        for _ in range(2):
            await process.headers()
    assert (issuer.issued, rested) == (1, [1.0, 1.0])


async def test_half_a_character_in_what_is_sent_back_is_sent_as_it_came(
    wire: Wire, web: respx.MockRouter
) -> None:
    sent = web.put("/a").respond(json={})
    await wire.write("PUT", "/a", json.loads(r'{"title": "\ud83d"}'))
    assert json.loads(sent.calls[0].request.content) == {"title": "\ud83d"}
