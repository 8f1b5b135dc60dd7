"""Whether what was sold was wanted, on record once, and nobody else's (O1, U3, U7, U8)."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

from tests.support.year.contacts import DAY, instant
from tests.support.year.record import (
    AHEAD,
    BEFORE,
    CLEANING,
    EARLY,
    LATE,
    ON_THE_DAY,
    Breach,
    Facts,
    Place,
    Put,
    Record,
    Said,
    Sold,
    StayRecord,
    same,
)

TURNOVER = timedelta(hours=4)
SOLD_NIGHTS = (BEFORE, AHEAD, ON_THE_DAY)
LIVE = ("confirmed", "checked_in")
# Nobody else may have the nights of any other.
EMPTY = ("inquiry", "cancelled", "refunded")


def live(record: Record) -> Iterator[Breach]:
    """U3: nothing is sold on a stay that is cancelled, refunded, or not paid."""
    for sale in record.sales:
        facts = record.stays[sale.stay].at(sale.at)
        if facts is None or facts.status not in LIVE or facts.payment != "paid":
            state = f"{facts.status}, {facts.payment}" if facts else "not there"
            yield Breach("U3", sale.stay, f"{sale.kind} was sold on a stay that is {state}")


def wanted(record: Record) -> Iterator[Breach]:
    """O1: every sale follows a yes, which follows the offer, at the price that it named."""
    for sale in record.sales:
        stay = record.stays[sale.stay]
        put = _offered(stay, sale)
        if put is None:
            yield Breach("O1", sale.stay, f"{sale.kind} was sold and never offered")
            continue
        yes = [
            said for said in stay.said if said.meant == "yes" and put[0].at <= said.at <= sale.at
        ]
        if not yes:
            yield Breach("O1", sale.stay, f"{sale.kind} was sold without a yes")
        if _amount(put[1].price) != sale.price or not put[1].price.startswith(sale.currency):
            named = f"{sale.price} {sale.currency} instead of {put[1].price}"
            yield Breach("O1", sale.stay, f"{sale.kind} was sold for {named}")


def _offered(stay: StayRecord, sale: Sold) -> tuple[Said, Put] | None:
    found = [each for each in stay.puts if same(each[1].kind, sale.kind) and each[0].at <= sale.at]
    return found[-1] if found else None


def _amount(price: str) -> int:
    """Return minor units of `USD 1,500.50`; every currency here has two decimals."""
    whole, _, part = price.split()[1].replace(",", "").partition(".")
    return int(whole) * 100 + int(part or 0)


def silenced(record: Record) -> Iterator[Breach]:
    """O9, O10: what was open when the guest wanted no extras, or none any more, is not sold."""
    for sale in record.sales:
        stay = record.stays[sale.stay]
        put = _offered(stay, sale)
        for word in stay.said:
            if put and word.meant in ("stop", "general") and put[0].at < word.at < sale.at:
                rule = "O9" if word.meant == "stop" else "O10"
                yield Breach(rule, sale.stay, f"{sale.kind} was sold after a {word.meant} to it")


def once(record: Record) -> Iterator[Breach]:
    """U2: one thing is sold to a stay once, as long as it stands."""
    for ref, stay in record.stays.items():
        mine = record.sales_of[ref]
        for sale in mine:
            others = [each for each in mine if each is not sale and same(each.kind, sale.kind)]
            if any(each.stands(sale.at) and each.at <= sale.at for each in others):
                yield Breach("U2", stay.ref, f"{sale.kind} was sold twice")


def billed(record: Record) -> Iterator[Breach]:
    """U7: a sale is on the bill once, as long as it stands, for its price; and nothing else is."""
    lines = Counter(line.key for line in record.lines)
    by_key = {line.key: line for line in record.lines}
    known = set()
    for sale in record.sales:
        if sale.kind in SOLD_NIGHTS:
            continue
        key = f"fee:{sale.key}"
        known.add(key)
        due = 1 if sale.reversed_at is None and sale.status == "applied" else 0
        if lines[key] != due:
            state = "reversed" if sale.reversed_at else sale.status
            yield Breach("U7", sale.stay, f"{sale.kind}, {state}, is {lines[key]} x on the bill")
        elif due and (by_key[key].amount, by_key[key].currency) != (sale.price, sale.currency):
            yield Breach("U7", sale.stay, f"{sale.kind} is on the bill for another price")
    for line in record.lines:
        if line.key not in known:
            yield Breach("U7", line.stay, f"{line.key} is on the bill and was never sold")


def settled(record: Record) -> Iterator[Breach]:
    """U7: at the end no sale is still on its way; the host was told of each, once."""
    for sale in record.sales:
        bill = record.stays[sale.stay].channel != "airbnb"
        if sale.reversed_at is None and bill and sale.status not in ("applied", "failed"):
            yield Breach("U7", sale.stay, f"{sale.kind} is {sale.status} at the end")
    for ref, stay in record.stays.items():
        mine = record.sales_of[ref]
        told, least = record.mails[ref], sum(sale.reversed_at is None for sale in mine)
        most = len(mine) + sum(sale.reversed_at is not None for sale in mine)
        if not least <= told <= most:
            yield Breach("U7", stay.ref, f"{told} mails to the host about {len(mine)} sales")


def planned(record: Record) -> Iterator[Breach]:
    """U7: one task for each sale of a fixed price that stands, on its day; none for the others."""
    wanted_tasks = Counter(
        (sale.stay, sale.day)
        for sale in record.sales
        if sale.kind not in SOLD_NIGHTS and sale.reversed_at is None
    )
    found = Counter((task.stay or "", task.day) for task in record.chores if task.ours)
    for key in sorted({*wanted_tasks, *found}):
        if wanted_tasks[key] != found[key]:
            told = f"{found[key]} tasks on {key[1]} for {wanted_tasks[key]} sales"
            yield Breach("U7", key[0], told)


def turnovers(record: Record) -> Iterator[Breach]:
    """U8: at the moment of a sale, what is sold collides with nobody's stay and nobody's sale."""
    for sale in record.sales:
        stay = record.stays[sale.stay]
        facts = stay.at(sale.at)
        if facts is None or (sale.kind in SOLD_NIGHTS and sale.status == "failed"):
            continue
        place = record.places[facts.place]
        mine = _span(record, stay, facts, place, sale.at)
        for other in record.stays_at[facts.place]:
            theirs = other.at(sale.at)
            if other is stay or theirs is None or theirs.place != facts.place:
                continue
            if theirs.status in EMPTY:
                continue
            yield from _apart(sale, mine, other.ref, _span(record, other, theirs, place, sale.at))
        yield from _undisturbed(record, sale, stay, facts, place)


class Span:
    """The nights and hours a stay has, with what is sold to it; `sold` are the ends that moved."""

    def __init__(self, first: date, last: date, begins: datetime, ends: datetime) -> None:
        self.first, self.last = first, last  # dates of arrival and departure
        self.begins, self.ends = begins, ends
        self.early = self.late = False


def _span(record: Record, stay: StayRecord, facts: Facts, place: Place, now: datetime) -> Span:
    stands = [each for each in record.sales_of[stay.ref] if each.stands(now)]
    nights = [
        night
        for each in stands
        if each.kind in SOLD_NIGHTS and each.status != "failed"
        for night in each.nights
        if night == facts.departure or night == facts.arrival - DAY
    ]
    first = min([facts.arrival, *nights])
    last = max([facts.departure, *(night + DAY for night in nights)])
    begins = instant(first, place.check_in, place.zone)
    ends = instant(last, place.check_out, place.zone)
    span = Span(first, last, begins, ends)
    for each in stands:
        if each.kind == EARLY and each.day == first and each.wall:
            span.begins, span.early = instant(first, each.wall, place.zone), True
        if each.kind == LATE and each.day == last and each.wall:
            span.ends, span.late = instant(last, each.wall, place.zone), True
    return span


def _apart(sale: Sold, mine: Span, ref: str, theirs: Span) -> Iterator[Breach]:
    taken = any(theirs.first <= night < theirs.last for night in sale.nights)
    if sale.kind in SOLD_NIGHTS and taken:
        yield Breach("U8", sale.stay, f"a night was sold that is that of {ref}")
    before, after = (theirs, mine) if theirs.last <= mine.first else (mine, theirs)
    if before.last > after.first:
        return  # two bookings on top of each other are the PMS's own
    # Somebody may have been booked behind what was sold: only the end that this sale moves is its.
    its = (LATE, AHEAD, ON_THE_DAY) if before is mine else (EARLY, BEFORE)
    moved = before.late or after.early
    if sale.kind in its and moved and before.ends + TURNOVER > after.begins:
        gap = after.begins - before.ends
        yield Breach("U8", sale.stay, f"{sale.kind} leaves {gap} between it and {ref}")


def _undisturbed(
    record: Record, sale: Sold, stay: StayRecord, facts: Facts, place: Place
) -> Iterator[Breach]:
    """U8, domain §4: no work in the hours that were sold; no second cleaning within a stay."""
    for task in record.chores:
        if task.place != facts.place or task.at > sale.at:
            continue
        if sale.kind == CLEANING:
            inside = facts.arrival < task.day < facts.departure
            if task.kind == "cleaning" and not task.ours and inside:
                yield Breach("U8", sale.stay, f"a cleaning was sold beside that of {task.day}")
        elif sale.kind in (EARLY, LATE) and sale.wall and task.starts_at and task.ends_at:
            wall = instant(sale.day, sale.wall, place.zone)
            if sale.kind == EARLY:
                begins, ends = wall, instant(sale.day, place.check_in, place.zone)
            else:
                begins, ends = instant(sale.day, place.check_out, place.zone), wall + TURNOVER
            if not task.ours and task.starts_at < ends and begins < task.ends_at:
                yield Breach("U8", sale.stay, f"{sale.kind} was sold into work to be done")


CHECKS: tuple[Callable[[Record], Iterator[Breach]], ...] = (
    *(live, wanted, silenced, once, billed, settled, planned, turnovers),
)
