"""Stays planned by the hundred thousand: how many a second, and what that needs of memory."""

import asyncio
import json
import resource
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from random import Random
from time import process_time

from app import logs
from evals.bench.timing import Compared
from evals.stays.house import SOLD, booked_at
from evals.stays.playing import planned
from evals.stays.replaying import BATCH
from evals.stays.reservations import Booked, Ended
from evals.stays.story import Story
from jirani.rules.stays.planning import plan
from prompts.library import Prompts

FEW, MANY = 20_000, 119_000
FLAT = 1.10  # of the memory that the first 20,000 needed


def planning() -> list[Compared]:
    """Measure by CPU time, in a process of its own, whose memory nothing else has filled."""
    command = [sys.executable, "-c", "from evals.bench.planning import child; child()"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = json.loads(said)
    grown = found["memory_many"] / found["memory_few"]
    return [
        Compared(
            f"stays told of, read and planned, {MANY:,} of them",
            "the rule alone",
            0,
            MANY / found["seconds"],
            found["alone"],
            unit="/s",
        ),
        Compared(
            f"memory at its most, after {MANY:,} stays",
            f"after {FEW:,}",
            0,
            found["memory_many"],
            found["memory_few"],
            target=f"< {FLAT:.2f}",
            met=grown < FLAT,
            unit="MB",
        ),
    ]


def child() -> None:
    """Plan them all, and print what that took as JSON; memory in megabytes."""
    logs.configure("error")
    sys.stdout.write(json.dumps(asyncio.run(_planned())))


async def _planned() -> dict[str, float]:
    stays, prompts, few, done = _stays(), Prompts(), 0.0, 0
    stories: list[Story] = []
    seconds = 0.0
    while rows := list(islice(stays, BATCH)):
        started = process_time()
        stories = await planned(rows, prompts)
        seconds += process_time() - started
        done += len(rows)
        if done == FEW:
            few = _memory()
    many, alone = _memory(), _alone(stories)
    return {"seconds": seconds, "alone": alone, "memory_few": few, "memory_many": many}


def _alone(stories: list[Story]) -> float:
    """Return how many stays a second the rule plans where everything is at hand."""
    started, rounds = process_time(), 5
    for _ in range(rounds):
        for story in stories:
            if story.stay is not None:
                plan(story.stay, SOLD, (), booked_at(story.row))
    return rounds * len(stories) / (process_time() - started)


def _stays() -> Iterator[Booked]:
    draw, day = Random(6), timedelta(days=1)
    for line in range(MANY):
        arrival = date(2016, 1, 1) + draw.randrange(700) * day
        departure = arrival + draw.randrange(1, 15) * day
        booked_on = arrival - draw.randrange(200) * day
        dates = (booked_on, arrival, departure)
        yield Booked(line, str(line), *dates, Ended.CHECK_OUT, departure, 9000)


def _memory() -> float:
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1 << 20 if sys.platform == "darwin" else 1 << 10)
