"""Hostaway, as a business connects with it."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from jirani.connectors.connector import Account, Credential, Option, Outside
from jirani.connectors.hooks import RawHook
from jirani.connectors.hostaway import access, hooks
from jirani.connectors.hostaway.api import Api, is_id, understood
from jirani.connectors.hostaway.pms import CAPABILITIES, NAME, HostawayPms
from jirani.connectors.hostaway.settings import OPTIONS, Settings
from jirani.connectors.pms import Capabilities, Hook, Pms, PmsUnavailable, WriteOutcome, Wrong
from jirani.connectors.wire import fields

_HOOKS = "/webhooks/unifiedWebhooks"


@dataclass(frozen=True, slots=True)
class Hostaway:
    """The connector: see `connector.Connector`."""

    name: str = NAME
    title: str = "Hostaway"
    base: str = "https://api.hostaway.com/v1"
    credentials: Sequence[Credential] = (
        Credential("account_id", "Account ID, beside the API key", secret=False),
        Credential("api_key", "API key: Settings → Hostaway API → Create"),
        Credential(hooks.LOGIN, "Login of the webhook: it is made for you", needed=False),
        Credential(hooks.PASSWORD, "Password of the webhook: it is made for you", needed=False),
    )
    options: Sequence[Option] = OPTIONS
    capabilities: Capabilities = CAPABILITIES

    def open(self, account: Account, outside: Outside) -> Pms:
        """Return the port to one account; nothing is asked yet."""
        settings = Settings.of(account.options)
        return HostawayPms(self._api(account, outside, settings), settings, outside.clock)

    def hook(self, raw: RawHook, account: Account, now: datetime) -> Hook:
        """Take a webhook for genuine, or raise NotGenuine."""
        return hooks.genuine(raw, account.secrets, self.name)

    async def register(self, account: Account, outside: Outside, url: str) -> Mapping[str, str]:
        """Ask for all webhooks at one address, with a login made here; again, it gets a new one.

        Raises PmsUnavailable.
        """
        settings = Settings.of(account.options)
        api = self._api(account, outside, settings)
        proof = {
            hooks.LOGIN: f"jirani-{secrets.token_hex(4)}",
            hooks.PASSWORD: secrets.token_urlsafe(32),
        }
        body: dict[str, object] = {
            "isEnabled": 1,
            "url": url,
            "login": proof[hooks.LOGIN],
            "password": proof[hooks.PASSWORD],
        }
        if settings.alert_email:
            body["alertingEmailAddress"] = settings.alert_email
        with understood():
            there = fields.records(await api.read(_HOOKS), "webhooks")
            known = next((each.get("id") for each in there if each.get("url") == url), None)
            ref = fields.word(known, "id")
        if ref is None:
            answer = await api.write("POST", _HOOKS, body)
        elif is_id(ref):
            answer = await api.write("PUT", f"{_HOOKS}/{ref}", body)
        else:
            raise PmsUnavailable(Wrong.MALFORMED, _HOOKS)
        if answer.outcome is not WriteOutcome.ACCEPTED:
            wrong, after = Wrong(answer.reason), answer.retry_after
            raise PmsUnavailable(wrong, _HOOKS, retry_after=after)
        return proof

    def _api(self, account: Account, outside: Outside, settings: Settings) -> Api:
        base = account.options.get("base_url") or self.base
        return Api(access.wire(base.rstrip("/"), account, outside, settings.calls))


HOSTAWAY = Hostaway()
