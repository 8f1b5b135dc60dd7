"""Slot recovery: openings, scores, offers of freed slots, and who wants to hear of them.

Offers and identities are changed in place, and keep what they hold.
"""

import sqlalchemy as sa
from alembic import op

from jirani.store import schema

revision = "0008"
down_revision = "0007"

NEW = ("slot_openings", "customer_scores")
QUEUE = ("business_id", "id", "status", "looks_at", "lease_until")
NIGHTLY = ("scoring_due_at", "scoring_lease_until")
OPEN = "status = 'open'"
HAS_ITS_OPENING = (
    "kind <> 'slot_recovery' OR opening_id IS NOT NULL AND lane IS NOT NULL"
    " AND service_id IS NOT NULL AND staff_id IS NOT NULL AND starts_at IS NOT NULL"
    " AND ends_at IS NOT NULL AND busy_until IS NOT NULL AND price IS NOT NULL"
    " AND currency IS NOT NULL AND offered_seq IS NOT NULL AND offered_at IS NOT NULL"
    " AND expires_at IS NOT NULL"
)
LIVE_LANE = "opening_id IS NOT NULL AND status = 'offered'"
ANY_OPENING = "opening_id IS NOT NULL"
ONE_AN_OPENING = "opening_id IS NOT NULL AND replaces IS NULL"
OPTED_IN = "opted_in_at IS NOT NULL"

Moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Apply."""
    op.add_column("appointments", sa.Column("cancelled_at", Moment, nullable=True))
    op.add_column("identities", sa.Column("opted_in_at", Moment, nullable=True))
    op.add_column("identities", sa.Column("opted_in_how", sa.String(length=30), nullable=True))
    op.add_column("identities", sa.Column("opted_in_said", sa.String(length=300), nullable=True))
    _index("identities_opted_in_idx", "identities", ["business_id", "customer_id"], OPTED_IN)
    for name in ("scoring_due_at", "scoring_lease_until"):
        op.add_column("businesses", sa.Column(name, Moment, nullable=True))
    op.add_column("businesses", sa.Column("scored_to", sa.String(length=40), nullable=True))
    _make_openings()
    _make_scores()
    with op.batch_alter_table("offers") as offers:
        offers.add_column(sa.Column("opening_id", sa.String(length=40), nullable=True))
        offers.add_column(sa.Column("lane", sa.Integer(), nullable=True))
        offers.add_column(sa.Column("tier", sa.String(length=40), nullable=True))
        offers.create_foreign_key(
            op.f("offers_business_id_opening_id_fk"),
            "slot_openings",
            ["business_id", "opening_id"],
            ["business_id", "id"],
        )
        offers.create_check_constraint(op.f("offers_opening_check"), HAS_ITS_OPENING)
    lane = ["business_id", "opening_id", "lane"]
    _index("offers_lane_idx", "offers", lane, LIVE_LANE, unique=True)
    whom = ["business_id", "opening_id", "customer_id"]
    _index("offers_one_an_opening_idx", "offers", whom, ONE_AN_OPENING, unique=True)
    _index("offers_opening_idx", "offers", ["business_id", "opening_id"], ANY_OPENING)
    if op.get_bind().dialect.name == "postgresql":
        for table in NEW:
            for statement in schema.own_rows(table):
                op.execute(statement)
        for statement in (
            *schema.queue("slot_openings", QUEUE, ("lease_until",)),
            *schema.seen("businesses", NIGHTLY, ("scoring_lease_until",)),
        ):
            op.execute(statement)


def _index(name: str, table: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    when = sa.text(where)
    op.create_index(name, table, columns, unique=unique, sqlite_where=when, postgresql_where=when)


def _make_openings() -> None:
    words = ("root_id", "appointment_id", "left_by", "service_id", "staff_id")
    op.create_table(
        "slot_openings",
        sa.Column("business_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        *(sa.Column(name, sa.String(length=40), nullable=False) for name in words),
        sa.Column("starts_at", Moment, nullable=False),
        sa.Column("ends_at", Moment, nullable=False),
        sa.Column("busy_until", Moment, nullable=False),
        sa.Column("price", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("opened_at", Moment, nullable=False),
        sa.Column("looks_at", Moment, nullable=True),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("replaces", sa.String(length=40), nullable=True),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("settled_at", Moment, nullable=True),
        sa.Column("filled_by", sa.String(length=40), nullable=True),
        sa.Column("lease_until", Moment, nullable=True),
        sa.CheckConstraint(
            "ends_at > starts_at AND busy_until >= ends_at", name=op.f("slot_openings_sane_check")
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "appointment_id"],
            ["appointments.business_id", "appointments.id"],
            name="slot_openings_appointment_fk",
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "filled_by"],
            ["appointments.business_id", "appointments.id"],
            name="slot_openings_filled_by_fk",
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "left_by"],
            ["customers.business_id", "customers.id"],
            name=op.f("slot_openings_business_id_left_by_fk"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "service_id"],
            ["services.business_id", "services.id"],
            name=op.f("slot_openings_business_id_service_id_fk"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "staff_id"],
            ["staff.business_id", "staff.id"],
            name=op.f("slot_openings_business_id_staff_id_fk"),
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("slot_openings_pk")),
    )
    slot = ["business_id", "staff_id", "starts_at"]
    _index("slot_openings_one_open_idx", "slot_openings", slot, OPEN, unique=True)
    _index("slot_openings_due_idx", "slot_openings", ["looks_at", "id"], OPEN)
    op.create_index(
        "slot_openings_appointment_idx",
        "slot_openings",
        ["business_id", "appointment_id"],
        unique=True,
    )
    for name, column in (("root", "root_id"), ("filled", "filled_by"), ("opened", "opened_at")):
        op.create_index(f"slot_openings_{name}_idx", "slot_openings", ["business_id", column])


def _make_scores() -> None:
    op.create_table(
        "customer_scores",
        sa.Column("business_id", sa.String(length=40), nullable=False),
        sa.Column("customer_id", sa.String(length=40), nullable=False),
        sa.Column("listens", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("tier", sa.String(length=40), nullable=False),
        sa.Column("voids", sa.Integer(), nullable=False),
        sa.Column("computed_at", Moment, nullable=True),
        sa.Column("by_tier", sa.Integer(), nullable=False),
        sa.Column("by_score", sa.Integer(), nullable=False),
        sa.Column("by_time", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", Moment, nullable=True),
        sa.CheckConstraint("points BETWEEN 0 AND 100", name=op.f("customer_scores_sane_check")),
        sa.ForeignKeyConstraint(
            ["business_id", "customer_id"],
            ["customers.business_id", "customers.id"],
            name=op.f("customer_scores_business_id_customer_id_fk"),
        ),
        sa.PrimaryKeyConstraint("business_id", "customer_id", name=op.f("customer_scores_pk")),
    )
    op.create_index(
        "customer_scores_place_idx",
        "customer_scores",
        ["business_id", "by_tier", "by_score", "by_time", "customer_id"],
        sqlite_where=sa.text("listens = 1"),
        postgresql_where=sa.text("listens"),
    )


def downgrade() -> None:
    """Take back: openings, scores and what was offered of freed slots go; bookings stay."""
    _drop_what_was_offered()
    for name in ("opening", "one_an_opening", "lane"):
        op.drop_index(f"offers_{name}_idx", "offers")
    with op.batch_alter_table("offers") as offers:
        offers.drop_constraint(op.f("offers_opening_check"), type_="check")
        offers.drop_constraint(op.f("offers_business_id_opening_id_fk"), type_="foreignkey")
        offers.drop_column("tier")
        offers.drop_column("lane")
        offers.drop_column("opening_id")
    for table in NEW:
        op.drop_table(table)
    op.drop_index("identities_opted_in_idx", "identities")
    for column in ("opted_in_said", "opted_in_how", "opted_in_at"):
        op.execute(f"ALTER TABLE identities DROP COLUMN {column}")
    for column in ("scored_to", *NIGHTLY):
        op.execute(f"ALTER TABLE businesses DROP COLUMN {column}")
    # In a batch SQLite's table would be rebuilt, without the triggers that guard it (X9).
    op.execute("ALTER TABLE appointments DROP COLUMN cancelled_at")


def _drop_what_was_offered() -> None:
    offered = (
        "SELECT id FROM offers"
        " WHERE offers.business_id = {0}.business_id AND kind = 'slot_recovery'"
    )
    tables = ("contacts", "sales", "offers")
    forced = op.get_bind().dialect.name == "postgresql"
    for table in tables if forced else ():
        # An owner who is no superuser would not see, and so not delete, any row.
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    for table in ("contacts", "sales"):
        op.execute(f"DELETE FROM {table} WHERE offer_id IN ({offered.format(table)})")
    op.execute("DELETE FROM offers WHERE kind = 'slot_recovery'")
    for table in tables if forced else ():
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
