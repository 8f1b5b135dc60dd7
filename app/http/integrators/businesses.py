"""The business itself."""

from fastapi import APIRouter
from pydantic import BaseModel, Field

from app.http.businesses import BusinessId
from app.http.door import TheDoor
from app.http.integrators.access import REFUSALS, Viewer

router = APIRouter(prefix="/v1/businesses/{business}", tags=["business"], responses=REFUSALS)


class Business(BaseModel):
    """A business, as its own people see it."""

    id: str
    slug: str = Field(examples=["demo"])
    name: str = Field(examples=["Jacaranda Salon"])
    vertical: str = Field(examples=["salon"])
    zone: str = Field(examples=["Africa/Nairobi"])
    currency: str = Field(examples=["KES"])
    locale: str = Field(examples=["en"])
    payment_policy: str = Field(examples=["pay-first"])


@router.get("")
async def read_business(door: TheDoor, business_id: BusinessId, _: Viewer) -> Business:
    """Show the business that the key belongs to."""
    async with door.services.store.read(business_id) as work:
        found = await work.business.get()
    return Business.model_validate(found, from_attributes=True)
