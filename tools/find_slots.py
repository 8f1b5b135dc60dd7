"""Look for free times."""

from datetime import date, datetime, time, timedelta
from typing import Any

from pydantic_ai import RunContext

from jirani.rules.availability import Free, first_of_each_start, nearest, spread
from jirani.rules.decision import ALLOWED, Decision, Reason, refuse
from jirani.rules.facts import Service, Slot, Staff
from jirani.rules.grid import span
from jirani.services.diary import Diary, open_diary
from jirani.store.work import Work
from prompts import formats
from tools import describing
from tools.turn import Answer, Turn, unknown

MENU = 3  # how many times a guest is offered at once
DAYS_AHEAD = 21  # how far to look for the next free day


async def find_slots(
    ctx: RunContext[Turn],
    service: str,
    day: date | None = None,
    at: time | None = None,
    after: time | None = None,
    before: time | None = None,
    staff: str | None = None,
    moving: str | None = None,
) -> Answer:
    """Look for free times of a service. Only times found here may be named to the guest.

    With `at`, the answer's `exact` tells whether that very time is free; `slots` are then the
    nearest free ones. Without `day` the first day with a free time is taken.

    Args:
        service: The service's handle, such as v1.
        day: The day wanted, ISO.
        at: The exact local time wanted.
        after: The earliest local start wanted.
        before: Starts must lie before this local time.
        staff: The handle of the staff member asked for, such as t1.
        moving: The handle of the appointment to be moved, such as a1, if this is for a move.
    """
    turn = ctx.deps
    service_id = turn.handles.resolve("v", service)
    staff_id = turn.handles.resolve("t", staff) if staff else None
    moved = turn.handles.resolve("a", moving) if moving else ""
    if service_id is None:
        return unknown(service, "service")
    if staff and staff_id is None:
        return unknown(staff, "staff member")
    if moved is None:
        return unknown(moving or "", "appointment")
    return await _Search(turn, turn.catalogue.service(service_id), staff_id, moved).run(
        day, at, after, before
    )


