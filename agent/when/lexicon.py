"""The words people use for time in English and Swahili, and the one word each stands for.

A further language starts here: map its words onto the same names, then see what grammar is left.
The Swahili was not checked by a native speaker.
"""

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)

_SPELLINGS = {
    "monday": "mon jumatatu jtatu jumaatatu mondy",
    "tuesday": "tue tues jumanne jnne tuesdy teusday",
    "wednesday": "wed weds jumatano jtano wensday wendsday wednsday",
    "thursday": "thu thur thurs alhamisi alhamis alh thrusday thirsday",
    "friday": "fri ijumaa ijuma firday firiday",
    "saturday": "sat jumamosi jmosi jumamos satuday",
    "sunday": "sun jumapili jpili",
    "january": "jan januari",
    "february": "feb februari feburary",
    "march": "mar machi",
    "april": "apr aprili apirl arpil",
    "may": "mei",
    "june": "jun juni",
    "july": "jul julai",
    "august": "aug agosti",
    "september": "sep sept septemba",
    "october": "oct oktoba",
    "november": "nov novemba",
    "december": "dec desemba disemba",
    "today": "leo tody todya 2day todai",
    "tonight": "tonite 2nite tonigt tonght",
    "tomorrow": "kesho tmrw tmr tmrow tomoro tomorow tommorow tommorrow 2moro 2morrow tmorrow",
    "overmorrow": "keshokutwa",
    "yesterday": "jana",
    "week": "wk wiki",
    "weekend": "wknd wkend wikendi wikiendi weekends",
    "month": "mwezi mwezi",
    "days": "day siku",
    "weeks": "wks",
    "months": "miezi",
    "hours": "hour hr masaa lisaa",
    "minutes": "minute min mins dakika",
    "nights": "",
    "ijayo": "ujao zijazo yajayo lijalo ijao",
    "hii": "huu hizi",
    "iliyopita": "uliopita zilizopita",
    "tarehe": "trh tarehehe",
    "hadi": "mpaka",
    "am": "",
    "pm": "",
    "hrs": "hours'",
    "oclock": "o'clock o'clok o'clk",
    "until": "till til untill",
    "through": "thru",
    "noon": "midday adhuhuri noontime noonish",
    "morning": "mornin mrng mornings",
    "afternoon": "aftenoon arvo afternoons aftrnoon",
    "evening": "evng evenin evenings",
    "night": "nite",
    "lunchtime": "lunch-time",
    "anytime": "whenever",
    "around": "approx approximately roughly circa",
    "between": "btwn btw",
    "before": "b4",
    "can't": "cant cannot couldn't couldnt siwezi sitaweza",
    "won't": "wont",
    "doesn't": "doesnt haifai haitafaa",
    "not": "sio siyo isn't isnt",
    "next": "nxt",
    "couple": "cpl",
}

CANONICAL = {
    spelling: name for name, others in _SPELLINGS.items() for spelling in (name, *others.split())
}

# Everyday words, too: read as weekdays only where a neighbour says so.
SHY_WEEKDAYS = frozenset({"mon", "wed", "sat", "sun"})

# Long enough that a slip of the finger does not land on another word.
FUZZY = (
    *WEEKDAYS,
    *(month for month in MONTHS if len(month) > 5),
    *("tomorrow", "afternoon", "evening", "morning", "tonight", "weekend"),
    *("jumatatu", "jumanne", "jumatano", "alhamisi", "ijumaa", "jumamosi", "jumapili"),
    *("januari", "februari", "septemba", "oktoba", "novemba", "desemba"),
)

# Words a typo matcher would take for one of the above.
NOT_TYPOS = frozenset(
    [
        "weekday",
        "weekdays",
        "evenly",
        "opening",
        "warning",
        "saturated",
        "monthly",
        "augusta",
        "jumla",
        "mourning",
        "learning",
        "turning",
        "meaning",
        "jumuiya",
        "events",
    ]
)


def _counted(words: str, first: int = 1) -> dict[str, int]:
    return {word: number for number, word in enumerate(words.split(), first)}


UNITS = _counted("one two three four five six seven eight nine")
SWAHILI_UNITS = {
    **_counted("moja mbili tatu nne tano sita saba nane tisa"),
    **_counted("mmoja wawili watatu wanne watano"),
    **_counted("limoja mawili matatu manne matano"),
}
TEENS = _counted(
    "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen", 10
)
TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50,
        "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}  # fmt: skip
SWAHILI_TENS = {"kumi": 10, "ishirini": 20, "thelathini": 30, "arobaini": 40, "hamsini": 50}
ORDINALS = {
    **_counted("first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"),
    **_counted("thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth", 13),
    **{"twentieth": 20, "thirtieth": 30},
}
