"""Which of the prices and times a host allows is tried with a guest; some guests see none of it.

Thompson sampling: of each choice an acceptance is drawn as it may be after what was seen, and the
one that would earn most is taken. Whose draws they are is the caller's: the same for the same
stay and kind. In which group a guest is hangs on the guest alone.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import time
from hashlib import sha256
from typing import TypeVar

from jirani.rules.facts import Group, KindSettings, OfferKind, Trial
from jirani.rules.stays.kinds import NIGHTS, OFFER_KINDS
from jirani.rules.stays.posterior import Draw, Posterior

Choice = TypeVar("Choice", int, time)
UNSEEN = Posterior()


@dataclass(frozen=True, slots=True)
class Seen:
    """What came of what was tried for a kind, by price or discount and by time of sending."""

    steps: Mapping[int, Posterior]
    times: Mapping[time, Posterior]


def group_of(business_id: str, customer_id: str, holdout: int) -> Group:
    """Return a guest's group: `holdout` percent are never learned with, always the same guests.

    Where the percentage changes, nobody changes groups but those it is about.
    """
    mark = sha256(f"{business_id}/{customer_id}".encode()).digest()
    return Group.HOLDOUT if int.from_bytes(mark[:4]) % 100 < holdout else Group.LEARNING


def steps_of(kind: OfferKind, settings: KindSettings) -> tuple[int, ...]:
    """Return the prices a host allows, or for extra nights the discounts; perhaps none."""
    by_night = OFFER_KINDS[kind].product in NIGHTS
    return settings.discount_steps if by_night else settings.price_steps


def usual_step(kind: OfferKind, settings: KindSettings) -> int | None:
    """Return the price or discount where nothing is tried."""
    return settings.discount if OFFER_KINDS[kind].product in NIGHTS else settings.price


def at_step(kind: OfferKind, settings: KindSettings, step: int) -> KindSettings:
    """Return settings with one of the host's steps as the price, or as the discount."""
    if OFFER_KINDS[kind].product in NIGHTS:
        return replace(settings, discount=step)
    return replace(settings, price=step)


def chosen_step(kind: OfferKind, settings: KindSettings, seen: Seen, draw: Draw) -> int | None:
    """Return the step that would earn most, as it may be; None where the host allows none."""
    by_night = OFFER_KINDS[kind].product in NIGHTS

    def worth(step: int) -> int:
        return 100 - step if by_night else step

    return _drawn(steps_of(kind, settings), seen.steps, worth, draw)


def chosen_time(settings: KindSettings, seen: Seen, draw: Draw) -> time:
    """Return whichever of a host's two times is taken better, as it may be."""
    if settings.other_send_at is None:
        return settings.send_at
    times = (settings.send_at, settings.other_send_at)
    return _drawn(times, seen.times, lambda _: 1, draw) or settings.send_at


def _drawn(
    choices: Sequence[Choice],
    seen: Mapping[Choice, Posterior],
    worth: Callable[[Choice], int],
    draw: Draw,
) -> Choice | None:
    drawn = [(seen.get(each, UNSEEN).draw(draw) * worth(each), each) for each in choices]
    return max(drawn, key=lambda each: each[0])[1] if drawn else None


def tried(
    kind: OfferKind,
    settings: KindSettings,
    group: Group,
    seen: Seen,
    draw: Draw,
    before: Trial | None = None,
) -> tuple[KindSettings, Trial]:
    """Return on what terms an offer goes out, and what of them is noted to be learned from.

    What was tried with this very offer `before` stays, as long as the host allows it.
    """
    if group is Group.HOLDOUT:
        return settings, Trial(group, usual_step(kind, settings), settings.send_at)
    sent_at = before.send_at if before and before.send_at else settings.send_at
    step = before.step if before and before.step in steps_of(kind, settings) else None
    if step is None:
        step = chosen_step(kind, settings, seen, draw)
    if step is None:
        return settings, Trial(group, usual_step(kind, settings), sent_at)
    return at_step(kind, settings, step), Trial(group, step, sent_at)


def for_a_budget(kind: OfferKind, settings: KindSettings) -> KindSettings:
    """Return how a kind is sold to a guest who minds the price: at the lowest the host allows.

    Where nothing may be tried, that is the usual price.
    """
    steps = steps_of(kind, settings)
    usual = usual_step(kind, settings)
    if not settings.learn or not steps or usual is None:
        return settings
    lowest = max(*steps, usual) if OFFER_KINDS[kind].product in NIGHTS else min(*steps, usual)
    return at_step(kind, settings, lowest)
