"""A call of each method of rows that reads, or writes by a condition, for two ids of each kind."""

from functools import partial
from typing import Any

from jirani.rules.facts import (
    Direction,
    Edge,
    HoursException,
    OfferStatus,
    Relation,
    Service,
    Snippet,
    Staff,
)
from jirani.store.rows.booking import AppointmentRows as Appointments
from jirani.store.rows.booking import ProposalRows as Proposals
from jirani.store.rows.business import BusinessRows as Businesses
from jirani.store.rows.catalogue import CatalogueRows as Catalogue
from jirani.store.rows.decisions import DecisionRows as Decisions
from jirani.store.rows.dossier import DossierRows as Dossiers
from jirani.store.rows.keys import KeyRows as Keys
from jirani.store.rows.messages import MessageRows as Messages
from jirani.store.rows.money import PaymentRows as Payments
from jirani.store.rows.outbox import OutboxRows as Outbox
from jirani.store.rows.people import CustomerRows as Customers
from jirani.store.rows.people import ThreadRows as Threads
from jirani.store.rows.recorded import RecordedRows as Recorded
from jirani.store.rows.selling import OfferRows as Offers
from tests.support.house import MONDAY
from tests.support.twins import HOUR, LATER

IDS = ("1", "2")
EDGE = Edge("s1", "s1x", Relation.COMPLEMENTARY, 0.9, Direction.UNIDIRECTIONAL)

READING: list[partial[Any]] = [
    *(partial(Appointments.get, appointment_id=f"a{x}") for x in IDS),
    *(partial(Appointments.of_thread, thread_id=f"t{x}") for x in IDS),
    *(partial(Appointments.with_origins, thread_id=f"t{x}") for x in IDS),
    *(partial(Appointments.moved_to, appointment_id=f"a{x}", customer_id=f"c{x}") for x in IDS),
    *(partial(Appointments.of_customer, customer_id=f"c{x}", after=MONDAY) for x in IDS),
    partial(Appointments.page, start=MONDAY, end=LATER),
    *(
        partial(Appointments.busy, staff_ids=["w1", "w2"], start=MONDAY, end=LATER, now=now)
        for now in (MONDAY, LATER - HOUR)
    ),
    *(partial(Proposals.get, proposal_id=f"m{x}") for x in IDS),
    *(partial(Proposals.of_thread, thread_id=f"t{x}") for x in IDS),
    partial(Businesses.get),
    partial(Businesses.with_dials),
    partial(Businesses.dials),
    partial(Businesses.dial_changes),
    partial(Catalogue.load),
    partial(Catalogue.edges),
    *(partial(Catalogue.edges_of, service_id=id) for id in ("s1", "s1x", "s2")),
    partial(Catalogue.part, service_ids=["s1", "s2"]),
    partial(Catalogue.hours, staff_ids=["w1", "w2"]),
    partial(Catalogue.exceptions, staff_ids=["w1", "w2"], first=MONDAY.date(), last=LATER.date()),
    partial(Catalogue.snippets),
    *(partial(Catalogue.snippets, listing_id=f"l{x}") for x in IDS),
    *(partial(Dossiers.of, thread_id=f"t{x}", now=MONDAY) for x in IDS),
    *(partial(Keys.get, key_id=f"k{x}") for x in IDS),
    partial(Keys.all),
    *(partial(Messages.get, thread_id=f"t{x}", seq=1) for x in IDS),
    *(partial(Messages.by_key, dedupe_key=f"{x} last") for x in IDS),
    *(partial(Messages.last, thread_id=f"t{x}", n=9) for x in IDS),
    partial(Messages.with_peer, channel="memory", peer="peer"),
    partial(Messages.places, channel="memory", peer="peer", most=9),
    *(partial(Messages.reply_to, thread_id=f"t{x}", seq=1) for x in IDS),
    *(partial(Messages.history, thread_id=f"t{x}") for x in IDS),
    *(partial(Payments.get, payment_id=f"p{x}") for x in IDS),
    *(partial(Payments.of_thread, thread_id=f"t{x}") for x in IDS),
    partial(Payments.of_threads, thread_ids=["t1", "t2"]),
    *(
        partial(Payments.phone_is_charging, phone=f"+{number}{x}", except_thread="another")
        for number in (1, 2, 3)
        for x in IDS
    ),
    partial(Payments.callbacks, routed=True),
    *(partial(Outbox.get, id=f"x{x}") for x in IDS),
    *(partial(Outbox.attempts, id=f"x{x}") for x in IDS),
    *(partial(Outbox.entry, id=f"x{x}") for x in IDS),
    *(partial(Outbox.by_key, dedupe_key=f"key {x}") for x in IDS),
    *(partial(Outbox.of_thread, thread_id=f"t{x}") for x in IDS),
    *(partial(Customers.get, customer_id=f"c{x}") for x in IDS),
    partial(Customers.some, customer_ids=["c1", "c2"]),
    *(partial(Customers.by_peer, channel="memory", peer=f"peer {x}") for x in IDS),
    *(partial(Threads.get, thread_id=f"t{x}") for x in IDS),
    partial(Threads.latest, channel="memory", peer="peer"),
    *(partial(Threads.newest, with_a_person=only) for only in (False, True)),
    *(partial(Threads.shown, thread_id=f"t{x}") for x in IDS),
    *(partial(Offers.get, offer_id=f"o{x}") for x in IDS),
    *(partial(Offers.of_thread, thread_id=f"t{x}") for x in IDS),
    *(partial(Offers.put_in, thread_id=f"t{x}") for x in IDS),
    *(partial(Offers.sales_of, thread_id=f"t{x}") for x in IDS),
    *(partial(Offers.contacts, customer_id=f"c{x}", since=MONDAY) for x in IDS),
    *(partial(Offers.declines, customer_id=f"c{x}", since=MONDAY) for x in IDS),
    *(partial(Decisions.of_thread, thread_id=f"t{x}") for x in IDS),
    *(partial(Decisions.planned, thread_id=f"t{x}", subject=f"g{x}") for x in IDS),
    *(partial(Decisions.judged, since=since) for since in (None, MONDAY)),
    *(partial(Recorded.conversation, thread_id=f"t{x}") for x in IDS),
    *(partial(Recorded.turns, thread_id=f"t{x}") for x in IDS),
    partial(Recorded.decisions, thread_ids=["t1", "t2"]),
    partial(Recorded.callbacks, payment_ids=["p1", "p2"]),
    partial(Recorded.pushes, thread_ids=["t1", "t2"]),
    partial(Recorded.dials_turned),
    partial(Recorded.names),
    partial(Recorded.people),
    partial(Recorded.given_up, appointment_ids=["a1", "a2"]),
    partial(Recorded.appointments, staff_ids=["w1", "w2"], start=MONDAY, end=LATER),
]

