"""Importing the catalogue from CSV files: one operation for each kind of sheet, all alike."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from app.http.businesses import BusinessId
from app.http.door import TheDoor
from app.http.integrators.access import REFUSALS, Manager
from app.http.problems import Problem, documented
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


@dataclass(frozen=True, slots=True)
class Sheet:
    """A kind of file: where it is put, what it does, an example, and who reads it."""

    path: str
    name: str
    about: str
    example: str
    read: Callable[..., Awaitable[Report]]


SHEETS = (
    Sheet(
        "/services",
        "put_services",
        "Add and update services from a CSV file, by name, with prices in major units.",
        "name,minutes,price\nManicure,45,1200\n",
        import_services,
    ),
    Sheet(
        "/staff",
        "put_staff",
        "Add and update staff, their services and weekly hours from a CSV file, by name.",
        "name,services,hours\nAmina,Manicure|Pedicure,Mon-Sat 09:00-18:00\n",
        import_staff,
    ),
    Sheet(
        "/staff/exceptions",
        "put_exceptions",
        "Set the days on which somebody works differently, from a CSV file.",
        "staff,date,hours\nAmina,2026-12-25,off\n",
        import_exceptions,
    ),
    Sheet(
        "/relations",
        "put_relations",
        "Set what goes with what, from a CSV file (X4).",
        "service_a,service_b,confidence\nManicure,Pedicure,0.9\n",
        import_relations,
    ),
    Sheet(
        "/knowledge",
        "put_knowledge",
        "Add and update knowledge from a CSV file, by topic and language.",
        "topic,language,keywords,text\nparking,en,parking|car,Free parking behind.\n",
        import_knowledge,
    ),
)
_ALL_OR_NONE = "All of it is refused if anything is wrong; what it does not name stays as it is."


class Imported(BaseModel):
    """What an import did, by name; on a dry run, what it would do."""

    added: list[str]
    updated: list[str]
    unchanged: list[str]
    ignored: list[str] = Field(description="Columns that mean nothing here.")
    dry_run: bool


def _importing(sheet: Sheet) -> Callable[..., Awaitable[Imported]]:
    async def put(
        request: Request,
        door: TheDoor,
        business_id: BusinessId,
        _: Manager,
        dry_run: DryRun = False,
    ) -> Imported:
        try:
            text = (await request.body()).decode("utf-8-sig")
            report = await sheet.read(door.services, business_id, text, dry_run=dry_run)
        except UnicodeDecodeError as error:
            raise Problem(
                HTTPStatus.UNPROCESSABLE_ENTITY,
                "The file is not UTF-8 text; save it as CSV UTF-8.",
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

    return put


for each in SHEETS:
    router.put(
        each.path,
        name=each.name,
        summary=each.name.replace("_", " ").title(),
        description=f"{each.about}\n\n{_ALL_OR_NONE}",
        responses=documented(HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {"text/csv": {"schema": {"type": "string"}, "example": each.example}},
            }
        },
    )(_importing(each))
