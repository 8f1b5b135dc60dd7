"""What goes with a service, and who does it, found without reading the whole catalogue."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Apply."""
    op.create_index(
        "service_relations_b_idx", "service_relations", ["business_id", "service_b"], unique=False
    )
    op.create_index(
        "staff_services_service_idx",
        "staff_services",
        ["business_id", "service_id", "staff_id"],
        unique=False,
    )


def downgrade() -> None:
    """Take back."""
    op.drop_index("staff_services_service_idx", table_name="staff_services")
    op.drop_index("service_relations_b_idx", table_name="service_relations")
