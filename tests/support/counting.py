"""A counter that many tasks and processes read, add one to, and write back."""

import asyncio
import sys

from jirani.rules.facts import Business, Customer, PaymentPolicy, Thread
from jirani.store.engine import open_engine
from jirani.store.work import Store
from tests.support.house import MONDAY

COUNTER = "counter"


async def make_counter(store: Store) -> None:
    """Make a thread of business `a` whose number of requests counts."""
    business = Business(
        "a", "a", "A", "salon", "Africa/Nairobi", "KES", "en", PaymentPolicy.PAY_FIRST
    )
    async with store.begin("a") as work:
        await work.business.add(business, MONDAY)
        await work.customers.add(Customer("guest"), "memory", "peer", MONDAY)
        await work.threads.add(Thread(COUNTER, "guest", "memory", "peer", MONDAY, MONDAY))


async def count_up(store: Store, times: int) -> None:
    """Look, then write, under the counter's lock."""
    for _ in range(times):
        async with store.begin("a", [COUNTER]) as work:
            thread = await work.threads.get(COUNTER)
            await asyncio.sleep(0)
            await work.threads.change(COUNTER, requests=thread.requests + 1)


async def counted(store: Store) -> int:
    async with store.read("a") as work:
        return (await work.threads.get(COUNTER)).requests


async def main(address: str, times: int) -> None:
    store = Store(open_engine(address))
    await count_up(store, times)
    await store.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
