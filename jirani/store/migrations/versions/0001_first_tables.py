"""The first tables: business, conversation, booking, money."""

import sqlalchemy as sa
from alembic import op

from jirani.store import schema

revision = "0001"
down_revision = None

OWNED = (
    "businesses",
    "payment_callbacks",
    "customers",
    "decisions",
    "dial_changes",
    "dials",
    "outbox",
    "services",
    "snippets",
    "staff",
    "identities",
    "service_relations",
    "staff_exceptions",
    "staff_hours",
    "staff_services",
    "threads",
    "appointments",
    "messages",
    "payments",
    "offers",
    "payment_items",
    "proposals",
    "turns",
    "contacts",
    "sales",
)

# The columns of the queues, as the jobs saw them then.
QUEUES = {
    "businesses": ("business_id", "slug", "created_at"),
    "threads": ("business_id", "id", "charge_at"),
    "proposals": ("business_id", "id", "thread_id", "status", "expires_at"),
    "offers": ("business_id", "id", "thread_id", "kind", "status", "expires_at"),
    "appointments": ("business_id", "id", "thread_id", "status", "hold_until"),
    "payments": ("business_id", "id", "thread_id", "status", "next_query_at", "created_at"),
    "outbox": ("business_id", "id", "peer", "state", "not_before", "lease_until", "attempts"),
}
CLAIMED = {"outbox": ("state", "lease_until", "attempts")}


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "businesses",
        sa.Column("business_id", sa.String(length=40), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("vertical", sa.String(length=30), nullable=False),
        sa.Column("zone", sa.String(length=60), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("locale", sa.String(length=10), nullable=False),
        sa.Column("payment_policy", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("business_id", name=op.f("businesses_pk")),
        sa.UniqueConstraint("slug", name=op.f("businesses_slug_key")),
    )
    op.create_table(
        "payment_callbacks",
        sa.Column("business_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("payment_id", sa.String(length=80), nullable=True),
        sa.Column("provider_ref", sa.String(length=120), nullable=True),
        sa.Column("routed", sa.Boolean(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("payment_callbacks_pk")),
    )
    op.create_table(
        "customers",
        sa.Column("business_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("locale", sa.String(length=10), nullable=True),
        sa.Column("offers_stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id"], ["businesses.business_id"], name=op.f("customers_business_id_fk")
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("customers_pk")),
    )
    op.create_table(
        "decisions",
        sa.Column("business_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("thread_id", sa.String(length=40), nullable=True),
        sa.Column("seq", sa.Integer(), nullable=True),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=True),
        sa.Column("guard", sa.String(length=60), nullable=False),
        sa.Column("allowed", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id"], ["businesses.business_id"], name=op.f("decisions_business_id_fk")
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("decisions_pk")),
    )
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.create_index(
            "decisions_thread_idx", ["business_id", "thread_id", "id"], unique=False
        )

    op.create_table(
        "dial_changes",
        sa.Column("business_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("dial", sa.String(length=30), nullable=False),
        sa.Column("action", sa.String(length=10), nullable=False),
        sa.Column("before", sa.String(length=200), nullable=True),
        sa.Column("after", sa.String(length=200), nullable=True),
        sa.Column("changed_by", sa.String(length=80), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id"], ["businesses.business_id"], name=op.f("dial_changes_business_id_fk")
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("dial_changes_pk")),
    )
    op.create_table(
        "dials",
        sa.Column("business_id", sa.String(length=40), nullable=False),
        sa.Column("dial", sa.String(length=30), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id"], ["businesses.business_id"], name=op.f("dials_business_id_fk")
        ),
        sa.PrimaryKeyConstraint("business_id", "dial", name=op.f("dials_pk")),
    )
    op.create_table(
        "outbox",
        sa.Column("business_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("thread_id", sa.String(length=40), nullable=True),
        sa.Column("peer", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("dedupe_key", sa.String(length=200), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("provider_ref", sa.String(length=120), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["business_id"], ["businesses.business_id"], name=op.f("outbox_business_id_fk")
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("outbox_pk")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index("outbox_dedupe_idx", ["business_id", "dedupe_key"], unique=True)
        batch_op.create_index(
            "outbox_due_idx",
            ["not_before", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'ready'"),
            postgresql_where=sa.text("state = 'ready'"),
        )
        batch_op.create_index(
            "outbox_peer_idx",
            ["peer", "id"],
            unique=False,
            sqlite_where=sa.text("state IN ('ready', 'claimed', 'sending')"),
            postgresql_where=sa.text("state IN ('ready', 'claimed', 'sending')"),
        )

    op.create_table(
        "services",
        sa.Column("business_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("buffer", sa.Integer(), nullable=False),
        sa.Column("price", sa.Integer(), nullable=False),
        sa.Column("aliases", sa.JSON(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "minutes > 0 AND buffer >= 0 AND price >= 0", name=op.f("services_sane_check")
        ),
        sa.ForeignKeyConstraint(
            ["business_id"], ["businesses.business_id"], name=op.f("services_business_id_fk")
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("services_pk")),
        sa.UniqueConstraint("business_id", "name", name=op.f("services_business_id_name_key")),
    )
    op.create_table(
        "snippets",
        sa.Column("business_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("topic", sa.String(length=80), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("keywords", sa.JSON(), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id"], ["businesses.business_id"], name=op.f("snippets_business_id_fk")
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("snippets_pk")),
    )
    op.create_table(
        "staff",
        sa.Column("business_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id"], ["businesses.business_id"], name=op.f("staff_business_id_fk")
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("staff_pk")),
        sa.UniqueConstraint("business_id", "name", name=op.f("staff_business_id_name_key")),
    )
    op.create_table(
        "identities",
        sa.Column("business_id", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=30), nullable=False),
        sa.Column("peer", sa.String(length=160), nullable=False),
        sa.Column("customer_id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id", "customer_id"],
            ["customers.business_id", "customers.id"],
            name=op.f("identities_business_id_customer_id_fk"),
        ),
        sa.PrimaryKeyConstraint("business_id", "channel", "peer", name=op.f("identities_pk")),
    )
    op.create_table(
        "service_relations",
        sa.Column("business_id", sa.String(length=40), nullable=False),
        sa.Column("service_a", sa.String(length=40), nullable=False),
        sa.Column("service_b", sa.String(length=40), nullable=False),
        sa.Column("relation", sa.String(length=40), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("direction", sa.String(length=40), nullable=False),
        sa.CheckConstraint(
            "confidence BETWEEN 0 AND 1 AND service_a <> service_b",
            name=op.f("service_relations_sane_check"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "service_a"],
            ["services.business_id", "services.id"],
            name="service_relations_a_fk",
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "service_b"],
            ["services.business_id", "services.id"],
            name="service_relations_b_fk",
        ),
        sa.PrimaryKeyConstraint(
            "business_id", "service_a", "service_b", "relation", name=op.f("service_relations_pk")
        ),
    )
    op.create_table(
        "staff_exceptions",
        sa.Column("business_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("staff_id", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("opens", sa.Time(), nullable=True),
        sa.Column("closes", sa.Time(), nullable=True),
        sa.ForeignKeyConstraint(
            ["business_id", "staff_id"],
            ["staff.business_id", "staff.id"],
            name=op.f("staff_exceptions_business_id_staff_id_fk"),
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("staff_exceptions_pk")),
    )
    op.create_table(
        "staff_hours",
        sa.Column("business_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("staff_id", sa.String(length=40), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("opens", sa.Time(), nullable=False),
        sa.Column("closes", sa.Time(), nullable=False),
        sa.CheckConstraint(
            "weekday BETWEEN 0 AND 6 AND closes > opens", name=op.f("staff_hours_sane_check")
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "staff_id"],
            ["staff.business_id", "staff.id"],
            name=op.f("staff_hours_business_id_staff_id_fk"),
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("staff_hours_pk")),
    )
    op.create_table(
        "staff_services",
        sa.Column("business_id", sa.String(length=40), nullable=False),
        sa.Column("staff_id", sa.String(length=40), nullable=False),
        sa.Column("service_id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id", "service_id"],
            ["services.business_id", "services.id"],
            name=op.f("staff_services_business_id_service_id_fk"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "staff_id"],
            ["staff.business_id", "staff.id"],
            name=op.f("staff_services_business_id_staff_id_fk"),
        ),
        sa.PrimaryKeyConstraint(
            "business_id", "staff_id", "service_id", name=op.f("staff_services_pk")
        ),
    )
    op.create_table(
        "threads",
        sa.Column("business_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("customer_id", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=30), nullable=False),
        sa.Column("peer", sa.String(length=160), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cross_sell_declined", sa.Boolean(), nullable=False),
        sa.Column("cross_sell_suggested", sa.Boolean(), nullable=False),
        sa.Column("charge_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_contact_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("person_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("misunderstood", sa.Integer(), nullable=False),
        sa.Column("requests", sa.Integer(), nullable=False),
        sa.Column("tokens", sa.Integer(), nullable=False),
        sa.Column("shown", sa.JSON(), nullable=False),
        sa.Column("follows", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["business_id", "customer_id"],
            ["customers.business_id", "customers.id"],
            name=op.f("threads_business_id_customer_id_fk"),
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("threads_pk")),
    )
    with op.batch_alter_table("threads", schema=None) as batch_op:
        batch_op.create_index("threads_charge_idx", ["charge_at"], unique=False)
        batch_op.create_index(
            "threads_peer_idx", ["business_id", "channel", "peer", "opened_at"], unique=False
        )

    op.create_table(
        "appointments",
        sa.Column("business_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("thread_id", sa.String(length=40), nullable=False),
        sa.Column("customer_id", sa.String(length=40), nullable=False),
        sa.Column("service_id", sa.String(length=40), nullable=False),
        sa.Column("staff_id", sa.String(length=40), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("busy_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("price", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("hold_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("moved_from", sa.String(length=40), nullable=True),
        sa.CheckConstraint(
            "ends_at > starts_at AND busy_until >= ends_at", name=op.f("appointments_sane_check")
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "customer_id"],
            ["customers.business_id", "customers.id"],
            name=op.f("appointments_business_id_customer_id_fk"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "service_id"],
            ["services.business_id", "services.id"],
            name=op.f("appointments_business_id_service_id_fk"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "staff_id"],
            ["staff.business_id", "staff.id"],
            name=op.f("appointments_business_id_staff_id_fk"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "thread_id"],
            ["threads.business_id", "threads.id"],
            name=op.f("appointments_business_id_thread_id_fk"),
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("appointments_pk")),
    )
    with op.batch_alter_table("appointments", schema=None) as batch_op:
        batch_op.create_index(
            "appointments_customer_idx", ["business_id", "customer_id", "starts_at"], unique=False
        )
        batch_op.create_index(
            "appointments_hold_idx",
            ["hold_until"],
            unique=False,
            sqlite_where=sa.text("hold_until IS NOT NULL"),
            postgresql_where=sa.text("hold_until IS NOT NULL"),
        )
        batch_op.create_index(
            "appointments_staff_idx", ["business_id", "staff_id", "starts_at"], unique=False
        )
        batch_op.create_index("appointments_thread_idx", ["business_id", "thread_id"], unique=False)

    op.create_table(
        "messages",
        sa.Column("business_id", sa.String(length=40), nullable=False),
        sa.Column("thread_id", sa.String(length=40), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("author", sa.String(length=10), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=True),
        sa.Column("reading", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("wish", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("dedupe_key", sa.String(length=200), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id", "thread_id"],
            ["threads.business_id", "threads.id"],
            name=op.f("messages_business_id_thread_id_fk"),
        ),
        sa.PrimaryKeyConstraint("business_id", "thread_id", "seq", name=op.f("messages_pk")),
        sa.UniqueConstraint(
            "business_id", "dedupe_key", name=op.f("messages_business_id_dedupe_key_key")
        ),
    )
    op.create_table(
        "payments",
        sa.Column("business_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("thread_id", sa.String(length=40), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("method", sa.String(length=30), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("provider_ref", sa.String(length=120), nullable=True),
        sa.Column("receipt", sa.String(length=60), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.String(length=20), nullable=True),
        sa.Column("queries", sa.Integer(), nullable=False),
        sa.Column("next_query_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount >= 0", name=op.f("payments_sane_check")),
        sa.ForeignKeyConstraint(
            ["business_id", "thread_id"],
            ["threads.business_id", "threads.id"],
            name=op.f("payments_business_id_thread_id_fk"),
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("payments_pk")),
    )
    with op.batch_alter_table("payments", schema=None) as batch_op:
        batch_op.create_index(
            "payments_one_open_idx",
            ["business_id", "thread_id"],
            unique=True,
            sqlite_where=sa.text("status IN ('pending', 'unknown')"),
            postgresql_where=sa.text("status IN ('pending', 'unknown')"),
        )
        batch_op.create_index(
            "payments_phone_open_idx",
            ["business_id", "phone"],
            unique=True,
            sqlite_where=sa.text("status IN ('pending', 'unknown')"),
            postgresql_where=sa.text("status IN ('pending', 'unknown')"),
        )
        batch_op.create_index("payments_query_idx", ["next_query_at"], unique=False)
        batch_op.create_index("payments_receipt_idx", ["business_id", "receipt"], unique=True)

    op.create_table(
        "offers",
        sa.Column("business_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("thread_id", sa.String(length=40), nullable=False),
        sa.Column("customer_id", sa.String(length=40), nullable=False),
        sa.Column("primary_id", sa.String(length=40), nullable=False),
        sa.Column("service_id", sa.String(length=40), nullable=False),
        sa.Column("staff_id", sa.String(length=40), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("busy_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("price", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("offered_seq", sa.Integer(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("replaces", sa.String(length=40), nullable=True),
        sa.Column("settled_seq", sa.Integer(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["business_id", "customer_id"],
            ["customers.business_id", "customers.id"],
            name=op.f("offers_business_id_customer_id_fk"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "primary_id"],
            ["appointments.business_id", "appointments.id"],
            name=op.f("offers_business_id_primary_id_fk"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "service_id"],
            ["services.business_id", "services.id"],
            name=op.f("offers_business_id_service_id_fk"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "staff_id"],
            ["staff.business_id", "staff.id"],
            name=op.f("offers_business_id_staff_id_fk"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "thread_id"],
            ["threads.business_id", "threads.id"],
            name=op.f("offers_business_id_thread_id_fk"),
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("offers_pk")),
    )
    with op.batch_alter_table("offers", schema=None) as batch_op:
        batch_op.create_index(
            "offers_one_cross_sell_idx",
            ["business_id", "thread_id"],
            unique=True,
            sqlite_where=sa.text("kind = 'cross_sell' AND replaces IS NULL"),
            postgresql_where=sa.text("kind = 'cross_sell' AND replaces IS NULL"),
        )
        batch_op.create_index(
            "offers_open_idx",
            ["expires_at"],
            unique=False,
            sqlite_where=sa.text("status = 'offered'"),
            postgresql_where=sa.text("status = 'offered'"),
        )
        batch_op.create_index("offers_replaces_idx", ["business_id", "replaces"], unique=True)

    op.create_table(
        "payment_items",
        sa.Column("business_id", sa.String(length=40), nullable=False),
        sa.Column("payment_id", sa.String(length=40), nullable=False),
        sa.Column("appointment_id", sa.String(length=40), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id", "appointment_id"],
            ["appointments.business_id", "appointments.id"],
            name=op.f("payment_items_business_id_appointment_id_fk"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "payment_id"],
            ["payments.business_id", "payments.id"],
            name=op.f("payment_items_business_id_payment_id_fk"),
        ),
        sa.PrimaryKeyConstraint(
            "business_id", "payment_id", "appointment_id", name=op.f("payment_items_pk")
        ),
    )
    op.create_table(
        "proposals",
        sa.Column("business_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("thread_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("appointment_id", sa.String(length=40), nullable=False),
        sa.Column("moves_id", sa.String(length=40), nullable=True),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("asked_seq", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_seq", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["business_id", "appointment_id"],
            ["appointments.business_id", "appointments.id"],
            name=op.f("proposals_business_id_appointment_id_fk"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "thread_id"],
            ["threads.business_id", "threads.id"],
            name=op.f("proposals_business_id_thread_id_fk"),
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("proposals_pk")),
    )
    with op.batch_alter_table("proposals", schema=None) as batch_op:
        batch_op.create_index(
            "proposals_open_idx",
            ["expires_at"],
            unique=False,
            sqlite_where=sa.text("status = 'open'"),
            postgresql_where=sa.text("status = 'open'"),
        )
        batch_op.create_index("proposals_thread_idx", ["business_id", "thread_id"], unique=False)

    op.create_table(
        "turns",
        sa.Column("business_id", sa.String(length=40), nullable=False),
        sa.Column("thread_id", sa.String(length=40), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("model", sa.String(length=80), nullable=False),
        sa.Column("messages", sa.JSON(), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id", "thread_id", "seq"],
            ["messages.business_id", "messages.thread_id", "messages.seq"],
            name=op.f("turns_business_id_thread_id_seq_fk"),
        ),
        sa.PrimaryKeyConstraint("business_id", "thread_id", "seq", name=op.f("turns_pk")),
    )
    op.create_table(
        "contacts",
        sa.Column("business_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("customer_id", sa.String(length=40), nullable=False),
        sa.Column("offer_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("proactive", sa.Boolean(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id", "offer_id"],
            ["offers.business_id", "offers.id"],
            name=op.f("contacts_business_id_offer_id_fk"),
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("contacts_pk")),
    )
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.create_index(
            "contacts_customer_idx", ["business_id", "customer_id", "sent_at"], unique=False
        )

    op.create_table(
        "sales",
        sa.Column("business_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("offer_id", sa.String(length=40), nullable=False),
        sa.Column("appointment_id", sa.String(length=40), nullable=False),
        sa.Column("price", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("sold_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id", "appointment_id"],
            ["appointments.business_id", "appointments.id"],
            name=op.f("sales_business_id_appointment_id_fk"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "offer_id"],
            ["offers.business_id", "offers.id"],
            name=op.f("sales_business_id_offer_id_fk"),
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("sales_pk")),
    )
    with op.batch_alter_table("sales", schema=None) as batch_op:
        batch_op.create_index("sales_offer_idx", ["business_id", "offer_id"], unique=True)
    dialect = op.get_bind().dialect.name
    for statement in schema.no_overlap(dialect):
        op.execute(statement)
    if dialect == "postgresql":
        for statement in schema.roles():
            op.execute(statement)
        for table in OWNED:
            for statement in schema.own_rows(table):
                op.execute(statement)
        for table, columns in QUEUES.items():
            for statement in schema.queue(table, columns, CLAIMED.get(table, ())):
                op.execute(statement)


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("sales", schema=None) as batch_op:
        batch_op.drop_index("sales_offer_idx")

    op.drop_table("sales")
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.drop_index("contacts_customer_idx")

    op.drop_table("contacts")
    op.drop_table("turns")
    with op.batch_alter_table("proposals", schema=None) as batch_op:
        batch_op.drop_index("proposals_thread_idx")
        batch_op.drop_index(
            "proposals_open_idx",
            sqlite_where=sa.text("status = 'open'"),
            postgresql_where=sa.text("status = 'open'"),
        )

    op.drop_table("proposals")
    op.drop_table("payment_items")
    with op.batch_alter_table("offers", schema=None) as batch_op:
        batch_op.drop_index("offers_replaces_idx")
        batch_op.drop_index(
            "offers_open_idx",
            sqlite_where=sa.text("status = 'offered'"),
            postgresql_where=sa.text("status = 'offered'"),
        )
        batch_op.drop_index(
            "offers_one_cross_sell_idx",
            sqlite_where=sa.text("kind = 'cross_sell' AND replaces IS NULL"),
            postgresql_where=sa.text("kind = 'cross_sell' AND replaces IS NULL"),
        )

    op.drop_table("offers")
    with op.batch_alter_table("payments", schema=None) as batch_op:
        batch_op.drop_index("payments_receipt_idx")
        batch_op.drop_index("payments_query_idx")
        batch_op.drop_index(
            "payments_phone_open_idx",
            sqlite_where=sa.text("status IN ('pending', 'unknown')"),
            postgresql_where=sa.text("status IN ('pending', 'unknown')"),
        )
        batch_op.drop_index(
            "payments_one_open_idx",
            sqlite_where=sa.text("status IN ('pending', 'unknown')"),
            postgresql_where=sa.text("status IN ('pending', 'unknown')"),
        )

    op.drop_table("payments")
    op.drop_table("messages")
    with op.batch_alter_table("appointments", schema=None) as batch_op:
        batch_op.drop_index("appointments_thread_idx")
        batch_op.drop_index("appointments_staff_idx")
        batch_op.drop_index(
            "appointments_hold_idx",
            sqlite_where=sa.text("hold_until IS NOT NULL"),
            postgresql_where=sa.text("hold_until IS NOT NULL"),
        )
        batch_op.drop_index("appointments_customer_idx")

    op.drop_table("appointments")
    with op.batch_alter_table("threads", schema=None) as batch_op:
        batch_op.drop_index("threads_peer_idx")
        batch_op.drop_index("threads_charge_idx")

    op.drop_table("threads")
    op.drop_table("staff_services")
    op.drop_table("staff_hours")
    op.drop_table("staff_exceptions")
    op.drop_table("service_relations")
    op.drop_table("identities")
    op.drop_table("staff")
    op.drop_table("snippets")
    op.drop_table("services")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index(
            "outbox_peer_idx",
            sqlite_where=sa.text("state IN ('ready', 'claimed', 'sending')"),
            postgresql_where=sa.text("state IN ('ready', 'claimed', 'sending')"),
        )
        batch_op.drop_index(
            "outbox_due_idx",
            sqlite_where=sa.text("state = 'ready'"),
            postgresql_where=sa.text("state = 'ready'"),
        )
        batch_op.drop_index("outbox_dedupe_idx")

    op.drop_table("outbox")
    op.drop_table("dials")
    op.drop_table("dial_changes")
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.drop_index("decisions_thread_idx")

    op.drop_table("decisions")
    op.drop_table("customers")
    op.drop_table("payment_callbacks")
    op.drop_table("businesses")
