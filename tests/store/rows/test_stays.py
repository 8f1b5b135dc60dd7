"""Listings and reservations come back as they were put; older news changes nothing (U2)."""

from dataclasses import fields, replace
from datetime import UTC, datetime, time, timedelta

import pytest

from jirani.rules.facts import Listing, Reservation, Snippet, StayPayment, StayStatus
from jirani.store.refusals import Twice
from jirani.store.work import Store
from tests.support.house import MONDAY
from tests.support.inn import ARRIVAL, DAY, HOUR, LISTING, Inn, open_inn

pytestmark = pytest.mark.anyio


@pytest.fixture
async def inn(store: Store) -> Inn:
    return await open_inn(store)


FULL = Reservation(
    *("full", "hostaway", "4711", LISTING.id, "guest-1", "thread-1"),
    *(StayStatus.CHECKED_IN, StayPayment.PARTIAL, "booking", ARRIVAL, ARRIVAL + DAY),
    conversation="c-1",
    guest_name="Wanjikũ",
    guest_zone="Africa/Nairobi",
    guest_phone="+254712345678",
    do_not_disturb=True,
    code="HMABC",
    currency="EUR",
    updated_at=MONDAY,
    seen_at=MONDAY + HOUR,
)


async def put(inn: Inn, reservation: Reservation) -> bool:
    async with inn.store.begin(inn.id) as work:
        return await work.reservations.put(reservation)


async def kept(inn: Inn, id: str = FULL.id) -> Reservation:
    async with inn.store.read(inn.id) as work:
        return await work.reservations.get(id)


async def test_a_listing_comes_back_as_it_was_put_with_all_it_has_and_with_nothing(
    inn: Inn,
) -> None:
    bare = Listing("bare", "lodgify", "9", "Bare", None, None, None, None, active=False)
    early = replace(LISTING, check_in=time(14, 30), name="Loft")
    async with inn.store.begin(inn.id) as work:
        for each in (bare, early):
            await work.listings.put(each)
    async with inn.store.read(inn.id) as work:
        assert await work.listings.all() == (bare, early)
        assert await work.listings.get("bare") == bare
        assert await work.listings.by_ref("hostaway", "77") == early
        assert await work.listings.by_ref("lodgify", "77") is None
        with pytest.raises(LookupError):
            await work.listings.get("none")


async def test_a_pms_s_reference_is_one_listing_s_and_one_reservation_s(inn: Inn) -> None:
    with pytest.raises(Twice, match="listings"):
        async with inn.store.begin(inn.id) as work:
            await work.listings.put(replace(LISTING, id="another"))
    with pytest.raises(Twice, match="reservations"):
        await put(inn, replace(inn.stay(), id="another"))


async def test_a_reservation_comes_back_with_everything_it_has(inn: Inn) -> None:
    assert await put(inn, FULL)
    assert await kept(inn) == FULL
    assert [each.name for each in fields(FULL) if getattr(FULL, each.name) is None] == []
    async with inn.store.read(inn.id) as work:
        assert await work.reservations.by_ref("hostaway", "4711") == FULL
        assert await work.reservations.by_ref("guesty", "4711") is None


async def test_newer_news_takes_the_place_of_older_and_not_the_other_way_u2(inn: Inn) -> None:
    await put(inn, FULL)
    newer = replace(FULL, status=StayStatus.CANCELLED, updated_at=MONDAY + HOUR, currency=None)
    assert await put(inn, newer)
    assert not await put(inn, FULL)
    assert await kept(inn) == newer
    assert await put(inn, newer)


async def test_of_two_readings_of_one_state_the_later_counts(inn: Inn) -> None:
    await put(inn, FULL)
    paid = replace(FULL, payment=StayPayment.PAID, seen_at=MONDAY + 2 * HOUR)
    assert await put(inn, paid)
    assert not await put(inn, FULL)
    assert await kept(inn) == paid


async def test_a_pms_that_dates_nothing_is_believed(inn: Inn) -> None:
    undated = replace(FULL, updated_at=None, seen_at=None, guest_name="Otieno")
    await put(inn, undated)
    assert await put(inn, FULL)
    assert await put(inn, undated)
    assert await kept(inn) == undated


async def test_stays_are_found_by_thread_by_guest_and_by_what_they_touch(inn: Inn) -> None:
    later = inn.stay(3, ARRIVAL + 3 * DAY, customer_id="guest-1", thread_id="thread-1")
    await put(inn, later)
    first, second = inn.stay(1), inn.stay(2)
    departure = first.departure
    async with inn.store.read(inn.id) as work:
        rows = work.reservations
        assert await rows.of_thread("thread-1") == (first, later)
        assert await rows.of_customer("guest-1", departure) == (first, later)
        assert await rows.of_customer("guest-1", departure + DAY) == (later,)
        assert await rows.of_listing(LISTING.id, departure, departure) == (first, second, later)
        assert await rows.of_listing(LISTING.id, ARRIVAL, ARRIVAL) == (first, second)
        assert await rows.of_listing(LISTING.id, ARRIVAL - 2 * DAY, ARRIVAL - DAY) == ()
        assert await rows.of_listing(LISTING.id, departure + DAY, departure + DAY) == (later,)


async def test_a_pass_over_all_stays_goes_page_by_page(inn: Inn) -> None:
    await put(inn, inn.stay(3, customer_id="guest-1", thread_id="thread-1"))
    await put(inn, replace(inn.stay(2), status=StayStatus.CANCELLED))
    departure = inn.stay().departure
    async with inn.store.read(inn.id) as work:
        first = await work.reservations.page(departure, most=2)
        rest = await work.reservations.page(departure, after=first[-1].id, most=2)
        assert [each.id for each in (*first, *rest)] == ["stay-1", "stay-2", "stay-3"]
        live = await work.reservations.page(departure, [StayStatus.CONFIRMED])
        assert [each.id for each in live] == ["stay-1", "stay-3"]
        assert await work.reservations.page(departure + DAY) == ()


async def test_a_moment_keeps_its_zone_on_the_way_through_the_database(inn: Inn) -> None:
    east = datetime(2026, 6, 1, 12, tzinfo=UTC) + timedelta(microseconds=1)
    await put(inn, replace(FULL, updated_at=east))
    assert (await kept(inn)).updated_at == east


async def test_what_is_known_of_one_listing_is_told_there_only(inn: Inn) -> None:
    wifi = Snippet("s1", "wifi", "en", ("wifi",), "Ask us.")
    own = replace(wifi, id="s2", text="The password is on the fridge.", listing_id=LISTING.id)
    async with inn.store.begin(inn.id) as work:
        for each in (wifi, own, replace(own, id="s3", text="On the door.")):
            await work.catalogue.put_snippet(each)
    async with inn.store.read(inn.id) as work:
        assert await work.catalogue.snippets() == (wifi,)
        there = (wifi, replace(own, text="On the door."))
        assert await work.catalogue.snippets(LISTING.id) == there
        assert await work.catalogue.snippets("another") == (wifi,)
