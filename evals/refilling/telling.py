"""What many freed slots came to, beside what the curve lets one expect and what was published."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from statistics import NormalDist, median, quantiles

from evals.refilling.playing import Scene, Slot

LIFE = timedelta(minutes=15)
FILLED, PER_OFFER = 0.8, 0.9  # targets: of the slots, and of what the curve has within LIFE
ENOUGH = 300  # slots; with fewer, chance decides
PUBLISHED = "Published beside it: 30 % of slots at 2.76 offers each (Epic Fast Pass, JMIR 2024)."


class Outcome:
    """Slots of one scene, counted."""

    def __init__(self, scene: Scene, slots: Sequence[Slot]) -> None:
        self.scene, self.slots = scene, slots
        self.offers = sum(each.offers for each in slots)
        self.filled = [each for each in slots if each.status == "filled"]
        self.untrue = [(each.seed, text) for each in slots for text in each.untrue]

    @property
    def share(self) -> float:
        """How many of the slots were filled."""
        return len(self.filled) / len(self.slots)

    @property
    def per_offer(self) -> float:
        """How many fills an offer brought."""
        return len(self.filled) / self.offers if self.offers else 0.0

    @property
    def of_curve(self) -> float:
        """Fills an offer, as a share of what the curve has within an offer's life."""
        return self.per_offer / self.scene.curve.within(LIFE)

    def problems(self) -> list[str]:
        """Say what missed its target; what was untrue is always one."""
        found = [f"seed {seed}: {text}" for seed, text in self.untrue]
        if len(self.slots) < ENOUGH:
            return found
        if self.share < FILLED:
            found.append(f"only {self.share:.1%} of the slots were filled; {FILLED:.0%} should be.")
        if self.of_curve < PER_OFFER:
            found.append(f"only {self.of_curve:.2f} of the curve; {PER_OFFER} should be.")
        return found


def lines(outcome: Outcome) -> Iterator[str]:
    """Tell it line by line."""
    scene, slots = outcome.scene, outcome.slots
    curve, n = scene.curve, scene.candidates
    within = curve.within(LIFE)
    yield (
        f"{len(slots):,} slots, seeds {slots[0].seed} to {slots[-1].seed}; {n} candidates each, "
        f"{scene.hours:g} h to go; {_settings(scene)}"
    )
    yield (
        f"Curve: {curve.accepts:.0%} accept at all, median {curve.median:g} min, spread "
        f"{curve.spread:g}: {within:.1%} within 15 min."
    )
    low, high = _interval(len(outcome.filled), len(slots))
    yield (
        f"Filled: {outcome.share:.1%} (95 %: {low:.1%} to {high:.1%}); to be expected of {n} asked "
        f"in turn: {curve.filled(LIFE, n):.1%}; if nobody's yes came late: "
        f"{1 - (1 - curve.accepts) ** n:.1%}."
    )
    yield (
        f"Offers a slot: {outcome.offers / len(slots):.2f}; fills an offer: "
        f"{outcome.per_offer:.1%}, {outcome.of_curve:.2f} of the curve's own {within:.1%}."
    )
    late = sum(each.late for each in slots)
    taken = sum(each.late_taken for each in slots)
    yield f"Late yeses: {late}; {taken} of them took the slot, the others heard that it has gone."
    if times := [each.filled_after for each in outcome.filled if each.filled_after is not None]:
        tenths = quantiles(times, n=10) if len(times) > 1 else times
        yield f"Time to fill: median {median(times):.0f} min, nine in ten in {tenths[-1]:.0f} min."
    yield PUBLISHED


def _settings(scene: Scene) -> str:
    own = ", ".join(f"{name} {value}" for name, value in scene.settings)
    return own or "strictly one after the other, 15 minutes each."


def _interval(hits: int, n: int) -> tuple[float, float]:
    """Return Wilson's interval for a share, which never leaves 0 to 1."""
    z = NormalDist().inv_cdf(0.975)
    middle = (hits + z * z / 2) / (n + z * z)
    half = z * (hits * (n - hits) / n + z * z / 4) ** 0.5 / (n + z * z)
    return middle - half, middle + half
