"""The numbers of the rules are what the domain's page says (O5, X8, X10-X12, P3)."""

from datetime import timedelta

from jirani.rules.facts import ContactPolicy, Timing


def test_the_contact_ledger_s_numbers() -> None:
    policy = ContactPolicy()
    assert (policy.weekly_cap, policy.window) == (3, timedelta(days=7))
    assert policy.spacing == timedelta(hours=48)
    assert (policy.declines, policy.pause) == (2, timedelta(hours=48))


def test_the_deadlines_of_booking_and_cross_sell() -> None:
    timing = Timing()
    assert timing.grid == timedelta(minutes=5)
    assert timing.booking_hold == timedelta(minutes=5)
    assert timing.pair_hold == timedelta(seconds=30)
    assert timing.adjacency == timedelta(minutes=15)
    assert timing.charge_grace == timedelta(seconds=90)
    assert timing.late_yes == timedelta(minutes=30)
    assert timing.payment_retry_hold == timedelta(minutes=5)
    assert timing.payment_retry_wait == timedelta(seconds=120)
    assert timing.charge_prompt == timedelta(seconds=120)
    assert timing.contact_wait == timedelta(minutes=30)
    assert timing.thread_idle == timedelta(hours=24)
    assert timing.horizon == timedelta(days=180)
