"""What was sold, on a bill in Guesty: looked for, written, read back, taken off."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import httpx2
import pytest

from jirani.connectors.pms import FeeOutcome, NewFee, PmsUnavailable, WriteOutcome
from jirani.rules.facts import OfferKind
from tests.support.guesty import ANSWERED, STAY, Desk, airbnb, bill, folio, item, stay

pytestmark = pytest.mark.anyio
LINES, ADD = "/guest-folio/invoice-items", f"/invoice-items/reservation/{STAY}"
FEE = NewFee(
    *("sale-1", STAY, OfferKind.EARLY_CHECK_IN, "Early check-in 12:00"),
    *(2500, "EUR", date(2026, 1, 20)),
)
REF = item()["id"]
STRANGE = item(None, id="66f000000000000000000059", title="Pool", totalPrice=25)


async def test_a_fee_is_written_and_proven_by_reading_it_on_the_bill(desk: Desk) -> None:
    desk.tells(stay())
    lines = desk.get(LINES, bill(STRANGE), bill(STRANGE, item()))
    added = desk.answers("POST", ADD, ANSWERED(201, json={"folio": {}}))
    first = await desk.open().add_fee(FEE)
    assert (first.outcome, first.method, first.ref) == (FeeOutcome.APPLIED, "fee", REF)
    assert first.verified
    assert await desk.open().add_fee(FEE) == first
    assert added.call_count == 1
    assert json.loads(added.calls[0].request.content) == {
        "title": "Early check-in 12:00",
        "amount": 25,
        "normalType": "AFE",
        "secondIdentifier": "EARLY_CHECK_IN",
        "description": "upsell sale-1",
    }
    asked = lines.calls[0].request.url.params
    assert (asked["reservationIds"], "description" in asked["fields"]) == (STAY, True)
    _, line = await desk.open().fees(STAY)
    assert (line.ref, line.amount, line.currency, line.key) == (REF, 2500, "EUR", "sale-1")


@pytest.mark.parametrize(
    ("kind", "options", "told"),
    [
        (OfferKind.LATE_CHECK_OUT, {}, {"secondIdentifier": "LATE_CHECKOUT"}),
        (OfferKind.MID_STAY_CLEANING, {}, {"secondIdentifier": "HOUSEKEEPING"}),
        (
            OfferKind.MID_STAY_CLEANING,
            {"cleaning_fee": "CLEANING"},
            {"secondIdentifier": "CLEANING"},
        ),
        (OfferKind.CROSS_SELL, {"upsell_flag": "on"}, {"isUpsellFee": True}),
        (OfferKind.CROSS_SELL, {}, {"secondIdentifier": "ADDITIONAL_CHARGE"}),
        (
            OfferKind.EARLY_CHECK_IN,
            {"realization_dates": "on"},
            {"realizationDates": [{"date": "2026-01-20"}]},
        ),
    ],
)
async def test_a_fee_is_called_what_it_is(
    desk: Desk, kind: OfferKind, options: dict[str, str], told: dict[str, Any]
) -> None:
    desk.tells(stay())
    desk.get(LINES, bill(), bill(item()))
    added = desk.answers("POST", ADD, ANSWERED(201, json={}))
    await desk.open(**options).add_fee(replace(FEE, kind=kind))
    assert json.loads(added.calls[0].request.content).items() >= told.items()


@pytest.mark.parametrize(
    ("answer", "after", "outcome"),
    [
        (httpx2.ReadTimeout("slow"), [item()], FeeOutcome.APPLIED),
        (httpx2.ReadTimeout("slow"), [], FeeOutcome.UNKNOWN),
        (ANSWERED(500), [], FeeOutcome.UNKNOWN),
        (ANSWERED(200, text="<html>"), [item()], FeeOutcome.APPLIED),
        (ANSWERED(400, json={"message": "isUpsellFee"}), [], FeeOutcome.FAILED),
        (ANSWERED(429, headers={"Retry-After": "9"}), [], FeeOutcome.RETRY),
        (httpx2.ConnectError("?"), [], FeeOutcome.RETRY),
    ],
)
async def test_a_fee_is_on_the_bill_only_if_it_is_seen_there(
    desk: Desk, answer: Any, after: list[dict[str, Any]], outcome: FeeOutcome
) -> None:
    desk.tells(stay())
    desk.get(LINES, bill(), bill(*after))
    added = desk.answers("POST", ADD, answer, ANSWERED(201, json={}))
    result = await desk.open().add_fee(FEE)
    assert (result.outcome, result.verified) == (outcome, bool(after))
    assert added.call_count == 1


async def test_a_yes_that_shows_nowhere_is_never_said_twice(desk: Desk) -> None:
    desk.tells(stay())
    looks = desk.get(LINES, bill())
    told = {"folio": {"items": [{"_id": REF, "description": "upsell sale-1"}]}}
    added = desk.answers("POST", ADD, ANSWERED(201, json=told))
    result = await desk.open().add_fee(FEE)
    assert (result.outcome, result.ref) == (FeeOutcome.NEEDS_HOST_ACTION, REF)
    assert (result.reason, result.verified) == ("ignored", False)
    assert (added.call_count, looks.call_count, len(desk.slept)) == (1, 4, 2)


async def test_a_bill_a_moment_behind_is_looked_at_again(desk: Desk) -> None:
    desk.tells(stay())
    desk.get(LINES, bill(), bill(), bill(item()))
    desk.answers("POST", ADD, ANSWERED(201, json={}))
    assert (await desk.open().add_fee(FEE)).outcome is FeeOutcome.APPLIED


async def test_where_no_key_is_told_a_line_is_known_by_its_words(desk: Desk) -> None:
    desk.tells(stay())
    refused = ANSWERED(400, json={"message": "description"})
    other = item(None, title="Early check-in 12:00", totalPrice=30, id="66f000000000000000000058")
    desk.get(LINES, refused, bill(other), refused, bill(other, item(None)))
    desk.answers("POST", ADD, ANSWERED(201, json={}))
    result = await desk.open().add_fee(FEE)
    assert (result.outcome, result.ref) == (FeeOutcome.APPLIED, REF)
    # Another sale's line of the same words is not it.
    desk.get(LINES, bill(item("sale-0")), bill(item("sale-0"), item(id="new")))
    assert (await desk.open().add_fee(FEE)).ref == "new"


@pytest.mark.parametrize(
    ("told", "money", "outcome", "reason"),
    [
        (None, folio(), FeeOutcome.FAILED, "not_found"),
        (stay(), folio(currency="USD"), FeeOutcome.FAILED, "other_currency"),
    ],
)
async def test_what_cannot_be_put_on_record_says_why(
    desk: Desk, told: Any, money: Any, outcome: FeeOutcome, reason: str
) -> None:
    desk.tells(told, money)
    desk.get(f"/reservations/{STAY}", ANSWERED(404))
    result = await desk.open().add_fee(FEE)
    assert (result.outcome, result.reason) == (outcome, reason)
    assert desk.asked("POST") == []


async def test_a_bill_that_is_withheld_or_down_is_not_written_on(desk: Desk) -> None:
    desk.tells(stay())
    for answer, reason in (
        (ANSWERED(503), "down"),
        ({"results": [], "notFound": [STAY]}, "not_found"),
        (bill(item(id=None)), "malformed"),
        ({"results": [{"reservationId": STAY, "invoiceItems": [item()]}]}, "malformed"),
    ):
        desk.get(LINES, answer)
        result = await desk.open().add_fee(FEE)
        assert (result.outcome, result.reason) == (FeeOutcome.RETRY, reason)
        with pytest.raises(PmsUnavailable):
            await desk.open().fees(STAY)
    assert desk.asked("POST") == []


async def test_on_airbnb_the_host_asks_and_the_line_is_bookkeeping(desk: Desk) -> None:
    desk.tells(airbnb())
    desk.get(LINES, bill(), bill(item()))
    added = desk.answers("POST", ADD, ANSWERED(201, json={}))
    result = await desk.open().add_fee(FEE)
    assert (result.outcome, result.method) == (FeeOutcome.NEEDS_HOST_ACTION, "request_money")
    assert result.host_url == "https://www.airbnb.com/hosting/stay/HMTEST0001"
    assert (result.ref, result.verified) == (REF, True)
    assert added.call_count == 1
    alone = await desk.open(
        airbnb_line="off", airbnb_request_url="https://www.airbnb.com/resolutions"
    ).add_fee(FEE)
    assert (alone.outcome, alone.ref) == (FeeOutcome.NEEDS_HOST_ACTION, None)
    assert alone.host_url == "https://www.airbnb.com/resolutions"


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [(ANSWERED(400), FeeOutcome.NEEDS_HOST_ACTION), (ANSWERED(429), FeeOutcome.RETRY)],
)
async def test_on_airbnb_a_refused_line_keeps_no_host_from_asking(
    desk: Desk, answer: Any, outcome: FeeOutcome
) -> None:
    desk.tells(airbnb())
    desk.get(LINES, bill())
    desk.answers("POST", ADD, answer)
    result = await desk.open().add_fee(FEE)
    assert (result.outcome, result.verified) == (outcome, False)


async def test_on_other_channels_a_line_is_written_only_where_the_host_wants_one(
    desk: Desk,
) -> None:
    desk.tells(stay(platform="bookingCom", source="Booking.com"))
    desk.get(LINES, bill(item()))
    assert (await desk.open().add_fee(FEE)).outcome is FeeOutcome.INTERNAL_ONLY
    lined = await desk.open(other_channels="line").add_fee(FEE)
    assert lined.outcome is FeeOutcome.APPLIED


@pytest.mark.parametrize(
    ("answer", "after", "outcome"),
    [
        (ANSWERED(200), [], WriteOutcome.ACCEPTED),
        (ANSWERED(404), [], WriteOutcome.ACCEPTED),
        (httpx2.ReadTimeout("slow"), [], WriteOutcome.ACCEPTED),
        (ANSWERED(404), [item()], WriteOutcome.REJECTED),  # there is no such address
        (ANSWERED(200), [item()], WriteOutcome.UNKNOWN),
        (ANSWERED(429), [], WriteOutcome.RETRY),
    ],
)
async def test_a_line_is_gone_when_it_is_not_seen_any_more(
    desk: Desk, answer: Any, after: list[dict[str, Any]], outcome: WriteOutcome
) -> None:
    removed = desk.answers("DELETE", f"{ADD}/{REF}", answer)
    desk.get(LINES, bill(*after))
    written = await desk.open().remove_fee(STAY, REF, "undo-1")
    assert written.outcome is outcome
    assert removed.call_count == 1


async def test_where_a_line_is_deleted_can_be_said(desk: Desk) -> None:
    desk.answers("DELETE", f"/invoice-items/{REF}", ANSWERED(204))
    desk.get(LINES, bill())
    pms = desk.open(remove_path="/invoice-items/{item}")
    assert (await pms.remove_fee(STAY, REF, "undo-1")).outcome is WriteOutcome.ACCEPTED
