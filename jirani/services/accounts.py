"""Which property-management systems a business has: a port, since accounts belong to the door."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from jirani.connectors.hooks import NotGenuine, RawHook
from jirani.connectors.pms import Hook, Pms


class PmsAccounts(Protocol):
    """The accounts of all businesses."""

    def of(self, business_id: str, pms: str) -> Pms | None:
        """Return a business's account with a PMS, or None."""

    def all(self) -> Iterable[tuple[str, str]]:
        """Return business and PMS of every account."""

    def host(self, business_id: str) -> str | None:
        """Return where a business's host is written to by mail, or None."""

    def hook(self, business_id: str, pms: str, raw: RawHook, now: datetime) -> Hook:
        """Take a webhook for genuine, judged on its raw bytes; raises NotGenuine."""

    async def refresh(self) -> None:
        """See whether any account is new, has changed or is gone."""


@dataclass(frozen=True, slots=True)
class KnownAccounts:
    """Accounts that are known from the start; none, unless told."""

    accounts: Mapping[tuple[str, str], Pms] = field(default_factory=dict)
    hosts: Mapping[str, str] = field(default_factory=dict)

    def of(self, business_id: str, pms: str) -> Pms | None:
        """Return a business's account with a PMS, or None."""
        return self.accounts.get((business_id, pms))

    def all(self) -> Iterable[tuple[str, str]]:
        """Return business and PMS of every account."""
        return tuple(self.accounts)

    def host(self, business_id: str) -> str | None:
        """Return where a business's host is written to by mail, or None."""
        return self.hosts.get(business_id)

    def hook(self, business_id: str, pms: str, raw: RawHook, now: datetime) -> Hook:
        """Take no webhook: these accounts have no address for any."""
        raise NotGenuine("no such account")

    async def refresh(self) -> None:
        """See that all is as it was."""
