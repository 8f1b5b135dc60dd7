"""Hostaway's connector before a little Hostaway: see `pms_rigs.Rig`."""

import json
from collections.abc import Callable
from datetime import timedelta

import httpx2

from jirani.connectors.connector import Account, Outside
from jirani.connectors.hooks import RawHook
from jirani.connectors.hostaway import access
from jirani.connectors.hostaway.api import Api
from jirani.connectors.hostaway.hooks import genuine
from jirani.connectors.hostaway.pms import HostawayPms
from jirani.connectors.hostaway.settings import Settings
from jirani.connectors.pms import Hook
from jirani.connectors.wire.asking import Wire
from jirani.connectors.wire.authority import MemoryTokens, Tokens
from jirani.connectors.wire.pacing import Pace
from tests.support.hostaway_desk import HostawayDesk
from tests.support.pms_rigs import ARRIVAL, DEPARTURE, ONE_DAY, Ticking

BASE = "https://hostaway.example/v1"
SECRETS = {
    "account_id": "70001",
    "api_key": "key-secret-0001",
    "webhook_login": "hook-user",
    "webhook_password": "hook-pass-0001",
}
BASIC = "Basic aG9vay11c2VyOmhvb2stcGFzcy0wMDAx"


class Hasty(Pace):
    """Keeps no limits, whatever it is told."""

    def pause(self, wait: timedelta) -> None:
        pass


class HostawayRig:
    """The connector before such a desk: see `pms_rigs.Rig`."""

    def __init__(self, **options: str) -> None:
        self.clock = Ticking()
        self.desk = HostawayDesk(self.clock)
        self.desk.listings["L1"] = {
            **{"id": "L1", "name": "Sea flat", "timeZoneName": "Europe/Lisbon"},
            **{"currencyCode": "EUR", "checkInTimeStart": 15, "checkOutTime": 11},
        }
        self.desk.stay("R1", 2000, ARRIVAL, 5)
        later = DEPARTURE + 2 * ONE_DAY
        self.desk.stay("R2", 2018, later, 3, confirmationCode="HMTEST0002", isPaid=None)
        self._options = options
        self.pms = self.before(self.desk.answer)

    def before(self, answer: Callable[[httpx2.Request], httpx2.Response]) -> HostawayPms:
        """Return a connector that is answered so."""
        client = httpx2.AsyncClient(transport=httpx2.MockTransport(answer))
        account = Account("b1", "hostaway", SECRETS, self._options)
        outside = Outside(client, MemoryTokens(), self.clock)
        pace = Hasty()
        issuer = access.Issuer(BASE, account, outside, pace)
        tokens = Tokens(account.id, outside.tokens, issuer.fetch, self.clock)
        api = Api(Wire(BASE, client, tokens, pace))
        return HostawayPms(api, Settings.of(self._options), self.clock)

    def fail(self, call: str, fault: str) -> None:
        self.desk.faults.append((call, fault))

    def guest_says(self, ref: str, text: str) -> None:
        self.desk.guest_says(ref, text)

    def cancel(self, ref: str) -> None:
        self.desk.change(ref, status="cancelled")

    def hooks(self) -> list[Hook]:
        bodies = [json.dumps(each).encode() for each in self.desk.told]
        self.desk.told.clear()
        raw = (RawHook({"authorization": BASIC}, each) for each in bodies)
        return [genuine(each, SECRETS, "hostaway") for each in raw]

    def texts(self, ref: str) -> list[str]:
        return [one["body"] for one in self.desk.messages[f"C{ref}"]]
