"""The scenarios, on two web processes and a scheduler over PostgreSQL and Redis."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

import pytest

from evals.choosing import choose
from evals.ground import Ground
from evals.runner import attempt
from evals.scenario import Scenario
from tests.support.databases import fresh_postgres
from tests.support.replicas import Replicas, replicas, spread_world
from tests.support.shared_world import provider_at

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(300)]  # three processes start

ELSEWHERE = {
    "without-redis": "their Redis is always there",
    "odd-messages": "this door refuses messages of nothing (tests/app/http)",
    "ten-thousand-letters": "this door takes 4,000 characters (tests/app/http)",
}
# A stay's PMS is in the memory of this process; several share one in tests/services/stays.
EVERY = [
    each for each in choose(()) if each.name not in ELSEWHERE and each.world.get("base") != "stays"
]
QUICK = (
    "manicure-then-pedicure",
    "manicure-kisha-pedicure",
    "two-guests-want-one-slot",
    "restart-in-between",
    "late-yes-still-free",
    "callbacks-twice-and-forged",
)


@pytest.fixture(scope="module")
async def shared(
    postgres_template: str, redis_socket: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Replicas]:
    folder = tmp_path_factory.mktemp("replicas")
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(fresh_postgres(postgres_template))
        running = stack.enter_context(replicas(folder, database, redis_socket))
        await stack.enter_async_context(provider_at(folder / "provider", running.providers))
        yield running


async def passes(shared: Replicas, redis: Path, scenario: Scenario) -> None:
    ground = Ground(shared.folder, redis, None)
    made = await attempt(ground, scenario, 0, opening=partial(spread_world, shared))
    said = [line for each in made.played.steps for line in (each.done, *each.heard)]
    assert made.passed, "\n".join([*made.why, *said])


@pytest.mark.parametrize("name", QUICK)
async def test_two_doors_and_a_scheduler_pass_a_scenario(
    shared: Replicas, redis_socket: Path, name: str
) -> None:
    await passes(shared, redis_socket, choose([name])[0])


@pytest.mark.proof
@pytest.mark.parametrize("scenario", EVERY, ids=lambda each: each.name)
async def test_two_doors_and_a_scheduler_pass_every_scenario(
    shared: Replicas, redis_socket: Path, scenario: Scenario
) -> None:
    await passes(shared, redis_socket, scenario)
