"""That the laws of the walks bite: a small world that is right, and wrong by one thing."""

import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from jirani.rules.facts import ContactPolicy, RecoveryPolicy
from jirani.store.engine import open_engine
from jirani.store.work import Store
from tests.support.databases import sqlite_url
from tests.support.recovering import Recovering
from tests.support.recovery_audit import History, breaches
from tests.support.recovery_laws import ALWAYS, SWEPT, broken
from tests.support.recovery_walk import EAGER

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database", ["sqlite"], indirect=True)]

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
LONG = datetime(2026, 1, 1, tzinfo=UTC)
TWO = RecoveryPolicy(on=True, parallel=2, move_up=True, cool_down=timedelta())
LONG_AGO, FAR_OFF = "'2026-01-01 00:00:00.000000'", "'2030-01-01 00:00:00.000000'"
GUARDS = "SELECT type, name FROM sqlite_master WHERE type = 'trigger' OR sql LIKE '% UNIQUE %'"
GUARDS += " AND type = 'index'"
LIVE, OPEN = "WHERE status = 'offered'", "WHERE status = 'open'"


@dataclass
class Small:
    """A slot that somebody moved up to, theirs that another took, and one that two are asked of."""

    house: Recovering
    folder: Path
    copies: "count[int]" = field(default_factory=count)

    @property
    def now(self) -> datetime:
        return self.house.salon.clock.now()

    @property
    def store(self) -> Store:
        return self.house.salon.services.store

    async def begins(self) -> None:
        house = self.house
        house.salon.services = replace(house.salon.services, contact=EAGER)
        await house.sets(parallel="2", move_up="on", cool_down="0")
        _, mover, *_ = await house.wait(4)
        await house.salon.booked((mover, "manicure", "amina", house.salon.at("17:00")))
        opening = await house.opened("14:00")
        for _ in range(2):
            await self.waits()
            live = await house.live(opening)
            offer = max(live, key=lambda each: each.primary_id or "")
            answered = await house.says_yes(house.waiting[offer.customer_id], offer)
            assert answered.decision.allowed
            if offer.primary_id:
                left = await house.opening_of(offer.primary_id)
                assert left
                opening = left
        await self.waits()
        assert len(await house.live(await house.opened("10:00"))) == 0
        await self.waits()

    async def waits(self) -> None:
        self.house.salon.clock.advance(SECOND)
        await self.house.runs()

    @asynccontextmanager
    async def wrong(self, *statements: str) -> AsyncIterator[Store]:
        """Lend a copy whose rows were changed by hand, past every guard of the database."""
        copy = self.folder / f"wrong-{next(self.copies)}.db"
        now = self.now.strftime("'%Y-%m-%d %H:%M:%S.%f'")
        source = str(self.store.engine.url.database)
        with closing(sqlite3.connect(source)) as right, closing(sqlite3.connect(copy)) as line:
            right.backup(line)
            for kind, name in line.execute(GUARDS).fetchall():
                line.execute(f"DROP {kind} {name}")
            for each in statements:
                line.execute(each.replace("NOW", now))
            line.commit()
        store = Store(open_engine(sqlite_url(copy)))
        yield store
        await store.close()

    async def laws_broken(self, *statements: str) -> set[str]:
        async with self.wrong(*statements) as store, store.engine.connect() as connection:
            return {law for law, _ in await broken(connection, self.now)}


@pytest.fixture
async def small(house: Recovering, tmp_path: Path) -> Small:
    made = Small(house, tmp_path)
    await made.begins()
    return made


