"""When the scores of all customers are computed anew: at night, by the business's clock (R7)."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

NIGHT = time(3)


def next_night(now: datetime, zone: ZoneInfo) -> datetime:
    """Return the next three o'clock in the morning, after this moment."""
    today = now.astimezone(zone).date()
    nights = (datetime.combine(today + timedelta(days=n), NIGHT, zone) for n in range(2))
    return next(night for night in nights if night > now)
