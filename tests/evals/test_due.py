from datetime import datetime, timedelta
from pathlib import Path

import pytest

from evals import due as module
from evals.due import due
from evals.ground import Ground
from evals.happenings import happen
from evals.opening import opened_world
from evals.passing import let_pass
from evals.scenario import Step, load
from evals.world import CHANNEL, World
from jirani.services import Services
from jirani.store.queues import Due, Queues
from scheduler import jobs
from scheduler.jobs import JOBS, Job, each_due
from tests.evals.conftest import Write

pytestmark = pytest.mark.anyio

ASKED = "manicure with Amina tomorrow at 2pm"


@pytest.fixture
def quiet(write: Write) -> Path:
    """A scenario without dials to play with: nothing is offered, nobody else is there."""
    return write(
        "title: A greeting\ncovers: [§7]\nlanguage: en\nworld: {dials: {cross_sell: never}}\n"
        "turns: [{guest: hello}]\n"
    )


async def say(world: World, *texts: str) -> None:
    for text in texts:
        await happen(world, Step("guest", text))


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
async def test_every_job_is_asked_what_it_would_find(
    shared: Ground, quiet: Path, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    class Listening(module._Noting):
        def __getattr__(self, name: str) -> module.Look:
            asked.append(name)
            return super().__getattr__(name)

    monkeypatch.setattr(module, "_Noting", Listening)
    monkeypatch.setattr(jobs, "JOBS", (job,))
    async with opened_world(shared, load(quiet), seed=0) as world:
        asked.clear()
        assert await due(world.services, world.clock.now()) == set()
    assert asked, "it looks for its work elsewhere: time would not stop for it"


async def test_time_stops_for_a_job_that_is_new(
    shared: Ground, quiet: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reminded: list[datetime] = []
    ahead = timedelta(seconds=7)

    async def look(queues: Queues, services: Services) -> list[Due]:
        return await queues.proposals(services.clock.now() + ahead)

    async def remind(services: Services, _business_id: str, _id: str) -> None:
        reminded.append(services.clock.now())

    new = Job("remind", timedelta(seconds=1), each_due("remind", look, remind))
    monkeypatch.setattr(jobs, "JOBS", (new, *JOBS))
    async with opened_world(shared, load(quiet), seed=0) as world:
        await say(world, ASKED)
        began = world.clock.now()
        await let_pass(world, timedelta(hours=2))
        assert reminded[0] == began + world.services.timing.booking_hold - ahead


async def test_looking_changes_nothing(shared: Ground, quiet: Path) -> None:
    async with opened_world(shared, load(quiet), seed=0) as world:
        now, new = world.clock.now(), world.services.ids.new()
        payload = {"channel": CHANNEL, "thread": "t1", "peer": "guest", "text": "Are you there?"}
        async with world.services.store.begin(world.business.id) as work:
            await work.outbox.put(
                new, kind="message", peer="guest", dedupe_key="once", payload=payload, at=now
            )
        found = {("claim", Due(world.business.id, new))}
        assert await due(world.services, now) == found
        assert await due(world.services, now) == found
        assert world.channel.sent == []
        await world.settle()
        assert [message.text for message in world.channel.sent] == ["Are you there?"]
        assert await due(world.services, now) == set()
