"""The one path by which a guest's yes or no reaches what was asked (O1)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from jirani.rules.decision import AGAIN, ALLOWED, Decision, Reason, refuse
from jirani.rules.reading import Meaning, Reading

YES = frozenset({Meaning.ACCEPT})


@dataclass(frozen=True, slots=True)
class Ask:
    """Something put before the guest: an offer or a proposal.

    `asked_seq` is the message it answered, so an answer has a higher one; `settled_seq` is the
    message that settled or deferred it: by a yes if `accepted`, else by a no or a "later".
    """

    id: str
    thread_id: str
    open: bool
    asked_seq: int
    expires_at: datetime
    settled_seq: int | None = None
    accepted: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """The guest's stored message of this turn, as it was read before any tool ran."""

    thread_id: str
    seq: int
    reading: Reading | None


def consent(
    ask: Ask | None,
    said: Said,
    others: Iterable[Ask],
    now: datetime,
    *,
    wants: frozenset[Meaning] = YES,
) -> Decision:
    """Judge whether a message answers one ask, and no other, with a meaning in `wants` (O1).

    `others` is everything else asked of this guest. Asked again of the very message that settled
    the ask the same way, the answer is the same: already done (O4).
    """
    if ask is None:
        return refuse(Reason.UNKNOWN_HANDLE, "Nothing of that name waits for an answer.")
    if said.thread_id != ask.thread_id:
        return refuse(Reason.OTHER_THREAD, "That was asked in another conversation.")
    meaning = said.reading.meaning if said.reading else None
    if _settled_so(ask, said, meaning, wants):
        return AGAIN
    if not ask.open:
        return refuse(Reason.NOT_OPEN, "That is no longer open.")
    if now >= ask.expires_at:
        return refuse(Reason.EXPIRED, "The time to answer that has passed.")
    if said.reading is None or meaning not in wants:
        return refuse(Reason.NO_ACCEPTANCE, "The guest's message does not say so.")
    if said.seq <= ask.asked_seq:
        return refuse(Reason.NOT_LATER_MESSAGE, "The guest has not answered since it was asked.")
    return _addressed(ask, said, said.reading.handle, list(others), now)


def _settled_so(ask: Ask, said: Said, meaning: Meaning | None, wants: frozenset[Meaning]) -> bool:
    """A yes repeats only a yes, and a no only a no: one message cannot do both to one ask."""
    meant_so = meaning in wants and ask.accepted is (meaning is Meaning.ACCEPT)
    return meant_so and not ask.open and ask.settled_seq == said.seq


def _addressed(
    ask: Ask, said: Said, named: str | None, others: list[Ask], now: datetime
) -> Decision:
    if any(other.settled_seq == said.seq for other in others):
        return refuse(Reason.NO_ACCEPTANCE, "That message has already answered something else.")
    if named == ask.id:
        return ALLOWED
    if named is not None:
        return refuse(Reason.NO_ACCEPTANCE, "The guest's message is about something else.")
    if any(_waits(other, said, now) for other in others):
        return refuse(Reason.WHICH_ONE, "Two things wait for an answer: ask which one is meant.")
    return ALLOWED


def _waits(other: Ask, said: Said, now: datetime) -> bool:
    same_thread = other.thread_id == said.thread_id
    return same_thread and other.open and now < other.expires_at and other.asked_seq < said.seq
