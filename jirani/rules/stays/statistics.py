"""What came of offers around stays, counted; a rate is told with how sure one can be of it."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from math import sqrt

from jirani.rules.facts import OfferKind, OfferStatus

Z = 1.959964  # of 95 in 100


@dataclass(frozen=True, slots=True)
class Counted:
    """So many offers alike: of one kind and place, for stays of one month, with one end.

    `amount` is what of them is sold and was not taken back, in minor units of `currency`.
    """

    kind: OfferKind
    listing_id: str
    year: int
    month: int
    status: OfferStatus
    reason: str
    sent: bool
    currency: str | None
    offers: int
    amount: int
    reversed: int = 0


@dataclass(slots=True)
class Line:
    """What came of some offers. Of those that were sent: answered, not answered, still open."""

    planned: int = 0
    offered: int = 0
    accepted: int = 0
    declined: int = 0
    reversed: int = 0  # accepted, and taken back by the guest
    unanswered: Counter[str] = field(default_factory=Counter)  # sent, and ended otherwise: why
    withheld: Counter[str] = field(default_factory=Counter)  # never sent: why
    revenue: Counter[str] = field(default_factory=Counter)  # minor units, by currency

    @property
    def ended(self) -> int:
        """How many were sent and can be accepted no more."""
        return self.accepted + self.declined + self.unanswered.total()

    @property
    def conversion(self) -> float | None:
        """The share of those that ended which was accepted; None where none has."""
        return self.accepted / self.ended if self.ended else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Between what it lies, surely 19 times of 20."""
        return wilson(self.accepted, self.ended) if self.ended else None


def wilson(hits: int, of: int, z: float = Z) -> tuple[float, float]:
    """Return Wilson's score interval of a share: sound for few and for extreme counts too."""
    share, spread = hits / of, z * z / of
    middle = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * sqrt(share * (1 - share) / of + spread / (4 * of))
    return max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half))


def season(counted: Counted) -> str:
    """Name the season a stay begins in: a quarter of the year, as it is no winter everywhere."""
    return f"{counted.year}-Q{(counted.month + 2) // 3}"


BY: Mapping[str, Callable[[Counted], str]] = {
    "kind": lambda counted: str(counted.kind),
    "listing": lambda counted: counted.listing_id,
    "season": season,
    "all": lambda _: "all",
}


def lines(rows: Iterable[Counted], by: str) -> dict[str, Line]:
    """Sum up rows by kind, listing, season or all together; sorted by name."""
    found: dict[str, Line] = {}
    for row in rows:
        _add(found.setdefault(BY[by](row), Line()), row)
    return dict(sorted(found.items()))


def _add(line: Line, row: Counted) -> None:
    line.planned += row.offers
    line.offered += row.offers * row.sent
    if row.status is OfferStatus.ACCEPTED:
        line.accepted += row.offers
        line.reversed += row.reversed
    elif not row.sent and row.status in _OVER:
        line.withheld[row.reason or str(row.status)] += row.offers
    elif row.status is OfferStatus.DECLINED:
        line.declined += row.offers
    elif row.status in _OVER:
        line.unanswered[row.reason or str(row.status)] += row.offers
    if row.currency and row.amount:
        line.revenue[row.currency] += row.amount


_OVER = (OfferStatus.EXPIRED, OfferStatus.WITHDRAWN, OfferStatus.DECLINED)
