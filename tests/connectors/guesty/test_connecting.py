"""Connecting an account with Guesty: few tokens, limits, and webhooks that can be proven."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

import httpx2
import pytest

from jirani.connectors.guesty.connector import GUESTY, LIMITS
from jirani.connectors.guesty.options import OPTIONS
from jirani.connectors.pms import PmsUnavailable, Wrong
from jirani.connectors.wire.authority import KeptToken, MemoryTokens
from jirani.connectors.wire.pacing import Limit
from tests.support.guesty import ANSWERED, FLAT, NOW, Desk, flat

pytestmark = pytest.mark.anyio
HOOK, PLACE = "https://jirani.example/hooks/guesty/x", f"/listings/{FLAT}"
ISSUED = {"token_type": "Bearer", "expires_in": 86400, "scope": "open-api"}


def issues(desk: Desk, *names: str) -> None:
    answers = [ANSWERED(json={**ISSUED, "access_token": name}) for name in names]
    desk.web.post("/oauth2/token").mock(side_effect=answers)


def bearing(desk: Desk) -> list[str]:
    requests = [call.request for call in desk.web.calls]
    return [r.headers["authorization"] for r in requests if "authorization" in r.headers]


async def test_a_token_is_asked_for_once_and_shared(desk: Desk) -> None:
    desk.tokens = MemoryTokens()
    issues(desk, "t1")
    desk.get(PLACE, flat())
    for _ in range(3):
        assert await desk.open().listing(FLAT) is not None
    assert bearing(desk) == ["Bearer t1"] * 3
    asked = desk.web.calls[0].request
    assert asked.headers["content-type"] == "application/x-www-form-urlencoded"
    assert parse_qs(asked.content.decode()) == {
        "grant_type": ["client_credentials"],
        "scope": ["open-api"],
        "client_id": ["CID"],
        "client_secret": ["very-secret"],
    }
    kept = desk.tokens.kept["b1:guesty"]
    assert kept.token is not None
    assert kept.token.expires_at == NOW + timedelta(days=1)
    assert "very-secret" not in repr((desk.account(), kept))


@pytest.mark.parametrize("status", [401, 403])
async def test_a_dead_token_is_replaced_once_and_one_that_replaced_it_is_spared(
    desk: Desk, status: int
) -> None:
    issues(desk, "t2", "t3")
    desk.get(PLACE, ANSWERED(status), flat(), ANSWERED(status))
    pms = desk.open()
    assert await pms.listing(FLAT) is not None
    assert bearing(desk) == ["Bearer t-secret", "Bearer t2"]
    for _ in range(3):  # then it is not the token that is wrong
        with pytest.raises(PmsUnavailable) as refused:
            await pms.listing(FLAT)
        assert refused.value.reason is Wrong.REFUSED
    assert desk.asked("POST") == ["/oauth2/token"]
    desk.now += timedelta(hours=6)
    with pytest.raises(PmsUnavailable):
        await pms.listing(FLAT)
    assert len(desk.asked("POST")) == 2


@pytest.mark.parametrize(
    ("answer", "wrong", "wait"),
    [
        (ANSWERED(429, headers={"Retry-After": "3600"}), "rate_limited", timedelta(hours=1)),
        (ANSWERED(429), "rate_limited", timedelta(hours=1)),
        (ANSWERED(401, json={"error": "invalid_client"}), "refused", timedelta(minutes=1)),
        (ANSWERED(500), "down", timedelta(minutes=1)),
        (ANSWERED(200, text="<html>"), "malformed", timedelta(minutes=1)),
        (ANSWERED(200, json={"access_token": None}), "malformed", timedelta(minutes=1)),
        (httpx2.ReadTimeout("slow"), "timeout", timedelta(minutes=1)),
        (httpx2.ReadError("cut"), "down", timedelta(minutes=1)),
    ],
)
async def test_a_token_that_is_not_given_is_not_asked_for_again_at_once(
    desk: Desk, answer: Any, wrong: str, wait: timedelta
) -> None:
    desk.tokens = MemoryTokens()
    asked = desk.web.post("/oauth2/token").mock(side_effect=[answer])
    with pytest.raises(PmsUnavailable) as none:
        await desk.open().listing(FLAT)
    assert none.value.reason == wrong
    assert "very-secret" not in repr(none.value)
    with pytest.raises(PmsUnavailable):  # another process, too
        await desk.open().listing(FLAT)
    assert asked.call_count == 1
    assert desk.tokens.kept["b1:guesty"] == KeptToken(not_before=NOW + wait)


async def test_its_limits_are_kept_and_its_wish_to_wait_is_heard(desk: Desk) -> None:
    assert [(each.calls, each.seconds) for each in LIMITS] == [(15, 1), (120, 60), (5000, 3600)]
    assert vars(GUESTY.pace(desk.outside))["_limits"] == LIMITS
    desk.get(PLACE, ANSWERED(429, headers={"Retry-After": "30"}))
    pms = desk.open()
    for _ in range(2):
        with pytest.raises(PmsUnavailable) as told:
            await pms.listing(FLAT)
        assert told.value.reason is Wrong.RATE_LIMITED
        assert told.value.retry_after is not None
        assert told.value.retry_after > timedelta(seconds=25)
    assert desk.asked() == [PLACE]
    desk.get(PLACE, flat())
    pms = desk.open(Limit(1, 60.0))
    assert await pms.listing(FLAT) is not None
    with pytest.raises(PmsUnavailable, match="rate_limited"):
        await pms.listing(FLAT)
    assert desk.asked() == [PLACE] * 2


async def test_another_address_is_asked_where_an_account_says_so(desk: Desk) -> None:
    elsewhere = desk.web.get(url="http://127.0.0.1:9/guesty/v1/listings/x").respond(json=flat())
    assert await desk.open(base_url="http://127.0.0.1:9/guesty/").listing("x") is not None
    assert elsewhere.called


@pytest.mark.parametrize("name", ["key", "secret"])
async def test_webhooks_are_asked_for_and_their_secret_is_waited_for(desk: Desk, name: str) -> None:
    missing = ANSWERED(404)
    looks = desk.get("/webhooks-v2/secret", missing, missing, missing, {name: "whsec_abc"})
    made = desk.answers("POST", "/webhooks", ANSWERED(201, json={"_id": "w1"}))
    connector = replace(GUESTY, sleep=desk.sleep)
    for _ in range(2):  # asked again, it is there already
        told = await connector.register(desk.account(), desk.outside, HOOK)
        assert told == {"webhook_secret": "whsec_abc"}
    assert made.call_count == 1
    assert json.loads(made.calls[0].request.content) == {
        "url": HOOK,
        "events": [
            "reservation.created.v2",
            "reservation.updated.v2",
            "reservation.messageReceived",
        ],
    }
    assert looks.calls[0].request.url.params["url"] == HOOK
    assert desk.slept == [1.0, 2.0]


@pytest.mark.parametrize(
    ("made", "wrong"),
    [
        (ANSWERED(201, json={}), Wrong.NOT_FOUND),
        (ANSWERED(400), Wrong.REFUSED),
        (ANSWERED(429), Wrong.RATE_LIMITED),
        (httpx2.ReadTimeout("slow"), Wrong.NOT_FOUND),
    ],
)
async def test_webhooks_that_cannot_be_had_are_told_as_such(
    desk: Desk, made: object, wrong: Wrong
) -> None:
    desk.get("/webhooks-v2/secret", ANSWERED(404))
    desk.answers("POST", "/webhooks", made)
    with pytest.raises(PmsUnavailable) as told:
        await replace(GUESTY, sleep=desk.sleep).register(desk.account(), desk.outside, HOOK)
    assert told.value.reason is wrong


def test_every_option_has_a_default_among_its_choices() -> None:
    assert all(not each.choices or each.default in each.choices for each in OPTIONS)
    assert len({each.name for each in OPTIONS}) == len(OPTIONS)
