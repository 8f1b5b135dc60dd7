"""Hostaway's reservations, listings and nights, as the reference shows them, and worse ones."""

from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from jirani.connectors.hostaway import nights, reading
from jirani.connectors.wire.fields import Malformed
from jirani.rules.facts import NightState, StayPayment, StayStatus

AIRBNB: dict[str, Any] = {
    "id": 9100001,
    "hostawayReservationId": "9100001",
    "listingMapId": 40001,
    "channelId": 2018,
    "channelName": "airbnbOfficial",
    "source": None,
    "reservationId": "40001-guest-777-confirmation-HMTEST0001",
    "confirmationCode": "HMTEST0001",
    "guestName": "Test Guest",
    "guestEmail": None,
    "phone": "+15550000001",
    "guestLocale": "en",
    "numberOfGuests": 2,
    "arrivalDate": "2026-01-20",
    "departureDate": "2026-01-25",
    "isDatesUnspecified": 0,
    "nights": 5,
    "checkInTime": 16,
    "checkOutTime": 11,
    "totalPrice": 500.0,
    "currency": "EUR",
    "isPaid": None,
    "paymentStatus": "Unknown",
    "remainingBalance": 0,
    "status": "new",
    "customFieldValues": [{"customFieldId": 11, "value": "x"}],
    "insertedOn": "2026-01-02 09:00:00",
    "updatedOn": "2026-01-02 09:00:05",
    "latestActivityOn": "2026-01-02 09:00:05",
}
DIRECT = {**AIRBNB, "channelId": 2000, "channelName": "direct", "remainingBalance": None}


def test_a_stay_is_read_as_the_reference_shows_it() -> None:
    stay = reading.reservation(AIRBNB, "lenient")
    assert stay is not None
    assert (stay.ref, stay.listing_ref, stay.channel) == ("9100001", "40001", "airbnb")
    assert (stay.arrival, stay.departure) == (date(2026, 1, 20), date(2026, 1, 25))
    assert (stay.check_in, stay.check_out) == (time(16), time(11))
    assert (stay.total, stay.currency, stay.code) == (50000, "EUR", "HMTEST0001")
    assert (stay.status, stay.status_raw) == (StayStatus.CONFIRMED, "new")
    assert (stay.payment, stay.payment_basis) == (StayPayment.PAID, "ota_prepaid")
    assert (stay.guest_name, stay.guest_email, stay.guests) == ("Test Guest", None, 2)
    assert stay.updated_at == datetime(2026, 1, 2, 9, 0, 5, tzinfo=UTC)


def test_where_nothing_is_told_nothing_is_known() -> None:
    bare = dict.fromkeys(AIRBNB) | {
        name: AIRBNB[name] for name in ("id", "listingMapId", "arrivalDate", "departureDate")
    }
    stay = reading.reservation(bare, "lenient")
    assert stay is not None
    assert (stay.status, stay.payment) == (StayStatus.UNKNOWN, StayPayment.UNKNOWN)
    assert (stay.channel, stay.code, stay.total, stay.check_in) == ("other", None, None, None)
    assert (stay.guest_name, stay.currency, stay.updated_at) == (None, None, None)


STATUSES = [
    *((each, StayStatus.CONFIRMED) for each in ("new", "modified")),
    *((each, StayStatus.PENDING) for each in ("pending", "awaitingPayment", "unconfirmed")),
    ("awaitingGuestVerification", StayStatus.PENDING),
    *((each, StayStatus.INQUIRY) for each in ("inquiry", "inquiryPreapproved", "inquiryDenied")),
    *((each, StayStatus.INQUIRY) for each in ("inquiryTimedout", "inquiryNotPossible")),
    *((each, StayStatus.CANCELLED) for each in ("cancelled", "declined", "expired")),
    ("ownerStay", StayStatus.OWNER),
    *((each, StayStatus.UNKNOWN) for each in ("unknown", "confirmed", "New", "", None)),
]


@pytest.mark.parametrize(("told", "status"), STATUSES)
def test_each_status_is_mapped_and_others_are_unknown(told: str | None, status: StayStatus) -> None:
    assert reading.status({"status": told}) is status


PAID = [
    (DIRECT | {"isPaid": 1}, StayPayment.PAID, "flag", StayPayment.PAID),
    (DIRECT | {"isPaid": 0}, StayPayment.UNPAID, "flag", StayPayment.UNPAID),
    (DIRECT, StayPayment.UNKNOWN, "", StayPayment.UNKNOWN),
    (DIRECT | {"remainingBalance": 0}, StayPayment.PAID, "balance", StayPayment.UNKNOWN),
    (DIRECT | {"remainingBalance": 200}, StayPayment.PARTIAL, "balance", StayPayment.UNKNOWN),
    (DIRECT | {"remainingBalance": 500}, StayPayment.UNKNOWN, "", StayPayment.UNKNOWN),
    (
        DIRECT | {"remainingBalance": 0, "totalPrice": 0},
        StayPayment.UNKNOWN,
        "",
        StayPayment.UNKNOWN,
    ),
    (DIRECT | {"paymentStatus": "Paid"}, StayPayment.PAID, "channel", StayPayment.UNKNOWN),
    (AIRBNB | {"isPaid": 0}, StayPayment.PAID, "ota_prepaid", StayPayment.UNPAID),
    (
        AIRBNB | {"status": "pending", "remainingBalance": None},
        StayPayment.UNKNOWN,
        "",
        StayPayment.UNKNOWN,
    ),
]


