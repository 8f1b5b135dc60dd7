"""What a business's own systems read and change of freed slots, by role (R1-R8)."""

from dataclasses import replace
from typing import Any

import pytest

from jirani.rules.facts import Role
from tests.support.recovering import Recovering, recovering
from tests.support.salon import Salon, open_salon
from tests.support.visiting import Site

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True),
]


@pytest.fixture
async def house(salon: Salon) -> Recovering:
    return await recovering(salon)


async def call(
    site: Site, method: str, path: str, role: Role = Role.MANAGER, **how: Any
) -> tuple[int, Any]:
    async with site.client(await site.key(role)) as client:
        answer = await client.request(method, f"/recovery{path}", **how)
    return answer.status_code, answer.json() if answer.content else None


async def read(site: Site, path: str, role: Role = Role.VIEWER) -> Any:
    status, said = await call(site, "GET", path, role)
    assert status == 200, said
    return said


async def test_a_cancellation_in_the_chat_over_http_opens_the_slot(site: Site) -> None:
    settings = {"recovery": "on", "unpaid": "opens"}
    status, _ = await call(site, "PATCH", "/settings", json=settings)
    assert status == 200
    async with site.visitor() as visitor:
        await visitor.say("manicure tomorrow at 2 with Amina")
        await visitor.press("Yes")
        await visitor.say("no thanks")
        await visitor.say("please cancel my manicure")
        await visitor.press("Yes")
    [opening] = (await read(site, "/openings"))["openings"]
    assert (opening["service"], opening["staff"], opening["status"]) == (
        *("Manicure", "Amina"),
        "open",
    )
    assert opening["start"].endswith("14:00:00+03:00")


async def test_openings_are_read_page_by_page_with_the_story_of_each(
    site: Site, house: Recovering
) -> None:
    await house.wait(2)
    first, second = await house.opened("14:00"), await house.opened("16:00")
    guest, offer = await house.asked(first)
    page = await read(site, "/openings?limit=1")
    assert [each["id"] for each in page["openings"]] == [second.id]
    rest = await read(site, f"/openings?limit=1&before={page['next']}")
    assert ([each["id"] for each in rest["openings"]], rest["next"]) == ([first.id], None)
    assert (await read(site, "/openings?status=filled&status=expired"))["openings"] == []
    assert len((await read(site, "/openings?status=open"))["openings"]) == 2
    for wanted in (first.id, offer.id, first.appointment_id):
        story = await read(site, f"/openings/{wanted}", Role.MANAGER)
        assert story["id"] == first.id
    [asked] = story["offers"]
    assert (asked["customer_id"], asked["tier"]) == (guest.customer_id, "neutral")
    told = {each["customer_id"]: each for each in story["candidates"]}
    assert told[guest.customer_id]["asked"] == "offered"
    other = next(each for id, each in told.items() if id != guest.customer_id)
    assert other["asked"] is None
    assert other["name"].startswith("Guest ")
    seen = await read(site, f"/openings/{first.id}")
    assert {each["name"] for each in seen["candidates"]} == {None}
    assert (await call(site, "GET", "/openings/nothing"))[0] == 404


async def test_an_opening_is_triggered_and_taken_back_by_managers_and_twice_is_as_once(
    site: Site, house: Recovering
) -> None:
    [guest] = await house.wait(1)
    await house.sets(recovery="off")
    left, made = await house.booked()
    await house.cancels(left, made)
    wanted: dict[str, Any] = {"json": {"appointment_id": made.id}}
    status, refused = await call(site, "POST", "/openings", **wanted)
    assert (status, refused["detail"]) == (
        409,
        "No slot was opened: this business does not offer freed slots to others.",
    )
    await house.sets(recovery="on")
    assert (await call(site, "POST", "/openings", Role.VIEWER, **wanted))[0] == 403
    status, opening = await call(site, "POST", "/openings", **wanted)
    assert (status, opening["status"]) == (201, "open")
    assert await call(site, "POST", "/openings", **wanted) == (200, opening)
    assert (await call(site, "POST", "/openings", json={"appointment_id": "no"}))[0] == 404
    await house.runs()
    back = f"/openings/{opening['id']}/withdraw"
    assert (await call(site, "POST", back, Role.VIEWER))[0] == 403
    status, gone = await call(site, "POST", back)
    assert (status, gone["status"], gone["because"]) == (
        *(200, "withdrawn"),
        "the business took it back itself",
    )
    assert await call(site, "POST", back) == (200, gone)
    assert "no longer available" in (await house.texts(guest))[-1]
    assert (await call(site, "POST", "/openings/nothing/withdraw"))[0] == 404


