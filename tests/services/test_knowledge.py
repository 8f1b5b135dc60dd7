from datetime import time

import pytest

from jirani.rules.facts import Hours, Snippet
from jirani.services.knowledge import matching, weekly

PARKING = Snippet("s1", "parking", "en", ("parking", "car park"), "Behind the building.")
MAEGESHO = Snippet("s2", "parking", "sw", ("parking", "maegesho"), "Nyuma ya jengo.")


def shift(weekday: int, opens: int, closes: int) -> Hours:
    return Hours("amina", weekday, time(opens), time(closes))


@pytest.mark.parametrize(
    ("hours", "language", "said"),
    [
        ([shift(day, 9, 18) for day in range(6)], "en", "Monday-Saturday 09:00-18:00"),
        ([shift(0, 9, 12), shift(0, 14, 18)], "en", "Monday 09:00-18:00"),
        (
            [shift(0, 9, 18), shift(1, 9, 18), shift(5, 10, 14)],
            "en",
            "Monday-Tuesday 09:00-18:00 and Saturday 10:00-14:00",
        ),
        ([shift(6, 8, 20)], "sw", "Jumapili 08:00-20:00"),
    ],
)
def test_a_house_is_open_while_any_of_its_staff_works(
    hours: list[Hours], language: str, said: str
) -> None:
    assert weekly(hours, language) == said


def test_a_question_finds_the_note_it_names_in_the_guests_language() -> None:
    notes = (PARKING, MAEGESHO)

    assert matching("do you have parkng?", notes, "en") == PARKING
    assert matching("is there parking?", notes, "sw") == MAEGESHO
    assert matching("is there a car park", notes, "en") == PARKING
    assert matching("do you have a pool?", notes, "en") is None


def test_a_slip_of_the_finger_is_the_same_word_and_a_word_like_it_another() -> None:
    wifi = Snippet("s3", "wifi", "en", ("wifi",), "Ask for the password.")
    shipping = Snippet("s4", "shipping", "en", ("shipping",), "We ship gift cards.")

    assert matching("do you have wiifi?", (wifi, shipping), "en") == wifi
    assert matching("is there shopping nearby?", (wifi, shipping), "en") is None
