"""Stays played on a simulated clock: told of, planned, sent, ended, by the product's own rules.

Facts are kept in memory, not in rows: the rules are the same, and tests play a sample through the
real services and rows too, and compare. What is read and posted goes through the PMS's port.
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from heapq import heappop, heappush
from itertools import count
from typing import Final, cast

from evals.stays.house import (
    LANGUAGE,
    POLICY,
    SOLD,
    became,
    booked_at,
    ended_at,
    place_of,
    stay_of,
)
from evals.stays.reservations import Booked
from evals.stays.story import Story
from jirani.connectors.memory_pms import MemoryPms
from jirani.connectors.pms import WriteOutcome
from jirani.rules.dials import Dials, effective
from jirani.rules.facts import OfferStatus, Stay, StayOffer, StayStatus
from jirani.rules.stays.planning import plan
from jirani.rules.stays.sending import Sending, Step, may_offer
from jirani.services import Services
from jirani.services.clock import SetClock
from jirani.services.stays.intake import nonsense
from jirani.services.stays.looking import Seen, around, look
from jirani.services.stays.words import offer_text
from prompts.library import Prompts

# What happens first at one moment, as with the jobs: news, then what is due, then what runs out.
TOLD, DUE, OVER = range(3)
ENDS: Final = {Step.EXPIRE: OfferStatus.EXPIRED, Step.WITHDRAW: OfferStatus.WITHDRAWN}
Happening = Callable[[Story], Awaitable[None]]


class Unforeseen(RuntimeError):
    """Something that cannot happen where nobody answers and nothing fails."""


@dataclass(frozen=True, slots=True)
class _Speaking:
    """The services that wording needs."""

    prompts: Prompts
    clock: SetClock


async def play(rows: Iterable[Booked], prompts: Prompts) -> list[Story]:
    """Play stays beside each other, from the first booking until nothing is left to happen."""
    player = _Player([Story(row) for row in rows], prompts)
    return await player.play()


async def planned(rows: Iterable[Booked], prompts: Prompts) -> list[Story]:
    """Let stays be told of and planned, each when it is booked, and nothing else happen."""
    player = _Player([Story(row) for row in rows], prompts)
    return await player.plan()


class _Player:
    def __init__(self, stories: list[Story], prompts: Prompts) -> None:
        self.stories = {stay_of(story.row).ref: story for story in stories}
        self.clock = SetClock(min(booked_at(story.row) for story in stories))
        self.pms = MemoryPms(self.clock.now)
        self.speaking = cast(Services, _Speaking(prompts, self.clock))
        self.dials: Dials = effective(prompts.dial_defaults("stays"), {})
        self._heap: list[tuple[datetime, int, int, Happening, Story]] = []
        self._order = count()

    async def play(self) -> list[Story]:
        for story in self.stories.values():
            self._will(booked_at(story.row), TOLD, self._books, story)
            self._will(ended_at(story.row), TOLD, self._ends, story)
        while self._heap:
            self.clock.at, _, _, happens, story = heappop(self._heap)
            await happens(story)
        return list(self.stories.values())

    async def plan(self) -> list[Story]:
        for story in self.stories.values():
            self.clock.at = booked_at(story.row)
            await self._books(story)
        return list(self.stories.values())

    def _will(self, at: datetime, rank: int, happens: Happening, story: Story) -> None:
        heappush(self._heap, (at, rank, next(self._order), happens, story))

    async def _books(self, story: Story) -> None:
        self.pms.world.place(place_of(story.row), story.row.rate)
        self.pms.book(stay_of(story.row))
        await self._told()

    async def _ends(self, story: Story) -> None:
        ref, status = stay_of(story.row).ref, became(story.row)
        if status is StayStatus.CANCELLED:
            self.pms.cancel(ref)
        else:
            self.pms.change(ref, status=status)
        await self._told()

    async def _told(self) -> None:
        for hook in self.pms.hooks.due(self.clock.now()):
            for event in self.pms.events(hook):
                await self._learn(self.stories[event.reservation_ref or ""])

    async def _learn(self, story: Story) -> None:
        """Read a stay anew and plan it, or park it (U2)."""
        seen = await look(self.pms, stay_of(story.row).ref, self.clock.now())
        if wrong := nonsense(seen.reservation):
            story.parked = wrong
            return
        self._replan(story, story.entered(self.pms.name, seen))

    async def _around(self, seen: Seen) -> Seen:
        found = await around(self.pms, seen.reservation, self.clock.now())
        return replace(seen, around=found)

    def _replan(self, story: Story, stay: Stay) -> None:
        """Plan without the calendar: what stands in the way today refuses nothing (O3)."""
        now, seen = self.clock.now(), replace(stay, around=None)
        for offer in story.planned(stay, plan(seen, SOLD, stay.offers, now), now):
            self._wait(story, offer)

    def _wait(self, story: Story, offer: StayOffer) -> None:
        if offer.due_at is None:
            raise Unforeseen(f"{offer.id} is due at no time")
        self._will(offer.due_at, DUE, self._dispatch, story)

    async def _dispatch(self, story: Story) -> None:
        """Take what is due for a guest one step on, one after another (O11).

        The product reads the PMS before each of them, and plans the stay anew each time. At one
        moment of this clock the PMS says the same, and every change was planned when it came.
        """
        if not (due := story.due(self.clock.now())):
            return
        seen = await look(self.pms, stay_of(story.row).ref, self.clock.now())
        stay = story.entered(self.pms.name, await self._around(seen))
        for offer in due:
            await self._decide(story, replace(stay, offers=tuple(story.offers.values())), offer)

    async def _decide(self, story: Story, stay: Stay, offer: StayOffer) -> None:
        now, settings = self.clock.now(), SOLD[offer.kind]
        facts, claims = story.prevention(offer), story.claimed()
        sending = may_offer(stay, offer, settings, facts, claims, now, policy=POLICY)
        reason = sending.decision.reason
        if sending.step is Step.SEND:
            await self._send(story, stay, offer, sending)
        elif sending.step is Step.POSTPONE and sending.postponed_to:
            self._wait(story, story.postponed(offer, sending.postponed_to, reason))
        elif sending.step in ENDS:
            story.settled(offer, ENDS[sending.step], reason, now)
        else:
            raise Unforeseen(f"{offer.id}: {sending}")

    async def _send(self, story: Story, stay: Stay, offer: StayOffer, sending: Sending) -> None:
        talk, now = stay.reservation.conversation, self.clock.now()
        if talk is None or sending.terms is None or sending.expires_at is None:
            raise Unforeseen(f"{offer.id}: {sending}")
        services, terms = self.speaking, sending.terms
        text = offer_text(services, self.dials, offer.kind, terms, stay, LANGUAGE)
        written = await self.pms.post(talk, text, offer.id)
        if written.outcome is not WriteOutcome.ACCEPTED:
            raise Unforeseen(f"{offer.id}: {written}")
        story.sent(offer, sending, now)
        self._will(sending.expires_at, OVER, self._over(offer.id), story)

    def _over(self, offer_id: str) -> Happening:
        async def over(story: Story) -> None:
            story.expired(offer_id, self.clock.now())

        return over
