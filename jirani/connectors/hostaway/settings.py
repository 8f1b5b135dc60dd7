"""What may be set where Hostaway's documentation leaves its behaviour open."""

from collections.abc import Mapping
from dataclasses import dataclass

from jirani.connectors.airbnb import STAY
from jirani.connectors.connector import Option

OPTIONS = (
    Option(
        "record",
        "finance_field",
        "How a sale is put on record: as a line of the reservation's bill, which Hostaway does not "
        "document and which is read back, or as an offline charge, which it does",
        ("finance_field", "charge"),
    ),
    Option(
        "total_price",
        "send",
        "Whether a direct stay's total is raised by what was sold, in the same call",
        ("send", "leave"),
    ),
    Option(
        "channel_lines",
        "no",
        "Whether stays booked on a channel get a line too: for the books, no channel collects it",
        ("no", "yes"),
    ),
    Option(
        "early_check_in_name",
        "checkinFee",
        "What the line of an early check-in is called inside Hostaway",
        ("checkinFee", "otherFees"),
    ),
    Option(
        "paid_rule",
        "lenient",
        "When a stay counts as paid: also by its channel and its balance, or by the flag alone",
        ("lenient", "flag_only"),
    ),
    Option(
        "direct_medium",
        "email",
        "How the guest of a direct booking is written to",
        ("email", "channel", "sms", "whatsapp"),
    ),
    Option(
        "messages",
        "all",
        "Whether messages that failed or still wait are asked for too, to see what became of ours",
        ("all", "sent"),
    ),
    Option(
        "paging",
        "after_id",
        "How the pages of reservations are asked for",
        ("after_id", "offset"),
    ),
    Option(
        "calls_per_10_seconds",
        "12",
        "How many calls are made at most; Hostaway allows 15 from one address; 0: no limit",
    ),
    Option("airbnb_request_url", STAY, "Where a host asks an Airbnb guest for money"),
    Option("alert_email", "", "Whom Hostaway tells that its webhooks do not arrive"),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """The options of one account, read."""

    record: str
    total_price: bool
    channel_lines: bool
    early_check_in_name: str
    paid_rule: str
    direct_medium: str
    all_messages: bool
    by_offset: bool
    calls: int
    airbnb_request_url: str
    alert_email: str

    @classmethod
    def of(cls, options: Mapping[str, str]) -> "Settings":
        """Read an account's options; what is not set, or makes no sense, is as usual."""
        told = {one.name: _told(one, options.get(one.name)) for one in OPTIONS}
        calls = told["calls_per_10_seconds"]
        return cls(
            record=told["record"],
            total_price=told["total_price"] == "send",
            channel_lines=told["channel_lines"] == "yes",
            early_check_in_name=told["early_check_in_name"],
            paid_rule=told["paid_rule"],
            direct_medium=told["direct_medium"],
            all_messages=told["messages"] == "all",
            by_offset=told["paging"] == "offset",
            calls=int(calls) if calls.isdecimal() and len(calls) < 6 else 12,
            airbnb_request_url=told["airbnb_request_url"],
            alert_email=told["alert_email"],
        )


def _told(option: Option, value: str | None) -> str:
    if value is None or (option.choices and value not in option.choices):
        return option.default
    return value
