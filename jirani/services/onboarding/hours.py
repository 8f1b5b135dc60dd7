"""Working hours as people write them: `mon-fri 09:00-17:00; sat 10:00-14:00`."""

import re
from datetime import time
from itertools import pairwise
from typing import NamedTuple

from jirani.services.onboarding.names import Wrong

EXAMPLE = "mon-fri 09:00-17:00; sat 10:00-14:00"
OFF = {"off", "closed"}


class Span(NamedTuple):
    """From when to when on one day, in local wall time."""

    opens: time
    closes: time


class Shift(NamedTuple):
    """A span of every week; 0 is Monday."""

    weekday: int
    opens: time
    closes: time


_DAYS = (
    ("mon", "monday", "jumatatu"),
    ("tue", "tues", "tuesday", "jumanne"),
    ("wed", "wednesday", "jumatano"),
    ("thu", "thur", "thurs", "thursday", "alhamisi"),
    ("fri", "friday", "ijumaa"),
    ("sat", "saturday", "jumamosi"),
    ("sun", "sunday", "jumapili"),
)
_WEEKDAY = {name: weekday for weekday, names in enumerate(_DAYS) for name in names}
_SEVERAL = {
    **dict.fromkeys(("daily", "every day", "kila siku"), range(7)),
    "weekdays": range(5),
    "weekends": range(5, 7),
}
_CLOCK = re.compile(r"(?P<hour>[0-9]{1,2})(?::(?P<minute>[0-9]{2}))? ?(?P<half>am|pm)?")


def weekly_hours(text: str) -> tuple[Shift, ...]:
    """Read a week, several spans a day allowed; `off` is a week without work.

    Spans that touch become one.

    Raises:
        Wrong: missing, not understood, ending before it begins, or overlapping.
    """
    text = _plain(text)
    if not text:
        raise Wrong(f"is missing; write it like {EXAMPLE}, or off")
    if text in OFF:
        return ()
    shifts = [shift for part in text.split(";") if part.strip() for shift in _part(part.strip())]
    return tuple(_joined(sorted(shifts)))


def day_hours(text: str) -> tuple[time | None, time | None]:
    """Read one day's hours, like `10:00-14:00`; two Nones for `off`. Raises Wrong."""
    text = _plain(text)
    if not text:
        raise Wrong("is missing; write off, or hours like 10:00-14:00")
    return (None, None) if text in OFF else _span(text)


def _plain(text: str) -> str:
    text = re.sub("[\\u2013\\u2014]| to ", "-", text.casefold())  # the dashes people type
    return re.sub(r"\s*-\s*", "-", " ".join(text.split()))


def _part(part: str) -> list[Shift]:
    found = re.fullmatch(r"(?P<days>[^0-9]+?),? (?P<spans>[0-9].*|off|closed)", part)
    if not found:
        raise Wrong(f"{part!r} is not understood; write it like {EXAMPLE}")
    days = _weekdays(found["days"])
    if found["spans"] in OFF:
        return []
    spans = [_span(span.strip()) for span in re.split(r",| and ", found["spans"]) if span.strip()]
    return [Shift(day, *span) for day in days for span in spans]


def _weekdays(text: str) -> list[int]:
    days: set[int] = set()
    for item in re.split(r",| and ", text):
        name = item.strip(" :")
        if name in _SEVERAL:
            days.update(_SEVERAL[name])
            continue
        first, _, last = name.partition("-")
        for end in (first, last or first):
            if end not in _WEEKDAY:
                raise Wrong(f"{end!r} is no weekday; write mon, tue, wed, thu, fri, sat, sun")
        start = _WEEKDAY[first]
        length = (_WEEKDAY[last or first] - start) % 7
        days.update((start + step) % 7 for step in range(length + 1))
    return sorted(days)


def _span(text: str) -> Span:
    opens, dash, closes = text.partition("-")
    if not dash:
        raise Wrong(f"{text!r} is not from when to when; write it like 09:00-17:00")
    span = Span(_clock(opens), _clock(closes))
    if span.closes <= span.opens:
        raise Wrong(f"{text!r} ends before it begins; a span stays within one day")
    return span


def _clock(text: str) -> time:
    found = _CLOCK.fullmatch(text.strip())
    hour, minute = (int(found["hour"]), int(found["minute"] or 0)) if found else (24, 0)
    if found and found["half"]:
        hour = hour % 12 + 12 * (found["half"] == "pm") if 1 <= hour <= 12 else 24
    if hour > 23 or minute > 59:
        raise Wrong(f"{text.strip()!r} is no time of day; write 09:00 (23:59 is the latest)")
    return time(hour, minute)


def _joined(shifts: list[Shift]) -> list[Shift]:
    for one, other in pairwise(shifts):
        if one.weekday == other.weekday and other.opens < one.closes:
            day = _DAYS[one.weekday][0]
            raise Wrong(f"{day} {one.opens:%H:%M} and {other.opens:%H:%M} overlap; join them")
    joined: list[Shift] = []
    for shift in shifts:
        last = joined[-1] if joined else None
        if last and (last.weekday, last.closes) == (shift.weekday, shift.opens):
            joined[-1] = last._replace(closes=shift.closes)
        else:
            joined.append(shift)
    return joined
