from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.when import Problem, When, read_when, to_instant

NAIROBI = ZoneInfo("Africa/Nairobi")
BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")

# A Saturday.
NOW = datetime(2026, 11, 21, 10, 0, tzinfo=NAIROBI)


def said(when: When) -> str:
    """A reading in one line: "2026-11-22..2026-11-24 14:00 >12:00 <16:00 earliest past"."""
    parts = []
    if when.date or when.date_to:
        end = f"..{when.date_to}" if when.date_to else ""
        parts.append(f"{when.date or ''}{end}".replace("2026-", ""))
    for mark, at in (("", when.time), (">", when.after), ("<", when.before)):
        if at:
            parts.append(f"{mark}{at:%H:%M}")
        elif at is not None:
            parts.append(f"{mark}00:00")
    parts += [flag for flag in ("earliest", "latest", "any_time") if getattr(when, flag)]
    if when.problem:
        parts.append(when.problem.value)
    return " ".join(parts)


def table(text: str) -> list[tuple[str, str]]:
    """Lines of "what is said = what is meant"."""
    rows = [line.rsplit("=", 1) for line in text.strip().splitlines()]
    return [(phrase.strip(), meaning.strip()) for phrase, meaning in rows]


ENGLISH_DAYS = table("""
    today = 11-21
    tomorrow = 11-22
    tmrw = 11-22
    tomoro please = 11-22
    2moro = 11-22
    tommorow = 11-22
    tomorrow's fine = 11-22
    day after tomorrow = 11-23
    the day after tmrw = 11-23
    later today = 11-21
    friday = 11-27
    fri = 11-27
    FRIDAY!! = 11-27
    this friday = 11-27
    coming friday = 11-27
    friday coming = 11-27
    next friday = 11-27
    next saturday = 11-28
    saturday = 11-28
    this saturday = 11-21
    wensday = 11-25
    wendsday = 11-25
    thrusday = 11-26
    thursdy = 11-26
    satuday = 11-28
    tues = 11-24
    weds please = 11-25
    friday week = 12-04
    a week on tuesday = 12-01
    friday after next = 12-04
    tuesday next week = 11-24
    next week tuesday = 11-24
    sunday this week = 11-22
    on sundays? = 11-22
    in 3 days = 11-24
    in three days = 11-24
    three days from now = 11-24
    two days from tomorrow = 11-24
    in a couple of days = 11-23
    in two weeks = 12-05
    in about two weeks = 12-05
    in 2 weeks time = 12-05
    in a fortnight = 12-05
    a fortnight today = 12-05
    tomorrow week = 11-29
    in a month = 12-21
    the 9th = 12-09
    on the 27th = 11-27
    on the 27 = 11-27
    the 21st = 11-21
    31st = 12-31
    9 december = 12-09
    9th of december = 12-09
    december the 9th = 12-09
    dec 9th = 12-09
    twenty first of december = 12-21
    december twenty first = 12-21
    second of march = 2027-03-02
    may 9 = 2027-05-09
    9/12 = 12-09
    09/12/2026 = 12-09
    12/25/2026 = 12-25
    9.12.2026 = 12-09
    2026-12-09 = 12-09
    2026/12/09 = 12-09
    9-Dec-2026 = 12-09
    Wed, 09 Dec 2026 = 12-09
    tuesday 24th = 11-24
    friday the 4th of december = 12-04
    friday 25th = 12-25
    5th of this month = 11-05 past
    5th of next month = 12-05
    the first saturday of december = 12-05
    last day of november = 11-30
    29 feb = 2028-02-29
    christmas eve = 12-24
    new year's day = 2027-01-01
    jamhuri day = 12-12
    this week = 11-21..11-22
    next week = 11-23..11-29
    week after next = 11-30..12-06
    early next week = 11-23..11-24
    this weekend = 11-21..11-22
    next weekend = 11-28..11-29
    next month = 12-01..12-31
    end of the month = 11-26..11-30
    in december = 12-01..12-31
    the next few days = 11-21..11-24
    next week, wednesday maybe = 11-25
    thursday or friday = 11-26..11-27
    friday and saturday = 11-27..11-28
    monday to wednesday = 11-23..11-25
    from friday until sunday = 11-27..11-29
    december 9th through 12th = 12-09..12-12
    17 - 19 december = 12-17..12-19
    the 24th to the 4th = 11-24..12-04
    check in friday check out monday = 11-27..11-30
    leaving on the 12th, arriving on the 10th = 12-10..12-12
    until friday = ..11-27
    before friday = ..11-26
    after tuesday = 11-25..12-01
""")

