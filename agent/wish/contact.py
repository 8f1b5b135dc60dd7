"""Finds who the guest is: a name that was introduced or asked for, and a phone number."""

import re
from collections.abc import Sequence

import phonenumbers
from rapidfuzz.distance import OSA

from agent.phrases import word_lists

_CANDIDATE = re.compile(r"(?<![\w.:/-])(?:\+|00)?\(?\d[\d\s().\u2010-\u2015-]{5,22}\d(?![\w:/])")
_SHORT_CANDIDATE = re.compile(r"(?<![\w.:/])\+?\d{5,}(?![\w:/])")


def find_phone(
    text: str, region: str, expected: bool, taken: Sequence[tuple[int, int]]
) -> tuple[str | None, str | None, tuple[int, int] | None]:
    """A phone as E.164, or the characters of one that is not valid, and where it stands.

    `taken` are spans already understood as dates and times. A number counts as a bad phone when
    it has seven digits or more, or five when a phone was asked for.
    """
    bad: tuple[str, tuple[int, int]] | None = None
    for pattern in (_CANDIDATE, _SHORT_CANDIDATE):
        for match in pattern.finditer(text):
            start, end = match.span()
            digits = sum(char.isdigit() for char in match[0])
            clock = any(a < end and start < b and b - a > 4 for a, b in taken)
            if (clock and digits < 9) or (digits < 7 and not expected) or _is_money(text, start):
                continue
            number = _valid(match[0], region)
            if number is not None:
                return number, None, (start, end)
            bad = bad or (match[0].strip(), (start, end))
    return (None, bad[0], bad[1]) if bad else (None, None, None)


_CURRENCY = re.compile(r"(?i)(?:kes|ksh|kshs|sh|usd|[$\u20ac\u00a3])\.?\s?$")


def _is_money(text: str, start: int) -> bool:
    return _CURRENCY.search(text[:start][-6:]) is not None


