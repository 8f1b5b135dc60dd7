"""Every table, in one list for migrations and row security."""

from jirani.store.base import Base
from jirani.store.tables import (
    accounts,
    booking,
    business,
    conversation,
    money,
    recovery,
    selling,
    stays,
)

TABLES = Base.metadata.sorted_tables

__all__ = [
    "TABLES",
    "Base",
    "accounts",
    "booking",
    "business",
    "conversation",
    "money",
    "recovery",
    "selling",
    "stays",
]
