"""A business's accounts with property-management systems."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Table, delete, select

from jirani.store.rows.base import Rows, table_of
from jirani.store.tables.accounts import PmsAccountRow, PmsTokenRow

_accounts, _tokens = table_of(PmsAccountRow), table_of(PmsTokenRow)


@dataclass(frozen=True, slots=True)
class SealedAccount:
    """An account as it is kept; only who has the key can open what is `sealed`."""

    pms: str
    sealed: str = field(repr=False)
    options: dict[str, str]
    host: str | None
    version: str
    changed_at: datetime
    changed_by: str


class AccountRows(Rows):
    """Accounts, and the tokens that belong to them."""

    async def all(self) -> tuple[SealedAccount, ...]:
        """Return every account, by the PMS's name."""
        return await self.facts(SealedAccount, PmsAccountRow, by=(_accounts.c.pms,))

    async def get(self, pms: str) -> SealedAccount | None:
        """Return the account with a PMS, or None."""
        found = await self.facts(SealedAccount, PmsAccountRow, _accounts.c.pms == pms)
        return found[0] if found else None

    async def put(self, account: SealedAccount) -> None:
        """Make an account, or change it."""
        await self.drop(account.pms, tokens=False)
        names = account.__dataclass_fields__
        await self.insert(PmsAccountRow, **{name: getattr(account, name) for name in names})

    async def drop(self, pms: str, *, tokens: bool = True) -> None:
        """Forget an account, and its tokens."""
        for table in (_accounts, _tokens) if tokens else (_accounts,):
            await self._drop(table, pms)

    async def token(self, pms: str) -> str | None:
        """Return what is kept of an account's tokens, sealed."""
        found = await self.line.execute(
            select(_tokens.c.sealed).where(
                _tokens.c.business_id == self.business_id, _tokens.c.pms == pms
            )
        )
        return found.scalar()

    async def put_token(self, pms: str, sealed: str) -> None:
        """Keep an account's tokens, sealed."""
        await self._drop(_tokens, pms)
        await self.insert(PmsTokenRow, pms=pms, sealed=sealed)

    async def _drop(self, table: Table, pms: str) -> None:
        mine = (table.c.business_id == self.business_id, table.c.pms == pms)
        await self.line.execute(delete(table).where(*mine))