ENGLISH_TIMES = table("""
    at 2 = 14:00
    @ 2 = 14:00
    @2 = 14:00
    2pm = 14:00
    2 p.m. = 14:00
    2 PM. = 14:00
    2:30 = 14:30
    2.30pm = 14:30
    14:00 = 14:00
    14.30 = 14:30
    14h30 = 14:30
    09:30 = 09:30
    930pm = 21:30
    1400hrs = 14:00
    1400 hours = 14:00
    at 1830 = 18:30
    half past two = 14:30
    half two = 14:30
    half past 12 in the afternoon = 12:30
    quarter to 5 = 16:45
    a quarter past ten = 10:15
    twenty past three = 15:20
    20 to 4 = 15:40
    ten minutes to four = 15:50
    25 to 7 p.m. = 18:35
    15 minutes before noon = 11:45
    noon = 12:00
    midday = 12:00
    midnight = 00:00
    12am = 00:00
    12pm = 12:00
    5ish = 17:00
    7 o5 = 19:05
    b4 5 = <17:00
    2 o'clock = 14:00
    2 o"clock = 14:00
    at 8 = 08:00
    at 11 = 11:00
    at 12 = 12:00
    at 7 = 19:00
    around 4 = 16:00
    at two thirty = 14:30
    8 in the evening = 20:00
    morning 11:30 = 11:30
    evening 6 = 18:00
    9 at night = 21:00
    10 in the morning please = 10:00
    at 8 for 6 people = 08:00
    after 4 = >16:00
    any time after 4 = >16:00 any_time
    from 4 onwards = >16:00
    4 or later = >16:00
    not before 4 = >16:00
    before noon = <12:00
    by 5 = <17:00
    no later than 5pm = <17:00
    until 3 = <15:00
    between 2 and 5 = >14:00 <17:00
    from 2 to 4 = >14:00 <16:00
    2-4pm = >14:00 <16:00
    9 to 5pm = >09:00 <17:00
    1400-1600 = >14:00 <16:00
    between 10am and noon = >10:00 <12:00
    between 8 and 10 in the evening = >20:00 <22:00
    in the morning = <12:00
    in the afternoon = >12:00 <17:00
    late afternoon = >15:00 <18:00
    lunchtime = >12:00 <14:00
    in the evening = >17:00
    first thing = <12:00 earliest
    end of day = >15:00 latest
    the earliest you have = earliest
    as soon as possible = earliest
    asap = earliest
    first available = earliest
    last slot please = latest
    any time = any_time
    anytime = any_time
    whenever = any_time
    2 or 3 pm = ambiguous
    move it to 4 = 16:00
    move it from 2 to 4 = 16:00
    change my 2pm to 4:30pm = 16:30
    can we push it back to 5 = 17:00
""")

ENGLISH_BOTH = table("""
    tomorrow at 2 = 11-22 14:00
    tomorrow @ 3 = 11-22 15:00
    five-thirty tomorrow = 11-22 17:30
    tonight = 11-21 >18:00
    tonight at 8 = 11-21 20:00
    8 tonight = 11-21 20:00
    this evening = 11-21 >17:00
    tomorrow evening at 7:30 = 11-22 19:30
    tomorrow morning = 11-22 <12:00
    first thing tomorrow = 11-22 <12:00 earliest
    friday 2-4 = 11-27 >14:00 <16:00
    9-12 on friday = 11-27 >09:00 <12:00
    8 on thursday = 11-26 08:00
    friday at 9 pm or later = 11-27 >21:00
    in an hour = 11-21 11:00
    in half an hour = 11-21 10:30
    in 30 minutes = 11-21 10:30
    in an hour and a half = 11-21 11:30
    no, Friday = 11-27
    friday, no saturday = 11-28
    friday at 2, actually make it saturday = 11-28 14:00
    Jumatano saa 9 mchana. Ngoja, saa 10 jioni ni bora = 11-25 16:00
    ijumaa saa tisa mchana, nimebadilisha mawazo, saa kumi jioni = 11-27 16:00
    friday 2pm. change of plans, saturday 4pm please = 11-28 16:00
    not today, tomorrow = 11-22
    not Friday = 
    friday doesn't work = 
    can't make friday, can we do monday at 3 = 11-23 15:00
    instead of friday, sunday = 11-22
    any day but monday = 
    move my friday appointment to monday = 11-23
    the earliest on friday = 11-27 earliest
    anytime tomorrow = 11-22 any_time
    tomorrow, Sunday = 11-22
    31 February = no_such_date
    31 november at 3 = 15:00 no_such_date
    tomorrow, Monday = 11-22 weekday_mismatch
    Monday 24 November = 11-24 weekday_mismatch
    monday 24th = 11-24 weekday_mismatch
    yesterday = 11-20 past
    last friday = 11-20 past
    two days ago = 11-19 past
    20 november = 11-20 past
    today at 9am = 11-21 09:00 past
    this morning at 8 = 11-21 08:00 past
    monday or thursday = 11-23..11-26 ambiguous
    Hi! For 2 people on Friday at half past 6, my number is 0712 345 678 = 11-27 18:30
    wash and cut for two at 3pm tomorrow, budget KES 1,500 = 11-22 15:00
    can I come for a 45 min massage on the 5th around 11 = 12-05 11:00
""")

