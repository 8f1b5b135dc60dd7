"""Faults planted in what a simulated guest says: each kind is found before it is sent."""

from dataclasses import replace
from datetime import date, time

import pytest

from evals.simulating.checking import Checker
from evals.simulating.facts import Afterwards, Facts, Hours, Visit
from evals.simulating.hearing import Asked, Menu, Question, Slot
from evals.simulating.line import Line, Means

TODAY, TUESDAY = date(2026, 11, 21), date(2026, 11, 24)
VISIT = Visit("Manicure", TUESDAY, Hours.of("14:00"), "Amina")
JANE = Facts("Jane Wanjiku", "0712345678", VISIT, VISIT, ("a manicure", "mani"))
MENU = Menu(
    ("Manicure", "Pedicure"),
    ("Amina", "Wanjiru"),
    {"Manicure": "Manicure", "mani": "Manicure", "Pedicure": "Pedicure", "pedi": "Pedicure"},
)


def faults(
    text: str, *means: Means, facts: Facts = JANE, question: Question | None = None
) -> list[str]:
    line = Line((text,), means or (Means("book"),))
    return Checker(facts, MENU, TODAY).faults(line, question)


def question(text: str, asked: Asked = Asked.BOOK, day: int = 24, hour: int = 14) -> Question:
    days, times = (frozenset({date(2026, 11, day)}),), (frozenset({time(hour)}),)
    return Question(asked, text, "p1", ("Manicure",), ("Amina",), days, times, ("Yes", "No"))


def test_what_the_sheet_says_is_sent() -> None:
    said = "can I get a manicure on Tuesday at 2pm with Amina? I'm Jane Wanjiku, 0712 345 678"
    assert faults(said) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("mani on tuesday at 3pm", "said 15:00"),
        ("mani on wednesday at 2pm", "said 2026-11-25"),
        ("mani kesho saa nane", "said 2026-11-22"),
        ("mani tarehe 24 saa tisa mchana", "said 15:00"),
        ("pedi on tuesday at 2pm", "named Pedicure"),
        ("mani on tuesday with Wanjiru", "named Wanjiru"),
        ("Jane Wanjiku 0712 345 679", "gave the number 0712345679"),
    ],
)
def test_a_slip_in_the_words_is_found_whatever_was_meant(text: str, fault: str) -> None:
    [found] = faults(text)
    assert found.startswith(fault)


@pytest.mark.parametrize(
    "means",
    [
        Means("book", service="Pedicure"),
        Means("book", day=date(2026, 11, 25)),
        Means("book", hours=Hours.of("15:00")),
        Means("book", staff="Wanjiru"),
        Means("name", name="Grace"),
        Means("phone", phone="0700000000"),
        Means("move", day=TUESDAY),
        Means("cancel"),
        Means("stop_offers"),
        Means("person"),
        Means("yes_extra"),
        Means("late_yes"),
        Means("later_extra"),
    ],
)
def test_what_the_sheet_does_not_have_is_not_meant(means: Means) -> None:
    assert faults("ok", means)


def test_no_is_not_said_where_the_sheet_says_yes() -> None:
    assert faults("no thanks", Means("no_extra"), facts=replace(JANE, extra="accept"))


def test_a_yes_that_reads_as_a_no_is_found() -> None:
    asked = question("Shall I book it?")
    assert faults("no", Means("yes_book"), question=asked)
    assert faults("yes", Means("no_extra"))


def test_a_yes_is_only_for_what_the_sheet_has() -> None:
    right, hour, day = question("…"), question("…", hour=15), question("…", day=25)
    assert faults("yes", Means("yes_book"), question=right) == []
    for wrong in (hour, day, replace(right, services=("Pedicure",)), None):
        assert faults("yes", Means("yes_book"), question=wrong)
    assert faults("yes", Means("yes_book"), question=replace(right, staff=("Wanjiru",)))


def test_a_yes_goes_to_the_kind_of_question_it_was_meant_for() -> None:
    assert faults("yes", Means("yes_book"), question=question("…", Asked.CANCEL))


def test_the_first_wish_is_not_said_any_more_once_it_was_taken_back() -> None:
    thursday = replace(VISIT, day=date(2026, 11, 26))
    checker = Checker(replace(JANE, first=thursday), MENU, TODAY)
    assert checker.faults(Line(("mani on thursday",), (Means("book"),)), None) == []
    assert checker.faults(Line(("actually tuesday",), (Means("change", day=TUESDAY),)), None) == []
    assert checker.faults(Line(("mani on thursday",), (Means("book"),)), None)


def test_a_move_states_the_new_time_only() -> None:
    after = Afterwards("move", date(2026, 11, 26), Hours.of("16:00"))
    checker = Checker(replace(JANE, afterwards=after), MENU, TODAY)
    assert checker.faults(Line(("move it to thursday 4pm",), (Means("move"),)), None) == []
    assert checker.faults(Line(("tuesday at 2pm",), (Means("correct"),)), None)


def test_a_button_of_another_time_is_not_pressed() -> None:
    checker = Checker(JANE, MENU, TODAY)
    assert checker.slot_faults(Slot("14:00 with Amina", TUESDAY, time(14), "a")) == []
    assert checker.slot_faults(Slot("15:00 with Amina", TUESDAY, time(15), "a"))
