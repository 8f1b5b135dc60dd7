"""What Lodgify says, as its reference has it; the ids and people are made up."""

from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

from jirani.connectors.connector import Account
from jirani.connectors.lodgify.connector import LODGIFY

BASE = LODGIFY.base
NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
KEY = "lodgify-key-0001"
SECRET = "lodgify-test-secret-0001"
THREAD = "11111111-2222-4333-8444-555555555555"
LINK = "/v2/reservations/bookings/9000001/quote/paymentLink"
POSTING = "/v1/reservation/booking/9000001/messages"

_BOOKING: dict[str, Any] = {
    "id": 9000001,
    "user_id": 31,
    "property_id": 5001,
    "arrival": "2026-01-20",
    "departure": "2026-01-25",
    "status": "Booked",
    "source": "AirbnbIntegration",
    "source_text": "HMTEST0001",
    "language": "en",
    "guest": {
        "name": "Test Guest",
        "email": None,
        "phone": "+15550000001",
        "country_code": "US",
    },
    "rooms": [
        {
            "room_type_id": 6001,
            "people": 2,
            "guest_breakdown": {"adults": 2, "children": 0, "infants": 0, "pets": 0},
        }
    ],
    "total_amount": 500,
    "amount_paid": 500,
    "amount_due": 0,
    "currency_code": "EUR",
    "subtotals": {
        "stay": 440,
        "fees": 60,
        "taxes": 0,
        "vat": 0,
        "addons": 0,
        "promotions": 0,
    },
    "check_in": {"time": None, "initiator": None},
    "check_out": {"time": None, "initiator": None},
    "canceled_at": None,
    "is_deleted": False,
    "notes": None,
    "thread_uid": THREAD,
    "transactions": [{"amount": 500, "status": "Done", "type": "Payment"}],
    "created_at": "2026-01-02T09:00:00Z",
    "updated_at": "2026-01-02T09:00:05Z",
}
PROPERTY: dict[str, Any] = {
    "id": 5001,
    "name": "Sea flat",
    "internal_name": "SF-1",
    "currency_code": "EUR",
    "rooms": [{"id": 6001, "name": "Flat"}],
    "city": "Lisbon",
    "country_code": "PT",
    "is_active": True,
}
SETTINGS: dict[str, Any] = {
    "currency_code": "EUR",
    "check_in_hour": 16,
    "check_out_hour": 11,
    "preparation_time_days": 0,
    "advance_notice_days": 1,
    "fees": [],
}
AVAILABILITY: list[dict[str, Any]] = [
    {
        "user_id": 31,
        "property_id": 5001,
        "room_type_id": 6001,
        "periods": [
            {
                "start": "2026-01-18",
                "end": "2026-01-19",
                "available": 1,
                "closed_period": None,
                "bookings": [],
            },
            {
                "start": "2026-01-20",
                "end": "2026-01-24",
                "available": 0,
                "closed_period": None,
                "bookings": [{"id": 9000001, "status": "Booked"}],
            },
            {"start": "2026-01-25", "end": "2026-01-27", "available": 1, "bookings": []},
        ],
    }
]
RATES: dict[str, Any] = {
    "calendar_items": [
        {
            "date": "2026-01-19",
            "is_default": False,
            "prices": [{"min_stay": 2, "max_stay": 0, "price_per_day": 95}],
        },
        {
            "date": None,
            "is_default": True,
            "prices": [{"min_stay": 2, "max_stay": 0, "price_per_day": 100}],
        },
    ],
    "rate_settings": {"check_in_hour": 16, "check_out_hour": 11, "currency_code": "EUR"},
}
MESSAGE_HOOK: dict[str, Any] = {
    "action": "guest_message_received",
    "thread_uid": THREAD,
    "message_id": 71,
    "inbox_uid": "B9000001",
    "guest_name": "Test Guest",
    "subject": "",
    "message": "Yes please",
    "creation_time": "2026-01-17T10:00:00+00:00",
    "has_attachments": False,
}


def booking(**fields: Any) -> dict[str, Any]:
    """Return the booking of the reference, with these fields changed."""
    return {**deepcopy(_BOOKING), **fields}


def direct(**fields: Any) -> dict[str, Any]:
    """Return a paid booking that was made directly with the host."""
    return booking(source="Manual", source_text=None, **fields)


def said(id: int = 71, **fields: Any) -> dict[str, Any]:
    """Return a message of a thread: the guest's, unless told otherwise."""
    return {
        "id": id,
        "message_id": f"aaaaaaaa-0000-4000-8000-{id:012}",
        "subject": "",
        "message": "<p>Yes please</p>",
        "type": "Renter",
        "date_created": "2026-01-17T10:00:00Z",
        "message_status": "Delivered",
        "route": "Airbnb",
        "is_read": False,
        **fields,
    }


def thread(*messages: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a thread as it is documented: in a list."""
    return [
        {
            "thread_uid": THREAD,
            "guest_name": "Test Guest",
            "is_closed": False,
            "error_message": None,
            "messages": list(messages),
        }
    ]


def account(**options: str) -> Account:
    """Return an account whose webhooks all have one secret."""
    hooks = dict.fromkeys(("booking_change", "guest_message_received"), SECRET)
    return Account("lodge", "lodgify", {"api_key": KEY, **hooks}, options)
