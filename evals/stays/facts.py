"""What a file says, whatever is made of it: counted over every row that could be read."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

from evals.stays.reservations import Booked, Ended
from jirani.rules.stays.kinds import SHORTEST_CLEANED, day_n

DAY = timedelta(days=1)
WINDOW = timedelta(days=3)  # before the arrival, as the kinds have it by default (domain §4)


@dataclass(slots=True)
class Facts:
    """Counts of rows; zero-night, cancelled and never shown up ones too."""

    mid_stay_day: Counter[int] = field(default_factory=Counter)
    same_day: int = 0
    inside_window: int = 0
    cancelled_between: int = 0

    def add(self, row: Booked) -> None:
        """Count a row."""
        if row.nights >= SHORTEST_CLEANED:
            self.mid_stay_day[day_n(row.nights)] += 1
        self.same_day += row.booked_on == row.arrival
        self.inside_window += row.arrival - row.booked_on < WINDOW
        between = row.arrival - WINDOW <= row.ended_on <= row.arrival - DAY
        self.cancelled_between += row.ended is Ended.CANCELED and between

    def told(self) -> dict[str, object]:
        """Return them as JSON has them."""
        return {
            "mid_stay_day": {str(day): n for day, n in sorted(self.mid_stay_day.items())},
            "same_day": self.same_day,
            "inside_window": self.inside_window,
            "cancelled_between": self.cancelled_between,
        }
