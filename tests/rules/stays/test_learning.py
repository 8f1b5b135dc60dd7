"""What is tried lies among what the host allows, is the same when asked again, and learns."""

from collections import Counter
from dataclasses import replace
from datetime import time
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jirani.rules.facts import Group, KindSettings, OfferKind, Trial
from jirani.rules.stays.learning import (
    UNSEEN,
    Seen,
    chosen_step,
    chosen_time,
    for_a_budget,
    group_of,
    tried,
)
from jirani.rules.stays.lift import Side, lift_of_conversion, lift_of_revenue
from jirani.rules.stays.posterior import Draw, Posterior

EARLY, NIGHT = OfferKind.EARLY_CHECK_IN, OfferKind.PRE_STAY_NIGHT
NOTHING = Seen({}, {})
SETTINGS = KindSettings(
    price=2500,
    learn=True,
    price_steps=(2000, 2500, 3500),
    discount_steps=(5, 20),
    other_send_at=time(18),
)
kinds = st.sampled_from([EARLY, NIGHT])
counts = st.tuples(st.integers(0, 40), st.integers(0, 40)).map(
    lambda pair: Posterior(min(pair), max(pair))
)
seens = st.builds(
    Seen,
    st.dictionaries(st.sampled_from([5, 20, 2000, 2500, 3500, 9999]), counts),
    st.dictionaries(st.sampled_from([time(9), time(18), time(12)]), counts),
)


def draws(key: str) -> Draw:
    return Random(key).betavariate


@given(kinds, seens, st.text(max_size=20), st.sampled_from(Group))
def test_only_what_the_host_allows_is_tried_and_the_holdout_gets_the_usual(
    kind: OfferKind, seen: Seen, key: str, group: Group
) -> None:
    terms, trial = tried(kind, SETTINGS, group, seen, draws(key))
    assert trial.group is group
    if group is Group.HOLDOUT:
        assert terms == SETTINGS
    elif kind is EARLY:
        assert terms == replace(SETTINGS, price=trial.step)
        assert trial.step in SETTINGS.price_steps
    else:
        assert terms == replace(SETTINGS, discount=trial.step or 0)
        assert trial.step in SETTINGS.discount_steps
    assert tried(kind, SETTINGS, group, seen, draws(key)) == (terms, trial)
    assert chosen_time(SETTINGS, seen, draws(key)) in (time(9), time(18))


@given(seens, st.text(max_size=20))
def test_what_was_tried_with_an_offer_stays_while_the_host_allows_it(seen: Seen, key: str) -> None:
    before = Trial(Group.LEARNING, 3500, time(18))
    _, trial = tried(EARLY, SETTINGS, Group.LEARNING, seen, draws(key), before)
    assert trial == before
    fewer = replace(SETTINGS, price_steps=(2000, 2500))
    _, trial = tried(EARLY, fewer, Group.LEARNING, seen, draws(key), before)
    assert trial.step in fewer.price_steps


def test_without_steps_the_usual_price_is_tried_and_without_a_second_time_the_usual_time() -> None:
    alone = replace(SETTINGS, price_steps=(), other_send_at=None)
    terms, trial = tried(EARLY, alone, Group.LEARNING, NOTHING, draws("a"))
    assert terms == alone
    assert trial == Trial(Group.LEARNING, 2500, time(9))
    assert chosen_time(alone, NOTHING, draws("a")) == time(9)
    assert chosen_step(EARLY, alone, NOTHING, draws("a")) is None


def test_as_many_guests_are_held_out_as_the_host_says_and_always_the_same() -> None:
    guests = [f"guest-{n}" for n in range(4000)]
    out = {each for each in guests if group_of("lodge", each, 20) is Group.HOLDOUT}
    assert 0.17 < len(out) / len(guests) < 0.23
    more = {each for each in guests if group_of("lodge", each, 30) is Group.HOLDOUT}
    assert out < more
    elsewhere = {each for each in guests if group_of("other", each, 20) is Group.HOLDOUT}
    assert elsewhere != out


