"""Offers that are due, sent again and again by a process that dies in it, to their ends (U5)."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import partial
from typing import Any

from redis.asyncio import Redis

from jirani.connectors.memory_mailer import MemoryMailer
from jirani.connectors.memory_pms import MemoryPms
from jirani.connectors.memory_pms_faults import PmsFault
from jirani.connectors.pms import Capabilities, PmsReservation, Written
from jirani.rules.facts import OfferStatus, StayPayment, StayStatus
from jirani.services import Services
from jirani.services.accounts import KnownAccounts
from jirani.services.clock import Ids, SetClock
from jirani.services.sending import send_due
from jirani.services.stays.dispatch import dispatch_due
from jirani.services.stays.settings import set_setting
from tests.support.dying import Death
from tests.support.dying_stays import lives, mortal_host
from tests.support.lodge import EARLY, FLAT, HOST, ID, LATE, Lodge, local, open_lodge
from tests.support.looking import rows
from tests.support.rewinding import Moment, go_back, remember

ARRIVAL, DUE = date(2026, 6, 15), local(6, 12, 9)
GUESTS = ("R1", "R2")
NOON = local(6, 12, 12)
MINUTE = timedelta(minutes=1)


class Course(StrEnum):
    """How the PMS takes the posts."""

    KEYS = "by key"  # it keeps keys
    WORDS = "by words"  # it keeps no keys
    SILENT = "no answer"  # the first posts arrive, and nobody says so
    LOST = "lost"  # the first posts get lost, and nobody says so
    DOWN = "down"  # it takes none
    BLIND = "never known"  # a post arrives unanswered, and then the conversation is unreadable


# Minutes from one visit of the scheduler to the next, until all has ended.
VISITS = {
    Course.KEYS: (0,),
    Course.WORDS: (0,),
    Course.SILENT: (0, 2),
    Course.LOST: (0, 2),
    Course.DOWN: (0, 2, 6, 20, 80),
    Course.BLIND: (0, 2, 6, 20, 80),
}
# A third and a fourth try are as the second: nobody dies in them.
MORTAL = (0, 1, 4)
FAULTS = {
    Course.SILENT: [PmsFault.TIMEOUT_AFTER] * len(GUESTS),
    Course.LOST: [PmsFault.TIMEOUT_BEFORE] * len(GUESTS),
}
UNSENT = (Course.DOWN, Course.BLIND)


class _BlindPms(MemoryPms):
    """A PMS that takes a text without an answer, and from then on cannot be read."""

    async def post(self, conversation: str, text: str, key: str) -> Written:
        self.faults.next("post", PmsFault.TIMEOUT_AFTER)
        written = await super().post(conversation, text, key)
        self.faults.always("messages", PmsFault.DOWN)
        return written


def twin(clock: SetClock, course: Course) -> MemoryPms:
    """Return the PMS as it is before anything is sent."""
    kind = _BlindPms if course is Course.BLIND else MemoryPms
    pms = kind(clock.now, capabilities=Capabilities(keeps_keys=course is Course.KEYS))
    for ref in GUESTS:
        flat = f"flat-{ref}"
        pms.world.place(replace(FLAT, ref=flat), 10000)
        told = (ref, flat, StayStatus.CONFIRMED, StayPayment.PAID, ARRIVAL)
        # The first guest leaves so soon that two offers are due together, two days apart (O5).
        departure = ARRIVAL + timedelta(days=1 if ref == "R1" else 5)
        guest: dict[str, Any] = {
            "channel": "direct",
            "guest_ref": f"guest-{ref}",
            "currency": "USD",
        }
        pms.book(PmsReservation(*told, departure, **guest))
    pms.faults.next("post", *FAULTS.get(course, ()))
    if course is Course.DOWN:
        pms.faults.always("post", PmsFault.DOWN)
    return pms


@dataclass
class Sending:
    """One time it is told: in a process that may die, before a PMS that does not."""

    services: Services
    pms: MemoryPms
    mailer: MemoryMailer

    @property
    def clock(self) -> SetClock:
        assert isinstance(self.services.clock, SetClock)
        return self.services.clock

    async def visits(self, minutes: int = 0, services: Services | None = None) -> None:
        """Let time pass, and send what is due then."""
        self.clock.advance(minutes * MINUTE)
        await dispatch_due(services or self.services)
        await send_due(services or self.services)

    async def settles(self) -> None:
        """Let another process go on until noon, when nothing moves any more."""
        services = replace(self.services, ids=Ids(self.clock, seed=3))
        while self.clock.at < NOON:
            await self.visits(2 if self.clock.at < DUE + 10 * MINUTE else 20, services)


@dataclass(frozen=True)
class Story:
    """What can be told again from the moment the offers are due."""

    services: Services
    redis: Redis
    before: Moment

    @classmethod
    async def begin(cls, services: Services, redis: Redis) -> "Story":
        """Let three guests book, and their offers be planned."""
        lodge: Lodge = await open_lodge(services, local(6, 10, 12))
        await lodge.sells(EARLY, LATE)
        pms = twin(lodge.clock, Course.WORDS)
        accounts = KnownAccounts({(ID, "memory"): pms}, {ID: HOST})
        lodge = replace(lodge, pms=pms, services=replace(lodge.services, pms=accounts))
        for kind, days in ((EARLY, 3), (LATE, 4)):
            await set_setting(services, ID, "window", days, kind=str(kind), by="host")
        await lodge.delivered()
        before = await remember(services.store.engine, redis)
        return cls(lodge.services, redis, before)

    async def anew(self, course: Course) -> Sending:
        """Go back to where it began, before a PMS that takes posts so."""
        await go_back(self.before, self.services.store.engine, self.redis)
        clock = self.services.clock
        assert isinstance(clock, SetClock)
        clock.at = local(6, 10, 12)
        pms, mailer = twin(clock, course), MemoryMailer()
        clock.at = DUE
        accounts = KnownAccounts({(ID, "memory"): pms}, {ID: HOST})
        alone = replace(self.services, pms=accounts, mailer=mailer, ids=Ids(clock, seed=2))
        return Sending(alone, pms, mailer)

    async def ends(self, course: Course, *, dies_at: int | None = None) -> tuple[str, int]:
        """Tell it to its end; return what it came to, and how many moments it had to die in."""
        sending, death, moments = await self.anew(course), Death(), 0
        with mortal_host(sending.services, self.redis, death) as dying:
            for visit, minutes in enumerate(VISITS[course]):
                if visit not in MORTAL:
                    await sending.visits(minutes)
                    continue
                here = None if dies_at is None else dies_at - moments
                moments += await lives(partial(sending.visits, minutes, dying), death, here)
                if death.reborn():
                    break
        await sending.settles()
        return await judge(sending, course), moments


_OFFERS = """
SELECT o.kind, o.status, o.reason, r.ref,
  (SELECT count(*) FROM contacts c WHERE c.offer_id = o.id),
  (SELECT count(*) FROM stay_claims c WHERE c.offer_id = o.id AND c.live)
