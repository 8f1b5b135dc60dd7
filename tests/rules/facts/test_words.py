"""The words of the domain mean what its page says (domain §1)."""

from jirani.rules.facts import LIVE, AppointmentStatus


def test_what_is_held_or_confirmed_is_live_and_nothing_else() -> None:
    assert {each for each in AppointmentStatus if each in LIVE} == {"held", "confirmed"}
