"""Personal data never reaches a captured scenario, and what stands for it says the same."""

import re

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.wish.contact import find_name, find_phone
from evals.capturing.replacing import Replacing

OWN = ("Amina", "Wanjiru", "Achieng", "Brian", "Zawadi", "Manicure", "Gel manicure", "Jacaranda")
FIRST = ("Jane", "Peter", "Akinyi", "Zé", "Nyambura", "Lucy", "Ann", "O'Brien", "MERCY", "otieno")
LAST = ("Wanjiku", "Mutua", "Otieno", "Kimani", "Ng'ang'a", "Smith-Odera", "Björk")
SEPARATORS = ("", " ", "  ", "-", "\n", ".")

people = st.tuples(st.sampled_from(FIRST), st.sampled_from(LAST)).map(" ".join)
subscribers = st.integers(0, 999_999).map(lambda number: f"712{number:06}")
shapes = st.sampled_from(
    (
        "0{0}{1}{2}",
        "+254{0}{1}{2}",
        "254 {0} {1} {2}",
        "0{0} {1} {2}",
        "+254-{0}-{1}-{2}",
        "00254{0}{1}{2}",
    )
)
casings = st.sampled_from((str, str.lower, str.upper, str.title))


def squeezed(text: str) -> str:
    return re.sub(r"[\W_]", "", text.casefold())


@given(
    name=people,
    digits=subscribers,
    shape=shapes,
    casing=casings,
    between=st.sampled_from(SEPARATORS),
    template=st.sampled_from(
        (
            "{name} {phone}",
            "it's {name}'s, call {phone}!",
            "naitwa {name}, {phone}",
            "{phone} {name}",
        )
    ),
)
def test_nothing_personal_is_left_in_any_casing_or_spacing(
    name: str, digits: str, shape: str, casing: object, between: str, template: str
) -> None:
    assert callable(casing)
    written = casing(between.join(name.split()))
    phone = shape.format(digits[:3], digits[3:6], digits[6:])
    said = template.format(name=written, phone=phone)
    out = Replacing([name], OWN, said=said).text(said)
    assert squeezed(name) not in squeezed(out)
    assert digits not in squeezed(out)
    words = set(re.findall(r"[^\W\d_]+", out.casefold()))
    assert not {part for part in re.findall(r"[^\W\d_]{2,}", name.casefold())} & words


@given(digits=subscribers, shape=shapes)
def test_a_number_stays_a_valid_one_of_the_same_shape_and_the_same_everywhere(
    digits: str, shape: str
) -> None:
    phone = shape.format(digits[:3], digits[3:6], digits[6:])
    replacing = Replacing([], OWN, said=phone)
    other = replacing.text(phone)
    assert re.sub(r"\d", "0", other) == re.sub(r"\d", "0", phone)
    number, bad, _ = find_phone(other, "KE", True, ())
    assert bad is None
    assert number == replacing.phone(f"+254{digits}") != f"+254{digits}"
    assert number
    assert phonenumbers.is_valid_number(phonenumbers.parse(number))


@given(name=people)
def test_a_name_is_read_as_its_stand_in(name: str) -> None:
    replacing = Replacing([name], OWN)
    said = f"My name is {name}"
    read = find_name(said, True, frozenset())
    assert read is not None
    assert find_name(replacing.text(said), True, frozenset()) == replacing.text(read)


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("Jane's friend JANE, and wanjiku", "Esther's friend ESTHER, and mutua"),
        ("janet will plan", "janet will plan"),
        (
            "mail jane.wanjiku@gmail.com or www.jane.co.ke",
            "mail guest1@example.com or https://example.com/2",
        ),
        ("paid, QGH7XK2P9L", "paid, XZY0XZ0Y1X"),
        ("my id is 12345678", "my id is 12000001"),
        ("on 2026-11-22 at 14:00 for KES 120000", "on 2026-11-22 at 14:00 for KES 120000"),
        ("with Amina at 2pm", "with Amina at 2pm"),
    ],
)
def test_what_is_replaced_and_what_stays(said: str, written: str) -> None:
    assert Replacing(["Jane Wanjiku"], OWN, said="lucy").text(said) == written


def test_a_name_that_is_a_word_stays_where_it_stands_alone() -> None:
    replacing = Replacing(["Will May"], OWN)
    assert replacing.text("I will come on 5 May, Will May") == "I will come on 5 May, Lucy Mutua"


def test_a_number_that_is_none_stays_none_where_those_beside_it_are_some() -> None:
    written = Replacing(()).text("Amara, +447700900123")
    number = written.removeprefix("Amara, ")
    assert number.startswith("+")
    assert not phonenumbers.is_valid_number(phonenumbers.parse(number, "KE"))
    assert number[3:] != "7700900123"


def test_a_number_that_is_none_stays_none() -> None:
    other = Replacing([], OWN).text("0712 34 56")
    assert other != "0712 34 56"
    assert find_phone(other, "KE", True, ())[0] is None
