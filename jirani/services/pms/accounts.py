"""The accounts of all businesses as they are in the database, each opened once."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from jirani.connectors.connector import Account, Connector, Outside
from jirani.connectors.hooks import NotGenuine, RawHook
from jirani.connectors.pms import Hook, Pms
from jirani.services.log import about, log
from jirani.services.sealing import NotOurs, Sealer
from jirani.store.rows.accounts import SealedAccount
from jirani.store.work import Store


@dataclass(frozen=True, slots=True)
class Opened:
    """An account that can be asked, and what proves its webhooks."""

    account: Account
    connector: Connector
    pms: Pms
    host: str | None
    version: str


class StoredAccounts:
    """Implements `PmsAccounts`: what was opened is kept until its row changes.

    Rows are looked at by `refresh`: at the start, on a notice, and every now and then.
    """

    def __init__(
        self,
        store: Store,
        sealer: Sealer,
        connectors: Mapping[str, Connector],
        outside: Callable[[], Outside],
    ) -> None:
        """`outside` is made when the first account is opened: a client takes its time to make."""
        self.sealer = sealer
        self.connectors = connectors
        self._make = outside
        self._store = store
        self._opened: dict[tuple[str, str], Opened] = {}

    @cached_property
    def outside(self) -> Outside:
        """What every connector works with."""
        return self._make()

    def of(self, business_id: str, pms: str) -> Pms | None:
        """Return a business's account with a PMS, or None."""
        found = self._opened.get((business_id, pms))
        return found.pms if found else None

    def all(self) -> Iterable[tuple[str, str]]:
        """Return business and PMS of every account."""
        return tuple(self._opened)

    def host(self, business_id: str) -> str | None:
        """Return where a business's host is written to by mail, or None."""
        mine = (each.host for (of, _), each in self._opened.items() if of == business_id)
        return next((host for host in mine if host), None)

    def opened(self, business_id: str, pms: str) -> Opened | None:
        """Return an account with all that belongs to it, or None."""
        return self._opened.get((business_id, pms))

    def hook(self, business_id: str, pms: str, raw: RawHook, now: datetime) -> Hook:
        """Take a webhook for genuine, judged on its raw bytes; raises NotGenuine."""
        found = self._opened.get((business_id, pms))
        if found is None:
            raise NotGenuine("no such account")
        return found.connector.hook(raw, found.account, now)

    async def refresh(self) -> None:
        """Open what is new or has changed, and forget what is gone."""
        async with self._store.queues() as queues:
            there = {(id, pms): version for id, pms, version in await queues.accounts()}
        for key in set(self._opened) - set(there):
            del self._opened[key]
        for (business_id, pms), version in there.items():
            known = self._opened.get((business_id, pms))
            if known is None or known.version != version:
                await self._open(business_id, pms)

    async def _open(self, business_id: str, pms: str) -> None:
        async with self._store.read(business_id) as work:
            kept = await work.pms_accounts.get(pms)
        connector = self.connectors.get(pms)
        with about(business_id):
            if kept is None or connector is None:
                log.error("pms_account.unusable", pms=pms, why="no such connector")
                return
            try:
                account = unsealed(self.sealer, business_id, kept)
            except NotOurs as why:
                log.error("pms_account.unusable", pms=pms, why=str(why))
                return
        self._opened[business_id, pms] = Opened(
            account, connector, connector.open(account, self.outside), kept.host, kept.version
        )


def unsealed(sealer: Sealer, business_id: str, kept: SealedAccount) -> Account:
    """Open an account's secrets; raises NotOurs."""
    secrets = sealer.open(kept.sealed, f"{business_id}:{kept.pms}")
    return Account(business_id, kept.pms, secrets, kept.options)
