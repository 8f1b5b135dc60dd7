"""What it takes to connect a business's account with a PMS; the list of them is `CONNECTORS`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import httpx2

from jirani.connectors.hooks import RawHook
from jirani.connectors.pms import Capabilities, Hook, Pms
from jirani.connectors.wire.authority import TokenStore
from jirani.connectors.wire.pacing import Limit, Pace


@dataclass(frozen=True, slots=True)
class Credential:
    """Something a host brings from their PMS; a secret one is never shown again."""

    name: str
    title: str  # where in the PMS to find it
    secret: bool = True
    needed: bool = True


@dataclass(frozen=True, slots=True)
class Option:
    """How a connector behaves where the PMS leaves it open; `choices` empty: any text."""

    name: str
    default: str
    title: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Account:
    """A business's account with a PMS. `secrets` are its credentials, by name."""

    business_id: str
    pms: str
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """What its tokens are kept under."""
        return f"{self.business_id}:{self.pms}"


@dataclass(frozen=True, slots=True)
class Outside:
    """What a connector works with: one HTTP client for all, kept tokens, the time.

    `plays`: time is only played here and nobody is asked outside, so no limit holds up anything;
    a system that says when it may be asked again is heard all the same, and nobody waits till then:
    played time stands still meanwhile.
    """

    client: httpx2.AsyncClient
    tokens: TokenStore
    clock: Callable[[], datetime]
    plays: bool = False

    def pace(self, *limits: Limit) -> Pace:
        """Return how an account's calls wait their turn."""
        if self.plays:
            return Pace(most=0.0, clock=lambda: self.clock().timestamp())
        return Pace(*limits)


class Connector(Protocol):
    """One kind of PMS."""

    @property
    def name(self) -> str:
        """What reservations from it are recorded as, and addresses called."""

    @property
    def title(self) -> str:
        """Its name as people know it."""

    @property
    def base(self) -> str:
        """Where it is, unless an account's option `base_url` says otherwise."""

    @property
    def credentials(self) -> Sequence[Credential]:
        """What a host brings."""

    @property
    def options(self) -> Sequence[Option]:
        """What may be set."""

    @property
    def capabilities(self) -> Capabilities:
        """What it can do."""

    def open(self, account: Account, outside: Outside) -> Pms:
        """Return the port to one account; nothing is asked yet."""

    def hook(self, raw: RawHook, account: Account, now: datetime) -> Hook:
        """Take a webhook for genuine, or raise NotGenuine."""

    async def register(self, account: Account, outside: Outside, url: str) -> Mapping[str, str]:
        """Ask the PMS to send webhooks to an address; return the secrets that prove them.

        `url` has no slash at its end; a connector may put an event's name behind it.
        Raises PmsUnavailable.
        """
