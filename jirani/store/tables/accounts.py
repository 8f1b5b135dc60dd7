"""Accounts with property-management systems; what is secret about them is sealed."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKeyConstraint, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from jirani.store.base import Owned


class PmsAccountRow(Owned):
    """A business's account with a PMS; `sealed` are its credentials and its webhooks' secrets."""

    __tablename__ = "pms_accounts"
    __table_args__ = (ForeignKeyConstraint(["business_id"], ["businesses.business_id"]),)
    pms: Mapped[str] = mapped_column(String(30), primary_key=True)
    sealed: Mapped[str] = mapped_column(Text)
    options: Mapped[dict[str, Any]]
    host: Mapped[str | None] = mapped_column(String(254))  # where the host is written to
    version: Mapped[str] = mapped_column(String(40))  # another after every change
    changed_at: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(String(80))


class PmsTokenRow(Owned):
    """An account's tokens, sealed: they outlive every process, and all of them share them."""

    __tablename__ = "pms_tokens"
    __table_args__ = (ForeignKeyConstraint(["business_id"], ["businesses.business_id"]),)
    pms: Mapped[str] = mapped_column(String(30), primary_key=True)
    sealed: Mapped[str] = mapped_column(Text)
