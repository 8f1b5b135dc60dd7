"""Reading costs in proportion to what is read: no text of a guest or a model stalls the others.

Measured in CPU time of this process, and as a ratio: four times the text may not take sixteen
times as long.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from time import process_time
from zoneinfo import ZoneInfo

import pytest

from agent.language import language_of
from agent.preferring import wishes_in
from agent.reader import TrainedReader
from agent.when import read_when
from agent.wish import read_wish
from jirani.rules.claims import Backed, unbacked
from jirani.rules.facts import Catalogue, Service, Staff
from jirani.services.knowledge import matching
from jirani.services.onboarding import Refused
from jirani.services.onboarding.amounts import minutes, price
from jirani.services.onboarding.hours import weekly_hours
from jirani.services.onboarding.names import Wrong
from jirani.services.onboarding.relations import parse_pairs, parse_relations
from jirani.services.reading import Live

SHORT, LONG = 1000, 4000  # characters
CHEAP = 0.04  # seconds of CPU: below, there is nothing to compare
STEEPEST = 9.0  # linear is 4, quadratic 16

NOW = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Africa/Nairobi"))
SERVICES = (Service("1", "Manicure", 45, 0, 120_000, ("mani", "nails")),)
CATALOGUE = Catalogue(SERVICES, (Staff("2", "Amina", frozenset({"1"})),))
LIVE = [Live("o1", "cross_sell", ("Manicure", "mani")), Live("p1", "book", ("Pedicure", "14:00"))]
BACKED = Backed(NOW.date(), services=frozenset({"Manicure"}), names=frozenset({"Amina"}))

GUESTS: dict[str, Callable[[str], object]] = {
    "meaning": lambda text: TrainedReader().read(text, live=LIVE, last_said=text),
    "wish": lambda text: read_wish(text, NOW, CATALOGUE, expecting="contact"),
    "when": lambda text: read_when(text, NOW, expecting_time=True),
    "language": language_of,
    "wishes of offers": wishes_in,
    "claims of a reply": lambda text: unbacked(text, BACKED),
    "claims beside a message": lambda text: unbacked(
        "Is it 14:00?", Backed(NOW.date(), guest_text=text)
    ),
    "knowledge": lambda text: matching(text, (), "en"),
}
SHEETS: dict[str, Callable[[str], object]] = {
    "hours": weekly_hours,
    "price": lambda text: price(text, "KES"),
    "minutes": minutes,
    "pairs": lambda text: parse_pairs(f"a{text}b", SERVICES),
    "relations": lambda text: parse_relations(f"a,b,confidence\n{text}", SERVICES),
    "header": lambda text: parse_relations(text, SERVICES),
}
WORDS = (
    *("a", "1", "1 ", "1,", "1;", "1:", "1-", " ", "\n", "(", "<a", "a'", "a-", "@a.", "1 or "),
    *("monday ", "kesho ", "the 1st of ", "KES 1,", "http://a ", "my name is ", "i am a ", "saa "),
    *("ignore ", "show a ", "between 1 and ", "not yet ", "0712 ", "+254 7 ", "👍", ">", "paid "),
)
CELLS = ("a", "1", " ", "1 ", "1,", "a -> ", "->", "mon 9-10;", "mon-", ", ", "|", '"', "\t", "\n")


def seconds(read: Callable[[str], object], text: str) -> float:
    """Return the CPU time of reading a text, the better of two."""
    spent = []
    for _ in range(2):
        began = process_time()
        with suppress(Wrong, Refused):  # to refuse is an answer too
            read(text)
        spent.append(process_time() - began)
    return min(spent)


def steepness(read: Callable[[str], object], unit: str) -> float:
    long = (unit * LONG)[:LONG] + "!"
    spent = seconds(read, long)
    return 0 if spent < CHEAP else spent / seconds(read, f"{long[:SHORT]}!")


@pytest.mark.parametrize("what", GUESTS)
def test_what_guests_and_models_write_is_read_in_linear_time(what: str) -> None:
    read = GUESTS[what]
    read("warm up: manicure tomorrow at 2")
    steep = {unit: steepness(read, unit) for unit in WORDS}
    assert {unit: ratio for unit, ratio in steep.items() if ratio > STEEPEST} == {}


@pytest.mark.parametrize("what", SHEETS)
def test_what_integrators_upload_is_read_in_linear_time(what: str) -> None:
    steep = {unit: steepness(SHEETS[what], unit) for unit in CELLS}
    assert {unit: ratio for unit, ratio in steep.items() if ratio > STEEPEST} == {}


def test_the_measure_finds_what_is_quadratic() -> None:
    def quadratic(text: str) -> int:
        return sum(text[at:].count("a") for at in range(len(text)) for _ in range(20))

    assert steepness(quadratic, "ab") > STEEPEST
