"""API keys, and on a message the button that was pressed."""

import sqlalchemy as sa
from alembic import op

from jirani.store import schema

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "api_keys",
        sa.Column("business_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=80), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["business_id"], ["businesses.business_id"], name=op.f("api_keys_business_id_fk")
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("api_keys_pk")),
    )
    op.add_column("messages", sa.Column("button", sa.String(length=120), nullable=True))
    if op.get_bind().dialect.name == "postgresql":
        for statement in schema.own_rows("api_keys"):
            op.execute(statement)


def downgrade() -> None:
    """Take back."""
    op.drop_column("messages", "button")
    op.drop_table("api_keys")
