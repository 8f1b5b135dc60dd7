"""The API keys of a business."""

from datetime import datetime

from jirani.rules.facts import ApiKey
from jirani.store.rows.base import Rows, as_fact
from jirani.store.tables.business import ApiKeyRow


class KeyRows(Rows):
    """Who may call in a business's name."""

    async def get(self, key_id: str) -> ApiKey | None:
        """Return a key, also a revoked one, or None."""
        row = await self.session.get(ApiKeyRow, (self.business_id, key_id))
        return None if row is None else as_fact(ApiKey, row)

    async def all(self) -> tuple[ApiKey, ...]:
        """Return every key, oldest first, revoked ones too."""
        rows = await self.session.scalars(self.mine(ApiKeyRow).order_by(ApiKeyRow.id))
        return tuple(as_fact(ApiKey, row) for row in rows)

    async def add(self, key: ApiKey) -> None:
        """Write a new key."""
        names = key.__dataclass_fields__
        await self.insert(ApiKeyRow, **{name: getattr(key, name) for name in names})

    async def revoke(self, key_id: str, at: datetime) -> None:
        """End a key; LookupError if there is none."""
        await self.update(ApiKeyRow, key_id, revoked_at=at)

    async def used(self, key_id: str, at: datetime) -> None:
        """Note when a key was used; LookupError if there is none."""
        await self.update(ApiKeyRow, key_id, last_used_at=at)
