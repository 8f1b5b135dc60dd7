"""Where a phone's clock is, if its country has one zone only (O7)."""

import phonenumbers
from babel.core import get_global


def zone_of_phone(phone: str | None) -> str | None:
    """Return the zone of a phone's country; None where there are several, or it is no phone."""
    if not phone:
        return None
    try:
        number = phonenumbers.parse(phone, None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    region = phonenumbers.region_code_for_number(number)
    zones = get_global("territory_zones").get(region or "", ())
    return str(zones[0]) if len(zones) == 1 else None
