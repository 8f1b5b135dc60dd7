"""A sale at Lodgify is ours, with a page to pay at, or the host's to ask for (U7)."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import httpx2
import pytest
import respx

from jirani.connectors.pms import Extension, FeeOutcome, FeeResult, NewFee, Pms
from tests.support.lodgify_wire import KEY, LINK, booking, direct
from tests.support.pms_rigs import fee

pytestmark = pytest.mark.anyio
BOOKING = "/v2/reservations/bookings/9000001"
PAGE = "https://pay.lodgify.example/abc"
STAY = "https://www.airbnb.com/hosting/stay/HMTEST0001"
NIGHT = timedelta(days=1)


def sale(**fields: Any) -> NewFee:
    return fee(reservation_ref="9000001", **{"amount": 5050, **fields})


def nights(*days: int) -> Extension:
    return Extension("k", "9000001", tuple(date(2026, 1, day) for day in days), 9000, "EUR")


def linking(web: respx.MockRouter, *urls: str | None, **answer: Any) -> respx.Route:
    """Let the link read so, one after another, and a new one be answered so."""
    answers = [respx.MockResponse(200, json={"url": url}) for url in urls]
    web.get(LINK).mock(side_effect=answers)
    return web.post(LINK).respond(**{"json": {"succeeded": True}, **answer})


async def test_who_booked_directly_and_owes_nothing_gets_a_page_to_pay_at(
    pms: Pms, web: respx.MockRouter
) -> None:
    web.get(BOOKING).respond(json=direct())
    asked = linking(web, None, PAGE)
    result = await pms.add_fee(sale())
    assert (result.outcome, result.method, result.guest_url, result.ref) == (
        *(FeeOutcome.INTERNAL_ONLY, "payment_link"),
        *(PAGE, None),
    )
    assert asked.calls[0].request.content == b'{"amount": 50.5}'
    assert KEY not in repr(result)


@pytest.mark.parametrize(
    ("told", "options"),
    [
        (direct(amount_due=10, amount_paid=490), {}),
        (direct(amount_due=None), {}),
        (direct(currency_code=None), {}),
        (direct(), {"payment_link": "no"}),
        (direct(), {"direct_sources": "OH"}),
        (booking(source="BookingCom"), {}),
    ],
)
async def test_nobody_else_does(
    opened: Callable[..., Pms], web: respx.MockRouter, told: Any, options: dict[str, str]
) -> None:
    web.get(BOOKING).respond(json=told)
    assert await opened(**options).add_fee(sale()) == FeeResult(
        FeeOutcome.INTERNAL_ONLY, "internal"
    )


async def test_a_link_that_is_there_already_is_another_sale_s(
    pms: Pms, web: respx.MockRouter
) -> None:
    web.get(BOOKING).respond(json=direct())
    asked = linking(web, PAGE)
    result = await pms.add_fee(sale())
    assert (result.outcome, result.reason, result.guest_url) == (
        *(FeeOutcome.INTERNAL_ONLY, "link_pending"),
        None,
    )
    assert not asked.called


@pytest.mark.parametrize(
    ("answer", "after", "outcome", "reason", "url"),
    [
        ({"json": {"succeeded": False}}, None, FeeOutcome.INTERNAL_ONLY, "link_refused", None),
        ({"status_code": 400}, None, FeeOutcome.INTERNAL_ONLY, "link_refused", None),
        ({"status_code": 403}, None, FeeOutcome.INTERNAL_ONLY, "link_refused", None),
        ({}, None, FeeOutcome.INTERNAL_ONLY, "link_missing", None),
        ({}, "javascript:alert(1)", FeeOutcome.INTERNAL_ONLY, "link_missing", None),
        ({"status_code": 429}, None, FeeOutcome.RETRY, "rate_limited", None),
        ({"status_code": 500}, None, FeeOutcome.UNKNOWN, "down", None),
        ({"status_code": 500}, PAGE, FeeOutcome.INTERNAL_ONLY, "", PAGE),
        ({"json": None, "text": "<"}, PAGE, FeeOutcome.INTERNAL_ONLY, "", PAGE),
    ],
)
async def test_without_a_link_the_sale_is_ours_all_the_same(
    pms: Pms,
    web: respx.MockRouter,
    answer: dict[str, Any],
    after: str | None,
    outcome: FeeOutcome,
    reason: str,
    url: str | None,
) -> None:
    web.get(BOOKING).respond(json=direct())
    linking(web, None, after, **answer)
    result = await pms.add_fee(sale())
    assert (result.outcome, result.reason, result.guest_url) == (outcome, reason, url)


async def test_a_link_whose_answer_was_lost_is_asked_for_once(
    pms: Pms, web: respx.MockRouter
) -> None:
    web.get(BOOKING).respond(json=direct())
    web.get(LINK).mock(
        side_effect=[
            respx.MockResponse(200, json={"url": None}),
            httpx2.ReadTimeout("slow"),
            respx.MockResponse(200, json={"url": PAGE}),
        ]
    )
    asked = web.post(LINK).mock(side_effect=httpx2.ReadTimeout("slow"))
    assert (await pms.add_fee(sale())).outcome is FeeOutcome.UNKNOWN
    again = await pms.add_fee(sale())
    assert (again.outcome, again.reason) == (FeeOutcome.INTERNAL_ONLY, "link_pending")
    assert asked.call_count == 1


async def test_a_link_that_cannot_be_read_waits_or_is_done_without(
    pms: Pms, web: respx.MockRouter
) -> None:
    web.get(BOOKING).respond(json=direct())
    web.get(LINK).respond(404)
    asked = web.post(LINK).respond(404)
    assert (await pms.add_fee(sale())).reason == "link_refused"
    web.get(LINK).respond(200, json=["?"])
    assert (await pms.add_fee(sale())).reason == "link: malformed"
    web.get(LINK).respond(429, headers={"Retry-After": "7"})
    result = await pms.add_fee(sale())
    assert (result.outcome, result.retry_after) == (FeeOutcome.RETRY, timedelta(seconds=7))
    assert asked.call_count == 1


async def test_on_airbnb_the_host_asks_for_the_money_and_changes_the_dates(
    opened: Callable[..., Pms], web: respx.MockRouter
) -> None:
    web.get(BOOKING).respond(json=booking(amount_due=0))
    pms = opened()
    asks = FeeResult(FeeOutcome.NEEDS_HOST_ACTION, "request_money", host_url=STAY)
    changes = FeeResult(FeeOutcome.NEEDS_HOST_ACTION, "change_reservation", host_url=STAY)
    assert await pms.add_fee(sale()) == asks
    assert await pms.extend(nights(25)) == await pms.shorten(nights(24)) == changes
    web.get(BOOKING).respond(json=booking(source_text="see mail"))
    assert (await pms.add_fee(sale())).host_url == "https://www.airbnb.com/resolutions"
    web.get(BOOKING).respond(json=booking())
    other = opened(airbnb_request_url="https://www.airbnb.com/hosting/reservations/details/{code}")
    url = (await other.add_fee(sale())).host_url
    assert url == "https://www.airbnb.com/hosting/reservations/details/HMTEST0001"


async def test_elsewhere_the_host_changes_the_dates_and_we_see_when_they_did(
    pms: Pms, web: respx.MockRouter
) -> None:
    web.get(BOOKING).respond(json=direct())
    by_hand = FeeResult(FeeOutcome.NEEDS_HOST_ACTION, "change_dates")
    assert await pms.extend(nights(25)) == await pms.extend(nights(24, 25)) == by_hand
    assert await pms.shorten(nights(24)) == by_hand
    done = FeeResult(FeeOutcome.APPLIED, "dates", "9000001", verified=True)
    assert await pms.extend(nights(23, 24)) == await pms.shorten(nights(25)) == done


async def test_a_sale_whose_stay_cannot_be_read_waits(pms: Pms, web: respx.MockRouter) -> None:
    for status, outcome in ((503, FeeOutcome.RETRY), (404, FeeOutcome.FAILED)):
        web.get(BOOKING).respond(status)
        results = [
            *(await pms.add_fee(sale()), await pms.extend(nights(25))),
            await pms.shorten(nights(25)),
        ]
        assert {result.outcome for result in results} == {outcome}
    web.get(BOOKING).respond(json=direct(currency_code="USD"))
    other = await pms.add_fee(sale())
    assert (other.outcome, other.reason) == (FeeOutcome.FAILED, "other_currency")
