"""What a guest takes back: "not Friday", "I can't make 3", and where "move it to" moves it."""

from agent.when.line import Found, Rule, rule
from agent.when.relations import HOUR, clock_at
from agent.when.things import Moved, Noise


def _gone(_: Found) -> Noise:
    return Noise()


_PREP = r"(?:on |at |for |in |by |around |the |this |hii |ya |until ){0,3}"
_X = r"<[dtpw]>(?:(?: at| on| in)? <[dtpw]>){0,4}"
_MOVE = (
    r"move|change|shift|reschedule|push|postpone|bring|switch|swap|rebook|delay|update|moved|changed"
    r"|rescheduled|badili|\w{0,4}(?:hamish|sogez|badilish|ahirish|songesh)\w{1,3}"
)
_HEADCOUNT = r"people|persons|guests|party|seats?|tables?|rooms?|price|number|service|adults|kids"

RULED_OUT: tuple[Rule, ...] = (
    rule(
        rf"(?:instead of|rather than|other than|except(?: for)?|but not|any days but|apart from"
        r"|badala ya|isipokuwa"
        rf"|not(?! before| later| after| earlier)|si) {_PREP}(?:{_X}|(?<=at ){HOUR})",
        _gone,
    ),
    rule(
        rf"(?:can't|won't|unable to|not able to|can not|don't want|not free|busy|not available)"
        r"(?: (?:make|do|come|attend|manage|be|there|kuja|it|that|to|my|our|me|keep|fika|go)){0,5}"
        rf" {_PREP}{_X}(?! \?)",
        _gone,
    ),
    rule(
        rf"{_X} (?:(?:can't|won't|doesn't|don't|will not|does not) (?:work|suit|do|be possible|fit)"
        r"|doesn't|(?:is|was) (?:not|no|bad|full|too|impossible)|(?:is )?no good|is out"
        r"|too (?:early|late)|i(?:'m| am)? (?:busy|working|away)"
        r"|not (?:good|possible|ok|okay|work))",
        _gone,
    ),
)


def _to(found: Found) -> object:
    return found.thing("new") or clock_at(found, "new")


_INTO = r"(?:to|hadi|iwe) (?:be |around |about |the |at |on ){0,2}"

MOVED: tuple[Rule, ...] = (
    rule(
        rf"(?:{_MOVE})(?! (?:\S+ ){{0,5}}?(?:{_HEADCOUNT}) )(?: (?!(?:to|hadi|iwe) )\S+){{0,12}}?"
        rf"(?= {_INTO}(?:<[dtpwe]>|{HOUR}(?! <x>)))",
        lambda found: Moved(),
    ),
    rule(
        rf"(?<=<m> ){_INTO}(?P<new><[dt]>(?! (?:to|-|until|hadi|or) )|{HOUR}(?! <x>))",
        _to,
    ),
)
