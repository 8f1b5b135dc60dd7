"""The chat with somebody who types; meanwhile the world goes on."""

from contextlib import suppress
from functools import partial
from zoneinfo import ZoneInfo

from rich.text import Text

from app.chat.conversation import Conversation
from app.chat.screen import Screen
from app.chat.trace import trace_of
from app.phones import phones
from scheduler.clockwork import ticking

HELP = """\
Write what a guest would write, in English or Swahili: a manicure tomorrow at 2, a question, a \
change of mind.
/trace  show or hide what happens behind the words
/quit   leave (so do Ctrl-D and Ctrl-C)"""
PHONE = "Your phone rings. In this demo it pays by itself in a moment; no money moves."
WITH_A_PERSON = "No answer from here: a person has taken over this conversation."


async def interactive(talk: Conversation, screen: Screen, *, trace: bool) -> None:
    """Chat until the guest leaves."""
    _greet(talk, screen)
    try:
        async with ticking(talk.services), phones(talk.services, partial(screen.note, PHONE)):
            await _chat(talk, screen, trace)
    finally:
        screen.note("Kwaheri!")


async def _chat(talk: Conversation, screen: Screen, trace: bool) -> None:
    with suppress(EOFError):
        while (text := (await screen.ask()).strip()) != "/quit":
            if text == "/help":
                screen.note(HELP)
            elif text == "/trace":
                trace = not trace
                screen.note(f"The trace is {'on' if trace else 'off'}.")
            elif text:
                await _answer(talk, screen, text, trace)


def _greet(talk: Conversation, screen: Screen) -> None:
    now = talk.services.clock.now().astimezone(ZoneInfo(talk.business.zone))
    screen.show(
        Text.assemble((talk.business.name, "bold cyan"), (f"   {now:%A %-d %B %Y, %H:%M}", "dim")),
        Text("Chat as a guest. /help tells more, Ctrl-D leaves.", "dim"),
        "",
    )


async def _answer(talk: Conversation, screen: Screen, text: str, trace: bool) -> None:
    with screen.thinking():
        turned = await talk.say(text)
    if turned.reply:
        screen.said(turned.reply)
    else:
        screen.note(WITH_A_PERSON)
    if trace:
        screen.show(trace_of(turned), "")