FROM offers o JOIN reservations r ON r.id = o.reservation_id
WHERE o.kind = 'early_check_in' OR r.ref = 'R1' ORDER BY r.ref, o.kind
"""
_SAID = """
SELECT r.ref, count(*) FROM messages m JOIN reservations r ON r.thread_id = m.thread_id
WHERE m.author = 'agent' GROUP BY r.ref
"""
_LEFT = "SELECT count(*) FROM outbox WHERE state = 'sent' AND kind = 'message'"


async def judge(sending: Sending, course: Course) -> str:
    """Say how it ended: nothing was sent twice, and nothing is lost in silence (U5, O5)."""
    store, posted = sending.services.store, Counter[str]()
    for ref in GUESTS:
        posted[ref] = len(sending.pms.world.texts(f"conversation-{ref}"))
    ends, offered, entered, unsent = Counter[str](), Counter[str](), Counter[str](), 0
    for kind, status, reason, ref, contacts, claims in await rows(store, _OFFERS):
        ends[str(status)] += 1
        entered[ref] += contacts
        if status == OfferStatus.OFFERED:
            offered[ref] += 1
            assert (contacts, claims) == (1, 1), "O5, U8: once in the ledger, one turnover"
        elif status == OfferStatus.EXPIRED:
            unsent += 1
            assert course in UNSENT, "a PMS that takes posts, and an offer that was not sent"
            assert (reason, claims) == ("pms_unavailable", 0)
        else:
            assert (status, ref, kind) == (OfferStatus.SCHEDULED, "R1", LATE), "lost in silence"
    assert max(posted.values()) <= 1, f"sent twice, or two within two days (O5): {posted}"
    told = {mail.key for mail in sending.mailer.sent}
    assert len(told) == unsent, "the host is told of each that could not be sent, and of no other"
    assert Counter(dict(await rows(store, _SAID))) == offered, "a text in the thread for each"
    assert await rows(store, _LEFT) == [(offered.total(),)]
    if course is Course.BLIND:
        assert entered >= posted, "O5: what may be with the guest counts"
    else:
        assert entered == +posted == offered
    return ", ".join(f"{times} {end}" for end, times in sorted(ends.items()))