SWAHILI = table("""
    leo = 11-21
    kesho = 11-22
    kesho kutwa = 11-23
    keshokutwa = 11-23
    jana = 11-20 past
    jumatatu = 11-23
    jumanne = 11-24
    jumatano = 11-25
    alhamisi = 11-26
    ijumaa = 11-27
    jumamosi = 11-28
    jumapili = 11-22
    jmosi = 11-28
    jumatno = 11-25
    jumatanu = 
    alhamis = 11-26
    jumanne ijayo = 11-24
    jumatano ya wiki ijayo = 11-25
    wiki ijayo jumatano = 11-25
    wiki ijayo = 11-23..11-29
    wiki hii = 11-21..11-22
    wikendi hii = 11-21..11-22
    mwezi ujao = 12-01..12-31
    tarehe 9 = 12-09
    tarehe tisa Desemba = 12-09
    tarehe 9 mwezi ujao = 12-09
    tarehe ishirini na tano desemba = 12-25
    tarehe 31 novemba = no_such_date
    siku tatu zijazo = 11-24
    baada ya siku mbili = 11-23
    wiki mbili zijazo = 12-05
    jumatatu au jumanne = 11-23..11-24
    saa nane mchana = 14:00
    saa 8 mchana = 14:00
    8 mchana = 14:00
    saa mbili asubuhi = 08:00
    saa mbili usiku = 20:00
    saa tatu usiku = 21:00
    saa nne na nusu = 10:30
    saa nne unusu = 10:30
    saa tisa kasorobo = 14:45
    saa kumi na robo = 16:15
    saa kumi na moja jioni = 17:00
    saa sita mchana = 12:00
    saa sita usiku = 00:00
    saa kumi alfajiri = 04:00
    saa 14:00 = 14:00
    saa nane = 14:00
    saa 10 = 16:00
    saa 4:30 = 10:30
    saa 2pm = 14:00
    saa nane na dakika kumi = 14:10
    saa nane kasoro dakika tano = 13:55
    asubuhi = <12:00
    mchana = >12:00 <16:00
    alasiri = >15:00 <18:00
    jioni = >16:00
    usiku = >19:00
    baada ya saa kumi = >16:00
    kabla ya saa sita mchana = <12:00
    kati ya saa nane na saa kumi = >14:00 <16:00
    kati ya saa nane na kumi = >14:00 <16:00
    kuanzia saa nane hadi saa kumi = >14:00 <16:00
    wakati wowote = any_time
    saa yoyote kesho = 11-22 any_time
    mapema kabisa = earliest
    mapema iwezekanavyo = earliest
    kesho saa nane mchana = 11-22 14:00
    kesho mchana saa nane = 11-22 14:00
    keshokutwa saa tatu usiku = 11-23 21:00
    leo usiku = 11-21 >19:00
    leo saa kumi = 11-21 16:00
    kesho asubuhi = 11-22 <12:00
    nitakuja tarehe 25 desemba saa tatu asubuhi = 12-25 09:00
    hapana, jumatatu = 11-23
    sio ijumaa = 
    siwezi ijumaa, jumamosi je? = 11-28
    badilisha kutoka ijumaa hadi jumatatu = 11-23
    nihamishie hadi saa tisa = 15:00
    kesho 2pm = 11-22 14:00
    kesho at 2 = 11-22 14:00
    naomba friday saa nne asubuhi = 11-27 10:00
    jumamosi around 4 = 11-28 16:00
    book me kesho evening at 6 = 11-22 18:00
    asubuhi njema, nataka kuja kesho = 11-22
""")

