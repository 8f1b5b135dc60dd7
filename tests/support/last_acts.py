"""A guest before a yes: told again and again, with a process that dies in it, to its end."""

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from redis.asyncio import Redis

from jirani.connectors.channels import MemoryChannel
from jirani.connectors.memory_gateway import Course, MemoryGateway
from jirani.connectors.payments import ChargeUpdate
from jirani.services.clock import Ids, SetClock
from jirani.services.settling import callback
from scheduler.jobs import run_due
from tests.support.dying import Death, mortal
from tests.support.looking import rows
from tests.support.rewinding import Moment, go_back, pass_in_redis, remember
from tests.support.salon import Salon
from tests.support.talking import Talk, World

BEFORE = ("A manicure with Amina tomorrow at 2 pm please", "yes", "I'm Grace, 0711 000 000")
SECOND = timedelta(seconds=1)
YES, SILENCE = "yes", "silence"
KEY = "the yes"  # the channel's id of the message
SWEEPS = (30, 90, 4, 40, 40, 110, 310)  # seconds from one visit of the sweeper to the next
SETTLED = (130, 400, 4000, 8000)  # seconds after which nothing moves any more


@dataclass
class Telling:
    """One time the story is told: in a process that may die, before a provider that does not."""

    talk: Talk
    clock: SetClock
    gateway: MemoryGateway
    channel: MemoryChannel
    redis: Redis
    called: list[ChargeUpdate] = field(default_factory=list)

    async def says_yes(self) -> None:
        """Deliver the guest's yes, and answer it."""
        await self.talk.answers(await self.talk.hears("yes please", key=KEY))

    async def passes(self, seconds: int) -> None:
        """Let time pass, for the house and for Redis alike."""
        self.clock.advance(seconds * SECOND)
        await pass_in_redis(self.redis, seconds * SECOND)

    async def sweeps(self) -> None:
        """Take callbacks, which come until they are taken; then do what is due."""
        self.called += self.gateway.due_callbacks(self.clock.now())
        while self.called:
            await callback(self.talk.services, self.called[0])
            del self.called[0]
        await run_due(self.talk.services)

    async def settles(self) -> None:
        """Let time pass until nothing moves any more."""
        for seconds in SETTLED:
            await self.passes(seconds)
            await self.sweeps()


@dataclass(frozen=True)
class Ending:
    """How it ended, without ids and times; `texts` are those that came between turns."""

    world: World
    said: tuple[str, ...]
    texts: "Counter[str]"
    pushes: int
    taken: int
    holds: int


@dataclass(frozen=True)
class Story:
    """What can be told again from the moment before the yes."""

    salon: Salon
    redis: Redis
    before: Moment
    began: datetime

    @classmethod
    async def begin(cls, salon: Salon, redis: Redis) -> "Story":
        """Let a guest book, and hear of the neighbouring slot."""
        await Talk(salon.services, salon.id).says(*BEFORE)
        before = await remember(salon.services.store.engine, redis)
        return cls(salon, redis, before, salon.clock.now())

    async def ends(
        self, act: str, course: Course, *, dies_at: int | None = None
    ) -> tuple[Ending, int]:
        """Tell it to its end; return that, and how many moments the act had to die in.

        `act` is YES, or SILENCE, in which only the sweeper acts. The process dies at a moment
        of the act, counted from 1; another takes the same message, or sweeps, and goes on.
        """
        telling = await self.anew(course)
        death = Death()
        with mortal(telling.talk.services, self.redis, death) as dying:
            telling.talk.services = dying
            moments = 0
            if act == YES:
                moments = await _lives(telling.says_yes, death, dies_at)
            else:
                for seconds in SWEEPS:
                    await telling.passes(seconds)
                    here = None if dies_at is None else dies_at - moments
                    moments += await _lives(telling.sweeps, death, here)
            await telling.settles()
            return await ending(telling), moments

    async def anew(self, course: Course) -> Telling:
        """Go back to where it began, before a provider whose charges take this course."""
        services, clock = self.salon.services, self.salon.clock
        await go_back(self.before, services.store.engine, self.redis)
        clock.at = self.began
        gateway, channel = MemoryGateway(clock.now, default=course), MemoryChannel()
        alone = replace(
            services, gateway=gateway, channels={"memory": channel}, ids=Ids(clock, seed=2)
        )
        return Telling(Talk(alone, self.salon.id), clock, gateway, channel, self.redis)


async def _lives(do: Callable[[], Awaitable[None]], death: Death, dies_at: int | None) -> int:
    with death.at(dies_at):
        await do()
    moments = death.moments
    if death.reborn():
        await do()
    return moments


async def ending(telling: Telling) -> Ending:
    """See how it ended."""
    said = "SELECT text FROM messages WHERE author = 'agent' ORDER BY thread_id, seq"
    return Ending(
        await telling.talk.world(),
        tuple(str(text) for (text,) in await rows(telling.talk.services.store, said)),
        Counter(telling.channel.texts(telling.talk.peer)),
        len(telling.gateway.charges),
        telling.gateway.taken(telling.clock.now()),
        len(await telling.redis.keys("pair:*")),
    )


def judge(told: Ending, undisturbed: Ending) -> str:
    """Say in which of the ways that are right a story with a death in it has ended.

    `same` rows as without a death; or the push was `never sent`, since one that may have gone out
    is not sent again (P1): then nothing was taken, and the booking lapsed as the policy says (X12);
    or it was sent and its answer `never heard`: a provider that also never calls back leaves a
    charge which only a person can find.
    """
    assert told.holds == 0, "X8: a hold was left behind"
    assert told.pushes <= 1, "P1: pushed twice"
    assert max(told.texts.values(), default=0) <= 1, f"said twice: {told.texts}"
    assert (
        _unsent(told) == _unsent(undisturbed) or told.world.payments != undisturbed.world.payments
    )
    if told.world.payments == undisturbed.world.payments and told.pushes == undisturbed.pushes:
        assert replace(told.world, outbox=()) == replace(undisturbed.world, outbox=())
        assert told.taken == undisturbed.taken
        assert len(told.said) == len(undisturbed.said), "a message was answered twice, or never"
        return "same"
    assert ("charge", "unknown") in told.world.outbox
    assert [status for _, status, _ in told.world.payments] == ["expired"]
    assert {status for _, _, status, _, _ in told.world.appointments} == {"released"}
    assert {status for _, status in told.world.sales} <= {"failed"}
    if told.pushes == 0:
        assert told.taken == 0
        return "never sent"
    return "never heard"


def _unsent(told: Ending) -> list[str]:
    return sorted(kind for kind, state in told.world.outbox if state in ("sent", "unknown"))
