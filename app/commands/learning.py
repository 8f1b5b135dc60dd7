"""What was learned, as a host reads it: in money and percent, each with how sure one can be."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from jirani.rules.plain import to_plain
from jirani.rules.stays.kinds import NIGHTS, OFFER_KINDS
from jirani.rules.stays.lift import Lift, Side
from jirani.rules.stays.outcomes import Accepted, Learned
from jirani.rules.stays.posterior import Posterior
from prompts import formats

TRIALS = ("kind", "what", "sent and ended", "taken", "share", "an offer earns")
ACCEPTANCE = ("kind", "ahead", "price", "sent and ended", "taken", "share, 9 times of 10")


def trial_rows(trials: Iterable[Learned]) -> list[tuple[object, ...]]:
    """Return for each kind both groups, by how much they differ, and each choice."""
    return [row for each in trials for row in _of_trial(each)]


def _of_trial(each: Learned) -> Iterator[tuple[object, ...]]:
    yield _side(each, "tried with", each.learning)
    yield _side(each, "never tried with", each.holdout)
    conversion = _between(each.conversion, lambda value: f"{value:+.1%}")
    revenue = _between(each.revenue, lambda value: _signed(value, each.currency))
    yield each.kind, "the difference, 19 times of 20", "", "", conversion, revenue
    nights = OFFER_KINDS[each.kind].product in NIGHTS
    for step, known in each.steps.items():
        named = f"{step} % off" if nights else formats.money(step, each.currency)
        yield each.kind, f"  {named}", known.ended, known.accepted, believed(known), ""
    for at, known in each.times.items():
        yield each.kind, f"  at {at:%H:%M}", known.ended, known.accepted, believed(known), ""


def _side(each: Learned, named: str, side: Side) -> tuple[object, ...]:
    share = "" if side.conversion is None else f"{side.conversion:.1%}"
    earns = "" if side.per_offer is None else formats.money(round(side.per_offer), each.currency)
    return each.kind, named, side.ended, side.accepted, share, earns


def _between(lift: Lift | None, shown: Callable[[float], str]) -> str:
    return "not known yet" if lift is None else f"{shown(lift.low)} to {shown(lift.high)}"


def _signed(value: float, currency: str) -> str:
    amount = formats.money(abs(round(value)), currency)
    return f"-{amount}" if value < 0 else f"+{amount}"


def believed(known: Posterior) -> str:
    """Write how often something is taken, as it is believed."""
    low, high = known.interval
    return f"{known.mean:.0%} ({low:.0%}-{high:.0%})"


def acceptance_rows(acceptance: Iterable[Accepted]) -> list[tuple[object, ...]]:
    """Return how often each kind was taken, so long ahead, at such a price."""
    return [
        (
            *(each.kind, each.lead, formats.money(each.price, each.currency)),
            *(each.posterior.ended, each.posterior.accepted, believed(each.posterior)),
        )
        for each in acceptance
    ]


def learned_as_json(trials: Sequence[Learned], acceptance: Sequence[Accepted]) -> dict[str, Any]:
    """Return all of it for programs."""
    return {
        "trials": [
            {
                "kind": each.kind,
                "currency": each.currency,
                "learning": to_plain(each.learning),
                "holdout": to_plain(each.holdout),
                "conversion_lift": each.conversion and to_plain(each.conversion),
                "revenue_lift": each.revenue and to_plain(each.revenue),
                "steps": {str(step): to_plain(known) for step, known in each.steps.items()},
                "times": {f"{at:%H:%M}": to_plain(known) for at, known in each.times.items()},
            }
            for each in trials
        ],
        "acceptance": [to_plain(each) for each in acceptance],
    }
