"""What guests wish of offers: said by themselves or entered by the host, never inferred."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Preference(StrEnum):
    """A wish about offers around stays; of the four things sold: never, or gladly."""

    BUDGET = "budget"
    FEWER_OFFERS = "fewer_offers"
    NEVER_EARLY_CHECK_IN = "never_early_check_in"
    NEVER_LATE_CHECK_OUT = "never_late_check_out"
    NEVER_CLEANING = "never_cleaning"
    NEVER_NIGHTS = "never_nights"
    LOVES_EARLY_CHECK_IN = "loves_early_check_in"
    LOVES_LATE_CHECK_OUT = "loves_late_check_out"
    LOVES_CLEANING = "loves_cleaning"
    LOVES_NIGHTS = "loves_nights"


@dataclass(frozen=True, slots=True)
class GuestPreference:
    """One wish of a guest: who says so, in which words, and since when."""

    customer_id: str
    name: Preference
    source: str  # guest or host
    said: str  # the guest's words, as far as there are any
    by: str
    at: datetime
