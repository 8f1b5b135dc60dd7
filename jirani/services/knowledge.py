"""Answering from what a business has written down, and from its opening hours (domain §7)."""

import re
from collections.abc import Iterable
from datetime import time

from rapidfuzz import fuzz

from jirani.rules.facts import Hours, Snippet
from prompts import formats

CLOSE = 88  # of 100: a typo, not another word


def weekly(hours: Iterable[Hours], language: str) -> str:
    """Say when a house is open, from its staff's weekly hours: "Monday-Saturday 09:00-18:00"."""
    spans: dict[int, tuple[time, time]] = {}
    for each in hours:
        opens, closes = spans.get(each.weekday, (each.opens, each.closes))
        spans[each.weekday] = min(opens, each.opens), max(closes, each.closes)
    runs: list[list[int]] = []
    for weekday in sorted(spans):
        if runs and runs[-1][-1] == weekday - 1 and spans[weekday] == spans[runs[-1][-1]]:
            runs[-1].append(weekday)
        else:
            runs.append([weekday])
    return formats.listing([_run(run, spans[run[0]], language) for run in runs], language)


def _run(weekdays: list[int], span: tuple[time, time], language: str) -> str:
    first, last = (formats.weekday(day, language) for day in (weekdays[0], weekdays[-1]))
    days = first if first == last else f"{first}-{last}"
    return f"{days} {formats.clock(span[0])}-{formats.clock(span[1])}"


def matching(question: str, snippets: Iterable[Snippet], language: str) -> Snippet | None:
    """Return the snippet whose keywords the question names best; None if it names none.

    Of two equal ones, that in the guest's language wins.
    """
    words = re.findall(r"[\w'-]+", question.casefold())

    def named(keyword: str) -> bool:
        if " " in keyword:
            return keyword in " ".join(words)
        return any(fuzz.ratio(keyword, word) >= CLOSE for word in words)

    scored = [
        (sum(named(key.casefold()) for key in each.keywords), each.language == language, each)
        for each in snippets
    ]
    best = max(scored, key=lambda row: row[:2], default=None)
    return best[2] if best and best[0] else None