SAYS_NOTHING = """
    0712 345 678
    call me on 0712345678
    +254 712 345 678
    my number is 254712345678
    KES 1500
    ksh 1,500
    1,500
    1500/=
    2,000 bob
    $20
    the price was 2.50
    45 min
    for an hour
    2 hours long
    a half hour massage
    3 nights
    for two
    2 people
    two of us
    for 4 please
    a table for 2
    party of 6
    watu wawili
    room 12
    option 2
    number 4
    24/7
    10%
    6.45 percent
    one second
    one more thing
    may I ask something
    may we come
    the march was long
    the sun is hot
    I sat at the desk
    my name is April
    June here
    good morning
    good evening!
    habari ya asubuhi
    happy new year
    on second thought
    2
    10
    3 is fine
    booking AB-12345
    p1 o1 yes 01ARZ3NDEKTSV4RRFFQ69G5FAV
    O2 please
    we sit at a5
    me@example.com
    https://example.com/2026-12-09
    yes please
    ndio
    hapana asante
    no thanks
""".strip().splitlines()


@pytest.mark.parametrize(
    ("phrase", "meaning"), [*ENGLISH_DAYS, *ENGLISH_TIMES, *ENGLISH_BOTH, *SWAHILI]
)
def test_a_phrase_means_what_people_mean_by_it(phrase: str, meaning: str) -> None:
    assert said(read_when(phrase, NOW)) == meaning


@pytest.mark.parametrize("phrase", ["p1 o1 yes", "o1.", "yes 01ARZ3NDEKTSV4RRFFQ69G5FAV"])
def test_handles_and_ids_are_no_time_even_where_one_was_asked_for(phrase: str) -> None:
    assert not read_when(phrase, NOW, expecting_time=True)


@pytest.mark.parametrize("phrase", [line.strip() for line in SAYS_NOTHING])
def test_phones_prices_counts_lengths_and_names_say_nothing_about_time(phrase: str) -> None:
    assert read_when(phrase, NOW) == When()
    assert not read_when(phrase, NOW)


@pytest.mark.parametrize(
    ("phrase", "meaning"),
    table("""
    2 = 14:00
    10 = 10:00
    17 = 17:00
    around 4 = 16:00
    for 2 = 14:00
    lets do 3 = 15:00
    1830 = 18:30
    17 30 = 17:30
    2 or 3 = ambiguous
    10 to 12 = >10:00 <12:00
    after 3 = >15:00
    nane = 14:00
    kumi na moja = 17:00
    the second one = 
    6 people = 
    0712345678 = 
    """),
)
def test_a_bare_number_is_a_time_only_when_we_asked_for_one(phrase: str, meaning: str) -> None:
    assert said(read_when(phrase, NOW, expecting_time=True)) == meaning


@pytest.mark.parametrize(
    ("phrase", "near", "expected"),
    [
        ("at 8", time(19, 0), time(20, 0)),
        ("at 8", time(9, 0), time(8, 0)),
        ("at 8", time(14, 0), time(8, 0)),
        ("at 8am", time(19, 0), time(8, 0)),
        ("at 7", time(8, 0), time(7, 0)),
    ],
)
def test_the_time_talked_about_decides_between_morning_and_evening(
    phrase: str, near: time, expected: time
) -> None:
    assert read_when(phrase, NOW, near=near).time == expected


def test_a_weekday_said_on_its_own_day_is_a_week_away() -> None:
    friday = NOW.replace(day=20)
    assert read_when("friday at 4", friday).date == date(2026, 11, 27)
    assert read_when("this friday at 4", friday).date == date(2026, 11, 20)
    assert read_when("today at 4", friday).date == date(2026, 11, 20)


def test_next_friday_is_in_the_next_calendar_week_whatever_day_it_is() -> None:
    for day, expected in ((16, 27), (20, 27), (22, 27), (23, 4)):
        found = read_when("next friday", NOW.replace(day=day)).date
        assert found is not None
        assert found.day == expected


def test_an_ambiguous_message_hands_out_what_it_could_be() -> None:
    assert read_when("2 or 3 pm", NOW).choices == (time(14), time(15))
    assert read_when("monday or thursday", NOW).choices == (date(2026, 11, 23), date(2026, 11, 26))


