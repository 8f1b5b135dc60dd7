"""Days with a name: Christmas, New Year, and the public holidays of Kenya that keep their date."""

from agent.when.calendar_days import YEAR, judged, this_or_next_year
from agent.when.line import Found, Rule, rule
from agent.when.things import Day, safe_date

_DATES = {
    **dict.fromkeys(("christmas", "xmas", "krismasi"), (12, 25)),
    **dict.fromkeys(("christmas eve", "xmas eve"), (12, 24)),
    **dict.fromkeys(("new year", "new years", "mwaka mpya"), (1, 1)),
    **dict.fromkeys(("new year eve", "new years eve", "nye"), (12, 31)),
    **{"boxing": (12, 26), "valentine": (2, 14), "valentines": (2, 14)},
    **{"jamhuri": (12, 12), "madaraka": (6, 1), "mashujaa": (10, 20)},
}


def _feast(found: Found) -> Day | None:
    month, day = _DATES[found.word("feast")]
    year = found.number("year")
    today = found.moment.today
    whole = safe_date(year, month, day) if year else this_or_next_year(month, day, today)
    return judged(whole, today) if whole else None


FEASTS: tuple[Rule, ...] = (
    rule(
        rf"(?P<feast>{'|'.join(sorted(_DATES, key=len, reverse=True))})(?: days?)?"
        rf"(?: (?P<year>{YEAR}))?",
        _feast,
    ),
)
