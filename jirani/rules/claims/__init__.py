"""The check on every text that goes out: what does it state that nothing backs? (O13)."""

from jirani.rules.claims.check import unbacked
from jirani.rules.claims.model import Backed, Claim, ClaimKind
from jirani.rules.claims.naming import names_cancelling, names_day, names_moment, names_price

__all__ = [
    "Backed",
    "Claim",
    "ClaimKind",
    "names_cancelling",
    "names_day",
    "names_moment",
    "names_price",
    "unbacked",
]
