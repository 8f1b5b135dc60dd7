"""A simulated year: no guest is pestered, nothing is sold that is not to be (O5-O10, U3)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from jirani.services import Services
from prompts.library import Prompts
from tests.support.proving import Proved
from tests.support.year.auditor import breaches
from tests.support.year.record import (
    AHEAD,
    CLEANING,
    EARLY,
    KINDS,
    LATE,
    Chore,
    Facts,
    Line,
    Person,
    Place,
    Put,
    Record,
    Said,
    Sold,
    StayRecord,
)
from tests.support.year.texts import put_in
from tests.support.year.whole import Year, play

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(0)]

# A month in which the clocks change in New York and in Lisbon.
SMALL = Year(seed=7, guests=26, places=8, first=date(2027, 3, 7), days=23, ahead=9, nightly=3)
# From before one change of the clocks to after the next three.
YEAR = Year(seed=0, guests=2500, places=45, first=date(2026, 10, 1), days=365, nightly=7)


async def played(services: Services, year: Year, proved: Proved, least: int) -> None:
    record, told = await play(services, year)
    found = breaches(record)
    assert not found, "\n".join(map(str, (len(found), *found[:30])))
    assert len(record.sales) >= least, told
    where = services.store.engine.dialect.name
    people = len(record.of_person())
    name = f"simulated year, {where}, seed {year.seed}"
    proved(f"{name}: {people:,} guests, {year.days} days, 0 breaches")
    for number, line in enumerate(told.splitlines(), 1):
        proved(f"{name}: {number}. {line}")


SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@SQLITE
async def test_in_a_simulated_month_no_rule_is_broken(services: Services, proved: Proved) -> None:
    await played(services, SMALL, proved, least=10)


@pytest.mark.proof
@SQLITE
@pytest.mark.parametrize("seed", range(1, 5))
async def test_in_a_simulated_year_no_rule_is_broken(
    services: Services, proved: Proved, seed: int
) -> None:
    await played(services, replace(YEAR, seed=seed), proved, least=500)


@pytest.mark.proof
@pytest.mark.parametrize("database", ["postgres"], indirect=True)
async def test_on_postgres_neither(services: Services, proved: Proved) -> None:
    few = replace(YEAR, seed=9, guests=300, places=18, days=90, in_turn=False)
    await played(services, few, proved, least=50)


# --- that it bites: a small made-up world, right as it is, and wrong by one thing


ZONE = "America/New_York"
PLACE = Place("flat", ZONE, time(16), time(11))


def at(day: int, hour: int = 9, minute: int = 0) -> datetime:
    """Return a moment of June 2026 by the clocks of New York, which are four hours behind."""
    return datetime(2026, 6, day, hour, minute, tzinfo=UTC) + timedelta(hours=4)


def offered(when: datetime, kind: str, price: str = "USD 25", wall: time | None = None) -> Said:
    return Said(when, "us", f"{kind} {when}", put=Put(kind, price, kind, wall))


def says(when: datetime, meant: str, about: str = "", until: date | None = None) -> Said:
    return Said(when, "guest", f"{meant} {when}", meant, about, until)


def world() -> Record:
    """One guest from the 10th to the 20th, offered and sold two extras; a neighbour behind."""
    stay = StayRecord("R1", Person("sarah"))
    stay.facts = [Facts(at(1), "flat", "confirmed", "paid", date(2026, 6, 10), date(2026, 6, 20))]
    stay.said = [
        offered(at(7), EARLY, wall=time(15)),
        says(at(7, 10), "yes", EARLY),
        offered(at(17), LATE, "USD 50", time(12)),
        says(at(17, 10), "yes", LATE),
    ]
    other = StayRecord("R2", Person("sam"))
    other.facts = [Facts(at(1), "flat", "confirmed", "paid", date(2026, 6, 20), date(2026, 6, 25))]
    record = Record({"flat": PLACE}, {"R1": stay, "R2": other})
    for key, kind, price, day, hour, wall in (
        ("a", EARLY, 2500, 7, 10, 15),
        ("b", LATE, 5000, 17, 20, 12),
    ):
        due = date(2026, 6, 10 if kind == EARLY else hour)
        sold = ("R1", key, kind, price, "USD", at(day, 10, 1), "applied", due, time(wall))
        record.sales.append(Sold(*sold))
        record.lines.append(Line("R1", f"fee:{key}", price, "USD"))
        record.chores.append(Chore("flat", "other", due, at(30), stay="R1", ours=True))
        record.mails["R1"] += 1
    return record


def say(record: Record, *words: Said, ref: str = "R1") -> None:
    stay = record.stays[ref]
    stay.said = sorted([*stay.said, *words], key=lambda each: each.at)


def becomes(record: Record, when: datetime, **so: object) -> None:
    facts = record.stays["R1"].facts
    facts.append(replace(facts[-1], at=when, **so))  # type: ignore[arg-type]


def sells(record: Record, key: str, **so: object) -> None:
    sales = record.sales
    sales[:] = [replace(each, **so) if each.key == key else each for each in sales]  # type: ignore[arg-type]


def other_guest(record: Record) -> None:
    """Let the neighbour have bought the hours before their check-in."""
    other = record.stays["R2"]
    other.said = [offered(at(17), EARLY, wall=time(15)), says(at(17, 9, 30), "yes", EARLY)]
    sold = ("R2", "c", EARLY, 2500, "USD", at(17, 9, 31), "applied", date(2026, 6, 20), time(15))
    record.sales.append(Sold(*sold))
    record.lines.append(Line("R2", "fee:c", 2500, "USD"))
    record.chores.append(Chore("flat", "other", date(2026, 6, 20), at(30), stay="R2", ours=True))
    record.mails["R2"] += 1


def two_noes(record: Record) -> None:
    record.sales.clear()
    record.lines.clear()
    record.chores.clear()
    record.mails.clear()
    stay = record.stays["R1"]
    stay.said = [offered(at(12), CLEANING), says(at(12, 10), "no")]
    record.stays["R3"] = other = StayRecord("R3", stay.person, stay.facts)
    other.said = [offered(at(11), CLEANING), says(at(11, 10), "no"), offered(at(14), LATE)]


def nights(record: Record) -> None:
    say(record, offered(at(13), AHEAD, "USD 90"), says(at(13, 10), "yes", AHEAD))
    told = ("R1", "n", AHEAD, 9000, "USD", at(13, 11), "applied", date(2026, 6, 20))
    record.sales.append(Sold(*told, nights=(date(2026, 6, 20),)))
    record.mails["R1"] += 1


PLANTED: dict[str, tuple[str, Callable[[Record], object]]] = {
    "two within 48 h": ("O5", lambda it: say(it, offered(at(9, 8), CLEANING))),
    "a fourth in a week": (
        "O5",
        lambda it: say(it, offered(at(13), CLEANING), *(_asked(day) for day in (12, 14, 15))),
    ),
    "one in the pause": ("O5", two_noes),
    "at night": ("O7", lambda it: say(it, offered(at(13, 20), CLEANING))),
    "at seven, by the guest's clock": (
        "O7",
        lambda it: setattr(it.stays["R1"], "person", Person("sarah", "America/Los_Angeles")),
    ),
    "too late": ("O8", lambda it: say(it, offered(at(19, 11, 30), LATE))),
    "after a stop": ("O9", lambda it: say(it, says(at(8), "stop"))),
    "sold after a stop": ("O9", lambda it: say(it, says(at(17, 9, 30), "stop"))),
    "after a general no": ("O10", lambda it: say(it, says(at(8), "general"))),
    "asked a third time": (
        "O10",
        lambda it: say(
            it,
            *(word for day in (12, 14) for word in (offered(at(day), CLEANING), _later(day))),
            offered(at(16, 10), CLEANING),
        ),
    ),
    "sooner than was asked for": (
        "O10",
        lambda it: say(it, offered(at(12), CLEANING), _later(12), offered(at(14), CLEANING)),
    ),
    "asked again after a no": (
        "O10",
        lambda it: say(
            it,
            *(offered(at(12), CLEANING), _later(12), says(at(13), "no", CLEANING)),
            offered(at(15, 10), CLEANING),
        ),
    ),
    "sent twice": ("U5", lambda it: say(it, offered(at(7, 9, 5), EARLY, wall=time(15)))),
    "said twice": ("U5", lambda it: say(it, *[Said(at(21), "us", "Lovely.")] * 2)),
    "offered to nobody": ("U1", lambda it: becomes(it, at(16), status="cancelled")),
    "sold on a cancelled stay": ("U3", lambda it: becomes(it, at(17, 9, 59), status="refunded")),
    "sold unpaid": ("U3", lambda it: becomes(it, at(17, 9, 59), payment="unpaid")),
    "sold without a yes": ("O1", lambda it: sells(it, "b", at=at(17, 9, 30))),
    "sold and never offered": ("O1", lambda it: it.stays["R1"].said.clear()),
    "sold for another price": ("O1", lambda it: sells(it, "b", price=4000)),
    "sold twice": ("U2", lambda it: it.sales.append(replace(it.sales[1], key="d", at=at(18)))),
    "billed twice": ("U7", lambda it: it.lines.append(it.lines[0])),
    "never billed": ("U7", lambda it: it.lines.clear()),
    "billed for nothing": ("U7", lambda it: it.lines.append(Line("R2", "fee:z", 1, "USD"))),
    "reversed and billed": ("U7", lambda it: sells(it, "a", reversed_at=at(7, 11))),
    "no task": ("U7", lambda it: it.chores.pop()),
    "the host never heard": ("U7", lambda it: it.mails.clear()),
    "two in one turnover": ("U8", other_guest),
    "somebody arrives": ("U8", lambda it: sells(it, "b", wall=time(13))),
    "somebody's night": ("U8", nights),
    "into work": (
        "U8",
        lambda it: it.chores.append(
            Chore("flat", "maintenance", date(2026, 6, 20), at(1), None, False, at(20), at(20, 14))
        ),
    ),
}


def _asked(day: int) -> Said:
    return Said(at(day, 7), "us", "yes", put=Put(LATE, "USD 50", "late", time(12), asked=True))


def _later(day: int) -> Said:
    return says(at(day, 10), "later", CLEANING, until=date(2026, 6, day + 3))


def test_the_made_up_world_is_as_it_should_be() -> None:
    assert breaches(world()) == []


@pytest.mark.parametrize("what", PLANTED)
def test_each_breach_that_is_planted_is_found(what: str) -> None:
    record = world()
    rule, plant = PLANTED[what]
    plant(record)
    assert rule in {breach.rule for breach in breaches(record)}


@pytest.mark.parametrize("kind", KINDS)
def test_the_promised_texts_are_recognised_in_every_language_and_tone(kind: str) -> None:
    words = {"listing": "Loft", "day": "Monday 15 June", "time": "09:00", "standard": "16:00"}
    words |= {"nights": "Sunday 14 June", "arrival": "Sunday 14 June", "price": "USD 25"}
    words |= {"departure": "Sunday 21 June"}
    for language in ("en", "sw"):
        for tone in ("warm", "playful", "professional"):
            found = put_in(Prompts().render(kind, language, tone=tone, **words))
            assert found
            assert (found.kind, found.price, found.asked) == (kind, "USD 25", False)
