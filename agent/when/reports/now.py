"""The moment a text is written at: "now" as a day and a time."""

from agent.when.line import Found, Rule, rule
from agent.when.things import Day


def _now(found: Found) -> Day:
    now = found.moment.now.replace(second=0, microsecond=0)
    return Day(now.date(), at=now.time())


NOW_EXACTLY: tuple[Rule, ...] = (
    rule(r"(?:right |just )?now|at (?:the|this) (?:minutes|moment)|at present", _now),
)
