"""What was learned from what guests took, and whether it earns anything: every key may read it."""

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from app.http.businesses import BusinessId
from app.http.door import TheDoor
from app.http.integrators.access import REFUSALS, Viewer
from jirani.rules.facts import OfferKind
from jirani.rules.stays import outcomes
from jirani.rules.stays.lift import Lift as LiftFact
from jirani.rules.stays.lift import Side as SideFact
from jirani.rules.stays.posterior import Posterior
from jirani.services.stays.learned import what_was_learned

router = APIRouter(prefix="/v1/businesses/{business}/stays", tags=["stays"], responses=REFUSALS)


class Side(BaseModel):
    """What came of the offers to one group of guests."""

    ended: int = Field(description="Taken, refused, or let pass.")
    accepted: int = Field(description="And not taken back.")
    revenue: int = Field(description="Minor units.")


class Lift(BaseModel):
    """By how much learning lies above the holdout, and between what 19 times of 20."""

    by: float
    low: float
    high: float


class Believed(BaseModel):
    """How often something is taken, as a Beta distribution has it that began with nothing known."""

    accepted: int
    ended: int
    mean: float = Field(examples=[0.28])
    low: float = Field(description="Of 9 in 10.", examples=[0.21])
    high: float = Field(examples=[0.36])


class Step(Believed):
    """A price in minor units, or a discount in percent, that was tried."""

    step: int = Field(examples=[3000])


class Time(Believed):
    """A time of day that was tried, by the listing's clocks."""

    send_at: str = Field(examples=["18:00"])


class Trial(BaseModel):
    """What trying has come to for a kind; the holdout are guests with whom nothing is tried."""

    kind: OfferKind
    currency: str = Field(examples=["EUR"])
    learning: Side
    holdout: Side
    conversion_lift: Lift | None = Field(description="None until both groups have an offer.")
    revenue_lift: Lift | None = Field(description="Minor units an offer; until both have two.")
    steps: list[Step]
    times: list[Time]


class Acceptance(Believed):
    """How often a kind was taken, so long before it was to happen, at such a price."""

    kind: OfferKind
    lead: str = Field(examples=["2-3 days"])
    price: int = Field(description="Minor units.", examples=[2500])
    currency: str = Field(examples=["EUR"])


class Learning(BaseModel):
    """What was tried where it is switched on, and how often everything that was sent was taken."""

    trials: list[Trial]
    acceptance: list[Acceptance]


@router.get("/learning")
async def read_learning(door: TheDoor, business_id: BusinessId, _: Viewer) -> Learning:
    """Show what was learned, beside the guests with whom nothing is tried."""
    trials, acceptance = await what_was_learned(door.services, business_id)
    return Learning(
        trials=[_trial(each) for each in trials],
        acceptance=[
            Acceptance(
                kind=each.kind,
                lead=each.lead,
                price=each.price,
                currency=each.currency,
                **_believed(each.posterior),
            )
            for each in acceptance
        ],
    )


def _trial(each: outcomes.Learned) -> Trial:
    return Trial(
        kind=each.kind,
        currency=each.currency,
        learning=_side(each.learning),
        holdout=_side(each.holdout),
        conversion_lift=_lift(each.conversion),
        revenue_lift=_lift(each.revenue),
        steps=[Step(step=step, **_believed(known)) for step, known in each.steps.items()],
        times=[Time(send_at=f"{at:%H:%M}", **_believed(known)) for at, known in each.times.items()],
    )


def _side(side: SideFact) -> Side:
    return Side(ended=side.ended, accepted=side.accepted, revenue=side.revenue)


def _lift(lift: LiftFact | None) -> Lift | None:
    return None if lift is None else Lift(by=lift.by, low=lift.low, high=lift.high)


def _believed(posterior: Posterior) -> dict[str, Any]:
    low, high = posterior.interval
    counts = {"accepted": posterior.accepted, "ended": posterior.ended}
    return counts | {"mean": posterior.mean, "low": low, "high": high}
