"""What guests wish of offers around their stays."""

import sqlalchemy as sa
from alembic import op

from jirani.store import schema

revision = "0006"
down_revision = "0005"

TABLE = "guest_preferences"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        TABLE,
        sa.Column("business_id", sa.String(length=40), nullable=False),
        sa.Column("customer_id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("said", sa.String(length=200), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id", "customer_id"],
            ["customers.business_id", "customers.id"],
            name=op.f("guest_preferences_business_id_customer_id_fk"),
        ),
        sa.PrimaryKeyConstraint(
            "business_id", "customer_id", "name", name=op.f("guest_preferences_pk")
        ),
    )
    if op.get_bind().dialect.name == "postgresql":
        for statement in schema.own_rows(TABLE):
            op.execute(statement)


def downgrade() -> None:
    """Take back."""
    op.drop_table(TABLE)