class _Search:
    def __init__(self, turn: Turn, service: Service, staff_id: str | None, moving: str) -> None:
        self.turn, self.service, self.moving = turn, service, moving
        self.qualified = turn.catalogue.qualified(service.id)
        self.staff: tuple[Staff, ...] = tuple(
            member for member in self.qualified if staff_id in (None, member.id)
        )
        self.wanted = turn.catalogue.member(staff_id) if staff_id else None

    async def run(
        self, day: date | None, at: time | None, after: time | None, before: time | None
    ) -> Answer:
        turn = self.turn
        today = describing.local(turn, turn.now).date()
        if not self.staff:
            return self._not_qualified()
        if day is not None:
            if day < today:
                return Answer.of(refuse(Reason.PAST, "That day has passed."))
            if day > today + turn.case.services.timing.horizon:
                return Answer.of(refuse(Reason.TOO_FAR, "That is too far ahead."))
        store, business_id = turn.case.services.store, turn.case.business.id
        async with store.read(business_id) as work:
            found = await self._found(work, day or today, at, after, before, any_day=day is None)
        async with store.begin(business_id) as work:
            await self._remember(work, found.facts.get("slots", []))
        return found

    async def _found(
        self,
        work: Work,
        day: date,
        at: time | None,
        after: time | None,
        before: time | None,
        *,
        any_day: bool,
    ) -> Answer:
        diary = await self._diary(work, day, day)
        frees = diary.free_on(self.service, self.staff, day, after=after, before=before)
        exact, why = self._exact(diary, day, at) if at else (None, ALLOWED)
        if exact:
            found = self._answer(ALLOWED, day, [exact], exact=True)
        elif frees:
            wanted = datetime.combine(day, at, self.turn.case.zone) if at else None
            menu = nearest(frees, wanted, MENU) if wanted else self._menu(frees, any_day)
            found = self._answer(why, day, menu, exact=False if at else None)
        else:
            found = await self._later(work, day, after, before, why, any_day=any_day)
        found.facts["open"] = self._open(diary, day)
        return found

    def _menu(self, frees: list[Free], earliest: bool) -> list[Free]:
        return first_of_each_start(frees)[:MENU] if earliest else spread(frees, MENU)

    async def _diary(self, work: Work, first: date, last: date) -> Diary:
        return await open_diary(self.turn.case, work, self.staff, first, last, moving=self.moving)

    def _exact(self, diary: Diary, day: date, at: time) -> tuple[Free | None, Decision]:
        """Judge one very time, for each member in turn; say why not if nobody is free."""
        start = datetime.combine(day, at, self.turn.case.zone)
        ends_at, busy_until = span(self.service, start)
        why = refuse(Reason.NO_FREE_SLOT)
        for member in self.staff:
            why = diary.may_start(self.service, member, start)
            if why.allowed:
                return Free(Slot(member.id, start, busy_until), ends_at), why
        return None, why

    async def _later(
        self,
        work: Work,
        day: date,
        after: time | None,
        before: time | None,
        why: Decision,
        *,
        any_day: bool,
    ) -> Answer:
        days = [day + timedelta(days=ahead) for ahead in range(1, DAYS_AHEAD)]
        diary = await self._diary(work, days[0], days[-1])
        for other in days:
            frees = diary.free_on(self.service, self.staff, other, after=after, before=before)
            if frees:
                decision = ALLOWED if any_day else refuse(Reason.NO_FREE_SLOT, why.detail)
                # In the place of the day asked for, one alternative: a plain yes takes it.
                menu = first_of_each_start(frees)[: MENU if any_day else 1]
                return self._answer(decision, other, menu, asked=None if any_day else day)
        return Answer.of(refuse(Reason.NO_FREE_SLOT, "Nothing is free in the next three weeks."))

    def _answer(
        self,
        decision: Decision,
        day: date,
        frees: list[Free],
        *,
        exact: bool | None = None,
        asked: date | None = None,
    ) -> Answer:
        turn = self.turn
        slots = [describing.slot(turn, self.service.id, free.slot) for free in frees]
        today = describing.local(turn, turn.now).date()
        return Answer(
            allowed=decision.allowed or exact is False,
            reason=str(decision.reason),
            detail=decision.detail,
            facts={
                "service": self.service.name,
                "day": formats.day(day, turn.language, today),
                "asked_day": formats.day(asked, turn.language, today) if asked else None,
                "exact": exact,
                "slots": slots,
                "staff": self.wanted.name if self.wanted else None,
            },
        )

    def _open(self, diary: Diary, day: date) -> dict[str, str] | None:
        """Describe when the day opens and closes; None when nobody works."""
        turn = self.turn
        span_ = diary.opening(self.staff, day)
        if span_ is None:
            return None
        opens, closes = (describing.local(turn, at) for at in span_)
        return {
            "opens_at": opens.isoformat(),
            "closes_at": closes.isoformat(),
            "hours": f"{formats.clock(opens)}-{formats.clock(closes)}",
        }

    def _not_qualified(self) -> Answer:
        others = [member.name for member in self.qualified]
        decision = refuse(Reason.NOT_QUALIFIED, "That staff member does not do this service.")
        return Answer.of(
            decision,
            service=self.service.name,
            staff=self.wanted.name if self.wanted else None,
            others=others,
        )

    async def _remember(self, work: Work, slots: list[dict[str, Any]]) -> None:
        shown = []
        for each in slots:
            named = self.turn.handles.resolve("s", each["slot"])
            if named is None:
                continue
            service_id, slot = named
            shown.append(
                {
                    "service_id": service_id,
                    "staff_id": slot.staff_id,
                    "starts_at": slot.start.isoformat(),
                    "busy_until": slot.busy_until.isoformat(),
                    "seq": self.turn.case.seq,
                }
            )
        await work.threads.change(self.turn.case.thread_id, shown=shown)
