"""Words as they are compared: what people write in several ways is the same."""

import re
import unicodedata

_MERIDIEM = re.compile(r"\b(1[0-2]|0?[1-9])(?:[:.]([0-5]\d))? ?([ap])\.?m\b\.?")
_CLOCK = re.compile(r"\b([01]?\d|2[0-3])[:.]([0-5]\d)\b(?![,.]?\d)")
_GROUPED = re.compile(r"(?<=\d)[, ](?=\d{3}(?!\d))")
_CENTS = re.compile(r"(?<=\d)\.00\b")
_SIGN = r"(?:kshs?|kes|shillings?)"
_BEFORE = re.compile(rf"\b{_SIGN}\b\.? ?(?=\d)")
_BEHIND = re.compile(rf"\b(\d+(?:\.\d+)?)(?: ?/[-=]| ?{_SIGN}\b)")


def plain(text: str) -> str:
    """Write text as it is compared.

    Without capitals, accents, and the difference between a hyphen and a blank or between kinds of
    quotes; clock times as `14:00`; amounts as `kes 1200`.
    """
    folded = unicodedata.normalize("NFKD", text.casefold())
    folded = "".join(each for each in folded if not unicodedata.combining(each))
    folded = folded.replace("\u2019", "'").replace("\u2018", "'")
    folded = _MERIDIEM.sub(_of_day, folded)
    folded = _CLOCK.sub(lambda found: f"{int(found[1]):02}:{found[2]}", folded)
    folded = _CENTS.sub("", _GROUPED.sub("", folded))
    folded = _BEHIND.sub(r"kes \1", _BEFORE.sub("kes ", folded))
    folded = re.sub(r"(?<=\w)[\u2010-\u2015-](?=[^\W\d])", " ", folded)
    return " ".join(folded.split())


def says(text: str, words: str) -> bool:
    """Tell whether these words are in a text; a number only if it is no part of another one."""
    wanted = plain(words)
    before = r"(?<!\d)(?<!\d[.,:])" if wanted[:1].isdigit() else ""
    after = r"(?!\d)" if wanted[-1:].isdigit() else ""
    return bool(re.search(before + re.escape(wanted) + after, plain(text)))


def _of_day(found: re.Match[str]) -> str:
    hour = int(found[1]) % 12 + (12 if found[3] == "p" else 0)
    return f"{hour:02}:{found[2] or '00'}"
