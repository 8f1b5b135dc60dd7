"""What a pressed button says: read from its id, so that it can mean one thing only (O1)."""

from datetime import tzinfo

from agent.when import When
from agent.wish import Wish
from jirani.rules.reading import Meaning, Reading
from jirani.services.choices import NoSuchChoice, Picked, parse


def read_button(id: str, label: str, zone: tzinfo) -> tuple[Reading, Wish] | None:
    """Return meaning and wish of a button whose label was the whole message; None if unknown."""
    try:
        named = parse(id)
    except NoSuchChoice:
        return None
    if isinstance(named, Picked):
        start = named.start.astimezone(zone)
        when = When(date=start.date(), time=start.time())
        picked = Wish(service_ids=(named.service_id,), staff_id=named.staff_id, when=when)
        return Reading(Meaning.UNCLEAR, span=label), picked
    meaning = Meaning.ACCEPT if named.yes else Meaning.DECLINE
    return Reading(meaning, span=label, handle=named.about), Wish()
