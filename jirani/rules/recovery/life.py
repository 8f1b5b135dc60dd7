"""How long an offer of a freed slot lives, how many at once, and when it may go out (R4, O7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from jirani.rules.decision import ALLOWED, Decision, Reason, refuse
from jirani.rules.facts import RecoveryPolicy
from jirani.rules.stays.quiet import Window, Zones, first_allowed, is_quiet, outlives, windows_for

# The nearer the start, the more are asked at once, where the business allows it.
NEAR, VERY_NEAR = timedelta(hours=3), timedelta(hours=1)
SHORTEST, SHARE = timedelta(minutes=5), 12


@dataclass(frozen=True, slots=True)
class Sending:
    """A guard's answer; until when the offer would live, or when to look again if only O7 holds."""

    decision: Decision
    expires_at: datetime | None = None
    look_again: datetime | None = None


def lanes(left: timedelta, policy: RecoveryPolicy) -> int:
    """Return how many offers may live at once, with so much time left until the start (R4)."""
    if not policy.by_time_left or left > NEAR:
        return policy.parallel
    return max(policy.parallel, 2 if left > VERY_NEAR else 3)


def life(left: timedelta, policy: RecoveryPolicy) -> timedelta:
    """Return how long an offer lives: never past the start (R4)."""
    whole = policy.life
    if policy.by_time_left:
        whole = min(whole, max(left / SHARE, SHORTEST))
    return min(whole, left)


def may_send(
    starts_at: datetime, now: datetime, windows: Sequence[Window], policy: RecoveryPolicy
) -> Sending:
    """Judge the moment: an offer that lives under an hour must end before quiet hours begin (O7).

    If it is held, `look_again` is the first allowed minute at which it is not too late (O8).
    """
    left = starts_at - now
    if left < policy.min_lead:
        return Sending(refuse(Reason.TOO_LATE, "It begins too soon."))
    expires_at = now + life(left, policy)
    if is_quiet(now, windows):
        after = now
    elif outlives(expires_at, now, windows):
        after = min(window.closes_after(now) for window in windows)
    else:
        return Sending(ALLOWED, expires_at)
    again = first_allowed(after, windows, starts_at - policy.min_lead)
    no = refuse(Reason.QUIET_HOURS, "They are not to be disturbed now.")
    return Sending(no, look_again=again)


def waking(zone: ZoneInfo, now: datetime, *, sms_to: str | None = None) -> tuple[Window, ...]:
    """Return the hours in which somebody who is in one zone all the time may be written to (O7)."""
    return windows_for(Zones(zone, zone, now, now), sms_to=sms_to)
