"""What became of the offers of many stays, by kind, and of the rows nothing was made of."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from evals.stays.facts import Facts
from evals.stays.house import ended_at
from evals.stays.playing import Unforeseen
from evals.stays.reservations import Booked, Ended, Parked
from evals.stays.story import Story
from jirani.rules.facts import OfferKind, OfferStatus, StayOffer
from jirani.rules.stays.kinds import OFFER_KINDS

EXAMPLES = 20  # parked rows that are named one by one: there may be any number of them


@dataclass(slots=True)
class OfKind:
    """What became of one kind: sent + withheld + withdrawn = planned.

    `withdrawn` went before it was sent; what was sent ran out unanswered, or was withdrawn then.
    """

    planned: int = 0
    sent: int = 0
    withheld: Counter[str] = field(default_factory=Counter)
    withdrawn: int = 0
    not_planned: Counter[str] = field(default_factory=Counter)
    sent_then: Counter[str] = field(default_factory=Counter)
    sent_after_cancellation: int = 0

    def add(self, row: Booked, offer: StayOffer) -> None:
        """Count an offer and its end."""
        self.planned += 1
        if offer.offered_at is not None:
            self.sent += 1
            self.sent_then["ran_out" if offer.status is OfferStatus.EXPIRED else offer.status] += 1
            cancelled = row.ended is Ended.CANCELED and ended_at(row) <= offer.offered_at
            self.sent_after_cancellation += cancelled
        elif offer.status is OfferStatus.WITHDRAWN:
            self.withdrawn += 1
        elif offer.status is OfferStatus.EXPIRED:
            self.withheld[offer.reason] += 1
        else:
            raise Unforeseen(f"{offer.id} has no end: {offer.status}")

    def told(self) -> dict[str, object]:
        """Return it as JSON has it."""
        return {
            "planned": self.planned,
            "sent": self.sent,
            "withheld": _most_first(self.withheld),
            "withdrawn": self.withdrawn,
            "not_planned": _most_first(self.not_planned),
            "sent_then": _most_first(self.sent_then),
            "sent_after_cancellation": self.sent_after_cancellation,
        }


@dataclass(slots=True)
class Tally:
    """What a whole file came to; it grows with the reasons there are, not with the rows."""

    rows: int = 0
    unread: int = 0
    facts: Facts = field(default_factory=Facts)
    kinds: dict[OfferKind, OfKind] = field(
        default_factory=lambda: {kind: OfKind() for kind in OFFER_KINDS}
    )
    parked: Counter[str] = field(default_factory=Counter)
    examples: list[Parked] = field(default_factory=list)

    def read(self, row: Booked) -> None:
        """Count a row that could be read."""
        self.rows += 1
        self.facts.add(row)

    def park(self, parked: Parked, *, unread: bool = False) -> None:
        """Count a row that was laid aside; one that could not be read was not counted before."""
        self.rows += unread
        self.unread += unread
        self.parked[parked.why] += 1
        if len(self.examples) < EXAMPLES:
            self.examples.append(parked)

    def add(self, stories: Iterable[Story]) -> None:
        """Count what became of stays."""
        for story in stories:
            if story.parked:
                self.park(Parked(story.row.line, story.row.id, story.parked))
            for kind, reason in story.unplanned.items():
                self.kinds[kind].not_planned[str(reason)] += 1
            for offer in story.offers.values():
                self.kinds[offer.kind].add(story.row, offer)

    def told(self) -> dict[str, object]:
        """Return it as JSON has it."""
        first = [
            {"line": each.line, "id": each.id, "why": each.why, "said": each.said}
            for each in self.examples
        ]
        return {
            "rows": self.rows,
            "facts": self.facts.told(),
            "kinds": {str(kind): of_kind.told() for kind, of_kind in self.kinds.items()},
            "parked": {
                "rows": self.parked.total(),
                "why": _most_first(self.parked),
                "first": first,
            },
        }


def _most_first(counts: Counter[str]) -> dict[str, int]:
    return {str(name): n for name, n in sorted(counts.items(), key=lambda one: (-one[1], one[0]))}
