"""A stay as Guesty writes it: V3, V3's search, the older API, its guest, its folio."""

from typing import Any

from app.standin.guesty_account import BALANCE, Account, amount, instant, local, wall
from jirani.connectors.pms import PmsReservation
from jirani.rules.facts import StayPayment, StayStatus

PLATFORMS = {
    "airbnb": "airbnb2",
    "booking": "bookingCom",
    "vrbo": "homeaway2",
    "expedia": "expedia",
    "direct": "direct",
    "other": "rentalsUnited",
}
UNHEARD_OF = "under_review"  # a status nobody wrote down
_STATUSES = {
    StayStatus.INQUIRY: "inquiry",
    StayStatus.PENDING: "reserved",
    StayStatus.CANCELLED: "canceled",
    StayStatus.REFUNDED: "canceled",
    StayStatus.UNKNOWN: UNHEARD_OF,
}
_GUEST_STAYS = {
    StayStatus.CHECKED_IN: "checked_in",
    StayStatus.CHECKED_OUT: "checked_out",
    StayStatus.NO_SHOW: "no_show",
}
LEGACY = frozenset(
    (
        *("_id", "status", "listingId", "confirmationCode", "checkInDateLocalized", "checkIn"),
        *("checkOutDateLocalized", "checkOut", "nightsCount", "plannedArrival", "guestsCount"),
        *("plannedDeparture", "guestId", "guest", "money", "source", "integration"),
        *("conversationId", "canceledAt", "createdAt", "lastUpdatedAt"),
    )
)
_UNREADABLE = "soon"  # in place of a date


def status(stay: PmsReservation) -> str:
    """Return Guesty's word for where a stay stands; that an owner's is one, `source` says."""
    return _STATUSES.get(stay.status, "confirmed")


def platform(stay: PmsReservation) -> str:
    """Return Guesty's word for a channel."""
    return "manual" if stay.status is StayStatus.OWNER else PLATFORMS.get(stay.channel, "manual")


def source(stay: PmsReservation) -> str:
    """Return where a booking came from."""
    return "owner" if stay.status is StayStatus.OWNER else platform(stay)


