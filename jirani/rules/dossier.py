"""The dossier: all that rows say of one conversation, read at one moment."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from jirani.rules.facts import (
    LIVE,
    Appointment,
    Customer,
    Offer,
    Payment,
    Proposal,
    RecoveryOffer,
    Stay,
    StayOffer,
    StaySale,
    Thread,
)
from jirani.rules.message import Message
from jirani.rules.payments import owed


@dataclass(frozen=True, slots=True)
class Dossier:
    """What a turn describes and words from; a guard reads for itself, in its own transaction (O3).

    All of it oldest first. `messages`: what came since the last one that was read, and 40 before.
    `appointments`: the thread's, the customer's live ones ahead, and those that either replaced.
    """

    thread: Thread
    customer: Customer
    shown: tuple[dict[str, Any], ...]  # the free slots shown last
    messages: tuple[Message, ...]
    proposals: tuple[Proposal, ...]
    offers: tuple[Offer, ...]
    appointments: tuple[Appointment, ...]
    payments: tuple[Payment, ...]
    stay: Stay | None = None  # what the conversation is about, with all its offers
    stay_sales: tuple[StaySale, ...] = ()  # what was sold around it, also what was taken back
    freed: tuple[RecoveryOffer, ...] = ()  # freed slots that were offered here

    def message(self, seq: int) -> Message | None:
        """Return a message by its place in the thread."""
        return next((each for each in self.messages if each.seq == seq), None)

    def unread(self, seq: int) -> tuple[Message, ...]:
        """Return the guest's messages up to `seq` after the last one before it that was read."""
        said = [each for each in self.messages if each.author == "guest" and each.seq <= seq]
        read = max((each.seq for each in said if each.reading and each.seq < seq), default=0)
        return tuple(each for each in said if each.seq > read)

    def is_followed(self, seq: int) -> bool:
        """Tell whether the guest wrote again after a message: it is answered with that one."""
        return any(each.author == "guest" and each.seq > seq for each in self.messages)

    def with_understood(
        self, seq: int, reading: dict[str, Any], wish: dict[str, Any], language: str
    ) -> "Dossier":
        """Return the dossier with what a message has just been read to mean."""
        messages = tuple(
            replace(each, reading=reading, wish=wish, language=language)
            if each.seq == seq
            else each
            for each in self.messages
        )
        return replace(self, messages=messages)

    def appointment(self, id: str) -> Appointment:
        """Return an appointment; LookupError if the conversation knows none of that id."""
        for each in self.appointments:
            if each.id == id:
                return each
        raise LookupError(id)

    @property
    def booked_here(self) -> tuple[Appointment, ...]:
        """The thread's appointments, whatever became of them."""
        return tuple(each for each in self.appointments if each.thread_id == self.thread.id)

    def ahead(self, now: datetime) -> tuple[Appointment, ...]:
        """Return the customer's live appointments that end after `now`, in any thread."""
        return tuple(
            each
            for each in self.appointments
            if each.customer_id == self.customer.id and each.status in LIVE and each.ends_at > now
        )

    @property
    def payments_here(self) -> tuple[Payment, ...]:
        """The thread's payments."""
        return tuple(each for each in self.payments if each.thread_id == self.thread.id)

    @property
    def stay_offers(self) -> tuple[StayOffer, ...]:
        """What was ever planned for the stay or offered around it."""
        return self.stay.offers if self.stay else ()

    @property
    def undone(self) -> frozenset[str]:
        """The offers around the stay whose sale was taken back."""
        return frozenset(each.offer_id for each in self.stay_sales if each.reversed_at)

    @property
    def unpaid(self) -> list[Appointment]:
        """The thread's live bookings that no payment has settled."""
        return owed(self.thread.id, self.appointments, self.payments)
