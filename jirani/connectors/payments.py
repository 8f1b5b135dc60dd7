"""The port to whoever moves the money; the shapes every payment provider is fitted to."""

import hashlib
import hmac
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, Self

from jirani.rules.facts import PaymentStatus


class Outcome(StrEnum):
    """What became of a push; `unknown` is never sent again (P1)."""

    ACCEPTED = "accepted"  # the prompt is on its way: not paid yet
    REJECTED = "rejected"  # final
    RETRY = "retry"  # the provider said: not processed, later
    UNKNOWN = "unknown"  # a time-out after the bytes had left


@dataclass(frozen=True, slots=True)
class PaymentPath:
    """Our own end of a callback: which payment it is about, and the proof (P2)."""

    business_id: str
    payment_id: str
    token: str | None = None

    def __str__(self) -> str:
        return f"/hooks/pay/{self.business_id}/{self.payment_id}/{self.token or ''}".rstrip("/")

    @classmethod
    def parse(cls, path: str) -> Self:
        """Read `/hooks/pay/<business>/<payment>[/<token>]`; ValueError if it is something else."""
        match path.strip("/").split("/"):
            case ["hooks", "pay", business_id, payment_id]:
                return cls(business_id, payment_id)
            case ["hooks", "pay", business_id, payment_id, token]:
                return cls(business_id, payment_id, token)
            case _:
                raise ValueError(f"not a payment path: {path!r}")


@dataclass(frozen=True, slots=True)
class Charge:
    """One push to a phone; `amount` in minor units, `callback_path` below the public address."""

    key: str
    phone: str
    amount: int
    currency: str
    reference: str
    description: str
    callback_path: str


@dataclass(frozen=True, slots=True)
class ChargeAck:
    """The answer to a push; `provider_ref` is the provider's id for it, if it gave one."""

    outcome: Outcome
    provider_ref: str | None = None
    code: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class ChargeUpdate:
    """What a provider says of a charge, in a callback or asked; `amount` in minor units.

    A callback brings the path it came in by; a query brings neither path, amount nor receipt.
    """

    provider_ref: str
    payment_path: PaymentPath | None
    state: PaymentStatus
    code: str
    amount: int | None = None
    receipt: str | None = None
    retryable: bool = False


class PaymentGateway(Protocol):
    """A payment provider. Never raises for its answers and never retries by itself."""

    @property
    def name(self) -> str:
        """What payments by it are recorded as."""

    @property
    def whole_units(self) -> bool:
        """Whether it knows no fractions of the currency (P4)."""

    async def charge(self, charge: Charge) -> ChargeAck:
        """Push one payment prompt."""

    async def query(self, provider_ref: str) -> ChargeUpdate:
        """Ask what became of a charge; `unknown` for a reference it does not know."""


def callback_token(secret: bytes, payment_id: str) -> str:
    """Return the proof in a callback's path: 32 hex digits only we can make (P2)."""
    return hmac.new(secret, payment_id.encode(), hashlib.sha256).hexdigest()[:32]


def token_matches(secret: bytes, payment_id: str, token: str | None) -> bool:
    """Check a callback's proof in constant time (P2)."""
    expected = callback_token(secret, payment_id)
    return hmac.compare_digest(expected.encode(), (token or "").encode("utf-8", "replace"))
