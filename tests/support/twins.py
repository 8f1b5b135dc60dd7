"""A row of every kind for a business: the ids are the same at every business, the contents not."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import text

from jirani.rules.decision import Decision, Reason
from jirani.rules.facts import (
    ApiKey,
    Appointment,
    AppointmentStatus,
    Business,
    Customer,
    Direction,
    Edge,
    GuestPreference,
    Hours,
    HoursException,
    Listing,
    Offer,
    OfferKind,
    OfferStatus,
    Opening,
    OpeningStatus,
    Payment,
    PaymentPolicy,
    PaymentStatus,
    Preference,
    Proposal,
    ProposalKind,
    ProposalStatus,
    RecoveryOffer,
    Relation,
    Reservation,
    Role,
    Service,
    Snippet,
    Staff,
    StayOffer,
    StayPayment,
    StayStatus,
    Terms,
    Thread,
)
from jirani.rules.recovery.order import place
from jirani.rules.recovery.score import Score, Tier
from jirani.rules.stays.settings import StaySetting
from jirani.store.rows.accounts import SealedAccount
from jirani.store.rows.scores import Scored
from jirani.store.rows.stay_claims import StayClaim
from jirani.store.tables import TABLES
from jirani.store.work import Work
from tests.support.house import MONDAY

HOUR = timedelta(hours=1)
LATER = MONDAY + 1000 * HOUR  # whatever falls due has fallen due

_EVERYTHING = text(
    " UNION ALL ".join(
        f"SELECT business_id, '{table.name}', json_array({columns}) FROM {table.name}"
        for table in TABLES
        for columns in [", ".join(f'"{column.name}"' for column in table.columns)]
    )
)


async def contents(work: Work) -> dict[str, set[tuple[str, str]]]:
    """Return every row on SQLite by business: its table, and what it holds, as JSON."""
    found: dict[str, set[tuple[str, str]]] = {}
    for business, table, row in await work.session.execute(_EVERYTHING):
        found.setdefault(business, set()).add((table, row))
    return found


async def fill(work: Work, name: str, number: int, suffixes: Sequence[str]) -> None:
    """Write rows of every kind, one for each suffix; `number` moves times and changes prices."""
    about = ("salon", "Africa/Nairobi", "KES", "en", PaymentPolicy.PAY_FIRST)
    await work.business.add(Business(name, name, f"Salon {name}", *about), MONDAY)
    for suffix in suffixes:
        await _house(work, name, number, suffix)
        await _talk(work, name, number, suffix, said=len(suffixes))
        await _dealings(work, name, number, suffix)
        await _stays(work, name, number, suffix)
        await _recovery(work, name, number, suffix)
    for suffix in suffixes:
        await _money(work, name, number, suffix, {f"a{each}": number for each in suffixes})


async def _house(work: Work, name: str, number: int, x: str) -> None:
    at = MONDAY + number * HOUR
    for service in (f"s{x}", f"s{x}x"):
        await work.catalogue.put_service(
            Service(service, f"{service} of {name}", 30 + number, 5, 100 * number, (name,))
        )
    await work.catalogue.put_edge(
        Edge(f"s{x}", f"s{x}x", Relation.COMPLEMENTARY, number / 10, Direction.BIDIRECTIONAL)
    )
    await work.catalogue.put_staff(Staff(f"w{x}", f"w{x} of {name}", frozenset({f"s{x}"})))
    hours = Hours(f"w{x}", number, at.time(), (at + HOUR).time())
    await work.catalogue.set_hours(f"w{x}", [(f"h{x}", hours)])
    off = HoursException(f"w{x}", MONDAY.date(), hours.opens, hours.closes)
    await work.catalogue.set_exception(f"h{x}", off)
    await work.catalogue.put_snippet(Snippet(f"n{x}", f"topic {x}", "en", (name,), name))
    await work.business.turn_dial(f"d{x}", f"dial {x}", name, by=name, at=at)
    await work.keys.add(ApiKey(f"k{x}", name, Role.VIEWER, at, name, secret_hash=name))


async def _talk(work: Work, name: str, number: int, x: str, said: int) -> None:
    at = MONDAY + number * HOUR
    guest = Customer(f"c{x}", f"c{x} of {name}", f"+{number}{x}")
    await work.customers.add(guest, "memory", f"peer {x}", at)
    for thread_id in (f"t{x}", f"e{x}"):  # the second stays empty
        await work.threads.add(Thread(thread_id, guest.id, "memory", "peer", at, at))
    await work.threads.change(f"t{x}", person_since=at, shown=[{"of": name}])
    for turn in range(said):
        seq = await work.messages.add(f"t{x}", "guest", name, at, dedupe_key=f"{x} {turn}")
        await work.messages.understood(f"t{x}", seq, {"of": name}, {}, "en")
        await work.messages.finish_turn(
            f"t{x}", seq, model=name, messages=[name], reply=f"{name} {turn}", at=at
        )
    await work.messages.add(f"t{x}", "guest", name, at, dedupe_key=f"{x} last")


async def _dealings(work: Work, name: str, number: int, x: str) -> None:
    at = MONDAY + number * HOUR
    whose = (f"t{x}", f"c{x}", f"s{x}", f"w{x}")
    when, price = (at, at + HOUR / 4, at + HOUR / 2), (number, "KES")
    held = Appointment(f"a{x}", *whose, *when, *price, AppointmentStatus.HELD, at)
    asked = Appointment(
        f"b{x}", *whose, *when, *price, AppointmentStatus.PROPOSED, moved_from=held.id
    )
    await work.appointments.add(held)
    await work.appointments.add(asked)
    move = (f"t{x}", ProposalKind.MOVE, asked.id, held.id)
    await work.proposals.add(Proposal(f"m{x}", *move, ProposalStatus.OPEN, number, LATER))
    drop = (f"t{x}", ProposalKind.CANCEL, held.id, None)
    await work.proposals.add(Proposal(f"g{x}", *drop, ProposalStatus.ACCEPTED, number, LATER))
    await work.decisions.record(
        f"v{x}",
        name,
        Decision(True, Reason.CLEAR),
        at=at,
        stage="acceptance",
        thread_id=f"t{x}",
        subject=f"g{x}",
    )
    await work.decisions.record(
        f"V{x}",
        "may_offer",
        Decision(False, Reason.SPACING),
        at=at,
        stage="sending",
        thread_id=f"t{x}",
        subject=f"o{x}",
    )
    for id, replaces in ((f"o{x}", None), (f"r{x}", f"o{x}")):
        offer = Offer(
            id,
            OfferKind.CROSS_SELL,
            *(f"t{x}", f"c{x}", held.id, f"s{x}", f"w{x}"),
            *when,
            *price,
            OfferStatus.OFFERED,
            number,
            LATER,
            replaces=replaces,
        )
        await work.offers.add(offer, at)
        await work.offers.contacted(id, offer, at, proactive=False)
        await work.offers.sell(id, offer, held.id, at)
    await work.offers.settle(f"r{x}", OfferStatus.DECLINED, at=at)


async def _stays(work: Work, name: str, number: int, x: str) -> None:
    at = MONDAY + number * HOUR
    day = MONDAY.date() + timedelta(days=number)
    await work.listings.put(
        Listing(f"l{x}", "pms", f"ref {x}", name, "Africa/Nairobi", "KES", at.time(), None)
    )
    stay = Reservation(
        *(f"z{x}", "pms", f"ref {x}", f"l{x}", f"c{x}", f"t{x}"),
        *(StayStatus.CONFIRMED, StayPayment.PAID, "direct", day, day + timedelta(days=5)),
        guest_name=name,
        updated_at=at,
        seen_at=at,
    )
    await work.reservations.put(stay)
    await work.stay_settings.put(f"q{x}", StaySetting("price", number, f"l{x}"), name, at)
    await work.stay_settings.put(f"q{x}x", StaySetting("active", name, "", f"kind {x}"), name, at)
    about = (stay.id, stay.listing_id, stay.customer_id, stay.thread_id)
    terms = Terms(day, number, "KES", nights=(day,))
    for id, kind in (
        (f"i{x}", OfferKind.LATE_CHECK_OUT),
        (f"j{x}", OfferKind.EARLY_CHECK_IN),
        (f"k{x}", OfferKind.MID_STAY_CLEANING),
    ):
        await work.stay_offers.add(StayOffer(id, kind, *about, OfferStatus.SCHEDULED, at))
    on: dict[str, Any] = {"at": at, "terms": terms, "offered_seq": number, "expires_at": LATER}
    await work.stay_offers.offer_now(f"j{x}", **on)
    await work.stay_offers.leaving(f"k{x}", **on)
    await work.stay_claims.take(StayClaim(f"j{x}", stay.listing_id, stay.id, at, at + HOUR))
    sold = await work.stay_offers.get(f"j{x}")
    assert sold
    await work.stay_sales.sell(f"s{x}", sold, at, status="applied", method=name)
    for wish in (Preference.NEVER_NIGHTS, Preference.BUDGET):
        await work.preferences.put(GuestPreference(f"c{x}", wish, "guest", name, name, at))
    for state in ("ready", "parked"):
        await work.pms_events.put(f"u{x} {state}", "pms", f"{x} {state}", {"of": name}, at)
    await work.pms_events.park(f"u{x} parked", name)
    sealed = SealedAccount(f"pms{x}", f"sealed for {name}", {"of": name}, None, name, at, name)
    await work.pms_accounts.put(sealed)
    await work.pms_accounts.put_token(f"pms{x}", f"token of {name}")


async def _recovery(work: Work, name: str, number: int, x: str) -> None:
    at = MONDAY + number * HOUR
    slot: dict[str, Any] = {
        **{"service_id": f"s{x}", "staff_id": f"w{x}", "price": number, "currency": "KES"},
        **{"starts_at": LATER, "ends_at": LATER + HOUR, "busy_until": LATER + HOUR},
    }
    await work.consents.opt_in("memory", f"peer {x}", name, at)
    scored = Score(number, Tier.NEUTRAL, number)
    await work.scores.put([Scored(f"c{x}", scored, at, place(scored, at))])
    await work.openings.open_once(
        Opening(
            *(f"O{x}", f"O{x}", f"b{x}", f"c{x}"),
            status=OpeningStatus.OPEN,
            opened_at=at,
            looks_at=at,
            **slot,
        )
    )
    for id, replaces in ((f"F{x}", None), (f"G{x}", f"F{x}")):
        offer = RecoveryOffer(
            *(id, f"O{x}", number, f"t{x}", f"c{x}"),
            status=OfferStatus.OFFERED if replaces is None else OfferStatus.ACCEPTED,
            offered_seq=number,
            expires_at=LATER,
            replaces=replaces,
            **slot,
        )
        await work.recovery_offers.add(offer, at)
        await work.offers.contacted(id, offer, at, proactive=True)
    await work.recovery_offers.sell(f"G{x}", offer, f"b{x}", at)
    await work.business.turn_dial(f"D{x}", f"recovery.{x}", name, by=name, at=at)


async def _money(work: Work, name: str, number: int, x: str, amounts: dict[str, int]) -> None:
    at = MONDAY + number * HOUR
    charge = (number, "KES", PaymentStatus.PENDING, "mpesa", f"+{number}{x}", 1, at)
    await work.payments.add(Payment(f"p{x}", f"t{x}", *charge), amounts)
    told = {"payment_id": f"p{x}", "of": name}
    await work.payments.callback(f"y{x}", told, at, routed=True)
    push = {"kind": "charge", "peer": f"+{number}{x}", "dedupe_key": f"key {x}"}
    await work.outbox.put(f"x{x}", **push, payload=told, at=at, thread_id=f"t{x}")
