"""Slots held for one owner, singly or as a pair: all or nothing (X8)."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from redis.asyncio import Redis

from jirani.rules.facts import Slot
from jirani.store.holds import HoldResult, SlotHolds
from jirani.store.redis_client import Breaker, open_redis

pytestmark = pytest.mark.anyio

NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)
TTL = timedelta(seconds=30)
BOOKING = timedelta(minutes=5)


def slot(staff: str, after: int = 0, minutes: int = 30) -> Slot:
    start = NINE + timedelta(minutes=after)
    return Slot(staff, start, start + timedelta(minutes=minutes))


@pytest.fixture
def holds(redis_client: Redis) -> SlotHolds:
    return SlotHolds(redis_client, Breaker())


async def held(holds: SlotHolds, business: str | None = "b1") -> set[tuple[str, str]]:
    return {(hold.staff_id, hold.owner) for hold in await holds.live(business)}


async def test_of_500_contenders_for_one_pair_exactly_one_wins(holds: SlotHolds) -> None:
    pair = slot("amina"), slot("beth", after=30)

    async def contend(n: int) -> HoldResult:
        first, second = pair if n % 2 else pair[::-1]
        return await holds.reserve_pair("b1", first, second, f"o{n}", TTL)

    results = await asyncio.gather(*(contend(n) for n in range(500)))

    assert results.count(HoldResult.ACQUIRED) == 1
    winner = f"o{results.index(HoldResult.ACQUIRED)}"
    assert await held(holds) == {("amina", winner), ("beth", winner)}


async def test_overlapping_pairs_are_never_half_held(holds: SlotHolds) -> None:
    staff = [slot(f"s{n}") for n in range(30)]
    ring = pairwise([*staff, staff[0]])

    results = await asyncio.gather(
        *(holds.reserve_pair("b1", *pair, f"o{n}", TTL) for n, pair in enumerate(ring))
    )

    winners = [f"o{n}" for n, result in enumerate(results) if result is HoldResult.ACQUIRED]
    owners = [hold.owner for hold in await holds.live("b1")]
    assert winners
    assert sorted(owners) == sorted(winners * 2)


async def test_a_pair_held_before_by_the_same_owner_is_acquired_again(holds: SlotHolds) -> None:
    pair = slot("amina"), slot("beth")
    for _ in range(2):
        assert await holds.reserve_pair("b1", *pair, "me", TTL) is HoldResult.ACQUIRED


async def test_the_answer_names_the_slot_that_is_taken(holds: SlotHolds) -> None:
    await holds.hold("b1", slot("beth"), "other", TTL)
    mine, theirs = slot("amina"), slot("beth", after=25)

    assert await holds.reserve_pair("b1", theirs, mine, "me", TTL) is HoldResult.PRIMARY_TAKEN
    assert await holds.reserve_pair("b1", mine, theirs, "me", TTL) is HoldResult.SECONDARY_TAKEN
    assert await holds.hold("b1", theirs, "me", TTL) is HoldResult.PRIMARY_TAKEN


async def test_a_refusal_undoes_only_what_its_own_call_took(holds: SlotHolds) -> None:
    await holds.hold("b1", slot("amina", minutes=15), "me", BOOKING)
    await holds.hold("b1", slot("beth", after=25), "other", TTL)

    refused = await holds.reserve_pair("b1", slot("amina"), slot("beth"), "me", TTL)

    assert refused is HoldResult.SECONDARY_TAKEN
    mine, theirs = await holds.live("b1")
    assert (mine.start, mine.end) == (NINE, NINE + timedelta(minutes=15))
    assert theirs.owner == "other"


async def test_a_longer_life_is_never_shortened_and_a_shorter_one_prolonged(
    holds: SlotHolds,
) -> None:
    await holds.hold("b1", slot("amina"), "me", BOOKING)
    await holds.hold("b1", slot("beth"), "me", timedelta(seconds=5))

    await holds.reserve_pair("b1", slot("amina"), slot("beth"), "me", TTL)

    amina, beth = await holds.live("b1")
    assert amina.seconds_left > 290
    assert 25 < beth.seconds_left <= 30


async def test_another_owner_s_cells_are_no_hindrance_where_that_is_said_and_stay_its_own(
    holds: SlotHolds,
) -> None:
    await holds.hold("b1", slot("amina", minutes=15), "then", timedelta(seconds=5))

    assert await holds.hold("b1", slot("amina"), "now", BOOKING) is HoldResult.PRIMARY_TAKEN
    found = await holds.hold("b1", slot("amina"), "now", BOOKING, also="then")

    assert found is HoldResult.ACQUIRED
    then, now = await holds.live("b1")
    assert (then.owner, then.end, now.owner) == ("then", now.start, "now")
    assert then.seconds_left <= 5


async def test_a_release_by_somebody_else_frees_nothing(holds: SlotHolds) -> None:
    pair = slot("amina"), slot("beth")
    await holds.reserve_pair("b1", *pair, "me", TTL)

    assert await holds.release("b1", pair, "other") == 0
    assert await held(holds) == {("amina", "me"), ("beth", "me")}
    assert await holds.release("b1", pair, "me") == 12
    assert await holds.live() == []
    assert await holds.release("b1", [], "me") == 0


@pytest.mark.parametrize(
    ("after", "minutes", "result"),
    [
        (30, 30, HoldResult.ACQUIRED),
        (-30, 30, HoldResult.ACQUIRED),
        (29, 1, HoldResult.PRIMARY_TAKEN),
        (-30, 31, HoldResult.PRIMARY_TAKEN),
    ],
)
async def test_slots_that_only_touch_do_not_meet(
    holds: SlotHolds, after: int, minutes: int, result: HoldResult
) -> None:
    await holds.hold("b1", slot("amina"), "other", TTL)
    assert await holds.hold("b1", slot("amina", after, minutes), "me", TTL) is result


async def test_live_holds_are_listed_by_business_as_whole_spans(
    holds: SlotHolds, redis_client: Redis
) -> None:
    await redis_client.set("lock:{b1}", "no hold")
    await holds.reserve_pair("b1", slot("amina"), slot("amina", after=30), "me", TTL)
    await holds.hold("b1", slot("amina", after=60), "other", TTL)
    await holds.hold("b10", slot("a:b"), "me", TTL)
    await holds.hold("[b]1", slot("amina"), "me", TTL)

    spans = [
        (hold.staff_id, (hold.end - hold.start) // timedelta(minutes=1), hold.owner)
        for hold in await holds.live("b1")
    ]
    assert spans == [("amina", 60, "me"), ("amina", 30, "other")]
    assert await held(holds, "b10") == {("a:b", "me")}
    assert await held(holds, "[b]1") == {("amina", "me")}
    assert [hold.business for hold in await holds.live()] == ["[b]1", "b1", "b1", "b10"]


async def test_the_keys_of_one_call_share_the_business_as_hash_tag(
    holds: SlotHolds, redis_client: Redis
) -> None:
    await holds.hold("b1", slot("amina", minutes=10), "me", TTL)

    cell = int(NINE.timestamp()) // 300
    assert set(await redis_client.keys()) == {
        f"pair:reservation:{{b1}}:amina:{cell}",
        f"pair:reservation:{{b1}}:amina:{cell + 1}",
    }


async def test_without_redis_a_hold_is_unavailable_and_nothing_raises(tmp_path: Path) -> None:
    client = open_redis(tmp_path / "nobody.sock")
    holds = SlotHolds(client, Breaker())
    pair = slot("amina"), slot("beth")

    assert await holds.hold("b1", pair[0], "me", TTL) is HoldResult.UNAVAILABLE
    assert await holds.reserve_pair("b1", *pair, "me", TTL) is HoldResult.UNAVAILABLE
    assert await holds.release("b1", pair, "me") == 0
    assert await holds.live() == []
    await client.aclose()
