"""What Guesty leaves open: each an option, with the safe behaviour as its default."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from jirani.connectors.airbnb import STAY
from jirani.connectors.connector import Option

RETIRED = datetime(2027, 3, 1, tzinfo=UTC)  # when Guesty stops answering /reservations
_SWITCH = ("on", "off")

OPTIONS = (
    Option(
        "legacy",
        "on",
        "Ask Guesty's old reservation calls where the new ones leave gaps, until March 2027",
        _SWITCH,
    ),
    Option(
        "folio_fields",
        "currency,totalPaid,balanceDue,isFullyPaid",
        "What is asked of a stay's money (guest-folio/overview)",
    ),
    Option(
        "line_fields",
        "title,description,totalPrice,normalType,secondIdentifier",
        "What is asked of the lines of a bill (guest-folio/invoice-items)",
    ),
    Option("airbnb_prepaid", "off", "Take confirmed Airbnb stays for paid: Airbnb was", _SWITCH),
    Option("airbnb_line", "on", "Put what is sold on Airbnb on Guesty's bill too", _SWITCH),
    Option("airbnb_request_url", STAY, "Where a host asks an Airbnb guest for money"),
    Option(
        "other_channels",
        "internal",
        "What is sold on Booking.com, Vrbo and the like: kept by us, or a line on the bill too",
        ("internal", "line"),
    ),
    Option(
        "channel_dates",
        "host",
        "Who changes the dates of stays booked on a channel: it overwrites Guesty's",
        ("host", "guesty"),
    ),
    Option(
        "cleaning_fee",
        "HOUSEKEEPING",
        "What a cleaning is called on the bill",
        ("HOUSEKEEPING", "CLEANING"),
    ),
    Option("upsell_flag", "off", "Mark lines as upsells (isUpsellFee)", _SWITCH),
    Option("realization_dates", "off", "Tell the day of what was sold (accounting only)", _SWITCH),
    Option(
        "remove_path",
        "/invoice-items/reservation/{reservation}/{item}",
        "Where a line of a bill is deleted",
    ),
    Option(
        "ota_module",
        "platform",
        "How guests of channels are written to before they wrote themselves",
        ("platform", "airbnb2", "email", "sms", "whatsapp"),
    ),
    Option(
        "direct_module",
        "email",
        "How guests who booked directly are written to before they wrote themselves",
        ("email", "platform", "sms", "whatsapp"),
    ),
    Option(
        "multi_unit",
        "free",
        "A night of several units with some left: free, or unknown since it may be another unit",
        ("free", "unknown"),
    ),
    Option("cleaning_task", "mid-stay", "The type of tasks for cleanings"),
    Option("other_task", "", "The type of other tasks; empty: none is told"),
    Option(
        "task_filters",
        '{"status":{"@nin":["completed","canceled"]}}',
        "Which tasks are asked for, as JSON; empty: all",
    ),
)
_DEFAULTS = {each.name: each.default for each in OPTIONS}


@dataclass(frozen=True, slots=True)
class Options:
    """An account's options; what it does not say is as by default."""

    told: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        """Return what an option says."""
        return self.told.get(name, _DEFAULTS[name])

    def on(self, name: str) -> bool:
        """Tell whether a switch is on."""
        return self[name] == "on"

    def legacy(self, now: datetime) -> bool:
        """Tell whether the old reservation calls may still be asked."""
        return self.on("legacy") and now < RETIRED
