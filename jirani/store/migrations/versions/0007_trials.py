"""What was tried with an offer, to be learned from."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

TRIED = sa.text("trial IS NOT NULL")


def upgrade() -> None:
    """Apply."""
    op.add_column("offers", sa.Column("trial", sa.JSON(none_as_null=True), nullable=True))
    op.create_index(
        "offers_trial_idx",
        "offers",
        ["business_id", "kind"],
        sqlite_where=TRIED,
        postgresql_where=TRIED,
    )


def downgrade() -> None:
    """Take back."""
    op.drop_index("offers_trial_idx", "offers")
    with op.batch_alter_table("offers") as offers:
        offers.drop_column("trial")
