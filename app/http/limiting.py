"""How much anybody may ask for: each limit is named here, with what it protects."""

import ipaddress
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus

from fastapi import Request

from app.http.door import Door
from app.http.problems import Problem

BODY = 16 * 1024  # bytes of a request; of a file to import, and of a webhook of a PMS:
FILE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limit:
    """So many calls in a window, counted for whoever `who` names."""

    name: str
    calls: int
    per: timedelta


THREADS = Limit("threads", 30, timedelta(minutes=1))  # per address
READS = Limit("reads", 240, timedelta(minutes=1))  # per address
MESSAGES = (  # per conversation: more is no conversation
    Limit("messages", 12, timedelta(seconds=15)),
    Limit("messages-hourly", 240, timedelta(hours=1)),
)
MESSAGES_FROM = Limit("messages-from", 300, timedelta(minutes=5))  # per address: a whole office
STRAYS = Limit("strays", 60, timedelta(minutes=1))  # per address, of businesses there are not
STREAMS = Limit("streams", 60, timedelta(minutes=1))  # per address: reconnects
KEYS = Limit("keys", 20, timedelta(minutes=1))  # per address, of keys that do not fit
CALLS = Limit("calls", 600, timedelta(minutes=1))  # per API key
CALLBACKS = Limit("callbacks", 600, timedelta(minutes=1))  # per address, with our proof:
HOOKS = Limit("hooks", 3000, timedelta(minutes=1))  # per account with a PMS
GUESSES = Limit("guesses", 30, timedelta(minutes=1))  # without it; each is kept, and must be few


async def within(door: Door, limit: Limit, who: str) -> None:
    """Count a call. Raises Problem 429 with Retry-After beyond the limit."""
    if not await door.services.limits.allow(f"http:{limit.name}:{who}", limit.calls, limit.per):
        seconds = int(limit.per.total_seconds())
        raise Problem(
            HTTPStatus.TOO_MANY_REQUESTS,
            f"Too many requests: at most {limit.calls} in {seconds} seconds. Wait, then go on.",
            headers={"Retry-After": str(min(seconds, 60))},
        )


def caller(request: Request) -> str:
    """Name who asks, by address; one IPv6 household is one caller."""
    host = request.client.host if request.client else "unknown"
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network(f"{address}/64", strict=False).network_address)
    return str(address)
