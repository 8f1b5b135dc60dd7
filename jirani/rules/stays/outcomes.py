"""What came of offers, for a host to see: by what was tried, and by kind, lead time and price."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from jirani.rules.facts import Group, OfferKind
from jirani.rules.stays.kinds import NIGHTS, OFFER_KINDS
from jirani.rules.stays.learning import UNSEEN, Choice
from jirani.rules.stays.lift import Lift, Side, lift_of_conversion, lift_of_revenue
from jirani.rules.stays.posterior import Posterior

LEADS = ((0, "same day"), (1, "1 day"), (3, "2-3 days"), (7, "4-7 days"))
FARTHER = "8 days and more"


@dataclass(frozen=True, slots=True)
class Tried:
    """So many offers with which the same was tried, and what they earned, in minor units."""

    kind: OfferKind
    group: Group
    step: int | None
    send_at: time | None
    currency: str
    ended: int
    accepted: int
    revenue: int
    squares: int

    @property
    def side(self) -> Side:
        """See them as one side of a comparison."""
        return Side(self.ended, self.accepted, self.revenue, self.squares)


@dataclass(frozen=True, slots=True)
class Ended:
    """One offer that was sent and has ended; `day` is when it was to happen."""

    id: str
    kind: OfferKind
    sent_at: datetime
    day: date
    price: int
    currency: str
    accepted: bool


@dataclass(frozen=True, slots=True)
class Learned:
    """What trying has come to for a kind in a currency, beside the guests it was not tried with."""

    kind: OfferKind
    currency: str
    learning: Side
    holdout: Side
    conversion: Lift | None
    revenue: Lift | None
    steps: Mapping[int, Posterior]
    times: Mapping[time, Posterior]


@dataclass(frozen=True, slots=True)
class Accepted:
    """How often a kind was taken, so long before it was to happen, at such a price."""

    kind: OfferKind
    lead: str
    price: int
    currency: str
    posterior: Posterior


def learned(tried: Iterable[Tried]) -> list[Learned]:
    """Compare the groups for each kind and currency, sorted by both."""
    of: dict[tuple[OfferKind, str], list[Tried]] = defaultdict(list)
    for each in tried:
        of[each.kind, each.currency].append(each)
    return [_compared(*of_kind, rows) for of_kind, rows in sorted(of.items())]


def _compared(kind: OfferKind, currency: str, rows: list[Tried]) -> Learned:
    sides = dict.fromkeys(Group, Side())
    for each in rows:
        sides[each.group] = sides[each.group].with_more(each.side)
    learning, holdout = sides[Group.LEARNING], sides[Group.HOLDOUT]
    return Learned(
        *(kind, currency, learning, holdout),
        lift_of_conversion(learning, holdout),
        lift_of_revenue(learning, holdout),
        _by(rows, lambda each: each.step),
        _by(rows, lambda each: each.send_at),
    )


def _by(rows: list[Tried], choice: Callable[[Tried], Choice | None]) -> Mapping[Choice, Posterior]:
    found: dict[Choice, Posterior] = {}
    for each in rows:
        chosen = choice(each)
        if each.group is Group.LEARNING and chosen is not None:
            known = found.get(chosen, UNSEEN)
            found[chosen] = known.with_more(each.accepted, each.ended)
    return dict(sorted(found.items()))


def lead_of(sent_on: date, day: date) -> str:
    """Name how long before the day an offer was sent."""
    ahead = (day - sent_on).days
    return next((name for most, name in LEADS if ahead <= most), FARTHER)


def _band(kind: OfferKind, price: int) -> int:
    """Return a price as it is counted: nights cost something else each, and count by two digits."""
    if OFFER_KINDS[kind].product not in NIGHTS:
        return price
    coarse: int = 10 ** max(0, len(str(price)) - 2)
    return price // coarse * coarse


class Acceptance:
    """Counts ended offers by kind, lead time and price, one after another."""

    def __init__(self) -> None:
        self._found: dict[tuple[OfferKind, str, str, int], Posterior] = {}
        self._order = [*(name for _, name in LEADS), FARTHER]

    def add(self, ended: Ended) -> None:
        """Count one more."""
        lead = lead_of(ended.sent_at.date(), ended.day)
        key = (ended.kind, lead, ended.currency, _band(ended.kind, ended.price))
        self._found[key] = self._found.get(key, UNSEEN).with_more(ended.accepted, 1)

    def rows(self) -> list[Accepted]:
        """Return what was counted, by kind, the shortest lead first, the lowest price first."""
        known = sorted(self._found, key=lambda key: (key[0], self._order.index(key[1]), key[2:]))
        return [
            Accepted(kind, lead, price, currency, self._found[kind, lead, currency, price])
            for kind, lead, currency, price in known
        ]
