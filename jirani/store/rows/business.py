"""The business itself and its dials (X1)."""

from datetime import datetime

from sqlalchemy import delete, select

from jirani.rules.facts import Business
from jirani.rules.recovery.settings import PREFIX
from jirani.store.refusals import twice_named
from jirani.store.rows.base import BUSINESS, Rows, columns_of, table_of
from jirani.store.tables.business import BusinessRow, DialChangeRow, DialRow

_businesses, _dials = table_of(BusinessRow), table_of(DialRow)
_about = [_businesses.c.business_id, *columns_of(Business, _businesses, but={"id"})]
_BUSINESS = select(*_about).where(_businesses.c.business_id == BUSINESS)
_HOUSE = (
    select(*_about, _dials.c.dial, _dials.c.value)
    .outerjoin_from(_businesses, _dials, _dials.c.business_id == _businesses.c.business_id)
    .where(_businesses.c.business_id == BUSINESS)
)


def _is_setting(dial: str) -> bool:
    return dial.startswith(PREFIX)


class BusinessRows(Rows):
    """Who we work for, and how its dials are set."""

    async def get(self) -> Business:
        """Return the business; LookupError if there is none."""
        found = (await self.ask(_BUSINESS)).one_or_none()
        if found is None:
            raise LookupError(self.business_id)
        return Business(*found)

    async def with_dials(self) -> tuple[Business, dict[str, str]]:
        """Return the business and the dials it has set itself; LookupError if there is none."""
        records = (await self.ask(_HOUSE)).all()
        if not records:
            raise LookupError(self.business_id)
        own = {dial: value for *_, dial, value in records if dial and not _is_setting(dial)}
        return Business(*records[0][: len(_about)]), own

    async def add(self, business: Business, at: datetime) -> None:
        """Create the business; raises Twice if its slug is taken."""
        self.session.add(
            BusinessRow(
                business_id=business.id,
                slug=business.slug,
                name=business.name,
                vertical=business.vertical,
                zone=business.zone,
                currency=business.currency,
                locale=business.locale,
                payment_policy=business.payment_policy,
                created_at=at,
            )
        )
        with twice_named():
            await self.session.flush()

    async def dials(self) -> dict[str, str]:
        """Return the dials this business has set itself; the others inherit."""
        rows = await self.session.scalars(self.mine(DialRow))
        return {row.dial: row.value for row in rows if not _is_setting(row.dial)}

    async def recovery(self) -> dict[str, str]:
        """Return what this business has set about freed slots itself (R1-R7)."""
        rows = await self.session.scalars(
            self.mine(DialRow).where(DialRow.dial.startswith(PREFIX, autoescape=True))
        )
        return {row.dial.removeprefix(PREFIX): row.value for row in rows}

    async def turn_dial(
        self, id: str, dial: str, value: str | None, by: str, at: datetime
    ) -> tuple[str | None, str | None]:
        """Set a dial, or reset it with None; audit it; return what was and what is."""
        row = await self.session.get(DialRow, (self.business_id, dial))
        before = row.value if row else None
        if value is None:
            await self.session.execute(
                delete(DialRow).where(DialRow.business_id == self.business_id, DialRow.dial == dial)
            )
        elif row:
            row.value = value
        else:
            await self.insert(DialRow, dial=dial, value=value)
        await self.insert(
            DialChangeRow,
            id=id,
            dial=dial,
            action="reset" if value is None else "set",
            before=before,
            after=value,
            changed_by=by,
            changed_at=at,
        )
        return before, value

    async def dial_changes(self) -> list[dict[str, object]]:
        """Return the audit, oldest first."""
        rows = await self.session.scalars(self.mine(DialChangeRow).order_by(DialChangeRow.id))
        return [
            {
                "dial": row.dial,
                "action": row.action,
                "before": row.before,
                "after": row.after,
                "by": row.changed_by,
                "at": row.changed_at,
            }
            for row in rows
        ]
