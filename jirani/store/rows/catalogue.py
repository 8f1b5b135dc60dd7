"""Services, staff, hours, relations and knowledge."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import and_, delete, or_, select

from jirani.rules.facts import (
    Catalogue,
    Edge,
    Hours,
    HoursException,
    Service,
    Snippet,
    Staff,
)
from jirani.store.rows.base import Rows, as_fact
from jirani.store.tables.business import (
    HoursExceptionRow,
    HoursRow,
    RelationRow,
    ServiceRow,
    SnippetRow,
    StaffRow,
    StaffServiceRow,
)


class CatalogueRows(Rows):
    """What a business sells, who does it, and when they work."""

    async def load(self) -> Catalogue:
        """Return the active services and staff, by name."""
        services = await self.session.scalars(
            self.mine(ServiceRow).where(ServiceRow.active).order_by(ServiceRow.name)
        )
        skills: dict[str, set[str]] = {}
        for link in await self.session.scalars(self.mine(StaffServiceRow)):
            skills.setdefault(link.staff_id, set()).add(link.service_id)
        staff = await self.session.scalars(
            self.mine(StaffRow).where(StaffRow.active).order_by(StaffRow.name)
        )
        return Catalogue(
            tuple(as_fact(Service, row, aliases=tuple(row.aliases)) for row in services),
            tuple(Staff(row.id, row.name, frozenset(skills.get(row.id, ()))) for row in staff),
        )

    async def edges(self) -> tuple[Edge, ...]:
        """Return every relation between services (X4)."""
        rows = await self.session.scalars(self.mine(RelationRow))
        return tuple(as_fact(Edge, row) for row in rows)

    async def hours(self, staff_ids: Iterable[str]) -> tuple[Hours, ...]:
        """Return the weekly hours of some staff."""
        rows = await self.session.scalars(
            self.mine(HoursRow).where(HoursRow.staff_id.in_(list(staff_ids)))
        )
        return tuple(as_fact(Hours, row) for row in rows)

    async def exceptions(
        self, staff_ids: Iterable[str], first: date, last: date
    ) -> tuple[HoursException, ...]:
        """Return the days that differ, from first to last, both included."""
        rows = await self.session.scalars(
            self.mine(HoursExceptionRow).where(
                HoursExceptionRow.staff_id.in_(list(staff_ids)),
                HoursExceptionRow.day.between(first, last),
            )
        )
        return tuple(as_fact(HoursException, row) for row in rows)

    async def snippets(self) -> tuple[Snippet, ...]:
        """Return the business's knowledge."""
        rows = await self.session.scalars(self.mine(SnippetRow).order_by(SnippetRow.id))
        return tuple(as_fact(Snippet, row, keywords=tuple(row.keywords)) for row in rows)

    async def put_service(self, service: Service) -> None:
        """Add a service, or bring the one of that id or name up to date."""
        row = await self.session.scalar(
            self.mine(ServiceRow).where(
                or_(ServiceRow.id == service.id, ServiceRow.name == service.name)
            )
        )
        if row is None:
            self.insert(
                ServiceRow,
                id=service.id,
                name=service.name,
                minutes=service.minutes,
                buffer=service.buffer,
                price=service.price,
                aliases=list(service.aliases),
                active=True,
            )
        else:
            row.name = service.name
            row.minutes, row.buffer, row.price = service.minutes, service.buffer, service.price
            row.aliases, row.active = list(service.aliases), True
        await self.session.flush()

    async def put_staff(self, member: Staff) -> str:
        """Add a staff member, or find the one of that id or name; set the skills; return the id."""
        row = await self.session.scalar(
            self.mine(StaffRow).where(or_(StaffRow.id == member.id, StaffRow.name == member.name))
        )
        if row is None:
            row = self.insert(StaffRow, id=member.id, name=member.name, active=True)
        row.name, row.active = member.name, True
        await self.session.flush()
        staff_id = row.id
        known = set(
            await self.session.scalars(
                select(StaffServiceRow.service_id).where(
                    StaffServiceRow.business_id == self.business_id,
                    StaffServiceRow.staff_id == staff_id,
                )
            )
        )
        for service_id in sorted(member.service_ids - known):
            self.insert(StaffServiceRow, staff_id=staff_id, service_id=service_id)
        for service_id in known - member.service_ids:
            await self.session.execute(
                delete(StaffServiceRow).where(
                    StaffServiceRow.business_id == self.business_id,
                    StaffServiceRow.staff_id == staff_id,
                    StaffServiceRow.service_id == service_id,
                )
            )
        await self.session.flush()
        return staff_id

    async def set_hours(self, staff_id: str, hours: Iterable[tuple[str, Hours]]) -> None:
        """Replace a staff member's weekly hours; each comes with an id of its own."""
        await self.session.execute(
            delete(HoursRow).where(
                HoursRow.business_id == self.business_id, HoursRow.staff_id == staff_id
            )
        )
        for id, span in hours:
            self.insert(
                HoursRow,
                id=id,
                staff_id=staff_id,
                weekday=span.weekday,
                opens=span.opens,
                closes=span.closes,
            )
        await self.session.flush()

    async def set_exception(self, id: str, day: HoursException) -> None:
        """Replace a staff member's hours of one day."""
        await self.session.execute(
            delete(HoursExceptionRow).where(
                HoursExceptionRow.business_id == self.business_id,
                HoursExceptionRow.staff_id == day.staff_id,
                HoursExceptionRow.day == day.day,
            )
        )
        self.insert(
            HoursExceptionRow,
            id=id,
            staff_id=day.staff_id,
            day=day.day,
            opens=day.opens,
            closes=day.closes,
        )
        await self.session.flush()

    async def put_edge(self, edge: Edge) -> None:
        """Add a relation, or bring it up to date."""
        row = await self.session.get(
            RelationRow, (self.business_id, edge.service_a, edge.service_b, edge.relation)
        )
        if row is None:
            self.insert(
                RelationRow,
                service_a=edge.service_a,
                service_b=edge.service_b,
                relation=edge.relation,
                confidence=edge.confidence,
                direction=edge.direction,
            )
        else:
            row.confidence, row.direction = edge.confidence, edge.direction
        await self.session.flush()

    async def drop_edge(self, edge: Edge) -> None:
        """Forget a relation."""
        row = await self.session.get(
            RelationRow, (self.business_id, edge.service_a, edge.service_b, edge.relation)
        )
        if row:
            await self.session.delete(row)
            await self.session.flush()

    async def put_snippet(self, snippet: Snippet) -> None:
        """Add a piece of knowledge; or update the one of that id, or that topic and language."""
        same = and_(SnippetRow.topic == snippet.topic, SnippetRow.language == snippet.language)
        row = await self.session.scalar(
            self.mine(SnippetRow).where(or_(SnippetRow.id == snippet.id, same))
        )
        if row is None:
            self.insert(
                SnippetRow,
                id=snippet.id,
                topic=snippet.topic,
                language=snippet.language,
                keywords=list(snippet.keywords),
                text=snippet.text,
            )
        else:
            row.topic, row.language = snippet.topic, snippet.language
            row.keywords, row.text = list(snippet.keywords), snippet.text
        await self.session.flush()
