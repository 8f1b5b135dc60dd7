import pytest

from evals.wording import plain, says


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("KES 1,200", "1,200/-"),
        ("KES 1,200", "Ksh. 1200.00"),
        ("KES 1,200", "1 200 shillings"),
        ("14:00", "2pm"),
        ("14:00", "2:00 p.m."),
        ("14:00", "14.00"),
        ("09:00", "9 AM"),
        ("00:15", "12:15 am"),
        ("Blow-dry", "blow dry"),
        ("We\u2019re", "we're"),
        ("Café", "cafe"),
    ],
)
def test_what_people_write_in_several_ways_is_the_same(one: str, other: str) -> None:
    assert plain(one) == plain(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("KES 1,200", "KES 12,000"), ("14:00", "2am"), ("KES 0", "10:00"), ("16:00", "6pm")],
)
def test_what_differs_stays_different(one: str, other: str) -> None:
    assert not says(f"it is {other}, then", one)


def test_dates_and_phones_are_left_alone() -> None:
    assert plain("2026-11-22 +254712345678") == "2026-11-22 +254712345678"
