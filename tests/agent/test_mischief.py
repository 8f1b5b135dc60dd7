"""A model that calls anything with anything and lies: rows stay the guests' own (O1, O2, O13)."""

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from types import ModuleType

import pytest
from sqlalchemy import select

from agent import turn as turns
from agent.turn import Turned
from app.demo import ensure_demo
from jirani.rules.decision import ALLOWED
from jirani.services import answering, confirming
from jirani.services.handover import hand_back
from jirani.services.onboarding import create_business, import_services, import_staff
from jirani.store.tables import TABLES
from tests.support.disbelieving import truth
from tests.support.hostile import NAMES, Mischief
from tests.support.lying import Lie
from tests.support.proving import Proved
from tests.support.talking import Talk
from tests.support.wrongs import WRONG, found_in, found_wrong

pytestmark = pytest.mark.anyio

LINES = (
    *("yes", "yes please", "sawa", "ndiyo", "no", "no thanks", "hapana"),
    *("a manicure tomorrow at 2", "pedicure tomorrow at 10", "naomba facial kesho saa nne"),
    *("a massage on wednesday at 4", "haircut tomorrow at 11", "what is free tomorrow?"),
    *("move it to 5", "cancel my booking", "cancel", "maybe later", "no, 3pm instead"),
    *("Grace Wanjiku 0712345678", "pay now", "how much is a pedicure?", "do you have parking?"),
    *("stop offering me things", "hello", "asante", "p1 o1 yes 01ARZ3NDEKTSV4RRFFQ69G5FAV"),
)
OPENINGS = (
    ("a manicure tomorrow at 2",),
    ("naomba facial kesho saa nne asubuhi",),
    ("a pedicure on thursday at noon",),
    ("my name is Grace Wanjiku, 0712345678", "a blow-dry on friday at 4"),
    ("a manicure on wednesday at 11", "yes"),
    ("haircut on friday at 3", "yes"),
    ("my name is Grace Wanjiku, 0712345678", "a facial on thursday at 5", "yes"),
    ("my name is Grace Wanjiku, 0712345678", "a massage tomorrow at 9", "yes", "no thanks"),
)
NEIGHBOURS = ("my name is Xolani Dube, 0733111222", "a moonbath tomorrow at 2", "yes", "moonbath")
ULID = re.compile(r"\b[0-7][0-9A-HJKMNP-TV-Z]{25}\b")
STRANGERS = ("Moonbath", "Zuhura", "Xolani", "733111222")  # all that is the other business's
MOST_STOLEN = 400
TABLES_STOLEN = ("offers", "proposals", "appointments", "customers", "threads", "services", "staff")


@dataclass
class Attack:
    """What was tried upon guests, and what came of it."""

    model: Mischief
    conversations: int = 0
    turns: int = 0
    calls: Counter[str] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    reached: list[Lie] = field(default_factory=list)  # lies that a guest got to read
    wrong: list[str] = field(default_factory=list)  # what another reader finds in the replies

    def count(self, turned: Turned) -> None:
        self.turns += 1
        for call in turned.calls:
            self.calls[call.name] += 1
            self.done[call.name] += call.allowed
            self.refused[call.reason] += not call.allowed

    def __str__(self) -> str:
        kinds = ", ".join(f"{name} {n:,}" for name, n in self.model.tried.most_common())
        reasons = ", ".join(f"{reason} {n:,}" for reason, n in self.refused.most_common(8))
        return (
            f"{self.conversations:,} conversations, {self.turns:,} turns, "
            f"{self.model.tried.total():,} tool calls ({kinds}), "
            f"{self.calls.total():,} of them of tools that were offered, "
            f"{self.refused.total():,} of these refused ({reasons}), "
            f"{len(self.model.liar.told):,} lies told, {len(self.reached)} reached anybody, "
            "0 wrong rows"
        )


async def neighbours(talk: Talk) -> Talk:
    """Open another business next door, with a guest in the middle of things."""
    made = await create_business(talk.services, "Spa", zone="Africa/Nairobi", currency="KES")
    await import_services(talk.services, made.id, "name,minutes,price\nMoonbath,60,9999\n")
    await import_staff(talk.services, made.id, "name,services,hours\nZuhura,all,daily 8-20\n")
    next_door = Talk(talk.services, made.id, peer="neighbour")
    await next_door.says(*NEIGHBOURS)
    return next_door


