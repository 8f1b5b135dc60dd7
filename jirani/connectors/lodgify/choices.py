"""What Lodgify leaves open, and a host may decide; the defaults are the cautious ones."""

from collections.abc import Mapping
from dataclasses import dataclass

from jirani.connectors import airbnb
from jirani.connectors.connector import Option

OPTIONS = (
    Option(
        "airbnb_prepaid",
        "yes",
        "A confirmed Airbnb booking counts as paid, though Lodgify never saw the money",
        ("yes", "no"),
    ),
    Option(
        "direct_sources",
        "Manual,OH",
        "Which sources of a booking mean that it was booked directly with you",
    ),
    Option(
        "payment_link",
        "yes",
        "Ask for a payment link when an extra is sold to who booked directly and owes nothing",
        ("yes", "no"),
    ),
    Option(
        "several_units",
        "refuse",
        "Nights of a room type that is there several times: nothing is known of them, or free "
        "while one of its units is",
        ("refuse", "free"),
    ),
    Option(
        "price_tier",
        "shortest",
        "Which price of a night counts where it depends on how long somebody stays",
        ("shortest", "cheapest"),
    ),
    Option(
        "advance_notice",
        "closed",
        "Whether nights within your advance notice are closed to extra nights too",
        ("closed", "ignore"),
    ),
    Option(
        "arrivals",
        "upcoming_current",
        "Where arrivals are looked for: among who comes and who is there, or in everything",
        ("upcoming_current", "all"),
    ),
    Option(
        "airbnb_request_url",
        airbnb.STAY,
        "The page where you ask an Airbnb guest for money; {code} is the confirmation code",
    ),
)
_DEFAULTS = {option.name: option.default for option in OPTIONS}


@dataclass(frozen=True, slots=True)
class Choices:
    """The options of one account, read."""

    airbnb_prepaid: bool = True
    direct_sources: frozenset[str] = frozenset(("Manual", "OH"))
    payment_link: bool = True
    several_units_free: bool = False
    cheapest_tier: bool = False
    notice_closes: bool = True
    filters: tuple[str, ...] = ("Upcoming", "Current")
    airbnb_request_url: str = airbnb.STAY

    @classmethod
    def of(cls, options: Mapping[str, str]) -> "Choices":
        """Read an account's options; what is not set is as by default."""
        said = {**_DEFAULTS, **options}
        sources = (each.strip() for each in said["direct_sources"].split(","))
        return cls(
            said["airbnb_prepaid"] == "yes",
            frozenset(each for each in sources if each),
            said["payment_link"] == "yes",
            said["several_units"] == "free",
            said["price_tier"] == "cheapest",
            said["advance_notice"] == "closed",
            ("All",) if said["arrivals"] == "all" else ("Upcoming", "Current"),
            said["airbnb_request_url"],
        )
