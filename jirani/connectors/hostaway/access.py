"""Getting in: tokens, and the limits that Hostaway sets to an account and to an address.

A token is asked for with a form, answered outside the usual envelope, good for months, and not
usable in its first second.
"""

import asyncio
import json
from datetime import timedelta
from http import HTTPStatus
from weakref import WeakKeyDictionary

import httpx2

from jirani.connectors.connector import Account, Outside
from jirani.connectors.pms import PmsUnavailable, Wrong
from jirani.connectors.wire import fields
from jirani.connectors.wire.asking import TIMEOUT, Wire, told_to_wait
from jirani.connectors.wire.authority import Token, Tokens
from jirani.connectors.wire.pacing import Limit, Pace

USABLE_AFTER = timedelta(seconds=1)
LONGEST_LIFE = timedelta(days=730)
_PACES: WeakKeyDictionary[httpx2.AsyncClient, dict[str, Pace]] = WeakKeyDictionary()


class SharedPace(Pace):
    """Waits for the turn of the address, which all accounts share, and of the account."""

    def __init__(self, address: Pace, account: Pace) -> None:
        super().__init__()
        self._both = (account, address)
        self._account = account

    async def turn(self) -> None:
        """Wait until a call may be made, and count it."""
        for pace in self._both:
            await pace.turn()

    def pause(self, wait: timedelta) -> None:
        """Make no call for this account for a while; others find out for themselves."""
        self._account.pause(wait)


def wire(base: str, account: Account, outside: Outside, calls: int) -> Wire:
    """Return what asks Hostaway for one account, at most `calls` times in ten seconds."""
    pace = _pace(base, account, outside, calls)
    issuer = Issuer(base, account, outside, pace)
    sleep = None if outside.plays else asyncio.sleep
    tokens = Tokens(account.id, outside.tokens, issuer.fetch, outside.clock, sleep=sleep)
    return Wire(base, outside.client, tokens, pace)


def _pace(base: str, account: Account, outside: Outside, calls: int) -> Pace:
    """Return the pace this process keeps: however often an account is opened, it is one."""
    limits = (Limit(calls, 10.0),) if calls else ()
    kept = _PACES.setdefault(outside.client, {})
    address = kept.setdefault(f"{base} {calls}", outside.pace(*limits))
    own = kept.setdefault(f"{base} {calls} {account.id}", outside.pace(*limits))
    return SharedPace(address, own)


class Issuer:
    """Asks for tokens; neither they nor the key are ever in what it raises."""

    def __init__(self, base: str, account: Account, outside: Outside, pace: Pace) -> None:
        self._url = f"{base}/accessTokens"
        self._form = {
            "grant_type": "client_credentials",
            "client_id": account.secrets.get("account_id", ""),
            "client_secret": account.secrets.get("api_key", ""),
            "scope": "general",
        }
        self._outside = outside
        self._pace = pace

    async def fetch(self) -> Token:
        """Ask for a token once; raises PmsUnavailable."""
        await self._pace.turn()
        try:
            reply = await self._outside.client.post(
                self._url,
                data=self._form,
                headers={"Accept": "application/json"},
                timeout=TIMEOUT,
            )
        except httpx2.TimeoutException:
            raise PmsUnavailable(Wrong.TIMEOUT, "no token") from None
        except httpx2.HTTPError:
            raise PmsUnavailable(Wrong.DOWN, "no token") from None
        _refuse(reply)
        try:
            return self._read(reply)
        except (ValueError, RecursionError):
            raise PmsUnavailable(Wrong.MALFORMED, "no token in the answer") from None

    def _read(self, reply: httpx2.Response) -> Token:
        told = fields.record(json.loads(reply.content))
        value = fields.needed(told.get("access_token"), "access_token")
        seconds = fields.whole(told.get("expires_in"), "expires_in")
        if not value.isascii() or not value.isprintable() or not seconds or seconds < 0:
            raise fields.Malformed("no token")
        now = self._outside.clock()
        life = min(timedelta(seconds=seconds), LONGEST_LIFE)
        return Token(value, now + life, now + USABLE_AFTER)


def _refuse(reply: httpx2.Response) -> None:
    status = reply.status_code
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        wait = told_to_wait(reply.headers) or timedelta(seconds=10)
        raise PmsUnavailable(Wrong.RATE_LIMITED, "no token", retry_after=wait)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise PmsUnavailable(Wrong.DOWN, f"no token ({status})")
    if status >= HTTPStatus.MULTIPLE_CHOICES:
        raise PmsUnavailable(Wrong.REFUSED, f"no token ({status})")
