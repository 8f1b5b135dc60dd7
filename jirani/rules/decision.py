"""What every guard answers with (O3)."""

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why a guard decided as it did: stored, read by the model, matched by evals."""

    CLEAR = "clear"
    ALREADY_DONE = "already_done"  # the same request again: nothing changed, the answer is the same

    # consent (O1)
    NO_ACCEPTANCE = "no_acceptance"
    NOT_LATER_MESSAGE = "not_later_message"
    WHICH_ONE = "which_one"
    NOT_OPEN = "not_open"
    EXPIRED = "expired"
    OTHER_THREAD = "other_thread"
    UNKNOWN_HANDLE = "unknown_handle"

    # choosing a slot
    NOT_QUALIFIED = "not_qualified"
    CLOSED = "closed"
    PAST = "past"
    TOO_FAR = "too_far"
    OFF_GRID = "off_grid"
    SLOT_TAKEN = "slot_taken"
    SLOT_HELD = "slot_held"
    CUSTOMER_BUSY = "customer_busy"
    NO_FREE_SLOT = "no_free_slot"
    NOT_LIVE = "not_live"
    UNCHANGED = "unchanged"
    TOO_MANY = "too_many"

    # cross-sell (X1-X6)
    DIAL_NEVER = "dial_never"
    ALREADY_OFFERED = "already_offered"
    CROSS_SELL_DECLINED = "cross_sell_declined"
    PRIMARY_NOT_CONFIRMED = "primary_not_confirmed"
    NO_RELATION = "no_relation"
    NO_ADJACENT_SLOT = "no_adjacent_slot"
    NOT_ADJACENT = "not_adjacent"
    PRICE_CHANGED = "price_changed"
    STARTED = "started"
    CHARGE_GONE_OUT = "charge_gone_out"

    # contact (O5, O9)
    OPTED_OUT = "opted_out"
    WEEKLY_CAP = "weekly_cap"
    SPACING = "spacing"
    DECLINE_PAUSE = "decline_pause"
    PERSON_HANDLING = "person_handling"
    ACCEPTED_BEFORE = "accepted_before"
    DECLINED_BEFORE = "declined_before"
    DEFERRED = "deferred"
    OPEN_OFFER = "open_offer"
    GUEST_PREFERS_NOT = "guest_prefers_not"
    GUEST_PREFERS_FEWER = "guest_prefers_fewer"

    # payment (P1-P4, X12)
    NEEDS_CONTACT = "needs_contact"
    NOTHING_TO_PAY = "nothing_to_pay"
    CHARGE_OPEN = "charge_open"
    RETRY_TOO_SOON = "retry_too_soon"
    NO_RETRY_LEFT = "no_retry_left"
    NOT_ALLOWED_HERE = "not_allowed_here"

    # stays: what is planned around them (U1, U2, O8)
    SCHEDULE_PAST = "schedule_past"
    RESERVATION_NOT_LIVE = "reservation_not_live"
    STATUS_UNKNOWN = "status_unknown"
    NOT_PAID = "not_paid"
    PAYMENT_UNKNOWN = "payment_unknown"
    BAD_DATES = "bad_dates"
    NO_ZONE = "no_zone"
    NO_STANDARD_TIME = "no_standard_time"
    LISTING_OFF = "listing_off"
    KIND_OFF = "kind_off"
    NO_WINDOW = "no_window"
    NO_PRICE = "no_price"
    NO_OFFERED_TIME = "no_offered_time"
    NOTHING_TO_SELL = "nothing_to_sell"
    OTHER_CURRENCY = "other_currency"
    STAY_TOO_SHORT = "stay_too_short"
    SAME_PRODUCT = "same_product"
    GENERAL_NO = "general_no"
    DATES_CHANGED = "dates_changed"

    # stays: when it is sent, taken or asked for (O7, O8, O12, U8, U10, U11)
    TOO_LATE = "too_late"
    QUIET_HOURS = "quiet_hours"
    ALREADY_IN = "already_in"
    NOT_IN_HOUSE = "not_in_house"
    CALENDAR_UNREADABLE = "calendar_unreadable"
    CALENDAR_STALE = "calendar_stale"
    NIGHT_NOT_FREE = "night_not_free"
    SOMEBODY_LEAVES = "somebody_leaves"
    SOMEBODY_ARRIVES = "somebody_arrives"
    BLOCKED = "blocked"
    TASK_IN_THE_WAY = "task_in_the_way"
    CLEANING_PLANNED = "cleaning_planned"
    DO_NOT_DISTURB = "do_not_disturb"
    TURNOVER_TAKEN = "turnover_taken"
    OUT_OF_RANGE = "out_of_range"
    PMS_UNAVAILABLE = "pms_unavailable"

    # slot recovery (R1-R6)
    RECOVERY_OFF = "recovery_off"
    STILL_BOOKED = "still_booked"
    NOT_SETTLED = "not_settled"
    GAVE_IT_UP = "gave_it_up"
    RISK_EXCLUDED = "risk_excluded"
    NOT_OPTED_IN = "not_opted_in"
    NOT_REACHABLE = "not_reachable"
    ASKED_BEFORE = "asked_before"
    COOL_DOWN = "cool_down"
    SLOT_FILLED = "slot_filled"
    NOBODY_LEFT = "nobody_left"
    BOOKING_FIRST = "booking_first"
    UNPAID_IN_TIME = "unpaid_in_time"
    TAKEN_BACK = "taken_back"

    # limits and outside systems
    UNAVAILABLE = "unavailable"
    NOT_UNDERSTOOD = "not_understood"


@dataclass(frozen=True, slots=True)
class Decision:
    """A guard's answer and the one reason that settled it."""

    allowed: bool
    reason: Reason
    detail: str = ""


ALLOWED = Decision(True, Reason.CLEAR)
AGAIN = Decision(True, Reason.ALREADY_DONE)


def refuse(reason: Reason, detail: str = "") -> Decision:
    """Say no: a reason for machines to match, a sentence the model can rephrase."""
    return Decision(False, reason, detail)
