"""The numbers of the rules: settings, these are the defaults."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class ContactPolicy:
    """The numbers of O5."""

    weekly_cap: int = 3
    window: timedelta = timedelta(days=7)
    spacing: timedelta = timedelta(hours=48)
    declines: int = 2
    pause: timedelta = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Timing:
    """Deadlines of booking and cross-sell (X8, X10-X12, P3); settings, these are the defaults."""

    grid: timedelta = timedelta(minutes=5)
    booking_hold: timedelta = timedelta(minutes=5)
    pair_hold: timedelta = timedelta(seconds=30)
    adjacency: timedelta = timedelta(minutes=15)
    charge_grace: timedelta = timedelta(seconds=90)
    late_yes: timedelta = timedelta(minutes=30)
    payment_retry_hold: timedelta = timedelta(minutes=5)
    payment_retry_wait: timedelta = timedelta(seconds=120)
    charge_prompt: timedelta = timedelta(seconds=120)
    contact_wait: timedelta = timedelta(minutes=30)  # an unpaid booking waits so long for a phone
    thread_idle: timedelta = timedelta(hours=24)
    horizon: timedelta = timedelta(days=180)  # how far ahead one can book


@dataclass(frozen=True, slots=True)
class RecoveryPolicy:
    """How a business lets freed slots find their next customer, once it says so (R1-R7)."""

    on: bool = False
    unpaid_opens: bool = False  # what was never paid for opens its slot all the same (R1)
    exclude_risk: bool = False  # else they come last (R3)
    aging: int = 0  # points that a day of waiting adds (R3)
    parallel: int = 1  # offers at once (R4)
    by_time_left: bool = False  # more at once, and shorter ones, as the start comes near
    life: timedelta = timedelta(minutes=15)
    min_lead: timedelta = timedelta(minutes=30)  # before the start, offers end (O8)
    cool_down: timedelta = timedelta(hours=24)  # after an acceptance (R2)
    pay_within: timedelta = timedelta(hours=2)  # of the yes (R6)
    pay_before: timedelta = timedelta(minutes=30)  # of the start, if that is sooner (R6)
    cancel_cutoff: timedelta = timedelta(hours=24)  # later than that is a late cancellation (R7)
    move_up: bool = False
    depth: int = 2  # how often a moved-up booking's own slot is recovered in turn
