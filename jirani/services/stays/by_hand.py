"""What a conversation says besides our own rows: staff may have offered, a guest declined (U4).

It can only forbid. The shipped reader reads it; a configured model may find more.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Protocol

from jirani.rules.facts import OfferKind
from jirani.rules.reading import DECLINES, Meaning
from jirani.rules.stays.kinds import OFFER_KINDS, Product
from jirani.services.reading import Live, Reader

# The words by which people name an extra, in English and Swahili; hyphens are left out.
NAMES: Mapping[Product, tuple[str, ...]] = {
    Product.EARLIER: ("early check in", "early checkin", "check in early", "kuingia mapema"),
    Product.LATER: ("late check out", "late checkout", "check out late", "kuchelewa kutoka"),
    Product.CLEANING: ("cleaning", "housekeeping", "clean the", "usafi"),
    Product.NIGHTS_BEFORE: ("night before", "arrive a day early", "usiku kabla"),
    Product.NIGHTS_AFTER: ("extra night", "another night", "one more night", "usiku zaidi"),
}


@dataclass(frozen=True, slots=True)
class Spoken:
    """One text of a conversation; `guest`: theirs, else somebody's of the house.

    `acted_on`: a turn has read it, and done what it asks; it may still answer the house.
    """

    guest: bool
    text: str
    acted_on: bool = False


@dataclass(frozen=True, slots=True)
class ByHand:
    """What forbids an offer of one kind, as people have said it to each other."""

    offered: bool = False
    accepted: bool = False
    declined: bool = False
    declined_all: bool = False
    opted_out: bool = False
    person: bool = False

    def __or__(self, other: "ByHand") -> "ByHand":
        """Forbid what either forbids."""
        names = [each.name for each in fields(self)]
        return ByHand(**{name: getattr(self, name) or getattr(other, name) for name in names})


NOTHING = ByHand()


class TalkReader(Protocol):
    """Reads a conversation more closely than the shipped reader; outside of any unit of work."""

    async def forbids(self, business_id: str, said: Sequence[Spoken], kind: OfferKind) -> ByHand:
        """Return what forbids an offer of one kind; nothing where it cannot tell."""


class NoTalkReader:
    """Finds nothing more."""

    async def forbids(self, business_id: str, said: Sequence[Spoken], kind: OfferKind) -> ByHand:
        """Find nothing."""
        return NOTHING


def heard_by_hand(reader: Reader, said: Iterable[Spoken], kind: OfferKind) -> ByHand:
    """Read a conversation, oldest first, for what would forbid an offer of one kind (U4).

    A host who names the extra in a question has offered it, and the guest's next words answer.
    """
    names, asked, found = NAMES[OFFER_KINDS[kind].product], "", set[str]()
    for each in said:
        if not each.guest:
            asked = each.text if _names(names, each.text) and "?" in each.text else ""
            found |= {"offered"} if asked else set()
            continue
        live = [Live(kind, str(kind), names)] if asked else []
        reading = reader.read(each.text, live=live, last_said=asked)
        found |= _forbids(reading.meaning, answers=bool(asked), acted_on=each.acted_on)
        asked = ""
    return ByHand(**dict.fromkeys(found, True))


def _forbids(meaning: Meaning, *, answers: bool, acted_on: bool) -> set[str]:
    if acted_on and not answers:
        return set()
    if meaning is Meaning.OPT_OUT:
        return {"opted_out"}
    if meaning is Meaning.DECLINE_ALL:
        return {"declined_all"}
    if meaning in (Meaning.HUMAN, Meaning.COMPLAINT):
        return {"person"}
    if answers and meaning in DECLINES:
        return {"declined"}
    return {"accepted"} if answers and meaning is Meaning.ACCEPT else set()


def _names(names: Iterable[str], text: str) -> bool:
    words = " ".join(text.casefold().replace("-", " ").split())
    return any(name in words for name in names)
