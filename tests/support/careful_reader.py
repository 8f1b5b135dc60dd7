"""What a careful reader of the rules expects of each step, from the rows as they were before it.

Written from the rules' text and not from the product's code: yes, no, or None where the rules
leave it open (a hold that has run out but was not yet swept, one that a dead process left behind).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from jirani.rules.facts import Catalogue, PaymentPolicy
from tests.support.seeing import Row, Seen

LIVE = ("held", "confirmed")
FAILED = ("failed", "cancelled", "expired")
PARTNERS = {"manicure": "pedicure", "pedicure": "manicure", "haircut": "massage"}
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
ADJACENT, RETRY, GRACE, LATE = 15 * MINUTE, 5 * MINUTE, 90 * SECOND, 30 * MINUTE
PROMPT, OFFERED_FOR = 2 * MINUTE, 30 * SECOND
MOMENT = timedelta(microseconds=1)
MOST_LIVE, WEEKLY_CAP = 8, 3


@dataclass(frozen=True)
class Wanted:
    """A time somebody wants: of a service, by a staff member, for a customer in a thread."""

    thread_id: str
    customer_id: str
    staff_id: str
    starts_at: datetime
    ends_at: datetime
    busy_until: datetime

    @classmethod
    def of(cls, row: Any) -> "Wanted":
        """See an appointment or an offer as the time it wants."""
        return cls(*(getattr(row, name) for name in cls.__dataclass_fields__))


@dataclass(frozen=True)
class Reader:
    """The rows as they were, the moment, and the house's policy; `doubtful` guests are followed
    by holds of a process that died."""

    seen: Seen
    now: datetime
    policy: PaymentPolicy
    doubtful: bool = False

    def taken(self, wanted: Wanted, moving: str = "") -> bool | None:
        """Tell whether something stands in the way of a time (X6, X9)."""
        doubt = self.doubtful
        for each in self.seen.appointments:
            if each.status not in LIVE or each.id == moving:
                continue
            lapsed = self.lapsed(each)
            if each.customer_id == wanted.customer_id and _meet(each, wanted):
                doubt |= lapsed
                if not lapsed:
                    return True
            if each.staff_id == wanted.staff_id and _block(each, wanted) and not lapsed:
                return True
        others = (each for each in self._asked() if each.thread_id != wanted.thread_id)
        if any(each.staff_id == wanted.staff_id and _block(each, wanted) for each in others):
            return True
        return None if doubt else False

    def may_be_proposed(self, wanted: Wanted, moved: Row | None) -> bool | None:
        """Tell whether a time may be put before its guest."""
        if moved:
            same = (moved.starts_at, moved.staff_id) == (wanted.starts_at, wanted.staff_id)
            if moved.status not in LIVE or same:
                return False
        mine = [a for a in self.seen.appointments if a.customer_id == wanted.customer_id]
        if moved is None and len([a for a in mine if a.status in LIVE]) >= MOST_LIVE:
            return False
        return _not(self.taken(wanted, moved.id if moved else ""))

    def may_be_confirmed(self, proposal: Row, *, named: bool) -> bool | None:
        """Tell whether a yes does what was proposed (O1)."""
        if proposal.status != "open" or proposal.expires_at <= self.now:
            return False
        if not named and self._others_wait(proposal):
            return False
        moved = proposal.moves_id or (proposal.kind == "cancel" and proposal.appointment_id)
        given_up = moved and self.seen.one("appointments", moved)
        if given_up and given_up.status not in LIVE:
            return False
        if given_up and self.lapsed(given_up):
            return None
        if proposal.kind == "cancel":
            return True
        target = self.seen.one("appointments", proposal.appointment_id)
        return _not(self.taken(Wanted.of(target), proposal.moves_id or ""))

    def may_be_bought(self, offer: Row, catalogue: Catalogue, *, named: bool) -> bool | None:
        """Tell whether a yes buys an offer, in time (X10), or late at the same price (X11)."""
        late = self.is_late(offer)
        if not (late or offer.status == "offered"):
            return False
        primary = self.seen.one("appointments", offer.primary_id)
        if primary.status not in LIVE or (not named and self._others_wait(offer)):
            return False
        if late and not self._still_for_sale(offer, named=named):
            return False
        if late and catalogue.service(offer.service_id).price != offer.price:
            return False
        if self.lapsed(primary):
            return None
        return _not(self.taken(Wanted.of(offer)))

    def is_late(self, offer: Row) -> bool:
        """Tell whether an offer has ended, or should have, because nobody answered."""
        if offer.status == "offered":
            return bool(offer.expires_at <= self.now)
        return bool(offer.status == "expired" and offer.reason == "silence")

    def _still_for_sale(self, offer: Row, *, named: bool) -> bool:
        payments = self.seen.paying_for(offer.primary_id)
        charged = any(each.method != "venue" for each in payments)
        free = self.policy is PaymentPolicy.PAY_AT_VENUE or bool(payments)
        too_late = self.now >= offer.expires_at + LATE if free else False
        bought = any(each.replaces == offer.id for each in self.seen.offers)
        spoken = any(
            each.thread_id == offer.thread_id
            and each.author != "guest"
            and each.at > offer.expires_at
            for each in self.seen.messages
        )
        return not (charged or too_late or bought or (spoken and not named))

    def may_be_offered(
        self, thread_id: str, catalogue: Catalogue, *, dial: bool
    ) -> tuple[datetime, str] | bool | None:
        """Tell whether a thread may get its one offer; if so, when and by whom (X1-X7)."""
        thread = self.seen.one("threads", thread_id)
        booked = [
            each
            for each in self.seen.appointments
            if each.thread_id == thread_id
            and each.status == "confirmed"
            and each.source != "cross_sell"
        ]
        had_one = any(each.thread_id == thread_id for each in self.seen.offers)
        contacts = [c for c in self.seen.contacts if c.customer_id == thread.customer_id]
        if not dial or had_one or thread.cross_sell_declined or not booked:
            return False
        service = PARTNERS.get(booked[-1].service_id)
        if service is None or len(contacts) >= WEEKLY_CAP:
            return False
        if self.lapsed(booked[-1], by=self.now + OFFERED_FOR - MOMENT):
            return False
        answers = {
            (wanted.starts_at, wanted.staff_id): self.taken(wanted)
            for wanted in _behind(booked[-1], service, catalogue)
        }
        if None in answers.values():
            return None
        free = [where for where, taken in answers.items() if not taken]
        return min(free, default=False)

    def lapsed(self, each: Row, *, by: datetime | None = None) -> bool:
        """Tell whether an unpaid booking's time has run out, so that others may take it (X9)."""
        out = each.hold_until is not None and each.hold_until <= (by or self.now)
        return out and self.policy is PaymentPolicy.PAY_FIRST

    def _asked(self) -> Iterator[Row]:
        for proposal in self.seen.proposals:
            if proposal.status == "open" and proposal.expires_at > self.now:
                target = self.seen.one("appointments", proposal.appointment_id)
                if target.status == "proposed":
                    yield target
        for offer in self.seen.offers:
            if offer.status == "offered" and offer.expires_at > self.now:
                yield offer

    def _others_wait(self, asked: Row) -> bool:
        return any(
            each.id != asked.id
            and each.thread_id == asked.thread_id
            and each.status in ("open", "offered")
            and each.expires_at > self.now
            for each in (*self.seen.proposals, *self.seen.offers)
        )


