"""Settings: which one counts, and what a host hears about nonsense (U1, U9)."""

from datetime import time, timedelta

import pytest

from jirani.rules.stays.kinds import OFFER_KINDS, defaults
from jirani.rules.stays.settings import SETTINGS, Nonsense, StaySetting, complaint, effective
from tests.support.stay_facts import AFTER, CLEANING, EARLY, LATE


def test_where_nobody_has_set_anything_a_kind_has_its_defaults() -> None:
    for kind in OFFER_KINDS:
        assert effective([], "flat", kind) == defaults(kind)


def test_the_most_particular_setting_counts() -> None:
    rows = [
        StaySetting("cut_off", 5, "flat", EARLY),
        StaySetting("cut_off", 4, "flat"),
        StaySetting("cut_off", 3, kind=EARLY),
        StaySetting("cut_off", 1),
    ]
    cut_offs = []
    while rows:
        cut_offs.append(effective(rows, "flat", EARLY).cut_off // timedelta(hours=1))
        rows = rows[1:]
    assert cut_offs == [5, 4, 3, 1]


def test_a_setting_of_another_listing_or_kind_does_not_count() -> None:
    rows = [StaySetting("window", 9, "other"), StaySetting("window", 9, kind=LATE)]
    assert effective(rows, "flat", EARLY) == defaults(EARLY)


def test_every_setting_is_read() -> None:
    rows = [
        StaySetting("active", False),
        StaySetting("window", None, kind=EARLY),
        StaySetting("send_at", "08:30", kind=EARLY),
        StaySetting("price", 2500, kind=EARLY),
        StaySetting("wall", "10:00", kind=EARLY),
        StaySetting("discount", 25),
        StaySetting("max_nights", 3),
        StaySetting("turnover", 3.5),
        StaySetting("cut_off", 0),
        StaySetting("learn", True),
        StaySetting("price_steps", [3000, 2000], kind=EARLY),
        StaySetting("discount_steps", [5, 20]),
        StaySetting("other_send_at", "18:00", kind=EARLY),
        StaySetting("holdout", 10),
    ]
    assert {row.name for row in rows} == set(SETTINGS)
    assert [complaint(row) for row in rows] == [None] * len(rows)
    found = effective(rows, "flat", EARLY)
    assert (found.active, found.window, found.send_at) == (False, None, time(8, 30))
    assert (found.price, found.wall, found.discount) == (2500, time(10), 25)
    assert (found.max_nights, found.turnover) == (3, timedelta(hours=3, minutes=30))
    assert found.cut_off == timedelta()
    assert (found.learn, found.holdout, found.other_send_at) == (True, 10, time(18))
    assert (found.price_steps, found.discount_steps) == ((2000, 3000), (5, 20))


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (StaySetting("price_steps", [2000], kind=EARLY), "two to five different amounts"),
        (StaySetting("price_steps", [2000, 2000], kind=EARLY), "two to five different amounts"),
        (StaySetting("price_steps", [0, 2000], kind=EARLY), "from 1 to"),
        (StaySetting("price_steps", "20, 30", kind=EARLY), "two to five different amounts"),
        (StaySetting("price_steps", [True, 2000], kind=EARLY), "two to five different amounts"),
        (StaySetting("price_steps", [2000, 3000]), "must say for which kind"),
        (StaySetting("discount_steps", [5, 20], kind=EARLY), "has no discount_steps"),
        (StaySetting("discount_steps", [5, 100]), "from 0 to 99"),
        (StaySetting("other_send_at", "22:00", kind=EARLY), "nobody is written to at night"),
        (StaySetting("holdout", 0), "percent from 5 to 50"),
        (StaySetting("colour", 1), "no setting 'colour'"),
        (StaySetting("active", True, kind="breakfast"), "no kind 'breakfast'"),
        (StaySetting("active", True, kind="cross_sell"), "no kind 'cross_sell'"),
        (StaySetting("active", 1), "true or false"),
        (StaySetting("window", 0), "whole number of days, or null, from 1 to 60"),
        (StaySetting("window", 61), "from 1 to 60"),
        (StaySetting("window", True), "from 1 to 60"),
        (StaySetting("window", "3"), "from 1 to 60"),
        (StaySetting("window", 3, kind=CLEANING), "has no window"),
        (StaySetting("send_at", "09:00"), "must say for which kind"),
        (StaySetting("send_at", "07:59", kind=EARLY), "nobody is written to at night"),
        (StaySetting("send_at", "20:00", kind=EARLY), "nobody is written to at night"),
        (StaySetting("price", 2500), "must say for which kind"),
        (StaySetting("price", 0, kind=EARLY), "minor units"),
        (StaySetting("price", 25.5, kind=EARLY), "minor units"),
        (StaySetting("price", 100, kind=AFTER), "has no price"),
        (StaySetting("wall", "9", kind=EARLY), 'time of day like "09:00"'),
        (StaySetting("wall", "25:00", kind=EARLY), 'time of day like "09:00"'),
        (StaySetting("wall", "09.00", kind=EARLY), 'time of day like "09:00"'),
        (StaySetting("wall", None, kind=EARLY), 'time of day like "09:00"'),
        (StaySetting("wall", "09:00", kind=CLEANING), "has no wall"),
        (StaySetting("discount", 100), "percent from 0 to 99"),
        (StaySetting("discount", -1), "percent from 0 to 99"),
        (StaySetting("discount", 10, kind=LATE), "has no discount"),
        (StaySetting("max_nights", 0), "nights from 1 to 14"),
        (StaySetting("turnover", 25), "hours from 0 to 24"),
        (StaySetting("turnover", -0.25), "hours from 0 to 24"),
        (StaySetting("turnover", 1.1), "in quarters"),
        (StaySetting("turnover", float("nan")), "hours from 0 to 24"),
        (StaySetting("turnover", 4, kind=LATE), "the same for every kind"),
        (StaySetting("cut_off", False), "hours from 0 to 24"),
    ],
)
def test_nonsense_is_refused_in_words_for_a_host(row: StaySetting, says: str) -> None:
    wrong = complaint(row)
    assert wrong
    assert says in wrong


