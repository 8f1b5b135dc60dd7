"""One replica of several, over one database: every job runs, as in production.

`python -m evals.bench.freed_process DATABASE REDIS NOW SEED+SHIFT`. Told on standard input how many
seconds its clock is to jump; an empty line ends it, and it prints what it sent as JSON.
"""

import asyncio
import json
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from app import logs
from evals.bench.sending_process import Shifted, scheduler
from jirani.connectors.channels import MemoryChannel
from scheduler.clockwork import ticking

FREED = "evals.bench.freed_process"  # this very module, as a process is started from it


async def _run(database: str, redis: str, now: str, seed: str) -> None:
    number, _, shift = seed.partition("+")
    clock, channel = Shifted(timedelta(seconds=float(shift))), MemoryChannel()
    start = datetime.fromisoformat(now)
    services, _, news = scheduler(database, Path(redis), clock, int(number), start)
    services = replace(services, channels={channel.name: channel})
    async with news.running(), ticking(services):
        print("ticking", flush=True)  # noqa: T201
        while told := (await asyncio.to_thread(sys.stdin.readline)).strip():
            clock.jump(timedelta(seconds=float(told)))
            print("jumped", flush=True)  # noqa: T201
    print(json.dumps([text.key for text in channel.sent]), flush=True)  # noqa: T201
    await services.store.close()


if __name__ == "__main__":
    logs.configure("critical")
    asyncio.run(_run(*sys.argv[1:]))
