"""Lodgify's bookings, places and markup, read as they are; what it does not say stays unknown."""

from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from jirani.connectors.lodgify import reading
from jirani.connectors.lodgify.choices import OPTIONS, Choices
from jirani.connectors.lodgify.markup import plain
from jirani.connectors.pms_objects import PmsListing, PmsReservation
from jirani.connectors.wire.fields import Malformed
from jirani.rules.facts import StayPayment, StayStatus
from tests.support.fuzzing import LONG, giants, soon
from tests.support.lodgify_wire import PROPERTY, SETTINGS, booking

DEFAULT = Choices.of({})


def read(**fields: Any) -> PmsReservation:
    return reading.reservation(booking(**fields), DEFAULT)


def test_the_options_are_by_default_what_they_say() -> None:
    assert Choices() == DEFAULT
    assert all(not each.choices or each.default in each.choices for each in OPTIONS)


def test_a_booking_is_read_whole() -> None:
    assert read() == PmsReservation(
        *("9000001", "5001", StayStatus.CONFIRMED, StayPayment.PAID),
        *(date(2026, 1, 20), date(2026, 1, 25)),
        channel="airbnb",
        code="HMTEST0001",
        conversation="9000001",
        guest_name="Test Guest",
        guest_phone="+15550000001",
        guest_locale="en",
        guests=2,
        total=50000,
        currency="EUR",
        updated_at=datetime(2026, 1, 2, 9, 0, 5, tzinfo=UTC),
        status_raw="Booked",
        payment_basis="balance",
    )


def test_what_is_not_told_is_unknown_and_not_a_default() -> None:
    nothing = dict.fromkeys(booking())
    needed = {
        "id": 1,
        "property_id": 2,
        "arrival": "2026-01-20",
        "departure": "2026-01-20T00:00:00",
    }
    stay = reading.reservation({**nothing, **needed, "status": "Booked"}, DEFAULT)
    assert stay == PmsReservation(
        *("1", "2", StayStatus.CONFIRMED, StayPayment.UNKNOWN),
        *(date(2026, 1, 20), date(2026, 1, 20)),
        conversation="1",
        status_raw="Booked",
    )
    for name in (*needed, "status"):
        with pytest.raises(Malformed, match=name):
            reading.reservation({**nothing, **needed, "status": "Booked", name: None}, DEFAULT)


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, StayStatus.CONFIRMED),
        ({"status": "Tentative"}, StayStatus.PENDING),
        ({"status": "Open"}, StayStatus.INQUIRY),
        ({"status": "Declined"}, StayStatus.CANCELLED),
        ({"canceled_at": "2026-01-10T00:00:00Z"}, StayStatus.CANCELLED),
        ({"is_deleted": True}, StayStatus.CANCELLED),
        ({"status": "booked"}, StayStatus.UNKNOWN),
        ({"status": "Something new"}, StayStatus.UNKNOWN),
    ],
)
def test_a_booking_stands_as_three_fields_say_together(
    fields: dict[str, Any], status: StayStatus
) -> None:
    assert read(**fields).status is status


DIRECT = {"source": "Manual"}


@pytest.mark.parametrize(
    ("fields", "payment", "basis"),
    [
        ({"amount_paid": 0, "amount_due": 500}, StayPayment.PAID, "ota_prepaid"),
        ({"amount_paid": 0, "status": "Tentative"}, StayPayment.UNKNOWN, ""),
        (DIRECT, StayPayment.PAID, "balance"),
        ({**DIRECT, "amount_paid": "200.50", "amount_due": 299.5}, StayPayment.PARTIAL, "balance"),
        ({**DIRECT, "amount_paid": 0, "amount_due": 500}, StayPayment.UNPAID, "balance"),
        ({**DIRECT, "amount_paid": None, "amount_due": 500}, StayPayment.UNPAID, "balance"),
        # Nothing was ever owed through Lodgify: that proves nothing.
        ({"source": "BookingCom", "amount_paid": 0, "amount_due": 0}, StayPayment.UNKNOWN, ""),
        ({**DIRECT, "total_amount": 0, "amount_paid": 0}, StayPayment.UNKNOWN, ""),
        ({**DIRECT, "total_amount": None, "amount_due": None}, StayPayment.UNKNOWN, ""),
    ],
)
def test_paid_is_what_was_paid_and_not_that_nothing_is_owed(
    fields: dict[str, Any], payment: StayPayment, basis: str
) -> None:
    stay = read(**fields)
    assert (stay.payment, stay.payment_basis) == (payment, basis)


