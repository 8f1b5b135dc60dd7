"""Who works when, and does what (X6, §3)."""

from datetime import date, time

import pytest

from jirani.rules.facts import HoursException, Staff
from jirani.services import Services
from jirani.services.onboarding import (
    Refused,
    import_exceptions,
    import_services,
    import_staff,
)

pytestmark = pytest.mark.anyio

SERVICES = "name,minutes,price,aliases\nManicure,45,1200,kucha\nPedicure,45,1500,\n"
STAFF = """name,services,hours
Amina,all,daily 08:00-20:00
Brian,kucha,"mon-fri 09:00-12:00, 13:00-17:00; sat 10:00-14:00"
"""
DAYS = "staff,date,hours\namina,2026-12-25,off\nBrian,2026-12-24,10:00-14:00\n"


@pytest.fixture
async def shop(services: Services, salon: str) -> str:
    await import_services(services, salon, SERVICES)
    return salon


async def staff(services: Services, business: str) -> tuple[Staff, ...]:
    async with services.store.read(business) as work:
        return (await work.catalogue.load()).staff


async def test_staff_come_with_their_services_and_hours(services: Services, shop: str) -> None:
    report = await import_staff(services, shop, STAFF)
    assert report.added == ["Amina", "Brian"]
    amina, brian = await staff(services, shop)
    assert (len(amina.service_ids), len(brian.service_ids)) == (2, 1)
    async with services.store.read(shop) as work:
        hours = await work.catalogue.hours([brian.id])
    assert len(hours) == 11
    assert {(span.opens, span.closes) for span in hours if span.weekday == 5} == {
        (time(10), time(14))
    }


async def test_staff_imported_again_change_nothing(services: Services, shop: str) -> None:
    await import_staff(services, shop, STAFF)
    again = await import_staff(services, shop, STAFF)
    assert again.unchanged == ["Amina", "Brian"]


async def test_new_hours_replace_the_old_ones(services: Services, shop: str) -> None:
    await import_staff(services, shop, STAFF)
    report = await import_staff(
        services, shop, "name,services,hours\nAMINA,manicure,sun 10:00-12:00\n"
    )
    assert report.updated == ["AMINA"]
    amina = next(one for one in await staff(services, shop) if one.name == "AMINA")
    async with services.store.read(shop) as work:
        assert [span.weekday for span in await work.catalogue.hours([amina.id])] == [6]
    assert len(amina.service_ids) == 1


async def test_an_unknown_service_is_named_with_the_nearest_one(
    services: Services, shop: str
) -> None:
    with pytest.raises(Refused) as refused:
        await import_staff(
            services,
            shop,
            "name,services,hours\nAmina,Manicur,daily 08:00-20:00\nBrian,,\nBRIAN,all,x\n",
        )
    assert refused.value.errors == [
        "line 2, services: there is no service 'Manicur'; did you mean Manicure?",
        "line 3, services: is missing; name services with | between them, or write all",
        "line 3, hours: is missing; write it like mon-fri 09:00-17:00; sat 10:00-14:00, or off",
        "line 4, hours: 'x' is not understood; write it like mon-fri 09:00-17:00; sat 10:00-14:00",
        "line 4, name: stands on line 3 already; keep one",
    ]
    assert await staff(services, shop) == ()


async def test_a_name_may_have_120_characters(services: Services, shop: str) -> None:
    longest = "A" * 120
    rest = ",all,daily 08:00-20:00"
    report = await import_staff(services, shop, f"name,services,hours\n{longest}{rest}\n")
    assert report.added == [longest]
    with pytest.raises(Refused, match="may have 120 characters; this one has 121"):
        await import_staff(services, shop, f"name,services,hours\n{longest}A{rest}\n")


async def test_days_that_differ_are_set_once(services: Services, shop: str) -> None:
    await import_staff(services, shop, STAFF)
    first = await import_exceptions(services, shop, DAYS)
    again = await import_exceptions(services, shop, DAYS)
    assert first.added == ["Amina 2026-12-25", "Brian 2026-12-24"]
    assert again.unchanged == first.added
    amina, brian = await staff(services, shop)
    async with services.store.read(shop) as work:
        days = await work.catalogue.exceptions(
            [amina.id, brian.id], date(2026, 12, 1), date(2026, 12, 31)
        )
    assert set(days) == {
        HoursException(amina.id, date(2026, 12, 25)),
        HoursException(brian.id, date(2026, 12, 24), time(10), time(14)),
    }


async def test_doubtful_days_are_all_named(services: Services, shop: str) -> None:
    await import_staff(services, shop, STAFF)
    with pytest.raises(Refused) as refused:
        await import_exceptions(
            services,
            shop,
            "staff,date,hours\nAmima,2026-12-25,off\nAmina,2026-02-30,\n"
            "Brian,2026-12-24,off\nbrian,2026-12-24,10-14\nBrian,,off\n",
        )
    assert [error.split(";")[0] for error in refused.value.errors] == [
        "line 2, staff: there is no staff member 'Amima'",
        "line 3, date: '2026-02-30' is no date",
        "line 3, hours: is missing",
        "line 5, date: stands on line 4 already",
        "line 6, date: is missing",
    ]
