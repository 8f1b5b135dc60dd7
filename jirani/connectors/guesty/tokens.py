"""Guesty's tokens: five a day, so one that is refused is not replaced lightly."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import httpx2

from jirani.connectors.hooks import same
from jirani.connectors.pms import PmsUnavailable, Wrong
from jirani.connectors.wire import fields
from jirani.connectors.wire.asking import TIMEOUT, told_to_wait
from jirani.connectors.wire.authority import DAY, Token, Tokens, TokenStore

A_DAY = 5
# A token that replaced a refused one and is refused too was not what is wrong: the account may
# not do what was asked. The next replacement waits, so that four a day are the most.
PATIENCE = DAY / (A_DAY - 1)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


class GuestyTokens:
    """Tokens that are shared, kept, and spared."""

    def __init__(
        self, account: str, store: TokenStore, tokens: Tokens, clock: Callable[[], datetime]
    ) -> None:
        self._account = account
        self._store = store
        self._tokens = tokens
        self._clock = clock

    async def headers(self) -> Mapping[str, str]:
        """Return the headers."""
        return await self._tokens.headers()

    async def refused(self, headers: Mapping[str, str]) -> bool:
        """Fetch another token, unless the one refused is itself such another."""
        kept = await self._store.read(self._account)
        known = f"Bearer {kept.token.value}" if kept.token else ""
        late = [at for at in kept.fetched if self._clock() - at < PATIENCE]
        if len(kept.fetched) > 1 and late and same(headers.get("Authorization", ""), known):
            return False
        return await self._tokens.refused(headers)


async def fetch(
    client: httpx2.AsyncClient, url: str, client_id: str, secret: str, now: datetime
) -> Token:
    """Ask for a token. Raises PmsUnavailable, saying when to ask again."""
    form = {"grant_type": "client_credentials", "scope": "open-api"}
    try:
        reply = await client.post(
            url,
            data={**form, "client_id": client_id, "client_secret": secret},
            headers={"Accept": "application/json"},
            timeout=TIMEOUT,
        )
    except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout):
        raise PmsUnavailable(Wrong.DOWN, "token") from None
    except httpx2.TimeoutException:  # it may have counted as one of the five
        raise PmsUnavailable(Wrong.TIMEOUT, "token", retry_after=MINUTE) from None
    except httpx2.HTTPError:
        raise PmsUnavailable(Wrong.DOWN, "token", retry_after=MINUTE) from None
    if reply.status_code == 429:
        wait = told_to_wait(reply.headers) or HOUR
        raise PmsUnavailable(Wrong.RATE_LIMITED, "token (429)", retry_after=wait)
    if reply.status_code >= 500:
        raise PmsUnavailable(Wrong.DOWN, f"token ({reply.status_code})", retry_after=MINUTE)
    if not reply.is_success:
        raise PmsUnavailable(Wrong.REFUSED, f"token ({reply.status_code})")
    try:
        answer = fields.record(reply.json(), "token")
        value = fields.needed(answer.get("access_token"), "access_token")
        seconds = fields.whole(answer.get("expires_in"), "expires_in")
    except (ValueError, RecursionError):
        raise PmsUnavailable(Wrong.MALFORMED, "token", retry_after=MINUTE) from None
    life = timedelta(seconds=min(max(seconds, 0), 10**7)) if seconds is not None else DAY
    return Token(value, now + life)
