"""A process that dies anywhere in the yes-path or in the sweeper: one outcome, nothing lost."""

import asyncio
import random
from collections import Counter
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter

import pytest
from redis.asyncio import Redis

from jirani.connectors.memory_gateway import Course
from tests.support.killed_child import live
from tests.support.last_acts import SILENCE, YES, Story, ending, judge
from tests.support.proving import Proved
from tests.support.salon import Salon
from tests.support.shared_world import provider_at

pytestmark = pytest.mark.anyio

FEW = 4  # deaths, of some hundred, in every run
KILLED = 60  # real processes


def name_of(salon: Salon) -> str:
    return salon.services.store.engine.dialect.name


@pytest.mark.parametrize("every", [False, pytest.param(True, marks=pytest.mark.proof)])
@pytest.mark.parametrize(
    ("act", "course"),
    [
        (YES, Course.PAID),
        (SILENCE, Course.PAID),
        (SILENCE, Course.FAILED),
        (SILENCE, Course.SILENT),
    ],
)
async def test_whenever_a_process_dies_the_next_one_comes_to_a_right_end(
    salon: Salon, redis_client: Redis, act: str, course: Course, every: bool, proved: Proved
) -> None:
    story = await Story.begin(salon, redis_client)
    undisturbed, moments = await story.ends(act, course)
    assert moments > 50, "too few for what it does: is every touch of the outside counted?"
    step = 1 if every else moments // FEW
    ends: Counter[str] = Counter()
    for moment in range(step, moments + 1, step):
        told, _ = await story.ends(act, course, dies_at=moment)
        ends[judge(told, undisturbed)] += 1
    assert course is Course.SILENT or not ends["never heard"]
    assert not every or ends["never sent"], "no death came between the two halves of a push"
    how = ", ".join(f"{times} {way}" for way, times in sorted(ends.items()))
    proved(
        f"killed in the {act}-path, charges {course}, {name_of(salon)}: "
        f"{ends.total()} of {moments} moments, {how}"
    )


@pytest.mark.proof
@pytest.mark.parametrize("act", [YES, SILENCE])
async def test_whenever_a_real_process_is_killed_the_next_one_comes_to_a_right_end(
    salon: Salon, redis_client: Redis, redis_socket: Path, tmp_path: Path, act: str, proved: Proved
) -> None:
    story = await Story.begin(salon, redis_client)
    undisturbed, _ = await story.ends(act, Course.PAID)
    url = salon.services.store.engine.url.render_as_string(hide_password=False)
    later = 1 if act == YES else 125  # so late, expiry, charge and push are due at once
    context = get_context("forkserver")
    context.set_forkserver_preload([live.__module__])
    ends: Counter[str] = Counter()
    whole, cut_short = 0.0, 0
    while cut_short < KILLED:
        telling = await story.anew(Course.PAID)
        await telling.passes(later)
        provider = tmp_path / f"provider-{ends.total()}"
        async with provider_at(provider, {salon.id: telling.gateway}):
            process = context.Process(
                target=live,
                args=(act, url, redis_socket, provider, salon.id, telling.clock.now()),
            )
            process.start()
            began, patience = perf_counter(), random.uniform(0, whole) if whole else 60
            await asyncio.to_thread(partial(process.join, patience))
            cut_short += process.is_alive()
            process.kill()
            await asyncio.to_thread(process.join)
            whole = whole or perf_counter() - began
        await telling.passes(20)  # the dead process's lock on the thread runs out
        await (telling.says_yes() if act == YES else telling.sweeps())
        await telling.settles()
        ends[judge(await ending(telling), undisturbed)] += 1
    how = ", ".join(f"{times} {way}" for way, times in sorted(ends.items()))
    proved(f"killed -9 in the {act}-path, {name_of(salon)}: {cut_short} processes, {how}")
