"""`jirani scheduler`: the jobs, in a process of their own."""

import asyncio
import signal
import sys
from dataclasses import replace

import click

from agent.models import UnknownModel
from app.chat.channel import TerminalChannel
from app.commands.running import Failed, complete
from app.phones import phones
from app.settings import Settings
from app.speaking import guest_of, model_of
from app.watching.scheduler import watching_scheduler
from app.wiring import opened_with_news
from jirani.services.log import log
from scheduler.clockwork import ticking
from scheduler.jobs import JOBS, ROUNDS

NOBODY = ""  # texts for guests at terminals are left to the terminals


@click.command()
def command() -> None:
    """Run the jobs until told to stop: plan, send, answer, expire, charge; several may run at once.

    SIGTERM and Ctrl-C finish the work in hand and exit 0; a second one ends at once.
    """
    try:
        complete(_run)
    except UnknownModel as error:
        raise Failed(str(error)) from error


async def _run() -> None:
    # Before anything is opened: to the first process of a container a signal means nothing else.
    told = _told_to_stop()
    settings = Settings()
    nobody = TerminalChannel(NOBODY, log.error)
    async with opened_with_news(settings, channel=nobody) as (services, news), news.running():
        if sys.stderr.isatty():
            click.echo("The jobs are running. Ctrl-C stops them.", err=True)
        log.info("scheduler.started", jobs=[job.name for job in (*JOBS, *ROUNDS)])
        async with (
            guest_of(services, settings, model_of(settings)) as guest,
            watching_scheduler(settings, services),
            phones(services),
            ticking(replace(services, answerer=guest, talks=guest)),
        ):
            await told.wait()
            log.info("scheduler.stopping")
        log.info("scheduler.stopped")


def _told_to_stop() -> asyncio.Event:
    told = asyncio.Event()
    loop = asyncio.get_running_loop()

    def stop() -> None:
        for each in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(each)
        told.set()

    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, stop)
    return told
