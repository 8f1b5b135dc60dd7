"""A console over a house to play in: move time, write as the guest or the host, let things fail."""

import re
import shlex
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.chat.waiting import line_from
from app.simulating.demo import ZONE, Teller
from app.simulating.house import HOST, House
from jirani.connectors.memory_pms_faults import CALLS, PmsFault
from jirani.rules.facts import StayStatus
from jirani.services.onboarding import Refused
from jirani.services.stays.telling import headline, sentences
from jirani.services.stays.why import why

_SPAN = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?")
LONGEST = timedelta(days=90)
Tell = Callable[[str], None]


class Misunderstood(Exception):
    """What was typed is no command; says what would be."""


@dataclass(frozen=True, slots=True)
class Console:
    """Does what is typed, and tells what came of it."""

    house: House
    teller: Teller
    tell: Tell

    async def does(self, line: str) -> bool:
        """Do one line; False if it was the last."""
        word, _, rest = line.strip().partition(" ")
        if word in ("quit", "exit"):
            return False
        try:
            if word:
                await _COMMANDS.get(word, Console._unknown)(self, rest.strip())
                await self.house.settle()
                await self.teller.passed()
        except (Misunderstood, Refused) as wrong:
            self.tell(f"  {wrong}")
        return True

    async def _unknown(self, rest: str) -> None:
        raise Misunderstood(f"There is no such command; there are {', '.join(_COMMANDS)}, quit.")

    async def _help(self, rest: str) -> None:
        self.tell(HELP)

    async def _book(self, rest: str) -> None:
        words = rest.split()
        today = self.house.clock.now().astimezone(ZONE).date()
        try:
            arrival = date.fromisoformat(words[0]) if words else today + timedelta(days=5)
            nights = int(words[1]) if len(words) > 1 else 5
        except ValueError:
            raise Misunderstood("Write it as in: book 2026-06-15 5") from None
        channel = words[2] if len(words) > 2 else "direct"
        self.house.book(arrival, arrival + timedelta(days=max(1, nights)), channel=channel)

    async def _say(self, rest: str) -> None:
        if not self.house.memory.world.reservations or not rest:
            raise Misunderstood("First `book`, then write as in: say yes please")
        await self.house.says(rest)

    async def _host(self, rest: str) -> None:
        if not self.house.memory.world.reservations or not rest:
            raise Misunderstood("First `book`, then write as in: host The wifi is sunset42")
        self.house.memory.host_says("R1", rest)

    async def _cancel(self, rest: str) -> None:
        if "R1" not in self.house.memory.world.reservations:
            raise Misunderstood("Nobody has booked yet.")
        self.house.memory.cancel("R1", StayStatus.CANCELLED)

    async def _wait(self, rest: str) -> None:
        found = _SPAN.fullmatch(rest.replace(" ", ""))
        if not found or not rest:
            raise Misunderstood("Write it as in: wait 2d, wait 3h, wait 1d 12h, wait 30m")
        days, hours, minutes = (int(each or 0) for each in found.groups())
        span = timedelta(days=days, hours=hours, minutes=minutes)
        await self.house.until(self.house.clock.now() + min(span, LONGEST))
        self.teller.moment("")

    async def _until(self, rest: str) -> None:
        try:
            moment = datetime.fromisoformat(rest).replace(tzinfo=ZONE)
        except ValueError:
            raise Misunderstood("Write it as in: until 2026-06-12T09:00") from None
        await self.house.until(min(moment, self.house.clock.now() + LONGEST))
        self.teller.moment("")

    async def _fail(self, rest: str) -> None:
        words = shlex.split(rest)
        if rest == "over":
            self.house.memory.faults.over()
            return
        try:
            call, fault = words
            self.house.memory.faults.next("*" if call == "every" else call, fault)
        except ValueError as wrong:
            calls, faults = ", ".join(sorted(CALLS)), ", ".join(PmsFault)
            raise Misunderstood(
                f"{wrong}\n  Write it as in: fail add_fee timeout_after\n"
                f"  calls: {calls}, every\n  faults: {faults}; `fail over` ends them"
            ) from None

    async def _bill(self, rest: str) -> None:
        await self.teller.ended()

    async def _mail(self, rest: str) -> None:
        for mail in self.house.mailer.to(HOST):
            self.tell(f"  {mail.subject}\n" + "".join(f"    {x}\n" for x in mail.plain.split("\n")))

    async def _why(self, rest: str) -> None:
        stay = await self.house.stay()
        if stay is None:
            raise Misunderstood("Jirani knows of no stay yet.")
        for story in await why(self.house.services, self.house.business_id, stay.id, rest or None):
            self.tell(f"  {headline(self.house.services, story)}")
            for at, said, _ in sentences(story, self.house.clock.now()):
                when = f"{at.astimezone(ZONE):%d %b %H:%M}  " if at else ""
                self.tell(f"    {when}{said}")


HELP = """\
  book [ARRIVAL] [NIGHTS] [CHANNEL]   Sarah books; channel: direct, airbnb, booking
  say TEXT                            Sarah writes
  host TEXT                           you write to her by hand, in the PMS
  wait 2d | until 2026-06-12T09:00    let time pass
  cancel                              she cancels
  fail CALL FAULT | fail over         let the PMS's next call of that name fail
  bill, mail, why [KIND]              what is on record, what was mailed to you, and why
  quit"""

_COMMANDS: Mapping[str, Callable[[Console, str], Awaitable[None]]] = {
    "help": Console._help,
    "book": Console._book,
    "say": Console._say,
    "host": Console._host,
    "wait": Console._wait,
    "until": Console._until,
    "cancel": Console._cancel,
    "fail": Console._fail,
    "bill": Console._bill,
    "mail": Console._mail,
    "why": Console._why,
}


async def converse(house: House, read: Callable[[], str], tell: Tell) -> None:
    """Do line after line until somebody quits; `read` raises EOFError at the end."""
    console = Console(house, Teller(house, tell), tell)
    while True:
        try:
            line = await line_from(read)
        except EOFError:
            return
        if not await console.does(line):
            return