def _behind(primary: Row, service_id: str, catalogue: Catalogue) -> Iterator[Wanted]:
    service = catalogue.service(service_id)
    for member in catalogue.qualified(service_id):
        for gap in range(0, 16, 5):
            start = primary.ends_at + gap * MINUTE
            end = start + service.minutes * MINUTE
            busy = end + service.buffer * MINUTE
            yield Wanted(primary.thread_id, primary.customer_id, member.id, start, end, busy)


def _block(one: Row, other: Wanted) -> bool:
    return bool(one.starts_at < other.busy_until and other.starts_at < one.busy_until)


def _meet(one: Row, other: Wanted) -> bool:
    return bool(one.starts_at < other.ends_at and other.starts_at < one.ends_at)


def _not(answer: bool | None) -> bool | None:
    return None if answer is None else not answer


def of_time(before: Seen, after: Seen, now: datetime, reader: Reader) -> Iterator[str]:
    """Say what time alone may not have done (X10, X12, P1)."""
    for name in ("appointments", "proposals", "offers", "sales"):
        if len(getattr(before, name)) != len(getattr(after, name)):
            yield f"time made {name}"
    for old in before.appointments:
        new = after.one("appointments", old.id)
        yield from _of_appointment(old, new, before, reader)
    for old in before.offers:
        new = after.one("offers", old.id)
        if new.status not in (old.status, "expired"):
            yield f"X10: time made an offer {new.status}"
    for new in after.payments:
        was = next((each.status for each in before.payments if each.id == new.id), None)
        # What was due at the venue was never charged: it ends when it has been paid after all.
        if new.status in FAILED and was not in (new.status, "due_at_venue"):
            yield from _of_failure(new, after, now)


