"""What guests wish of offers, as they said it or the host entered it."""

from sqlalchemy import delete

from jirani.rules.facts import GuestPreference, Preference
from jirani.rules.stays.preferring import opposite
from jirani.store.rows.base import Rows, table_of
from jirani.store.tables.stays import GuestPreferenceRow

_wishes = table_of(GuestPreferenceRow)


class PreferenceRows(Rows):
    """Wishes of a business's guests, at most one of each name."""

    async def of_guest(self, customer_id: str) -> tuple[GuestPreference, ...]:
        """Return a guest's wishes, by name."""
        return await self.facts(
            GuestPreference,
            GuestPreferenceRow,
            _wishes.c.customer_id == customer_id,
            by=_wishes.c.name,
        )

    async def put(self, wish: GuestPreference) -> None:
        """Keep a wish; what cannot stand beside it goes: the newer counts."""
        for name in (wish.name, opposite(wish.name)):
            if name:
                await self.drop(wish.customer_id, name)
        names = wish.__dataclass_fields__
        await self.insert(GuestPreferenceRow, **{name: getattr(wish, name) for name in names})

    async def drop(self, customer_id: str, name: Preference) -> bool:
        """Take a wish back; False if there was none."""
        done = await self.line.execute(
            delete(_wishes).where(
                _wishes.c.business_id == self.business_id,
                _wishes.c.customer_id == customer_id,
                _wishes.c.name == name,
            )
        )
        return done.rowcount > 0
