"""Services, staff, hours, relations and knowledge (domain §3)."""

from collections.abc import Iterable
from datetime import date
from itertools import groupby

from sqlalchemy import and_, bindparam, delete, or_, select, union_all

from jirani.rules.facts import (
    Catalogue,
    Edge,
    Hours,
    HoursException,
    Service,
    Snippet,
    Staff,
)
from jirani.store.rows.base import BUSINESS, Rows, as_fact, columns_of, table_of
from jirani.store.tables.business import (
    HoursExceptionRow,
    HoursRow,
    RelationRow,
    ServiceRow,
    SnippetRow,
    StaffRow,
    StaffServiceRow,
)

_ABLE = and_(
    StaffServiceRow.business_id == StaffRow.business_id, StaffServiceRow.staff_id == StaffRow.id
)

_services, _staff, _skills = table_of(ServiceRow), table_of(StaffRow), table_of(StaffServiceRow)
_SERVICES = (
    select(*columns_of(Service, _services))
    .where(_services.c.business_id == BUSINESS, _services.c.active)
    .order_by(_services.c.name)
)
_STAFF = (
    select(_staff.c.id, _staff.c.name, _skills.c.service_id)
    .outerjoin_from(
        _staff,
        _skills,
        and_(_skills.c.business_id == _staff.c.business_id, _skills.c.staff_id == _staff.c.id),
    )
    .where(_staff.c.business_id == BUSINESS, _staff.c.active)
    .order_by(_staff.c.name, _staff.c.id)
)
_snippets = table_of(SnippetRow)
_SNIPPETS = (
    select(*columns_of(Snippet, _snippets))
    .where(
        _snippets.c.business_id == BUSINESS,
        or_(_snippets.c.listing_id.is_(None), _snippets.c.listing_id == bindparam("listing")),
    )
    .order_by(_snippets.c.id)
)


class CatalogueRows(Rows):
    """What a business sells, who does it, and when they work."""

    async def load(self) -> Catalogue:
        """Return the active services and staff, by name."""
        services, links = await self.ask(_SERVICES), await self.ask(_STAFF)
        return Catalogue(
            tuple(as_fact(Service, row, aliases=tuple(row.aliases)) for row in services),
            tuple(
                Staff(id, name, frozenset(service_id for *_, service_id in able if service_id))
                for (id, name), able in groupby(links, key=lambda link: (link[0], link[1]))
            ),
        )

    async def edges(self) -> tuple[Edge, ...]:
        """Return every relation between services (X4)."""
        rows = await self.session.scalars(self.mine(RelationRow))
        return tuple(as_fact(Edge, row) for row in rows)

    async def edges_of(self, service_id: str) -> tuple[Edge, ...]:
        """Return the relations that this service is at either end of (X4)."""
        table = table_of(RelationRow)
        mine = select(*columns_of(Edge, table)).where(table.c.business_id == self.business_id)
        # One question for each end: both at once, SQLite answers from neither's index.
        ends = union_all(
            *(mine.where(end == service_id) for end in (table.c.service_a, table.c.service_b))
        )
        return tuple(Edge(*row) for row in await self.session.execute(ends))

    async def part(self, service_ids: Iterable[str]) -> Catalogue:
        """Return of the catalogue these services, and the staff who do any of them, by name.

        The staff's other skills are left out.
        """
        wanted = list(service_ids)
        # Sorted here: asked to sort, SQLite walks all names of the business in their order.
        services = await self.session.scalars(
            self.mine(ServiceRow).where(ServiceRow.id.in_(wanted), ServiceRow.active)
        )
        links = await self.session.execute(
            select(StaffRow.name, StaffRow.id, StaffServiceRow.service_id)
            .join(StaffServiceRow, _ABLE)
            .where(
                StaffServiceRow.business_id == self.business_id,
                StaffServiceRow.service_id.in_(wanted),
                StaffRow.active,
            )
        )
        skills: dict[tuple[str, str], set[str]] = {}
        for name, id, service_id in links:
            skills.setdefault((name, id), set()).add(service_id)
        return Catalogue(
            tuple(
                as_fact(Service, row, aliases=tuple(row.aliases))
                for row in sorted(services, key=lambda row: row.name)
            ),
            tuple(Staff(id, name, frozenset(able)) for (name, id), able in sorted(skills.items())),
        )

    async def hours(self, staff_ids: Iterable[str]) -> tuple[Hours, ...]:
        """Return the weekly hours of some staff."""
        return await self.facts(Hours, HoursRow, HoursRow.staff_id.in_(list(staff_ids)))

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

    async def snippets(self, listing_id: str | None = None) -> tuple[Snippet, ...]:
        """Return the business's knowledge, and with it what is known of one listing only."""
        rows = await self.ask(_SNIPPETS, listing=listing_id)
        return tuple(as_fact(Snippet, row, keywords=tuple(row.keywords)) for row in rows)

    async def put_service(self, service: Service) -> None:
        """Add a service, or bring the one of that id or name up to date."""
        row = await self.session.scalar(
            self.mine(ServiceRow).where(
                or_(ServiceRow.id == service.id, ServiceRow.name == service.name)
            )
        )
        if row is None:
            await self.insert(
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
        staff_id = row.id if row else member.id
        if row is None:
            await self.insert(StaffRow, id=member.id, name=member.name, active=True)
        else:
            row.name, row.active = member.name, True
            await self.session.flush()
        known = set(
            await self.session.scalars(
                select(StaffServiceRow.service_id).where(
                    StaffServiceRow.business_id == self.business_id,
                    StaffServiceRow.staff_id == staff_id,
                )
            )
        )
        for service_id in sorted(member.service_ids - known):
            await self.insert(StaffServiceRow, staff_id=staff_id, service_id=service_id)
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
            await self.insert(
                HoursRow,
                id=id,
                staff_id=staff_id,
                weekday=span.weekday,
                opens=span.opens,
                closes=span.closes,
            )

    async def set_exception(self, id: str, day: HoursException) -> None:
        """Replace a staff member's hours of one day."""
        await self.session.execute(
            delete(HoursExceptionRow).where(
                HoursExceptionRow.business_id == self.business_id,
                HoursExceptionRow.staff_id == day.staff_id,
                HoursExceptionRow.day == day.day,
            )
        )
        await self.insert(
            HoursExceptionRow,
            id=id,
            staff_id=day.staff_id,
            day=day.day,
            opens=day.opens,
            closes=day.closes,
        )

    async def put_edge(self, edge: Edge) -> None:
        """Add a relation, or bring it up to date."""
        row = await self.session.get(
            RelationRow, (self.business_id, edge.service_a, edge.service_b, edge.relation)
        )
        if row is None:
            await self.insert(
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
        """Add a piece of knowledge; or update the one of that id.

        Or the one of that topic and language, about the same listing or about none.
        """
        same = and_(
            SnippetRow.topic == snippet.topic,
            SnippetRow.language == snippet.language,
            SnippetRow.listing_id.is_not_distinct_from(snippet.listing_id),
        )
        row = await self.session.scalar(
            self.mine(SnippetRow).where(or_(SnippetRow.id == snippet.id, same))
        )
        if row is None:
            await self.insert(
                SnippetRow,
                id=snippet.id,
                topic=snippet.topic,
                language=snippet.language,
                keywords=list(snippet.keywords),
                text=snippet.text,
                listing_id=snippet.listing_id,
            )
        else:
            row.topic, row.language = snippet.topic, snippet.language
            row.listing_id = snippet.listing_id
            row.keywords, row.text = list(snippet.keywords), snippet.text
        await self.session.flush()
