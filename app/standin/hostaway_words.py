"""The world in Hostaway's words: numbers for ids, 0 and 1 for no and yes, UTC without an offset."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.standin.ground import StandIn
from jirani.connectors.memory_pms_faults import PmsFault
from jirani.connectors.pms import (
    Direction,
    PmsFee,
    PmsListing,
    PmsMessage,
    PmsNight,
    PmsReservation,
    PmsTask,
)
from jirani.connectors.wire.fields import written
from jirani.rules.facts import NightState, StayPayment, StayStatus, TaskKind

ACCOUNT = 70001
CHANNELS = {"airbnb": 2018, "booking": 2005, "vrbo": 2002, "expedia": 2007, "direct": 2000}
CHANNEL_NAMES = {
    "airbnb": "airbnbOfficial",
    "booking": "bookingcom",
    "vrbo": "homeaway",
    "expedia": "expedia",
    "direct": "direct",
}
PARTNER = 2020
STATUSES = {
    StayStatus.CONFIRMED: "new",
    StayStatus.CHECKED_IN: "new",
    StayStatus.CHECKED_OUT: "new",
    StayStatus.NO_SHOW: "cancelled",
    StayStatus.PENDING: "pending",
    StayStatus.INQUIRY: "inquiry",
    StayStatus.OWNER: "ownerStay",
    StayStatus.CANCELLED: "cancelled",
    StayStatus.REFUNDED: "cancelled",
}
_NIGHTS = {
    NightState.FREE: "available",
    NightState.BOOKED: "reserved",
    NightState.BLOCKED: "blocked",
    NightState.CLOSED: "mblocked",  # it cannot say that a night is empty, and not sold
}
_CATEGORIES = {TaskKind.CLEANING: 1, TaskKind.MAINTENANCE: 2, TaskKind.OTHER: 6}


def at(moment: datetime | None) -> str | None:
    """Write an instant."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S") if moment else None


