"""Finds who the guest is: a name that was introduced or asked for, and a phone number."""

import re
from collections.abc import Sequence

import phonenumbers

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
            if clock and digits < 9 or digits < 7 and not expected or _is_money(text, start):
                continue
            number = _valid(match[0], region)
            if number is not None:
                return number, None, (start, end)
            bad = bad or (match[0].strip(), (start, end))
    return (None, bad[0], bad[1]) if bad else (None, None, None)


def _is_money(text: str, start: int) -> bool:
    return re.search(r"(?i)(?:kes|ksh|kshs|sh|usd|[$\u20ac\u00a3])\.?\s?$", text[:start][-6:]) is not None


def _valid(said: str, region: str) -> str | None:
    plain = re.sub(r"^00(?=\d)", "+", re.sub(r"[^\d+]", "", said))
    try:
        number = phonenumbers.parse(plain, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


_LETTER = r"[^\W\d_]"
_PART = rf"(?:{_LETTER}\.|{_LETTER}+(?:['\u2019\u02bc-]{_LETTER}+)*)"
_NAME = rf"{_PART}(?:\s+{_PART}){{0,3}}"
_SAID_FORMALLY = re.compile(
    rf"(?i)(?:\bmy (?:full |first )?names?(?:'s| is| are)?|\bthe name is|\bname\s?[:=-]|\bcall me|\bjina langu"
    rf"(?: kamili)?(?: ni)?|\bjina(?: ni|\s?[:=-])|\bnaitwa|\bmnaweza kuniita|\bbook(?: it)? under"
    rf"|\bunder the name(?: of)?)\s*(?:is\s+|ni\s+)?[,:]?\s*(?P<name>{_NAME})"
)
_SAID_IN_PASSING = re.compile(
    rf"(?i)(?:\bi'?\u2019?m|\bi am|\bthis is|\bit'?\u2019?s|\bmimi ni|\bni|\bfor)\s+(?P<name>{_NAME})"
)
_NOT_NAMES = frozenset(
    """
    a an the and or but so to of at on in with for from by is am are was be been it this that these those
    i you he she we they me my your our their mine yours not no yes ok okay sure fine good great nice well
    hi hello hey hallo morning afternoon evening night day today tomorrow tonight now later soon please
    thanks thank thankyou bye goodbye sorry welcome what when where who why how which can could would will
    shall should may might must do does did done have has had get got want need like love look looking
    going coming running late early busy free here there back home interested available ready happy sad
    afraid glad fine perfect just only also too very really still already about after before around
    book booking appointment appointments slot cancel move change reschedule price cost pay payment
    number phone name first second third last one two three four five six seven eight nine ten next
    monday tuesday wednesday thursday friday saturday sunday week weekend time pm noon midday
    ndio ndiyo naam hapana la sio siyo sawa haya poa asante tafadhali karibu habari hujambo sijambo
    mambo niaje sasa jambo shikamoo kwaheri nataka naomba ningependa nahitaji ninaweza naweza sitaki
    sijui sihitaji kesho leo jana asubuhi mchana jioni usiku saa wiki jumatatu jumanne jumatano alhamisi
    ijumaa jumamosi jumapili kwanza pili tatu mwisho na ya wa kwa ni au lakini yangu yako langu nambari
    simu namba jina bei pesa gani ngapi lini wapi nani nini vipi mzuri salama hii hiyo hapa pale
    correct right wrong terrible awful annoying ridiculous stop help wait skip none nothing everything
    anything something someone anyone anybody nobody everyone whoever any some all both yep yeah nope
    cool awesome lovely wonderful amazing test tbc na private anonymous secret nevermind never mind
    customer new old regular guest client human person agent robot bot how's whatever idk dont don't
    won't can't cannot system admin administrator developer assistant ai model instructions free
    urgent urgently sharp exactly then than if because since until my whatsapp same again as let lets
    """.split()
)


def find_name(text: str, asked: bool, not_names: frozenset[str]) -> str | None:
    """A name that was introduced ("naitwa Wanjiku"), or the whole message if a name was asked for.

    `not_names` are this business's own words (services). The name comes back tidily capitalised.
    """
    formal = _SAID_FORMALLY.search(text)
    if formal and (name := _leading_name(formal["name"], not_names)):
        return name
    for passing in _SAID_IN_PASSING.finditer(text):
        name = _leading_name(passing["name"], not_names)
        ends = not re.match(r"\s*\w", text[passing.end() :])
        # "I'm tired" is no introduction: a capital tells, or that we asked.
        capital = passing["name"][:1].isupper() and text != text.upper()
        lead = passing[0].casefold()
        known = asked or capital and ends and not lead.startswith(("it", "for", "ni "))
        if name and known and not (lead.startswith("for") and not asked):
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


def _is_no_name(part: str, not_names: frozenset[str]) -> bool:
    plain = part.casefold().replace("\u2019", "'").strip(".")
    return plain in _NOT_NAMES or plain in not_names


_AROUND = re.compile(
    r"(?i)^(?:(?:hi|hello|hey|sure|ok|okay|yes|sawa|ndiyo|ndio|thanks|asante|it'?s|its|ni|mimi ni|name|"
    r"of course|karibu|haya|no problem)\b[\s,.!:-]*)+|\b(?:and|na|my|the|is|phone|number|no|tel|mobile|cell"
    r"|whatsapp|please|thanks|asante|tafadhali|namba|nambari|simu|yangu|ya|is|here|thank you|at|on)\b.*$|\s+(?:and|na)\s*$"
)


def _whole_message(text: str, not_names: frozenset[str]) -> str | None:
    line = " ".join(re.sub(r"[\d+()]{2,}|[\n\r]", " , ", text).split())
    for piece in re.split(r"[,;/|:]|\s-\s", line):
        said = _AROUND.sub("", _AROUND.sub("", piece.strip(" .!?\"'"))).strip(" .!?\"'-")
        parts = said.split()
        if not re.fullmatch(_NAME, said) or any(_is_no_name(part, not_names) for part in parts):
            continue
        if any(sum(c.isalpha() for c in part) > 1 for part in parts):
            return " ".join(_tidy(part) for part in parts)
    return None


def _tidy(part: str) -> str:
    if not (part.islower() or part.isupper() and len(part) > 2):
        return part
    low = part.lower()
    if low[:2] in {"o'", "d'"} and len(low) > 3:
        return f"{low[:2].capitalize()}{low[2:].capitalize()}"
    return "-".join(piece[:1].upper() + piece[1:] for piece in low.split("-"))
