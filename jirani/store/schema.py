"""What SQLAlchemy cannot say: overlaps refused, and row security on PostgreSQL."""

from collections.abc import Iterable
from dataclasses import dataclass

APP_ROLE = "jirani_app"
JOBS_ROLE = "jirani_jobs"


@dataclass(frozen=True, slots=True)
class _Apart:
    """Of the live rows of one owner, no two may overlap, from `starts_at` to `end`.

    `live` says which are live, of the row that is put in its braces; it reads the column `by`.
    """

    name: str
    table: str
    id: str
    owner: str
    end: str
    by: str
    live: str


_APPOINTMENTS = tuple(
    _Apart(
        name,
        "appointments",
        id="id",
        owner=owner,
        end=end,
        by="status",
        live="{}status IN ('held', 'confirmed')",
    )
    for name, owner, end in (
        # A staff member is busy with the buffer (X9).
        ("appointments_staff_overlap", "staff_id", "busy_until"),
        # A customer is busy without it (X9).
        ("appointments_customer_overlap", "customer_id", "ends_at"),
    )
)
_CLAIMS = (
    _Apart(
        # A listing has one turnover at a time, of what is offered there and what is sold (U8).
        "stay_claims_overlap",
        "stay_claims",
        id="offer_id",
        owner="listing_id",
        end="busy_until",
        by="live",
        live="{}live",
    ),
)

# The columns that jobs over all businesses may see: enough to find what is due, no more.
QUEUES = {
    "businesses": (
        *("business_id", "slug", "created_at", "scoring_due_at", "scoring_lease_until"),
    ),
    "threads": ("business_id", "id", "charge_at"),
    "proposals": ("business_id", "id", "thread_id", "status", "expires_at"),
    "offers": (
        "business_id",
        "id",
        "thread_id",
        "kind",
        "status",
        "expires_at",
        "due_at",
        "leaving_at",
        "lease_until",
        "claim_token",
    ),
    "appointments": ("business_id", "id", "thread_id", "status", "hold_until"),
    "payments": ("business_id", "id", "thread_id", "status", "next_query_at", "created_at"),
    "slot_openings": ("business_id", "id", "status", "looks_at", "lease_until"),
    "outbox": ("business_id", "id", "peer", "state", "not_before", "lease_until", "attempts"),
    "pms_accounts": ("business_id", "pms", "version"),
    "pms_events": ("business_id", "id", "state", "received_at", "lease_until", "attempts"),
}


def no_overlap(dialect: str) -> list[str]:
    """Return statements that make the database refuse overlapping live appointments (X9)."""
    return [line for rule in _APPOINTMENTS for line in _refusing(rule, dialect)]


def no_claims_overlap(dialect: str) -> list[str]:
    """Return statements that make the database refuse overlapping live claims (U8)."""
    return [line for rule in _CLAIMS for line in _refusing(rule, dialect)]


def _refusing(rule: _Apart, dialect: str) -> list[str]:
    if dialect == "postgresql":
        return [_exclusion(rule)]
    columns = f"business_id, {rule.owner}, starts_at, {rule.end}, {rule.by}"
    events = {"insert": "INSERT", "update": f"UPDATE OF {columns}"}
    return [_trigger(rule, when, event) for when, event in events.items()]


def _exclusion(rule: _Apart) -> str:
    # A range of one number compares with && where plain text would need the btree_gist extension.
    key = f"hashtextextended(business_id || ':' || {rule.owner}, 0)"
    return (
        f"ALTER TABLE {rule.table} ADD CONSTRAINT {rule.name} EXCLUDE USING gist "
        f"(int8range({key}, {key}, '[]') WITH &&, tstzrange(starts_at, {rule.end}) WITH &&) "
        f"WHERE ({rule.live.format('')})"
    )


def _trigger(rule: _Apart, when: str, event: str) -> str:
    owner, id, end = rule.owner, rule.id, rule.end
    return (
        f"CREATE TRIGGER {rule.name}_{when} BEFORE {event} ON {rule.table} "
        f"WHEN {rule.live.format('NEW.')} AND EXISTS (SELECT 1 FROM {rule.table} AS other "
        f"WHERE other.business_id = NEW.business_id AND other.{owner} = NEW.{owner} "
        f"AND other.{id} IS NOT NEW.{id} AND {rule.live.format('other.')} "
        f"AND other.starts_at < NEW.{end} AND other.{end} > NEW.starts_at) "
        f"BEGIN SELECT RAISE(ABORT, '{rule.name}'); END"
    )


def roles() -> list[str]:
    """Return statements that make the two roles, where they are not there already.

    Roles belong to the whole server: another database, or an administrator for a user who may
    not make roles, may have made and granted them before.
    """
    made = (
        "DO $$ BEGIN "
        "IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{0}') THEN CREATE ROLE {0} NOLOGIN; "
        "END IF; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
    )
    granted = (
        "DO $$ BEGIN GRANT {0} TO CURRENT_USER; "
        "EXCEPTION WHEN insufficient_privilege THEN NULL; END $$"
    )
    return [line.format(name) for name in (APP_ROLE, JOBS_ROLE) for line in (made, granted)]


def own_rows(table: str) -> list[str]:
    """Return row security for a table: a query that forgot its business finds nothing."""
    mine = "business_id = NULLIF(current_setting('app.business', true), '')"
    return [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY own_business ON {table} TO {APP_ROLE} USING ({mine})",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {APP_ROLE}",
    ]


def queue(table: str, columns: Iterable[str], claimed: Iterable[str] = ()) -> list[str]:
    """Return what lets the jobs role see every business's queue, and only the queue's columns.

    A migration names the columns of its own time: those of today may not be there yet.
    """
    return [
        f"CREATE POLICY every_queue ON {table} TO {JOBS_ROLE} USING (true)",
        *seen(table, columns, claimed),
    ]


def seen(table: str, columns: Iterable[str], claimed: Iterable[str] = ()) -> list[str]:
    """Return what lets the jobs role see columns of a queue, and write those that claim."""
    lines = [f"GRANT SELECT ({', '.join(columns)}) ON {table} TO {JOBS_ROLE}"]
    if written := ", ".join(claimed):
        lines.append(f"GRANT UPDATE ({written}) ON {table} TO {JOBS_ROLE}")
    return lines
