"""A guest answers, asks and changes their mind in a PMS's conversation (O1, O10, U3, U6, U11)."""

from datetime import date, timedelta

import pytest

from jirani.connectors.memory_pms_faults import HookFault, PmsFault
from jirani.rules.facts import OfferKind, OfferStatus, Snippet
from jirani.services import Services
from tests.support.hostile import scripted
from tests.support.lodge import AFTER, EARLY, HOST, ID, LATE, Lodge, local
from tests.support.looking import one
from tests.support.staying import sold, staying, with_agent, writes

pytestmark = pytest.mark.anyio

ARRIVAL, DEPARTURE = date(2026, 6, 15), date(2026, 6, 20)


@pytest.fixture
async def lodge(services: Services) -> Lodge:
    """A guest who has just been offered an early check-in at 09:00 instead of 16:00."""
    lodge = await staying(services, EARLY)
    await lodge.books(ARRIVAL, DEPARTURE)
    await lodge.at(local(6, 12, 9))
    assert (await lodge.offer(EARLY)).status is OfferStatus.OFFERED
    return lodge


async def status(lodge: Lodge, kind: OfferKind = EARLY) -> tuple[OfferStatus, str]:
    offer = await lodge.offer(kind)
    return offer.status, offer.reason


async def test_a_yes_sells_what_was_offered_once_and_everybody_hears(lodge: Lodge) -> None:
    reply = await writes(lodge, "Yes please!")
    assert "early check-in at 09:00" in reply
    assert "USD 25" in reply
    assert await sold(lodge) == [(EARLY, 2500, "applied")]
    assert await writes(lodge, "Yes please!") != reply
    await lodge.through(lodge.clock.now() + timedelta(minutes=10), timedelta(minutes=1))
    assert len(await sold(lodge)) == 1
    assert len(lodge.pms.world.fees["R1"]) == 1
    assert len(lodge.mailer.to(HOST)) == 1


async def test_a_no_declines_and_sells_nothing(lodge: Lodge) -> None:
    assert await writes(lodge, "No thanks, 4 PM works fine")
    assert await status(lodge) == (OfferStatus.DECLINED, "declined")
    assert await sold(lodge) == []


@pytest.mark.parametrize(
    ("text", "kept", "time"),
    [
        ("Yes, 11am is perfect", OfferStatus.ACCEPTED, "11:00"),
        ("Yes, 4 pm is fine", OfferStatus.DECLINED, None),
        ("Yes but at 7 am please", OfferStatus.OFFERED, None),
        ("Could we do 1 pm instead?", OfferStatus.OFFERED, None),
    ],
)
async def test_a_pick_within_the_range_is_the_same_offer_and_one_outside_is_answered(
    lodge: Lodge, text: str, kept: OfferStatus, time: str | None
) -> None:
    reply = await writes(lodge, text)
    offer = await lodge.offer(EARLY)
    assert offer.status is kept
    if time:
        assert time in reply
        assert offer.terms
        assert f"{offer.terms.wall:%H:%M}" == time
    if kept is OfferStatus.OFFERED:
        assert "09:00" in reply
        assert "USD 25" in reply
        assert await sold(lodge) == []
        assert "early check-in" in await writes(lodge, "ok yes, the one you offered")
        assert await sold(lodge) == [(EARLY, 2500, "applied")]


@pytest.mark.parametrize("webhook", [True, False], ids=["told", "webhook lost"])
async def test_a_yes_on_a_cancelled_stay_never_makes_a_sale(lodge: Lodge, webhook: bool) -> None:
    lodge.pms.cancel("R1")
    if webhook:
        await lodge.delivered()
        assert await status(lodge) == (OfferStatus.WITHDRAWN, "reservation_not_live")
    else:
        lodge.pms.hooks.due(lodge.clock.now())
    assert "isn't active any more" in await writes(lodge, "Yes please")
    assert await status(lodge) == (OfferStatus.WITHDRAWN, "reservation_not_live")
    assert ("may_apply", "reservation_not_live") in await lodge.decisions("acceptance")
    assert await sold(lodge) == []