BROKEN = {
    "R1: a slot is open once": (
        f"CREATE TEMP TABLE x AS SELECT * FROM slot_openings {OPEN}",
        "UPDATE x SET id = 'x'",
        "INSERT INTO slot_openings SELECT * FROM x",
    ),
    "R1: what opens was given up": ("UPDATE appointments SET status = 'confirmed'",),
    "R2: nobody is asked twice for one slot": (f"UPDATE offers SET customer_id = 'x' {LIVE}",),
    "R2: who gave a slot up is not asked for it": (
        f"UPDATE slot_openings SET left_by = 'x' {OPEN}",
        f"UPDATE offers SET customer_id = 'x' {LIVE} AND lane = 0",
    ),
    "R2: who is asked wanted to be told": ("DELETE FROM customer_scores",),
    "R4: one live offer a lane": ("UPDATE offers SET lane = 0",),
    "R4: what is over is offered to nobody": ("UPDATE slot_openings SET status = 'expired'",),
    "R4: an offer never outlives its slot": (f"UPDATE offers SET expires_at = {FAR_OFF}",),
    "R5: one winner": ("UPDATE offers SET status = 'accepted' WHERE reason = 'filled'",),
    "R5: filled and accepted are one": (
        "UPDATE offers SET status = 'declined' WHERE status = 'accepted'",
    ),
    "R5: who said yes has it, as a recovered slot": ("UPDATE appointments SET source = 'chat'",),
    "R5: no slot is recovered that was not offered": (
        "UPDATE appointments SET source = 'slot_recovery'",
    ),
    "R5: whoever loses hears it": ("DELETE FROM outbox",),
    "R5: a move loses no booking": ("UPDATE appointments SET moved_from = NULL",),
    "R5: who is moved up is moved to an earlier time": (
        f"UPDATE appointments SET starts_at = {LONG_AGO} WHERE status = 'moved'",
    ),
    "O1: accepted by a later message that said yes": ("UPDATE offers SET settled_seq = 0",),
    "O1: one message accepts one thing": (
        "UPDATE offers SET thread_id = 'x', settled_seq = 9 WHERE status = 'accepted'",
    ),
    "O4: accepted and sold are one, but for a move": ("DELETE FROM sales",),
    "O5: what is offered is once in the ledger and once in the outbox": ("DELETE FROM contacts",),
    "O9: who wants no offers has none": (f"UPDATE customers SET offers_stopped_at = {LONG_AGO}",),
    "X9: no staff member and no customer is in two places": (
        "UPDATE appointments SET status = 'held', customer_id = 'x'",
        f"UPDATE appointments SET starts_at = {LONG_AGO}",
    ),
    "R4: nothing is open when it begins": (f"UPDATE slot_openings SET starts_at = {LONG_AGO}",),
    "R9: whatever is open is looked at in time": ("UPDATE slot_openings SET looks_at = NULL",),
    "R9: silence has ended what it should": (f"UPDATE offers SET expires_at = {LONG_AGO}",),
    "R6: what was not paid for has ended": (f"UPDATE appointments SET hold_until = {LONG_AGO}",),
    "R4: nothing is given up while somebody could be asked": (
        f"UPDATE slot_openings SET status = 'expired', reason = 'nobody_left', settled_at = NOW "
        f"{OPEN}",
    ),
}


async def test_each_law_finds_who_breaks_it_and_nobody_in_a_world_that_is_right(
    small: Small,
) -> None:
    assert await small.laws_broken() == set()
    assert BROKEN.keys() == (ALWAYS | SWEPT).keys()
    missed = [law for law, how in BROKEN.items() if law not in await small.laws_broken(*how)]
    assert missed == []


def history(contact: ContactPolicy = EAGER, policy: RecoveryPolicy = TWO) -> History:
    made = History(contact)
    made.policies.append((LONG, policy))
    return made


def spared(**policy: object) -> Callable[[Small], History]:
    return lambda _: history(replace(EAGER, **policy))  # type: ignore[arg-type]


def ruled(**policy: object) -> Callable[[Small], History]:
    return lambda _: history(policy=replace(TWO, **policy))  # type: ignore[arg-type]


def stopped(small: Small) -> History:
    made = history()
    for customer in small.house.waiting:
        made.stops(customer, LONG)
    return made


NOTHING: tuple[str, ...] = ()
EXPIRED = "UPDATE slot_openings SET status = 'expired', settled_at = NOW, reason ="
AUDITED = {
    "O5: more than": (spared(weekly_cap=1), NOTHING),
    "O5: too soon": (spared(spacing=DAY), NOTHING),
    "O5: in the pause": (
        spared(declines=1),
        (
            "UPDATE offers SET status = 'declined' WHERE reason = 'filled'",
            f"UPDATE offers SET customer_id = 'x' {LIVE} OR status = 'declined'",
        ),
    ),
    "O7: asked at 2026-11-23 22": (
        ruled(),
        (f"UPDATE offers SET offered_at = '2026-11-23 19:00:00.000000' {LIVE}",),
    ),
    "O7: asked at 2026-11-23 19": (
        ruled(),
        (
            "UPDATE offers SET offered_at = '2026-11-23 16:50:00.000000', "
            f"expires_at = '2026-11-23 17:05:00.000000' {LIVE}",
        ),
    ),
    "R4: 2 at once": (ruled(parallel=1), NOTHING),
    "R4: lives too long": (ruled(life=SECOND), NOTHING),
    "O8: offered too late": (ruled(min_lead=3 * DAY), NOTHING),
    "O9: offered after a stop": (stopped, NOTHING),
    "O8: given up": (ruled(), (f"{EXPIRED} 'too_late'",)),
    "O7: given up": (ruled(), (f"{EXPIRED} 'quiet_hours'",)),
}


async def test_each_breach_over_time_is_found_and_none_in_a_world_that_is_right(
    small: Small,
) -> None:
    assert await breaches(small.store, history()) == []
    for told, (of, statements) in AUDITED.items():
        async with small.wrong(*statements) as store:
            found = await breaches(store, of(small))
        assert any(each.startswith(told) for each in found), (told, found)
