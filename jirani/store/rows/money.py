"""Payments and callbacks of one business (P1-P5)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import and_, bindparam, select

from jirani.rules.facts import Payment, PaymentStatus
from jirani.store.refusals import twice_named
from jirani.store.rows.base import BUSINESS, Rows, as_fact, columns_of, table_of
from jirani.store.tables.money import CallbackRow, PaymentItemRow, PaymentRow

OPEN_CHARGE = (PaymentStatus.PENDING, PaymentStatus.UNKNOWN)

_payments, _items = table_of(PaymentRow), table_of(PaymentItemRow)
_columns = columns_of(Payment, _payments, but={"appointment_ids"})
_names = [column.name for column in _columns]
# One record for each appointment that a payment pays for, by payment.
PAYMENTS = (
    select(*_columns, _items.c.appointment_id)
    .outerjoin_from(
        _payments,
        _items,
        and_(
            _items.c.business_id == _payments.c.business_id, _items.c.payment_id == _payments.c.id
        ),
    )
    .where(
        _payments.c.business_id == BUSINESS,
        _payments.c.thread_id.in_(bindparam("threads", expanding=True)),
    )
    .order_by(_payments.c.id, _items.c.appointment_id)
)


def payments_in(records: Iterable[Sequence[Any]]) -> tuple[Payment, ...]:
    """Make payments of what `PAYMENTS` found, oldest first."""
    return tuple(
        Payment(
            **dict(zip(_names, payment, strict=True)),
            appointment_ids=tuple(id for *_, id in paid if id is not None),
        )
        for payment, paid in groupby(records, key=lambda record: tuple(record[:-1]))
    )


class PaymentRows(Rows):
    """Charges and what they pay for."""

    async def get(self, payment_id: str) -> Payment | None:
        """Return a payment, or None."""
        row = await self.session.get(PaymentRow, (self.business_id, payment_id))
        return None if row is None else await self._fact(row)

    async def of_thread(self, thread_id: str) -> tuple[Payment, ...]:
        """Return a thread's payments, oldest first."""
        return await self.of_threads([thread_id])

    async def of_threads(self, thread_ids: Iterable[str]) -> tuple[Payment, ...]:
        """Return the payments of some threads, oldest first."""
        return payments_in(await self.ask(PAYMENTS, threads=sorted(set(thread_ids))))

    async def phone_is_charging(self, phone: str, except_thread: str) -> bool:
        """Tell whether another thread has an open charge on this phone (P3)."""
        found = await self.session.scalar(
            select(PaymentRow.id).where(
                PaymentRow.business_id == self.business_id,
                PaymentRow.phone == phone,
                PaymentRow.thread_id != except_thread,
                PaymentRow.status.in_(OPEN_CHARGE),
            )
        )
        return found is not None

    async def add(self, payment: Payment, amounts: dict[str, int]) -> None:
        """Write a payment and what it pays for, before any push (P1); `Twice` against P3."""
        names = set(payment.__dataclass_fields__) - {"appointment_ids"}
        with twice_named():
            await self.insert(PaymentRow, **{name: getattr(payment, name) for name in names})
        for appointment_id, amount in amounts.items():
            await self.insert(
                PaymentItemRow,
                payment_id=payment.id,
                appointment_id=appointment_id,
                amount=amount,
            )

    async def change(self, payment_id: str, **changes: Any) -> None:
        """Change a payment."""
        await self.update(PaymentRow, payment_id, **changes)

    async def callback(self, id: str, body: dict[str, Any], at: datetime, *, routed: bool) -> None:
        """Keep a callback as it came (P2)."""
        await self.insert(
            CallbackRow,
            id=id,
            payment_id=body.get("payment_id"),
            provider_ref=body.get("provider_ref"),
            routed=routed,
            body=body,
            received_at=at,
        )

    async def callbacks(self, *, routed: bool) -> list[dict[str, Any]]:
        """Return the callbacks that found their payment, or those that did not."""
        rows = await self.session.scalars(
            self.mine(CallbackRow).where(CallbackRow.routed == routed).order_by(CallbackRow.id)
        )
        return [row.body for row in rows]

    async def _fact(self, row: PaymentRow) -> Payment:
        items = await self.session.scalars(
            select(PaymentItemRow.appointment_id)
            .where(
                PaymentItemRow.business_id == self.business_id,
                PaymentItemRow.payment_id == row.id,
            )
            .order_by(PaymentItemRow.appointment_id)
        )
        return as_fact(Payment, row, appointment_ids=tuple(items))
