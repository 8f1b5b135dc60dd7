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
