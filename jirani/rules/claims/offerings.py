"""Services named in a text that the business does not have."""

import re
from collections.abc import Collection, Iterator
from functools import lru_cache

from jirani.rules.claims.model import Backed, ClaimKind, Found, any_of, plain

# Nouns that can only be a service; stems, as they are compared with the business's own names.
WORDS = (
    "manicure",
    "pedicure",
    "haircut",
    "hair cut",
    "blow dry",
    "blow-dry",
    "braid",
    "cornrow",
    "dreadlock",
    "massage",
    "facial",
    "waxing",
    "threading",
    "eyelash",
    "lash extension",
    "makeup",
    "shave",
    "beard trim",
    "tattoo",
    "piercing",
    "scrub",
    "sauna",
    "steam bath",
    "gel polish",
    "acrylic",
    "root canal",
    "tooth",
    "teeth",
    "filling",
    "whitening",
    "x-ray",
    "physiotherapy",
    "yoga",
    "pilates",
    "kusuka",
    "kunyoa",
    "masaji",
)
_NAMED = re.compile(rf"\b({'|'.join(WORDS)})(?:s|ing)?\b", re.I)


def services_in(text: str, names: Collection[str]) -> list[str]:
    """Return the names of the business's services in a text; of two in one place the longer."""
    spoken = {_spoken(plain(name)): name for name in names}
    return [spoken[found] for found in _pattern(frozenset(spoken)).findall(_spoken(text))]


def _spoken(text: str) -> str:
    return " ".join(text.lower().replace("-", " ").split())


@lru_cache(maxsize=256)
def _pattern(names: frozenset[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)({any_of(names) or '(?!)'})s?(?!\w)")


def find_services(text: str, backed: Backed) -> Iterator[Found]:
    """Find services that no name of the business's own contains."""
    known = " ".join(backed.services).lower()
    for match in _NAMED.finditer(text):
        stem = match[1].lower()
        if stem not in known:
            yield Found(ClaimKind.SERVICE, *match.span(), frozenset({stem}), deniable=True)
