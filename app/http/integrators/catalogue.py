"""What a business sells, who does it, what goes with what, and what it knows."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from app.http.businesses import BusinessId
from app.http.door import TheDoor
from app.http.integrators.access import REFUSALS, Manager, Viewer
from app.http.problems import Problem, documented
from jirani.services import Services
from jirani.services.onboarding import (
    Refused,
    Report,
    import_exceptions,
    import_knowledge,
    import_relations,
    import_services,
    import_staff,
)

router = APIRouter(prefix="/v1/businesses/{business}", tags=["catalogue"], responses=REFUSALS)
DryRun = Annotated[bool, Query(description="Check and report, and write nothing.")]


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


class Imported(BaseModel):
    """What an import did, by name; on a dry run, what it would do."""

    added: list[str]
    updated: list[str]
    unchanged: list[str]
    ignored: list[str] = Field(description="Columns that mean nothing here.")
    dry_run: bool


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


def _csv(example: str) -> dict[str, Any]:
    """Describe a body that is a CSV file."""
    kinds = {"text/csv": {"schema": {"type": "string"}, "example": example}}
    return {"requestBody": {"required": True, "content": kinds}}


_IMPORT = documented(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


@router.put(
    "/services",
    responses=_IMPORT,
    openapi_extra=_csv("name,minutes,price\nManicure,45,1200\n"),
)
async def put_services(
    request: Request, door: TheDoor, business_id: BusinessId, _: Manager, dry_run: DryRun = False
) -> Imported:
    """Add and update services from a CSV file, by name, with prices in major units.

    All of it is refused if anything is wrong; services it does not name stay as they are.
    """
    return await _imported(request, door.services, business_id, import_services, dry_run)


@router.put(
    "/staff",
    responses=_IMPORT,
    openapi_extra=_csv("name,services,hours\nAmina,Manicure|Pedicure,Mon-Sat 09:00-18:00\n"),
)
async def put_staff(
    request: Request, door: TheDoor, business_id: BusinessId, _: Manager, dry_run: DryRun = False
) -> Imported:
    """Add and update staff, their services and weekly hours from a CSV file, by name."""
    return await _imported(request, door.services, business_id, import_staff, dry_run)


@router.put(
    "/staff/exceptions",
    responses=_IMPORT,
    openapi_extra=_csv("staff,date,hours\nAmina,2026-12-25,off\n"),
)
async def put_exceptions(
    request: Request, door: TheDoor, business_id: BusinessId, _: Manager, dry_run: DryRun = False
) -> Imported:
    """Set the days on which somebody works differently, from a CSV file."""
    return await _imported(request, door.services, business_id, import_exceptions, dry_run)


@router.put(
    "/relations",
    responses=_IMPORT,
    openapi_extra=_csv("service_a,service_b,confidence\nManicure,Pedicure,0.9\n"),
)
async def put_relations(
    request: Request, door: TheDoor, business_id: BusinessId, _: Manager, dry_run: DryRun = False
) -> Imported:
    """Set what goes with what, from a CSV file (X4)."""
    return await _imported(request, door.services, business_id, import_relations, dry_run)


@router.put(
    "/knowledge",
    responses=_IMPORT,
    openapi_extra=_csv(
        "topic,language,keywords,text\nparking,en,parking|car,Free parking behind.\n"
    ),
)
async def put_knowledge(
    request: Request, door: TheDoor, business_id: BusinessId, _: Manager, dry_run: DryRun = False
) -> Imported:
    """Add and update knowledge from a CSV file, by topic and language."""
    return await _imported(request, door.services, business_id, import_knowledge, dry_run)


async def _imported(
    request: Request,
    services: Services,
    business_id: str,
    read: Callable[..., Awaitable[Report]],
    dry_run: bool,
) -> Imported:
    try:
        text = (await request.body()).decode("utf-8-sig")
        report = await read(services, business_id, text, dry_run=dry_run)
    except UnicodeDecodeError as error:
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY, "The file is not UTF-8 text; save it as CSV UTF-8."
        ) from error
    except Refused as refused:
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY, "Nothing was imported.", errors=refused.errors
        ) from refused
    return Imported(
        added=report.added,
        updated=report.updated,
        unchanged=report.unchanged,
        ignored=list(report.ignored),
        dry_run=dry_run,
    )
