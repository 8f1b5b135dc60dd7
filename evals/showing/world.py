"""Rows in words: one at a time, what changed in a step, and all of them at the end."""

from typing import Any
from zoneinfo import ZoneInfo

from evals.matching import Row
from evals.played import BOOKED, TABLES, Seen
from evals.scenario import GUEST
from evals.showing.changes import Change
from evals.showing.markup import Html, quiet, tag, together
from evals.showing.words import PARTS, is_id, sentence, spoken, value
from evals.showing.words import TABLES as NAMES
from evals.staying.world import FIRST

_HEAD = ("service", "items", "guard", "kind", "title", "subject", "amount", "staff", "start", "end")
_NAMES = ("service", "items", "guard", "title", "subject", "kind")
_SHOWN = ("status", "price")  # speak for themselves: "confirmed", "1,200"
_SIGNS = {"new": "+", "changed": "~", "gone": "\u2212"}  # nothing is said by colour alone


def told(row: Row) -> str:
    """Write a row in words: `Manicure with Amina, Sun 22 Nov 14:00-14:45, confirmed, 1,200`."""
    rest = {name: each for name, each in row.items() if name not in _HEAD and _worth(name, each)}
    words = [
        value(each) if name in _SHOWN else f"{spoken(name)} {value(each)}"
        for name, each in rest.items()
    ]
    return ", ".join(filter(None, [which(row), *words])) or "nothing"


def which(row: Row) -> str:
    """Say in words which row it is; nothing if it has no such fields."""
    given = {name: value(row[name]) for name in _HEAD if row.get(name)}
    what = next((given[name] for name in _NAMES if name in given), None)
    staff = given.get("staff")
    whose = f"{what} with {staff}" if what and staff else what or staff
    when = _span(str(row["start"]), str(row.get("end") or "")) if "start" in given else ""
    return ", ".join(filter(None, [whose, given.get("amount"), when]))


def _span(start: str, end: str) -> str:
    until = end.rpartition("T")[2] if end[:10] == start[:10] else value(end)
    return f"{value(start)}\u2013{until}" if end else value(start)


def _worth(name: str, found: Any) -> bool:
    """Tell whether a field says something that is not as usual."""
    ours = (name, found) in (("guest", GUEST), ("stay", FIRST))
    empty = found is None or found is False or found in ("", [], {})
    return not (ours or empty or is_id(found))


def change(found: Change) -> Html:
    """Write what became of a row: new, gone, or field by field from what to what."""
    name = NAMES[found.table]
    if found.before is None or found.after is None:
        kind = "new" if found.before is None else "gone"
        row = found.after or found.before or {}
        return _line(kind, name, told(row))
    about = which(found.before)
    guest = found.before.get("guest", GUEST)
    if guest != GUEST:
        about = f"{about}, {guest}" if about else str(guest)
    steps = [
        tag(
            "span",
            quiet(spoken(field)),
            " ",
            tag("del", value(old)),
            " \u2192 ",
            tag("ins", value(new)),
            class_="field",
        )
        for field, (old, new) in found.fields.items()
    ]
    return _line("changed", name, about, *steps)


def _line(kind: str, name: str, about: str, *more: str) -> Html:
    sign = tag("span", _SIGNS[kind], class_="sign", aria_hidden="true")
    head = together(tag("b", name), " ", tag("span", kind, class_="kind"))
    body = together(head, tag("span", about, class_="row") if about else "", *more)
    return tag("li", sign, tag("div", body), class_=f"change {kind}")


def world(seen: Seen) -> Html:
    """Write everything there is at a moment, but decisions: those are at their steps."""
    about_stays = bool(seen.rows.get("stays"))
    lists = [
        _list(PARTS[table], [told(row) for row in seen.rows.get(table, [])])
        for table in TABLES
        if table not in ("decisions", "texts") and (table in BOOKED) is not about_stays
    ]
    people = [
        _list(
            PARTS[table],
            [f"{sentence(who)}: {_facts(row)}" for who, row in getattr(seen, table).items()],
        )
        for table in ("contact", "conversation")
    ]
    money = _list("Money", [f"{value(seen.money_taken)} taken, in charges: {seen.charges}"])
    return tag("div", *lists, money, *people, class_="world")


def _facts(row: Row) -> str:
    return ", ".join(f"{spoken(name)} {value(each)}" for name, each in row.items())


def _list(title: str, rows: list[str]) -> Html:
    lines = [tag("li", row) for row in rows] or [tag("li", "none", class_="quiet")]
    return tag("section", tag("h4", title), tag("ul", *lines))


def compared(expected: Row, found: Row | None, differs: set[str], zone: ZoneInfo) -> Html:
    """Lay an expected row beside the found one, field by field; what differs is marked."""
    names = list(dict.fromkeys([*expected, *(found or {})]))
    lines = [
        _field(name, expected, found, name in differs, zone)
        for name in names
        if name in expected or _worth(name, (found or {}).get(name))
    ]
    head = tag("tr", *(tag("th", each, scope="col") for each in ("", "expected", "found")))
    return tag("table", tag("thead", head), tag("tbody", *lines), class_="compared")


def _field(name: str, expected: Row, found: Row | None, differs: bool, zone: ZoneInfo) -> Html:
    wanted = value(expected[name], zone) if name in expected else quiet("anything")
    there = quiet("no such row") if found is None else value(found.get(name), zone)
    sign = tag("span", "\u2260", title="not as expected") if differs else ""
    return tag(
        "tr",
        tag("th", spoken(name), scope="row"),
        tag("td", wanted),
        tag("td", there, " ", sign),
        class_="differs" if differs else False,
    )