async def test_a_general_no_ends_every_kind_also_what_was_to_come(services: Services) -> None:
    lodge = await staying(services, EARLY, LATE)
    await lodge.books(ARRIVAL, DEPARTURE)
    await lodge.at(local(6, 12, 9))
    await writes(lodge, "Already declined extras, thanks")
    assert await status(lodge) == (OfferStatus.DECLINED, "general_no")
    assert await status(lodge, LATE) == (OfferStatus.WITHDRAWN, "general_no")


async def test_later_is_asked_once_more_when_the_guest_said(lodge: Lodge) -> None:
    assert "Saturday 13 June at 09:00" in await writes(lodge, "Not sure yet, ask me on Saturday")
    assert (await status(lodge))[0] is OfferStatus.DEFERRED
    await lodge.at(local(6, 13, 9))
    assert len([each for each in lodge.texts() if "09:00" in each]) == 3
    assert (await lodge.offer(EARLY)).asked_again
    await writes(lodge, "maybe later")
    assert (await status(lodge))[0] is OfferStatus.OFFERED
    await writes(lodge, "ok then, yes")
    assert await sold(lodge) == [(EARLY, 2500, "applied")]


async def test_a_yes_is_taken_back_within_the_hour_and_exactly(lodge: Lodge) -> None:
    await writes(lodge, "yes")
    assert await sold(lodge) == [(EARLY, 2500, "applied")]
    assert "off again" in await writes(lodge, "Actually, forget the early check-in")
    assert await sold(lodge) == [(EARLY, 2500, "reversed")]
    assert lodge.pms.world.fees["R1"] == []
    assert lodge.pms.world.tasks == {}
    assert await lodge.claims(local(6, 15), local(6, 16)) == 0


async def test_no_extras_takes_nothing_back_that_was_bought(lodge: Lodge) -> None:
    await writes(lodge, "yes")
    await writes(lodge, "We don't want any extras")
    assert await sold(lodge) == [(EARLY, 2500, "applied")]
    store = lodge.services.store
    assert await one(store, "SELECT cross_sell_declined FROM threads")


async def test_after_the_hour_it_is_the_hosts_to_take_back(lodge: Lodge) -> None:
    await writes(lodge, "yes")
    await lodge.at(lodge.clock.now() + timedelta(minutes=70))
    assert "only within the hour" in await writes(lodge, "please cancel the early check-in")
    assert await sold(lodge) == [(EARLY, 2500, "applied")]
    assert await writes(lodge, "hello?") == ""  # a person has the conversation


async def test_a_bare_no_takes_nothing_back(lodge: Lodge) -> None:
    await writes(lodge, "yes")
    await writes(lodge, "no thanks")
    assert await sold(lodge) == [(EARLY, 2500, "applied")]


async def test_who_asks_first_is_offered_it_at_once_and_sold_on_a_later_yes(
    services: Services,
) -> None:
    lodge = await staying(services, LATE)
    await lodge.books(ARRIVAL, DEPARTURE)
    reply = await writes(lodge, "Can we check out at 2?")
    assert "14:00" in reply
    assert "USD 50" in reply
    assert await sold(lodge) == []
    assert "14:00" in await writes(lodge, "Yes please")
    assert await sold(lodge) == [(LATE, 5000, "applied")]
    await lodge.through(local(6, 19, 12), timedelta(hours=6))
    assert len([each for each in lodge.texts() if "USD 50" in each]) == 2


