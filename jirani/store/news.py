"""Short notices between processes: hints that something changed; the rows say what."""

import asyncio
import secrets
from collections import deque
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager, suppress

import structlog
from redis.asyncio.client import PubSub
from redis.exceptions import ConnectionError as Lost

from jirani.store.redis_client import TROUBLE, Breaker, Client, open_line

_log = structlog.get_logger()
_PREFIX = "news:"
_OWN = ""  # a topic nobody listens to, so that the line always follows something
_MOST = 100  # notices a listener may be behind


class Listener:
    """One reader of a topic, made by `News.listen`; keeps the newest 100 notices."""

    def __init__(self) -> None:
        self._notices: deque[str] = deque(maxlen=_MOST)
        self._missed = False
        self._stirred = asyncio.Event()

    async def next(self, wait: float) -> str | None:
        """Return the next notice, or None: look into the database.

        None comes after `wait` real seconds without a notice, and at once when some may have been
        missed: too many came, or Redis was away.
        """
        if not self._stirred.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._stirred.wait()
        notice = self._notices.popleft() if self._notices and not self._missed else None
        self._missed = False
        if not self._notices:
            self._stirred.clear()
        return notice

    def hear(self, notice: str) -> None:
        """Take a notice; the oldest makes room for it."""
        self._missed |= len(self._notices) == _MOST
        self._notices.append(notice)
        self._stirred.set()

    def miss(self) -> None:
        """Take it that notices were lost."""
        self._missed = True
        self._stirred.set()


class News:
    """Tells listeners, in this process and in all others, that something happened.

    Listeners of this process hear a notice directly, also while Redis does not work, and once.
    Others hear it over Redis, at most once but for a connection lost in between; what they may
    have missed meanwhile shows as a None. One connection per process, however many listeners; on
    a cluster to any node, as each passes every notice on.
    """

    def __init__(
        self, client: Client, breaker: Breaker, *, pause: float = 0.5, silence: float = 10.0
    ) -> None:
        """`pause`: real seconds between attempts to connect; `silence`: before the line is tried.

        A line that stays silent for twice as long is taken for dead.
        """
        self._client = client
        self._breaker = breaker
        self._pause = pause
        self._silence = silence
        self._name = secrets.token_hex(8)
        self._listeners: dict[str, set[Listener]] = {}
        self._changed = asyncio.Event()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Hear what other processes publish, for the body. Once per process."""
        following = asyncio.create_task(self._keep_following())
        try:
            yield
        finally:
            await _ended(following)

    async def publish(self, topic: str, notice: str) -> None:
        """Tell everybody who listens to the topic. Trouble with Redis never raises."""
        self._deliver(topic, notice)
        await self._breaker.call(
            lambda: self._client.publish(f"{_PREFIX}{topic}", f"{self._name} {notice}"),
            otherwise=0,
        )

    @asynccontextmanager
    async def listen(self, topic: str) -> AsyncIterator[Listener]:
        """Listen for the body. Look into the database after this, not before: then none is lost.

        Notices of other processes come as soon as Redis knows of the first listener to a topic;
        what may have been missed until then shows as a None.
        """
        listener = Listener()
        self._listeners.setdefault(topic, set()).add(listener)
        self._changed.set()
        try:
            yield listener
        finally:
            self._listeners[topic].discard(listener)
            if not self._listeners[topic]:
                del self._listeners[topic]
                self._changed.set()

    def _deliver(self, topic: str, notice: str) -> None:
        for listener in self._listeners.get(topic, ()):
            listener.hear(notice)

    async def _keep_following(self) -> None:
        while True:
            if line := await self._breaker.call(self._connect, otherwise=None):
                async with aclosing(line):
                    await self._use(line)
            await asyncio.sleep(self._pause)

    async def _connect(self) -> PubSub | None:
        return await open_line(self._client, f"{_PREFIX}{_OWN}")

    async def _use(self, line: PubSub) -> None:
        subscribing = asyncio.create_task(self._subscribe(line))
        try:
            await self._hear(line)
        except TROUBLE as error:
            _log.info("news.lost", error=type(error).__name__, detail=str(error))
        finally:
            await _ended(subscribing)

    async def _subscribe(self, line: PubSub) -> None:
        """Subscribe to what has listeners, and to nothing else."""
        followed = {_OWN}
        while True:
            self._changed.clear()
            wanted = {_OWN, *self._listeners}
            if new := [f"{_PREFIX}{topic}" for topic in wanted - followed]:
                await line.subscribe(*new)
            if old := [f"{_PREFIX}{topic}" for topic in followed - wanted]:
                await line.unsubscribe(*old)
            followed = wanted
            await self._changed.wait()

    async def _hear(self, line: PubSub) -> None:
        asked = False
        while True:
            message = await line.get_message(timeout=self._silence)
            if message:
                self._take(message["type"], message["channel"], message["data"])
            elif asked:
                raise Lost("the line is silent")
            else:
                await line.ping()
            asked = not message

    def _take(self, kind: str, channel: str, data: object) -> None:
        if kind == "message":
            name, _, notice = str(data).partition(" ")
            if name != self._name:  # our own were delivered when they were published
                self._deliver(channel.removeprefix(_PREFIX), notice)
        elif kind == "subscribe":  # whatever came before it, also while we were away, was missed
            for listener in self._listeners.get(channel.removeprefix(_PREFIX), ()):
                listener.miss()


async def _ended(task: asyncio.Task[None]) -> None:
    """End a task; what broke the line is known already."""
    task.cancel()
    with suppress(asyncio.CancelledError, *TROUBLE):
        await task
