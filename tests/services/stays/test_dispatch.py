"""A due offer is sent once, or not at all and it is known why (U5, O3-O12)."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest

from jirani.connectors.memory_pms_faults import PmsFault
from jirani.connectors.pms import PmsReservation, PmsTask, Written
from jirani.rules.decision import Reason
from jirani.rules.facts import OfferStatus, StayPayment, StayStatus, TaskKind
from jirani.services import Services
from jirani.services.sending import send_due
from jirani.services.stays import posting
from jirani.services.stays.dispatch import LEASE, dispatch_due
from jirani.services.stays.settings import set_setting
from tests.support.lodge import AFTER, EARLY, FLAT, HOST, ID, LATE, Lodge, local, open_lodge
from tests.support.looking import one, rows

pytestmark = pytest.mark.anyio

ARRIVAL, DEPARTURE = date(2026, 6, 15), date(2026, 6, 20)
DUE = local(6, 12, 9)
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def lodge(services: Services) -> Lodge:
    lodge = await open_lodge(services, local(6, 10, 12))
    await lodge.sells(EARLY)
    await lodge.books(ARRIVAL, DEPARTURE)
    return lodge


async def ledger(lodge: Lodge) -> int:
    found: int = await one(lodge.services.store, "SELECT count(*) FROM contacts")
    return found


async def live_claims(lodge: Lodge) -> int:
    sql = "SELECT count(*) FROM stay_claims WHERE live"
    found: int = await one(lodge.services.store, sql)
    return found


STEPS = ["reservation", "listing", "calendar", "tasks", "messages", "post"]


@pytest.mark.parametrize("call", STEPS)
async def test_a_pms_that_fails_at_any_step_is_asked_again_and_the_guest_hears_once(
    lodge: Lodge, call: str
) -> None:
    lodge.pms.faults.next(call, PmsFault.DOWN, PmsFault.DOWN)
    await lodge.at(DUE)
    assert lodge.texts() == []
    assert (await lodge.offer(EARLY)).status is OfferStatus.SCHEDULED
    await lodge.through(DUE + 30 * MINUTE, 3 * MINUTE)
    assert (await lodge.offer(EARLY)).status is OfferStatus.OFFERED
    assert len(lodge.texts()) == 1
    assert await ledger(lodge) == 1


@pytest.mark.parametrize("call", STEPS)
async def test_after_five_tries_it_has_expired_and_the_host_is_told(
    lodge: Lodge, call: str
) -> None:
    lodge.pms.faults.always(call, PmsFault.DOWN)
    await lodge.at(DUE)
    await lodge.through(DUE + timedelta(hours=4), 20 * MINUTE)
    offer = await lodge.offer(EARLY)
    assert (offer.status, offer.reason) == (OfferStatus.EXPIRED, Reason.PMS_UNAVAILABLE)
    assert offer.attempts <= 5
    lodge.pms.faults.over()
    await lodge.through(DUE + timedelta(hours=8), timedelta(hours=1))
    assert lodge.texts() == []
    [mail] = lodge.mailer.to(HOST)
    assert mail.subject == "An offer to Sarah could not be sent"
    assert "Early check-in" in mail.plain
    assert await ledger(lodge) == 0
    assert await live_claims(lodge) == 0


@pytest.mark.parametrize("fault", [PmsFault.TIMEOUT_AFTER, PmsFault.MALFORMED])
async def test_a_text_whose_answer_got_lost_is_looked_for_and_sent_once(
    lodge: Lodge, fault: PmsFault
) -> None:
    lodge.pms.faults.next("post", fault)
    await lodge.at(DUE)
    assert (await lodge.offer(EARLY)).status is OfferStatus.SCHEDULED
    await lodge.through(DUE + 10 * MINUTE, MINUTE)
    offer = await lodge.offer(EARLY)
    assert offer.status is OfferStatus.OFFERED
    assert len(lodge.texts()) == 1
    assert await ledger(lodge) == 1
    async with lodge.services.store.read(ID) as work:
        said = await work.messages.last(offer.thread_id, 9)
    assert [(each.author, each.seq) for each in said] == [("agent", offer.offered_seq)]


async def test_a_text_that_got_lost_itself_is_posted_again(lodge: Lodge) -> None:
    lodge.pms.faults.next("post", PmsFault.TIMEOUT_BEFORE)
    await lodge.at(DUE)
    await lodge.through(DUE + 10 * MINUTE, MINUTE)
    assert (await lodge.offer(EARLY)).status is OfferStatus.OFFERED
    assert len(lodge.texts()) == 1
    assert await ledger(lodge) == 1


async def test_while_the_conversation_cannot_be_read_nothing_is_posted_again(
    lodge: Lodge,
) -> None:
    lodge.pms.faults.next("post", PmsFault.TIMEOUT_AFTER)
    await lodge.at(DUE)
    lodge.pms.faults.always("messages", PmsFault.DOWN)
    await lodge.through(DUE + 4 * MINUTE, MINUTE)
    assert len(lodge.texts()) == 1
    lodge.pms.faults.over()
    await lodge.through(DUE + 60 * MINUTE, 5 * MINUTE)
    assert len(lodge.texts()) == 1
    assert (await lodge.offer(EARLY)).status is OfferStatus.OFFERED


async def test_what_the_pms_refuses_has_expired_and_counts_for_nothing(lodge: Lodge) -> None:
    lodge.pms.faults.next("post", PmsFault.REFUSED)
    await lodge.at(DUE)
    offer = await lodge.offer(EARLY)
    assert (offer.status, offer.reason) == (OfferStatus.EXPIRED, "refused")
    assert await ledger(lodge) == 0
    assert await live_claims(lodge) == 0
    await lodge.delivered()
    assert [each.subject for each in lodge.mailer.sent] == ["An offer to Sarah could not be sent"]


async def test_a_price_changed_after_planning_is_the_price_that_is_offered(lodge: Lodge) -> None:
    await lodge.sells(EARLY, price=3100)
    await lodge.at(DUE)
    [text] = lodge.texts()
    assert "USD 31" in text


async def test_a_kind_switched_off_after_planning_is_not_sent(lodge: Lodge) -> None:
    await set_setting(lodge.services, ID, "active", False, kind=str(EARLY), by="host")
    await lodge.at(DUE)
    offer = await lodge.offer(EARLY)
    assert (offer.status, offer.reason) == (OfferStatus.WITHDRAWN, Reason.KIND_OFF)
    assert lodge.texts() == []


async def test_a_kind_switched_off_leaves_what_the_guest_has_as_it_was(lodge: Lodge) -> None:
    await lodge.at(DUE)
    await set_setting(lodge.services, ID, "active", False, kind=str(EARLY), by="host")
    await lodge.sells(price=9900)
    lodge.pms.change("R1", guest_name="S")
    await lodge.at(DUE + MINUTE)
    offer = await lodge.offer(EARLY)
    assert offer.status is OfferStatus.OFFERED
    assert offer.terms
    assert offer.terms.price == 2500


async def test_work_in_the_extra_hours_is_in_the_way(lodge: Lodge) -> None:
    lodge.pms.world.put_task(
        PmsTask("t", "flat", TaskKind.MAINTENANCE, ARRIVAL, local(6, 15, 10), local(6, 15, 12))
    )
    await lodge.at(DUE)
    offer = await lodge.offer(EARLY)
    assert (offer.status, offer.reason) == (OfferStatus.EXPIRED, Reason.TASK_IN_THE_WAY)


async def test_a_stale_calendar_is_an_unknown_and_read_again(lodge: Lodge) -> None:
    lodge.pms.faults.next("calendar", PmsFault.STALE)
    await lodge.at(DUE)
    assert lodge.texts() == []
    await lodge.through(DUE + 5 * MINUTE, MINUTE)
    assert len(lodge.texts()) == 1


@pytest.mark.parametrize("fault", [PmsFault.STATUS_UNKNOWN, PmsFault.PAYMENT_UNKNOWN])
async def test_an_unknown_is_a_no_for_now(lodge: Lodge, fault: PmsFault) -> None:
    lodge.pms.faults.next("reservation", fault)
    await lodge.at(DUE)
    assert lodge.texts() == []
    await lodge.through(DUE + 5 * MINUTE, MINUTE)
    assert len(lodge.texts()) == 1


async def test_a_stay_no_longer_paid_when_it_is_due_is_not_offered_anything(lodge: Lodge) -> None:
    lodge.pms.world.put(replace(lodge.pms.world.reservations["R1"], payment=StayPayment.PARTIAL))
    await lodge.at(DUE)
    assert lodge.texts() == []
    assert (await lodge.offer(EARLY)).reason == Reason.NOT_PAID


async def test_in_the_guests_night_it_waits_for_their_morning(services: Services) -> None:
    """Nine in New York is three in the morning in Honolulu (O7)."""
    lodge = await open_lodge(services, local(6, 10, 12))
    await lodge.sells(EARLY)
    await lodge.books(ARRIVAL, DEPARTURE, guest_zone="Pacific/Honolulu")
    await lodge.at(DUE)
    offer = await lodge.offer(EARLY)
    assert (offer.status, offer.due_at) == (OfferStatus.SCHEDULED, local(6, 12, 14))
    assert offer.reason == Reason.QUIET_HOURS
    await lodge.at(local(6, 12, 13, 59))
    assert lodge.texts() == []
    await lodge.at(local(6, 12, 14))
    assert len(lodge.texts()) == 1


async def test_two_that_are_due_together_go_two_days_apart_the_nearer_first(
    services: Services,
) -> None:
    """A night that was moved to the same hour: departure and arrival are a day apart (O5, O11)."""
    lodge = await open_lodge(services, local(6, 10, 12))
    await lodge.sells(EARLY, LATE)
    for kind, days in ((EARLY, 3), (LATE, 4)):
        await set_setting(lodge.services, ID, "window", days, kind=str(kind), by="host")
    await lodge.books(ARRIVAL, date(2026, 6, 16))
    await lodge.at(DUE)
    assert (await lodge.offer(EARLY)).status is OfferStatus.OFFERED
    late = await lodge.offer(LATE)
    assert (late.status, late.due_at) == (OfferStatus.SCHEDULED, local(6, 14, 9))
    assert len(lodge.texts()) == 1
    await lodge.at(local(6, 14, 9))
    assert (await lodge.offer(LATE)).status is OfferStatus.OFFERED


async def test_what_cannot_wait_as_long_as_it_must_has_expired(services: Services) -> None:
    """Two days on it would be too late: O8 is stronger than patience (O6)."""
    lodge = await open_lodge(services, local(6, 10, 12))
    await lodge.sells(EARLY, LATE)
    for kind, days in ((EARLY, 2), (LATE, 3)):
        await set_setting(lodge.services, ID, "window", days, kind=str(kind), by="host")
        await set_setting(lodge.services, ID, "send_at", "12:00", kind=str(kind), by="host")
    await lodge.books(ARRIVAL, date(2026, 6, 16))
    await lodge.at(local(6, 13, 12))
    late = await lodge.offer(LATE)
    assert (late.status, late.reason) == (OfferStatus.EXPIRED, Reason.SPACING)


async def test_an_outage_of_ours_that_lasted_too_long_sends_nothing(lodge: Lodge) -> None:
    await lodge.at(local(6, 14, 16, 1))
    offer = await lodge.offer(EARLY)
    assert (offer.status, offer.reason) == (OfferStatus.EXPIRED, Reason.TOO_LATE)
    assert lodge.texts() == []


async def test_exactly_a_day_before_is_early_enough(lodge: Lodge) -> None:
    await lodge.at(local(6, 14, 16))
    assert (await lodge.offer(EARLY)).status is OfferStatus.OFFERED


async def test_an_offer_nobody_answers_expires_and_frees_its_hours(lodge: Lodge) -> None:
    await lodge.at(DUE)
    assert await live_claims(lodge) == 1
    await lodge.at(local(6, 14, 8, 59))
    assert (await lodge.offer(EARLY)).status is OfferStatus.OFFERED
    await lodge.at(local(6, 14, 9))
    assert (await lodge.offer(EARLY)).status is OfferStatus.EXPIRED
    assert await live_claims(lodge) == 0


async def test_a_night_offered_to_one_guest_is_not_offered_to_the_next(services: Services) -> None:
    """One turnover, one truth: two guests on both sides of one free night (U8)."""
    lodge = await open_lodge(services, local(6, 1, 12))
    await lodge.sells(AFTER, EARLY)
    await lodge.books(date(2026, 6, 5), date(2026, 6, 10))
    await lodge.books(date(2026, 6, 11), date(2026, 6, 15), "R2")
    await lodge.at(local(6, 7, 9))
    assert (await lodge.offer(AFTER)).status is OfferStatus.OFFERED
    # The night of the 10th ends with a turnover on the 11th, when the next guest would be early.
    await lodge.at(local(6, 8, 9))
    early = await lodge.offer(EARLY, "R2")
    assert (early.status, early.reason) == (OfferStatus.EXPIRED, Reason.TURNOVER_TAKEN)
    assert await lodge.claims(local(6, 10), local(6, 12)) == 1


async def test_two_replicas_send_each_offer_once(services: Services) -> None:
    lodge = await open_lodge(services, local(6, 10, 12))
    await lodge.sells(EARLY)
    for n in range(1, 9):
        lodge.pms.world.place(replace(FLAT, ref=f"flat{n}"), 10000)
    for n in range(1, 9):
        stay = PmsReservation(
            *(f"R{n}", f"flat{n}", StayStatus.CONFIRMED, StayPayment.PAID, ARRIVAL, DEPARTURE),
            channel="direct",
            currency="USD",
        )
        lodge.pms.book(stay)
    await lodge.delivered()
    lodge.clock.at = DUE
    others = [lodge.replica(seed) for seed in (2, 3, 4)]
    for _ in range(2):
        await asyncio.gather(*(dispatch_due(each.services) for each in others))
        await asyncio.gather(*(send_due(each.services) for each in others))
    for n in range(1, 9):
        assert len(lodge.texts(f"R{n}")) == 1, n
        assert (await lodge.offer(EARLY, f"R{n}")).status is OfferStatus.OFFERED
    assert await ledger(lodge) == 8


async def test_what_a_dead_dispatcher_claimed_comes_back(lodge: Lodge) -> None:
    lodge.clock.at = DUE
    async with lodge.services.store.queues(claiming=True) as queues:
        assert len(await queues.claim_offers(DUE, LEASE)) == 1
    await lodge.at(DUE + LEASE - MINUTE)
    assert lodge.texts() == []
    await lodge.at(DUE + LEASE)
    assert len(lodge.texts()) == 1


async def test_a_dispatcher_that_died_over_its_post_is_found_out_about(
    lodge: Lodge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The text is with the guest, and nobody wrote it down."""

    async def dies(*_: object) -> None:
        raise ConnectionError("killed")

    monkeypatch.setattr(posting, "_answered", dies)
    await lodge.at(DUE)
    assert len(lodge.texts()) == 1
    monkeypatch.undo()
    await lodge.through(DUE + 15 * MINUTE, MINUTE)
    assert len(lodge.texts()) == 1
    assert (await lodge.offer(EARLY)).status is OfferStatus.OFFERED
    assert await ledger(lodge) == 1


