"""Every value of a text, the manners of those who write, and what holds for any text at all."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.when import BOOKING, Manner, Problem, manner_of, read_when
from agent.when.every import Named, read_every
from tests.agent.test_when import NOW, WORDS, said, table

NAIROBI = ZoneInfo("Africa/Nairobi")
REPORT = Manner(month_first=True, clock24=True, report=True, asks=False)
# A Monday, in the afternoon.
MONDAY = datetime(2016, 11, 7, 16, 12, tzinfo=NAIROBI)


def values(found: tuple[Named, ...]) -> str:
    """What was named in one line: "12-03 12-05+, 14:00"; "+" marks stretches of the calendar."""
    return ", ".join(
        " ".join((*map(str, each.days), *(f"{at:%H:%M}" for at in each.times))) + "+" * each.whole
        for each in found
    ).replace("2026-", "")


@pytest.mark.parametrize(
    ("text", "named"),
    table("""
        in on the 5th and out on the 8th of December = 12-05, 12-08
        from Friday to Sunday = 11-27 11-29
        Friday at 3 or Monday at half past 4 = 11-27, 15:00, 11-23, 16:30
        Monday, Wednesday or Friday = 11-23, 11-25 11-27
        2 or 3 pm = 14:00 15:00
        between 2 and 5 = 14:00 17:00
        not Friday, Saturday = 11-28
        next week, Monday at 10 = 11-23, 10:00
        next week = 11-23 11-29+
        after Tuesday = 11-24
        before Friday = 11-27
        the 31st of November =
        kesho saa nane mchana = 11-22, 14:00
        Jumanne saa mbili usiku hadi saa tatu = 11-24, 20:00, 21:00
        thank you so much =
    """),
)
def test_every_value_is_named_once_and_none_is_asked_about(text: str, named: str) -> None:
    assert values(read_every(text, NOW)) == named


@pytest.mark.parametrize(
    ("text", "named"),
    table("""
        this week = 2016-11-07 2016-11-13+
        last week = 2016-10-31 2016-11-06+
        the last 3 months = 2016-08-07 2016-11-06+
        next five days = 2016-11-08 2016-11-12+
        previous quarter = 2016-07-01 2016-09-30+
        q3 2015 = 2015-07-01 2015-09-30+
        first half of 2015 = 2015-01-01 2015-06-30+
        in 2007 = 2007-01-01 2007-12-31+
        since 2012 = 2012-01-01
        before 2018 = 2018-01-01
        from 2014 through May 2018 = 2014-01-01 2018-05-01
        from April until the end of June = 2017-04-01 2017-07-01
        from june 26 to june 28 in 2020 = 2020-06-26 2020-06-28
        december 2015 = 2015-12-01 2015-12-31+
        the 1990s = 1990-01-01 1999-12-31+
        week 10 = 2016-03-07 2016-03-13+
        the third week of January 2019 = 2019-01-14 2019-01-20+
        nineteen eighty six was a good year = 1986-01-01 1986-12-31+
        January twenty five nineteen eighty six = 1986-01-25
        2 weeks before Christmas = 2016-12-11
        three months after Easter = 2017-07-16
        1 month 21 days ago = 2016-09-16
        2 hours ago = 2016-11-07 14:12
        within 2h = 2016-11-07 16:12 18:12
        for 3 hours from 10 am = 10:00 13:00
        for 3 days starting tomorrow = 2016-11-08 2016-11-10+
        tomorrow afternoon = 2016-11-08, 12:00 16:00
        last night at 8 = 2016-11-06, 20:00
        right now = 2016-11-07 16:12
        4/5/2016 = 2016-04-05
        05/05/89 = 1989-05-05
        2019-aug-1 = 2019-08-01
        it may have to be changed =
        last fiscal year =
    """),
)
def test_reports_name_whole_stretches_and_what_is_past(text: str, named: str) -> None:
    assert values(read_every(text, MONDAY, manner=REPORT)) == named


@pytest.mark.parametrize(
    ("text", "manner", "meaning"),
    [
        ("4/5/2027", BOOKING, "2027-05-04"),
        ("4/5/2027", Manner(month_first=True), "2027-04-05"),
        ("25/12", Manner(month_first=True), "12-25"),
        ("12/25", BOOKING, "12-25"),
        ("Saturday 12/5", BOOKING, "12-05"),
        ("at 5", BOOKING, "17:00"),
        ("at 5", Manner(clock24=True), "05:00"),
        ("at 12", Manner(clock24=True), "12:00"),
        ("at quarter to 1", Manner(clock24=True), "12:45"),
        ("saa tano asubuhi", Manner(clock24=True), "11:00"),
        ("at 5 in the evening", Manner(clock24=True), "17:00"),
    ],
)
def test_what_words_leave_open_is_taken_as_its_writers_take_it(
    text: str, manner: Manner, meaning: str
) -> None:
    assert said(read_when(text, NOW, manner=manner)) == meaning


def test_the_month_comes_first_where_the_business_is_in_the_united_states() -> None:
    assert manner_of("US").month_first
    assert manner_of("us").month_first
    assert manner_of("KE") == BOOKING == manner_of("GB")


def test_who_cannot_be_asked_gets_a_year_in_which_weekday_and_date_agree() -> None:
    asked = read_when("Friday 7th of January", NOW)
    assert asked.problem is Problem.WEEKDAY_MISMATCH
    assert asked.choices == (date(2027, 1, 7), date(2026, 11, 27))
    assert read_when("Friday 7th of January", NOW, manner=Manner(asks=False)).date == date(
        2028, 1, 7
    )


def test_a_report_s_grammar_leaves_bookings_alone() -> None:
    assert not read_when("room 2018 please, or Q3", NOW)
    assert said(read_when("may I come at 3?", NOW)) == "15:00"


@pytest.mark.parametrize(
    ("text", "meaning"),
    table("""
        two days after tomorrow = 11-24
        first friday of next month = 12-04
        the last saturday of the month = 11-28
        friday fortnight = 12-11
        the first week of december = 12-01..12-07
        the second half of december = 12-16..12-31
        week commencing 7th december = 12-07..12-13
        within two weeks = 11-21..12-05
        tomorrow or the day after = 11-22..11-23
        Dec 3 - Jan 2 = 12-03..2027-01-02
        3rd to 7th of this month = 11-03..11-07 past
        from 28 December 2027 to 3 January = 2027-12-28..2028-01-03
        4 months from tomorrow = 2027-03-22
        last night = 11-20 >18:00 past
        on 15 at 4 = 12-15 16:00
        the twenty third day of december = 12-23
        tomorrow, 5 to 3 = 11-22 14:55
        10 to 4 in the afternoon = 15:50
        from 10 to 12 in the morning = >10:00 <12:00
        7p = 19:00
        easter monday = 2027-03-29
        good friday = 2027-03-26
        mother's day = 2027-05-09
        thanksgiving = 11-26
        workers' day = 2027-05-01
        christmas 2027 = 2027-12-25
        saturday 27th = 11-27 weekday_mismatch
        mwisho wa mwezi = 11-26..11-30
        kesho asubuhi na mapema = 11-22 <10:00
        jumamosi tarehe 27 = 11-27 weekday_mismatch
        tarehe 3 hadi 7 mwezi ujao = 12-03..12-07
        pasaka = 2027-03-28
        I set a 7:15 booking = 19:15
        a party with co-workers at 3 = 15:00
    """),
)
def test_people_mean_this_too(text: str, meaning: str) -> None:
    assert said(read_when(text, NOW)) == meaning


TEXTS = st.one_of(
    st.text(max_size=200), st.lists(st.sampled_from(WORDS.split()), max_size=20).map(" ".join)
)
MANNERS = st.builds(Manner, *[st.booleans()] * 4)


@settings(max_examples=300, deadline=None)
@given(TEXTS, MANNERS, st.booleans(), st.datetimes(timezones=st.just(NAIROBI)))
def test_no_text_at_any_time_makes_it_raise_and_spans_lie_in_the_text(
    text: str, manner: Manner, expecting: bool, now: datetime
) -> None:
    found = read_every(text, now, expecting_time=expecting, manner=manner)
    assert all(0 <= each.start < each.end <= len(text) for each in found)
    assert all(each.days or each.times for each in found)
    read_when(text, now, expecting_time=expecting, manner=manner)


PHRASES = ("tomorrow at 2pm", "Friday week", "half past two", "kesho saa nane mchana", "9 December")


@pytest.mark.parametrize("phrase", PHRASES)
@settings(max_examples=60, deadline=None)
@given(
    st.text(alphabet=" .,;!?\"'()\n\t", max_size=6), st.text(alphabet=" .,;!?\"'\n\t", max_size=6)
)
def test_punctuation_around_a_phrase_changes_nothing(phrase: str, before: str, after: str) -> None:
    plain = read_when(phrase, NOW)
    around = read_when(f"{before} {phrase} {after}", NOW)
    assert said(around) == said(plain)
    text = f"{before} {phrase} {after}"
    assert " ".join(text[start:end] for start, end in around.spans).strip() in phrase


@pytest.mark.parametrize("phrase", PHRASES)
def test_shouting_and_politeness_change_nothing(phrase: str) -> None:
    for text in (phrase.upper(), f"Hi! {phrase} please, thanks", f"naomba {phrase} tafadhali"):
        assert said(read_when(text, NOW)) == said(read_when(phrase, NOW))


@pytest.mark.parametrize("unit", ["1 ", "in 2 years ", "from 2014 to ", "first week of ", "q1 - "])
def test_ten_thousand_characters_of_a_report_are_read_in_reasonable_time(unit: str) -> None:
    before = datetime.now(NAIROBI)
    read_every((unit * 10_000)[:10_000], NOW, manner=REPORT)
    assert (datetime.now(NAIROBI) - before).total_seconds() < 5
