"""A connector of a PMS that is not there: what is done with accounts does not depend on which."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from jirani.connectors.connector import Account, Credential, Option, Outside
from jirani.connectors.hooks import NotGenuine, RawHook, readable, same
from jirani.connectors.memory_pms import MemoryPms
from jirani.connectors.pms import Capabilities, Hook, Pms, PmsUnavailable, Wrong


@dataclass
class Pretended:
    """Its webhooks are proven by a header that holds its secret."""

    name: str = "pretended"
    title: str = "Pretended"
    base: str = "https://pretended.example"
    credentials: tuple[Credential, ...] = (
        Credential("login", "Login", secret=False),
        Credential("key", "API key"),
    )
    options: tuple[Option, ...] = (Option("record", "fee", "How sales are kept", ("fee", "note")),)
    capabilities: Capabilities = field(default_factory=Capabilities)
    opened: list[Account] = field(default_factory=list)
    registered: list[str] = field(default_factory=list)
    wrong: Wrong | None = None

    def open(self, account: Account, outside: Outside) -> Pms:
        self.opened.append(account)
        return MemoryPms(outside.clock, name=self.name)

    def hook(self, raw: RawHook, account: Account, now: datetime) -> Hook:
        known = account.secrets.get("hook_secret", "")
        if not known or not same(raw.headers.get("x-secret", ""), known):
            raise NotGenuine("another secret")
        return Hook(self.name, hashlib.sha256(raw.body).hexdigest(), readable(raw))

    async def register(self, account: Account, outside: Outside, url: str) -> Mapping[str, str]:
        if self.wrong:
            raise PmsUnavailable(self.wrong)
        self.registered.append(url)
        return {"secret": "proof-1"}
