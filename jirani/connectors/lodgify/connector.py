"""What it takes to connect an account with Lodgify."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from jirani.connectors.connector import Account, Connector, Credential, Option, Outside
from jirani.connectors.hooks import RawHook
from jirani.connectors.lodgify import hooks
from jirani.connectors.lodgify.api import Api
from jirani.connectors.lodgify.choices import OPTIONS, Choices
from jirani.connectors.lodgify.pms import CAPABILITIES, LodgifyPms
from jirani.connectors.lodgify.subscribing import subscribe
from jirani.connectors.pms import Capabilities, Hook, Pms
from jirani.connectors.wire.asking import Wire
from jirani.connectors.wire.authority import FixedKey
from jirani.connectors.wire.pacing import Limit

V1, V2 = Limit(600, 60.0), Limit(750, 60.0)


@dataclass(frozen=True, slots=True)
class LodgifyConnector:
    """Lodgify: the secrets of its webhooks are kept beside the key, by the event's name."""

    name: str = "lodgify"
    title: str = "Lodgify"
    base: str = "https://api.lodgify.com"
    credentials: Sequence[Credential] = (
        Credential("api_key", "The API key (in Lodgify: Settings, Public API)"),
    )
    options: Sequence[Option] = OPTIONS
    capabilities: Capabilities = CAPABILITIES

    def open(self, account: Account, outside: Outside) -> Pms:
        """Return the port to one account."""
        v1, v2 = (self._wire(account, outside, limit) for limit in (V1, V2))
        choices = Choices.of(account.options)
        return LodgifyPms(account.pms, Api(v1, v2), choices, outside.clock)

    def hook(self, raw: RawHook, account: Account, now: datetime) -> Hook:
        """Take a webhook for genuine, or raise NotGenuine."""
        return hooks.genuine(raw, account)

    async def register(self, account: Account, outside: Outside, url: str) -> Mapping[str, str]:
        """Subscribe to every event we need, each at `url` and its name; return their secrets."""
        return await subscribe(self._wire(account, outside, V1), url)

    def _wire(self, account: Account, outside: Outside, limit: Limit) -> Wire:
        base = account.options.get("base_url") or self.base
        key = FixedKey("X-ApiKey", account.secrets.get("api_key", ""))
        return Wire(base.rstrip("/"), outside.client, key, outside.pace(limit))


LODGIFY: Connector = LodgifyConnector()
