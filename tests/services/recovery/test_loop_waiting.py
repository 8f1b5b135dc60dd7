"""When the loop looks again, when it gives up, and what it leaves alone (R4, R8, O5, O7)."""

from datetime import timedelta
from typing import Any

import pytest

from jirani.rules.decision import Reason
from jirani.rules.facts import Customer, OpeningStatus, Thread
from jirani.services.recovery import loop
from jirani.services.recovery.looking import look_at
from jirani.services.recovery.loop import recover
from tests.support.recovering import Recovering

pytestmark = pytest.mark.anyio

MINUTE = timedelta(minutes=1)


async def asleep(house: Recovering, n: int) -> None:
    """Add people who want to be told, and live by this business's clock."""
    services, now = house.salon.services, house.salon.clock.now()
    async with services.store.begin(house.salon.id) as work:
        for number in range(n):
            who, peer = Customer(services.ids.new()), f"asleep-{number}"
            await work.customers.add(who, "memory", peer, now)
            await work.threads.add(Thread(services.ids.new(), who.id, "memory", peer, now, now))
            await work.consents.opt_in("memory", peer, "import", now)


@pytest.mark.parametrize(("sleeping", "asked"), [(99, 1), (100, 0)])
async def test_once_a_hundred_are_asleep_the_others_are_taken_to_be_o7_r4(
    house: Recovering, sleeping: int, asked: int
) -> None:
    await asleep(house, sleeping)
    (guest,) = await house.wait(1)
    async with house.salon.services.store.begin(house.salon.id) as work:
        await work.customers.change(guest.customer_id, phone="+447911123456")  # 18:00 there
    house.salon.clock.advance(timedelta(hours=12))  # 21:00 in Nairobi
    opening = await house.opened("08:15")
    await house.runs()
    assert len(await house.live(opening)) == asked


@pytest.mark.parametrize(
    ("left", "status"), [(45, OpeningStatus.OPEN), (44, OpeningStatus.EXPIRED)]
)
async def test_who_is_only_held_by_a_wait_is_looked_for_again_while_there_is_time_r4_o5(
    house: Recovering, left: int, status: OpeningStatus
) -> None:
    await house.wait(1)
    guest, offer = await house.asked(await house.opened("17:00"))
    await house.says_no(guest, offer)  # and is asked nothing for two days
    opening = await house.opened("10:00", days=0)
    house.salon.clock.at = opening.starts_at - left * MINUTE
    await recover(house.salon.services, house.salon.id, opening.id)
    found = await house.now(opening)
    assert found.status is status
    again = house.salon.clock.now() + 15 * MINUTE
    assert found.looks_at == (again if status is OpeningStatus.OPEN else None)


async def test_what_is_not_there_or_over_is_left_alone_r8(house: Recovering) -> None:
    services, business = house.salon.services, house.salon.id
    await recover(services, business, "nothing")
    await house.wait(1)
    opening = await house.opened()
    guest, offer = await house.asked(opening)
    assert (await house.says_yes(guest, offer)).decision.allowed
    await recover(services, business, opening.id)
    assert len(await house.offers(opening)) == 1


@pytest.mark.parametrize("waiting", [0, 1])
async def test_what_ends_while_it_is_looked_at_is_left_alone_r4_r8(
    house: Recovering, monkeypatch: pytest.MonkeyPatch, waiting: int
) -> None:
    await house.wait(waiting)
    opening = await house.opened()
    if waiting:
        await house.runs()  # somebody is being asked: there is nothing to do but wait
    seen: list[Any] = []

    async def ended(*about: Any) -> Any:
        seen.append(await look_at(*about))
        return seen[0] if len(seen) == 1 else None

    monkeypatch.setattr(loop, "look_at", ended)
    await recover(house.salon.services, house.salon.id, opening.id)
    assert len(seen) == 2
    assert (await house.now(opening)).status is OpeningStatus.OPEN


@pytest.mark.parametrize(
    ("change", "status", "reason"),
    [
        ({"recovery": "off"}, OpeningStatus.WITHDRAWN, Reason.RECOVERY_OFF),
        ({"min_lead": "1440"}, OpeningStatus.EXPIRED, Reason.TOO_LATE),
    ],
)
async def test_what_may_not_go_on_ends_with_its_reason_r4_r8(
    house: Recovering, change: dict[str, str], status: OpeningStatus, reason: Reason
) -> None:
    await house.wait(1)
    opening = await house.opened("10:00", days=0)
    await house.sets(**change)
    await house.runs()
    after = await house.now(opening)
    assert (after.status, after.reason) == (status, reason)
    assert await house.offers(opening) == ()
