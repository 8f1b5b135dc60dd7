"""Webhooks as they come in from outside: whether they are genuine is judged on their raw bytes."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field

LARGEST = 1024 * 1024  # bytes of one webhook


@dataclass(frozen=True, slots=True)
class RawHook:
    """A webhook before anything of it is believed; names of headers are in small letters.

    `event` is the last part of the path, where a PMS has an address for each event.
    """

    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    event: str | None = None


class NotGenuine(Exception):
    """It proves nothing: says why, for our log and not for the caller."""


def same(told: str | bytes, known: str | bytes) -> bool:
    """Compare secrets, in the same time wherever they differ."""
    left, right = (each.encode() if isinstance(each, str) else each for each in (told, known))
    return hmac.compare_digest(left, right)


def readable(raw: RawHook) -> str:
    """Return the body as text; NotGenuine if it is none, as no PMS sends."""
    try:
        return raw.body.decode("utf-8").replace("\x00", "")
    except UnicodeDecodeError:
        raise NotGenuine("not UTF-8") from None