def _of_appointment(old: Row, new: Row, before: Seen, reader: Reader) -> Iterator[str]:
    if old.status == new.status:
        return
    now, payments = reader.now, reader.seen.paying_for(old.id)
    if old.status in LIVE and new.status == "released":
        failed = [p for p in payments if p.status in FAILED and now < p.settled_at + RETRY]
        failed = [p for p in failed if p.settled_by != "policy"]  # called off, before it went out
        broken = [p for p in failed if _broken(p, replace(reader, seen=before))]
        lasts = old.hold_until > now and not broken
        if reader.policy is not PaymentPolicy.PAY_FIRST or lasts:
            yield f"X12: {old.id} was released though its hold lasts"
        if len(failed) > len(broken):
            yield f"X12: {old.id} had no five minutes for a retry"
    elif new.status in LIVE and old.status not in LIVE:
        if old.status != "released" or all(p.status != "paid" for p in payments):
            yield f"P1: {old.id} was {old.status} and is {new.status} unpaid"
    elif (old.status, new.status) not in {
        ("proposed", "released"),
        ("confirmed", "held"),
        ("held", "confirmed"),
    }:
        yield f"time made {old.id} {new.status}"


def _broken(payment: Row, before: Reader) -> bool:
    """Tell whether one of a charge's bookings had gone before it failed: all share that (X10).

    One that had lapsed and stood in another's way was as good as gone (X8).
    """
    seen = before.seen
    was = next((p for p in seen.payments if p.id == payment.id), None)
    named = {i.appointment_id for i in seen.payment_items if i.payment_id == payment.id}
    gone = any(
        each.status == "released"
        or (each.status in LIVE and before.lapsed(each) and before.taken(Wanted.of(each), each.id))
        for each in seen.appointments
        if each.id in named
    )
    return gone and was is not None and was.status not in FAILED


def _of_failure(payment: Row, after: Seen, now: datetime) -> Iterator[str]:
    if payment.settled_by == "policy":
        return  # called off, before it went out
    for item in after.payment_items:
        if item.payment_id == payment.id:
            each = after.one("appointments", item.appointment_id)
            # What is due at the venue needs no prompt any more, and is not held for one.
            paid = any(p.status in ("paid", "due_at_venue") for p in after.paying_for(each.id))
            charged = [p for p in after.paying_for(each.id) if p.status in ("pending", "unknown")]
            again = any(each.created_at == now for each in charged)
            until = now + RETRY + again * PROMPT  # which a charge that goes out at once adds
            # What that charges with it may be held longer still, and all are held alike (X10).
            held = min(each.hold_until, until) if again and each.hold_until else each.hold_until
            if each.status in LIVE and not paid and held != until:
                yield f"X12: {each.id} is not held for five minutes after its charge failed"
