"""What recorded sending decisions would have been under other numbers of O5: one guest's, in order.

As long as nothing has come out otherwise, each is judged on the facts it saw. From the first that
does, the guest's contact ledger is kept anew: what was sent instead counts, what was not sent does
not, and whatever was put off comes up again when it is due. Everything else (calendars, claims of
other guests, answers) is as it was recorded.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from heapq import heappop, heappush

from jirani.rules.facts import Contact, ContactPolicy, OfferKind, OfferStatus, StayOffer
from jirani.rules.stays.eligible import described
from jirani.rules.stays.moments import anchor_of
from jirani.rules.stays.question import Question, judge
from jirani.rules.stays.sending import Sending, Step
from jirani.rules.stays.turnover import Claim

LAST = datetime.max.replace(tzinfo=UTC)
Turn = tuple[datetime, int]
AS_IT_HAPPENED = "as_it_happened"


@dataclass(frozen=True, slots=True)
class Answer:
    """What was, or would have been, decided; `at` is when, `to` until when it was put off."""

    step: Step
    reason: str
    at: datetime
    to: datetime | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """A sending decision as it stands in the ledger."""

    id: str
    asked: Question
    answer: Answer


@dataclass(frozen=True, slots=True)
class Compared:
    """One recorded decision; `would` None: it would not have come to it."""

    recorded: Recorded
    would: Answer | None

    @property
    def same(self) -> bool:
        """Tell whether the answer would have been the same, for the same reason."""
        was, would = self.recorded.answer, self.would
        return would is not None and _alike(was, would) and was.reason == would.reason


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of an offer: `sent_at`, or None and the reason; None twice: it still waits."""

    sent_at: datetime | None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class OfferCompared:
    """One offer: what became of it, and what would have."""

    offer_id: str
    kind: OfferKind
    was: Fate
    would: Fate


def replay(
    recorded: Sequence[Recorded],
    offers: Mapping[str, StayOffer],
    ledger: Sequence[Contact],
    declines: Sequence[datetime],
    policy: Callable[[ContactPolicy], ContactPolicy],
    until: datetime,
) -> tuple[list[Compared], list[OfferCompared]]:
    """Judge one guest's decisions again, in the order in which they would be due.

    `offers` are the guest's as they stand now, `ledger` and `declines` all there are of theirs.
    What would be due after `until` still waits.
    """
    guest = _Guest(recorded, offers, ledger, declines, policy, until)
    guest.run()
    return guest.compared(), guest.outcomes()


