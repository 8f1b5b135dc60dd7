"""A business as a scenario's `base` describes it."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from evals.capturing.record import House
from jirani.rules.currency import minor_digits
from jirani.rules.facts import Direction, Edge, Hours, Relation

Described = dict[str, Any]
_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_ARROWS = {
    (Relation.COMPLEMENTARY, Direction.UNIDIRECTIONAL): "->",
    (Relation.COMPLEMENTARY, Direction.BIDIRECTIONAL): "<->",
    (Relation.ALTERNATIVE, Direction.BIDIRECTIONAL): "~",
}


def described(house: House, prices: Mapping[str, int]) -> Described:
    """Describe a business, with other prices for some services, by id and in minor units."""
    business, names = house.business, {s.id: s.name for s in house.catalogue.services}
    about: Described = {
        "name": business.name,
        "vertical": business.vertical,
        "zone": business.zone,
        "currency": business.currency,
        "locale": business.locale,
        "services": [
            {
                "name": each.name,
                "minutes": each.minutes,
                **({"buffer": each.buffer} if each.buffer else {}),
                "price": major(prices.get(each.id, each.price), business.currency),
                **({"aliases": list(each.aliases)} if each.aliases else {}),
            }
            for each in house.catalogue.services
        ],
        "staff": [
            {
                "name": each.name,
                "services": sorted(names[id] for id in each.service_ids if id in names),
                "hours": weekly([one for one in house.hours if one.staff_id == each.id]),
            }
            for each in house.catalogue.staff
            if each.service_ids & names.keys()
        ],
    }
    lines = sorted(line for edge in house.edges if (line := _line(edge, names)))
    if lines:
        about["relations"] = lines
    if house.snippets:
        about["knowledge"] = [
            {
                "topic": each.topic,
                "language": each.language,
                "keywords": list(each.keywords) or [each.topic],
                "text": each.text,
            }
            for each in sorted(house.snippets, key=lambda one: (one.topic, one.language))
        ]
    return about


def major(amount: int, currency: str) -> int | float:
    """Write minor units as people say them."""
    value = Decimal(amount).scaleb(-minor_digits(currency))
    return int(value) if value == value.to_integral_value() else float(value)


def weekly(hours: Iterable[Hours]) -> str:
    """Write a week as `mon-fri 08:00-17:00; sat 10:00-14:00`."""
    days = [""] * len(_WEEK)
    for each in sorted(hours, key=lambda one: (one.weekday, one.opens)):
        span = f"{each.opens:%H:%M}-{each.closes:%H:%M}"
        days[each.weekday] += f",{span}" if days[each.weekday] else span
    parts, first = [], 0
    for day in range(1, len(days) + 1):
        if day < len(days) and days[day] == days[first]:
            continue
        if days[first]:
            last = day - 1
            names = _WEEK[first] if first == last else f"{_WEEK[first]}-{_WEEK[last]}"
            parts.append(f"{names} {days[first]}")
        first = day
    return "; ".join(parts) or "off"


def _line(edge: Edge, names: Mapping[str, str]) -> str | None:
    """Write a relation on a line; None for what no guest is ever offered."""
    arrow = _ARROWS.get((edge.relation, edge.direction))
    if arrow is None or not {edge.service_a, edge.service_b} <= names.keys():
        return None
    ends = [names[edge.service_a], names[edge.service_b]]
    if edge.direction is Direction.BIDIRECTIONAL:
        ends.sort()
    return f"{ends[0]} {arrow} {ends[1]} {edge.confidence:g}"
