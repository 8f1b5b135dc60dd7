"""What can happen around stays: guests book and cancel, hosts write and set, systems fail."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from evals.happened import Happened
from evals.scenario import Step
from evals.staying.house import CURRENCY, FLAT, PLACES, RATE, sell
from evals.staying.world import FIRST, StayWorld, guest_of, listed, stay_of
from evals.world import World
from jirani.connectors.pms import PmsListing, PmsReservation, PmsTask
from jirani.rules.currency import minor_digits
from jirani.rules.facts import NightState, StayPayment, StayStatus, TaskKind
from jirani.services.stays.planning import replan_all
from jirani.services.stays.polling import poll, poll_arrivals

GONE = ("cancelled", "refunded")
_ROUNDS = {"poll": poll, "arrivals": poll_arrivals, "nightly": replan_all}


def _of(world: World) -> StayWorld:
    if not isinstance(world, StayWorld):
        raise TypeError("this can happen in a world of stays only: write base: stays")
    return world


def place(world: StayWorld, ref: str) -> PmsListing:
    """Return a place as the PMS has it now."""
    found = world.pms.world.listing(ref)
    if found is None:
        raise LookupError(f"there is no listing {ref!r}; there are flat and loft")
    return found


async def _books(world: World, step: Step) -> Happened:
    told, lodge = step.value, _of(world)
    ref, listing = told.get("stay", FIRST), told.get("listing", FLAT.ref)
    place(lodge, listing)
    stay = PmsReservation(
        *(ref, listing, StayStatus.CONFIRMED, StayPayment.PAID),
        *(date.fromisoformat(told["arrival"]), date.fromisoformat(told["departure"])),
        channel="direct",
        guest_ref=f"guest-{ref}",
        guest_name="Sarah" if ref == FIRST else f"Guest of {ref}",
        currency=CURRENCY,
        code=f"CODE-{ref}",
    )
    lodge.pms.book(replace(stay, **_fields(told)))
    return Happened(step, f"{guest_of(ref)} books {listing}{_more(told)}")


async def _changes(world: World, step: Step) -> Happened:
    told, lodge = step.value, _of(world)
    ref, fields = told.get("stay", FIRST), _fields(told)
    status = fields.get("status")
    if status in GONE:
        lodge.pms.cancel(ref, status)
        return Happened(step, f"the stay of {guest_of(ref)} is {status}")
    lodge.pms.change(ref, **fields)
    return Happened(step, f"the stay of {guest_of(ref)} changes{_more(told)}")


_SAME = ("channel", "guest_zone", "currency", "do_not_disturb", "conversation", "guest_ref")
_READ: Mapping[str, tuple[str, Callable[[Any], Any]]] = {
    **{name: (name, lambda said: said) for name in _SAME},
    "guest": ("guest_name", str),
    "phone": ("guest_phone", str),
    "language": ("guest_locale", str),
    "listing": ("listing_ref", str),
    "status": ("status", StayStatus),
    "payment": ("payment", StayPayment),
    "arrival": ("arrival", date.fromisoformat),
    "departure": ("departure", date.fromisoformat),
}


def _fields(told: Mapping[str, Any]) -> dict[str, Any]:
    named = {name: each for name, each in told.items() if name in _READ}
    return {_READ[name][0]: _READ[name][1](each) for name, each in named.items()}


def _more(told: Mapping[str, Any]) -> str:
    shown = [f"{name.replace('_', ' ')} {each}" for name, each in told.items() if name != "stay"]
    return f": {', '.join(shown)}" if shown else ""


async def _neighbour(world: World, step: Step) -> Happened:
    """Let somebody book of whom only the calendar tells."""
    told, lodge = step.value, _of(world)
    days = date.fromisoformat(told["arrival"]), date.fromisoformat(told["departure"])
    ref, listing = f"neighbour-{told['arrival']}", told.get("listing", FLAT.ref)
    place(lodge, listing)
    status, paid = StayStatus.CONFIRMED, StayPayment.PAID
    lodge.pms.world.put(PmsReservation(ref, listing, status, paid, *days, conversation=""))
    return Happened(step, f"somebody else books {listing}, {days[0]} to {days[1]}")


async def _host(world: World, step: Step) -> Happened:
    lodge = _of(world)
    lodge.by_hand.add(lodge.pms.host_says(stay_of(step.who), step.value).ref)
    return Happened(step, f"host: {step.value}")


async def _night(world: World, step: Step) -> Happened:
    told, lodge = step.value, _of(world)
    place(lodge, told.get("listing", FLAT.ref))
    price = round(told["price"] * 10 ** minor_digits(CURRENCY)) if "price" in told else None
    state, day = NightState(told.get("state", "free")), date.fromisoformat(told["day"])
    lodge.pms.world.set_night(told.get("listing", FLAT.ref), day, state, price)
    what = f"{state}, for {told['price']}" if "price" in told else str(state)
    return Happened(step, f"the calendar says of the night of {day}: {what}")


async def _task(world: World, step: Step) -> Happened:
    told, lodge = step.value, _of(world)
    listing, day = place(lodge, told.get("listing", FLAT.ref)), date.fromisoformat(told["day"])
    ref = f"set-{len(lodge.by_hand)}"
    lodge.by_hand.add(ref)
    hours = tuple(_hour(lodge, day, told.get(name)) for name in ("from", "until"))
    kind = TaskKind(told.get("kind", "cleaning"))
    task = PmsTask(ref, listing.ref, kind, day, hours[0], hours[1], title=f"{kind} by hand")
    lodge.pms.world.put_task(task)
    span = f" {told['from']}-{told['until']}" if "from" in told and "until" in told else ""
    return Happened(step, f"a task is planned: {kind} on {day}{span}")


def _hour(world: StayWorld, day: date, wall: str | None) -> datetime | None:
    return world.instant(f"{day}T{wall}") if wall else None


async def _settings(world: World, step: Step) -> Happened:
    await sell(world.services, world.business.id, step.value)
    changes = ", ".join(
        f"{kind} {name} {value}"
        for kind, named in step.value.items()
        for name, value in named.items()
    )
    return Happened(step, f"the host sets: {changes}")


async def _listing(world: World, step: Step) -> Happened:
    told, lodge = dict(step.value), _of(world)
    known = place(lodge, told.pop("listing", FLAT.ref))
    fields: dict[str, Any] = {
        name: time.fromisoformat(each) if name in ("check_in", "check_out") and each else each
        for name, each in told.items()
    }
    lodge.pms.world.place(replace(known, **fields))
    changes = ", ".join(f"{name} {each}" for name, each in told.items())
    return Happened(step, f"{known.name} changes in the PMS: {changes}")


async def _pms_fault(world: World, step: Step) -> Happened:
    told, faults = step.value, _of(world).pms.faults
    if told == "over":
        faults.over()
        return Happened(step, "the PMS works again")
    call = "*" if told.get("call", "every") == "every" else told["call"]
    if "times" in told:
        faults.next(call, *[told["fault"]] * told["times"])
        often = f"{told['times']} times"
    else:
        faults.always(call, told["fault"])
        often = "until it is over"
    return Happened(step, f"the PMS fails, {told.get('call', 'every')}: {told['fault']}, {often}")


async def _webhooks(world: World, step: Step) -> Happened:
    _of(world).pms.hooks.upcoming.extend(listed(step.value))
    return Happened(step, f"what becomes of the next webhooks: {', '.join(listed(step.value))}")


async def _mail(world: World, step: Step) -> Happened:
    _of(world).mailer.upcoming.extend(listed(step.value))
    return Happened(step, f"what becomes of the next mails: {', '.join(listed(step.value))}")


async def _round(world: World, step: Step) -> Happened:
    await _ROUNDS[step.value](_of(world).services)
    return Happened(step, f"the {step.value} round is made")


def furnished(world: StayWorld) -> None:
    """Put the places there."""
    for each in PLACES:
        world.pms.world.place(each, RATE)


KINDS: dict[str, Callable[[World, Step], Awaitable[Happened]]] = {
    "books": _books,
    "stay_changes": _changes,
    "neighbour": _neighbour,
    "host": _host,
    "night": _night,
    "task": _task,
    "settings": _settings,
    "listing": _listing,
    "pms_fault": _pms_fault,
    "webhooks": _webhooks,
    "mail_fault": _mail,
    "round": _round,
}
