"""Tells what happens around a salon's freed slots: all of it is read from its rows."""

import shutil
from collections.abc import Callable, Sequence
from textwrap import wrap
from typing import Any

import click

from app.commands.opening_story import opening_lines
from app.simulating.noticing import Heard, Notices
from app.simulating.salon import Salon
from jirani.rules.facts import Opening
from jirani.services.recovery.why import why_opening
from prompts import formats

NARROWEST, WIDEST = 40, 88
COLUMN = 12  # for who speaks
Tell = Callable[[str], None]


class Teller:
    """Tells what has changed since it last looked."""

    def __init__(self, salon: Salon, tell: Tell) -> None:
        self.salon = salon
        self.tell = tell
        self.notices = Notices(salon)
        columns = shutil.get_terminal_size((80, 24)).columns
        self.width = min(max(columns, NARROWEST), WIDEST)
        self._last = ""

    def say(self, text: str, indent: int = 0, hang: int = 0, **style: Any) -> None:
        """Print a text, no wider than is good to read, its later lines `hang` deeper."""
        first, rest = " " * indent, " " * (indent + hang)
        for line in wrap(text, self.width, initial_indent=first, subsequent_indent=rest) or [""]:
            self.tell(click.style(line, **style))

    def moment(self, what: str) -> None:
        """Tell when it is, and what happens now."""
        now = self.salon.local(self.salon.clock.now())
        self.tell("")
        self.say(f"{now:%A %H:%M}  {what}", bold=True)

    async def quietly(self) -> None:
        """Take note of everything until now without telling it."""
        await self.notices.fresh()

    async def passed(self) -> None:
        """Tell what was said, and what has become of openings, offers and payments."""
        news = await self.notices.fresh()
        for each in news.before:
            self.say(f"[{each}]", 2, 1, dim=True)
        for heard in news.said:
            self._heard(heard)
        for each in news.after:
            self.say(f"[{each}]", 2, 1, dim=True)

    def _heard(self, heard: Heard) -> None:
        colour = None if heard.theirs else "cyan"
        who = f"  {heard.who}:" if heard.theirs else f"  to {heard.who}:"
        same, self._last = heard.text == self._last, heard.text
        text = "(the same words)" if same else heard.text
        for number, line in enumerate(text.splitlines()):
            label = who if not number else ""
            room = self.width - COLUMN - 1
            for part, words in enumerate(wrap(line, room)):
                self.tell(click.style(f"{'' if part else label:{COLUMN}} {words}", fg=colour))

    async def why(self, opening: Opening) -> None:
        """Tell what `jirani why` tells of an opening."""
        services, business = self.salon.services, self.salon.business
        story = await why_opening(services, business.id, opening.id)
        for line in opening_lines(story) if story else ():
            indent = len(line) - len(line.lstrip())
            self.say(line.strip(), 2 + indent, 3 if indent else 0)

    async def book_of(self, day: int, staff: str) -> None:
        """Tell who stands in the book of a member of staff."""
        services, business = self.salon.services, self.salon.business
        async with services.store.read(business.id) as work:
            catalogue = await work.catalogue.load()
            names = await self.notices.names(work)
        theirs = [
            f"{formats.clock(self.salon.local(each.starts_at))} {names[each.customer_id]}"
            for each in await self.salon.booked(day)
            if catalogue.member(each.staff_id).name == staff
        ]
        self.say(f"{staff}'s {self.salon.at(day, '00:00'):%A}: {', '.join(theirs)}", 2, 2)

    async def recovered(self, openings: Sequence[Opening]) -> None:
        """Tell what came of what was freed: minutes, money, offers and how long it took."""
        services, business = self.salon.services, self.salon.business
        async with services.store.read(business.id) as work:
            offers = [
                e for each in openings for e in await work.recovery_offers.of_opening(each.id)
            ]
            now = [await work.openings.get(each.id) for each in openings]
            taken = [await work.appointments.get(e.filled_by) for e in now if e and e.filled_by]
            sold = [each for each in taken if each.moved_from is None]
            paid = await work.payments.of_threads({each.thread_id for each in sold})
        ids = {each.id for each in sold}
        money = sum(e.amount for e in paid if e.status == "paid" and ids & {*e.appointment_ids})
        minutes = sum(int((e.ends_at - e.starts_at).total_seconds()) // 60 for e in sold)
        ends = [each.settled_at for each in now if each and each.settled_at]
        took = int((max(ends) - min(e.opened_at for e in openings)).total_seconds()) // 60
        self.tell("")
        self.say(
            f"Recovered: {minutes} minutes, {formats.money(money, business.currency)} paid. "
            f"Offers written: {len(offers)}. From the cancellation to the last yes: {took} min.",
            bold=True,
        )
