"""What is tried with an offer: the host's steps and times, as what was seen before suggests."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import time
from random import Random

from jirani.rules.facts import (
    Group,
    KindSettings,
    OfferKind,
    OfferStatus,
    Reservation,
    StayOffer,
    Trial,
)
from jirani.rules.stays.learning import (
    UNSEEN,
    Seen,
    at_step,
    chosen_time,
    group_of,
    steps_of,
    tried,
)
from jirani.rules.stays.posterior import Draw, Posterior
from jirani.store.work import Work

Sold = Mapping[OfferKind, KindSettings]
Trials = dict[OfferKind, Trial]


async def with_times(
    work: Work, reservation: Reservation, sold: Sold, offers: Iterable[StayOffer]
) -> tuple[Sold, Trials]:
    """Return settings with the time each kind is planned for, and what is tried so.

    A time once chosen for a row stays, as long as the host allows it: a plan is not moved by what
    was learned meanwhile.
    """
    rows = {each.kind: each for each in offers if each.trial and each.offered_at is None}
    trials = Trials()
    timed = dict(sold)
    for kind, settings in sold.items():
        if not settings.learn or settings.other_send_at is None:
            continue
        if _group(work, reservation, settings) is Group.HOLDOUT:
            continue
        before = rows[kind].trial if kind in rows else None
        at = before.send_at if before else None
        if at not in (settings.send_at, settings.other_send_at) or at is None:
            draw = _draw("time", reservation, kind)
            at = chosen_time(settings, await _seen(work, kind, None), draw)
        timed[kind] = replace(settings, send_at=at)
        trials[kind] = Trial(Group.LEARNING, None, at)
    return timed, trials


async def on_trial(
    work: Work, reservation: Reservation, offer: StayOffer, settings: KindSettings, currency: str
) -> tuple[KindSettings, Trial | None]:
    """Return on what terms a due offer goes out, and what is tried so; None: nothing is.

    An offer that is asked once more goes out on its own terms (O10).
    """
    if not settings.learn or offer.status is OfferStatus.DEFERRED:
        return settings, None
    group = _group(work, reservation, settings)
    seen, draw = await _seen(work, offer.kind, currency), _draw("step", reservation, offer.kind)
    return tried(offer.kind, settings, group, seen, draw, before=offer.trial)


def as_before(kind: OfferKind, settings: KindSettings, offers: Iterable[StayOffer]) -> KindSettings:
    """Return settings at the price a stay was offered a kind for before, while that is allowed.

    Who asks for what they were offered is not told another price (U11).
    """
    if not settings.learn:
        return settings
    steps = [each.trial.step for each in offers if each.kind is kind and each.trial]
    kept = [each for each in steps if each in steps_of(kind, settings)]
    return at_step(kind, settings, kept[-1]) if kept and kept[-1] is not None else settings


def _group(work: Work, reservation: Reservation, settings: KindSettings) -> Group:
    return group_of(work.business.business_id, reservation.customer_id, settings.holdout)


def _draw(what: str, reservation: Reservation, kind: OfferKind) -> Draw:
    """Return what draws for a stay and kind: asked again, it draws the same."""
    return Random(f"{what}/{reservation.id}/{kind}").betavariate


async def _seen(work: Work, kind: OfferKind, currency: str | None) -> Seen:
    """Return what came of trying a kind; of prices, in one currency only."""

    async def look() -> Seen:
        steps: dict[int, Posterior] = {}
        times: dict[time, Posterior] = {}
        for each in await work.stay_trials.tried(kind):
            if each.group is not Group.LEARNING:
                continue
            more = (each.accepted, each.ended)
            if each.step is not None and each.currency == currency:
                steps[each.step] = steps.get(each.step, UNSEEN).with_more(*more)
            if each.send_at is not None:
                times[each.send_at] = times.get(each.send_at, UNSEEN).with_more(*more)
        return Seen(steps, times)

    return await work.once(("trials", kind, currency), look)
