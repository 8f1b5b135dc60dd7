"""A call of each method of rows about stays that reads, or writes by a condition, for two ids."""

from functools import partial
from typing import Any

from jirani.rules.facts import (
    GuestPreference,
    Listing,
    OfferKind,
    OfferStatus,
    Preference,
    Reservation,
    StayOffer,
    StayPayment,
    StayStatus,
    Terms,
)
from jirani.rules.stays.settings import StaySetting
from jirani.store.rows.accounts import AccountRows as Accounts
from jirani.store.rows.accounts import SealedAccount
from jirani.store.rows.pms_events import EventRows as Events
from jirani.store.rows.preferences import PreferenceRows as Preferences
from jirani.store.rows.stay_claims import ClaimRows as Claims
from jirani.store.rows.stay_claims import StayClaim
from jirani.store.rows.stay_offers import StayOfferRows as Offers
from jirani.store.rows.stay_reports import StayReportRows as Reports
from jirani.store.rows.stay_sales import StaySaleRows as Sales
from jirani.store.rows.stay_settings import StaySettingRows as Settings
from jirani.store.rows.stay_trials import StayTrialRows as Trials
from jirani.store.rows.stays import ListingRows as Listings
from jirani.store.rows.stays import ReservationRows as Reservations
from tests.support.house import MONDAY
from tests.support.twins import LATER

IDS = ("1", "2")
DAY, LAST = MONDAY.date(), LATER.date()
TERMS = Terms(LAST, 9, "KES")
ON: dict[str, Any] = {"at": LATER, "terms": TERMS, "offered_seq": 9, "expires_at": LATER}
OFFERS = [f"{kind}{x}" for kind in "ijk" for x in IDS]


def stay(id: str, ref: str) -> Reservation:
    about = (StayStatus.CONFIRMED, StayPayment.PAID, "direct", DAY, LAST)
    return Reservation(id, "pms", ref, "l1", "c1", "t1", *about, updated_at=LATER)


def planned(id: str, x: str, kind: OfferKind) -> StayOffer:
    return StayOffer(id, kind, f"z{x}", f"l{x}", f"c{x}", f"t{x}", OfferStatus.SCHEDULED, LATER)


READING_STAYS: list[partial[Any]] = [
    *(partial(Listings.get, listing_id=f"l{x}") for x in IDS),
    *(partial(Listings.by_ref, pms="pms", ref=f"ref {x}") for x in IDS),
    partial(Listings.all),
    *(partial(Reservations.get, reservation_id=f"z{x}") for x in IDS),
    *(partial(Reservations.by_ref, pms="pms", ref=f"ref {x}") for x in IDS),
    *(partial(Reservations.of_thread, thread_id=f"t{x}") for x in IDS),
    *(partial(Reservations.of_customer, customer_id=f"c{x}", since=DAY) for x in IDS),
    *(partial(Reservations.of_listing, listing_id=f"l{x}", first=DAY, last=LAST) for x in IDS),
    partial(Reservations.page, since=DAY),
    *(partial(Reservations.named, name=name, most=9) for name in ("z1", "ref 2")),
    *(partial(Preferences.of_guest, customer_id=f"c{x}") for x in IDS),
    partial(Settings.all),
    *(partial(Settings.of_listing, listing_id=f"l{x}") for x in IDS),
    partial(Settings.changes),
    *(partial(Events.get, event_id=f"u{x} ready") for x in IDS),
    partial(Events.parked),
    partial(Accounts.all),
    partial(Reports.counted, first=None, last=None),
    partial(Reports.counted, first=DAY, last=LAST),
    partial(Reports.offers),
    *(partial(Reports.offers, listing_id=f"l{x}", before=f"k{x}") for x in IDS),
    partial(Reports.sales),
    partial(Trials.tried),
    partial(Trials.tried, kind=OfferKind.LATE_CHECK_OUT),
    partial(Trials.ended),
    *(partial(Trials.ended, after=f"k{x}") for x in IDS),
    *(partial(Reports.sales, before=f"s{x}") for x in IDS),
    *(partial(Accounts.get, pms=f"pms{x}") for x in IDS),
    *(partial(Accounts.token, pms=f"pms{x}") for x in IDS),
    *(partial(Claims.live, listing_id=f"l{x}", start=MONDAY, end=LATER) for x in IDS),
    *(partial(Claims.of_offer, offer_id=f"j{x}") for x in IDS),
    *(partial(Offers.get, offer_id=id) for id in OFFERS),
    *(partial(Offers.of_reservation, reservation_id=f"z{x}") for x in IDS),
    *(partial(Offers.of_thread, thread_id=f"t{x}") for x in IDS),
    *(partial(Offers.of_customer, customer_id=f"c{x}") for x in IDS),
    *(partial(Sales.of_offer, offer_id=f"j{x}") for x in IDS),
    *(partial(Sales.of_thread, thread_id=f"t{x}") for x in IDS),
    *(partial(Sales.of_reservation, reservation_id=f"z{x}") for x in IDS),
]

