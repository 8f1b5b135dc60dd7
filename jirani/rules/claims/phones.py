"""Phone numbers in a text."""

import re
from collections.abc import Iterable, Iterator

from jirani.rules.claims.model import Backed, ClaimKind, Found

_PHONE = re.compile(r"(?<![\w.,:/-])(?:\+\d|0\d|254)(?:[ ().-]?\d){7,12}(?![\w•]|[:/]\d)")
_TAIL = 9  # the digits that stay the same however the country is written


def find_phones(text: str, backed: Backed) -> Iterator[Found]:
    """Find phone numbers; their last nine digits tell them apart."""
    for match in _PHONE.finditer(text):
        yield Found(ClaimKind.PHONE, *match.span(), tails([match[0]]))


def tails(numbers: Iterable[str]) -> frozenset[str]:
    """Return the last nine digits of phone numbers, however written."""
    return frozenset(re.sub(r"\D", "", number)[-_TAIL:] for number in numbers)
