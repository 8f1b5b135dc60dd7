"""What a number stands for, if we last showed a numbered menu."""

import re

_MENU_LINE = re.compile(
    r"(?m)(?:^|[\s(,;])([1-9])\s?(?:[.):=-]|\ufe0f?\u20e3)\s*"
    r"([^\n,;]+?)(?=\s+[1-9]\s?[.):=-]|[\n,;]|$)"
)
_PICK = re.compile(
    r"(?:(?:the |option |number |choice |nambari |namba |chaguo (?:la )?|ya |la )*)"
    r"(?P<pick>[1-9]|one|two|three|four|first|second|third|fourth"
    r"|moja|mbili|tatu|nne|kwanza|pili)(?: one| option)?(?: (?:please|thanks))?"
)
_NUMBERS = {
    **{"one": 1, "first": 1, "moja": 1, "kwanza": 1, "two": 2, "second": 2, "mbili": 2, "pili": 2},
    **{"three": 3, "third": 3, "tatu": 3, "four": 4, "fourth": 4, "nne": 4},
}


def menu_label(words: str, last_said: str) -> str | None:
    """Return the menu's words for a message that is a number and no more; else None."""
    picked = _PICK.fullmatch(words.strip(" .,!"))
    if picked is None:
        return None
    number = _NUMBERS.get(picked["pick"]) or int(picked["pick"])
    return dict(_MENU_LINE.findall(last_said)).get(str(number))
