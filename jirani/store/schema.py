"""What SQLAlchemy cannot say: overlaps refused, and row security on PostgreSQL."""

APP_ROLE = "jirani_app"
JOBS_ROLE = "jirani_jobs"

_LIVE = "status IN ('held', 'confirmed')"
# What may not overlap, and until when: a staff member with the buffer, a customer without it (X9).
_BUSY = {"staff": "busy_until", "customer": "ends_at"}
_EVENTS = {
    "insert": "INSERT",
    "update": "UPDATE OF business_id, {who}_id, starts_at, {end}, status",
}

# The columns that jobs over all businesses may see: enough to find what is due, no more.
QUEUES = {
    "businesses": ("business_id", "slug", "created_at"),
    "threads": ("business_id", "id", "charge_at"),
    "proposals": ("business_id", "id", "thread_id", "status", "expires_at"),
    "offers": ("business_id", "id", "thread_id", "kind", "status", "expires_at"),
    "appointments": ("business_id", "id", "thread_id", "status", "hold_until"),
    "payments": ("business_id", "id", "thread_id", "status", "next_query_at", "created_at"),
    "outbox": ("business_id", "id", "peer", "state", "not_before", "lease_until", "attempts"),
}
CLAIMED = ("state", "lease_until", "attempts")


def no_overlap(dialect: str) -> list[str]:
    """Return statements that make the database refuse overlapping live appointments (X9)."""
    if dialect == "postgresql":
        return [_exclusion(who, end) for who, end in _BUSY.items()]
    return [
        _trigger(who, end, when, event.format(who=who, end=end))
        for who, end in _BUSY.items()
        for when, event in _EVENTS.items()
    ]


def _exclusion(who: str, end: str) -> str:
    # A range of one number compares with && where plain text would need the btree_gist extension.
    key = f"hashtextextended(business_id || ':' || {who}_id, 0)"
    return (
        f"ALTER TABLE appointments ADD CONSTRAINT appointments_{who}_overlap EXCLUDE USING gist "
        f"(int8range({key}, {key}, '[]') WITH &&, tstzrange(starts_at, {end}) WITH &&) "
        f"WHERE ({_LIVE})"
    )


def _trigger(who: str, end: str, when: str, event: str) -> str:
    return (
        f"CREATE TRIGGER appointments_{who}_overlap_{when} BEFORE {event} ON appointments "
        f"WHEN NEW.{_LIVE} AND EXISTS (SELECT 1 FROM appointments AS other "
        f"WHERE other.business_id = NEW.business_id AND other.{who}_id = NEW.{who}_id "
        f"AND other.id IS NOT NEW.id AND other.{_LIVE} "
        f"AND other.starts_at < NEW.{end} AND other.{end} > NEW.starts_at) "
        f"BEGIN SELECT RAISE(ABORT, 'appointments_{who}_overlap'); END"
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


def queue(table: str) -> list[str]:
    """Return what lets the jobs role see every business's queue, and only the queue's columns."""
    lines = [
        f"CREATE POLICY every_queue ON {table} TO {JOBS_ROLE} USING (true)",
        f"GRANT SELECT ({', '.join(QUEUES[table])}) ON {table} TO {JOBS_ROLE}",
    ]
    if table == "outbox":
        lines.append(f"GRANT UPDATE ({', '.join(CLAIMED)}) ON {table} TO {JOBS_ROLE}")
    return lines