def _valid(said: str, region: str) -> str | None:
    plain = re.sub(r"^00(?=\d)", "+", re.sub(r"[^\d+]", "", said))
    try:
        number = phonenumbers.parse(plain, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def find_name_beside(text: str, where: tuple[int, int], not_names: frozenset[str]) -> str | None:
    """A name of two words or more that stands alone beside the phone number at `where`."""
    before = re.split(r"[.!?\n;,]", text[: where[0]].rstrip(" ,.:-\n"))[-1]
    behind = re.split(r"[.!?\n;,]", text[where[1] :].lstrip(" ,.:-\n"))[0]
    for piece in (before, behind):
        piece = _PICTURES.sub(" ", piece)
        parts = piece.split()
        alone = len(parts) > 1 and re.fullmatch(_NAME, piece.strip())
        if alone and not any(_is_no_name(part, not_names) for part in parts):
            return " ".join(_tidy(part) for part in parts)
    return None


_LETTER = r"[^\W\d_]"
_PART = rf"(?:{_LETTER}\.|{_LETTER}+(?:['\u2019\u02bc-]{_LETTER}+)*)"
_NAME = rf"{_PART}(?:\s+{_PART}){{0,3}}"
_SAID_FORMALLY = re.compile(
    rf"(?i)(?:\bmy (?:full |first )?names?(?:'s| is| are)?|\bthe name is|\bname\s?[:=-]"
    rf"|\bcall me|\bjina langu"
    rf"(?: kamili)?(?: ni)?|\bjina(?: ni|\s?[:=-])|\b(?:naitwa|nitwa|naiwa|natwa|niatwa|naitw)\b"
    rf"|\bmnaweza kuniita|\bbook(?: it)? under"
    rf"|\bunder the name(?: of)?)\s*(?:is\s+|ni\s+)?[,:]?\s*(?P<name>{_NAME})"
)
_SAID_IN_PASSING = re.compile(
    rf"(?i)(?:\bi'?\u2019?m|\bi am|\bthis is|\bit'?\u2019?s|\bmimi ni|\bni"
    rf"|\bfor)\s+(?P<name>{_NAME})"
)
_NOT_NAMES = word_lists("words.txt")["not_names"]


def find_name(text: str, asked: bool, not_names: frozenset[str]) -> str | None:
    """A name that was introduced ("naitwa Wanjiku"), or the whole message if a name was asked for.

    `not_names` are this business's own words (services). The name comes back tidily capitalised.
    """
    formal = _SAID_FORMALLY.search(text)
    if formal and (name := _leading_name(formal["name"], not_names)):
        return name
    for passing in _SAID_IN_PASSING.finditer(text):
        name = _leading_name(passing["name"], not_names)
        ends = _ends_after(name, passing["name"], text[passing.end() :])
        # "I'm tired" is no introduction: a capital tells, or that we asked.
        capital = passing["name"][:1].isupper() and text != text.upper()
        vague = passing[0].casefold().startswith(("it", "for", "ni "))
        if name and (asked or (capital and ends and not vague)):
            return name
    return _whole_message(text, not_names) if asked else None


def _leading_name(said: str, not_names: frozenset[str]) -> str | None:
    """The words up to the first that is no name; None when that is the very first."""
    parts: list[str] = []
    for part in said.split():
        if _is_no_name(part, not_names):
            break
        parts.append(_tidy(part))
    return " ".join(parts) or None


def _ends_after(name: str | None, said: str, behind: str) -> bool:
    """Whether the introduction is over after the name: "I'm Jane and I want ..."."""
    following = [*said.split()[len(name.split()) if name else 0 :], *behind.split()[:1]]
    if not following or not following[0][0].isalnum():
        return True
    return following[0].casefold() in _GOES_ON


_GOES_ON = frozenset({"and", "na", "here", "i", "from", "can", "nataka", "naomba", "my", "please"})


def _is_no_name(part: str, not_names: frozenset[str]) -> bool:
    plain = part.casefold().replace("\u2019", "'").strip(".")
    return plain in _NOT_NAMES or plain in not_names


_PICTURES = re.compile("[\u2600-\u27bf\ufe0f\U0001f000-\U0001faff]")
_AROUND = re.compile(
    r"(?i)^(?:(?:hi|hello|hey|sure|ok|okay|yes|sawa|ndiyo|ndio|thanks|asante|it'?s|its|ni"
    r"|mimi ni|name|oh|ah|um|so|and|well|basi|eh|sorry|samahani|kwanza|"
    r"of course|karibu|haya|no problem)\b[\s,.!:-]*)+|\b(?:and|na|my|the|is|phone|number|no|tel"
    r"|mobile|cell"
    r"|whatsapp|please|thanks|asante|tafadhali|namba|nambari|simu|yangu|ya|is|here|thank you|at"
    r"|on)\b.*$|\s+(?:and|na)\s*$"
)


def _whole_message(text: str, not_names: frozenset[str]) -> str | None:
    line = " ".join(_PICTURES.sub(" ", re.sub(r"[\d+()]{2,}|[\n\r]", " , ", text)).split())
    introduces = bool(re.search(r"\d{5}", re.sub(r"\W", "", text)))
    for piece in re.split(r"[,;/|:]|\s-\s", line):
        said = _AROUND.sub("", _AROUND.sub("", piece.strip(" .!?\"'"))).strip(" .!?\"'-")
        parts = said.split()
        if not re.fullmatch(_NAME, said) or any(_is_no_name(part, not_names) for part in parts):
            continue
        if not introduces and len(parts) == 1 and _is_nearly_an_answer(said):
            continue
        if any(sum(c.isalpha() for c in part) > 1 for part in parts):
            return " ".join(_tidy(part) for part in parts)
    return None


_ANSWERS = ("ndiyo", "hapana", "asante", "endelea", "thanks", "perfect", "please")


def _is_nearly_an_answer(word: str) -> bool:
    """Whether a lone word is an answer with a slip of the finger: "nddiyo" is nobody's name."""
    return any(OSA.distance(word.casefold(), each, score_cutoff=1) <= 1 for each in _ANSWERS)


def _tidy(part: str) -> str:
    if not (part.islower() or (part.isupper() and len(part) > 2)):
        return part
    low = part.lower()
    if low[:2] in {"o'", "d'"} and len(low) > 3:
        return f"{low[:2].capitalize()}{low[2:].capitalize()}"
    return "-".join(piece[:1].upper() + piece[1:] for piece in low.split("-"))
