"""Whom a yes that names nothing is for: what was said in between decides (O1, X11)."""

from datetime import timedelta

import pytest

from tests.support.talking import Talk

pytestmark = pytest.mark.anyio

BOOKED = ("Jane Wanjiku, 0712 345 678. Manicure tomorrow at 2pm", "yes")
MUDDLED = "ongzea bsi"


@pytest.mark.parametrize(
    "lines",
    [
        (MUDDLED, "sawa ongeza"),
        (MUDDLED, "yes please, add it"),
        (MUDDLED, "blah", "sorry I was away. yes add it"),
        (MUDDLED, "sawa", "sawa ongeza"),
    ],
)
async def test_a_clear_late_yes_counts_although_the_message_before_was_a_muddle(
    talk: Talk, lines: tuple[str, ...]
) -> None:
    await talk.says(*BOOKED)
    await talk.waits(timedelta(minutes=1))
    await talk.says(*lines)
    assert (await talk.world()).sales == ((150_000, "awaiting_payment"),)


@pytest.mark.parametrize(
    "lines",
    [
        (MUDDLED, "yes"),  # "would you like to book, move or cancel?" - "yes"
        (MUDDLED, "sawa"),
        (MUDDLED, "no, don't add it"),
        ("what is free on Friday for a facial?", "ok add it"),
        ("no thanks", "sawa ongeza"),
        ("move it to 4pm", "sawa ongeza"),
        ("do you have parking?", "ok, I will take it"),
    ],
)
async def test_a_yes_that_may_mean_anything_else_buys_nothing_late(
    talk: Talk, lines: tuple[str, ...]
) -> None:
    await talk.says(*BOOKED)
    await talk.waits(timedelta(minutes=1))
    await talk.says(*lines)
    assert (await talk.world()).sales == ()


async def test_a_clear_yes_after_the_charge_has_gone_out_is_too_late(talk: Talk) -> None:
    await talk.says(*BOOKED)
    await talk.waits(timedelta(minutes=1))
    await talk.says(MUDDLED)
    await talk.waits(timedelta(minutes=2))
    await talk.says("sawa ongeza")
    assert (await talk.world()).sales == ()


async def test_a_yes_below_a_list_of_times_does_not_confirm_the_question_above_it(
    talk: Talk,
) -> None:
    await talk.says("manicure tomorrow at 2pm", "what times do you have on Friday afternoon?")
    again = await talk.says("yes")
    assert "Shall I book" in again.reply
    assert (await talk.world()).appointments[0][2] == "proposed"
    await talk.says("yes")
    assert (await talk.world()).appointments[0][2] == "confirmed"
