"""The times and days a message names, only to see whether they differ from what we proposed."""

import re

_WEEKDAYS = {
    word: day
    for day, words in enumerate(
        (
            *(("monday", "mon", "jumatatu"), ("tuesday", "tue", "tues", "jumanne")),
            *(("wednesday", "wed", "jumatano"), ("thursday", "thu", "thur", "thurs", "alhamisi")),
            *(("friday", "fri", "ijumaa"), ("saturday", "sat", "jumamosi")),
            ("sunday", "sun", "jumapili"),
        )
    )
    for word in words
}
_SAA = {
    **{"moja": 1, "mbili": 2, "tatu": 3, "nne": 4, "tano": 5},
    **{"sita": 6, "saba": 7, "nane": 8, "tisa": 9, "kumi": 10},
}
_CLOCK = re.compile(
    r"(?<= )(?:(?P<hour>\d{1,2})(?:[:.](?P<minute>\d\d))? (?P<half>am|pm)"
    r"|(?P<h>\d{1,2})[:.](?P<m>\d\d)"
    r"|(?:at|for|to|by|after|before|around|until|about|it) (?P<at>\d{1,2})(?= (?!people|of"
    r"|persons?|minutes))"
    r"|(?P<bare>\d{1,2})(?: (?:oclock|o'clock))"
    r"|saa (?P<saa>\w+)(?P<nusu> (?:na|u) nusu)?)(?= )"
)
_DAY = re.compile(
    rf"(?<= )(?:{'|'.join(_WEEKDAYS)}|today|tonight|tomorrow|leo|kesho|keshokutwa|noon|midday"
    rf"|morning"
    r"|afternoon|evening|asubuhi|mchana|jioni|usiku|next week|wiki ijayo|weekend|wikendi"
    r"|(?:the )?\d{1,2} (?:st|nd|rd|th))(?= )"
)


def times_in(words: str) -> frozenset[int]:
    """The clock times in plain words, as minutes on a twelve-hour dial: "14:45" is "2:45"."""
    return frozenset(
        minutes for match in _CLOCK.finditer(words) if (minutes := _minutes(match)) is not None
    )


def days_in(words: str) -> frozenset[str]:
    """The days and parts of days in plain words, weekdays by number."""
    return frozenset(str(_WEEKDAYS.get(match[0], match[0])) for match in _DAY.finditer(words))


def names_a_time(words: str) -> bool:
    """Whether plain words name any time or day."""
    return bool(times_in(words) or days_in(words))


def _minutes(match: re.Match[str]) -> int | None:
    said = match.groupdict()
    if said["saa"]:
        hour = _SAA.get(said["saa"]) or (int(said["saa"]) if said["saa"].isdecimal() else None)
        # The Swahili clock starts at dawn: saa nane is two.
        return None if hour is None else ((hour + 6) * 60 + 30 * bool(said["nusu"])) % 720
    hour = int(said["hour"] or said["h"] or said["at"] or said["bare"])
    minute = int(said["minute"] or said["m"] or 0)
    return (hour * 60 + minute) % 720 if hour < 25 and minute < 60 else None