class _Guest:
    def __init__(
        self,
        recorded: Sequence[Recorded],
        offers: Mapping[str, StayOffer],
        ledger: Sequence[Contact],
        declines: Sequence[datetime],
        policy: Callable[[ContactPolicy], ContactPolicy],
        until: datetime,
    ) -> None:
        self.recorded, self.offers, self.until = recorded, offers, until
        self.ledger, self.declines, self.policy = ledger, declines, policy
        self.of: dict[str, list[Recorded]] = {}
        for each in recorded:
            self.of.setdefault(each.asked.offer.id, []).append(each)
        self.due: list[tuple[datetime, Turn, str, int | None]] = []
        self.would: dict[str, Answer] = {}
        self.fates: dict[str, Fate] = {}  # of offers that came out otherwise
        self.gone: dict[str, datetime] = {}  # off its record from that moment on
        self.added: list[Contact] = []  # sent here only
        self.held: dict[str, Claim] = {}  # what the guest's own offers claim here (U8)

    def run(self) -> None:
        for offer_id in self.of:
            self._push(offer_id, 0)
        while self.due:
            at, _, offer_id, n = heappop(self.due)
            if n is None:
                self._off_the_record(offer_id, at)
            else:
                self._on_the_record(offer_id, n)

    def compared(self) -> list[Compared]:
        return [Compared(each, self.would.get(each.id)) for each in self.recorded]

    def outcomes(self) -> list[OfferCompared]:
        return [
            OfferCompared(id, rows[0].asked.offer.kind, was, self.fates.get(id, was))
            for id, rows in self.of.items()
            for was in [self._fate(id)]
        ]

    def _push(self, offer_id: str, n: int) -> None:
        if n < len(self.of[offer_id]):
            asked = self.of[offer_id][n].asked
            heappush(self.due, (asked.now, _turn(asked), offer_id, n))

    def _on_the_record(self, offer_id: str, n: int) -> None:
        """Judge a decision at its own moment; go on as it went if it would have gone so."""
        each = self.of[offer_id][n]
        apart = bool(self.gone or self.added)
        asked = self._as_of(each.asked, each.asked.now) if apart else each.asked
        sending = judge(replace(asked, policy=self.policy(asked.policy)))
        answer = self.would[each.id] = _answer(sending, asked.now)
        self._holds(asked, sending)
        if _alike(answer, each.answer):
            self._push(offer_id, n + 1)
            return
        self.gone[offer_id] = asked.now
        if each.asked.offer.status is OfferStatus.SCHEDULED:
            self._settle(offer_id, each.asked, answer)
        elif answer.step is Step.SEND:  # asked once more, where it was not in fact
            self._sent(each.asked, asked.now)

    def _off_the_record(self, offer_id: str, at: datetime) -> None:
        """Judge what was put off otherwise: on the newest facts there are of it."""
        row = self.offers.get(offer_id)
        withdrawn = row is not None and row.status is OfferStatus.WITHDRAWN
        if row and withdrawn and row.settled_at and row.settled_at <= at:
            self.fates[offer_id] = Fate(None, row.reason or AS_IT_HAPPENED)
            return
        unsent = [
            each.asked
            for each in self.of[offer_id]
            if each.asked.offer.status is OfferStatus.SCHEDULED
        ]
        known = [asked for asked in unsent if asked.now <= at] or unsent
        asked = self._as_of(known[-1], at)
        sending = judge(replace(asked, policy=self.policy(asked.policy)))
        self._holds(asked, sending)
        self._settle(offer_id, asked, _answer(sending, at))

    def _settle(self, offer_id: str, asked: Question, answer: Answer) -> None:
        """Enter what becomes of an offer that has left its record."""
        if answer.step is Step.SEND:
            self._sent(asked, answer.at)
            self.fates[offer_id] = Fate(answer.at)
        elif answer.step is Step.POSTPONE and answer.to:
            if answer.to > self.until:
                self.fates[offer_id] = Fate(None)
            else:
                heappush(self.due, (answer.to, _turn(asked), offer_id, None))
        else:
            self.fates[offer_id] = Fate(None, answer.reason)

    def _sent(self, asked: Question, at: datetime) -> None:
        self.added.append(Contact(at, True, asked.offer.kind, asked.offer.id))

    def _holds(self, asked: Question, sending: Sending) -> None:
        if sending.claim:
            about = (asked.offer.id, asked.stay.listing.id, asked.stay.reservation.id)
            self.held[asked.offer.id] = Claim(*about, *sending.claim, sending.expires_at)

    def _claims(self, asked: Question, at: datetime) -> tuple[Claim, ...]:
        """Return the claims of others as they were, and the guest's own as they are here."""
        others = [claim for claim in asked.claims if claim.offer_id not in self.of]
        for offer_id, claim in self.held.items():
            row = self.offers.get(offer_id)
            on_record = row is not None and offer_id not in self.fates | self.gone
            if on_record and row and row.settled_at and row.settled_at <= at:
                if row.status is OfferStatus.ACCEPTED:
                    others.append(replace(claim, until=None))
            elif claim.listing_id == asked.stay.listing.id:
                others.append(claim)
        return tuple(others)

    def _as_of(self, asked: Question, at: datetime) -> Question:
        """Return what would be asked at a moment: the ledger of this replay, all read anew."""
        history = [
            row
            for row in self.ledger
            if row.sent_at < at and not self._is_gone(row.offer_id, row.sent_at)
        ]
        unsaid = {
            row.settled_at
            for row in self.offers.values()
            if row.status is OfferStatus.DECLINED
            and row.settled_at
            and self._is_gone(row.id, row.settled_at)
        }
        facts = replace(
            asked.prevention,
            history=tuple(history) + tuple(row for row in self.added if row.sent_at <= at),
            declines=tuple(said for said in self.declines if said <= at and said not in unsaid),
        )
        around = asked.stay.around
        if around and at != asked.now:
            around = replace(around, read_at=at - (asked.now - around.read_at))
        stay = replace(asked.stay, around=around)
        claims = self._claims(asked, at)
        return replace(asked, now=at, stay=stay, prevention=facts, claims=claims)

    def _is_gone(self, offer_id: str, sent_at: datetime) -> bool:
        return offer_id in self.gone and sent_at >= self.gone[offer_id]

    def _fate(self, offer_id: str) -> Fate:
        """Return what became of an offer in fact."""
        first = [
            each.answer
            for each in self.of[offer_id]
            if each.asked.offer.status is OfferStatus.SCHEDULED
        ]
        row = self.offers.get(offer_id)
        sent = [each.at for each in first if each.step is Step.SEND]
        if sent and (row is None or row.offered_at or row.leaving_at):
            return Fate(sent[-1])
        if row is None or row.settled_at is None:
            return Fate(None)
        return Fate(None, row.reason or AS_IT_HAPPENED)


def _answer(sending: Sending, at: datetime) -> Answer:
    return Answer(sending.step, str(sending.decision.reason), at, sending.postponed_to)


def _alike(one: Answer, other: Answer) -> bool:
    return (one.step, one.to) == (other.step, other.to)


def _turn(asked: Question) -> Turn:
    """Return what decides who goes first of what is due at once: nearer, then dearer (O11)."""
    stay, terms = asked.stay, asked.offer.terms
    price = (terms.price if terms else asked.settings.price) or 0
    if not described(stay.reservation, stay.listing).allowed:
        return LAST, -price
    return anchor_of(asked.offer.kind, stay.reservation, stay.listing, terms), -price
