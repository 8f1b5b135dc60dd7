"""Turns in tasks of their own: a client that leaves never cuts one in half."""

import asyncio
import re
from collections.abc import Iterator
from contextlib import suppress

from agent.turn import Guest, Turned
from app.http.channel import tell
from jirani.services import Services
from jirani.services.log import about, log
from jirani.services.threads import Received, case_of_thread
from jirani.services.wording import language_of
from jirani.store.mutex import Busy
from jirani.store.news import News

AT_ONCE = 40  # turns of one process; more wait for their turn
ATTEMPTS = 3
PAUSES = (1.0, 3.0)  # real seconds before a failed turn is run again
PATIENCE = 60.0  # real seconds a message waits for the turn before it
ANSWERED = "answered"  # the outcome of a turn that was run just now
NOBODY = "none"  # the model of a turn that could not be run
_PARTS = re.compile(r"(?<=[.!?…])\s+|\n+")


class Turns:
    """Answers stored messages in the background, and tells the pages that wait for it."""

    def __init__(self, services: Services, guest: Guest, news: News, *, burst: float) -> None:
        """`burst`: real seconds to wait for what a guest writes right behind a message."""
        self._services, self._guest, self._news, self._burst = services, guest, news, burst
        self._running: dict[tuple[str, str, int], asyncio.Task[None]] = {}
        self._room = asyncio.Semaphore(AT_ONCE)

    def begin(self, business_id: str, received: Received, *, at_once: bool = False) -> None:
        """See to it that a message gets its answer; it may be running already, here or elsewhere.

        `at_once`: nothing more is to be waited for, as after a button.
        """
        key = (business_id, received.thread.id, received.seq)
        if key not in self._running:
            task = asyncio.create_task(self._see_through(business_id, received, at_once))
            self._running[key] = task
            task.add_done_callback(lambda _: self._running.pop(key, None))

    def __len__(self) -> int:
        return len(self._running)

    async def finished(self, seconds: float) -> bool:
        """Wait for all turns; tell whether they ended in time. Those left over are run again."""
        tasks = list(self._running.values())
        if not tasks:
            return True
        _, left = await asyncio.wait(tasks, timeout=seconds)
        for task in left:
            task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*left, return_exceptions=True)
        return not left

    async def _see_through(self, business_id: str, received: Received, at_once: bool) -> None:
        peer = received.thread.peer
        with about(business_id, received.thread.id):
            await tell(self._news, peer, "typing", on=True)
            if not at_once:
                await asyncio.sleep(self._burst)
            try:
                async with self._room:
                    turned = await self._answered(business_id, received)
                if turned.outcome == ANSWERED:  # an old answer is a message already
                    for part in parts_of(turned.reply):
                        await tell(self._news, peer, "part", text=part)
            except Busy:
                log.warning("turn.busy", seq=received.seq)  # another process is at it, or was
            except Exception as error:
                log.exception("turn.failed", error=type(error).__name__)
                await self._apologise(business_id, received)
            finally:
                if self._last_of(business_id, received.thread.id):
                    await tell(self._news, peer, "typing", on=False)
                await tell(self._news, peer, "look", seq=received.seq)

    async def _answered(self, business_id: str, received: Received) -> Turned:
        """Run the turn; one that broke is run again, which does nothing twice (O4)."""
        for attempt in range(ATTEMPTS):
            try:
                return await self._guest.answer(business_id, received, wait=PATIENCE)
            except Busy:
                raise
            except Exception as error:
                if attempt == ATTEMPTS - 1:
                    raise
                log.exception("turn.again", error=type(error).__name__)
                await asyncio.sleep(PAUSES[attempt])
        raise AssertionError("the last attempt returns or raises")

    def _last_of(self, business_id: str, thread_id: str) -> bool:
        return sum(key[:2] == (business_id, thread_id) for key in self._running) <= 1

    async def _apologise(self, business_id: str, received: Received) -> None:
        """Answer the guest all the same, and end the turn: writing again starts over."""
        services, thread_id, seq = self._services, received.thread.id, received.seq
        try:
            case = await case_of_thread(services, business_id, thread_id)
            async with services.store.begin(business_id) as work:
                language = await language_of(case, work)
                text = services.prompts.render("try_again", language, tone=case.dials.tone)
                now = services.clock.now()
                await work.messages.finish_turn(
                    thread_id, seq, model=NOBODY, messages=[], reply=text, at=now
                )
                await work.messages.add(thread_id, "agent", text, now, language=language)
        except Exception as error:  # the database is away: the page says so by itself
            log.exception("turn.unanswered", error=type(error).__name__)


def parts_of(reply: str) -> Iterator[str]:
    """Cut a checked reply into the parts it is released in; joined, they are the reply."""
    start = 0
    for gap in _PARTS.finditer(reply):
        yield reply[start : gap.end()]
        start = gap.end()
    if start < len(reply):
        yield reply[start:]
