"""Which services go together (X4), from a spreadsheet or a plain table of known pairs."""

import re
from collections.abc import Iterable
from dataclasses import replace

from jirani.rules.facts import Direction, Edge, Relation, Service
from jirani.services import Services
from jirani.services.onboarding.amounts import confidence
from jirani.services.onboarding.names import Lookup, Wrong, one_of
from jirani.services.onboarding.report import Parsed, Refused, Report
from jirani.services.onboarding.sheet import Column, Problems, Row, read_sheet
from jirani.services.onboarding.writing import importing, service_lookup

_COLUMNS = (
    Column("service_a", ("a", "from", "service", "first")),
    Column("service_b", ("b", "to", "related", "related_service", "second")),
    Column("confidence", ("score", "weight")),
    Column("relation", ("relation_type", "type", "kind"), required=False),
    Column("direction", (), required=False),
)
_PAIR = re.compile(r"(?P<a>.+?)\s+(?P<arrow><->|->|~)\s+(?P<b>.+)")
_TRAILING_NUMBER = re.compile(r"(?P<b>.*\S)\s+(?P<confidence>[0-9.,]+)")
_ARROWS = {
    "->": (Relation.COMPLEMENTARY, Direction.UNIDIRECTIONAL),
    "<->": (Relation.COMPLEMENTARY, Direction.BIDIRECTIONAL),
    "~": (Relation.ALTERNATIVE, Direction.BIDIRECTIONAL),
}
_HOW = "write it like: Manicure <-> Pedicure 0.9, Haircut -> Blow-dry 0.8, Manicure ~ Gel nails"

PairKey = tuple[frozenset[str], Relation]


def parse_relations(text: str, known: tuple[Service, ...]) -> Parsed[Edge]:
    """Read relations from a spreadsheet.

    A relation is complementary and bidirectional unless the row says otherwise.

    Raises:
        Refused: with every problem of the file.
    """
    sheet = read_sheet(text, _COLUMNS)
    lookup = service_lookup(known)
    edges = [(row.line, _edge(row, lookup)) for row in sheet.rows]
    return Parsed(_checked(edges, sheet.problems), sheet.ignored)


def parse_pairs(text: str, known: tuple[Service, ...]) -> Parsed[Edge]:
    """Read a plain table of known pairs; empty lines and `#` comments are skipped.

    `A -> B 0.9` goes well after A, `A <-> B 0.9` either way, `A ~ B` may replace each other.

    Raises:
        Refused: with every problem of the text, by line.
    """
    lookup = service_lookup(known)
    problems = Problems()
    edges: list[tuple[int, Edge]] = []
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), start=1):
        words = " ".join(line.split())
        if not words or words.startswith("#"):
            continue
        try:
            edges.append((number, _pair(words, lookup)))
        except Wrong as wrong:
            problems.at(number, "", str(wrong))
    if not edges and not problems.found:
        raise Refused([f"There are no pairs in it; {_HOW}."])
    return Parsed(_checked(edges, problems))


async def import_relations(
    services: Services, business_id: str, text: str, *, table: bool = False, dry_run: bool = False
) -> Report:
    """Set what a spreadsheet, or with `table` a plain table of pairs, says of each of its pairs.

    What was stored of such a pair and kind of relation is replaced; other pairs stay.
    A dry run checks and reports, and writes nothing. Raises Refused before any write.
    """
    async with importing(services, business_id) as work:
        known = (await work.catalogue.load()).services
        names = {service.id: service.name for service in known}
        parsed = parse_pairs(text, known) if table else parse_relations(text, known)
        before, after = _by_pair(await work.catalogue.edges()), _by_pair(parsed.items)
        report = Report(ignored=parsed.ignored)
        for pair, wanted in after.items():
            stored = before.get(pair)
            label = describe(next(iter(wanted)), names)
            if report.note(label, stored, wanted) and not dry_run:
                for edge in (stored or frozenset()) - wanted:
                    await work.catalogue.drop_edge(edge)
                for edge in wanted:
                    await work.catalogue.put_edge(edge)
    return report


def describe(edge: Edge, names: dict[str, str]) -> str:
    """Write a relation as the plain table does, without its confidence."""
    arrows = {meaning: arrow for arrow, meaning in _ARROWS.items()}
    arrow = arrows.get((edge.relation, edge.direction), f"({edge.relation})")
    return f"{names[edge.service_a]} {arrow} {names[edge.service_b]}"


def _edge(row: Row, lookup: Lookup) -> Edge:
    relation, direction = Relation.COMPLEMENTARY, Direction.BIDIRECTIONAL
    return Edge(
        row.take("service_a", lookup.find, ""),
        row.take("service_b", lookup.find, ""),
        row.take("relation", lambda text: one_of(Relation, text, relation), relation),
        row.take("confidence", confidence, 0.0),
        row.take("direction", lambda text: one_of(Direction, text, direction), direction),
    )


def _pair(words: str, lookup: Lookup) -> Edge:
    found = _PAIR.fullmatch(words)
    if not found:
        raise Wrong(f"{words!r} is not understood; {_HOW}")
    relation, direction = _ARROWS[found["arrow"]]
    other, number = found["b"], ""
    # A service may be called "Wax 2".
    if other not in lookup and (split := _TRAILING_NUMBER.fullmatch(other)):
        other, number = split["b"], split["confidence"]
    # Confidence ranks what is offered; alternatives are never offered, so they may omit it.
    sure = 1.0 if relation is Relation.ALTERNATIVE and not number else confidence(number)
    return Edge(lookup.find(found["a"]), lookup.find(other), relation, sure, direction)


def _checked(edges: Iterable[tuple[int, Edge]], problems: Problems) -> tuple[Edge, ...]:
    """Refuse a service related to itself and a pair said twice; order each two-way pair."""
    first: dict[PairKey, list[tuple[int, Edge]]] = {}
    for line, edge in edges:
        if not (edge.service_a and edge.service_b):
            continue
        if edge.service_a == edge.service_b:
            problems.at(line, "", "a service cannot be related to itself")
            continue
        same = first.setdefault(_key(edge), [])
        for before, other in same:
            there_and_back = Direction.BIDIRECTIONAL not in (edge.direction, other.direction)
            if not (there_and_back and edge.service_a != other.service_a):
                problems.at(line, "", f"this pair stands on line {before} already; keep one")
                break
        same.append((line, _ordered(edge)))
    problems.refuse()
    return tuple(edge for pairs in first.values() for _, edge in pairs)


def _ordered(edge: Edge) -> Edge:
    """Write a two-way edge from its older service, so that it is stored once."""
    if edge.direction is Direction.UNIDIRECTIONAL or edge.service_a < edge.service_b:
        return edge
    return replace(edge, service_a=edge.service_b, service_b=edge.service_a)


def _key(edge: Edge) -> PairKey:
    return frozenset((edge.service_a, edge.service_b)), edge.relation


def _by_pair(edges: Iterable[Edge]) -> dict[PairKey, frozenset[Edge]]:
    pairs: dict[PairKey, frozenset[Edge]] = {}
    for edge in edges:
        pairs[_key(edge)] = pairs.get(_key(edge), frozenset()) | {edge}
    return pairs
