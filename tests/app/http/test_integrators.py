"""What integrators read and change: dials with their audit, the catalogue, the appointments."""

from datetime import timedelta
from typing import Any

import pytest

from jirani.rules.facts import Appointment, AppointmentStatus, Role
from tests.support.salon import Salon
from tests.support.visiting import Site

pytestmark = pytest.mark.anyio
BOTH = pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)
CSV = {"Content-Type": "text/csv"}


@BOTH
async def test_dials_are_turned_together_and_audited(site: Site) -> None:
    async with site.client(await site.key(Role.MANAGER)) as client:
        turned = await client.patch("/dials", json={"cross_sell": "never", "tone": "playful"})
        assert {each["dial"]: each["own"] for each in turned.json()} == {
            "tone": "playful",
            "greeting": None,
            "upsell": None,
            "cancellation_tone": None,
            "honorific": None,
            "cross_sell": "never",
        }
        await client.patch("/dials", json={"tone": None})
        changes = (await client.get("/dials/changes")).json()
    told = [(each["dial"], each["action"], each["before"], each["after"]) for each in changes]
    assert sorted(told) == [
        ("cross_sell", "set", None, "never"),
        ("tone", "reset", "playful", None),
        ("tone", "set", None, "playful"),
    ]
    assert {each["by"].startswith("manager (API key 01") for each in changes} == {True}


@BOTH
async def test_if_one_dial_is_wrong_none_is_turned_and_all_wrong_ones_are_named(
    site: Site,
) -> None:
    wrong = {"tone": "rude", "upsel": "never", "greeting": "a\nb\x00", "cross_sell": "never"}
    async with site.client(await site.key(Role.MANAGER)) as client:
        refused = await client.patch("/dials", json=wrong)
        assert (refused.status_code, len(refused.json()["errors"])) == (422, 3)
        assert refused.headers["content-type"] == "application/problem+json"
        bodies: list[Any] = [{}, [], {"tone": 1}, {"tone": ["warm"]}, None]
        for body in bodies:
            assert (await client.patch("/dials", json=body)).status_code == 422
        assert {each["own"] for each in (await client.get("/dials")).json()} == {None}
        assert (await client.get("/dials/changes")).json() == []


async def test_a_turned_dial_is_in_force_for_the_next_message(site: Site) -> None:
    async with site.client(await site.key(Role.MANAGER)) as client:
        await client.patch("/dials", json={"cross_sell": "never"})
    async with site.visitor() as visitor:
        await visitor.say("manicure tomorrow at 2")
        await visitor.press("Yes, book it")
        assert not any(each["kind"] == "offer" for each in visitor.choices)


@BOTH
async def test_a_file_is_imported_by_name_and_can_be_tried_out(site: Site) -> None:
    file = "name,minutes,price,shelf\nManicure,45,1300\nFacial,30,2000,A\n"
    async with site.client(await site.key(Role.MANAGER), **CSV) as client:
        for dry in (True, False):
            answer = await client.put("/services", content=file, params={"dry_run": dry})
            assert answer.json() == {
                "added": ["Facial"],
                "updated": ["Manicure"],
                "unchanged": [],
                "ignored": ["shelf"],
                "dry_run": dry,
            }
        prices = {each["name"]: each["price"] for each in (await client.get("/services")).json()}
    assert (prices["Facial"], prices["Manicure"], prices["Pedicure"]) == (200_000, 130_000, 150_000)


@BOTH
async def test_a_file_with_mistakes_is_refused_whole_and_each_one_is_told(site: Site) -> None:
    file = "name,minutes,price\nFacial,30,2000\nSauna,0,\nBath,x,-1\n"
    async with site.client(await site.key(Role.MANAGER), **CSV) as client:
        before = (await client.get("/services")).json()
        refused = await client.put("/services", content=file)
        told = refused.json()
        assert (refused.status_code, told["detail"]) == (422, "Nothing was imported.")
        assert refused.headers["content-type"] == "application/problem+json"
        assert len(told["errors"]) == 4
        lines = "name,minutes,price\n" + "x,y,z\n" * 200
        many = (await client.put("/services", content=lines)).json()["errors"]
        assert len(many) == 101
        assert many[-1].startswith("And ")
        odd = ("", "\x00", "name\n", "name,minutes,price\na\x00b,45,1200\n", '"', "a,b\n" * 100)
        for path in ("services", "staff", "staff/exceptions", "relations", "knowledge"):
            for content in (*(each.encode() for each in odd), b"\xff\xfe\x00"):
                assert (await client.put(f"/{path}", content=content)).status_code == 422
        too_large = await client.put("/services", content=b"x" * (1024 * 1024 + 1))
        assert too_large.status_code == 413
        assert (await client.get("/services")).json() == before


