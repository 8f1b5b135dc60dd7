"""What a sending decision saw, in words: stay, calendar, contacts, and who is in the way."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from jirani.rules.decision import Reason
from jirani.rules.facts import Night, NightState
from jirani.rules.stays.kinds import NIGHTS, OFFER_KINDS, Product
from jirani.rules.stays.learning import steps_of
from jirani.rules.stays.moments import last_sending
from jirani.rules.stays.question import Question
from prompts import formats

Clock = Callable[[datetime], str]
LANGUAGE = "en"
HOUR = timedelta(hours=1)


def seen(asked: Question, reason: str, clock: Clock) -> list[str]:
    """Return the facts a decision saw; those that its reason is about come with their names."""
    return [
        each
        for part in (_stay, _contacts, _calendar, _in_the_way, _last, _settings)
        for each in part(asked, reason, clock)
    ]


def _stay(asked: Question, reason: str, clock: Clock) -> Iterator[str]:
    stay, facts = asked.stay.reservation, asked.prevention
    yield f"the stay was {str(stay.status).replace('_', ' ')} and {stay.payment}"
    said = (
        (facts.opted_out, "the guest wanted no offers"),
        (facts.declined_all, "the guest wanted no extras"),
        (facts.declined, "the guest had said no to this"),
        (facts.person_handling, "a person had the conversation"),
    )
    yield from (words for is_so, words in said if is_so)
    if facts.deferred_until:
        yield f"the guest had asked for it on {clock(facts.deferred_until)}"


def _contacts(asked: Question, reason: str, clock: Clock) -> Iterator[str]:
    facts, policy, now = asked.prevention, asked.policy, asked.now
    recent = [row for row in facts.history if now - row.sent_at < policy.window]
    days = policy.window / timedelta(days=1)
    count = f"{len(recent)} offer{'' if len(recent) == 1 else 's'}" if recent else "no offer"
    last = f", the last on {clock(max(row.sent_at for row in recent))}" if recent else ""
    yield f"{count} to this guest in the {days:g} days before{last} (at most {policy.weekly_cap})"
    if reason == Reason.SPACING:
        yield f"two offers are at least {policy.spacing / HOUR:g} hours apart"
    noes = [at for at in facts.declines if now - at < policy.pause]
    if noes:
        hours = policy.pause / HOUR
        yield f"{len(noes)} no{'' if len(noes) == 1 else 'es'} in the {hours:g} hours before"


def _calendar(asked: Question, reason: str, clock: Clock) -> Iterator[str]:
    around = asked.stay.around
    if around is None or (around.nights is None and around.tasks is None):
        yield "the calendar could not be read"
        return
    yield f"the calendar as it stood on {clock(around.read_at)}"
    if OFFER_KINDS[asked.offer.kind].product is not Product.CLEANING:
        yield from (_night(night) for night in around.nights or ())


def _night(night: Night) -> str:
    whose = f" by {night.reservation_ref}" if night.reservation_ref else ""
    rate = ""
    if night.state is NightState.FREE and night.price and night.currency:
        rate = f" at {formats.money(night.price, night.currency)}"
    return f"the night of {formats.day(night.day, LANGUAGE)} was {night.state}{whose}{rate}"


def _in_the_way(asked: Question, reason: str, clock: Clock) -> Iterator[str]:
    """Name neighbours, work and claims, where they are what the answer is about."""
    around, stay = asked.stay.around, asked.stay.reservation
    if reason in (Reason.SOMEBODY_ARRIVES, Reason.SOMEBODY_LEAVES, Reason.NIGHT_NOT_FREE):
        for other in around.neighbours if around else ():
            if other.ref != stay.ref:
                days = (formats.day(day, LANGUAGE) for day in (other.arrival, other.departure))
                yield f"stay {other.ref} is there from {' to '.join(days)}"
    if reason in (Reason.TASK_IN_THE_WAY, Reason.CLEANING_PLANNED):
        for task in (around.tasks if around else None) or ():
            yield f"task {task.ref} ({task.kind}) on {formats.day(task.day, LANGUAGE)}"
    if reason == Reason.TURNOVER_TAKEN:
        for claim in asked.claims:
            if claim.offer_id != asked.offer.id:
                how = "sold" if claim.until is None else f"offered until {clock(claim.until)}"
                yield (
                    f"offer {claim.offer_id} holds the hours from {clock(claim.starts_at)} to "
                    f"{clock(claim.busy_until)}, turnover included ({how})"
                )


def _last(asked: Question, reason: str, clock: Clock) -> Iterator[str]:
    if reason in (Reason.TOO_LATE, Reason.SPACING, Reason.WEEKLY_CAP, Reason.DECLINE_PAUSE):
        last = last_sending(asked.offer.kind, asked.stay.reservation, asked.stay.listing)
        yield f"it may leave until {clock(last)}"


def _money(amount: int, currency: str | None) -> str:
    return formats.money(amount, currency) if currency else str(amount)


def _settings(asked: Question, reason: str, clock: Clock) -> Iterator[str]:
    settings, currency = asked.settings, asked.stay.listing.currency
    product = OFFER_KINDS[asked.offer.kind].product
    said = []
    if settings.price is not None and product not in NIGHTS and currency:
        said.append(f"price {formats.money(settings.price, currency)}")
    if settings.wall:
        said.append(f"time {settings.wall:%H:%M}")
    if product in NIGHTS:
        said.append(f"{settings.discount} % off, at most {settings.max_nights} nights")
    said.append(f"turnover {settings.turnover / HOUR:g} h")
    if settings.learn and (steps := steps_of(asked.offer.kind, settings)):
        shown = (f"{each} %" if product in NIGHTS else _money(each, currency) for each in steps)
        said.append(f"with some guests {' or '.join(shown)} are tried")
    yield f"set here: {', '.join(said)}"
