"""The business itself and its dials."""

from datetime import datetime

from sqlalchemy import delete

from jirani.rules.facts import Business
from jirani.store.refusals import twice_named
from jirani.store.rows.base import Rows, as_fact
from jirani.store.tables.business import BusinessRow, DialChangeRow, DialRow


class BusinessRows(Rows):
    """Who we work for, and how its dials are set."""

    async def get(self) -> Business:
        """Return the business; LookupError if there is none."""
        row = await self.session.get(BusinessRow, self.business_id)
        if row is None:
            raise LookupError(self.business_id)
        return as_fact(Business, row, id=row.business_id)

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
        return {row.dial: row.value for row in rows}

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
            self.insert(DialRow, dial=dial, value=value)
        self.insert(
            DialChangeRow,
            id=id,
            dial=dial,
            action="reset" if value is None else "set",
            before=before,
            after=value,
            changed_by=by,
            changed_at=at,
        )
        await self.session.flush()
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
