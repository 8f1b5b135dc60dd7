"""How freed slots are recovered, and what it brings: viewers read it, managers set it (R1-R7)."""

from datetime import date
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Body, Query
from pydantic import BaseModel, BeforeValidator, Field

from app.http.businesses import BusinessId
from app.http.door import TheDoor
from app.http.integrators.access import REFUSALS, Manager, Viewer, signature
from app.http.problems import Problem, documented
from jirani.rules.recovery.score import Tier
from jirani.rules.recovery.settings import SETTINGS
from jirani.rules.recovery.statistics import Line, Report, in_minutes
from jirani.services.onboarding import Refused
from jirani.services.recovery.settings import SettingState, set_settings, show_settings
from jirani.services.recovery.statistics import statistics

router = APIRouter(
    prefix="/v1/businesses/{business}/recovery", tags=["recovery"], responses=REFUSALS
)
WANTED: dict[str, Any] = {
    "additionalProperties": False,
    "properties": {
        name: {"type": ["string", "null"], "maxLength": 20, "description": each.values}
        for name, each in SETTINGS.items()
    },
}


def _written(text: str) -> str:
    if len(text) == 10 and text[4:5] == "-":
        return text
    raise ValueError("write it as in 2026-11-22")  # a number would be taken, too


Day = Annotated[date, BeforeValidator(_written)]


class RecoverySetting(BaseModel):
    """One setting: what is in force, and what it would be if nobody had made it."""

    name: str = Field(examples=["life"])
    value: str = Field(examples=["15"])
    own: str | None = Field(description="What this business has set itself.", examples=[None])
    default: str = Field(examples=["15"])
    values: str = Field(description="What it may be.", examples=["minutes from 5 to 55"])


class RecoveryCounts(BaseModel):
    """What came of offers of freed slots."""

    asked: int
    accepted: int
    declined: int
    expired: int
    withdrawn: int
    waiting: int = Field(description="For an answer.")
    fills: int = Field(description="Accepted, and neither lapsed unpaid nor given up again.")
    moved_up: int = Field(description="Of the fills: a later booking was moved; nothing is sold.")
    lost: int = Field(description="Accepted, and not paid for or given up again.")
    minutes: int = Field(description="Recovered: sold, and still so.")
    revenue: dict[str, int] = Field(description="Minor units, by currency.")
    unpaid: dict[str, int] = Field(description="Of the revenue, what is not paid yet.")
    offers_per_fill: float | None = Field(examples=[2.4])


class RecoveryStatistics(BaseModel):
    """What came of the slots that came free in a span of days, whenever it came."""

    slots: int
    filled: float | None = Field(description="The share of slots that was.", examples=[0.45])
    openings: dict[str, int] = Field(description="By status; an unpaid slot opens once more.")
    ended: dict[str, int] = Field(description="Openings that were not filled, by reason.")
    total: RecoveryCounts
    by_tier: dict[Tier, RecoveryCounts] = Field(description="By the tier of each when asked.")
    messages: int = Field(description="Offers, that it has gone, that payment did not come.")
    messages_per_fill: float | None = Field(examples=[2.8])
    fill_minutes_median: float | None = Field(description="Since it came free.", examples=[17.5])
    fill_minutes_p90: float | None = Field(description="Of 9 in 10.", examples=[63.0])


@router.get("/settings")
async def read_recovery(door: TheDoor, business_id: BusinessId, _: Viewer) -> list[RecoverySetting]:
    """Show every setting of slot recovery."""
    return [_setting(each) for each in await show_settings(door.services, business_id)]


@router.patch("/settings", responses=documented(HTTPStatus.REQUEST_ENTITY_TOO_LARGE))
async def set_recovery(
    door: TheDoor,
    business_id: BusinessId,
    key: Manager,
    wanted: Annotated[
        dict[str, str | None],
        Body(
            min_length=1,
            max_length=20,
            json_schema_extra=WANTED,
            openapi_examples={"two": {"value": {"recovery": "on", "life": "20"}}},
        ),
    ],
) -> list[RecoverySetting]:
    """Make settings, all or none; null lets one follow its default again.

    They count from the next offer on; every change is among those of the dials.
    """
    try:
        await set_settings(door.services, business_id, wanted, by=signature(key))
    except Refused as refused:
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY, "Nothing was set.", errors=refused.errors
        ) from refused
    return [_setting(each) for each in await show_settings(door.services, business_id)]


@router.get("/statistics")
async def read_recovery_statistics(
    door: TheDoor,
    business_id: BusinessId,
    _: Viewer,
    first: Annotated[Day | None, Query(alias="from", description="Came free from then.")] = None,
    last: Annotated[Day | None, Query(alias="to", description="Came free until then.")] = None,
) -> RecoveryStatistics:
    """Count what came of the slots that came free in a span of days, by the business's clocks."""
    return statistics_shown(await statistics(door.services, business_id, first, last))


def statistics_shown(report: Report) -> RecoveryStatistics:
    """Return a report as it is told to programs."""
    return RecoveryStatistics(
        slots=report.slots,
        filled=report.filled,
        openings=dict(report.openings),
        ended=dict(report.ended),
        total=_counts(report.total),
        by_tier={tier: _counts(line) for tier, line in report.by_tier.items()},
        messages=report.messages,
        messages_per_fill=report.messages_per_fill,
        fill_minutes_median=in_minutes(report.median),
        fill_minutes_p90=in_minutes(report.nine_in_ten),
    )


def _counts(line: Line) -> RecoveryCounts:
    counted = {
        name: getattr(line, name)
        for name in RecoveryCounts.model_fields
        if name not in ("revenue", "unpaid")
    }
    return RecoveryCounts(**counted, revenue=dict(line.revenue), unpaid=dict(line.unpaid))


def _setting(state: SettingState) -> RecoverySetting:
    return RecoverySetting(
        name=state.name,
        value=state.value,
        own=state.own,
        default=state.default,
        values=state.values,
    )
