"""What may go wrong with a property-management system in memory: told call by call."""

from collections import defaultdict, deque
from datetime import timedelta
from enum import StrEnum

from jirani.connectors.pms import PmsUnavailable, WriteOutcome, Written, Wrong


class PmsFault(StrEnum):
    """What befalls a call."""

    DOWN = "down"  # nothing leaves
    TIMEOUT_BEFORE = "timeout_before"  # no answer, and nothing done
    TIMEOUT_AFTER = "timeout_after"  # no answer, but done
    RATE_LIMITED = "rate_limited"
    MALFORMED = "malformed"  # an answer nobody can read; a write is done
    REFUSED = "refused"
    IGNORED = "ignored"  # it says yes to a fee or to other dates, and does nothing
    UNDELIVERED = "undelivered"  # it takes a text, and cannot bring it to the guest
    STALE = "stale"  # a calendar as it was when the last fresh one was read
    STATUS_UNKNOWN = "status_unknown"
    PAYMENT_UNKNOWN = "payment_unknown"


class HookFault(StrEnum):
    """What befalls a webhook."""

    LOST = "lost"
    LATE = "late"
    DUPLICATE = "duplicate"
    OUT_OF_ORDER = "out_of_order"  # it comes after the next one
    GARBLED = "garbled"


CALLS = frozenset(
    (
        *("reservation", "reservations", "listing", "listings", "calendar", "tasks"),
        *("conversation", "messages", "post", "fees", "add_fee", "remove_fee", "charge"),
        *("extend", "shorten", "add_task", "remove_task"),
    )
)

_ONLY = {
    PmsFault.IGNORED: {"add_fee", "extend", "shorten"},
    PmsFault.UNDELIVERED: {"post"},
    PmsFault.STALE: {"calendar"},
    PmsFault.STATUS_UNKNOWN: {"reservation", "reservations"},
    PmsFault.PAYMENT_UNKNOWN: {"reservation", "reservations"},
}
_WRONG = {
    PmsFault.DOWN: Wrong.DOWN,
    PmsFault.TIMEOUT_BEFORE: Wrong.TIMEOUT,
    PmsFault.TIMEOUT_AFTER: Wrong.TIMEOUT,
    PmsFault.RATE_LIMITED: Wrong.RATE_LIMITED,
    PmsFault.MALFORMED: Wrong.MALFORMED,
    PmsFault.REFUSED: Wrong.REFUSED,
}
_OUTCOMES = {
    PmsFault.DOWN: WriteOutcome.RETRY,
    PmsFault.TIMEOUT_BEFORE: WriteOutcome.UNKNOWN,
    PmsFault.TIMEOUT_AFTER: WriteOutcome.UNKNOWN,
    PmsFault.RATE_LIMITED: WriteOutcome.RETRY,
    PmsFault.MALFORMED: WriteOutcome.UNKNOWN,
    PmsFault.REFUSED: WriteOutcome.REJECTED,
}
UNDONE = frozenset(PmsFault) - {
    PmsFault.TIMEOUT_AFTER,
    PmsFault.MALFORMED,
    PmsFault.UNDELIVERED,
}


class PmsFaults:
    """Faults for the next calls of a name, one each; and for all calls of it, until they are over.

    A call is named as in `Pms`, or `*` for every one. A fee is proven by `fees`, other dates by
    `reservation`; `charge` is the record made elsewhere when a fee was ignored.
    """

    def __init__(self) -> None:
        self.retry_after: timedelta | None = timedelta(seconds=10)  # None: a 429 that names none
        self._next: dict[str, deque[PmsFault]] = defaultdict(deque)
        self._always: dict[str, PmsFault] = {}

    def next(self, call: str, *faults: PmsFault | str) -> None:
        """Let faults befall the next calls of that name, in order."""
        self._next[call].extend(_known(call, fault) for fault in faults)

    def always(self, call: str, fault: PmsFault | str) -> None:
        """Let a fault befall every call of that name from now on."""
        self._always[call] = _known(call, fault)

    def over(self, call: str | None = None) -> None:
        """End the faults of one name, or all of them."""
        if call is None:
            self._next.clear()
            self._always.clear()
        else:
            self._next.pop(call, None)
            self._always.pop(call, None)

    def befalling(self, call: str) -> PmsFault | None:
        """Return what befalls this call, and use it up."""
        for name in (call, "*"):
            if upcoming := self._next.get(name):
                return upcoming.popleft()
        return self._always.get(call) or self._always.get("*")

    def reading(self, call: str) -> PmsFault | None:
        """Raise what befalls a read; return what only changes its answer."""
        fault = self.befalling(call)
        if fault in _WRONG:
            raise PmsUnavailable(_WRONG[fault], call, retry_after=self._later(fault))
        return fault

    def answer(self, fault: PmsFault | None, ref: str | None = None) -> Written:
        """Return the answer to a write, whatever befell it."""
        if fault not in _OUTCOMES:
            return Written(WriteOutcome.ACCEPTED, ref)
        return Written(_OUTCOMES[fault], reason=_WRONG[fault], retry_after=self._later(fault))

    def _later(self, fault: PmsFault) -> timedelta | None:
        return self.retry_after if fault is PmsFault.RATE_LIMITED else None


def faults_of(call: str) -> tuple[PmsFault, ...]:
    """Return every fault that can befall a call."""
    return tuple(fault for fault in PmsFault if call in _ONLY.get(fault, {*CALLS, "*"}))


def _known(call: str, fault: PmsFault | str) -> PmsFault:
    named = PmsFault(fault)
    allowed = _ONLY.get(named, {*CALLS, "*"})
    if call not in allowed:
        raise ValueError(f"{named} cannot befall {call!r}; it can: {', '.join(sorted(allowed))}")
    return named