def test_a_stored_value_that_cannot_be_read_is_not_guessed() -> None:
    with pytest.raises(Nonsense, match="whole number of days"):
        effective([StaySetting("window", "soon")], "flat", EARLY)
    for stored, says in (
        (StaySetting("colour", 1), "no setting 'colour'"),
        (StaySetting("turnover", 4, "flat", EARLY), "the same for every kind"),
    ):
        with pytest.raises(Nonsense, match=says):
            effective([stored], "flat", EARLY)
    elsewhere = [StaySetting("colour", 1, "other"), StaySetting("colour", 1, kind=LATE)]
    assert effective(elsewhere, "flat", EARLY) == defaults(EARLY)


def test_the_edges_of_each_range_are_in_it() -> None:
    good = [
        ("window", 1),
        ("window", 60),
        ("discount", 0),
        ("discount", 99),
        ("max_nights", 1),
        ("max_nights", 14),
        ("turnover", 0),
        ("turnover", 24),
    ]
    assert not any(complaint(StaySetting(name, value)) for name, value in good)
    assert complaint(StaySetting("send_at", "08:00", kind=EARLY)) is None
    assert complaint(StaySetting("send_at", "19:59", kind=EARLY)) is None
    assert complaint(StaySetting("price", 1, kind=EARLY)) is None
    assert complaint(StaySetting("price", None, kind=EARLY)) is None


def test_a_kind_switched_off_for_the_business_can_be_on_at_a_listing() -> None:
    rows = [StaySetting("active", False), StaySetting("active", True, "flat")]
    assert effective(rows, "flat", EARLY).active is True
    assert effective(rows, "other", EARLY).active is False
