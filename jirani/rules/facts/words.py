"""The words of the domain: where things stand, and of what kind they are (domain §1)."""

from enum import StrEnum


class AppointmentStatus(StrEnum):
    """Where an appointment stands; `held` and `confirmed` are live."""

    PROPOSED = "proposed"
    HELD = "held"
    CONFIRMED = "confirmed"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    MOVED = "moved"
    RELEASED = "released"
    NO_SHOW = "no_show"


LIVE = frozenset({AppointmentStatus.HELD, AppointmentStatus.CONFIRMED})


class OfferKind(StrEnum):
    """What is offered."""

    CROSS_SELL = "cross_sell"
    EARLY_CHECK_IN = "early_check_in"
    LATE_CHECK_OUT = "late_check_out"
    MID_STAY_CLEANING = "mid_stay_cleaning"
    PRE_STAY_NIGHT = "pre_stay_gap_night"
    POST_STAY_NIGHT_AHEAD = "post_stay_gap_night_before_checkin"
    POST_STAY_NIGHT_ON_THE_DAY = "post_stay_gap_night_before_checkout"
    SLOT_RECOVERY = "slot_recovery"


STAY_KINDS = frozenset(OfferKind) - {OfferKind.CROSS_SELL, OfferKind.SLOT_RECOVERY}


class OfferStatus(StrEnum):
    """Where an offer stands; everything after `deferred` is final."""

    SCHEDULED = "scheduled"
    OFFERED = "offered"
    DEFERRED = "deferred"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class OpeningStatus(StrEnum):
    """Where a slot that came free stands; everything after `open` is final (R4)."""

    OPEN = "open"
    FILLED = "filled"
    EXPIRED = "expired"  # too late, or nobody was left to ask
    WITHDRAWN = "withdrawn"  # somebody has it otherwise


class ProposalKind(StrEnum):
    """What waits for the guest's confirmation."""

    BOOK = "book"
    MOVE = "move"
    CANCEL = "cancel"


class ProposalStatus(StrEnum):
    """Where a proposal stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DROPPED = "dropped"


class PaymentStatus(StrEnum):
    """Where a payment stands (domain §1)."""

    PENDING = "pending"
    PAID = "paid"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    UNKNOWN = "unknown"
    REFUNDED = "refunded"
    PAID_UNFULFILLED = "paid_unfulfilled"
    DUE_AT_VENUE = "due_at_venue"


class PaymentPolicy(StrEnum):
    """How a business is paid (X12)."""

    PAY_FIRST = "pay-first"
    PAY_OR_VENUE = "pay-or-venue"
    PAY_AT_VENUE = "pay-at-venue"


class Role(StrEnum):
    """What an API key may do; each role may do all that those before it may."""

    VIEWER = "viewer"
    MANAGER = "manager"
    ADMIN = "admin"


class Relation(StrEnum):
    """How two services relate (X4)."""

    COMPLEMENTARY = "complementary"
    ALTERNATIVE = "alternative"
    SEQUENTIAL = "sequential"


class Direction(StrEnum):
    """From which end an edge may be walked (X4)."""

    UNIDIRECTIONAL = "unidirectional"
    BIDIRECTIONAL = "bidirectional"
