"""Who we are to an outside system: a fixed key, or a token that is fetched, kept and shared."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from jirani.connectors.pms import PmsUnavailable, Wrong

EARLY = timedelta(minutes=5)  # before its end a token is fetched anew
DAY = timedelta(days=1)
WRONG_KEY = timedelta(minutes=1)


class Authority(Protocol):
    """What is said with every call."""

    async def headers(self) -> Mapping[str, str]:
        """Return the headers; raises PmsUnavailable where there is no token to be had."""

    async def refused(self, headers: Mapping[str, str]) -> bool:
        """Hear that these were refused; True: there may be better ones now."""


@dataclass(frozen=True, slots=True)
class FixedKey:
    """A key that never changes."""

    header: str
    key: str = field(repr=False)

    async def headers(self) -> Mapping[str, str]:
        """Return the headers."""
        return {self.header: self.key}

    async def refused(self, headers: Mapping[str, str]) -> bool:
        """Hear that these were refused."""
        return False


@dataclass(frozen=True, slots=True)
class Token:
    """A token, until when it is good, and from when it may be used."""

    value: str = field(repr=False)
    expires_at: datetime
    usable_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class KeptToken:
    """What is known of an account's tokens; before `not_before` none may be asked for.

    `fetched` tells when those of late were.
    """

    token: Token | None = None
    fetched: tuple[datetime, ...] = ()
    not_before: datetime | None = None


class TokenSlot(Protocol):
    """One account's tokens, while nobody else may change them."""

    kept: KeptToken

    async def keep(self, kept: KeptToken) -> None:
        """Write it down, for every process and beyond a restart."""


class TokenStore(Protocol):
    """Where tokens are kept: they are shared by all processes, and outlive them."""

    async def read(self, account: str) -> KeptToken:
        """Read what is known of an account's tokens."""

    def changing(self, account: str) -> AbstractAsyncContextManager[TokenSlot]:
        """Hold an account's tokens while one is fetched; raises PmsUnavailable if others do."""


class Tokens:
    """Bearer tokens that are fetched when needed, at most `a_day` within 24 hours."""

    def __init__(
        self,
        account: str,
        store: TokenStore,
        fetch: Callable[[], Awaitable[Token]],
        clock: Callable[[], datetime],
        *,
        a_day: int | None = None,
        sleep: Callable[[float], Awaitable[None]] | None = None,
    ) -> None:
        """`fetch` raises PmsUnavailable; what it says of `retry_after` is kept to."""
        self._account = account
        self._store = store
        self._fetch = fetch
        self._clock = clock
        self._a_day = a_day
        self._sleep = sleep
        self._own: Token | None = None

    async def headers(self) -> Mapping[str, str]:
        """Return the headers, with a token that is good for a while."""
        if not self._good(self._own):
            self._own = (await self._store.read(self._account)).token
            if not self._good(self._own):
                self._own = await self._fetched(None)
            await self._ripe(self._own)
        return _bearing(self._own)

    async def refused(self, headers: Mapping[str, str]) -> bool:
        """Drop the token that was refused, unless somebody did so already."""
        self._own = await self._fetched(dict(headers))
        await self._ripe(self._own)
        return True

    def _good(self, token: Token | None) -> bool:
        return token is not None and self._clock() < token.expires_at - EARLY

    async def _fetched(self, dead: Mapping[str, str] | None) -> Token:
        async with self._store.changing(self._account) as slot:
            kept, now = slot.kept, self._clock()
            if kept.token and self._good(kept.token) and _bearing(kept.token) != dead:
                return kept.token
            recent = tuple(at for at in kept.fetched if now - at < DAY)
            self._may_fetch(kept, recent, now)
            try:
                token = await self._fetch()
            except PmsUnavailable as unavailable:
                wait = unavailable.retry_after
                if unavailable.reason is Wrong.REFUSED:  # a host has to put that right
                    wait = wait or WRONG_KEY
                if wait:
                    until = now + wait
                    await slot.keep(replace(kept, fetched=recent, not_before=until))
                raise
            await slot.keep(KeptToken(token, (*recent, now)))
        return token

    async def _ripe(self, token: Token | None) -> None:
        """Wait until a token new to us may be used, whoever fetched it."""
        if self._sleep and token and token.usable_at and token.usable_at > self._clock():
            await self._sleep((token.usable_at - self._clock()).total_seconds())

    def _may_fetch(self, kept: KeptToken, recent: tuple[datetime, ...], now: datetime) -> None:
        until = kept.not_before
        if self._a_day is not None and len(recent) >= self._a_day:
            until = max(until or now, recent[-self._a_day] + DAY)
        if until is not None and until > now:
            raise PmsUnavailable(Wrong.RATE_LIMITED, "no new token yet", retry_after=until - now)


def _bearing(token: Token | None) -> dict[str, str]:
    return {"Authorization": f"Bearer {token.value}"} if token else {}


class MemoryTokens:
    """Tokens of one process, for tests, evals and demos."""

    def __init__(self) -> None:
        self.kept: dict[str, KeptToken] = {}

    async def read(self, account: str) -> KeptToken:
        """Read what is known of an account's tokens."""
        return self.kept.get(account, KeptToken())

    @asynccontextmanager
    async def changing(self, account: str) -> AsyncIterator[TokenSlot]:
        """Hold an account's tokens."""
        yield _MemorySlot(self, account, await self.read(account))


@dataclass
class _MemorySlot:
    _store: MemoryTokens
    _account: str
    kept: KeptToken

    async def keep(self, kept: KeptToken) -> None:
        self.kept = self._store.kept[self._account] = kept
