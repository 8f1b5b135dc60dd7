"""How the product's names and values are said to somebody who does not program."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from evals.scenario import GUEST, Scenario
from evals.seeding import zone_of as zone_of_base

_WHEN = re.compile(r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?")
_DAY = re.compile(r"(?<![\w-])\d{4}-\d\d-\d\d(?![\w-])")
_AMOUNT = re.compile(r"-?\d+\.\d\d")
_CODE = re.compile(r"\b[a-z]+(?:[._][a-z]+)+\b")
_NAME = re.compile(r"[a-z]+(?:_[a-z]+)+")
_ID = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")
_TOLD = re.compile(r"Update\(state=<[^:]*: '(\w+)'>, source='(\w+)'.*", re.DOTALL)
_UNITS = {"d": "day", "h": "hour", "m": "minute", "s": "second"}

TABLES = {
    "appointments": "Appointment",
    "offers": "Offer",
    "sales": "Sale",
    "payments": "Payment",
    "holds": "Held slot",
    "decisions": "Decision",
    "stays": "Stay in the PMS",
    "stay_offers": "Offer",
    "stay_sales": "Sale",
    "fees": "Line on the bill",
    "tasks": "Task",
    "host_mail": "Mail to the host",
    "texts": "Text to a guest",
    "parked": "Laid aside",
    "contact": "Contact",
    "conversation": "Conversation",
    "money": "Money",
}
PARTS = {
    "appointments": "Appointments",
    "offers": "Offers",
    "sales": "Sales",
    "payments": "Payments",
    "holds": "Held slots",
    "decisions": "Decisions",
    "stays": "Stays, as the PMS has them",
    "stay_offers": "Offers around stays",
    "stay_sales": "Sales around stays",
    "fees": "On the PMS's bills",
    "tasks": "Tasks in the PMS",
    "host_mail": "Mail to the host",
    "texts": "Texts to guests",
    "parked": "News laid aside",
    "charges": "Charges",
    "money_taken": "Money taken",
    "contact": "What is known of the guest",
    "conversation": "The conversation",
    "events": "The log",
    "tools": "What the agent did",
    "reply": "What the guest read",
    "silent": "What the guest read",
}
HAPPENINGS = {
    "time_passes": "Time passes",
    "other_takes": "Meanwhile",
    "payment": "The next charge",
    "callbacks": "The payment provider",
    "prices": "The business",
    "dials": "The business",
    "redis": "Behind the scenes",
    "restart": "Behind the scenes",
    "dies": "Behind the scenes",
    "triggers": "Behind the scenes",
    "books": "In the PMS",
    "stay_changes": "In the PMS",
    "neighbour": "In the calendar",
    "night": "In the calendar",
    "task": "In the PMS",
    "settings": "The host",
    "listing": "In the PMS",
    "pms_fault": "Behind the scenes",
    "webhooks": "Behind the scenes",
    "mail_fault": "Behind the scenes",
    "round": "Behind the scenes",
}


def person(who: str) -> str:
    """Name a guest."""
    return "Guest" if who == GUEST else who


def spoken(name: str) -> str:
    """Say a name of the code: `hold_until` as "hold until"."""
    return name.replace("_", " ").replace(".", ": ")


def uncoded(text: str) -> str:
    """Say every name of the code that stands in a text, in quotes."""
    return _CODE.sub(lambda found: f"\u201c{spoken(found[0])}\u201d", text)


def sentence(text: str) -> str:
    """Begin with a capital."""
    return text[:1].upper() + text[1:]


def counted(number: int, noun: str) -> str:
    """Count things: "1 row", "2 rows"."""
    return f"{number} {noun if number == 1 else noun + 's'}"


def zone_of(scenario: Scenario) -> ZoneInfo:
    """Return the time zone a scenario happens in."""
    return zone_of_base(scenario.world.get("base", "demo"))


def readable(text: str, zone: ZoneInfo | None = None) -> str:
    """Write the moments in a text as people do; those with an offset in the zone's local time."""

    def said(found: re.Match[str]) -> str:
        at = datetime.fromisoformat(found[0])
        if at.tzinfo is not None and zone is not None:
            at = at.astimezone(zone)
        clock = f"{at:%H:%M:%S}" if at.second else f"{at:%H:%M}"
        return f"{at:%a} {at.day} {at:%b} {clock}"

    return _DAY.sub(_day, _WHEN.sub(said, text))


def _day(found: re.Match[str]) -> str:
    try:
        day = date.fromisoformat(found[0])
    except ValueError:  # what a guest or a PMS made up
        return found[0]
    return f"{day:%a} {day.day} {day:%b}"


def value(found: Any, zone: ZoneInfo | None = None) -> str:
    """Say a value: yes and no, amounts with their thousands, local times, codes as words."""
    match found:
        case None | "":
            return "nothing"
        case bool():
            return "yes" if found else "no"
        case Decimal() | float() | int():
            return amount(found)
        case datetime():
            return readable(found.isoformat(), zone)
        case list() | tuple():
            return " + ".join(value(each, zone) for each in found) or "nothing"
        case Mapping():
            return ", ".join(
                f"{spoken(str(key))} {value(each, zone)}" for key, each in found.items()
            )
    text = str(found)
    if _AMOUNT.fullmatch(text):
        return amount(Decimal(text))
    if told := _TOLD.fullmatch(text):
        return f"{told[1]}, by a {told[2]}"
    return spoken(text) if _NAME.fullmatch(text) else readable(text, zone)


def amount(number: Decimal | float) -> str:
    """Write an amount in major units: "1,200", "12.50"."""
    return f"{number:,.0f}" if number == int(number) else f"{number:,.2f}"


def length(short: str) -> str:
    """Say a length of time: `1h 30m` as "1 hour 30 minutes"."""
    parts = [re.fullmatch(r"(\d+)([dhms])", each) for each in short.split()]
    return " ".join(counted(int(each[1]), _UNITS[each[2]]) if each else short for each in parts)


def is_id(found: Any) -> bool:
    """Tell whether it is one of our ids, which tell nobody anything."""
    return isinstance(found, str) and bool(_ID.fullmatch(found))