@pytest.mark.parametrize(("row", "lenient", "basis", "by_flag"), PAID)
def test_paid_is_judged_by_the_rule_that_is_set(
    row: dict[str, Any], lenient: StayPayment, basis: str, by_flag: StayPayment
) -> None:
    assert reading.payment(row, "lenient") == (lenient, basis)
    assert reading.payment(row, "flag_only")[0] is by_flag


@pytest.mark.parametrize(
    ("channel_id", "name", "channel"),
    [
        *((2018, "airbnbOfficial", "airbnb"), (2001, None, "airbnb"), (9, "Airbnb2", "airbnb")),
        *((2000, "direct", "direct"), (2013, None, "direct"), (2005, None, "booking")),
        *((2002, None, "vrbo"), (2010, None, "vrbo"), (2007, None, "expedia")),
        *((2015, "customIcal", "other"), ("2005", None, "booking"), (None, None, "other")),
    ],
)
def test_each_channel_is_mapped(channel_id: object, name: str | None, channel: str) -> None:
    assert reading.channel({"channelId": channel_id, "channelName": name}) == channel


@pytest.mark.parametrize(
    ("code", "ref", "found"),
    [
        ("HMTEST0009", "40001-guest-777-confirmation-HMTEST0001", "HMTEST0009"),
        (None, "40001-guest-777-confirmation-HMTEST0001", "HMTEST0001"),
        ("", "40001-guest-777-confirmation-<b>", None),
        (None, "40001", None),
    ],
)
def test_a_code_is_told_or_the_tail_of_the_channels_id(
    code: str | None, ref: str, found: str | None
) -> None:
    stay = reading.reservation(AIRBNB | {"confirmationCode": code, "reservationId": ref}, "lenient")
    assert stay is not None
    assert stay.code == found


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        *(("arrivalDate", None), ("departureDate", "soon"), ("id", None), ("listingMapId", "")),
        *(("checkInTime", 25), ("isPaid", "maybe"), ("totalPrice", "much"), ("currency", "EURO")),
        *(("numberOfGuests", 1.5), ("latestActivityOn", "yesterday"), ("status", ["new"])),
    ],
)
def test_what_makes_no_sense_is_named(name: str, wrong: object) -> None:
    row = AIRBNB | {name: wrong}
    if name == "id":
        row["hostawayReservationId"] = None
    with pytest.raises(Malformed, match=name):
        reading.reservation(row, "lenient")


def test_an_inquiry_without_dates_is_no_stay() -> None:
    undated = AIRBNB | {"isDatesUnspecified": 1, "arrivalDate": None, "departureDate": None}
    assert reading.reservation(undated, "lenient") is None


def test_a_place_is_read_with_a_zone_we_can_reckon_with() -> None:
    row = {
        **{"id": 40001, "name": "Sea flat", "externalListingName": "Sea", "currencyCode": "EUR"},
        **{"checkInTimeStart": 16, "checkInTimeEnd": 22, "checkOutTime": 11},
        "timeZoneName": "Europe/Lisbon",
    }
    place = reading.listing(row)
    assert (place.ref, place.name, place.zone) == ("40001", "Sea flat", "Europe/Lisbon")
    assert (place.currency, place.check_in, place.check_out) == ("EUR", time(16), time(11))
    for odd in (None, "", "Mars/Base", "../../etc/passwd", "/etc/localtime", "Europe"):
        assert reading.listing(row | {"timeZoneName": odd}).zone is None


NIGHT = {"date": "2026-01-19", "isAvailable": 1, "status": "available", "price": 95.5}
OURS = {"id": 9100001, "status": "new"}


@pytest.mark.parametrize(
    ("told", "state"),
    [
        ({}, NightState.FREE),
        ({"countAvailableUnits": 3, "availableUnitsToSell": 1}, NightState.FREE),
        ({"countAvailableUnits": 1, "availableUnitsToSell": 0}, NightState.UNKNOWN),
        ({"isAvailable": 0}, NightState.UNKNOWN),
        ({"isAvailable": None}, NightState.UNKNOWN),
        *(
            ({"isAvailable": 0, "status": each}, NightState.BOOKED)
            for each in ("reserved", "pending", "mreserved", "conflicted")
        ),
        *(
            ({"isAvailable": 1, "status": each}, NightState.BLOCKED)
            for each in ("blocked", "mblocked", "hardBlock")
        ),
        ({"status": "somethingNew"}, NightState.UNKNOWN),
        ({"status": None}, NightState.UNKNOWN),
    ],
)
def test_a_night_is_free_only_where_all_agrees(told: dict[str, Any], state: NightState) -> None:
    assert nights.night(NIGHT | told, "EUR").state is state


def test_a_night_tells_its_price_its_units_and_who_is_there() -> None:
    row = {
        **{"minimumStay": 2, "closedOnArrival": 1, "closedOnDeparture": None},
        **{"countAvailableUnits": 3, "availableUnitsToSell": 2},
        "reservations": [OURS, {"id": 2, "status": "cancelled"}, {"id": 3, "status": "inquiry"}],
    }
    night = nights.night(NIGHT | row, "EUR")
    assert (night.price, night.currency, night.min_stay, night.units) == (9550, "EUR", 2, 2)
    assert (night.closed_to_arrival, night.closed_to_departure) == (True, None)
    assert night.reservation_refs == ("9100001",)
    assert nights.night(NIGHT, None).price is None


def test_a_night_that_cannot_be_read_hides_no_other() -> None:
    told = nights.read([NIGHT | {"price": "?"}, NIGHT, {"date": None}, 7], "EUR")
    assert [night.day for night in told] == [date(2026, 1, 19)]
    assert nights.read(None, "EUR") == []
    with pytest.raises(Malformed):
        nights.read({}, "EUR")