class Words:
    """Renders things of the world."""

    def __init__(self, standin: StandIn) -> None:
        self._standin = standin
        self._ids = standin.ids

    def stay(self, stay: PmsReservation, fault: PmsFault | None = None) -> dict[str, Any]:
        """Render a reservation, with its lines."""
        known = STATUSES.get(stay.status, "unknown")
        payment = stay.payment
        if fault is PmsFault.STATUS_UNKNOWN:
            known = "unknown"
        if fault is PmsFault.PAYMENT_UNKNOWN:
            payment = StayPayment.UNKNOWN
        id = self._ids.number("reservation", stay.ref)
        listing = self._ids.number("listing", stay.listing_ref)
        paid = {StayPayment.PAID: 1, StayPayment.UNPAID: 0, StayPayment.PARTIAL: 0}.get(payment)
        return {
            "id": id,
            "hostawayReservationId": str(id),
            "listingMapId": listing,
            "channelId": CHANNELS.get(stay.channel, PARTNER),
            "channelName": CHANNEL_NAMES.get(stay.channel, "partner"),
            "source": None,
            "reservationId": f"{listing}-guest-777-confirmation-{stay.code or id}",
            "confirmationCode": stay.code,
            "guestName": stay.guest_name,
            "guestFirstName": (stay.guest_name or "").partition(" ")[0] or None,
            "guestEmail": stay.guest_email,
            "phone": stay.guest_phone,
            "guestLocale": stay.guest_locale,
            "numberOfGuests": stay.guests,
            "arrivalDate": stay.arrival.isoformat(),
            "departureDate": stay.departure.isoformat(),
            "isDatesUnspecified": 0,
            "nights": (stay.departure - stay.arrival).days,
            "checkInTime": stay.check_in.hour if stay.check_in else None,
            "checkOutTime": stay.check_out.hour if stay.check_out else None,
            "totalPrice": self.amount(stay.total, stay.currency),
            "currency": stay.currency,
            "isPaid": paid,
            "paymentStatus": "Paid" if paid else "Unknown",
            "status": known,
            "cancellationDate": at(stay.updated_at) if known == "cancelled" else None,
            "hostNote": None,
            "guestNote": None,
            "customFieldValues": [],
            "financeField": self.lines(stay.ref),
            "insertedOn": at(stay.updated_at),
            "updatedOn": at(stay.updated_at),
            "latestActivityOn": at(stay.updated_at),
        }

    def amount(self, minor: int | None, currency: str | None) -> float | int | None:
        """Render money."""
        return None if minor is None or currency is None else written(minor, currency)

    def lines(self, ref: str) -> list[dict[str, Any]]:
        """Render the lines of a stay's bill: the rate, and what was added."""
        stay = self._standin.world.reservations[ref]
        rate = self.amount(stay.total or 0, stay.currency or "EUR")
        base = self._ids.number("line", f"rate of {ref}")
        first = self._line(base, "price", "baseRate", "Base rate", rate)
        added = self._standin.world.fees.get(ref, ())
        return [first, *(self._fee(each) for each in added)]

    def _fee(self, fee: PmsFee) -> dict[str, Any]:
        name = self._standin.kept.setdefault("hostaway names", {}).get(fee.ref, {})
        amount = self.amount(fee.amount, fee.currency or "EUR")
        id = self._ids.number("line", fee.ref)
        return self._line(id, "fee", name.get("name", "otherFees"), fee.title, amount) | {
            "alias": name.get("alias")
        }

    def _line(
        self, id: int, type: str, name: str, title: str, amount: float | int | None
    ) -> dict[str, Any]:
        return {
            "id": id,
            "type": type,
            "name": name,
            "title": title,
            "alias": None,
            "value": amount,
            "total": amount,
            "units": None,
            "quantity": None,
            "listingFeeSettingId": None,
            "isIncludedInTotalPrice": 1,
            "isOverriddenByUser": int(type == "fee"),
            "isMandatory": None,
            "isQuantitySelectable": 0,
            "isDeleted": 0,
        }

    def listing(self, listing: PmsListing) -> dict[str, Any]:
        """Render a place."""
        return {
            "id": self._ids.number("listing", listing.ref),
            "name": listing.name,
            "externalListingName": listing.name,
            "internalListingName": listing.ref,
            "checkInTimeStart": listing.check_in.hour if listing.check_in else None,
            "checkInTimeEnd": None,
            "checkOutTime": listing.check_out.hour if listing.check_out else None,
            "timeZoneName": listing.zone,
            "currencyCode": listing.currency,
            "minNights": 1,
            "maxNights": 365,
            "specialStatus": None if listing.active else "inactive",
        }

    def night(self, listing_ref: str, night: PmsNight) -> dict[str, Any]:
        """Render a day of a calendar."""
        stays = [self._standin.world.reservations[ref] for ref in night.reservation_refs]
        status = _NIGHTS.get(night.state, "conflicted")
        return {
            "id": self._ids.number("day", f"{listing_ref} {night.day}"),
            "date": night.day.isoformat(),
            "isAvailable": int(night.state is NightState.FREE),
            "status": status,
            "price": self.amount(night.price, night.currency),
            "minimumStay": night.min_stay,
            "maximumStay": 365,
            "closedOnArrival": None,
            "closedOnDeparture": None,
            "note": None,
            "countAvailableUnits": int(night.state is NightState.FREE),
            "availableUnitsToSell": int(night.state is NightState.FREE),
            "reservations": [
                {
                    "id": self._ids.number("reservation", each.ref),
                    "arrivalDate": each.arrival.isoformat(),
                    "departureDate": each.departure.isoformat(),
                    "status": STATUSES.get(each.status, "unknown"),
                }
                for each in stays
            ],
        }

    def message(self, message: PmsMessage) -> dict[str, Any]:
        """Render a message of a conversation."""
        ref = self._standin.world.stay_of(message.conversation) or ""
        stay = self._standin.world.reservations[ref]
        return {
            "id": self._ids.number("message", message.ref),
            "conversationId": self._ids.number("conversation", message.conversation),
            "reservationId": self._ids.number("reservation", ref),
            "listingMapId": self._ids.number("listing", stay.listing_ref),
            "channelId": CHANNELS.get(stay.channel, PARTNER),
            "body": message.text,
            "communicationType": "channel",
            "status": "failed" if message.failed else "sent",
            "isIncoming": int(message.direction is Direction.IN),
            "isSeen": 0,
            "date": at(message.sent_at),
            "sentChannelDate": None,
            "insertedOn": at(message.sent_at),
            "attachments": None,
        }

    def conversation(self, ref: str, conversation: str) -> dict[str, Any]:
        """Render a stay's conversation, without what was said."""
        stay = self._standin.world.reservations[ref]
        return {
            "id": self._ids.number("conversation", conversation),
            "reservationId": self._ids.number("reservation", ref),
            "listingMapId": self._ids.number("listing", stay.listing_ref),
            "type": "host-guest-email",
            "recipientName": stay.guest_name,
            "guestEmail": stay.guest_email,
            "conversationMessages": [],
        }

    def task(self, task: PmsTask) -> dict[str, Any]:
        """Render a task; times are told in UTC and in the listing's own."""
        listing = self._standin.world.listing(task.listing_ref)
        zone = listing.zone if listing else None
        status = "cancelled" if task.cancelled else "completed" if task.done else "confirmed"
        stay = task.reservation_ref
        return {
            "id": self._ids.number("task", task.ref),
            "listingMapId": self._ids.number("listing", task.listing_ref),
            "reservationId": self._ids.number("reservation", stay) if stay else None,
            "title": task.title,
            "status": status,
            "canStartFrom": at(task.starts_at),
            "canStartFromListingTime": local(task.starts_at, zone, task.day),
            "shouldEndBy": at(task.ends_at),
            "shouldEndByListingTime": local(task.ends_at, zone, task.day),
            "canStartFromEvent": None,
            "categoriesMap": [_CATEGORIES[task.kind]],
        }


def local(moment: datetime | None, zone: str | None, day: date) -> str | None:
    """Write an instant as the clock at a place shows it; without one, the day's first moment."""
    if moment is None:
        return f"{day} 00:00:00"
    return moment.astimezone(ZoneInfo(zone or "UTC")).strftime("%Y-%m-%d %H:%M:%S")
