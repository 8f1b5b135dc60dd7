"""A sale is on the bill once, and believed only when it was read there (U7)."""

import asyncio
import json
from typing import Any

import pytest

from jirani.connectors.pms import FeeOutcome, FeeResult, Wrong
from jirani.rules.facts import OfferKind
from tests.support.hostaway_desk import Row
from tests.support.hostaway_rig import HostawayRig
from tests.support.pms_rigs import fee

pytestmark = pytest.mark.anyio
BASE_RATE: Row = {
    **{"id": 1, "type": "price", "name": "baseRate", "title": "Base rate", "value": 440},
    **{"total": 440, "isIncludedInTotalPrice": 1, "isOverriddenByUser": 0, "isDeleted": 0},
}
CLEANING: Row = BASE_RATE | {
    **{"id": 2, "type": "fee", "name": "cleaningFee", "title": "Cleaning"},
    **{"value": 60, "total": 60},
}
TAX: Row = BASE_RATE | {"id": 3, "type": "tax", "name": "vat", "title": "VAT", "total": 10}
GONE: Row = CLEANING | {"id": 4, "title": "Pets", "isDeleted": 1}
OLD = [BASE_RATE, CLEANING, TAX, GONE]


def with_bill(rig: HostawayRig, ref: str = "R1", old: list[Row] = OLD) -> HostawayRig:
    rig.desk.lines[ref] = [dict(each) for each in old]
    return rig


def puts(rig: HostawayRig) -> list[Any]:
    return [body for method, path, body in rig.desk.asked if method in ("PUT", "POST")][1:]


def ours(rig: HostawayRig, ref: str = "R1") -> list[Row]:
    return [one for one in rig.desk.lines[ref] if one["id"] > 1000]


async def test_the_whole_list_is_sent_again_with_ours_behind_it(rig: HostawayRig) -> None:
    with_bill(rig)
    result = await rig.pms.add_fee(fee(key="fee:01J"))
    assert (result.outcome, result.method) == (FeeOutcome.APPLIED, "finance_field")
    assert result.verified
    (sent,) = puts(rig)
    assert sent["financeField"][:4] == OLD
    assert sent["financeField"][4] == {
        **{"id": None, "type": "fee", "name": "lateCheckoutFee", "title": "Late check-out 14:00"},
        **{"alias": "upsell fee:01J", "value": 50, "total": 50, "quantity": None},
        **{"isIncludedInTotalPrice": 1, "isOverriddenByUser": 1, "isMandatory": None},
        **{"isQuantitySelectable": 0, "isDeleted": 0, "listingFeeSettingId": None},
    }
    assert sent["totalPrice"] == 550
    line = json.loads(result.audit["line"])
    assert (str(line["id"]), line["total"]) == (result.ref, 50)
    told = {(each.title, each.amount, each.key) for each in await rig.pms.fees("R1")}
    assert told == {("Cleaning", 6000, None), ("Late check-out 14:00", 5000, "fee:01J")}


@pytest.mark.parametrize(
    ("kind", "options", "name"),
    [
        (OfferKind.EARLY_CHECK_IN, {}, "checkinFee"),
        (OfferKind.EARLY_CHECK_IN, {"early_check_in_name": "otherFees"}, "otherFees"),
        (OfferKind.LATE_CHECK_OUT, {}, "lateCheckoutFee"),
        (OfferKind.MID_STAY_CLEANING, {}, "midstayCleaningFee"),
        (OfferKind.CROSS_SELL, {}, "otherFees"),
    ],
)
async def test_each_kind_has_its_name_there(
    kind: OfferKind, options: dict[str, str], name: str
) -> None:
    rig = HostawayRig(**options, total_price="leave")
    await rig.pms.add_fee(fee(kind=kind))
    (sent,) = puts(rig)
    assert sent["financeField"][0]["name"] == name
    assert "totalPrice" not in sent


