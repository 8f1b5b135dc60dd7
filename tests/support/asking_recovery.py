"""A call of each method of rows about freed slots that reads, or writes by a condition."""

from dataclasses import replace
from functools import partial
from typing import Any

from jirani.rules.facts import (
    ContactPolicy,
    OfferStatus,
    Opening,
    OpeningStatus,
    RecoveryPolicy,
)
from jirani.rules.recovery.order import UNSCORED
from jirani.rules.recovery.score import NO_SCORE
from jirani.store.rows.business import BusinessRows as Businesses
from jirani.store.rows.candidates import CandidateRows as Candidates
from jirani.store.rows.consents import ConsentRows as Consents
from jirani.store.rows.openings import OpeningRows as Openings
from jirani.store.rows.recovery_offers import RecoveryOfferRows as Offers
from jirani.store.rows.recovery_reports import RecoveryReportRows as Reports
from jirani.store.rows.scores import Scored
from jirani.store.rows.scores import ScoreRows as Scores
from jirani.store.rows.scoring import ScoringRows as Scoring
from tests.support.house import MONDAY
from tests.support.twins import HOUR, LATER

IDS = ("1", "2")
ABOUT: dict[str, Any] = {
    **{"id": "O9", "root_id": "O9", "appointment_id": "a1", "left_by": "nobody"},
    **{"service_id": "s1", "staff_id": "w1", "price": 9, "currency": "KES"},
    **{"starts_at": LATER, "ends_at": LATER + HOUR, "busy_until": LATER + HOUR},
}
OPENING = Opening(**ABOUT, status=OpeningStatus.OPEN, opened_at=LATER, looks_at=LATER)
EARLY = replace(OPENING, starts_at=MONDAY, ends_at=MONDAY + 9 * HOUR, busy_until=MONDAY + 9 * HOUR)
AMONG: dict[str, Any] = {"policy": RecoveryPolicy(), "contact": ContactPolicy()}

READING_RECOVERY: list[partial[Any]] = [
    *(partial(Openings.get, opening_id=f"O{x}") for x in IDS),
    *(partial(Openings.of_appointment, appointment_id=f"b{x}") for x in IDS),
    *(partial(Openings.chain, root_id=f"O{x}") for x in IDS),
    *(partial(Openings.filled_with, appointment_id=f"a{x}") for x in IDS),
    *(partial(Openings.is_taken, opening=opening) for opening in (OPENING, EARLY)),
    partial(Openings.page),
    partial(Openings.page, before="O2"),
    partial(Openings.page, statuses=[OpeningStatus.OPEN]),
    *(partial(Openings.open_at, staff_id=f"w{x}", starts_at=LATER) for x in IDS),
    *(partial(Offers.get, offer_id=f"{kind}{x}") for kind in "FG" for x in IDS),
    *(partial(Offers.of_opening, opening_id=f"O{x}") for x in IDS),
    *(partial(Offers.live, opening_id=f"O{x}") for x in IDS),
    *(partial(Offers.of_thread, thread_id=f"t{x}") for x in IDS),
    *(partial(Offers.of_customer, customer_id=f"c{x}") for x in IDS),
    *(partial(Scores.get, customer_id=f"c{x}") for x in IDS),
    partial(Scores.customers, after="", most=9),
    partial(Scores.scored, customer_ids=["c1", "c2"]),
    partial(Scores.visits, customer_ids=["c1", "c2"], since=MONDAY - HOUR),
    partial(Scores.waiting_since, customer_ids=["c1", "c2"]),
    partial(Candidates.in_order),
    *(
        partial(Candidates.eligible, opening=opening, chain=chain, now=LATER + HOUR * 200, **AMONG)
        for opening in (OPENING, EARLY)
        for chain in ([], ["O1", "O2"])
    ),
    *(
        partial(Candidates.gave_up, customer_id=f"c{x}", opening=replace(OPENING, root_id="O1"))
        for x in IDS
    ),
    *(partial(Candidates.was_asked, customer_id=f"c{x}", chain=["O1", "O2"]) for x in IDS),
    *(partial(Candidates.is_busy, customer_id=f"c{x}", opening=EARLY) for x in IDS),
    *(partial(Candidates.took_at, customer_id=f"c{x}") for x in IDS),
    *(partial(Candidates.address, customer_id=f"c{x}") for x in IDS),
    *(partial(Consents.addresses, customer_id=f"c{x}") for x in IDS),
    partial(Businesses.recovery),
    partial(Reports.openings, period=(None, None)),
    partial(Reports.offers, period=(None, None)),
    partial(Reports.messages, period=(None, None)),
    partial(Reports.time_to_fill, period=(None, None), nth=0),
    partial(Reports.openings, period=(LATER, None)),
]

WRITING_RECOVERY: list[partial[Any]] = [
    partial(Openings.open_once, opening=OPENING),
    *(
        partial(Openings.settle, opening_id=f"O{x}", status=OpeningStatus.EXPIRED, at=LATER)
        for x in IDS
    ),
    *(partial(Openings.look_at, opening_id=f"O{x}", at=None) for x in IDS),
    *(partial(Offers.settle, offer_id=f"F{x}", status=OfferStatus.DECLINED, at=LATER) for x in IDS),
    *(partial(Scoring.go_on, lease_until=at, until=LATER + HOUR) for at in (MONDAY, LATER)),
    partial(Scoring.came_to, customer_id="c1"),
    partial(Scoring.finish, due_at=LATER),
    partial(Scores.put, scored=[Scored("c1", NO_SCORE, LATER, UNSCORED)]),
    *(
        partial(Consents.opt_in, channel="memory", peer=f"peer {x}", how="api", at=LATER)
        for x in IDS
    ),
    *(partial(Consents.opt_out, channel="memory", peer=f"peer {x}") for x in IDS),
]

ADDING_RECOVERY = {Offers.add, Offers.sell}
