"""Looking at rows as they are, past units of work and row security."""

from typing import Any

from sqlalchemy import text

from jirani.services import Services
from jirani.store.work import Store
from tests.support.salon import Salon

# Who begins before somebody earlier has ended: one walk each, however many rows there are.
_OVERLAPS = """
SELECT count(*) FROM (
  SELECT starts_at,
    max(busy_until) OVER (PARTITION BY business_id, staff_id ORDER BY starts_at, id
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS staff_busy,
    max(ends_at) OVER (PARTITION BY business_id, customer_id ORDER BY starts_at, id
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS customer_busy
  FROM appointments WHERE status IN ('held', 'confirmed')
) AS live WHERE staff_busy > starts_at OR customer_busy > starts_at
"""


async def rows(store: Store, sql: str, **values: Any) -> list[tuple[Any, ...]]:
    """Return what a query finds, as the database's owner sees it."""
    async with store.engine.connect() as connection:
        return [tuple(row) for row in await connection.execute(text(sql), values)]


async def one(store: Store, sql: str, **values: Any) -> Any:
    """Return the one value a query finds."""
    ((value,),) = await rows(store, sql, **values)
    return value


async def double_bookings(store: Store) -> int:
    """Count live appointments during an earlier one of the same staff or customer (X9)."""
    found: int = await one(store, _OVERLAPS)
    return found


async def orphan_holds(salon: Salon) -> list[str]:
    """Return the threads that hold a slot in Redis with nothing in the database behind it."""
    services: Services = salon.services
    orphans = []
    for hold in await services.holds.live(salon.id):
        async with services.store.read(salon.id) as work:
            slots = [
                each.slot
                for each in await work.appointments.of_thread(hold.owner)
                if each.status in ("proposed", "held", "confirmed")
            ] + [
                each.slot
                for each in await work.offers.of_thread(hold.owner)
                if each.status == "offered"
            ]
        inside = (
            slot.staff_id == hold.staff_id
            and slot.start <= hold.start
            and hold.end <= slot.busy_until
            for slot in slots
        )
        if not any(inside):
            orphans.append(hold.owner)
    return orphans
