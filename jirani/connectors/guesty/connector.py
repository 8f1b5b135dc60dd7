"""Guesty as something to connect: what a host brings, and how its webhooks are proven."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from jirani.connectors.connector import Account, Credential, Option, Outside
from jirani.connectors.guesty.hooks import EVENTS, NAME, genuine
from jirani.connectors.guesty.options import OPTIONS, Options
from jirani.connectors.guesty.pms import CAPABILITIES, GuestyPms
from jirani.connectors.guesty.tokens import A_DAY, GuestyTokens, fetch
from jirani.connectors.hooks import NotGenuine, RawHook
from jirani.connectors.pms import Capabilities, Hook, PmsUnavailable, WriteOutcome, Wrong
from jirani.connectors.wire.asking import Wire
from jirani.connectors.wire.authority import Token, Tokens
from jirani.connectors.wire.fields import Malformed, first, within, word
from jirani.connectors.wire.pacing import Limit, Pace

LIMITS = (Limit(15, 1.0), Limit(120, 60.0), Limit(5000, 3600.0))
SECRET = "webhook_secret"
_LOOKS = (1.0, 2.0, 4.0, 8.0)  # seconds between them: a new webhook's secret is not there at once


def _kept(outside: Outside) -> Pace:
    return outside.pace(*LIMITS)


@dataclass(frozen=True, slots=True)
class Guesty:
    """Guesty's Open API."""

    name: str = NAME
    title: str = "Guesty"
    base: str = "https://open-api.guesty.com"
    credentials: tuple[Credential, ...] = (
        Credential("client_id", "Integrations, API & webhooks: Client ID", secret=False),
        Credential("client_secret", "Integrations, API & webhooks: Client secret"),
        Credential(SECRET, "Told by Guesty when we register", needed=False),
    )
    options: tuple[Option, ...] = OPTIONS
    capabilities: Capabilities = CAPABILITIES
    pace: Callable[[Outside], Pace] = _kept
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    def open(self, account: Account, outside: Outside) -> GuestyPms:
        """Return the port to one account."""
        wire = self._wire(account, outside)
        return GuestyPms(wire, Options(account.options), outside.clock, self.sleep)

    def hook(self, raw: RawHook, account: Account, now: datetime) -> Hook:
        """Take a webhook for genuine, or raise NotGenuine."""
        secret = account.secrets.get(SECRET)
        if not secret:
            raise NotGenuine("no secret is known yet")
        return genuine(raw, secret, now)

    async def register(self, account: Account, outside: Outside, url: str) -> Mapping[str, str]:
        """Ask for webhooks, unless there are some for this address; return their secret."""
        wire = self._wire(account, outside)
        if (known := await _secret(wire, url)) is not None:
            return {SECRET: known}
        answer = await wire.write("POST", "/webhooks", {"url": url, "events": list(EVENTS)})
        if answer.outcome in (WriteOutcome.REJECTED, WriteOutcome.RETRY):
            wait = answer.retry_after
            raise PmsUnavailable(Wrong(answer.reason), "webhooks", retry_after=wait)
        for pause in _LOOKS:
            if (told := await _secret(wire, url)) is not None:
                return {SECRET: told}
            await self.sleep(pause)
        raise PmsUnavailable(Wrong.NOT_FOUND, "the webhook's secret")

    def _wire(self, account: Account, outside: Outside) -> Wire:
        base = (account.options.get("base_url") or self.base).rstrip("/")
        client, secrets = outside.client, account.secrets

        async def another() -> Token:
            id_, secret = secrets.get("client_id", ""), secrets.get("client_secret", "")
            return await fetch(client, f"{base}/oauth2/token", id_, secret, outside.clock())

        tokens = Tokens(account.id, outside.tokens, another, outside.clock, a_day=A_DAY)
        authority = GuestyTokens(account.id, outside.tokens, tokens, outside.clock)
        return Wire(f"{base}/v1", client, authority, self.pace(outside))


async def _secret(wire: Wire, url: str) -> str | None:
    """Read the secret of the webhook at an address; None: there is none (yet)."""
    try:
        answer = await wire.read("/webhooks-v2/secret", {"url": url})
    except PmsUnavailable as refused:
        if refused.reason is not Wrong.REFUSED:
            raise
        return None
    told = within(answer, "data") or answer
    try:
        return word(first(within(told, "key"), within(told, "secret")), "secret")
    except Malformed:
        raise PmsUnavailable(Wrong.MALFORMED, "the webhook's secret") from None


GUESTY = Guesty()
