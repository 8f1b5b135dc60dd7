"""How the times of a message stand to each other: ranges, bounds, choices."""

from agent.when.clock import said
from agent.when.line import Found, Rule, rule
from agent.when.saa import six_hours_on
from agent.when.things import Clock, Either, Window

HOUR = r"(?:[01]?\d|2[0-3])"
_T = rf"(?:<t>|{HOUR})"
_ISH = r"(?: (?:oclock|ish))?"


def clock_at(found: Found, name: str, beside: Clock | None = None) -> Clock | None:
    """A time understood before, or a bare hour; on the Swahili clock if the time beside it is."""
    thing = found.thing(name)
    if isinstance(thing, Clock):
        return thing
    word = found.word(name)
    if not word.isdigit():
        return None
    on_swahili_clock = found.is_swahili(name) or (beside and beside.is_saa)
    if on_swahili_clock and 1 <= int(word) <= 12:
        return six_hours_on(int(word), 0)
    return said(int(word), zero=word.startswith("0"))


def _between(found: Found) -> Window | None:
    after = clock_at(found, "first")
    before = clock_at(found, "last", after)
    return Window(after, before) if after and before else None


def _after(found: Found) -> Window | None:
    clock = clock_at(found, "clock")
    return Window(after=clock) if clock else None


def _before(found: Found) -> Window | None:
    clock = clock_at(found, "clock")
    return Window(before=clock) if clock else None


def _at(found: Found) -> Clock | None:
    return clock_at(found, "clock")


def _or(found: Found) -> Either | None:
    first = clock_at(found, "first")
    second = clock_at(found, "second", first)
    return Either((first, second)) if first and second else None


RANGES: tuple[Rule, ...] = (
    rule(
        rf"(?:between|anywhere between|kati ya) (?P<first>{_T}){_ISH} (?:and|to|-|na|hadi) "
        rf"(?P<last>{_T}){_ISH}",
        _between,
    ),
    rule(
        rf"(?:from|kuanzia|kutoka|starting) (?P<first>{_T}){_ISH} (?:to|-|until|through|hadi) "
        rf"(?P<last>{_T}){_ISH}",
        _between,
    ),
    rule(r"(?P<first><t>) (?:to|-|until|through|hadi) (?P<last><t>)", _between),
    rule(rf"(?P<first>{HOUR}) (?:to|-|until|hadi) (?P<last><t>)", _between),
    rule(rf"(?P<first><t>) (?:to|-|until|hadi) (?P<last>{HOUR})", _between),
    rule(
        rf"(?:(?<=<d> )|(?<=<d> , )|(?<=<p> )|^)(?P<first>{HOUR}) (?:to|-) (?P<last>{HOUR})"
        r"(?= <d>|$| on| [,?.])",
        _between,
    ),
    rule(rf"(?P<first>{HOUR}) (?:or|au|ama) (?P<second><t>)", _or),
    rule(rf"(?P<first><t>) (?:or|au|ama|/) (?:at )?(?P<second>{_T})", _or),
    rule(rf"(?<=at )(?P<first>{HOUR}) (?:or|au) (?P<second>{HOUR})", _or),
)

BOUNDS: tuple[Rule, ...] = (
    rule(rf"(?:no|not) (?:later than|after) (?:at )?(?P<clock>{_T}){_ISH}", _before),
    rule(rf"(?:no|not) (?:earlier than|sooner than|before) (?:at )?(?P<clock>{_T}){_ISH}", _after),
    rule(
        rf"(?:anytime |any time )?(?:after|past|later than|from|starting|kuanzia|baada ya|since)"
        rf"(?: around| about)? (?P<clock>{_T}){_ISH}(?: onwards?| going forward| or later)?",
        _after,
    ),
    rule(
        rf"(?P<clock>{_T}){_ISH} (?:or later|or after|onwards?|and later|and after|au baadaye"
        r"|kuendelea|na kuendelea)",
        _after,
    ),
    rule(
        rf"(?:before|by|until|earlier than|up to|kabla ya|hadi|kufikia)(?: around| about)? "
        rf"(?P<clock>{_T}){_ISH}",
        _before,
    ),
    rule(rf"(?P<clock>{_T}){_ISH} (?:or earlier|or before|at the latest|latest)", _before),
    rule(rf"(?:at|@|around|about|arnd|say|kama) (?P<clock>{HOUR}){_ISH}(?! <x>| of)", _at),
    rule(rf"(?P<clock>{HOUR})(?= (?:on |in |at )?(?:the )?(?:<d> )?<p>)", _at),
    rule(rf"(?<=<p> )(?:at )?(?P<clock>{HOUR})", _at),
    rule(rf"(?:^|(?<=<d> at )|(?<=for ))(?P<clock>{HOUR})(?= (?:on |this )?<d>)", _at),
)
