"""What a business sells, who does it, what goes with what, and what it knows."""

from fastapi import APIRouter
from pydantic import BaseModel, Field

from app.http.businesses import BusinessId
from app.http.door import TheDoor
from app.http.integrators.access import REFUSALS, Viewer

router = APIRouter(prefix="/v1/businesses/{business}", tags=["catalogue"], responses=REFUSALS)


class Service(BaseModel):
    """Something sold."""

    id: str
    name: str = Field(examples=["Manicure"])
    minutes: int = Field(examples=[45])
    buffer: int = Field(description="Minutes kept free behind it.", examples=[0])
    price: int = Field(description="Minor units.", examples=[120000])
    aliases: list[str] = Field(examples=[["mani"]])


class StaffMember(BaseModel):
    """Somebody who does services."""

    id: str
    name: str = Field(examples=["Amina"])
    service_ids: list[str]


class Relation(BaseModel):
    """An edge of the service graph (X4)."""

    service_a: str
    service_b: str
    relation: str = Field(examples=["complementary"])
    confidence: float = Field(examples=[0.9])
    direction: str = Field(examples=["bidirectional"])


class Snippet(BaseModel):
    """A piece of knowledge that guests' questions are answered with."""

    id: str
    topic: str = Field(examples=["parking"])
    language: str = Field(examples=["en"])
    keywords: list[str] = Field(examples=[["parking", "car"]])
    text: str = Field(examples=["Free parking behind the building."])


@router.get("/services")
async def list_services(door: TheDoor, business_id: BusinessId, _: Viewer) -> list[Service]:
    """List the services, by name."""
    async with door.services.store.read(business_id) as work:
        found = (await work.catalogue.load()).services
    return [Service.model_validate(each, from_attributes=True) for each in found]


@router.get("/staff")
async def list_staff(door: TheDoor, business_id: BusinessId, _: Viewer) -> list[StaffMember]:
    """List who does what, by name."""
    async with door.services.store.read(business_id) as work:
        found = (await work.catalogue.load()).staff
    return [
        StaffMember(id=each.id, name=each.name, service_ids=sorted(each.service_ids))
        for each in found
    ]


@router.get("/relations")
async def list_relations(door: TheDoor, business_id: BusinessId, _: Viewer) -> list[Relation]:
    """List what goes with what (X4)."""
    async with door.services.store.read(business_id) as work:
        found = await work.catalogue.edges()
    return [Relation.model_validate(each, from_attributes=True) for each in found]


@router.get("/knowledge")
async def list_knowledge(door: TheDoor, business_id: BusinessId, _: Viewer) -> list[Snippet]:
    """List what guests' questions are answered with."""
    async with door.services.store.read(business_id) as work:
        found = await work.catalogue.snippets()
    return [Snippet.model_validate(each, from_attributes=True) for each in found]
