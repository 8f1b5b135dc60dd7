"""What recorded decisions would have been under other numbers of O5: read, replayed, counted."""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from jirani.rules.facts import ContactPolicy, OfferStatus
from jirani.rules.stays.keeping import REACH, restore
from jirani.rules.stays.replaying import Answer, Compared, OfferCompared, Recorded, replay
from jirani.rules.stays.sending import Step
from jirani.services import Services
from jirani.services.onboarding.report import Refused
from jirani.store.rows.decisions import Judged
from jirani.store.work import Work

EXAMPLES = 5
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Number:
    """A number of O5 that can be tried: its field, its unit, and how far it can go."""

    field: str
    least: int
    most: int
    about: str
    unit: timedelta | None = None

    def of(self, whole: int) -> int | timedelta:
        """Return a whole number of its unit."""
        return whole if self.unit is None else whole * self.unit


HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# No wider than what a decision knows of (REACH): beyond that nothing was written down.
NUMBERS: Final[Mapping[str, Number]] = {
    "weekly_cap": Number("weekly_cap", 0, 50, "offers to one guest within the window"),
    "window_days": Number("window", 1, REACH // DAY, "days of that window", DAY),
    "spacing_hours": Number("spacing", 0, REACH // HOUR, "hours between two offers", HOUR),
    "declines": Number("declines", 1, 10, "noes that begin a pause"),
    "pause_hours": Number("pause", 0, REACH // HOUR // 2, "hours of that pause", HOUR),
}


@dataclass(slots=True)
class Backtest:
    """What would have changed; `changed` are some examples of each way in which it would."""

    decisions: int = 0
    unreplayable: int = 0  # nothing was judged: the PMS failed, or it is from before this was kept
    guests: int = 0
    ways: Counter[tuple[str, str, str]] = field(default_factory=Counter)  # kind, was, would be
    fates: Counter[tuple[str, str, str]] = field(default_factory=Counter)  # the same, of offers
    examples: dict[tuple[str, str, str], list[Compared]] = field(default_factory=dict)
    offers: list[OfferCompared] = field(default_factory=list)  # some that would fare otherwise

    @property
    def same(self) -> int:
        """How many decisions would have been the same, for the same reason."""
        return sum(count for (_, was, would), count in self.ways.items() if was == would)

    @property
    def offers_same(self) -> int:
        """How many offers would have fared the same."""
        return sum(count for (_, was, would), count in self.fates.items() if was == would)

    def add(self, compared: Iterable[Compared], outcomes: Iterable[OfferCompared]) -> None:
        """Count one guest."""
        self.guests += 1
        for each in compared:
            self.decisions += 1
            was = _named(each.recorded.answer)
            would = was if each.same else _otherwise(each)
            way = (str(each.recorded.asked.offer.kind), was, would)
            self.ways[way] += 1
            if not each.same and len(kept := self.examples.setdefault(way, [])) < EXAMPLES:
                kept.append(each)
        for offer in outcomes:
            fates = (_fate(offer, of_fact=True), _fate(offer, of_fact=False))
            self.fates[(str(offer.kind), *fates)] += 1
            if offer.was != offer.would and len(self.offers) < EXAMPLES * 4:
                self.offers.append(offer)


def _named(answer: Answer) -> str:
    named = {Step.SEND: "sent", Step.POSTPONE: "postponed", Step.RETRY: "tried again"}
    name = named.get(answer.step, "withheld")
    return name if answer.step is Step.SEND else f"{name}: {answer.reason}"


def _otherwise(each: Compared) -> str:
    if each.would is None:
        return "not come to"
    named = _named(each.would)
    return named if named != _named(each.recorded.answer) else f"{named}, until another time"


def _fate(offer: OfferCompared, *, of_fact: bool) -> str:
    fate = offer.was if of_fact else offer.would
    if fate.sent_at is None:
        return f"withheld: {fate.reason}" if fate.reason else "still waiting"
    if of_fact or offer.was.sent_at is None or fate.sent_at == offer.was.sent_at:
        return "sent"
    return "sent sooner" if fate.sent_at < offer.was.sent_at else "sent later"


def policy_of(settings: Iterable[str]) -> Callable[[ContactPolicy], ContactPolicy]:
    """Read `name=value` settings. Raises Refused, naming all that is wrong and what there is."""
    changes: dict[str, int | timedelta] = {}
    problems = []
    for text in settings:
        name, _, value = (part.strip() for part in text.partition("="))
        about = NUMBERS.get(name)
        if about is None:
            known = ", ".join(f"{name} ({each.about})" for name, each in NUMBERS.items())
            problems.append(f"There is no number {name!r} to try; there are: {known}.")
        elif not (value.isascii() and value.isdigit() and len(value) < 6):
            problems.append(f"{name} is a whole number: {name}={about.least}, not {text!r}.")
        elif not about.least <= int(value) <= about.most:
            problems.append(
                f"{name} lies from {about.least} to {about.most} here: further back than "
                f"{REACH.days} days nothing is kept with a decision."
                if about.unit
                else f"{name} lies from {about.least} to {about.most}."
            )
        else:
            changes[about.field] = about.of(int(value))
    if problems:
        raise Refused(problems)
    return lambda policy: replace(policy, **changes)  # type: ignore[arg-type]


async def backtest(
    services: Services,
    business_id: str,
    policy: Callable[[ContactPolicy], ContactPolicy],
    since: datetime | None = None,
) -> Backtest:
    """Replay a business's sending decisions, guest by guest, under another policy."""
    found, until = Backtest(), services.clock.now()
    async for customer_id, decisions in _guests(services, business_id, since):
        recorded = [each for row in decisions if (each := _recorded(row))]
        found.unreplayable += len(decisions) - len(recorded)
        if recorded:
            async with services.store.read(business_id) as work:
                found.add(*await _replayed(work, customer_id, recorded, policy, until))
    return found


async def _replayed(
    work: Work,
    customer_id: str,
    recorded: list[Recorded],
    policy: Callable[[ContactPolicy], ContactPolicy],
    until: datetime,
) -> tuple[list[Compared], list[OfferCompared]]:
    offers = await work.stay_offers.of_customer(customer_id, list(OfferStatus))
    return replay(
        recorded,
        {offer.id: offer for offer in offers},
        await work.offers.contacts(customer_id, BEGINNING),
        await work.offers.declines(customer_id, BEGINNING),
        policy,
        until,
    )


async def _guests(
    services: Services, business_id: str, since: datetime | None
) -> AsyncIterator[tuple[str, list[Judged]]]:
    """Yield each guest's decisions, oldest first; never more than a page and a guest at once."""
    after, mine = ("", ""), list[Judged]()
    while True:
        async with services.store.read(business_id) as work:
            page = await work.decisions.judged(since, after=after)
        for row in page:
            if mine and mine[0].customer_id != row.customer_id:
                yield mine[0].customer_id, mine
                mine = []
            mine.append(row)
        if not page:
            break
        after = page[-1].customer_id, page[-1].id
    if mine:
        yield mine[0].customer_id, mine


def _recorded(row: Judged) -> Recorded | None:
    """Read a decision with what it saw; None where it holds nothing, or nothing we can read."""
    try:
        asked = restore(row.facts["saw"])
        to = row.facts.get("postponed_to")
        moment = datetime.fromisoformat(to) if to else None
        return Recorded(
            row.id, asked, Answer(Step(row.facts["step"]), row.reason, asked.now, moment)
        )
    except (KeyError, TypeError, ValueError):
        return None
