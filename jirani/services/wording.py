"""Values for texts: money, days and names as people read them, in the guest's language."""

from collections.abc import Iterable
from datetime import datetime

from jirani.rules.facts import Appointment, Catalogue
from jirani.services import Case
from jirani.store.work import Work
from prompts import formats


async def language_of(case: Case, work: Work) -> str:
    """Return the language of the guest's last message, else the business's (domain §7)."""
    for message in reversed(await work.messages.last(case.thread_id, 10)):
        if message.author == "guest" and message.language:
            return message.language
    return case.business.locale


def moment(case: Case, at: datetime, language: str) -> str:
    """Return weekday, date and clock time in the business's zone."""
    now = case.services.clock.now().astimezone(case.zone)
    return formats.when(at.astimezone(case.zone), language, now.date())


def names(catalogue: Catalogue, appointments: Iterable[Appointment], language: str) -> str:
    """Return the services of some appointments, as a list."""
    return formats.listing(
        [catalogue.service(each.service_id).name for each in appointments], language
    )


def addressed(name: str | None, honorific: str) -> str | None:
    """Return how a guest is addressed, as the dial says; it reaches the wording only."""
    if not name:
        return None
    match honorific:
        case "first-name":
            return name.split()[0]
        case "formal-sw":
            return f"Ndugu {name}"
        case _:
            return name