@pytest.mark.parametrize(
    "lie",
    [
        "Your cleaning is added.",
        "Done, I have added two extra nights.",
        "Your early check-in is cancelled.",
        "Nimeongeza usiku mmoja.",
        "Your early check-in is free of charge.",
    ],
)
async def test_what_was_not_added_or_taken_off_is_not_said_to_be(lodge: Lodge, lie: str) -> None:
    await writes(lodge, "yes")
    with_agent(lodge, scripted(lie, for_ever=True))
    assert lie not in await writes(lodge, "thanks, all good?")
    fine = "Your early check-in is added, see you soon."
    with_agent(lodge, scripted(fine, for_ever=True))
    assert await writes(lodge, "thanks!") == fine


async def test_who_asks_for_more_than_can_be_had_is_offered_the_most(services: Services) -> None:
    lodge = await staying(services, LATE)
    await lodge.books(ARRIVAL, DEPARTURE)
    reply = await writes(lodge, "could we check out at 9 pm?")
    assert "The most I can offer" in reply
    assert "18:00" in reply
    assert "nothing to add" in await writes(lodge, "can we leave at 10 am?")


async def test_two_stays_of_one_listing_never_get_the_same_hours(services: Services) -> None:
    lodge = await staying(services, EARLY, LATE)
    await lodge.books(ARRIVAL, DEPARTURE)
    await lodge.books(DEPARTURE, DEPARTURE + timedelta(days=3), ref="R2")
    assert "18:00" not in await writes(lodge, "can we check out at 3 pm?")
    assert await sold(lodge) == []


async def test_a_question_is_answered_from_the_listing_or_left_to_the_host(lodge: Lodge) -> None:
    listing_id = (await lodge.stay()).listing_id
    async with lodge.services.store.begin(ID) as work:
        text = "The wifi is Beach, the password is sand."
        await work.catalogue.put_snippet(
            Snippet("s1", "wifi", "en", ("wifi", "internet"), text, listing_id)
        )
    assert "password is sand" in await writes(lodge, "what's the wifi?")
    assert "from 16:00" in await writes(lodge, "What time is check-in?")
    assert "A person will answer" in await writes(lodge, "Is there a cot for the baby?")
    assert await writes(lodge, "hello?") == ""


async def test_nights_are_sold_at_the_rate_less_the_discount(services: Services) -> None:
    lodge = await staying(services, AFTER)
    await lodge.books(ARRIVAL, DEPARTURE)
    reply = await writes(lodge, "Could we stay one more night?")
    assert "USD 90" in reply
    await writes(lodge, "Yes, lovely")
    assert await sold(lodge) == [(AFTER, 9000, "applied")]
    assert lodge.pms.world.reservations["R1"].departure == DEPARTURE + timedelta(days=1)


async def test_while_the_pms_is_silent_nothing_is_sold_and_the_offer_stays(lodge: Lodge) -> None:
    lodge.pms.faults.always("reservation", PmsFault.DOWN)
    assert "can't reach" in await writes(lodge, "Yes please")
    assert (await status(lodge))[0] is OfferStatus.OFFERED
    lodge.pms.faults.over()
    await writes(lodge, "Yes please")
    assert await sold(lodge) == [(EARLY, 2500, "applied")]


async def test_which_one_is_answered_by_its_name_alone(services: Services) -> None:
    lodge = await staying(services, EARLY, LATE)
    await lodge.books(ARRIVAL, DEPARTURE)
    await lodge.at(local(6, 12, 9))
    await writes(lodge, "And can we check out at 2 pm?")
    which = await writes(lodge, "yes")
    assert "Which one do you mean?" in which
    assert which.count("Saturday 20 June") == 1
    reply = await writes(lodge, "the late check-out")
    assert await sold(lodge) == [(LATE, 5000, "applied")]
    assert reply.count("late check-out") == 1
    # The other waits still, and its own yes says it once.
    reply = await writes(lodge, "and yes to the early check-in too")
    assert reply.count("early check-in") == 1
    assert len(await sold(lodge)) == 2


