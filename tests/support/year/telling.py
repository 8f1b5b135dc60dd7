"""A played year, as its auditor and its readers get it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from jirani.connectors.pms import Direction
from jirani.store.tables.conversation import MessageRow
from jirani.store.tables.selling import OfferRow, SaleRow
from jirani.store.tables.stays import ReservationRow
from tests.support.year.living import Lives
from tests.support.year.playing import HOST, Played
from tests.support.year.record import Chore, Line, Record, Said, Sold, StayRecord
from tests.support.year.texts import put_in


async def recorded(played: Played, lives: Lives) -> Record:
    """Write down what was so, what was said, and what was sold."""
    record = Record(places=dict(lives.places))
    for ref, booking in lives.bookings.items():
        stay = StayRecord(ref, booking.person, played.pms.facts[ref], channel=booking.channel)
        for message in played.pms.world.messages.get(f"conversation-{ref}", ()):
            # What did not arrive, nobody has read; but Guesty tells nobody that it did not.
            if not message.failed or played.connected.name == "guesty":
                stay.said.append(_said(message, lives))
        record.stays[ref] = stay
    record.sales += await _sales(played)
    for ref, lines in played.pms.world.fees.items():
        record.lines += [
            Line(ref, each.key or "", each.amount, each.currency or "") for each in lines
        ]
    record.chores += lives.chores
    for task in played.pms.world.tasks.values():
        if not task.ref.startswith("host-"):
            found = (task.listing_ref, str(task.kind), task.day, played.clock.at)
            record.chores.append(Chore(*found, stay=task.reservation_ref, ours=True))
    for mail in played.mailer.sent:
        if mail.to == HOST and "extra for" in mail.subject:
            ref = mail.plain.partition("(")[2].partition(")")[0]
            record.mails[ref] += 1
    return record


def _said(message: Any, lives: Lives) -> Said:
    if message.direction is Direction.IN:
        meant = lives.meant[message.ref]
        words = meant.words
        return Said(
            *(message.sent_at, "guest", message.text, words.meant, words.about, words.until),
            told=meant.told,
        )
    if message.text.startswith("Let me look"):
        return Said(message.sent_at, "host", message.text)
    return Said(message.sent_at, "us", message.text, put=put_in(message.text))


async def _sales(played: Played) -> list[Sold]:
    query = (
        select(SaleRow, OfferRow, ReservationRow.ref)
        .join(OfferRow, OfferRow.id == SaleRow.offer_id)
        .join(ReservationRow, ReservationRow.id == OfferRow.reservation_id)
    )
    async with AsyncSession(played.services.store.engine) as session:
        rows = (await session.execute(query)).all()
        found = []
        for sale, offer, ref in rows:
            terms = offer.terms or {}
            wall = terms.get("wall")
            found.append(
                Sold(
                    *(
                        played.connected.stay(ref),
                        offer.id,
                        str(offer.kind),
                        sale.price,
                        sale.currency,
                    ),
                    *(sale.sold_at, str(sale.status), date.fromisoformat(terms["day"])),
                    wall=time.fromisoformat(wall) if wall else None,
                    nights=tuple(date.fromisoformat(each) for each in terms.get("nights") or ()),
                    reversed_at=sale.reversed_at,
                )
            )
    return found


@dataclass
class Figures:
    """What came of a year, for a reader."""

    tally: Counter[str]  # of what happened
    befell: Counter[str]  # of what went wrong with the PMS
    offers: Counter[str]
    readings: Counter[str]
    sales: Counter[str]

    def __str__(self) -> str:
        sent = {name: n for name, n in self.tally.items() if name.startswith("offered")}
        ended = {name: n for name, n in self.offers.items() if not name.startswith("withheld")}
        held = {
            name.removeprefix("withheld: "): n
            for name, n in self.offers.items()
            if name.startswith("withheld")
        }
        lines = (
            f"{self.tally['stays']:,} stays, {self.tally['messages']:,} messages of guests, "
            f"{self.tally['steps']:,} steps",
            f"offers that arrived, {sum(sent.values()):,}: {_listed(sent)}",
            f"what became of them: {_listed(ended)}",
            f"planned and withheld, {sum(held.values()):,}: {_listed(held)}",
            f"guests were read as: {_listed(self.readings)}",
            f"sales, {self.sales.total():,}: {_listed(self.sales)}",
            f"changes of stays: {_listed({n: t for n, t in self.tally.items() if n in CHANGES})}",
            f"faults, {self.befell.total():,}: {_listed(self.befell)}",
        )
        return "\n".join(lines)


CHANGES = (
    *("cancelled", "refunded", "cancelled just before a yes", "changed arrival, departure"),
    *("changed listing_ref", "changed payment", "changed status"),
)


def _listed(counted: Mapping[str, int]) -> str:
    most = sorted(counted.items(), key=lambda each: (-each[1], each[0]))
    return ", ".join(f"{name.removeprefix('offered ')} {n:,}" for name, n in most)


async def figures(played: Played) -> Figures:
    """Count offers by their ends, guests' messages by how they were read, sales by their states."""
    sent = OfferRow.offered_at.is_not(None)
    which = (OfferRow.status, OfferRow.reason, sent)
    offers: Counter[str] = Counter()
    async with played.services.store.engine.connect() as connection:
        for status, reason, arrived, number in await connection.execute(
            select(*which, func.count()).group_by(*which)
        ):
            why = reason if reason and reason != status else ""
            offers[f"{'' if arrived else 'withheld: '}{status} {why}".strip()] += number
        read = await connection.scalars(
            select(MessageRow.reading).where(MessageRow.author == "guest")
        )
        readings = Counter(str((each or {}).get("meaning", "not read")) for each in read)
        sold = await connection.execute(
            select(SaleRow.status, func.count()).group_by(SaleRow.status)
        )
        sales = Counter({str(status): number for status, number in sold})
    return Figures(played.tally, played.pms.befell, offers, readings, sales)
