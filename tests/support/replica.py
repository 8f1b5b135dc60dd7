"""One process of several: a web door or a scheduler, as the commands run them, but for the clock.

`python -m tests.support.replica web|scheduler FOLDER`; settings come from the environment.
"""

import asyncio
import signal
import sys
from dataclasses import replace
from pathlib import Path

import click

from agent.turn import Guest
from app.http.serving import listen, opened_door, serve
from app.settings import Settings
from app.wiring import opened_with_news
from scheduler.clockwork import ticking
from tests.support.shared_world import FileClock, RemoteGateway, SharedIds


async def main(role: str, folder: Path) -> None:
    settings = Settings()
    clock, gateway = FileClock(folder / "clock"), RemoteGateway(folder / "provider")
    async with opened_with_news(settings, clock=clock, gateway=gateway) as (services, news):
        services = replace(services, ids=SharedIds(clock))
        if role == "scheduler":
            stopped = asyncio.Event()
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
            async with ticking(services):
                click.echo("ready")
                await stopped.wait()
            return
        with listen("127.0.0.1", 0) as listening:
            guest = Guest(services)
            async with opened_door(services, news, guest, settings, jobs=False) as door:
                click.echo(listening.getsockname()[1])
                await serve(door, settings, listening)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
