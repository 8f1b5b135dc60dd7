"""A calendar is put together from periods of nights and from prices; what is unclear is unknown."""

from datetime import date, timedelta
from typing import Any

import pytest

from jirani.connectors.lodgify.choices import Choices
from jirani.connectors.lodgify.nights import nights
from jirani.connectors.pms_objects import PmsNight
from jirani.connectors.wire.fields import Malformed
from jirani.rules.facts import NightState
from tests.support.lodgify_wire import AVAILABILITY, RATES

FIRST, LAST, TODAY = date(2026, 1, 18), date(2026, 1, 27), date(2026, 1, 15)
FREE, BOOKED, BLOCKED, CLOSED, UNKNOWN = (
    *(NightState.FREE, NightState.BOOKED, NightState.BLOCKED),
    *(NightState.CLOSED, NightState.UNKNOWN),
)


def read(
    availability: Any = AVAILABILITY, rates: Any = RATES, today: date = TODAY, **options: str
) -> dict[int, PmsNight]:
    """Read nights by their day of January."""
    choices = Choices.of(options)
    found = nights(availability, rates, "6001", (FIRST, LAST), today, choices)
    return {night.day.day: night for night in found}


def one(**period: Any) -> list[dict[str, Any]]:
    usual = {"start": "2026-01-20", "end": "2026-01-20", "available": 1, "bookings": []}
    return [{"room_type_id": 6001, "periods": [{**usual, **period}]}]


def test_both_ends_of_a_period_are_nights_of_it() -> None:
    found = read()
    assert list(found) == list(range(18, 28))
    assert [day for day, night in found.items() if night.state is BOOKED] == [20, 21, 22, 23, 24]
    assert found[24].reservation_refs == ("9000001",)
    assert found[25].state is FREE


def test_a_day_without_a_price_has_the_one_for_every_day() -> None:
    found = read()
    assert (found[19].price, found[25].price) == (9500, 10000)
    assert (found[19].currency, found[19].min_stay) == ("EUR", 2)
    assert read(rates=None)[19].price is None
    assert read(rates={"calendar_items": RATES["calendar_items"]})[19].price is None
    alone = {**RATES, "calendar_items": RATES["calendar_items"][:1]}
    assert (read(rates=alone)[19].price, read(rates=alone)[25].price) == (9500, None)


@pytest.mark.parametrize(
    ("tier", "price", "least"), [("shortest", 12000, 1), ("cheapest", 8000, 7)]
)
def test_of_several_prices_the_shortest_stay_s_counts_unless_told(
    tier: str, price: int, least: int
) -> None:
    told = [
        {"min_stay": 7, "max_stay": 0, "price_per_day": 80},
        {"min_stay": 1, "max_stay": 6, "price_per_day": "120.00"},
        {"min_stay": 1, "max_stay": 6, "price_per_day": None},
    ]
    items = [{"date": None, "is_default": True, "prices": told}]
    found = read(rates={**RATES, "calendar_items": items}, price_tier=tier)[19]
    assert (found.price, found.min_stay) == (price, least)


@pytest.mark.parametrize(
    ("period", "state", "refs"),
    [
        ({"available": 0}, BLOCKED, ()),
        ({"available": 0, "bookings": [{"id": 7, "status": "Tentative"}]}, BOOKED, ("7",)),
        ({"available": 0, "bookings": [{"id": 7, "status": "Open"}]}, BLOCKED, ()),
        ({"closed_period": {"id": 3}}, BLOCKED, ()),
        ({"bookings": [{"id": 7, "status": "Open"}]}, FREE, ()),
        ({"available": None}, UNKNOWN, ()),
        ({"available": 2}, UNKNOWN, ()),
        ({"available": 1, "bookings": [{"id": 7, "status": "Booked"}]}, UNKNOWN, ("7",)),
    ],
)
def test_a_night_is_free_only_where_nothing_speaks_against_it(
    period: dict[str, Any], state: NightState, refs: tuple[str, ...]
) -> None:
    night = read(one(**period))[20]
    assert (night.state, night.reservation_refs) == (state, refs)


def test_where_several_units_are_let_a_host_may_call_a_night_free() -> None:
    night = read(one(available=2), several_units="free")[20]
    assert (night.state, night.units) == (FREE, 2)


def test_nights_within_the_advance_notice_are_empty_but_not_sold() -> None:
    noticed = {**RATES, "rate_settings": {**RATES["rate_settings"], "advance_notice_days": 2}}
    found = read(rates=noticed, today=date(2026, 1, 18))
    assert [found[day].state for day in (18, 19, 20, 25)] == [CLOSED, CLOSED, BOOKED, FREE]
    sooner = read(rates=noticed, today=date(2026, 1, 17))
    assert [sooner[day].state for day in (18, 19)] == [CLOSED, FREE]
    open_all = read(rates=noticed, today=date(2026, 1, 18), advance_notice="ignore")
    assert open_all[18].state is FREE


def test_two_tales_about_one_night_make_it_unknown() -> None:
    twice = [*one(available=1), *one(available=0)]
    assert read(twice)[20].state is UNKNOWN
    assert read([*one(), *one()])[20].state is FREE


def test_another_room_and_other_days_are_left_out() -> None:
    assert read([{"room_type_id": 6002, "periods": one()[0]["periods"]}]) == {}
    assert read(AVAILABILITY[0])[18].state is FREE  # a bare object
    ages = read(one(start="0001-01-01", end="9999-12-31"))
    assert len(ages) == (LAST - FIRST).days + 1
    with pytest.raises(Malformed, match="period"):
        read(one(start="2026-01-21"))
    assert read(one(start=str(LAST + timedelta(days=1)), end="2026-02-01")) == {}