@pytest.mark.parametrize("kept", ["all", "no_alias", "no_alias_no_title"])
async def test_ours_is_known_again_whatever_hostaway_keeps_of_it(
    rig: HostawayRig, kept: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_bill(rig)
    rewritten = rig.desk._rewritten

    def forgetful(ref: str, body: Row) -> tuple[int, Row]:
        for one in body.get("financeField", ()):
            if kept != "all" and one["id"] is None:
                one["alias"] = None
                one["title"] = one["title"] if kept == "no_alias" else "Late checkout fee"
        return rewritten(ref, body)

    monkeypatch.setattr(rig.desk, "_rewritten", forgetful)
    assert (await rig.pms.add_fee(fee())).outcome is FeeOutcome.APPLIED
    if kept != "no_alias_no_title":
        assert (await rig.pms.add_fee(fee())).outcome is FeeOutcome.APPLIED
    assert len(ours(rig)) == 1


@pytest.mark.parametrize("fault", ["timeout_after", "malformed", "broken", "timeout_before"])
async def test_no_answer_and_nothing_seen_is_asked_again_and_never_doubled(
    rig: HostawayRig, fault: str
) -> None:
    with_bill(rig)
    rig.fail("add_fee", fault)
    first = await rig.pms.add_fee(fee())
    done = fault in ("timeout_after", "malformed")
    assert first.outcome is (FeeOutcome.APPLIED if done else FeeOutcome.UNKNOWN)
    second = await rig.pms.add_fee(fee())
    assert second.outcome is FeeOutcome.APPLIED
    assert len(ours(rig)) == 1
    assert rig.desk.charges == []
    assert rig.desk.reservations["R1"]["totalPrice"] == 550


@pytest.mark.parametrize("fault", ["down", "rate_limited", "refused", "malformed", "broken"])
@pytest.mark.parametrize("call", ["reservation", "fees", "charges"])
async def test_where_one_cannot_look_first_nothing_is_written(
    rig: HostawayRig, call: str, fault: str
) -> None:
    rig.fail(call, fault)
    result = await rig.pms.add_fee(fee())
    assert (result.outcome, result.ref) == (FeeOutcome.RETRY, None)
    assert puts(rig) == []
    assert result.reason.startswith("unread: ")


async def test_what_cannot_be_read_back_is_not_known(rig: HostawayRig) -> None:
    pms, looks = rig.pms, 0
    answer = rig.desk._done

    def once(method: str, path: str, body: Any, asked: Row) -> tuple[int, Row]:
        nonlocal looks
        looks += path.startswith("/financeField")
        if looks == 2:
            looks += 1
            return 200, {"status": "success", "result": {"odd": 1}}
        return answer(method, path, body, asked)

    rig.desk._done = once  # type: ignore[method-assign]
    first = await pms.add_fee(fee())
    assert (first.outcome, first.reason) == (FeeOutcome.UNKNOWN, "unread: malformed")
    assert (await pms.add_fee(fee())).outcome is FeeOutcome.APPLIED
    assert len(ours(rig)) == 1


@pytest.mark.parametrize("fault", [None, "timeout_after", "malformed", "timeout_before", "down"])
async def test_a_put_that_ignores_the_line_is_followed_by_one_charge(
    rig: HostawayRig, fault: str | None
) -> None:
    with_bill(rig)
    rig.desk.deaf_to = {"financeField"}
    if fault:
        rig.fail("charge", fault)
    results = [await rig.pms.add_fee(fee(key="fee:01J")) for _ in range(2)]
    first = {"timeout_before": FeeOutcome.UNKNOWN, "down": FeeOutcome.RETRY}
    assert results[0].outcome is first.get(fault or "", FeeOutcome.RECORDED_ELSEWHERE)
    last = results[1]
    assert (last.outcome, last.method) == (FeeOutcome.RECORDED_ELSEWHERE, "charge")
    assert last.verified
    (charge,) = rig.desk.charges
    assert last.ref == f"charge:{charge['id']}"
    assert charge["description"] == "upsell fee:01J"
    assert (charge["amount"], charge["status"], charge["paymentMethod"]) == (
        50,
        "awaiting",
        "other",
    )
    assert charge["scheduledDate"] == "2026-06-12 09:00:00"
    looks = [path for method, path, _ in rig.desk.asked if path == "/financeField/R1"]
    assert len(looks) >= 3  # once before, twice after


async def test_a_line_that_shows_only_at_the_second_look_is_no_reason_for_a_charge(
    rig: HostawayRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[int] = []
    answer = rig.desk._done

    def late(method: str, path: str, body: Any, asked: Row) -> tuple[int, Row]:
        status, told = answer(method, path, body, asked)
        if path == "/financeField/R1":
            shown.append(len(told["result"]))
            if len(shown) == 2:
                return status, {"status": "success", "result": []}
        return status, told

    monkeypatch.setattr(rig.desk, "_done", late)
    assert (await rig.pms.add_fee(fee())).outcome is FeeOutcome.APPLIED
    assert (shown, rig.desk.charges) == ([0, 1, 1], [])


async def test_a_charge_may_be_the_first_choice_and_refused_it_is_kept_with_us() -> None:
    rig = HostawayRig(record="charge")
    first, again = await rig.pms.add_fee(fee()), await rig.pms.add_fee(fee())
    assert first == again
    assert (first.outcome, len(rig.desk.charges)) == (FeeOutcome.RECORDED_ELSEWHERE, 1)
    assert rig.desk.lines["R1"] == []
    rig = HostawayRig(record="charge")
    rig.fail("charge", "refused")
    refused = await rig.pms.add_fee(fee())
    assert (refused.outcome, refused.reason) == (FeeOutcome.INTERNAL_ONLY, Wrong.REFUSED)


@pytest.mark.parametrize(
    ("harm", "lost"),
    [
        (lambda lines: [lines[0], lines[-1]], "Cleaning, VAT"),
        (lambda lines: [lines[0] | {"total": 400}, *lines[1:]], "Base rate"),
        (lambda lines: [*lines[:2], lines[2] | {"total": 12}, *lines[3:]], None),
        (lambda lines: [one | {"id": one["id"] + 50} for one in lines], None),
    ],
)
async def test_old_lines_that_did_not_survive_are_for_the_host_to_see(
    rig: HostawayRig, monkeypatch: pytest.MonkeyPatch, harm: Any, lost: str | None
) -> None:
    with_bill(rig)
    rewritten = rig.desk._rewritten

    def harmful(ref: str, body: Row) -> tuple[int, Row]:
        told = rewritten(ref, body)
        rig.desk.lines[ref] = harm(rig.desk.lines[ref])
        return told

    monkeypatch.setattr(rig.desk, "_rewritten", harmful)
    result = await rig.pms.add_fee(fee())
    if lost is None:
        assert (result.outcome, result.reason) == (FeeOutcome.APPLIED, "")
    else:
        assert result.outcome is FeeOutcome.NEEDS_HOST_ACTION
        assert result.reason == f"old_lines_changed: {lost}"
        assert result.ref


async def test_a_total_that_did_not_follow_is_noted(rig: HostawayRig) -> None:
    rig.desk.deaf_to = {"totalPrice"}
    result = await rig.pms.add_fee(fee())
    assert (result.outcome, result.reason) == (FeeOutcome.APPLIED, "total_not_raised")


async def sold_on(channel_id: int, **options: str) -> tuple[HostawayRig, FeeResult]:
    rig = HostawayRig(**options)
    rig.desk.reservations["R1"] |= {"channelId": channel_id, "confirmationCode": "HMTEST0001"}
    return rig, await rig.pms.add_fee(fee())


async def test_what_was_booked_on_a_channel_is_kept_with_us_unless_the_host_wants_a_line() -> None:
    rig, result = await sold_on(2005)
    assert (result.outcome, result.method) == (FeeOutcome.INTERNAL_ONLY, "internal")
    assert puts(rig) == []
    rig, result = await sold_on(2005, channel_lines="yes")
    assert result.outcome is FeeOutcome.APPLIED
    (sent,) = puts(rig)
    assert set(sent) == {"financeField"}  # the channel owns the total
    assert sent["financeField"][0]["isIncludedInTotalPrice"] == 0


async def test_on_airbnb_the_host_asks_for_the_money_with_a_line_for_the_books_or_without() -> None:
    rig, result = await sold_on(2018)
    assert (result.outcome, result.method) == (FeeOutcome.NEEDS_HOST_ACTION, "request_money")
    assert result.host_url == "https://www.airbnb.com/hosting/stay/HMTEST0001"
    assert (puts(rig), result.ref) == ([], None)
    rig, result = await sold_on(2018, channel_lines="yes", airbnb_request_url="https://x/{code}")
    assert (result.outcome, result.method) == (FeeOutcome.NEEDS_HOST_ACTION, "request_money")
    assert (result.host_url, result.verified) == ("https://x/HMTEST0001", True)
    (line,) = ours(rig)
    assert result.ref == str(line["id"])
    assert [set(each) for each in puts(rig)] == [{"financeField"}]


async def test_what_cannot_be_sold_is_refused_for_good(rig: HostawayRig) -> None:
    for wrong, reason in (
        (fee(reservation_ref="nobody"), Wrong.NOT_FOUND),
        (fee(reservation_ref="../R1"), Wrong.NOT_FOUND),
        (fee(currency="USD"), "other_currency"),
    ):
        result = await rig.pms.add_fee(wrong)
        assert (result.outcome, result.reason) == (FeeOutcome.FAILED, reason)
    assert puts(rig) == []


async def test_two_sales_of_one_stay_at_once_are_both_on_its_bill(rig: HostawayRig) -> None:
    kinds = (OfferKind.EARLY_CHECK_IN, OfferKind.LATE_CHECK_OUT)
    both = [fee(f"fee:{kind}", kind=kind, title=kind) for kind in kinds]
    answers = await asyncio.gather(*(rig.pms.add_fee(each) for each in (*both, *both)))
    assert {each.outcome for each in answers} == {FeeOutcome.APPLIED}
    assert len(ours(rig)) == 2
    assert rig.desk.reservations["R1"]["totalPrice"] == 600


async def test_an_answer_about_another_stay_is_none_about_this_one(rig: HostawayRig) -> None:
    rig.desk.reservations["R1"]["id"] = "R2"
    result = await rig.pms.add_fee(fee())
    assert (result.outcome, result.reason) == (FeeOutcome.RETRY, "unread: malformed")
    assert puts(rig) == []
