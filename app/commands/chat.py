"""`jirani chat`: talk with a business as a guest."""

import asyncio
import secrets
import signal
import sys
from contextlib import ExitStack, redirect_stderr
from datetime import datetime, timedelta
from typing import Any

import click

from agent.models import UnknownModel
from app.chat.channel import TerminalChannel
from app.chat.interactive import interactive
from app.chat.opening import conversation, nothing_kept
from app.chat.piped import piped
from app.chat.screen import Remarks, Screen
from app.commands.running import Failed, complete
from app.demo import SLUG
from app.settings import Settings

PAYS_AFTER = timedelta(seconds=3)
YEARS = range(2000, 2101)


class Moment(click.ParamType[datetime]):
    """An ISO 8601 date and time, with an offset or without."""

    name = "iso"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Read it, or fail as a usage error."""
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no moment; write 2026-11-21T09:00 or 2026-11-21T09:00+03:00.")
        if moment.year not in YEARS:
            self.fail(f"{value!r} is too far away; the years go from {YEARS[0]} to {YEARS[-1]}.")
        return moment


@click.command()
@click.option(
    "--business", "slug", metavar="NAME", default=SLUG, show_default=True, help="With whom."
)
@click.option(
    "--fresh", is_flag=True, help="In an empty demo world, thrown away at the end; no data touched."
)
@click.option("--model", metavar="NAME", help="Who answers: offline, or such as openai:gpt-5.2.")
@click.option("--trace", is_flag=True, help="Show tool calls, decisions and time after each turn.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a turn.")
@click.option(
    "--now", type=Moment(), metavar="ISO", help="Begin at this moment; local where no offset is."
)
@click.option("--peer", metavar="NAME", help="Who writes; the same name goes on where it left off.")
def command(
    slug: str,
    fresh: bool,
    model: str | None,
    trace: bool,
    as_json: bool,
    now: datetime | None,
    peer: str | None,
) -> None:
    """Chat as a guest; or, with standard input from a pipe, answer one message a line."""
    if fresh and slug != SLUG:
        raise click.UsageError(f"--fresh has the demo salon only; leave out --business {slug}.")
    at_keyboard = sys.stdin.isatty() and not as_json

    async def main() -> None:
        _leave_on(signal.SIGTERM, signal.SIGHUP)
        settings = Settings()
        with ExitStack() as stack:
            if fresh:
                settings = stack.enter_context(nothing_kept(settings))
            heard: list[str] = []
            screen = Screen() if at_keyboard else None
            if screen and sys.stderr.isatty():
                stack.enter_context(redirect_stderr(Remarks(screen)))
            async with conversation(
                settings,
                TerminalChannel(
                    peer or secrets.token_hex(8), screen.said if screen else heard.append
                ),
                business=slug,
                model=model or settings.model,
                now=now,
                pays_after=PAYS_AFTER if screen else timedelta(),
            ) as talk:
                if screen:
                    await interactive(talk, screen, trace=trace)
                else:
                    await piped(talk, heard, as_json=as_json, trace=trace)

    try:
        complete(main)
    except UnknownModel as error:
        raise Failed(str(error)) from error
    except KeyboardInterrupt:
        if not at_keyboard:
            raise
    except asyncio.CancelledError:
        sys.exit(128 + signal.SIGTERM)


def _leave_on(*signals: signal.Signals) -> None:
    """Let a signal end the command in good order, so that nothing is left behind."""
    task = asyncio.current_task()
    if task:
        for each in signals:
            asyncio.get_running_loop().add_signal_handler(each, task.cancel)
