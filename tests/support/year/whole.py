"""A simulated year from its seed to its record."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from logging import CRITICAL
from random import Random
from unittest.mock import patch

import structlog

from jirani.services import Services, inbox
from jirani.services.stays import dispatch, posting
from tests.support.year.bookings import as_told, bookings, places
from tests.support.year.living import Lives
from tests.support.year.playing import Played
from tests.support.year.record import Record
from tests.support.year.telling import figures, recorded

AFTER = timedelta(days=4)  # what the last stay has set going has ended by then


@dataclass(frozen=True)
class Year:
    """How much is played: guests, places, days of arrival, and how far ahead one books."""

    seed: int
    guests: int
    places: int
    first: date
    days: int
    ahead: int = 90
    nightly: int = 1  # days between two night passes over everything
    pms: str = "memory"  # else over the wire of that one
    rate: float = 0.0  # how likely each fault befalls each call and webhook; 0: troubles by plan
    in_turn: bool = True  # guests are served one after another: so a run can be played again


async def play(services: Services, year: Year) -> tuple[Record, str]:
    """Play a year; return what an auditor is shown, and the figures for a reader."""
    played, lives = await lived(services, year)
    with _quietly():
        return await recorded(played, lives), str(await figures(played))


async def lived(services: Services, year: Year) -> tuple[Played, Lives]:
    """Play a year to its end."""
    chance = Random(year.seed)
    where = places(chance, year.places)
    booked = bookings(chance, where, year.guests, year.first, year.days, year.ahead)
    if year.pms != "memory":
        booked = [as_told(each) for each in booked]
    with _quietly(), _in_turn(year.in_turn):
        played = Played(services, year.seed, booked[0].at, year.nightly, year.pms)
        await played.opens(where)
        lives = Lives(played, where, year.seed + 1)
        lives.begins(booked)
        end = datetime.combine(max(each.departure for each in booked), time(), UTC) + AFTER
        if year.rate:
            played.pms.rate = year.rate
        else:
            lives.troubles(booked[0].at, end)
        await played.plays(end)
    return played, lives


@contextmanager
def _quietly() -> Iterator[None]:
    """Write no log: a year has millions of lines, and they would take longer than it."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(CRITICAL))
    try:
        yield
    finally:
        structlog.configure(**before)


@contextmanager
def _in_turn(so: bool) -> Iterator[None]:
    """Let nothing be done beside another: whose thread ends first is nobody's to choose."""
    with ExitStack() as patches:
        for module in (inbox, dispatch, posting) if so else ():
            patches.enter_context(patch.object(module, "AT_ONCE", 1))
        yield