async def booked(salon: Salon, count: int) -> list[Appointment]:
    guests = await salon.guests(count)
    wanted = [
        (guest, "manicure", ("amina", "beth")[n % 2], salon.at("10:00", days=1 + n // 2))
        for n, guest in enumerate(guests)
    ]
    return await salon.booked(*wanted)


@BOTH
async def test_appointments_come_page_by_page_each_once(site: Site, salon: Salon) -> None:
    made = await booked(salon, 9)
    async with site.client(await site.key(Role.VIEWER)) as client:
        for limit in (1, 2, 4, 9, 50):
            seen, params = [], {"limit": str(limit)}
            while True:
                page = (await client.get("/appointments", params=params)).json()
                assert len(page["appointments"]) <= limit
                seen += [each["id"] for each in page["appointments"]]
                if page["next"] is None:
                    break
                assert page["next"].replace("~", "").isalnum()  # as it is, in any address
                params["after"] = page["next"]
            assert sorted(seen) == sorted(each.id for each in made)


@BOTH
async def test_appointments_are_found_by_time_and_status(site: Site, salon: Salon) -> None:
    made = await booked(salon, 4)
    async with site.services.store.begin(salon.id) as work:
        await work.appointments.change(made[0].id, status=AppointmentStatus.CANCELLED)
    second = salon.at("10:00", days=2)

    async def found(**params: Any) -> list[str]:
        answer = await client.get("/appointments", params=params)
        assert answer.status_code == 200, answer.text
        return [each["id"] for each in answer.json()["appointments"]]

    async with site.client(await site.key(Role.VIEWER)) as client:
        assert await found(**{"from": second.isoformat()}) == [each.id for each in made[2:]]
        assert await found(to=second.isoformat()) == [each.id for each in made[:2]]
        assert await found(status="cancelled") == [made[0].id]
        assert len(await found(status=["cancelled", "confirmed"])) == 4
        assert await found(**{"from": (second + timedelta(days=9)).isoformat()}) == []
        for far in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"):
            assert len(await found(**{"from": far})) == (4 if far < "1" else 0)
        for wrong in (
            {"from": "2026-11-24T10:00:00"},
            {"from": "0"},
            {"to": "tomorrow"},
            {"status": "maybe"},
            {"limit": "0"},
            {"limit": "201"},
            {"after": "nonsense"},
            {"after": "1~\x00"},
            {"after": f"{'9' * 17}~A"},
        ):
            assert (await client.get("/appointments", params=wrong)).status_code == 422, wrong
        assert (await client.get("/appointments", params={"after": f"{'9' * 16}~A"})).is_success


@BOTH
async def test_who_comes_is_told_to_managers_only(site: Site, salon: Salon) -> None:
    [made] = await booked(salon, 1)
    for role, shown in ((Role.VIEWER, None), (Role.MANAGER, "Guest 1"), (Role.ADMIN, "Guest 1")):
        async with site.client(await site.key(role)) as client:
            [listed] = (await client.get("/appointments")).json()["appointments"]
            alone = (await client.get(f"/appointments/{made.id}")).json()
            assert listed == alone
            assert (alone["contact"] or {}).get("name") == shown
            assert alone["start"] == salon.at("10:00").isoformat()
            for nothing in ("x", "01M83FTSR0V3RS3DTR98H6BCHX", "%00"):
                answer = await client.get(f"/appointments/{nothing}")
                assert answer.status_code in (404, 422)