def test_a_host_may_leave_airbnb_s_word_aside() -> None:
    choices = Choices.of({"airbnb_prepaid": "no"})
    stay = reading.reservation(booking(amount_paid=0, amount_due=500), choices)
    assert stay.payment is StayPayment.UNPAID


@pytest.mark.parametrize(
    ("source", "words", "channel", "code"),
    [
        ("Airbnb", "HMTEST0001", "airbnb", "HMTEST0001"),
        ("AirbnbIntegration", " HMTEST0001 ", "airbnb", "HMTEST0001"),
        ("AirbnbIntegration", "from my sister", "airbnb", None),
        ("AirbnbIntegration", "HMTEST0001&x=1", "airbnb", None),
        ("BookingCom", "4012345678", "booking", "4012345678"),
        ("BookingCom", "https://x.example/1234567", "booking", None),
        ("HomeAway", "HA-1A2B3C", "vrbo", "HA-1A2B3C"),
        ("Expedia", "family of four", "expedia", None),
        ("Manual", "4012345678", "direct", None),
        ("OH", None, "direct", None),
        ("ICal", 17, "other", None),
        (None, None, "other", None),
    ],
)
def test_a_source_is_a_channel_and_its_text_a_code_if_it_looks_like_one(
    source: str | None, words: Any, channel: str, code: str | None
) -> None:
    stay = read(source=source, source_text=words)
    assert (stay.channel, stay.code) == (channel, code)


def test_a_place_has_hours_from_its_rates_and_no_zone() -> None:
    flat = PmsListing("5001", "Sea flat", None, "EUR", time(16), time(11))
    assert reading.listing(PROPERTY, SETTINGS) == flat
    flexible = {"check_in_hour": -1, "check_out_hour": None}
    bare = reading.listing({"id": 5001, "is_active": False, "internal_name": "SF-1"}, flexible)
    assert bare == PmsListing("5001", "SF-1", None, None, None, None, active=False)
    named_alone = reading.listing({"id": 5001}, None)
    assert (named_alone.name, named_alone.active) == ("5001", True)
    with pytest.raises(Malformed, match="check_in_hour"):
        reading.listing(PROPERTY, {"check_in_hour": 24})


@pytest.mark.parametrize(
    ("told", "seen"),
    [
        ("<p>Yes please</p>", "Yes please"),
        ("Yes<br/>at&nbsp;12 &amp; <b>thanks</b>", "Yes\nat 12 & thanks"),
        ("<div>Ndio</div><div>asante 🙂</div>", "Ndio\nasante 🙂"),
        ("<style>p{color:red}</style><p>no</p><!-- yes -->", "no"),
        ("I <3 it, 5 < 6, a<b and &lt;yes&gt;", "I <3 it, 5 < 6, a<b and <yes>"),
        ("<style>no end", "no end"),
        ("&#0;&#xD800;ok", "\ufffd\ufffdok"),
        ("", ""),
    ],
)
def test_a_message_is_what_a_reader_would_see(told: str, seen: str) -> None:
    assert plain(told) == seen


def test_no_message_keeps_a_machine_busy() -> None:
    for each in (*giants(LONG), "<style>" * 3000, "<!--" * 5000, "<a " * 7000, "</style" * 3000):
        with soon():
            plain(each)
