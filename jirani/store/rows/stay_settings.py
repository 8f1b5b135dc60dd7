"""How a business, or one of its listings, sells each kind; every change is audited (U9)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, null, update

from jirani.store.rows.base import Rows, table_of
from jirani.store.tables.stays import StaySettingChangeRow, StaySettingRow

_settings = table_of(StaySettingRow)


@dataclass(frozen=True, slots=True)
class StaySetting:
    """A setting as a host made it; an empty `listing_id` or `kind` stands for every one."""

    name: str
    value: object  # as JSON has it
    listing_id: str = ""
    kind: str = ""


class StaySettingRows(Rows):
    """How a business, or one of its listings, sells a kind; every change is audited."""

    async def all(self) -> tuple[StaySetting, ...]:
        """Return every setting that was made."""
        by = (_settings.c.listing_id, _settings.c.kind, _settings.c.name)
        return await self.facts(StaySetting, StaySettingRow, by=by)

    async def of_listing(self, listing_id: str) -> tuple[StaySetting, ...]:
        """Return the settings that a listing is sold by: its own, and every listing's."""
        by = (_settings.c.listing_id, _settings.c.kind, _settings.c.name)
        return await self.facts(
            StaySetting, StaySettingRow, _settings.c.listing_id.in_(("", listing_id)), by=by
        )

    async def put(self, id: str, setting: StaySetting, by: str, at: datetime) -> None:
        """Make a setting; audit it under an id."""
        before = await self._now(setting.listing_id, setting.kind, setting.name)
        where = {"listing_id": setting.listing_id, "kind": setting.kind, "name": setting.name}
        if before is None:
            await self.insert(StaySettingRow, **where, value=setting.value)
        else:
            await self.line.execute(
                update(_settings).where(*self._at(**where)).values(value=setting.value)
            )
        await self._audit(id, where, "set", before, setting, by, at)

    async def reset(
        self, id: str, listing_id: str, kind: str, name: str, by: str, at: datetime
    ) -> None:
        """Take a setting back, so that a more general one is in force; audit it under an id."""
        before = await self._now(listing_id, kind, name)
        where = {"listing_id": listing_id, "kind": kind, "name": name}
        await self.line.execute(delete(_settings).where(*self._at(**where)))
        await self._audit(id, where, "reset", before, None, by, at)

    async def changes(self) -> list[dict[str, object]]:
        """Return the audit, oldest first."""
        rows = await self.session.scalars(
            self.mine(StaySettingChangeRow).order_by(StaySettingChangeRow.id)
        )
        return [
            {
                "listing_id": row.listing_id,
                "kind": row.kind,
                "name": row.name,
                "action": row.action,
                "before": row.before,
                "after": row.after,
                "by": row.changed_by,
                "at": row.changed_at,
            }
            for row in rows
        ]

    async def _now(self, listing_id: str, kind: str, name: str) -> StaySetting | None:
        found = await self.facts(StaySetting, StaySettingRow, *self._at(listing_id, kind, name))
        return found[0] if found else None

    def _at(self, listing_id: str, kind: str, name: str) -> tuple[ColumnElement[bool], ...]:
        return (
            _settings.c.business_id == self.business_id,
            _settings.c.listing_id == listing_id,
            _settings.c.kind == kind,
            _settings.c.name == name,
        )

    async def _audit(
        self,
        id: str,
        where: dict[str, str],
        action: str,
        before: StaySetting | None,
        after: StaySetting | None,
        by: str,
        at: datetime,
    ) -> None:
        was, becomes = (each.value if each else null() for each in (before, after))
        await self.insert(
            StaySettingChangeRow,
            id=id,
            **where,
            action=action,
            before=was,
            after=becomes,
            changed_by=by,
            changed_at=at,
        )
