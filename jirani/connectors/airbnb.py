"""Where a host asks an Airbnb guest for money: Airbnb charges nobody by itself (U7)."""

import re

RESOLUTIONS = "https://www.airbnb.com/resolutions"
STAY = "https://www.airbnb.com/hosting/stay/{code}"
_CODE = re.compile(r"[A-Z0-9]{6,16}")


def request_url(code: str | None, template: str = STAY) -> str:
    """Return the page of a reservation, for the host alone; without a sound code the general one.

    No address fills in a request for a code: the host presses "Send or request money" there.
    """
    sound = code is not None and _CODE.fullmatch(code)
    return template.replace("{code}", code) if code and sound else RESOLUTIONS
