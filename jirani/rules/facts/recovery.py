"""Slots that came free, and whom they are offered to (domain §5)."""

from dataclasses import dataclass
from datetime import datetime

from jirani.rules.facts.house import Slot
from jirani.rules.facts.words import OfferKind, OfferStatus, OpeningStatus
from jirani.rules.recovery.score import Tier


@dataclass(frozen=True, slots=True)
class Opening:
    """A slot that came free, on the terms of the appointment that left it (R1).

    `looks_at` is when the loop looks at it next; `root_id` is the first of those that R6 reopened
    for one slot: who was asked for any of them is not asked again.
    """

    id: str
    root_id: str
    appointment_id: str
    left_by: str  # the customer who cancelled, moved away or did not pay
    service_id: str
    staff_id: str
    starts_at: datetime
    ends_at: datetime
    busy_until: datetime
    price: int
    currency: str
    status: OpeningStatus
    opened_at: datetime
    looks_at: datetime | None
    depth: int = 0
    replaces: str | None = None
    reason: str = ""
    settled_at: datetime | None = None
    filled_by: str | None = None  # the appointment that has it

    @property
    def slot(self) -> Slot:
        """The staff member's time that is free."""
        return Slot(self.staff_id, self.starts_at, self.busy_until)


@dataclass(frozen=True, slots=True)
class RecoveryOffer:
    """An opening as one customer was offered it, on the terms it was sent with (R4)."""

    id: str
    opening_id: str
    lane: int
    thread_id: str
    customer_id: str
    service_id: str
    staff_id: str
    starts_at: datetime
    ends_at: datetime
    busy_until: datetime
    price: int
    currency: str
    status: OfferStatus
    offered_seq: int  # a yes must come later
    expires_at: datetime
    reason: str = ""
    replaces: str | None = None
    settled_seq: int | None = None
    primary_id: str | None = None  # the later booking that a yes moves up
    tier: Tier | None = None  # theirs when they were asked

    @property
    def kind(self) -> OfferKind:
        """The kind of offer."""
        return OfferKind.SLOT_RECOVERY

    @property
    def slot(self) -> Slot:
        """The staff member's time that is offered."""
        return Slot(self.staff_id, self.starts_at, self.busy_until)
