"""What the loop sees of an opening, and of one candidate for it (R2, R4)."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from jirani.rules.decision import Decision
from jirani.rules.dials import Dials
from jirani.rules.facts import (
    Business,
    Customer,
    Opening,
    OpeningStatus,
    RecoveryOffer,
    RecoveryPolicy,
)
from jirani.rules.recovery.eligible import Candidate
from jirani.rules.recovery.life import lanes, waking
from jirani.rules.recovery.opening import may_go_on
from jirani.rules.stays.quiet import Window
from jirani.services import Services
from jirani.services.recovery.opening import policy_in
from jirani.services.stays.phones import zone_of_phone
from jirani.store.rows.candidates import Standing
from jirani.store.work import Work


@dataclass(frozen=True, slots=True)
class Look:
    """An opening that is open, and all that decides about it at one moment."""

    services: Services
    business: Business
    dials: Dials
    policy: RecoveryPolicy
    opening: Opening
    chain: tuple[str, ...]
    live: tuple[RecoveryOffer, ...]

    def may_go_on(self) -> Decision:
        """Judge whether one more offer may be made now (R4)."""
        now = self.services.clock.now()
        most = lanes(self.opening.starts_at - now, self.policy)
        return may_go_on(self.opening, self.policy, now, live=len(self.live), lanes=most)

    @property
    def free_lane(self) -> int:
        """The lowest lane in which nobody is asked."""
        taken = {each.lane for each in self.live}
        return next(lane for lane in range(len(taken) + 1) if lane not in taken)


@dataclass(frozen=True, slots=True)
class Person:
    """A candidate, the address they want to be told at, and when they may be written to."""

    who: Candidate
    customer: Customer
    address: tuple[str, str] | None
    windows: tuple[Window, ...]


async def look_at(services: Services, work: Work, opening_id: str) -> Look | None:
    """Look at an opening; None if there is none, or it is over."""
    opening = await work.openings.get(opening_id)
    if opening is None or opening.status is not OpeningStatus.OPEN:
        return None
    return await look_of(services, work, opening)


async def look_of(services: Services, work: Work, opening: Opening) -> Look:
    """Look at an opening, also one that is over."""
    business, dials = await services.house(work)
    return Look(
        *(services, business, dials, await policy_in(work), opening),
        chain=await work.openings.chain(opening.root_id),
        live=await work.recovery_offers.live(opening.id),
    )


async def person_of(look: Look, work: Work, standing: Standing) -> Person:
    """Read what is known of one candidate: all that could forbid the offer (R2, O5, O7, O9)."""
    services, id = look.services, standing.customer_id
    now, window = services.clock.now(), services.contact.window
    customer = await work.customers.get(id)
    address = await work.candidates.address(id)
    thread = await work.threads.latest(*address) if address else None
    who = Candidate(
        id,
        tier=standing.tier,
        gave_it_up=id == look.opening.left_by,
        opted_in=address is not None,
        reachable=address is not None and address[0] in services.channels,
        opted_out=customer.offers_stopped_at is not None,
        person_handling=thread is not None and thread.person_since is not None,
        asked_before=await work.candidates.was_asked(id, look.chain),
        busy=await work.candidates.is_busy(id, look.opening),
        took_at=await work.candidates.took_at(id),
        history=await work.offers.contacts(id, now - window),
        declines=await work.offers.declines(id, now - window),
    )
    peer = address[1] if address else ""
    known = zone_of_phone(peer if peer.startswith("+") else customer.phone)
    zone = ZoneInfo(known or look.business.zone)
    sms_to = peer if address and address[0] == "sms" else None
    return Person(who, customer, address, waking(zone, now, sms_to=sms_to))
