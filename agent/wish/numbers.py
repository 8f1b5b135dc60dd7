"""Choices from a list we showed, and how many people are coming."""

import re


def _numbered(words: str) -> dict[str, int]:
    return {word: number for number, word in enumerate(words.split(), 1)}


_ORDINALS = {
    **_numbered("first second third fourth fifth sixth"),
    **_numbered("kwanza pili tatu nne tano sita"),
    **{"1 st": 1, "2 nd": 2, "3 rd": 3, "4 th": 4, "5 th": 5, "6 th": 6},
    **{"last": -1, "mwisho": -1, "latter": -1, "former": 1, "final": -1},
}
_CARDINALS = {
    **_numbered("one two three four five six seven eight nine"),
    **_numbered("moja mbili tatu nne tano sita saba nane tisa"),
}
_NOUN = r"(?:one|option|slot|choice|time|appointment|of those|of them)"
_ANY = "|".join(sorted(_ORDINALS, key=len, reverse=True))
_ORDINAL = re.compile(
    rf"(?<= )(?:(?:the |that |with the )?(?P<a>{_ANY}) {_NOUN}(?! of \w+ (?:month|week))"
    rf"|(?:ile )?(?:ya|la|wa|cha) (?P<b>kwanza|pili|tatu|nne|tano|sita|mwisho))(?= )"
)
_BARE_ORDINAL = re.compile(
    rf"^ (?:(?:i will take|take|let us do|yes|ok|sawa|please|,"
    rf"|with) )*(?:the )?(?P<a>{_ANY})(?: (?:please|thanks|[.!,]))* $"
)
_NUMBERED = re.compile(
    rf"(?<= )(?:option|number|no|choice|slot|nambari|namba|chaguo|la) (?:no )?(?P<n>\d{{1,2}}"
    rf"|{'|'.join(_CARDINALS)})(?= )"
)
_BARE_NUMBER = re.compile(
    rf"^ (?:(?:i will take|take|let us do|yes|ok|sawa|please|,) )*(?P<n>\d{{1,2}}"
    rf"|{'|'.join(_CARDINALS)})(?: (?:please|thanks|[.!,]))* $"
)
_LISTED = frozenset({"slot", "service", "offer", "confirm", "day", None})


def find_pick(words: str, expecting: str | None, shown: int) -> int | None:
    """Which of the shown choices is meant: 1 the first, -1 the last; None beyond the list."""
    said = _ORDINAL.search(words) or (_BARE_ORDINAL.match(words) if shown else None)
    if said:
        word = said["a"] or said.groupdict().get("b") or ""
        pick = _ORDINALS[word]
        return pick if not shown or pick <= shown else None
    numbered = _NUMBERED.search(words)
    if numbered is None and shown and expecting in _LISTED:
        numbered = _BARE_NUMBER.match(words)
    if numbered is None:
        return None
    value = int(numbered["n"]) if numbered["n"].isdecimal() else _CARDINALS[numbered["n"]]
    return value if 1 <= value <= (shown or 99) else None


_COUNT = rf"(?P<n>\d{{1,2}}|{'|'.join(_CARDINALS)})"
_PEOPLE = re.compile(
    rf"(?<= )(?:{_COUNT} (?:people|persons?|of us|guests?|pax|adults|ladies|girls|women|men|guys"
    rf"|friends|kids|heads)"
    rf"|(?:party|group) of (?P<party>\d{{1,2}}|{'|'.join(_CARDINALS)})"
    rf"|(?:watu|sisi|tuko|wageni) (?P<watu>\d{{1,2}}|wawili|watatu|wanne|watano|sita|saba))(?= )"
)
_WATU = {"wawili": 2, "watatu": 3, "wanne": 4, "watano": 5, "sita": 6, "saba": 7}
_PAIR = re.compile(
    r"(?<= )(?:me and my|my \S+ and (?:i|me|myself)|both of us|the two of us|for me and \S+"
    r"|mimi na (?:rafiki|mume|mke|dada|mama))(?= )"
)


def find_people(words: str) -> int | None:
    """How many people the message speaks of, or None."""
    match = _PEOPLE.search(words)
    if match is None:
        return 2 if _PAIR.search(words) else None
    said = match["n"] or match["party"] or match["watu"]
    return int(said) if said.isdecimal() else {**_CARDINALS, **_WATU}[said]
