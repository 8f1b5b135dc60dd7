"""What is new in a salon's rows: words, openings, offers and payments."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from app.chat.channel import NAME
from app.commands.opening_story import ended_as
from app.simulating.salon import Salon
from jirani.rules.facts import Opening, OpeningStatus, Payment, PaymentStatus, RecoveryOffer
from jirani.rules.message import Message
from jirani.store.work import Work
from prompts import formats

# What ends by itself is told before the words that follow from it, what words end, after them.
_BY_ITSELF = frozenset({"expired", "withdrawn"})


@dataclass(frozen=True, slots=True)
class Heard:
    """A message, by whom or to whom."""

    who: str
    theirs: bool
    text: str


@dataclass(slots=True)
class News:
    """What was said, and what was written down before and after it."""

    before: list[str] = field(default_factory=list)
    said: list[Heard] = field(default_factory=list)
    after: list[str] = field(default_factory=list)


class Notices:
    """Remembers what it has seen, and returns what is new."""

    def __init__(self, salon: Salon) -> None:
        self.salon = salon
        self._zone = ZoneInfo(salon.business.zone)
        self._places: dict[str, dict[str, int]] = {}
        self._known: dict[str, str] = {}

    async def fresh(self) -> News:
        """Return what is new since this was asked last."""
        news = News()
        async with self.salon.services.store.read(self.salon.business.id) as work:
            names = await self.names(work)
            news.said = await self._said(work)
            async for id, status, what in self._standing(work, names):
                if self._known.get(id) != status:
                    self._known[id] = status
                    (news.before if status in _BY_ITSELF else news.after).append(what)
        return news

    async def names(self, work: Work) -> dict[str, str]:
        """Return who is who, by customer."""
        found = {name: await work.customers.by_peer(NAME, name) for name in self.salon.people}
        return {customer.id: name for name, customer in found.items() if customer}

    async def _said(self, work: Work) -> list[Heard]:
        found: list[tuple[Message, str]] = []
        for name in self.salon.people:
            places = self._places.setdefault(name, {})
            for each in await work.messages.with_peer(NAME, name, dict(places)):
                places[each.thread_id] = each.seq
                found.append((each, name))
        found.sort(key=lambda pair: pair[0].at)
        return [Heard(name, each.author == "guest", each.text) for each, name in found]

    async def _standing(
        self, work: Work, names: Mapping[str, str]
    ) -> AsyncIterator[tuple[str, str, str]]:
        """Yield id, status and words of everything that may have changed."""
        threads = {id for places in self._places.values() for id in places}
        for opening in (await work.openings.page())[::-1]:
            for offer in await work.recovery_offers.of_opening(opening.id):
                if offer.status != "offered":  # the text itself tells of one that goes out
                    yield offer.id, str(offer.status), self._offer(offer, names)
            yield opening.id, str(opening.status), await self._opening(work, opening, names)
        for payment in await work.payments.of_threads(threads):
            yield payment.id, str(payment.status), await self._payment(work, payment, names)

    def _offer(self, offer: RecoveryOffer, names: Mapping[str, str]) -> str:
        return f"offer to {names[offer.customer_id]}: {ended_as(offer)}"

    async def _opening(self, work: Work, opening: Opening, names: Mapping[str, str]) -> str:
        catalogue = await work.catalogue.part([opening.service_id])
        service = catalogue.service(opening.service_id).name
        at = opening.starts_at.astimezone(self._zone)
        what = f"freed slot, {service} on {at:%A} at {formats.clock(at)}: {opening.status}"
        if opening.status is not OpeningStatus.FILLED or opening.filled_by is None:
            return what
        taken = await work.appointments.get(opening.filled_by)
        return f"{what} by {names[taken.customer_id]}"

    async def _payment(self, work: Work, payment: Payment, names: Mapping[str, str]) -> str:
        thread = await work.threads.get(payment.thread_id)
        amount = formats.money(payment.amount, payment.currency)
        status = payment.status
        asked = f"asked for at {payment.phone}" if status is PaymentStatus.PENDING else str(status)
        return f"{amount} from {names[thread.customer_id]}: {asked}"