async def test_what_was_filled_cannot_be_taken_back_and_is_counted(
    site: Site, house: Recovering
) -> None:
    await house.wait(1)
    opening = await house.opened()
    guest, offer = await house.asked(opening)
    assert (await house.says_yes(guest, offer)).decision.allowed
    status, refused = await call(site, "POST", f"/openings/{opening.id}/withdraw")
    assert (status, refused["detail"]) == (
        409,
        "It was not taken back: somebody else has taken the slot.",
    )
    found = await read(site, "/statistics?from=2026-11-23&to=2026-11-23")
    assert (found["slots"], found["filled"], found["openings"]) == (1, 1.0, {"filled": 1})
    total = found["total"]
    assert (total["asked"], total["fills"], total["minutes"]) == (1, 1, 45)
    assert (total["revenue"], total["unpaid"]) == ({"KES": 120_000}, {"KES": 120_000})
    assert found["by_tier"]["neutral"] == total
    assert (found["messages_per_fill"], found["fill_minutes_median"]) == (1.0, 0.0)
    later = await read(site, "/statistics?from=2026-11-24")
    assert (later["slots"], later["filled"], later["fill_minutes_median"]) == (0, None, None)
    for wrong in ("1234567890", "2026-13-01"):
        assert (await call(site, "GET", f"/statistics?from={wrong}"))[0] == 422
    assert (await read(site, "/statistics?to=9999-12-31"))["slots"] == 1


async def test_settings_are_made_together_or_not_at_all(site: Site) -> None:
    wanted: dict[str, Any] = {"json": {"recovery": "on", "life": "20"}}
    assert (await call(site, "PATCH", "/settings", Role.VIEWER, **wanted))[0] == 403
    status, said = await call(site, "PATCH", "/settings", **wanted)
    own = {each["name"]: each["own"] for each in said if each["own"]}
    assert (status, own) == (200, {"recovery": "on", "life": "20"})
    wrong = {"life": "an hour", "sauna": "on", "risk": "exclude"}
    status, refused = await call(site, "PATCH", "/settings", json=wrong)
    assert (status, len(refused["errors"])) == (422, 2)
    await call(site, "PATCH", "/settings", json={"life": None})
    told = {
        each["name"]: (each["value"], each["default"]) for each in await read(site, "/settings")
    }
    assert (told["recovery"], told["life"], told["risk"]) == (
        *(("on", "off"), ("15", "15")),
        ("last", "last"),
    )
    assert told["min_lead"] == ("30", "30")


async def test_a_consent_is_entered_with_what_shows_it(site: Site, house: Recovering) -> None:
    guest = await house.salon.guest()
    whose = f"/customers/{guest.customer_id}/consent"
    given = {"channel": "memory", "evidence": "signed the form"}
    assert (await call(site, "PUT", whose, Role.VIEWER, json=given))[0] == 403
    assert (await read(site, whose))["wants"] is False
    for _ in range(2):
        assert await call(site, "PUT", whose, json=given) == (204, None)
    [address] = (await read(site, whose, Role.MANAGER))["addresses"]
    assert (address["peer"], address["how"], address["evidence"]) == (
        *(guest.peer, "api"),
        "signed the form",
    )
    seen = await read(site, whose)
    assert seen["wants"] is True
    assert (seen["addresses"][0]["peer"], seen["addresses"][0]["evidence"]) == (None, None)
    assert (await call(site, "PUT", whose, json=given | {"evidence": "\0"}))[0] == 422
    assert (await call(site, "PUT", whose, json=given | {"channel": "sms"}))[0] == 404
    for _ in range(2):
        assert await call(site, "DELETE", whose) == (204, None)
    assert (await read(site, whose))["wants"] is False
    for method in ("GET", "PUT", "DELETE"):
        assert (await call(site, method, "/customers/nobody/consent", json=given))[0] == 404


async def test_nobody_reads_or_changes_another_business_s(site: Site, house: Recovering) -> None:
    [guest] = await house.wait(1)
    opening = await house.opened()
    await open_salon(site.services, slug="elsewhere")
    others = replace(site, business="elsewhere")
    assert (await read(others, "/openings"))["openings"] == []
    assert (await read(others, "/statistics"))["slots"] == 0
    given = {"channel": "memory", "evidence": "a form"}
    paths: list[tuple[str, str, Any]] = [
        ("GET", f"/openings/{opening.id}", None),
        ("POST", f"/openings/{opening.id}/withdraw", None),
        ("POST", "/openings", {"appointment_id": opening.appointment_id}),
        ("PUT", f"/customers/{guest.customer_id}/consent", given),
        ("DELETE", f"/customers/{guest.customer_id}/consent", None),
    ]
    for method, path, body in paths:
        assert (await call(others, method, path, Role.ADMIN, json=body))[0] == 404, path
    assert (await house.now(opening)).status == "open"
    async with site.client(await others.key(Role.ADMIN)) as client:
        for path in ("/openings", "/settings", "/statistics"):
            assert (await client.get(f"/recovery{path}")).status_code == 401
