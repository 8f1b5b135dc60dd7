"""Customers and their threads (domain §7)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select, update

from jirani.rules.facts import Customer, Thread
from jirani.store.base import Instant
from jirani.store.rows.base import BUSINESS, THREAD, Rows, as_fact, table_of
from jirani.store.tables.conversation import CustomerRow, IdentityRow, ThreadRow

_threads = table_of(ThreadRow)
_TURNED = (
    update(_threads)
    .where(_threads.c.business_id == BUSINESS, _threads.c.id == THREAD)
    .values(
        asked_contact_at=func.coalesce(
            _threads.c.asked_contact_at, bindparam("asked", None, Instant)
        ),
        misunderstood=(_threads.c.misunderstood + 1) * bindparam("unclear"),
        requests=_threads.c.requests + bindparam("more_requests"),
        tokens=_threads.c.tokens + bindparam("more_tokens"),
    )
)


class CustomerRows(Rows):
    """People known to the business."""

    async def get(self, customer_id: str) -> Customer:
        """Return a customer; LookupError if there is none."""
        found = await self.fact(Customer, CustomerRow, customer_id)
        if found is None:
            raise LookupError(customer_id)
        return found

    async def some(self, customer_ids: Iterable[str]) -> dict[str, Customer]:
        """Return those customers that there are, by id."""
        rows = await self.session.scalars(
            self.mine(CustomerRow).where(CustomerRow.id.in_(set(customer_ids)))
        )
        return {row.id: as_fact(Customer, row) for row in rows}

    async def by_peer(self, channel: str, peer: str) -> Customer | None:
        """Return whoever writes from this address."""
        identity = await self.session.get(IdentityRow, (self.business_id, channel, peer))
        return None if identity is None else await self.get(identity.customer_id)

    async def add(self, customer: Customer, channel: str, peer: str, at: datetime) -> None:
        """Add somebody who writes from an address for the first time."""
        await self.insert(
            CustomerRow,
            id=customer.id,
            name=customer.name,
            phone=customer.phone,
            locale=customer.locale,
            offers_stopped_at=None,
            created_at=at,
        )
        await self.insert(IdentityRow, channel=channel, peer=peer, customer_id=customer.id)

    async def change(self, customer_id: str, **changes: Any) -> None:
        """Change a contact or a preference."""
        await self.update(CustomerRow, customer_id, **changes)


class ThreadRows(Rows):
    """Conversations."""

    async def get(self, thread_id: str) -> Thread:
        """Return a thread; LookupError if there is none."""
        found = await self.fact(Thread, ThreadRow, thread_id)
        if found is None:
            raise LookupError(thread_id)
        return found

    async def latest(self, channel: str, peer: str) -> Thread | None:
        """Return the newest thread with this address."""
        row = await self.session.scalar(
            self.mine(ThreadRow)
            .where(ThreadRow.channel == channel, ThreadRow.peer == peer)
            .order_by(ThreadRow.opened_at.desc(), ThreadRow.id.desc())
            .limit(1)
        )
        return None if row is None else as_fact(Thread, row)

    async def newest(self, *, with_a_person: bool, most: int = 100) -> list[Thread]:
        """Return the threads last spoken in; or those a person handles, longest waiting first."""
        waiting = (ThreadRow.person_since.is_not(None),) if with_a_person else ()
        order = ThreadRow.person_since if with_a_person else ThreadRow.last_at.desc()
        rows = await self.session.scalars(
            self.mine(ThreadRow).where(*waiting).order_by(order, ThreadRow.id).limit(most)
        )
        return [as_fact(Thread, row) for row in rows]

    async def add(self, thread: Thread, follows: str | None = None) -> None:
        """Open a thread."""
        await self.insert(
            ThreadRow,
            id=thread.id,
            customer_id=thread.customer_id,
            channel=thread.channel,
            peer=thread.peer,
            opened_at=thread.opened_at,
            last_at=thread.last_at,
            shown=[],
            follows=follows,
        )

    async def change(self, thread_id: str, **changes: Any) -> None:
        """Change a fact or a flag of a thread."""
        await self.update(ThreadRow, thread_id, **changes)

    async def turned(
        self,
        thread_id: str,
        at: datetime,
        *,
        asked_contact: bool,
        misunderstood: bool,
        requests: int,
        tokens: int,
    ) -> None:
        """Enter a finished turn: added to what stands there by now, whatever was read before."""
        await self.ask(
            _TURNED,
            of_thread=thread_id,
            last_at=at,
            asked=at if asked_contact else None,
            unclear=int(misunderstood),
            more_requests=requests,
            more_tokens=tokens,
        )

    async def shown(self, thread_id: str) -> list[dict[str, Any]]:
        """Return the free slots shown last: service_id, staff_id, starts_at; seq they answered."""
        found = await self.session.scalar(
            select(ThreadRow.shown).where(
                ThreadRow.business_id == self.business_id, ThreadRow.id == thread_id
            )
        )
        return list(found or [])
