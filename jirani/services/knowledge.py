"""Finding the piece of a business's knowledge that answers a question."""

import re
from collections.abc import Iterable

from rapidfuzz import fuzz

from jirani.rules.facts import Snippet

CLOSE = 88  # of 100: a typo, not another word


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
