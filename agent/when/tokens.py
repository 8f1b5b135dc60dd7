"""A message cut into plain words, each in its one spelling and with its place in the text."""

import re
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from agent.when.lexicon import (
    CANONICAL,
    FUZZY,
    NOT_TYPOS,
    ORDINALS,
    SHY_WEEKDAYS,
    SWAHILI_TENS,
    SWAHILI_UNITS,
    TEENS,
    TENS,
    UNITS,
)

_TOKEN = re.compile(
    r"""
      \d{1,4}([/.-])\d{1,2}\1\d{1,4}(?!\d)          # 2026-12-09, 9/12/2026
    | \d{1,2}/\d{1,2}(?![\d/]|\.\d)                      # 9/12
    | \d{1,2}[:;.h]\d{2}(?::\d{2})?(?!\d|\.\d)      # 14:30, 14.30, 14h30
    | \d{1,3}(?:,\d{3})+(?!\d)                      # 1,500
    | \d+(?:st|nd|rd|th)\b                          # 9th
    | \b(?:2(?:day|nite|moro|morrow)|b4)\b
    | \d+
    | (?<![^\W\d_])[ap](?:\s?[.,]\s?m\b\.?|\sm\b)   # p.m.
    | [^\W\d_]+(?:'[^\W\d_]+)?
    | \S
    """,
    re.VERBOSE,
)
_PLAIN = str.maketrans(
    dict.fromkeys('\u2019\u2018`"\u201c\u201d\u00b4', "'")
    | dict.fromkeys("\u2013\u2014\u2012\u2011", "-")
)
_BESIDE_A_WEEKDAY = re.compile(
    r"on|this|next|coming|last|by|before|after|until|from|or|at|morning|afternoon|evening|night"
    r"|week|[,(&-]|\d.*|" + "|".join(("monday", "tuesday", "thursday", "friday"))
)
_PRONOUNS = frozenset({"i", "we", "you", "he", "she", "they", "the"})
_DAY_OF = {"this": "today", "last": "yesterday", "next": "tomorrow"}
_PARTS_OF = {
    "this": frozenset({"morning", "afternoon", "evening", "night"}),
    "last": frozenset({"morning", "afternoon", "evening", "night"}),
    "next": frozenset({"morning", "afternoon", "evening"}),
}
_SWAHILI = frozenset({*SWAHILI_UNITS, *SWAHILI_TENS})
_TENS = TENS | SWAHILI_TENS


@dataclass(frozen=True, slots=True)
class Item:
    """One word, or one thing already understood: its code, and its [start, end) in the text.

    `swahili` marks a number said in Swahili words: an hour, then, on the Swahili clock.
    """

    code: str
    start: int
    end: int
    thing: object = None
    swahili: bool = False


def tokens_of(text: str) -> list[Item]:
    """The words of `text`: lower case, typos mended, number words as digits."""
    plain = text.translate(_PLAIN)
    # Lower case must not move offsets: the few letters that grow are left as they are.
    lower = "".join(c.lower() if len(c.lower()) == 1 else c for c in plain)
    raw = [(match[0], match.start(), match.end()) for match in _TOKEN.finditer(lower)]
    items = [
        Item(_canonical(word, *_beside(raw, index)), start, end)
        for index, (word, start, end) in enumerate(raw)
    ]
    return _with_digits(items)


def _beside(raw: list[tuple[str, int, int]], index: int) -> tuple[str, str]:
    before = raw[index - 1][0] if index else ""
    return before, raw[index + 1][0] if index + 1 < len(raw) else ""


def _canonical(word: str, before: str, after: str) -> str:
    if word in SHY_WEEKDAYS:
        beside = [_spelled(each) for each in (before, after) if each]
        known = not beside or any(map(_BESIDE_A_WEEKDAY.fullmatch, beside))
        return CANONICAL[word] if known and before not in _PRONOUNS else word
    if word[0] in "ap" and len(word) > 2 and word[-1] in "m." and not word.isalpha():
        return f"{word[0]}m"
    if word[0].isdigit() and word[-2:] in {"st", "nd", "rd", "th"}:
        return f"{word[:-2]}th"
    return _spelled(word)


@lru_cache(maxsize=4096)
def _spelled(word: str) -> str:
    """The one spelling of a word, where it has one; typos in long words mended."""
    if word in CANONICAL:
        return CANONICAL[word]
    if word.endswith("'s"):
        return _spelled(word[:-2])
    if not 5 <= len(word) <= 12 or not word.isalpha() or word in NOT_TYPOS:
        return word
    slips = 1 if len(word) < 7 else 2
    near = process.extract(word, FUZZY, scorer=OSA.distance, score_cutoff=slips, limit=3)
    # "Jumatanu" is as near to Monday as to Wednesday: nobody's word, then.
    names = {CANONICAL[name] for name, distance, _ in near if distance == near[0][1]}
    return names.pop() if len(names) == 1 and near[0][0][0] == word[0] else word


def _with_digits(items: list[Item]) -> list[Item]:
    """Number words as digits ("twenty one", "kumi na moja"), ordinals as "21ord".

    "Tonight" and "this evening" are two words to the grammar: a day, and a part of it.
    """
    done: list[Item] = []
    i = 0
    while i < len(items):
        item = items[i]
        if item.code == "tonight":
            done.append(Item("today", item.start, item.end))
        if i + 1 < len(items) and items[i + 1].code in _PARTS_OF.get(item.code, ()):
            item = Item(_DAY_OF[item.code], item.start, item.end)
        code, used = _number_at([item.code, *(each.code for each in items[i + 1 : i + 3])])
        swahili = items[i].code in _SWAHILI
        done.append(Item(code, items[i].start, items[i + used - 1].end, swahili=swahili))
        i += used
    return done


def _number_at(codes: list[str]) -> tuple[str, int]:
    first, second, third = (*codes, "", "")[:3]
    if first in TENS:
        if second == "-":
            second, used = third, 3
        else:
            used = 2
        if second in ORDINALS and ORDINALS[second] < 10:
            return f"{TENS[first] + ORDINALS[second]}ord", used
        if second in UNITS and UNITS[second] < 10:
            return str(TENS[first] + UNITS[second]), used
    if first in SWAHILI_TENS and second == "na" and third in SWAHILI_UNITS:
        return str(SWAHILI_TENS[first] + SWAHILI_UNITS[third]), 3
    if first in ORDINALS:
        return f"{ORDINALS[first]}ord", 1
    for numbers in (UNITS, SWAHILI_UNITS, TEENS, _TENS):
        if first in numbers:
            return str(numbers[first]), 1
    return first, 1
