"""O1: whether a text names what a guest is to say yes to."""

import re
from datetime import date, datetime

from jirani.rules.claims.clock import find_bare_times, find_times
from jirani.rules.claims.days import find_days
from jirani.rules.claims.model import Backed, plain
from jirani.rules.claims.money import find_bare_sums, find_sums

_CANCELLING = re.compile(
    r"\b(?:cancel\w*|call\w* off|\w*ghairi\w*|\w*fut(?:a|e|wa|we|ia|ie)\b)", re.I
)


def names_moment(text: str, at: datetime, about: Backed, *, day: bool = True) -> bool:
    """Tell whether a text names a clock time and, with `day`, its date; `at` is local."""
    page = plain(text)
    times = {
        value
        for found in (*find_times(page, about), *find_bare_times(page, about))
        for value in found.values
    }
    return at.time() in times and (not day or names_day(text, at.date(), about))


def names_day(text: str, day: date, about: Backed) -> bool:
    """Tell whether a text names a date."""
    return any(day in found.values for found in find_days(plain(text), about))


def names_price(text: str, price: int, about: Backed) -> bool | None:
    """Tell whether a text names a price, in minor units; None if it names none at all."""
    page = plain(text)
    sums = [found.values for found in (*find_sums(page, about), *find_bare_sums(page, about))]
    return any(price in values for values in sums) if sums else None


def names_cancelling(text: str) -> bool:
    """Tell whether a text speaks of cancelling."""
    return _CANCELLING.search(plain(text)) is not None
