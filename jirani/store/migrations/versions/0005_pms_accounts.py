"""Accounts with property-management systems, and the tokens that belong to them; both sealed."""

import sqlalchemy as sa
from alembic import op

from jirani.store import schema

revision = "0005"
down_revision = "0004"

Moment = sa.DateTime(timezone=True)
SEEN = ("business_id", "pms", "version")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "pms_accounts",
        sa.Column("business_id", sa.String(length=40), nullable=False),
        sa.Column("pms", sa.String(length=30), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("host", sa.String(length=254), nullable=True),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("changed_at", Moment, nullable=False),
        sa.Column("changed_by", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id"], ["businesses.business_id"], name=op.f("pms_accounts_business_id_fk")
        ),
        sa.PrimaryKeyConstraint("business_id", "pms", name=op.f("pms_accounts_pk")),
    )
    op.create_table(
        "pms_tokens",
        sa.Column("business_id", sa.String(length=40), nullable=False),
        sa.Column("pms", sa.String(length=30), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id"], ["businesses.business_id"], name=op.f("pms_tokens_business_id_fk")
        ),
        sa.PrimaryKeyConstraint("business_id", "pms", name=op.f("pms_tokens_pk")),
    )
    if op.get_bind().dialect.name == "postgresql":
        for table in ("pms_accounts", "pms_tokens"):
            for statement in schema.own_rows(table):
                op.execute(statement)
        for statement in schema.queue("pms_accounts", SEEN):
            op.execute(statement)


def downgrade() -> None:
    """Take back."""
    op.drop_table("pms_tokens")
    op.drop_table("pms_accounts")