async def test_a_post_that_outlasts_its_lease_is_not_sent_by_another(
    lodge: Lodge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else takes it for lost, and then it has arrived after all."""
    posts, other = lodge.pms.post, lodge.replica(2)

    async def slowly(conversation: str, text: str, key: str) -> Written:
        written = await posts(conversation, text, key)
        lodge.clock.advance(61 * timedelta(seconds=1))
        await send_due(other.services)
        return written

    monkeypatch.setattr(lodge.pms, "post", slowly)
    await lodge.at(DUE)
    monkeypatch.undo()
    assert (await lodge.offer(EARLY)).status is OfferStatus.OFFERED
    await lodge.through(DUE + 30 * MINUTE, 3 * MINUTE)
    assert len(lodge.texts()) == 1
    assert await ledger(lodge) == 1


async def test_an_offer_that_ends_before_its_text_has_left_stays_unsent(lodge: Lodge) -> None:
    lodge.clock.at = DUE
    await dispatch_due(lodge.services)
    lodge.pms.cancel("R1")
    await lodge.delivered()
    assert lodge.texts() == []
    assert (await lodge.offer(EARLY)).status is OfferStatus.WITHDRAWN
    [(state,)] = await rows(
        lodge.services.store, "SELECT state FROM outbox WHERE purpose = 'promotional'"
    )
    assert state == "withdrawn"


async def test_a_text_that_waited_too_long_is_judged_anew(lodge: Lodge) -> None:
    lodge.clock.at = DUE
    await dispatch_due(lodge.services)
    await lodge.at(DUE + 11 * MINUTE)
    assert lodge.texts() == []
    await lodge.through(DUE + 15 * MINUTE, MINUTE)
    assert len(lodge.texts()) == 1
    assert await ledger(lodge) == 1


@pytest.mark.parametrize("said", ["please stop offering me things", "I want to talk to a human"])
async def test_what_the_guest_wrote_to_the_host_can_forbid(lodge: Lodge, said: str) -> None:
    lodge.pms.hooks.upcoming.append("lost")
    lodge.pms.guest_says("R1", said)
    await lodge.at(DUE)
    assert lodge.texts() == [said]
    offer = await lodge.offer(EARLY)
    assert offer.status in (OfferStatus.WITHDRAWN, OfferStatus.EXPIRED)


async def test_while_the_host_has_the_conversation_nothing_is_offered(lodge: Lodge) -> None:
    lodge.pms.guest_says("R1", "Hi, is there a lift?")
    lodge.pms.host_says("R1", "Hi Sarah, this is Ann. There is. Anything else?")
    await lodge.at(DUE)
    assert len(lodge.texts()) == 2
    offer = await lodge.offer(EARLY)
    assert (offer.status, offer.reason) == (OfferStatus.EXPIRED, Reason.PERSON_HANDLING)
