"""The offer loop: who is asked next, or when to look again, or that it is over (R2-R4, R9)."""

from dataclasses import replace
from datetime import datetime, timedelta

from jirani.rules.decision import Reason
from jirani.rules.facts import OpeningStatus
from jirani.services import Services
from jirani.services.recovery.asking import Asked, Step, ask
from jirani.services.recovery.ending import end
from jirani.services.recovery.expiring import end_silent
from jirani.services.recovery.looking import Look, look_at
from jirani.store.rows.candidates import Standing
from jirani.store.work import Work

PAGE = 50
LOOK_AGAIN = timedelta(minutes=15)
# So many live by clocks at which it is night until it is too late: the others will, too.
MOST_ASLEEP = 100


async def recover(services: Services, business_id: str, opening_id: str) -> None:
    """Take one opening as far as it goes now: every free lane asks somebody, or nobody is left.

    Each step is a unit of its own, judged anew: whoever dies in between leaves rows from which
    the next one goes on, and two at once ask nobody twice (R8, R9).
    """
    await _end_silent(services, business_id, opening_id)
    after: Standing | None = None
    asleep = 0
    while True:
        async with services.store.read(business_id) as work:
            look = await look_at(services, work, opening_id)
            if look is None:
                return
            going = look.may_go_on()
            page = await _next(look, work, after) if going.allowed else []
        if not going.allowed:
            await _rest(services, business_id, opening_id, going.reason)
            return
        if not page or asleep >= MOST_ASLEEP:
            await _nobody(services, business_id, opening_id, asleep=asleep > 0)
            return
        asked, after, never = await _ask_some(services, business_id, look, page)
        asleep += never
        if asked.full:
            return  # who was asked is looked after when their time is up
        if asked.step is Step.WAIT and asked.look_again:
            await _look_again(services, business_id, opening_id, asked.look_again)
            return
        if asked.step is Step.STOP:
            await _go_on_or_rest(services, business_id, opening_id)
            return


async def _next(look: Look, work: Work, after: Standing | None) -> list[Standing]:
    services = look.services
    return await work.candidates.eligible(
        look.opening,
        look.chain,
        services.clock.now(),
        look.policy,
        services.contact,
        after=after,
        most=PAGE,
    )


async def _ask_some(
    services: Services, business_id: str, look: Look, page: list[Standing]
) -> tuple[Asked, Standing, int]:
    """Ask down the page until somebody is asked, or only the hour holds; return where that was.

    And how many may not be written to any more before it is too late.
    """
    asleep = 0
    for standing in page:
        asked = await ask(services, business_id, look.opening, standing)
        asleep += asked.step is Step.NEVER
        if asked.step not in (Step.NEXT, Step.NEVER):
            return asked, standing, asleep
    return Asked(Step.NEXT), page[-1], asleep


async def _end_silent(services: Services, business_id: str, opening_id: str) -> None:
    """Sweep what nobody answered in time, should the sweeper not have been here yet (R9)."""
    now = services.clock.now()
    async with services.store.read(business_id) as work:
        live = await work.recovery_offers.live(opening_id)
    for offer in live:
        if offer.expires_at <= now:
            await end_silent(services, business_id, offer.id)


async def _rest(services: Services, business_id: str, opening_id: str, why: Reason) -> None:
    """Wait for an answer, or end what has come to its end."""
    async with services.store.begin(business_id) as work:
        look = await look_at(services, work, opening_id)
        if look is None:
            return
        if look.live:
            soonest = min(each.expires_at for each in look.live)
            await work.openings.look_at(opening_id, soonest)
        elif why is Reason.TOO_LATE:
            await end(look, work, OpeningStatus.EXPIRED, why)
        elif why is Reason.RECOVERY_OFF:
            await end(look, work, OpeningStatus.WITHDRAWN, why)
        else:  # an answer has just come in
            await work.openings.look_at(opening_id, services.clock.now())


async def _go_on_or_rest(services: Services, business_id: str, opening_id: str) -> None:
    async with services.store.read(business_id) as work:
        look = await look_at(services, work, opening_id)
    if look is not None and not look.may_go_on().allowed:
        await _rest(services, business_id, opening_id, look.may_go_on().reason)


async def _look_again(services: Services, business_id: str, opening_id: str, at: datetime) -> None:
    async with services.store.begin(business_id) as work:
        live = await work.recovery_offers.live(opening_id)
        await work.openings.look_at(opening_id, min([at, *(each.expires_at for each in live)]))


async def _nobody(services: Services, business_id: str, opening_id: str, *, asleep: bool) -> None:
    """Nobody may be asked now: wait for answers, for somebody later, or end it (R4).

    `asleep`: who is left is not to be disturbed until it is too late (O7).
    """
    async with services.store.begin(business_id) as work:
        look = await look_at(services, work, opening_id)
        if look is None:
            return
        if look.live:
            await work.openings.look_at(opening_id, min(each.expires_at for each in look.live))
        elif await work.openings.is_taken(look.opening):
            await end(look, work, OpeningStatus.WITHDRAWN, Reason.SLOT_TAKEN)
        elif asleep:
            await end(look, work, OpeningStatus.EXPIRED, Reason.QUIET_HOURS)
        elif await _somebody_later(look, work):
            await work.openings.look_at(opening_id, services.clock.now() + LOOK_AGAIN)
        else:
            await end(look, work, OpeningStatus.EXPIRED, Reason.NOBODY_LEFT)


async def _somebody_later(look: Look, work: Work) -> bool:
    """Tell whether anybody is held only by a wait that may end in time: cool-down or O5."""
    now = look.services.clock.now()
    if look.opening.starts_at - now - LOOK_AGAIN < look.policy.min_lead:
        return False
    policy = replace(look.policy, cool_down=timedelta())
    contact = replace(look.services.contact, weekly_cap=10**6, spacing=timedelta())
    found = await work.candidates.eligible(look.opening, look.chain, now, policy, contact, most=1)
    return bool(found)