def test_a_weekday_that_contradicts_its_date_offers_both() -> None:
    when = read_when("Monday 24 November at 3pm", NOW)
    assert when.problem is Problem.WEEKDAY_MISMATCH
    assert when.choices == (date(2026, 11, 24), date(2026, 11, 23))
    assert when.time == time(15)


def test_spans_say_which_words_the_reading_rests_on() -> None:
    text = "Naomba kesho, for 2 people, saa nane mchana \u2013 asante"
    words = [text[start:end] for start, end in read_when(text, NOW).spans]
    assert words == ["kesho", "saa nane", "mchana"]


def test_spans_hold_in_texts_whose_lower_case_is_longer() -> None:
    text = "\u0130stanbul \u0130\u0130 Friday"
    ((start, end),) = read_when(text, NOW).spans
    assert text[start:end] == "Friday"


@pytest.mark.parametrize(
    ("now", "phrase", "meaning"),
    [
        (datetime(2026, 10, 24, 12, 0, tzinfo=BERLIN), "tomorrow at 2:30 am", "10-25 02:30"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=BERLIN), "in 3 hours", "10-25 03:30"),
        (datetime(2026, 3, 8, 1, 30, tzinfo=NEW_YORK), "in an hour", "03-08 03:30"),
        (datetime(2026, 3, 7, 23, 0, tzinfo=NEW_YORK), "in 2 days", "03-09"),
        (datetime(2026, 12, 31, 23, 50, tzinfo=NAIROBI), "in 20 minutes", "2027-01-01 00:10"),
        (datetime(2026, 10, 4, 1, 45, tzinfo=LORD_HOWE), "in 30 minutes", "10-04 02:45"),
        (datetime(2026, 12, 31, 9, 0, tzinfo=NEW_YORK), "the 31st", "12-31"),
        (datetime(2028, 2, 28, 9, 0, tzinfo=NEW_YORK), "tomorrow", "2028-02-29"),
    ],
)
def test_phrases_hold_across_changes_of_the_clocks_and_of_the_year(
    now: datetime, phrase: str, meaning: str
) -> None:
    assert said(read_when(phrase, now)) == meaning


@pytest.mark.parametrize(
    ("zone", "day", "at", "expected"),
    [
        (NAIROBI, date(2026, 11, 22), time(14), datetime(2026, 11, 22, 11, tzinfo=UTC)),
        (BERLIN, date(2026, 3, 29), time(2, 30), None),
        (BERLIN, date(2026, 3, 29), time(3, 0), datetime(2026, 3, 29, 1, tzinfo=UTC)),
        (BERLIN, date(2026, 10, 25), time(2, 30), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        (NEW_YORK, date(2026, 3, 8), time(2, 0), None),
        (NEW_YORK, date(2026, 11, 1), time(1, 30), datetime(2026, 11, 1, 5, 30, tzinfo=UTC)),
        (LORD_HOWE, date(2026, 10, 4), time(2, 15), None),
    ],
)
def test_a_wall_clock_time_is_one_instant_or_none(
    zone: ZoneInfo, day: date, at: time, expected: datetime | None
) -> None:
    assert to_instant(day, at, zone) == expected


WORDS = """
    2 9th 31 friday to move from until 0712 tomorrow in the morning , . - or and saa nne na nusu
    kumi 3pm week next may 12 for an hour half past at change february 9/12 2026-12-09 14:30 @
    not between before after ijumaa tarehe ijayo mwezi days 5000 last first ago later
"""


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.text(max_size=200), st.lists(st.sampled_from(WORDS.split()), max_size=25).map(" ".join)
    ),
    st.booleans(),
)
def test_no_text_makes_it_raise(text: str, expecting: bool) -> None:
    when = read_when(text, NOW, expecting_time=expecting)
    assert all(0 <= start < end <= len(text) for start, end in when.spans)


@pytest.mark.parametrize(
    "unit", ["1 ", "1", "@", "at ", "friday ", "1 to ", "9 of ", "move x ", "'", "kumi na ", "1."]
)
def test_ten_thousand_characters_are_read_in_reasonable_time(unit: str) -> None:
    before = datetime.now(UTC)
    read_when((unit * 10_000)[:10_000], NOW, expecting_time=True)
    assert (datetime.now(UTC) - before).total_seconds() < 5
