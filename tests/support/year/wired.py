"""Whether nothing was doubled, lost, or given up in silence, whatever befell the wire (U5, U7).

Read from both ends: what stands in the PMS's own world, and what our rows say was to stand there.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from jirani.connectors.pms import Direction
from jirani.connectors.pms_channel import same_words
from jirani.store.tables.conversation import MessageRow, ThreadRow
from jirani.store.tables.money import OutboxRow
from jirani.store.tables.selling import OfferRow, SaleRow
from jirani.store.tables.stays import PmsEventRow
from tests.support.year import contacts, selling
from tests.support.year.playing import Played
from tests.support.year.record import Breach, Line, Record, Sold
from tests.support.year.selling import SOLD_NIGHTS
from tests.support.year.watched import Redated

DAY = timedelta(days=1)
RECORDED = ("fee", "extension")
FOR_HOST = {"host_sold", "host_sold_by_hand", "host_sale_failed"}
LEFT = {"unfee": "host_fee_left", "unextension": "host_nights_left", "untask": "host_task_left"}
# Why an offer ended that could not be sent; whatever else ended one was a decision of ours.
UNSENT = ("pms_unavailable", "refused", "undelivered", "not_found", "too_long", "unavailable")


@dataclass
class Left:
    """What our rows say: `told` are mails that arrived, by text and what they are about."""

    told: Counter[tuple[str, str]] = field(default_factory=Counter)
    entries: list[OutboxRow] = field(default_factory=list)
    offers: list[OfferRow] = field(default_factory=list)
    sales: dict[str, SaleRow] = field(default_factory=dict)
    events: list[PmsEventRow] = field(default_factory=list)
    said: dict[str, Counter[str]] = field(default_factory=dict)  # by conversation, what guests got
    written: dict[str, Counter[str]] = field(default_factory=dict)  # what guests wrote there
    heard: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    redated: list[Redated] = field(default_factory=list)
    charges: list[Line] = field(default_factory=list)

    @property
    def mails(self) -> Counter[str]:
        """Count the mails that arrived, by what they tell."""
        found: Counter[str] = Counter()
        for (name, _), times in self.told.items():
            found[name] += times
        return found

    def hears(self, name: str, key: str) -> bool:
        """Tell whether the host got a mail."""
        return self.told[name, key] > 0


async def left(played: Played) -> Left:
    """Read what is left in our rows, and in the PMS beside what an auditor is shown anyway."""
    found = Left(redated=played.pms.redated, charges=_charges(played))
    async with AsyncSession(played.services.store.engine) as session:
        found.entries = [*await session.scalars(select(OutboxRow))]
        found.offers = [*await session.scalars(select(OfferRow))]
        found.sales = {each.offer_id: each for each in await session.scalars(select(SaleRow))}
        found.events = [*await session.scalars(select(PmsEventRow))]
        asked = select(ThreadRow.peer, MessageRow.text).join(
            ThreadRow, ThreadRow.id == MessageRow.thread_id
        )
        for peer, text in await session.execute(asked.where(MessageRow.author == "guest")):
            found.heard[peer][same_words(text)] += 1
    keys = {each.id: each.dedupe_key for each in found.entries if each.kind == "mail"}
    for mail in played.mailer.sent:
        name, _, about = keys[mail.key].partition(":")
        found.told[name, about] += 1
    for conversation, said in played.pms.world.messages.items():
        ours = (each for each in said if each.direction is Direction.OUT and not each.failed)
        by_us = (each for each in ours if not each.text.startswith("Let me look"))
        talk = played.connected.talk(conversation)
        found.said[talk] = Counter(same_words(each.text) for each in by_us)
        theirs = (each for each in said if each.direction is Direction.IN)
        found.written[talk] = Counter(same_words(each.text) for each in theirs)
    return found


def _charges(played: Played) -> list[Line]:
    return [
        Line(each.reservation_ref, each.key or key, each.amount, each.currency or "")
        for key, each in played.pms.world.charges.items()
    ]


# --- nothing is doubled


def texts_once(record: Record, rows: Left) -> Iterator[Breach]:
    """U5: every text of ours is in a conversation at most as often as it was decided to say it."""
    meant: dict[str, Counter[str]] = defaultdict(Counter)
    for each in rows.entries:
        if each.kind == "message":
            meant[each.payload["peer"]][same_words(each.payload["text"])] += 1
    for talk, said in rows.said.items():
        for text, times in said.items():
            if times > meant[talk][text]:
                yield Breach("U5", talk, f"{times} x for {meant[talk][text]}: {text[:60]}")


def heard_once(record: Record, rows: Left) -> Iterator[Breach]:
    """U5: what a guest wrote once is answered once: it is taken in once, by webhook or by reading.

    Each message that was taken in has one answer at most, by its key.
    """
    for talk, heard in rows.heard.items():
        for text, times in heard.items():
            if times > rows.written.get(talk, Counter())[text]:
                yield Breach("U5", talk, f"taken in {times} x: {text[:60]}")


def billed_once(record: Record, rows: Left) -> Iterator[Breach]:
    """U7: a sale is on record at most once, for its price; what is left of it, the host knows."""
    lines = [*record.lines, *rows.charges]
    times, known = Counter(each.key for each in lines), set()
    for sale in record.sales:
        key = f"fee:{sale.key}"
        known.add(key)
        found = [each for each in lines if each.key == key]
        if times[key] > 1:
            yield Breach("U7", sale.stay, f"{sale.kind} is {times[key]} x on the bill")
        if any((each.amount, each.currency) != (sale.price, sale.currency) for each in found):
            yield Breach("U7", sale.stay, f"{sale.kind} is on the bill for another price")
        method = rows.sales[sale.key].method
        stands = sale.status == "applied" and method in ("fee", "finance_field", "charge")
        if stands and not found:
            yield Breach("U7", sale.stay, f"{sale.kind} is applied, and on no bill")
        if found and sale.reversed_at and not rows.hears("host_fee_left", sale.key):
            yield Breach("U7", sale.stay, f"{sale.kind} was taken back, and is on the bill")
    for line in lines:
        if line.key not in known:
            yield Breach("U7", line.stay, f"{line.key} is on the bill and was never sold")


def planned_once(record: Record, rows: Left) -> Iterator[Breach]:
    """U7: one task for each sale that stands, or the host plans it; none that nobody knows of."""
    sales = _by_day(record.sales)
    tasks = Counter((task.stay or "", task.day) for task in record.chores if task.ours)
    for place in sorted({*sales, *tasks}):
        most = least = 0
        for sale in sales[place]:
            stands = sale.reversed_at is None
            may_be = stands or rows.hears("host_task_left", sale.key)
            most += may_be
            least += stands and not rows.hears("host_task_failed", sale.key)
        if rows_have_no_tasks(rows):
            least = 0
        if not least <= tasks[place] <= most:
            told = f"{tasks[place]} tasks on {place[1]}, {least} to {most} are due"
            yield Breach("U7", place[0], told)


def rows_have_no_tasks(rows: Left) -> bool:
    """Tell whether this PMS has no tasks."""
    return any(each.note == "the PMS has no tasks" for each in rows.entries)


def _by_day(sales: list[Sold]) -> dict[tuple[str, date], list[Sold]]:
    found: dict[tuple[str, date], list[Sold]] = defaultdict(list)
    for sale in sales:
        if sale.kind not in SOLD_NIGHTS:
            found[sale.stay, sale.day].append(sale)
    return found


def redated_once(record: Record, rows: Left) -> Iterator[Breach]:
    """U7: dates change by the nights of one sale, once there and once back."""
    added: Counter[tuple[str, tuple[date, ...]]] = Counter()
    for each in rows.redated:
        before, after = _nights(each.before), _nights(each.after)
        for sign, changed in ((1, after - before), (-1, before - after)):
            if changed:
                added[each.ref, tuple(sorted(changed))] += sign
    known = {(sale.stay, tuple(sorted(sale.nights))): sale for sale in record.sales if sale.nights}
    for (stay, nights), times in added.items():
        if (stay, nights) not in known:
            yield Breach("U7", stay, f"its nights changed by {nights}, which were never sold so")
        elif times not in (0, 1):
            yield Breach("U7", stay, f"{nights} were added {times} x")
    for (stay, nights), sale in known.items():
        method = rows.sales[sale.key].method
        if sale.status == "applied" and method == "dates" and added[stay, nights] != 1:
            yield Breach("U7", stay, f"{nights} are applied, and were added to no stay")


def _nights(stay: Any) -> set[date]:
    return {stay.arrival + n * DAY for n in range((stay.departure - stay.arrival).days)}


# --- nothing is lost, and nothing given up in silence


def nothing_lost(record: Record, rows: Left) -> Iterator[Breach]:
    """O4, U7: what a guest took was sold; every sale is settled in the end, and told, once."""
    for offer in rows.offers:
        if str(offer.status) == "accepted" and offer.id not in rows.sales:
            yield Breach("O4", offer.id, f"{offer.kind} was accepted and never sold")
    for sale in record.sales:
        if rows.sales[sale.key].method == "pending" and sale.status not in ("failed", "reversed"):
            yield Breach("U7", sale.stay, f"{sale.kind} is {sale.status}, and pending at the end")
        told = {name: rows.told[name, sale.key] for name in (*FOR_HOST, "host_sale_reversed")}
        if max(told.values()) > 1:
            yield Breach("U7", sale.stay, f"{sale.kind} was told more than once: {told}")
        if sale.reversed_at:
            fits = told["host_sale_reversed"] == 1
        else:
            ends = {"failed": "host_sale_failed", "awaiting_payment": "host_sold_by_hand"}
            fits = told[ends.get(sale.status, "host_sold")] == 1
        if not fits:
            yield Breach("U7", sale.stay, f"{sale.kind} is {sale.status}, the host heard {told}")


def given_up(record: Record, rows: Left) -> Iterator[Breach]:
    """U5, U7: whatever ended without being done, the host has read of; nothing is still on its way.

    Of what was taken back the host hears by what undoes it, or that there is nothing to undo.
    """
    for each in rows.entries:
        about, sale = each.payload, each.payload.get("sale", "")
        if each.state in ("ready", "claimed", "sending"):
            yield Breach("U5", str(each.dedupe_key), f"{each.kind} is {each.state} at the end")
        elif each.state == "dead":
            if each.kind in RECORDED:
                back = rows.sales[sale].reversed_at is not None
                told = back or rows.hears("host_sale_failed", sale)
            elif each.kind == "task":
                told = rows.hears("host_task_failed", sale)
            elif each.kind in LEFT:
                told = rows.hears(LEFT[each.kind], sale)
            elif each.kind == "message" and "offer" not in about:
                told = rows.hears("host_reply_unsent", each.id)
            else:
                told = each.kind == "message"  # an offer: below
            if not told:
                yield Breach("U5", str(each.dedupe_key), f"{each.kind} was given up: {each.note}")
    for offer in rows.offers:
        unsent = str(offer.status) == "expired" and offer.offered_at is None
        if unsent and offer.reason in UNSENT and not rows.hears("host_offer_unsent", offer.id):
            yield Breach("U5", offer.id, f"{offer.kind} was given up: {offer.reason}")


CHECKS: tuple[Callable[[Record, Left], Iterator[Breach]], ...] = (
    *(texts_once, heard_once, billed_once, planned_once, redated_once, nothing_lost, given_up),
)
# Of the year in memory, all that does not expect every call to be done in the end, or at once: of
# answers that come late, two of the same words may follow each other.
KEPT = (
    *(*contacts.CHECKS, selling.live, selling.wanted, selling.silenced),
    *(selling.once, selling.turnovers),
)


def breaches(record: Record, rows: Left) -> list[Breach]:
    """Return every breach of a law in what was recorded."""
    found = [breach for check in KEPT for breach in check(record)]
    return found + [breach for check in CHECKS for breach in check(record, rows)]
