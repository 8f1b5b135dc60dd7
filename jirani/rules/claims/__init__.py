"""The check on every text that goes out: what does it state that nothing backs? (O13)."""

from jirani.rules.claims.check import unbacked
from jirani.rules.claims.model import Backed, Claim, ClaimKind

__all__ = ["Backed", "Claim", "ClaimKind", "unbacked"]
