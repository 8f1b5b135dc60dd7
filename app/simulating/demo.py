"""Scenario 1, told while it happens: a booking, an offer at its hour, a yes, a fee."""

import json
from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.simulating.house import FLAT, HOST, House, opened_house
from jirani.connectors.known import CONNECTORS
from jirani.connectors.pms import Direction
from prompts import formats

ZONE = ZoneInfo("America/New_York")
Tell = Callable[[str], None]


def at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    """Return a moment of June 2026 as the flat's clock shows it."""
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)


async def early_check_in(pms: str, tell: Tell) -> None:
    """Play scenario 1 over one PMS; all that is told was read from one side or the other."""
    async with opened_house(pms, at(6, 10, 12)) as house:
        teller = Teller(house, tell)
        tell(f"{CONNECTORS[pms].title}: a stand-in at {house.addresses['PMS']}")
        tell(f"  Jirani is at {house.addresses['Jirani']}; all between them is HTTP.")
        house.book(date(2026, 6, 15), date(2026, 6, 20))
        teller.moment(f"Sarah books {FLAT.name}, 15 to 20 June, and has paid.")
        await house.settle()
        await teller.passed()
        await house.until(at(6, 12, 9))
        teller.moment("Three days ahead, at nine:")
        await teller.passed()
        await house.until(at(6, 13, 14))
        teller.moment('Sarah writes: "Yes please!"')
        await house.says("Yes please!")
        await teller.passed()
        await teller.ended()


class Teller:
    """Tells what has changed on both sides since it last looked."""

    def __init__(self, house: House, tell: Tell) -> None:
        self.house, self.tell = house, tell
        self._hooks = self._texts = 0
        self._offers: dict[str, str] = {}

    def moment(self, what: str) -> None:
        """Tell when something happens."""
        now = self.house.clock.now().astimezone(ZONE)
        self.tell(f"\n  {now:%A} {now.day} {now:%B, %H:%M}  {what}".rstrip())

    async def passed(self) -> None:
        """Tell of webhooks, offers and texts."""
        for delivery, status, seconds in self.house.delivered[self._hooks :]:
            self.tell(
                f"    webhook {_named(delivery.body)}, {len(delivery.body)} bytes, "
                f"answered {status} in {seconds * 1000:.0f} ms"
            )
        self._hooks = len(self.house.delivered)
        await self._offers_now()
        talk = self.house.memory.world.conversation("R1") or ""
        said = self.house.memory.world.messages.get(talk, [])
        for each in said[self._texts :]:
            if each.direction is Direction.OUT:
                self.tell(f"    Jirani writes in {self.house.pms}'s conversation:")
                self.tell("".join(f"      | {line}\n" for line in each.text.splitlines())[:-1])
        self._texts = len(said)

    async def _offers_now(self) -> None:
        stay = await self.house.stay()
        if stay is None:
            return
        async with self.house.services.store.read(self.house.business_id) as work:
            offers = await work.stay_offers.of_reservation(stay.id)
        for each in offers:
            if self._offers.get(each.id) == each.status:
                continue
            self._offers[each.id] = str(each.status)
            name = str(each.kind).replace("_", " ")
            when = each.due_at.astimezone(ZONE) if each.due_at else None
            planned = f" for {when:%A} {when.day} {when:%B at %H:%M}" if when else ""
            self.tell(f"    {name}: {each.status}{planned if each.status == 'scheduled' else ''}")

    async def ended(self) -> None:
        """Tell what is on record, on either side."""
        house = self.house
        stay = await house.stay()
        if stay is None:
            self.tell("    Jirani knows of no stay yet")
            return
        async with house.services.store.read(house.business_id) as work:
            sales = await work.stay_sales.of_reservation(stay.id)
        for sale in sales:
            price = formats.money(sale.price, sale.currency)
            self.tell(f"    the sale, {price}: {sale.status} ({sale.method})")
        for fee in house.memory.world.fees.get("R1", ()):
            amount = formats.money(fee.amount, fee.currency or "")
            self.tell(f"    on the bill at {house.pms}: {fee.title}, {amount}")
        if not CONNECTORS[house.pms].capabilities.fees:
            self.tell(f"    {house.pms} has no lines on a bill: the sale is noted here")
        for task in house.memory.world.tasks.values():
            self.tell(f"    task at {house.pms}: {task.title}, {task.day:%d %B}")
        if not CONNECTORS[house.pms].capabilities.tasks:
            self.tell(f"    {house.pms} has no tasks")
        for mail in house.mailer.to(HOST):
            self.tell(f"    mail to the host: {mail.subject}")


def _named(body: bytes) -> str:
    """Return what a webhook calls itself."""
    said = json.loads(body)
    said = said[0] if isinstance(said, list) else said
    return str(said.get("event") or said.get("action") or "?")
