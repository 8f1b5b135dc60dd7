"""What can happen in a scenario, step by step: one function for each kind of step."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

from evals.happened import Happened
from evals.passing import let_pass
from evals.scenario import GUEST, Step, duration
from evals.seeding import named, take, turn_dials
from evals.staying import happenings as staying
from evals.world import World
from jirani.connectors.memory_gateway import Course
from jirani.connectors.payments import ChargeUpdate, PaymentPath
from jirani.rules.currency import minor_digits
from jirani.rules.facts import OpeningStatus, PaymentStatus
from jirani.services.recovery.loop import recover
from jirani.store.refusals import Overlap

WAITING = ("time_passes", "at")  # nothing happens by itself
FOREVER = timedelta(days=365)


async def happen(world: World, step: Step) -> Happened:
    """Let one step happen, and whatever is due right after it."""
    if step.kind not in WAITING:
        world.stirred()
        await world.arrived(step.who)  # they have read it by now
    happened = await KINDS[step.kind](world, step)
    await world.settle()
    happened.heard += await world.arrived(step.who)
    if world.presses:
        world.pressable.setdefault(step.who, {}).update(await world.buttons(step.who))
    return happened


async def _says(world: World, step: Step) -> Happened:
    texts = [step.value] if isinstance(step.value, str) else step.value
    name = "guest" if step.who == GUEST else step.who
    done = "\n".join(f"{name}: {text}" for text in texts)
    said = await world.say(step.who, texts, step.key)
    if said is None:
        return Happened(step, f"{done}   (delivered again)")
    return Happened(step, done, [said.reply] if said.reply else [], said.calls)


async def _presses(world: World, step: Step) -> Happened:
    """Press a button by its label; an old one may still be on the guest's screen."""
    seen = world.pressable.get(step.who, {})
    if step.value not in seen:
        there = ", ".join(repr(label) for label in seen) or "none"
        raise LookupError(f"there is no button {step.value!r}; seen until now: {there}")
    name = "guest" if step.who == GUEST else step.who
    done = f"{name} presses: {step.value}"
    said = await world.say(step.who, [step.value], step.key, seen[step.value])
    if said is None:
        return Happened(step, f"{done}   (delivered again)")
    return Happened(step, done, [said.reply] if said.reply else [], said.calls)


async def _time_passes(world: World, step: Step) -> Happened:
    await let_pass(world, duration(step.value))
    return Happened(step, f"{step.value} pass: it is {world.local(world.clock.now())}")


async def _at(world: World, step: Step) -> Happened:
    until = world.instant(step.value)
    if until < world.clock.now():
        raise ValueError(f"it is {world.local(world.clock.now())} already, after {step.value}")
    await let_pass(world, until - world.clock.now())
    return Happened(step, f"it is {step.value}")


async def _other_takes(world: World, step: Step) -> Happened:
    about = f"{step.value['staff']} at {step.value['start']}"
    try:
        await take(world.services, world.business, step.value)
    except Overlap:
        return Happened(step, f"somebody else wants {about}, which is not free")
    return Happened(step, f"somebody else takes {about}")


async def _payment(world: World, step: Step) -> Happened:
    world.gateway.upcoming.append(Course(step.value))
    return Happened(step, f"the next charge will go: {step.value}")


async def _callbacks(world: World, step: Step) -> Happened:
    match step.value:
        case "deliver":
            updates = world.gateway.due_callbacks(world.clock.now() + FOREVER)
        case "duplicate":
            updates = list(world.delivered)
        case _:
            updates = [_forged(world)]
    for update in updates:
        await world.deliver(update)
    return Happened(step, f"the provider calls back ({step.value}), {len(updates)} times")


def _forged(world: World) -> ChargeUpdate:
    """Claim that the last charge is paid, without the proof only we can make (P2)."""
    charge = world.gateway.charges[-1]
    path = replace(PaymentPath.parse(charge.callback_path), token="0" * 32)
    return ChargeUpdate("ref-forged", path, PaymentStatus.PAID, "0", charge.amount, "FORGED")


async def _prices(world: World, step: Step) -> Happened:
    digits = minor_digits(world.business.currency)
    async with world.services.store.begin(world.business.id) as work:
        known = (await work.catalogue.load()).services
        for name, price in step.value.items():
            service = named(known, name, "service")
            await work.catalogue.put_service(replace(service, price=round(price * 10**digits)))
    changes = ", ".join(f"{name} {price}" for name, price in step.value.items())
    return Happened(step, f"new prices: {changes}")


async def _dials(world: World, step: Step) -> Happened:
    await turn_dials(world.services, world.business.id, step.value)
    return Happened(step, f"dials: {step.value}")


async def _redis(world: World, step: Step) -> Happened:
    world.redis.down = step.value == "down"
    return Happened(step, f"Redis is {step.value}")


async def _restart(world: World, step: Step) -> Happened:
    await world.restart()
    return Happened(step, "the process ends and starts again")


async def _dies(world: World, step: Step) -> Happened:
    world.about_to_die()
    return Happened(step, f"the process will end while {step.value} a freed slot")


async def _triggers(world: World, step: Step) -> Happened:
    """Start the loop of each open slot so many times at once, as that many processes would (R8)."""
    services, business = world.services, world.business.id
    async with services.store.read(business) as work:
        found = await work.openings.page()
    loops = [each.id for each in found if each.status is OpeningStatus.OPEN] * step.value
    await asyncio.gather(*(recover(services, business, each) for each in loops))
    return Happened(step, f"the loop is started {len(loops)} times at once")


KINDS: dict[str, Callable[[World, Step], Awaitable[Happened]]] = {
    "guest": _says,
    "press": _presses,
    "time_passes": _time_passes,
    "at": _at,
    "other_takes": _other_takes,
    "payment": _payment,
    "callbacks": _callbacks,
    "prices": _prices,
    "dials": _dials,
    "redis": _redis,
    "restart": _restart,
    "dies": _dies,
    "triggers": _triggers,
    **staying.KINDS,
}