class Rows:
    """Writes stays."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._world = account.world

    def v3(self, stay: PmsReservation) -> dict[str, Any]:
        """Write a stay as V3 does: without guest and money."""
        account, kept = self._account, self._account.kept
        first, last = self._dates(stay)
        named = account.terms.names_conversation
        place = account.id("listing", stay.listing_ref)
        notes = {"other": None, "cleaning": None, "guest": None, "specialRequests": None}
        return {
            "_id": account.id("reservation", stay.ref),
            "status": status(stay),
            "platform": platform(stay),
            "source": source(stay),
            "confirmationCode": self.code(stay),
            "bookerId": account.guest(stay),
            "conversationId": account.conversation(stay) if named else None,
            "moneyId": account.id("money", stay.ref),
            "stay": [
                {
                    "checkInDateLocalized": first,
                    "checkOutDateLocalized": last,
                    "guestsCount": stay.guests,
                    "numberOfGuests": {
                        "numberOfAdults": stay.guests,
                        "numberOfChildren": 0,
                        "numberOfInfants": 0,
                        "numberOfPets": 0,
                    },
                    "unitTypeId": place,
                    "unitId": place,
                    "eta": wall(stay.check_in),
                    "etd": wall(stay.check_out),
                    "earlyCheckIn": None,
                    "lateCheckOut": None,
                }
            ],
            "guestStay": {"status": _GUEST_STAYS.get(stay.status, "not_set")},
            "canceledAt": self._canceled(stay),
            "canceledBy": None,
            "notes": notes | kept.notes.get(stay.ref, {}),
            "customFields": [
                {"_id": str(n), "fieldId": field, "value": value}
                for n, (field, value) in enumerate(kept.custom.get(stay.ref, {}).items(), 1)
            ],
            "createdAt": self._created(stay),
            "lastUpdatedAt": instant(stay.updated_at),
        }

    def found(self, stay: PmsReservation) -> dict[str, Any]:
        """Write a stay as V3's search does."""
        first, last = self._dates(stay)
        return {
            "reservationId": self._account.id("reservation", stay.ref),
            "status": status(stay),
            "guestId": self._account.guest(stay),
            "checkInDateLocalized": first,
            "checkOutDateLocalized": last,
            "source": source(stay),
            "confirmationCode": self.code(stay),
            "stay": [{"listingId": self._account.id("listing", stay.listing_ref)}],
        }

    def legacy(self, stay: PmsReservation) -> dict[str, Any]:
        """Write a stay as the older API does: all of it."""
        account = self._account
        first, last = self._dates(stay)
        place = self._world.listing(stay.listing_ref)
        zone = place.zone if place else None
        begin = local(stay.arrival, stay.check_in or (place.check_in if place else None), zone)
        end = local(stay.departure, stay.check_out or (place.check_out if place else None), zone)
        return {
            "_id": account.id("reservation", stay.ref),
            "status": status(stay),
            "listingId": account.id("listing", stay.listing_ref),
            "confirmationCode": self.code(stay),
            "checkInDateLocalized": first,
            "checkOutDateLocalized": last,
            "checkIn": instant(begin),
            "checkOut": instant(end),
            "nightsCount": (stay.departure - stay.arrival).days,
            "plannedArrival": wall(stay.check_in),
            "plannedDeparture": wall(stay.check_out),
            "guestsCount": stay.guests,
            "guestId": account.guest(stay),
            "guest": self.guest(stay),
            "money": {
                "currency": stay.currency,
                "hostPayout": amount(self.total(stay), stay.currency),
                **self.balance(stay),
                "payments": account.kept.payments.get(stay.ref, []),
            },
            "source": source(stay),
            "integration": {"platform": platform(stay)},
            "conversationId": account.conversation(stay),
            "canceledAt": self._canceled(stay),
            "createdAt": self._created(stay),
            "lastUpdatedAt": instant(stay.updated_at),
        }

    def guest(self, stay: PmsReservation) -> dict[str, Any]:
        """Write who booked."""
        head, _, tail = (stay.guest_name or "").partition(" ")
        return {
            "_id": self._account.guest(stay),
            "firstName": head or None,
            "lastName": tail or None,
            "fullName": stay.guest_name,
            "email": stay.guest_email,
            "emails": [stay.guest_email] if stay.guest_email else [],
            "phone": stay.guest_phone,
            "phones": [stay.guest_phone] if stay.guest_phone else [],
            "preferredLanguage": stay.guest_locale,
        }

    def overview(self, stay: PmsReservation) -> dict[str, Any]:
        """Write what a stay costs; of the balance only what is to be shown now."""
        total = amount(self.total(stay), stay.currency)
        fees = sum(line.amount for line in self._world.fees.get(stay.ref, ()))
        return {
            "currency": stay.currency,
            "updatedAt": instant(stay.updated_at),
            "canceledAt": self._canceled(stay),
            "platform": platform(stay),
            "source": source(stay),
            "listingId": self._account.id("listing", stay.listing_ref),
            "subTotalPrice": total,
            "hostPayout": total,
            "totalFees": amount(fees, stay.currency),
            "totalTaxes": 0,
            **self.balance(stay),
        }

    def balance(self, stay: PmsReservation) -> dict[str, Any]:
        """Write whether a stay is paid: nothing at all if that is not known."""
        known = stay.payment is not StayPayment.UNKNOWN
        if not known or stay.ref in self._account.kept.unpaid_for:
            return {}
        total, lines = self.total(stay), 0
        if self._account.terms.lines_are_due:
            lines = sum(line.amount for line in self._world.fees.get(stay.ref, ()))
        paid = stay.payment is StayPayment.PAID
        told: dict[str, Any] = {"isFullyPaid": paid and not lines}
        if paid:
            told["balanceDue"] = amount(lines, stay.currency) or 0
        if total is not None and stay.currency is not None:
            had = total if paid else total // 2 if stay.payment is StayPayment.PARTIAL else 0
            told["totalPaid"] = amount(had, stay.currency)
            told["balanceDue"] = amount(total - had + lines, stay.currency)
        return {name: told[name] for name in sorted(BALANCE & told.keys())}

    def total(self, stay: PmsReservation) -> int | None:
        """Return what a stay costs, by its nights where nobody said."""
        if stay.total is not None or stay.departure <= stay.arrival:
            return stay.total
        nights = self._world.nights(stay.listing_ref, stay.arrival, stay.departure)[:-1]
        prices = [night.price for night in nights if night.currency == stay.currency]
        known = [price for price in prices if price is not None]
        return sum(known) if len(known) == len(nights) else None

    def code(self, stay: PmsReservation) -> str | None:
        """Return a booking's code; direct ones get it from Guesty."""
        if stay.code is None and platform(stay) in ("direct", "manual"):
            return f"GY-{self._account.id('reservation', stay.ref)[:8].upper()}"
        return stay.code

    def _dates(self, stay: PmsReservation) -> tuple[str, str]:
        if stay.ref in self._world.unreadable:
            return _UNREADABLE, _UNREADABLE
        return stay.arrival.isoformat(), stay.departure.isoformat()

    def _canceled(self, stay: PmsReservation) -> str | None:
        if status(stay) != "canceled":
            return None
        return instant(stay.updated_at or self._account.now())

    def _created(self, stay: PmsReservation) -> str | None:
        at = instant(stay.updated_at or self._account.now()) or ""
        return self._account.kept.created.setdefault(stay.ref, at)
