"""A due offer around a stay of ten nights, judged on a calendar that was just read (domain §4)."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from jirani.rules.contact import Prevention
from jirani.rules.decision import Reason
from jirani.rules.facts import ContactPolicy, KindSettings, OfferKind, Stay, StayOffer, Terms
from jirani.rules.stays.sending import Sending, Step, may_offer
from jirani.rules.stays.turnover import Claim
from tests.support.stay_facts import SETTINGS, read, scheduled, staying

POLICY = ContactPolicy()
CLEAN = Prevention()
FIRST, LAST = date(2026, 6, 10), date(2026, 6, 20)
STAY = staying(FIRST, LAST)
TERMS = Terms(LAST, 5000, "USD", time(18), time(11))


def sent(
    kind: OfferKind,
    now: datetime,
    *,
    stay: Stay = STAY,
    row: StayOffer | None = None,
    how: KindSettings | None = None,
    facts: Prevention = CLEAN,
    claims: Iterable[Claim] = (),
    around: dict[str, Any] | None = None,
    **more: Any,
) -> Sending:
    row = row or scheduled(kind, now)
    stay = read(stay, now, **(around or {}))
    return may_offer(stay, row, how or SETTINGS[kind], facts, claims, now, policy=POLICY, **more)


def found(answer: Sending) -> tuple[Step, Reason]:
    return answer.step, answer.decision.reason
