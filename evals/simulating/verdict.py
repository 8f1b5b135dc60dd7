"""What a guest wanted, held against the rows that its conversation left."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from evals.matching import told
from evals.played import Played, Row
from evals.simulating.facts import Visit
from evals.simulating.guest import Guest

LIVE = ("held", "confirmed", "completed")
SHOWN = ("service", "staff", "start", "status")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why a run failed: `wrong` is what nobody wanted and is there, `missing` what is not there.

    `misled` are wrong rows to whose very words the guest said yes: the simulator's fault.
    """

    wrong: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    misled: tuple[str, ...] = ()


def judge(who: str, guest: Guest, played: Played) -> Verdict:
    """Judge what one guest was left with."""
    end = played.end
    mine = {name: [r for r in rows if r.get("guest") == who] for name, rows in end.rows.items()}
    live = [row for row in mine["appointments"] if row["status"] in LIVE]
    extras = [row for row in live if row["source"] == "cross_sell"]
    plain = [row for row in live if row not in extras]
    unwanted = [row for row in plain if not _wanted(guest, row)]
    unwanted += [row for row in extras if not _accepted(guest, row)]
    unwanted += [row for row in plain if row not in unwanted][1:]
    misled = [row for row in unwanted if _agreed(guest, row)]
    wrong = [f"nobody wanted {told(row, SHOWN)}" for row in unwanted if row not in misled]
    wrong += list(_wrongly_undone(guest, mine["appointments"]))
    wrong += list(_wrongly_paid(guest, mine["payments"], mine["appointments"]))
    return Verdict(
        tuple(wrong),
        tuple(_missing(who, guest, played, mine, plain, extras)),
        tuple(f"said yes to {told(row, SHOWN)}" for row in misled),
    )


def _final(guest: Guest) -> Visit:
    facts = guest.facts
    return facts.moved if facts.afterwards.kind == "move" else facts.visit


def _books(guest: Guest) -> bool:
    """Tell whether its sheet ends with a booking."""
    facts = guest.facts
    unpaid = facts.payment_fails == "gives-up" and "pay_failed" in guest.news
    kept = unpaid and "released" not in guest.news  # a business may keep it, to be paid there
    return facts.wants == "booking" and facts.afterwards.kind != "cancel" and (not unpaid or kept)


def _wanted(guest: Guest, row: Row) -> bool:
    if guest.facts.wants != "booking" or guest.facts.afterwards.kind == "cancel":
        return False
    visit, start = _final(guest), datetime.fromisoformat(row["start"])
    good = visit.suits(start.date(), start.time()) or (
        guest.facts.afterwards.kind != "move"
        and (start.date(), start.time()) in guest.facts.instead
    )
    staff = visit.staff is None or visit.staff == row["staff"]
    return row["service"] == visit.service and good and staff


def _accepted(guest: Guest, row: Row) -> bool:
    offered = guest.offered
    accepts = guest.facts.extra in ("accept", "late-yes")
    if offered is None or not accepts or row["service"] not in offered.services:
        return False
    start = datetime.fromisoformat(row["start"]).time()
    return any(start in times for times in offered.times)


def _agreed(guest: Guest, row: Row) -> bool:
    start = datetime.fromisoformat(row["start"])
    words = (row["service"], f"{start:%H:%M}", str(start.day))
    return any(all(word in each.text for word in words) for each in guest.agreed)


def _wrongly_undone(guest: Guest, rows: list[Row]) -> Iterator[str]:
    for row in rows:
        if row["status"] == "cancelled" and guest.facts.afterwards.kind != "cancel":
            yield f"nobody cancelled {told(row, SHOWN)}"
        if row["status"] == "moved" and guest.facts.afterwards.kind != "move":
            yield f"nobody moved {told(row, SHOWN)}"


def _wrongly_paid(guest: Guest, payments: list[Row], rows: list[Row]) -> Iterator[str]:
    prices = {row["service"]: row["price"] for row in rows}
    for each in payments:
        due = sum((prices[item] for item in each["items"]), Decimal(0))
        if each["status"] in ("paid", "due_at_venue") and each["amount"] != due:
            yield f"{told(each, ('amount', 'items'))}; their prices are {due} together"
    if sum(each["status"] == "paid" for each in payments) > 1:
        yield "the guest paid twice"


def _missing(
    who: str,
    guest: Guest,
    played: Played,
    mine: dict[str, list[Row]],
    plain: list[Row],
    extras: list[Row],
) -> Iterator[str]:
    facts, end = guest.facts, played.end
    about = end.contact.get(who, {})
    if facts.wants == "person" and not end.conversation.get(who, {}).get("with_person"):
        yield "wanted to talk to a person; nobody was called"
    if facts.afterwards.kind == "stop-offers" and not about.get("offers_stopped"):
        yield "wanted no more offers; they were not stopped"
    if facts.afterwards.kind == "cancel" and not any(
        row["status"] == "cancelled" for row in mine["appointments"]
    ):
        yield f"wanted to cancel {facts.visit}; {_what_is(plain)}"
    if facts.wants == "person" or not (_books(guest) or facts.afterwards.kind == "cancel"):
        return
    if _books(guest) and not any(_wanted(guest, row) for row in plain):
        yield f"wanted {_final(guest)}; {_what_is(plain)}"
    if guest.offered and facts.extra in ("accept", "late-yes") and not extras:
        named = " and ".join(guest.offered.services)
        yield f"said yes to {named}, offered beside it; it is not booked"
    stored = {"name": facts.name.casefold(), "phone": facts.e164}
    found = {"name": str(about.get("name")).casefold(), "phone": about.get("phone")}
    if stored != found:
        yield f"is {told(stored)}; noted was {told(found)}"
    unpaid = facts.payment_fails == "gives-up"
    done = {each["status"] for each in mine["payments"]} & {"paid", "due_at_venue", "refunded"}
    if not unpaid and not done:
        yield f"was ready to pay; payments: {_payments(mine['payments'])}"


def _what_is(rows: list[Row]) -> str:
    return f"booked is {'; '.join(told(row, SHOWN) for row in rows) or 'nothing'}"


def _payments(rows: list[Row]) -> str:
    return "; ".join(told(row, ("amount", "status")) for row in rows) or "none"