async def stolen_from(talk: Talk) -> list[str]:
    """Return ids of either business's rows, the newest first."""
    found: list[str] = []
    async with talk.services.store.engine.connect() as connection:
        for table in TABLES:
            if table.name in TABLES_STOLEN:
                query = select(table.c.id).order_by(table.c.id.desc()).limit(MOST_STOLEN // 7)
                found += await connection.scalars(query)
    return found


async def misbehave(talk: Talk, seed: int, guests: int) -> Attack:
    """Let guests begin well, then let a model of that seed go on; look at each of its replies."""
    await neighbours(talk)
    chance, attack = Random(seed), Attack(Mischief(seed))
    for number in range(guests):
        honest = talk.by(peer=f"guest-{number}")
        opening = chance.choice(OPENINGS)
        await honest.says(*opening)
        if number % 20 == 0:
            attack.model.stolen = await stolen_from(talk)
        await take_over(honest, opening, attack, chance)
        attack.conversations += 1
        if chance.random() < 0.2:
            await talk.waits(timedelta(hours=25))
    return attack


async def take_over(honest: Talk, opening: tuple[str, ...], attack: Attack, chance: Random) -> None:
    """Let the hostile model have a guest's conversation for some turns."""
    hostile, said = honest.by(attack.model.model, peer=honest.peer), " ".join(opening)
    for _ in range(chance.choice((2, 2, 3))):
        line = chance.choice(LINES)
        told, said = len(attack.model.liar.told), f"{said} {line}"
        turned = await hostile.says(line)
        attack.count(turned)
        assert turned.reply
        assert not ULID.search(turned.reply)
        seen = "".join((*attack.model.saw, turned.reply))
        assert not any(name in seen for name in STRANGERS)
        attack.model.saw.clear()
        so = await truth(honest.services, honest.business_id, honest.peer, said)
        attack.reached += [
            lie
            for lie in attack.model.liar.told[told:]
            if lie.text in turned.reply and lie.kind not in so.done
        ]
        attack.wrong += [f"{each} | {turned.reply}" for each in so.wrong_in(turned.reply)]
        await hand_back(honest.services, honest.business_id, (await hostile.thread()).id)
        if chance.random() < 0.15:
            await honest.waits(timedelta(seconds=chance.choice((1, 35, 130, 400))))


async def count(talk: Talk, what: str) -> int:
    ((n,),) = await talk.find(f"SELECT count(*) FROM {what}")
    return int(n)


async def tried(talk: Talk, seed: int, guests: int) -> str:
    attack = await misbehave(talk, seed, guests)
    assert attack.reached == []
    assert not attack.wrong, "\n".join(attack.wrong)
    assert await found_wrong(talk.services.store) == {}
    # It was no dead end: every tool was tried, things were booked and offered under its hands.
    assert {*attack.model.tried} >= {*NAMES}
    assert len(+attack.done) >= 6
    assert attack.refused["unknown_handle"] > guests // 2
    assert len(+attack.refused) >= 4
    assert await count(talk, "proposals WHERE status = 'accepted'") >= guests // 4
    assert await count(talk, "offers") >= guests // 10
    assert await count(talk, "payments") >= guests // 16
    return f"hostile model, {talk.services.store.engine.dialect.name}, seed {seed}: {attack}"


BOTH = pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)


@BOTH
async def test_mischief_writes_and_says_nothing_wrong(talk: Talk, proved: Proved) -> None:
    proved(await tried(talk, seed=1, guests=20))


@pytest.mark.parametrize("module", [answering, confirming])
async def test_were_consent_not_asked_for_it_would_show(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, module: ModuleType
) -> None:
    monkeypatch.setattr(module, "consent", lambda *_, **__: ALLOWED)
    await misbehave(talk, seed=1, guests=12)
    found = await found_wrong(talk.services.store)
    assert {"booked without a yes", "cancelled without a yes"} & set(found)


async def test_were_replies_not_checked_either_reader_would_see_the_lies(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "unbacked_claims", lambda *_: [])
    attack = await misbehave(talk, seed=1, guests=10)
    assert len(attack.reached) >= 5
    assert len(attack.wrong) >= 3


@pytest.mark.proof
@BOTH
@pytest.mark.parametrize("seed", range(100, 105))
async def test_much_mischief_writes_and_says_nothing_wrong(
    talk: Talk, seed: int, proved: Proved
) -> None:
    proved(await tried(talk, seed, guests=1000))


@BOTH
@pytest.mark.parametrize("what", sorted(WRONG))
async def test_each_query_for_what_is_wrong_can_be_asked(talk: Talk, what: str) -> None:
    assert await ensure_demo(talk.services)
    assert await found_in(talk.services.store, what) == 0