WRITING: list[partial[Any]] = [
    *(partial(Appointments.change, appointment_id=f"a{x}", price=9) for x in IDS),
    partial(Appointments.lapsed, now=LATER, staff=["w1", "w2"], customers=["c1", "c2"]),
    *(partial(Proposals.change, proposal_id=f"m{x}", asked_seq=9) for x in IDS),
    *(
        partial(Businesses.turn_dial, id="d9", dial=f"dial {x}", value=value, by="me", at=LATER)
        for x in IDS
        for value in ("mine", None)
    ),
    *(partial(Catalogue.put_service, service=Service(f"s{x}", "New", 9, 9, 9)) for x in IDS),
    *(
        partial(Catalogue.put_service, service=Service("s9", f"s1 of {name}", 9, 9, 9))
        for name in ("a", "m", "z")
    ),
    *(partial(Catalogue.put_staff, member=Staff(f"w{x}", "New")) for x in IDS),
    *(
        partial(Catalogue.put_staff, member=Staff("w9", f"w1 of {name}", frozenset({"s1x"})))
        for name in ("a", "m", "z")
    ),
    *(partial(Catalogue.set_hours, staff_id=f"w{x}", hours=[]) for x in IDS),
    partial(Catalogue.set_exception, id="h9", day=HoursException("w1", MONDAY.date())),
    partial(Catalogue.put_edge, edge=EDGE),
    partial(Catalogue.drop_edge, edge=EDGE),
    *(partial(Catalogue.put_snippet, snippet=Snippet(f"n{x}", "t", "sw", (), "")) for x in IDS),
    *(
        partial(Catalogue.put_snippet, snippet=Snippet("n9", f"topic {x}", "en", (), ""))
        for x in IDS
    ),
    *(partial(Keys.revoke, key_id=f"k{x}", at=LATER) for x in IDS),
    *(partial(Keys.used, key_id=f"k{x}", at=LATER) for x in IDS),
    partial(Messages.add, thread_id="t1", author="guest", text="hello", at=LATER),
    partial(Messages.rehome, thread_id="t1", seq=2, new_thread_id="e1"),
    *(
        partial(Messages.understood, thread_id=f"t{x}", seq=2, reading={}, wish={}, language="sw")
        for x in IDS
    ),
    *(partial(Payments.change, payment_id=f"p{x}", attempt=9) for x in IDS),
    *(
        partial(Outbox.put, id="x9", kind="", peer="", dedupe_key=f"key {x}", payload={}, at=LATER)
        for x in IDS
    ),
    *(partial(Outbox.change, id=f"x{x}", state="sent") for x in IDS),
    *(partial(Customers.change, customer_id=f"c{x}", name="New") for x in IDS),
    *(partial(Threads.change, thread_id=f"t{x}", tokens=9) for x in IDS),
    *(
        partial(
            Threads.turned,
            thread_id=f"t{x}",
            at=LATER,
            asked_contact=True,
            misunderstood=True,
            requests=1,
            tokens=1,
        )
        for x in IDS
    ),
    *(partial(Offers.settle, offer_id=f"o{x}", status=OfferStatus.EXPIRED, at=LATER) for x in IDS),
    *(partial(Offers.uncontacted, id=f"o{x}") for x in IDS),
    *(partial(Offers.sales_become, appointment_id=f"a{x}", status="applied") for x in IDS),
]

# They only add rows, and `Rows.insert` names the business; `fill` has called each of them.
ADDING = {
    Appointments.add,
    Proposals.add,
    Businesses.add,
    Keys.add,
    Messages.finish_turn,
    Payments.add,
    Payments.callback,
    Customers.add,
    Threads.add,
    Offers.add,
    Offers.sell,
    Offers.contacted,
    Decisions.record,
}
