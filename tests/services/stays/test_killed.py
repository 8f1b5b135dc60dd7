"""A scheduler that dies anywhere in dispatch: each text sent at most once, none lost (U5, O5)."""

import asyncio
import random
from collections import Counter
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter

import pytest
from redis.asyncio import Redis

from jirani.services import Services
from tests.support.elsewhere import served
from tests.support.killed_dispatch import live
from tests.support.last_offers import Course, Story, judge
from tests.support.proving import Proved

pytestmark = pytest.mark.anyio

FEW = 3  # deaths, of some hundred, in every run
KILLED = 40  # real processes


def name_of(services: Services) -> str:
    return services.store.engine.dialect.name


async def deaths(story: Story, course: Course, proved: Proved, *, every: bool) -> None:
    undisturbed, moments = await story.ends(course)
    assert moments > 100, "too few for what it does: is every touch of the outside counted?"
    step = 1 if every else moments // FEW
    ends: Counter[str] = Counter()
    for moment in range(step, moments + 1, step):
        ends[(await story.ends(course, dies_at=moment))[0]] += 1
    how = "; ".join(f"{times} times {way}" for way, times in sorted(ends.items()))
    proved(
        f"killed in dispatch, posts {course}, {name_of(story.services)}: "
        f"{ends.total()} of {moments} moments, {how}; undisturbed {undisturbed}"
    )


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("course", [Course.WORDS, Course.SILENT])
async def test_a_scheduler_that_dies_here_or_there_has_sent_once_what_the_next_one_finds(
    services: Services, redis_client: Redis, course: Course, proved: Proved
) -> None:
    await deaths(await Story.begin(services, redis_client), course, proved, every=False)


@pytest.mark.proof
@pytest.mark.parametrize("course", Course)
async def test_whenever_the_scheduler_dies_the_next_one_sends_what_is_due_once(
    services: Services, redis_client: Redis, course: Course, proved: Proved
) -> None:
    await deaths(await Story.begin(services, redis_client), course, proved, every=True)


class Parent:
    """Hears that the process has begun."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()

    async def begins(self) -> None:
        self.begun.set()


@pytest.mark.proof
@pytest.mark.parametrize("course", [Course.WORDS, Course.SILENT, Course.DOWN])
async def test_whenever_a_real_scheduler_is_killed_the_next_one_sends_what_is_due_once(
    services: Services,
    redis_client: Redis,
    redis_socket: Path,
    tmp_path: Path,
    course: Course,
    proved: Proved,
) -> None:
    story = await Story.begin(services, redis_client)
    url = services.store.engine.url.render_as_string(hide_password=False)
    context = get_context("forkserver")
    context.set_forkserver_preload([live.__module__])
    ends: Counter[str] = Counter()
    whole, cut_short = 0.0, 0
    while cut_short < KILLED:
        sending, parent = await story.anew(course), Parent()
        outside = tmp_path / f"outside-{ends.total()}"
        told = (sending.pms.capabilities, sending.clock.now(), ends.total() + 10)
        async with served(outside, pms=sending.pms, mailer=sending.mailer, parent=parent):
            process = context.Process(target=live, args=(url, redis_socket, outside, *told))
            process.start()
            await asyncio.wait_for(parent.begun.wait(), 60)
            began, patience = perf_counter(), random.uniform(0, whole) if whole else 60
            await asyncio.to_thread(partial(process.join, patience))
            cut_short += process.is_alive()
            process.kill()
            await asyncio.to_thread(process.join)
            whole = whole or perf_counter() - began
        await sending.settles()
        ends[await judge(sending, course)] += 1
    how = "; ".join(f"{times} times {way}" for way, times in sorted(ends.items()))
    proved(
        f"killed -9 in dispatch, posts {course}, {name_of(services)}: {cut_short} processes, {how}"
    )
