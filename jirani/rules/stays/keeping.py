"""What is kept of a question: enough to tell a host of it, and to judge it again (O3, O5)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

from jirani.rules.facts import Around, ContactPolicy, KindSettings, Stay, Task, TaskKind
from jirani.rules.plain import from_plain, to_plain
from jirani.rules.stays.kinds import NIGHTS, OFFER_KINDS, Product, siblings
from jirani.rules.stays.moments import DAY
from jirani.rules.stays.question import Question

# How far back a decision knows of contacts and refusals: other numbers of O5 can be tried on it.
REACH: Final = timedelta(days=30)
_NEAR = 3 * DAY


def facts_of(asked: Question) -> dict[str, Any]:
    """Return what was asked as plain values: what the judgement can touch, and no more.

    A guest's name and phone are not among it: they stand in the reservation alone.
    """
    stay, offer = asked.stay, asked.offer
    reservation = replace(stay.reservation, guest_name=None, guest_phone=None, code=None)
    beside = tuple(row for row in stay.offers if row.kind in siblings(offer.kind))
    around = _touched(asked, stay.around) if stay.around else None
    plain = to_plain(replace(asked, stay=Stay(reservation, stay.listing, around, beside)))
    # Written out in full: whoever reads it later may have other defaults.
    plain["policy"] = {name: to_plain(getattr(asked.policy, name)) for name in _names(asked.policy)}
    plain["settings"] = {
        name: to_plain(getattr(asked.settings, name)) for name in _names(asked.settings)
    }
    found: dict[str, Any] = plain
    return found


def restore(plain: dict[str, Any]) -> Question:
    """Read again what was asked. Raises TypeError, ValueError or KeyError if that cannot be."""
    return from_plain(Question, plain)


def _names(fact: ContactPolicy | KindSettings) -> tuple[str, ...]:
    return tuple(fact.__dataclass_fields__)


def _touched(asked: Question, around: Around) -> Around:
    """Return what of a calendar an offer of the kind is judged by, also some days later."""
    stay, product = asked.stay.reservation, OFFER_KINDS[asked.offer.kind].product
    before = product in (Product.EARLIER, Product.NIGHTS_BEFORE)
    most = asked.settings.max_nights if product in NIGHTS else 1
    wanted = {
        stay.arrival - n * DAY if before else stay.departure + (n - 1) * DAY
        for n in range(1, most + 1)
    }
    if product is Product.CLEANING:
        wanted = set()
    if asked.offer.terms:
        wanted |= set(asked.offer.terms.nights)
    days = wanted | {stay.arrival if before else stay.departure}
    return Around(
        around.read_at,
        around.nights and tuple(night for night in around.nights if night.day in wanted),
        around.tasks and tuple(task for task in around.tasks if _minds(product, task, asked, days)),
        tuple(
            other
            for other in around.neighbours
            if any(other.arrival <= day <= other.departure for day in days)
        ),
    )


def _minds(product: Product, task: Task, asked: Question, days: set[date]) -> bool:
    if product in NIGHTS:
        return False
    if product is Product.CLEANING:
        stay = asked.stay.reservation
        return task.kind is TaskKind.CLEANING and stay.arrival < task.day < stay.departure
    first = min(task.starts_at.date() if task.starts_at else task.day, task.day)
    last = max(task.ends_at.date() if task.ends_at else task.day, task.day)
    return any(first - _NEAR <= day <= last + _NEAR for day in days)
