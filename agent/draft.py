"""What the guest wants to book or move to, gathered over several messages.

A pure function of the understood messages since the last thing that was settled: the rows are
the memory, and a crashed turn finds the same draft again.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace

from agent.when import Problem, When
from agent.wish import Intent, Wish

_ABOUT_THE_DAY = (Problem.WEEKDAY_MISMATCH, Problem.AMBIGUOUS, Problem.NO_SUCH_DATE)
_ABOUT_TIME = (Intent.BOOK, Intent.SLOTS, Intent.MOVE)


@dataclass(frozen=True, slots=True)
class Draft:
    """What is known so far; handles, local dates and times."""

    moving: bool = False
    service: str | None = None
    staff: str | None = None
    day: datetime.date | None = None
    day_to: datetime.date | None = None
    time: datetime.time | None = None
    after: datetime.time | None = None
    before: datetime.time | None = None
    earliest: bool = False
    any_time: bool = False
    which_day: bool = False  # a day was said that cannot be taken at its word: it is asked about
    wanted: bool = False  # somebody asked for a booking, a move or what is free

    @property
    def has_time(self) -> bool:
        """Tell whether enough is said to look for a time without asking."""
        return bool(self.time or self.after or self.before or self.earliest or self.any_time)


def gather(wishes: Sequence[Wish], *, can_move: bool = True) -> Draft:
    """Lay the wishes over each other, oldest first; what is said later wins.

    Where there is nothing to move, "make it 4" corrects what is being booked.
    """
    draft = Draft()
    for wish in wishes:
        draft = _after(draft, wish, can_move=can_move)
    return draft


def _after(draft: Draft, wish: Wish, *, can_move: bool) -> Draft:
    if Intent.CANCEL in wish.intents and Intent.BOOK not in wish.intents:
        return Draft()
    if can_move and Intent.MOVE in wish.intents and not draft.moving:
        draft = Draft(moving=True)
    elif Intent.BOOK in wish.intents and draft.moving:
        draft = Draft()
    asks = any(intent in wish.intents for intent in _ABOUT_TIME)
    only_asks = bool(wish.intents) and not asks and not wish.when
    if wish.service_ids and not only_asks:
        named = wish.service_ids[-1 if _books_last(wish) else 0]
        draft = replace(draft, service=named, wanted=True)
    if wish.staff_id:
        draft = replace(draft, staff=wish.staff_id)
    elif wish.staff_any:
        draft = replace(draft, staff=None)
    if asks:
        draft = replace(draft, wanted=True)
    if wish.when.problem is Problem.AMBIGUOUS and _asks_only_the_time(wish.when):
        return replace(draft, day=wish.when.date, day_to=wish.when.date_to)
    if wish.when.problem in _ABOUT_THE_DAY and not _any_times(wish.when):
        # What was clear is kept: after "Saturday the 27th at 2?", the day alone is an answer.
        clear = replace(wish.when, date=None, date_to=None)
        return replace(_timed(draft, clear), day=None, day_to=None, which_day=True)
    return _timed(draft, wish.when) if wish.when and wish.when.problem is None else draft


def _asks_only_the_time(when: When) -> bool:
    """Tell whether the day is clear: what is asked back is which of two times."""
    return bool(when.date) and all(isinstance(each, datetime.time) for each in when.choices)


def _any_times(when: When) -> bool:
    return any(isinstance(each, datetime.time) for each in when.choices)


def _books_last(wish: Wish) -> bool:
    """Tell whether the service to book is named last: "cancel my manicure and book a facial"."""
    order = wish.intents
    before = [each for each in (Intent.CANCEL, Intent.PRICE) if each in order]
    return Intent.BOOK in order and any(order.index(e) < order.index(Intent.BOOK) for e in before)


def _timed(draft: Draft, when: When) -> Draft:
    if when.date:
        draft = replace(draft, day=when.date, day_to=when.date_to, which_day=False)
    if when.time:
        draft = replace(
            draft, time=when.time, after=None, before=None, earliest=False, any_time=False
        )
    elif when.after or when.before:
        draft = replace(
            draft,
            time=None,
            after=when.after,
            before=when.before,
            earliest=when.earliest,
            any_time=False,
        )
    elif when.earliest or when.latest or when.any_time:
        draft = replace(
            draft,
            time=None,
            after=None,
            before=None,
            earliest=when.earliest,
            any_time=not when.earliest,
        )
    return draft


def expecting(draft: Draft) -> str | None:
    """Say what would be asked next about a draft: it helps to read a short answer."""
    if not draft.wanted:
        return None
    if draft.service is None and not draft.moving:
        return "service"
    if draft.day is None:
        return "day"
    return None if draft.time else "slot"
