"""Tokens of accounts, kept sealed in the database and fetched by one process at a time."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jirani.connectors.pms import PmsUnavailable, Wrong
from jirani.connectors.wire.authority import KeptToken, Token, TokenSlot
from jirani.services.sealing import NotOurs, Sealer
from jirani.store.mutex import Busy, ThreadMutex
from jirani.store.work import Store

PATIENCE = 15.0  # real seconds for whoever is fetching one just now


class StoredTokens:
    """Implements `TokenStore`; what cannot be opened any more counts as none."""

    def __init__(self, store: Store, mutex: ThreadMutex, sealer: Sealer) -> None:
        self._store = store
        self._mutex = mutex
        self._sealer = sealer

    async def read(self, account: str) -> KeptToken:
        """Read what is known of an account's tokens."""
        business_id, _, pms = account.partition(":")
        async with self._store.read(business_id) as work:
            sealed = await work.pms_accounts.token(pms)
        if sealed is None:
            return KeptToken()
        try:
            return _read(self._sealer.open(sealed, account))
        except NotOurs:
            return KeptToken()

    @asynccontextmanager
    async def changing(self, account: str) -> AsyncIterator[TokenSlot]:
        """Hold an account's tokens while one is fetched; raises PmsUnavailable if others do."""
        try:
            async with self._mutex.lock(f"token:{account}", PATIENCE):
                yield _Slot(self, account, await self.read(account))
        except Busy:
            raise PmsUnavailable(Wrong.TIMEOUT, "another process is fetching a token") from None

    async def write(self, account: str, kept: KeptToken) -> None:
        """Write down what is known of an account's tokens."""
        business_id, _, pms = account.partition(":")
        sealed = self._sealer.seal(_written(kept), account)
        async with self._store.begin(business_id) as work:
            await work.pms_accounts.put_token(pms, sealed)


@dataclass
class _Slot:
    _tokens: StoredTokens
    _account: str
    kept: KeptToken

    async def keep(self, kept: KeptToken) -> None:
        self.kept = kept
        await self._tokens.write(self._account, kept)


def _written(kept: KeptToken) -> dict[str, Any]:
    token = kept.token
    return {
        "token": token and [token.value, _at(token.expires_at), _at(token.usable_at)],
        "fetched": [_at(each) for each in kept.fetched],
        "not_before": _at(kept.not_before),
    }


def _read(said: dict[str, Any]) -> KeptToken:
    token = None
    if said["token"]:
        value, expires_at, usable_at = said["token"]
        token = Token(value, datetime.fromisoformat(expires_at), _moment(usable_at))
    fetched = tuple(datetime.fromisoformat(each) for each in said["fetched"])
    return KeptToken(token, fetched, _moment(said["not_before"]))


def _at(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _moment(said: str | None) -> datetime | None:
    return datetime.fromisoformat(said) if said else None
