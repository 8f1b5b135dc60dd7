"""Years said in words: "nineteen eighty six", "two thousand and twenty"."""

from agent.when.tokens import Item

_CENTURIES = frozenset({"15", "16", "17", "18", "19", "20"})


def with_years(items: list[Item]) -> list[Item]:
    """The words with every year that was said in words as four digits."""
    done: list[Item] = []
    i = 0
    while i < len(items):
        year, used = _year_at([item.code for item in items[i : i + 4]])
        if used:
            done.append(Item(str(year), items[i].start, items[i + used - 1].end))
            i += used
        else:
            done.append(items[i])
            i += 1
    return done


def _year_at(codes: list[str]) -> tuple[int, int]:
    """A year and how many words it takes; none is taken where no year begins."""
    first, second, third, fourth = (*codes, "", "", "", "")[:4]
    if first == "2" and second == "thousand":
        used = 3 if third == "and" else 2
        rest = fourth if third == "and" else third
        return (2000 + int(rest), used + 1) if _short(rest) else (2000, 2)
    if first not in _CENTURIES:
        return 0, 0
    hundred = second == "hundred"
    rest, used = (third, 3) if hundred or second in {"zero", "oh", "o"} else (second, 2)
    if _short(rest) and (hundred or used == 3 or int(rest) >= 60):
        return int(first) * 100 + int(rest), used
    return (int(first) * 100, 2) if hundred else (0, 0)


def _short(word: str) -> bool:
    return word.isdigit() and len(word) <= 2
