"""What every table shares: a business, aware instants, and words that are enums."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, ClassVar, TypeVar

from sqlalchemy import JSON, DateTime, Dialect, MetaData, String, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

Word_ = TypeVar("Word_", bound=StrEnum)


class Instant(TypeDecorator[datetime]):
    """A moment: aware, kept as UTC on every database (SQLite forgets the zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse what has no zone; store UTC."""
        if value is not None and value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the zone back."""
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


class Word(TypeDecorator[Word_]):
    """A member of a StrEnum, kept as its text."""

    impl = String(40)
    cache_ok = True

    def __init__(self, words: type[Word_]) -> None:
        super().__init__()
        self.words = words

    def process_bind_param(self, value: Word_ | None, dialect: Dialect) -> str | None:
        """Store the text."""
        return None if value is None else str(self.words(value))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Word_ | None:
        """Give the member back."""
        return None if value is None else self.words(value)


class Base(DeclarativeBase):
    """Every table; constraint names are the same on both databases."""

    metadata = MetaData(
        naming_convention={
            "pk": "%(table_name)s_pk",
            "fk": "%(table_name)s_%(column_0_N_name)s_fk",
            "uq": "%(table_name)s_%(column_0_N_name)s_key",
            "ix": "%(table_name)s_%(column_0_N_name)s_idx",
            "ck": "%(table_name)s_%(constraint_name)s_check",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: Instant,
        dict[str, Any]: JSON,
        list[Any]: JSON,
    }


class Owned(Base):
    """A row of one business: its key starts with the business, and so do keys that point at it."""

    __abstract__ = True
    business_id: Mapped[str] = mapped_column(String(40), primary_key=True, sort_order=-2)


class Identified(Owned):
    """A row of one business with a ULID of its own."""

    __abstract__ = True
    id: Mapped[str] = mapped_column(String(40), primary_key=True, sort_order=-1)