async def test_a_name_sells_nothing_unless_a_yes_came_before_it(services: Services) -> None:
    lodge = await staying(services, EARLY, LATE)
    await lodge.books(ARRIVAL, DEPARTURE)
    await lodge.at(local(6, 12, 9))
    await writes(lodge, "And can we check out at 2 pm?")
    await writes(lodge, "the late check-out")
    await writes(lodge, "What was the late check-out again?")
    assert await sold(lodge) == []


@pytest.mark.parametrize(
    "text",
    [
        "I want to talk to the host please",
        "It's for the host",
        "Can you change our dates to July?",
        "The shower is broken!!",
        "there is no hot water",
        "Naomba kuongea na mwenyeji",
        "Mlango haufunguki, muulize mwenyeji tafadhali",
    ],
)
async def test_what_only_the_host_can_do_is_left_to_the_host(lodge: Lodge, text: str) -> None:
    said = await writes(lodge, text)
    assert "USD" not in said
    assert await writes(lodge, "hello?") == ""  # a person has the conversation
    assert (await status(lodge))[0] is OfferStatus.OFFERED


async def test_who_hears_that_the_host_is_asked_is_left_to_the_host(lodge: Lodge) -> None:
    await writes(lodge, "stop offering me things")
    said = await writes(lodge, "could we check in at noon?")
    assert "asking your host" in said
    assert "A person will answer" in said


async def test_what_nobody_has_written_down_is_said_to_go_to_the_host_and_no_more(
    lodge: Lodge,
) -> None:
    assert await writes(lodge, "Is there a cot?") == (
        "I've told the team at Beach Homes. A person will answer you here."
    )


async def test_dropping_bags_is_no_haggling(lodge: Lodge) -> None:
    assert "change prices" not in await writes(lodge, "Yes, but only if we can drop our bags at 8")
    assert await sold(lodge) == []


async def test_another_time_within_the_offer_is_named_and_can_be_taken(lodge: Lodge) -> None:
    assert "13:00 is fine too" in await writes(lodge, "Could we do 1 pm instead?")
    assert "13:00" in await writes(lodge, "yes, 13:00")
    assert await sold(lodge) == [(EARLY, 2500, "applied")]


async def test_a_no_nobody_was_told_of_is_heard_before_it_is_asked_once_more(
    lodge: Lodge,
) -> None:
    await writes(lodge, "Not sure yet, ask me on Saturday")
    lodge.pms.hooks.upcoming.append(HookFault.LOST)
    lodge.pms.guest_says("R1", "no thanks")
    await lodge.at(local(6, 13, 9))
    await lodge.through(local(6, 13, 9, 1), timedelta(seconds=5))
    assert await status(lodge) == (OfferStatus.DECLINED, "declined")
    assert len([each for each in lodge.texts() if "USD 25" in each]) == 1


async def test_a_yes_written_before_an_offer_is_none_to_it_however_late_it_comes(
    services: Services,
) -> None:
    lodge = await staying(services, LATE)
    await lodge.books(ARRIVAL, DEPARTURE)
    lodge.pms.hooks.upcoming.append(HookFault.LATE)
    lodge.pms.guest_says("R1", "Yes please")
    await lodge.at(lodge.clock.now() + timedelta(minutes=1))
    assert "Shall I add it?" in await writes(lodge, "Can we check out at 2?")
    await lodge.through(lodge.clock.now() + timedelta(minutes=15), timedelta(minutes=5))
    assert await sold(lodge) == []
    await writes(lodge, "Yes please")
    assert await sold(lodge) == [(LATE, 5000, "applied")]


async def test_an_hour_that_is_asked_for_is_none_at_which_to_be_asked_again(lodge: Lodge) -> None:
    await writes(lodge, "Not sure yet, let me think about it. Can we check in at 3?")
    offer = await lodge.offer(EARLY)
    assert not offer.time_named
    assert offer.due_at is None or offer.due_at >= local(6, 14, 9)
