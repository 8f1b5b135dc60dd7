"""Each write of a sale is asked for until it is known, and not for ever (U7)."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from jirani.connectors.pms import FeeOutcome, FeeResult, WriteOutcome, Written
from jirani.rules.facts import StayOffer, StaySale, Terms
from jirani.services.stays import sales, undoing
from jirani.services.stays.sales import SoldOffer, tell_of, wrote
from jirani.services.stays.undoing import undo
from jirani.store.queues import Due
from jirani.store.rows.outbox import Entry
from tests.support.one_row import a_store
from tests.support.stay_facts import EARLY, FLAT, booked, local, offered

pytestmark = pytest.mark.anyio

NOW = local(6, 12, 9)
STAY = booked(date(2026, 6, 15), date(2026, 6, 20))
TERMS = Terms(date(2026, 6, 15), 2500, "USD", wall=time(9), standard=time(16))
OFFER = offered(EARLY, TERMS, NOW, NOW)
SALE = StaySale("s", OFFER.id, 2500, "USD", "applied", NOW, "fee", "F1", None, None)
ENTRY = Entry("e", "fee", "claimed", {"sale": OFFER.id, "pms": "memory"}, 1, NOW)
DUE: Any = SimpleNamespace(id="e", business_id="lodge")
NOTHING: Any = None
Told = list[tuple[str, Any]]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    """What becomes of the entry."""
    became: Told = []

    async def done(services: object, due: Due, state: str, **facts: Any) -> None:
        became.append((state, facts.get("note")))

    async def again(
        services: object,
        due: Due,
        note: str | None = None,
        *,
        most: int,
        after: timedelta | None = None,
        last: sales.Last,
    ) -> bool:
        became.append((f"again, {most} times at most", note))
        return True

    async def refused(services: object, due: Due, why: str, last: sales.Last) -> None:
        became.append(("dead", why))

    for module in (sales, undoing):
        monkeypatch.setattr(module, "done", done)
        monkeypatch.setattr(module, "refused", refused)
        monkeypatch.setattr(module, "again", again)
    return became


def services(
    sale: StaySale | None = SALE,
    pms: Any = None,
    recorded: Entry | None = None,
    offer: StayOffer | None = OFFER,
) -> Any:
    rows = {"stay_offers": offer, "reservations": STAY, "listings": FLAT}
    store = a_store(**rows, stay_sales=sale, outbox=recorded)
    return SimpleNamespace(store=store, pms=SimpleNamespace(of=lambda *_: pms))


@pytest.fixture(autouse=True)
def unworded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sales, "what", lambda *_: "Early check-in")


async def test_a_write_nobody_answers_is_asked_for_nine_times(told: Told) -> None:
    await wrote(services(), DUE, ENTRY, Written(WriteOutcome.UNKNOWN, reason="no answer"))
    await wrote(services(), DUE, ENTRY, Written(WriteOutcome.REJECTED, reason="refused"))
    await wrote(services(), DUE, ENTRY, Written(WriteOutcome.ACCEPTED, "F1"))
    assert told == [
        ("again, 9 times at most", "no answer"),
        ("dead", "refused"),
        ("sent", None),
    ]


@pytest.mark.parametrize(
    ("reversed_at", "undoing_it", "attempts", "goes_on"),
    [
        (None, False, 1, True),
        (NOW, False, 1, False),
        (NOW, False, 2, True),  # it may be there already
        (NOW, True, 1, True),
    ],
)
async def test_what_was_taken_back_is_not_recorded_unless_it_may_be_there(
    told: Told, reversed_at: datetime | None, undoing_it: bool, attempts: int, goes_on: bool
) -> None:
    known = services(replace(SALE, reversed_at=reversed_at), pms=object())
    entry = replace(ENTRY, attempts=attempts)
    found = await sales.sold(known, DUE, entry, undoing=undoing_it)
    assert bool(found) is goes_on
    assert told == ([] if goes_on else [("withdrawn", "taken back")])


async def test_without_a_sale_or_an_account_nothing_is_written(told: Told) -> None:
    for known in (services(None), services(offer=None)):
        with pytest.raises(LookupError, match="nothing was sold"):
            await sales.sold(known, DUE, ENTRY)
    assert await sales.sold(services(), DUE, ENTRY) is None
    assert told == [("again, 9 times at most", "no account")]


async def test_what_has_no_terms_was_not_sold() -> None:
    unsaid = replace(OFFER, terms=None)
    with pytest.raises(ValueError, match="has no terms"):
        SoldOffer(NOTHING, unsaid, STAY, FLAT)
    await tell_of(NOTHING, NOTHING, "host_sold", unsaid, STAY, FLAT)


class Bills:
    """Takes a fee off, or nights out, with one answer."""

    name = "memory"

    def __init__(self, answer: Any = None) -> None:
        self.answer, self.asked = answer, list[str]()

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        async def asked(*_: Any) -> Any:
            self.asked.append(name)
            return self.answer

        return asked


@pytest.mark.parametrize(
    ("recorded", "became"),
    [
        (None, ("sent", "there was nothing to undo")),
        (replace(ENTRY, state="withdrawn"), ("sent", "there was nothing to undo")),
        (replace(ENTRY, state="dead"), ("sent", "there was nothing to undo")),
        (replace(ENTRY, state="dead", note="refused"), ("sent", "there was nothing to undo")),
        (replace(ENTRY, state="dead", note="gave up: timeout"), ("dead", "not known yet")),
        (replace(ENTRY, state="sending"), ("again, 9 times at most", "not known yet")),
        (replace(ENTRY, state="unknown"), ("again, 9 times at most", "not known yet")),
    ],
)
async def test_only_what_is_known_to_be_there_is_taken_off(
    told: Told, recorded: Entry | None, became: tuple[str, str]
) -> None:
    bills = Bills()
    await undo(services(pms=bills, recorded=recorded), DUE, replace(ENTRY, kind="unfee"))
    assert told == [became]
    assert bills.asked == []
    await undo(services(recorded=recorded), DUE, replace(ENTRY, kind="unfee"))
    assert told[1:] == [("again, 9 times at most", "no account")]


@pytest.mark.parametrize(
    ("outcome", "became"),
    [
        (FeeOutcome.APPLIED, ("sent", None)),
        (FeeOutcome.FAILED, ("dead", "why")),
        (FeeOutcome.RETRY, ("again, 9 times at most", "why")),
        (FeeOutcome.UNKNOWN, ("again, 9 times at most", "why")),
    ],
)
async def test_nights_are_out_again_when_the_pms_says_so(
    told: Told, outcome: FeeOutcome, became: tuple[str, str | None]
) -> None:
    bills = Bills(FeeResult(outcome, "dates", reason="why"))
    known = services(pms=bills, recorded=replace(ENTRY, kind="extension", state="sent"))
    await undo(known, DUE, replace(ENTRY, kind="unextension"))
    assert (bills.asked, told) == (["shorten"], [became])
