"""Payment providers call back here. The path names the payment and proves the caller (P2)."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from app.http.door import TheDoor
from app.http.limiting import CALLBACKS, GUESSES, caller, within
from app.http.problems import documented
from jirani.connectors.payments import ChargeUpdate, PaymentPath, token_matches
from jirani.rules.facts import PaymentStatus
from jirani.services.settling import callback

router = APIRouter(prefix="/hooks", tags=["payment providers"])
Word = Annotated[str, StringConstraints(pattern=r"^[ -~]*$")]
Amount = Annotated[  # to JSON 5.0 is an integer, and neither "5" nor true is
    int,
    Field(strict=True, ge=0, le=10**12),
    BeforeValidator(lambda it: int(it) if isinstance(it, float) and it.is_integer() else it),
]
Part = Annotated[
    str,
    Path(
        max_length=80,
        pattern=r"^[A-Za-z0-9_-]+$",
        description="As the charge gave it to the provider.",
        examples=["01KAXJ6V0C8Z5Q3M7N2P4R6T8V"],
    ),
]


class Callback(BaseModel):
    """What became of a charge, as the in-memory provider words it."""

    model_config = ConfigDict(extra="forbid")

    provider_ref: Word = Field(max_length=80, examples=["ref-1f00ba71"])
    state: PaymentStatus = Field(examples=["paid"])
    code: Word = Field(default="", max_length=40, examples=["0"])
    amount: Amount | None = Field(default=None, description="Minor units.", examples=[270000])
    receipt: Word | None = Field(default=None, max_length=60, examples=["RC1F00BA71"])


class Taken(BaseModel):
    """Said to everybody alike: who guesses learns nothing."""

    received: bool = True


@router.post(
    "/pay/{business}/{payment}/{token}",
    responses=documented(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.SERVICE_UNAVAILABLE,
    ),
)
async def pay(
    request: Request, door: TheDoor, business: Part, payment: Part, token: Part, said: Callback
) -> Taken:
    """Take a callback; one that fits no payment of ours is kept aside and changes nothing."""
    known = token_matches(door.services.callback_secret, payment, token)
    await within(door, CALLBACKS if known else GUESSES, caller(request))
    path = PaymentPath(business, payment, token)
    await callback(
        door.services,
        ChargeUpdate(said.provider_ref, path, said.state, said.code, said.amount, said.receipt),
    )
    return Taken()