WRITING_STAYS: list[partial[Any]] = [
    *(
        partial(Listings.put, listing=Listing(id, "pms", ref, "New", None, None, None, None))
        for id, ref in (("l1", "ref 1"), ("l9", "ref 2"))
    ),
    *(
        partial(Reservations.put, reservation=stay(id, ref))
        for id, ref in (("z1", "ref 1"), ("z9", "ref 2"))
    ),
    *(
        partial(Settings.put, id="q9", setting=StaySetting("price", 9, f"l{x}"), by="me", at=LATER)
        for x in IDS
    ),
    *(
        partial(
            Settings.reset, id="q9", listing_id=f"l{x}", kind="", name="price", by="me", at=LATER
        )
        for x in IDS
    ),
    *(
        partial(Preferences.put, wish=GuestPreference("c1", name, "guest", "no", "me", LATER))
        for name in (Preference.LOVES_NIGHTS, Preference.BUDGET)
    ),
    *(partial(Preferences.drop, customer_id=f"c{x}", name=Preference.NEVER_NIGHTS) for x in IDS),
    *(
        partial(Events.put, id="u9", pms="pms", dedupe_key=f"{x} ready", body={}, at=LATER)
        for x in IDS
    ),
    *(
        partial(
            Accounts.put, account=SealedAccount(f"pms{x}", "new", {"a": "b"}, "h", "2", LATER, "me")
        )
        for x in IDS
    ),
    *(partial(Accounts.put_token, pms=f"pms{x}", sealed="new") for x in IDS),
    *(partial(Accounts.drop, pms=f"pms{x}") for x in IDS),
    *(partial(Events.done, event_id=f"u{x} ready") for x in IDS),
    *(partial(Events.park, event_id=f"u{x} ready", note="") for x in IDS),
    *(partial(Events.again, event_id=f"u{x} parked") for x in IDS),
    *(partial(Events.retry, event_id=f"u{x} ready", until=LATER, note="") for x in IDS),
    *(
        partial(Claims.take, claim=StayClaim(offer, "l1", "z1", start, LATER))
        for offer, start in (("j1", MONDAY), ("i1", LATER - (LATER - MONDAY) / 2))
    ),
    *(partial(Claims.drop, offer_ids=[f"j{x}"]) for x in IDS),
    *(
        partial(Offers.plan, offer=planned("i9", "1", kind))
        for kind in (OfferKind.LATE_CHECK_OUT, OfferKind.EARLY_CHECK_IN, OfferKind.PRE_STAY_NIGHT)
    ),
    *(partial(Offers.postpone, offer_id=id, due_at=LATER) for id in OFFERS),
    *(partial(Offers.retry, offer_id=id, due_at=LATER) for id in OFFERS),
    *(partial(Offers.leaving, offer_id=id, **ON) for id in OFFERS),
    *(partial(Offers.arrived, offer_id=id, at=LATER) for id in OFFERS),
    *(partial(Offers.stay_open, offer_id=id) for id in OFFERS),
    *(partial(Offers.offer_now, offer_id=id, **ON) for id in OFFERS),
    *(partial(Offers.not_answered_by, seq=9, thread_id=f"t{x}", asked_after=MONDAY) for x in IDS),
    *(partial(Offers.picked, offer_id=id, terms=TERMS) for id in OFFERS),
    *(partial(Offers.defer, offer_id=id, at=LATER, due_at=LATER, time_named=True) for id in OFFERS),
    *(
        partial(Offers.settle, offer_id=id, status=status, at=LATER)
        for id in OFFERS
        for status in (OfferStatus.ACCEPTED, OfferStatus.WITHDRAWN)
    ),
    *(partial(Offers.expire, offer_id=id, now=LATER, reason="silence") for id in OFFERS),
    partial(Offers.complete, offer_ids=OFFERS, status=OfferStatus.EXPIRED, at=LATER),
    *(partial(Offers.withdraw, at=LATER, reason="", reservation_id=f"z{x}") for x in IDS),
    *(partial(Offers.withdraw, at=LATER, reason="", customer_id=f"c{x}") for x in IDS),
    *(partial(Sales.change, offer_id=f"j{x}", status="failed") for x in IDS),
    *(partial(Sales.reverse, offer_id=f"j{x}", at=LATER) for x in IDS),
]

ADDING_STAYS = {Offers.add, Sales.sell}