@pytest.mark.parametrize(
    ("kind", "takes", "best"),
    [
        (EARLY, {2000: 0.40, 2500: 0.36, 3500: 0.10}, 2500),  # earns 800, 900, 350
        (EARLY, {2000: 0.30, 2500: 0.28, 3500: 0.27}, 3500),
        (NIGHT, {5: 0.10, 20: 0.30}, 20),
    ],
)
def test_after_many_guests_mostly_what_earns_most_is_tried(
    kind: OfferKind, takes: dict[int, float], best: int
) -> None:
    chance, seen = Random(7), dict.fromkeys(takes, UNSEEN)
    chosen: list[int] = []
    for n in range(3000):
        step = chosen_step(kind, SETTINGS, Seen(seen, {}), draws(f"stay-{n}"))
        assert step is not None
        seen[step] = seen[step].with_more(chance.random() < takes[step], 1)
        chosen.append(step)
    late = Counter(chosen[-500:])
    assert late.most_common(1)[0][0] == best
    assert late[best] > 350
    assert min(Counter(chosen).values()) >= 5  # each was given its chance


def test_a_guest_on_a_budget_gets_the_lowest_that_is_allowed() -> None:
    assert for_a_budget(EARLY, SETTINGS).price == 2000
    assert for_a_budget(EARLY, replace(SETTINGS, price=1500)).price == 1500
    assert for_a_budget(NIGHT, SETTINGS).discount == 20
    off = replace(SETTINGS, learn=False)
    assert for_a_budget(EARLY, off) == off
    none = replace(SETTINGS, price_steps=(), discount_steps=())
    assert for_a_budget(EARLY, none) == none
    assert for_a_budget(EARLY, replace(SETTINGS, price=None)).price is None


@given(st.integers(0, 300), st.integers(0, 300))
def test_what_is_believed_lies_within_its_interval(one: int, other: int) -> None:
    posterior = Posterior(min(one, other), max(one, other))
    low, high = posterior.interval
    assert 0 <= low < posterior.mean < high <= 1
    assert posterior.interval == (low, high)


def test_the_interval_is_that_of_the_distribution() -> None:
    # Of 3 of 10: a Beta(4, 8), whose 5th and 95th percentiles stand in any table; of none: even.
    assert Posterior(3, 10).interval == pytest.approx((0.1351, 0.5644), abs=0.0001)
    assert Posterior().interval == pytest.approx((0.05, 0.95))
    assert Posterior(0, 4).interval == pytest.approx((1 - 0.95**0.2, 1 - 0.05**0.2))
    assert Posterior(40_000, 100_000).interval == pytest.approx((0.39745, 0.40255), abs=0.0001)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 300), st.integers(0, 300), st.floats(0.01, 0.99))
def test_a_quantile_lies_where_that_share_of_draws_does(one: int, other: int, share: float) -> None:
    posterior, draw = Posterior(min(one, other), max(one, other)), draws("a")
    below = sum(posterior.draw(draw) < posterior.quantile(share) for _ in range(400)) / 400
    assert below == pytest.approx(share, abs=0.12)


def test_more_cannot_be_accepted_than_there_were() -> None:
    with pytest.raises(ValueError, match="3 of 2"):
        Posterior(3, 2)


def test_lift_is_told_with_how_sure_it_is() -> None:
    learning, holdout = Side(200, 60, 180_000, 60 * 3000**2), Side(50, 10, 25_000, 10 * 2500**2)
    share = lift_of_conversion(learning, holdout)
    assert share
    # Newcombe's method 10 of 60/200 against 10/50.
    assert share.by == pytest.approx(0.10)
    assert share.low == pytest.approx(-0.043, abs=0.002)
    assert share.high == pytest.approx(0.209, abs=0.002)
    money = lift_of_revenue(learning, holdout)
    assert money
    assert money.by == pytest.approx(400)
    assert money.low < 400 < money.high
    assert lift_of_conversion(learning, Side()) is None
    assert lift_of_revenue(learning, Side(1, 1, 2500, 2500**2)) is None
