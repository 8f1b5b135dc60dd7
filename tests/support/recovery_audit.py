"""What a walk leaves behind, judged as a whole: how often, when and to whom offers went."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from jirani.rules.facts import ContactPolicy, RecoveryPolicy
from jirani.rules.recovery.life import lanes
from jirani.store.tables.recovery import OpeningRow
from jirani.store.tables.selling import OfferRow
from jirani.store.work import Store

NAIROBI, HOUR = ZoneInfo("Africa/Nairobi"), timedelta(hours=1)
FOREVER = datetime.max.replace(tzinfo=NAIROBI)
Rows = list[dict[str, Any]]


@dataclass
class History:
    """What no row keeps: when a policy held, and when who wanted no offers."""

    contact: ContactPolicy
    policies: list[tuple[datetime, RecoveryPolicy]] = field(default_factory=list)
    stopped: list[list[Any]] = field(default_factory=list)  # customer, from, until

    def stops(self, customer_id: str, at: datetime) -> None:
        self.stopped.append([customer_id, at, FOREVER])

    def comes_back(self, customer_id: str, at: datetime) -> None:
        for each in self.stopped:
            if each[0] == customer_id and each[2] == FOREVER:
                each[2] = at

    def at(self, moment: datetime) -> list[RecoveryPolicy]:
        """Return every policy that held at a moment: several, where one was changed at it."""
        before = [policy for at, policy in self.policies if at < moment][-1:]
        return before + [policy for at, policy in self.policies if at == moment]


async def breaches(store: Store, history: History) -> list[str]:
    """Return what was not as it should be; none if all is well."""
    async with store.engine.connect() as connection:
        found = (
            (await connection.execute(row.__table__.select())).mappings()
            for row in (OfferRow, OpeningRow)
        )
        offers, openings = [[dict(row) for row in each] async for each in found]
    asked = [each for each in offers if each["opening_id"] and not each["replaces"]]
    asked.sort(key=lambda each: (each["offered_at"], each["id"]))
    return [
        *_contacts(asked, history.contact),
        *_hours(asked),
        *_lanes([each for each in offers if each["opening_id"]], asked, history),
        *_stopped(asked, history),
        *_ends(openings, history),
    ]


def _contacts(asked: Rows, policy: ContactPolicy) -> Iterator[str]:
    """O5: so many in a window, so far apart, and a pause after declines."""
    theirs: dict[str, Rows] = defaultdict(list)
    for each in asked:
        theirs[each["customer_id"]].append(each)
    for customer, offers in theirs.items():
        times = [each["offered_at"] for each in offers]
        cap = policy.weekly_cap
        for first, beyond in zip(times, times[cap:], strict=False):
            if beyond - first < policy.window:
                yield f"O5: more than {cap} in a week: {customer} at {beyond}"
        for one, other in pairwise(times):
            if other - one < policy.spacing:
                yield f"O5: too soon after the last: {customer} at {other}"
        noes = sorted(each["settled_at"] for each in offers if each["status"] == "declined")
        for one, last in zip(noes, noes[policy.declines - 1 :], strict=False):
            if last - one < policy.pause:
                for at in times:
                    if last < at < last + policy.pause:
                        yield f"O5: in the pause after two noes: {customer} at {at}"


def _hours(asked: Rows) -> Iterator[str]:
    """O7: from eight to eight by the clocks of Nairobi, and what lives shortly ends before."""
    for each in asked:
        sent, ends = (each[name].astimezone(NAIROBI) for name in ("offered_at", "expires_at"))
        evening = sent.replace(hour=20, minute=0, second=0, microsecond=0)
        if not 8 <= sent.hour < 20:
            yield f"O7: asked at {sent}"
        elif ends - sent < HOUR and ends > evening:
            yield f"O7: asked at {sent} until {ends}"


def _lanes(offers: Rows, asked: Rows, history: History) -> Iterator[str]:
    """R4: so many at once as the policy of that moment allows, for as long as it says."""
    here: dict[str, Rows] = defaultdict(list)
    for each in offers:
        here[each["opening_id"]].append(each)
    for each in asked:
        at, left = each["offered_at"], each["starts_at"] - each["offered_at"]
        beside = [
            other
            for other in here[each["opening_id"]]
            if other["offered_at"] <= at and (other["settled_at"] or FOREVER) > at
        ]
        policies = history.at(at)
        if len(beside) > max(lanes(left, policy) for policy in policies):
            yield f"R4: {len(beside)} at once: {each['id']}"
        if each["expires_at"] - at > max(policy.life for policy in policies):
            yield f"R4: lives too long: {each['id']}"
        if left < min(policy.min_lead for policy in policies):
            yield f"O8: offered too late: {each['id']}"


def _stopped(asked: Rows, history: History) -> Iterator[str]:
    """O9: nothing is offered from a stop to a start."""
    for customer, begins, ends in history.stopped:
        for each in asked:
            if each["customer_id"] == customer and begins < each["offered_at"] < ends:
                yield f"O9: offered after a stop: {each['id']}"


def _ends(openings: Rows, history: History) -> Iterator[str]:
    """R4: what expired had a reason to."""
    for each in openings:
        if each["status"] != "expired":
            continue
        at = each["settled_at"].astimezone(NAIROBI)
        last = each["starts_at"] - min(policy.min_lead for policy in history.at(each["settled_at"]))
        morning = at.replace(hour=8, minute=0, second=0, microsecond=0)
        morning += timedelta(days=1 if at.hour >= 8 else 0)
        if each["reason"] == "too_late" and at <= last:
            yield f"O8: given up at {at}, and it begins at {each['starts_at']}"
        if each["reason"] == "quiet_hours" and morning <= last:
            yield f"O7: given up at {at}, and it begins at {each['starts_at']}"
