"""Stays: listings, reservations, how kinds are sold, and offers of every kind in one table.

Offers and sales are changed in place: what they hold stays as it is, and their columns that only
a cross-sell has may be null from now on.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from jirani.store import schema

revision = "0004"
down_revision = "0003"

NEW = (
    "listings",
    "reservations",
    "stay_settings",
    "stay_setting_changes",
    "pms_events",
    "stay_claims",
)
SEEN = ("due_at", "leaving_at", "lease_until", "claim_token")
CLAIMED = ("lease_until", "claim_token")
EVENTS = ("business_id", "id", "state", "received_at", "lease_until", "attempts")
EVENTS_CLAIMED = ("lease_until", "attempts")

READY = "state = 'ready'"
WAITING = "status IN ('scheduled', 'deferred') AND leaving_at IS NULL"
ONE_A_STAY = (
    "reservation_id IS NOT NULL AND replaces IS NULL"
    " AND (status IN ('scheduled', 'offered', 'deferred') OR offered_at IS NOT NULL)"
)
HAS_ITS_SLOT = (
    "kind <> 'cross_sell' OR primary_id IS NOT NULL AND service_id IS NOT NULL"
    " AND staff_id IS NOT NULL AND starts_at IS NOT NULL AND ends_at IS NOT NULL"
    " AND busy_until IS NOT NULL AND price IS NOT NULL AND currency IS NOT NULL"
    " AND offered_seq IS NOT NULL AND offered_at IS NOT NULL AND expires_at IS NOT NULL"
)
HAS_ITS_LISTING = "reservation_id IS NULL OR listing_id IS NOT NULL"
HAS_ITS_TERMS = (
    "reservation_id IS NULL OR status NOT IN ('offered', 'accepted')"
    " OR terms IS NOT NULL AND price IS NOT NULL AND currency IS NOT NULL"
    " AND offered_seq IS NOT NULL AND offered_at IS NOT NULL AND expires_at IS NOT NULL"
)

Moment = sa.DateTime(timezone=True)
# What an offer of another kind need not have.
OF_A_CROSS_SELL: dict[str, sa.types.TypeEngine[Any]] = {
    "primary_id": sa.String(length=40),
    "service_id": sa.String(length=40),
    "staff_id": sa.String(length=40),
    "starts_at": Moment,
    "ends_at": Moment,
    "busy_until": Moment,
    "price": sa.Integer(),
    "currency": sa.String(length=3),
    "offered_seq": sa.Integer(),
    "offered_at": Moment,
    "expires_at": Moment,
}


def upgrade() -> None:
    """Apply."""
    _make_listings()
    _make_settings()
    _make_events()
    _open_offers()
    _make_claims()
    with op.batch_alter_table("sales") as sales:
        sales.alter_column("appointment_id", existing_type=sa.String(length=40), nullable=True)
        sales.add_column(sa.Column("method", sa.String(length=30), nullable=True))
        sales.add_column(sa.Column("provider_ref", sa.String(length=120), nullable=True))
        sales.add_column(sa.Column("note", sa.Text(), nullable=True))
        sales.add_column(sa.Column("reversed_at", Moment, nullable=True))
    with op.batch_alter_table("snippets") as snippets:
        snippets.add_column(sa.Column("listing_id", sa.String(length=40), nullable=True))
        snippets.create_foreign_key(
            op.f("snippets_business_id_listing_id_fk"),
            "listings",
            ["business_id", "listing_id"],
            ["business_id", "id"],
        )
    dialect = op.get_bind().dialect.name
    for statement in schema.no_claims_overlap(dialect):
        op.execute(statement)
    if dialect == "postgresql":
        # Room on each page for the rows that are claimed: else a claim touches every index.
        op.execute("ALTER TABLE offers SET (fillfactor = 85)")
        for table in NEW:
            for statement in schema.own_rows(table):
                op.execute(statement)
        for statement in (
            *schema.seen("offers", SEEN, CLAIMED),
            *schema.queue("pms_events", EVENTS, EVENTS_CLAIMED),
        ):
            op.execute(statement)


def _make_listings() -> None:
    op.create_table(
        "listings",
        sa.Column("business_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("pms", sa.String(length=30), nullable=False),
        sa.Column("ref", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("zone", sa.String(length=60), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("check_in", sa.Time(), nullable=True),
        sa.Column("check_out", sa.Time(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id"], ["businesses.business_id"], name=op.f("listings_business_id_fk")
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("listings_pk")),
        sa.UniqueConstraint(
            "business_id", "pms", "ref", name=op.f("listings_business_id_pms_ref_key")
        ),
    )
    op.create_table(
        "reservations",
        sa.Column("business_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("pms", sa.String(length=30), nullable=False),
        sa.Column("ref", sa.String(length=120), nullable=False),
        sa.Column("listing_id", sa.String(length=40), nullable=False),
        sa.Column("customer_id", sa.String(length=40), nullable=False),
        sa.Column("thread_id", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("payment", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=30), nullable=False),
        sa.Column("arrival", sa.Date(), nullable=False),
        sa.Column("departure", sa.Date(), nullable=False),
        sa.Column("conversation", sa.String(length=120), nullable=True),
        sa.Column("guest_name", sa.String(length=200), nullable=True),
        sa.Column("guest_zone", sa.String(length=60), nullable=True),
        sa.Column("guest_phone", sa.String(length=40), nullable=True),
        sa.Column("do_not_disturb", sa.Boolean(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("updated_at", Moment, nullable=True),
        sa.Column("seen_at", Moment, nullable=True),
        sa.ForeignKeyConstraint(
            ["business_id", "customer_id"],
            ["customers.business_id", "customers.id"],
            name=op.f("reservations_business_id_customer_id_fk"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "listing_id"],
            ["listings.business_id", "listings.id"],
            name=op.f("reservations_business_id_listing_id_fk"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "thread_id"],
            ["threads.business_id", "threads.id"],
            name=op.f("reservations_business_id_thread_id_fk"),
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("reservations_pk")),
        sa.UniqueConstraint(
            "business_id", "pms", "ref", name=op.f("reservations_business_id_pms_ref_key")
        ),
    )
    for name, column in (("listing", "departure"), ("customer", "departure"), ("thread", "")):
        columns = ["business_id", f"{name}_id", *([column] if column else [])]
        op.create_index(f"reservations_{name}_idx", "reservations", columns)


def _make_settings() -> None:
    op.create_table(
        "stay_settings",
        sa.Column("business_id", sa.String(length=40), nullable=False),
        sa.Column("listing_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=30), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id"], ["businesses.business_id"], name=op.f("stay_settings_business_id_fk")
        ),
        sa.PrimaryKeyConstraint(
            "business_id", "listing_id", "kind", "name", name=op.f("stay_settings_pk")
        ),
    )
    op.create_table(
        "stay_setting_changes",
        sa.Column("business_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("listing_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=30), nullable=False),
        sa.Column("action", sa.String(length=10), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.Column("changed_by", sa.String(length=80), nullable=False),
        sa.Column("changed_at", Moment, nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id"],
            ["businesses.business_id"],
            name=op.f("stay_setting_changes_business_id_fk"),
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("stay_setting_changes_pk")),
    )


def _make_events() -> None:
    op.create_table(
        "pms_events",
        sa.Column("business_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("pms", sa.String(length=30), nullable=False),
        sa.Column("dedupe_key", sa.String(length=200), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("received_at", Moment, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("lease_until", Moment, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["business_id"], ["businesses.business_id"], name=op.f("pms_events_business_id_fk")
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pms_events_pk")),
        sa.UniqueConstraint(
            "business_id",
            "pms",
            "dedupe_key",
            name=op.f("pms_events_business_id_pms_dedupe_key_key"),
        ),
    )
    op.create_index(
        "pms_events_ready_idx",
        "pms_events",
        ["received_at", "id"],
        sqlite_where=sa.text(READY),
        postgresql_where=sa.text(READY),
    )


def _open_offers() -> None:
    with op.batch_alter_table("offers") as offers:
        for name, kept in OF_A_CROSS_SELL.items():
            offers.alter_column(name, existing_type=kept, nullable=True)
        for name in ("reservation_id", "listing_id", "claim_token"):
            offers.add_column(sa.Column(name, sa.String(length=40), nullable=True))
        for name in ("planned_for", "due_at", "deferred_at", "lease_until", "leaving_at"):
            offers.add_column(sa.Column(name, Moment, nullable=True))
        for name in ("asked_again", "time_named"):
            offers.add_column(
                sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
            )
        offers.add_column(
            sa.Column("attempts", sa.Integer(), nullable=False, server_default=sa.text("0"))
        )
        offers.add_column(sa.Column("terms", sa.JSON(), nullable=True))
        for table in ("reservation", "listing"):
            offers.create_foreign_key(
                op.f(f"offers_business_id_{table}_id_fk"),
                f"{table}s",
                ["business_id", f"{table}_id"],
                ["business_id", "id"],
            )
        offers.create_check_constraint(op.f("offers_slot_check"), HAS_ITS_SLOT)
        offers.create_check_constraint(op.f("offers_listing_check"), HAS_ITS_LISTING)
        offers.create_check_constraint(op.f("offers_terms_check"), HAS_ITS_TERMS)
    op.create_index(
        "offers_one_a_stay_idx",
        "offers",
        ["business_id", "reservation_id", "kind"],
        unique=True,
        sqlite_where=sa.text(ONE_A_STAY),
        postgresql_where=sa.text(ONE_A_STAY),
    )
    op.create_index(
        "offers_due_idx",
        "offers",
        ["due_at", "id"],
        sqlite_where=sa.text(WAITING),
        postgresql_where=sa.text(WAITING),
    )
    op.create_index(
        "offers_leaving_idx",
        "offers",
        ["leaving_at"],
        sqlite_where=sa.text("leaving_at IS NOT NULL"),
        postgresql_where=sa.text("leaving_at IS NOT NULL"),
    )
    for name in ("thread", "reservation", "customer"):
        op.create_index(f"offers_{name}_idx", "offers", ["business_id", f"{name}_id"])


def _make_claims() -> None:
    op.create_table(
        "stay_claims",
        sa.Column("business_id", sa.String(length=40), nullable=False),
        sa.Column("offer_id", sa.String(length=40), nullable=False),
        sa.Column("listing_id", sa.String(length=40), nullable=False),
        sa.Column("reservation_id", sa.String(length=40), nullable=False),
        sa.Column("starts_at", Moment, nullable=False),
        sa.Column("busy_until", Moment, nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.CheckConstraint("busy_until > starts_at", name=op.f("stay_claims_sane_check")),
        sa.ForeignKeyConstraint(
            ["business_id", "listing_id"],
            ["listings.business_id", "listings.id"],
            name=op.f("stay_claims_business_id_listing_id_fk"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "offer_id"],
            ["offers.business_id", "offers.id"],
            name=op.f("stay_claims_business_id_offer_id_fk"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "reservation_id"],
            ["reservations.business_id", "reservations.id"],
            name=op.f("stay_claims_business_id_reservation_id_fk"),
        ),
        sa.PrimaryKeyConstraint("business_id", "offer_id", name=op.f("stay_claims_pk")),
    )
    op.create_index(
        "stay_claims_listing_idx", "stay_claims", ["business_id", "listing_id", "starts_at"]
    )


def downgrade() -> None:
    """Take back: what was offered and sold around stays, and what is known of them, goes."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE offers RESET (fillfactor)")
    op.drop_table("stay_claims")
    _drop_what_only_stays_have()
    with op.batch_alter_table("snippets") as snippets:
        snippets.drop_constraint(op.f("snippets_business_id_listing_id_fk"), type_="foreignkey")
        snippets.drop_column("listing_id")
    with op.batch_alter_table("sales") as sales:
        for name in ("reversed_at", "note", "provider_ref", "method"):
            sales.drop_column(name)
        sales.alter_column("appointment_id", existing_type=sa.String(length=40), nullable=False)
    for name in ("customer", "reservation", "thread", "leaving", "due", "one_a_stay"):
        op.drop_index(f"offers_{name}_idx", table_name="offers")
    with op.batch_alter_table("offers") as offers:
        for name in ("terms", "listing", "slot"):
            offers.drop_constraint(op.f(f"offers_{name}_check"), type_="check")
        for name in ("listing", "reservation"):
            offers.drop_constraint(op.f(f"offers_business_id_{name}_id_fk"), type_="foreignkey")
        for name in (
            *("reservation_id", "listing_id", "claim_token", "due_at", "deferred_at", "terms"),
            *("lease_until", "leaving_at", "asked_again", "time_named", "attempts", "planned_for"),
        ):
            offers.drop_column(name)
        for name, kept in OF_A_CROSS_SELL.items():
            offers.alter_column(name, existing_type=kept, nullable=False)
    for table in (
        "pms_events",
        "stay_setting_changes",
        "stay_settings",
        "reservations",
        "listings",
    ):
        op.drop_table(table)


def _drop_what_only_stays_have() -> None:
    around_stays = (
        "SELECT id FROM offers WHERE offers.business_id = {0}.business_id AND kind <> 'cross_sell'"
    )
    tables = ("contacts", "sales", "offers", "snippets")
    forced = op.get_bind().dialect.name == "postgresql"
    for table in tables if forced else ():
        # An owner who is no superuser would not see, and so not delete, any row.
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    for table in ("contacts", "sales"):
        op.execute(f"DELETE FROM {table} WHERE offer_id IN ({around_stays.format(table)})")
    op.execute("DELETE FROM offers WHERE kind <> 'cross_sell'")
    op.execute("DELETE FROM snippets WHERE listing_id IS NOT NULL")
    for table in tables if forced else ():
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
