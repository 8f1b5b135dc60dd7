"""How people write a day, a time, a name and a number, in English and Swahili."""

from datetime import date, time
from random import Random

from evals.simulating.facts import Hours

ENGLISH_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SWAHILI_DAYS = ("Jumatatu", "Jumanne", "Jumatano", "Alhamisi", "Ijumaa", "Jumamosi", "Jumapili")
ENGLISH_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
SWAHILI_MONTHS = (
    *("Januari", "Februari", "Machi", "Aprili", "Mei", "Juni"),
    *("Julai", "Agosti", "Septemba", "Oktoba", "Novemba", "Desemba"),
)
ENGLISH_NUMBERS = (  # by the hour of a clock
    *("twelve", "one", "two", "three", "four", "five"),
    *("six", "seven", "eight", "nine", "ten", "eleven"),
)
SWAHILI_NUMBERS = (
    *("kumi na mbili", "moja", "mbili", "tatu", "nne", "tano"),
    *("sita", "saba", "nane", "tisa", "kumi", "kumi na moja"),
)
PARTS = {
    "en": {"morning": "in the morning", "afternoon": "in the afternoon", "evening": "evening"},
    "sw": {"morning": "asubuhi", "afternoon": "mchana", "evening": "jioni"},
}


def day(random: Random, wanted: date, today: date, language: str) -> str:
    """Write a day: by its distance, its weekday or its date."""
    ahead = (wanted - today).days
    return random.choice((_english_days if language == "en" else _swahili_days)(wanted, ahead))


def _english_days(wanted: date, ahead: int) -> list[str]:
    weekday, month = ENGLISH_DAYS[wanted.weekday()], ENGLISH_MONTHS[wanted.month - 1]
    nth = f"{wanted.day}{_ending(wanted.day)}"
    ways = [
        f"on the {nth}",
        f"{nth} {month}",
        f"{wanted.day} {month[:3]}",
        f"{month[:3]} {nth}",
        f"on {weekday} the {nth}",
        f"{wanted.day}/{wanted.month}",
        f"{wanted.day}/{wanted.month}/{wanted.year}",
        f"the {nth} of {month}",
    ]
    if 1 < ahead < 7:
        ways += [f"on {weekday}", weekday, f"this {weekday}", weekday[:3], f"in {ahead} days"] * 2
    near = {0: ["today"], 1: ["tomorrow"], 2: ["the day after tomorrow"]}
    return ways + near.get(ahead, []) * (12 if ahead < 2 else 2)


def _ending(day: int) -> str:
    return "th" if 10 < day < 20 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def _swahili_days(wanted: date, ahead: int) -> list[str]:
    weekday, month = SWAHILI_DAYS[wanted.weekday()], SWAHILI_MONTHS[wanted.month - 1]
    ways = [
        f"tarehe {wanted.day}",
        f"tarehe {wanted.day} {month}",
        f"{weekday} tarehe {wanted.day}",
        f"{wanted.day}/{wanted.month}",
    ]
    if 1 < ahead < 7:
        ways += [weekday, f"siku ya {weekday}"] * 3
    near = {0: ["leo"], 1: ["kesho"], 2: ["kesho kutwa"]}
    return ways + near.get(ahead, []) * (8 if ahead < 2 else 2)


def hours(random: Random, wanted: Hours, language: str) -> str:
    """Write when somebody can come, with the words that lead to it."""
    if wanted.exact is not None:
        return clock(random, wanted.exact, language, at=True)
    if wanted.words in PARTS[language]:
        return PARTS[language][wanted.words]
    if wanted.words.startswith("after"):
        lead = {"en": ["after", "any time after"], "sw": ["baada ya"]}
        return f"{random.choice(lead[language])} {clock(random, wanted.earliest, language)}"
    lead = {"en": ["before"], "sw": ["kabla ya"]}
    return f"{random.choice(lead[language])} {clock(random, wanted.latest, language)}"


def clock(random: Random, wanted: time, language: str, *, at: bool = False) -> str:
    """Write a time of day; with `at` as it stands behind a day."""
    said = random.choice((_english_clock if language == "en" else _swahili_clock)(wanted))
    if not at or language == "sw" or said.startswith(("at ", "@")):
        return said
    return random.choice([said, f"at {said}", f"at {said}"])


def _english_clock(wanted: time) -> list[str]:
    half, minute = wanted.hour % 12 or 12, f"{wanted.minute:02}"
    meridiem = "am" if wanted.hour < 12 else "pm"
    ways = [f"{wanted:%H:%M}", f"{half}:{minute}{meridiem}", f"{half}.{minute}{meridiem}"]
    if wanted.minute == 0:
        ways += [f"{half}{meridiem}", f"{half} {meridiem}", f"{half} o'clock", f"at {half}"] * 2
        ways += [f"at {ENGLISH_NUMBERS[wanted.hour % 12]}", f"@{half}{meridiem}", f"{half} p.m."]
        ways[-1] = f"{half} {meridiem[0]}.m."
    if wanted.minute == 30:
        ways += [f"half past {ENGLISH_NUMBERS[wanted.hour % 12]}", f"at {half}:30"]
    return ways


def _swahili_clock(wanted: time) -> list[str]:
    """The Swahili day begins at dawn: saa nane is two hours after noon."""
    number, minutes = (wanted.hour - 6) % 12, _swahili_minutes(wanted.minute)
    part = _swahili_part(wanted.hour)
    ways = [f"saa {wanted:%H:%M}"]
    if minutes is not None:
        spoken = SWAHILI_NUMBERS[number]
        ways += [f"saa {spoken}{minutes} {part}", f"saa {spoken}{minutes} {part}"]
        ways += [f"saa {spoken}{minutes}"]
    if wanted.minute == 0:
        ways.append(f"saa {number or 12} {part}")
    return ways


def _swahili_minutes(minute: int) -> str | None:
    return {0: "", 15: " na robo", 30: " na nusu"}.get(minute)


def _swahili_part(hour: int) -> str:
    if hour < 12:
        return "asubuhi"
    return "mchana" if hour < 16 else "jioni" if hour < 19 else "usiku"


def phone(random: Random, number: str) -> str:
    """Write a phone number in one of the ways it is dictated."""
    if not number.startswith("0"):
        return random.choice([number, f"{number[:4]} {number[4:7]} {number[7:]}"])
    first, second, third = number[:4], number[4:7], number[7:]
    return random.choice(
        [
            number,
            number,
            f"{first} {second} {third}",
            f"{first}-{second}-{third}",
            f"{first} {second}{third}",
            f"+254{number[1:]}",
            f"254{number[1:]}",
            f"+254 {number[1:4]} {second} {third}",
        ]
    )


def name(random: Random, full: str) -> str:
    """Write a name: mostly as it is, sometimes without capitals or in capitals only."""
    return random.choice([full, full, full, full.lower(), full.upper()])
