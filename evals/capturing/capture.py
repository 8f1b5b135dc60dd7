"""A stored conversation as a scenario."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.capturing import charges, diaries
from evals.capturing.covering import covered
from evals.capturing.ending import ending, told
from evals.capturing.happened import PERSON, prices_then
from evals.capturing.house import Described, described
from evals.capturing.limits import limits
from evals.capturing.record import House, Record
from evals.capturing.recording import house, recorded
from evals.capturing.replacing import Replacing
from evals.capturing.steps import Made, steps
from evals.capturing.writing import written
from evals.ground import Ground, sqlite
from jirani.connectors.memory_gateway import Course
from jirani.rules.facts import PaymentPolicy
from jirani.store.engine import open_engine
from jirani.store.work import Store

DEFAULT_LANGUAGE, LANGUAGES = "en", ("en", "sw")
HEADING = "Captured from a stored conversation. Names, numbers and addresses are stand-ins."


@dataclass(frozen=True, slots=True)
class Captured:
    """A scenario, and in `notes` what it cannot say."""

    scenario: Mapping[str, Any]
    notes: tuple[str, ...]

    def text(self, warnings: Iterable[str] = ()) -> str:
        """Return the text of its file, with what is wrong with it at the top."""
        return written(self.scenario, [*warnings, HEADING, *self.notes])


async def capture(
    store: Store,
    business_id: str,
    thread_id: str,
    ground: Ground,
    *,
    title: str | None = None,
    covers: Sequence[str] = (),
    whole: bool = False,
    region: str = "KE",
) -> Captured:
    """Make a scenario of a thread and those that follow it; `whole`: of all with its guest.

    `region` is the country in which phone numbers without a country code are meant.

    Raises:
        LookupError: the business has no such thread.
        NothingToCapture: its guest has never written.
    """
    record = await recorded(store, business_id, thread_id, whole=whole)
    replacing = _replacing(record, region)
    happened = steps(record, ground.prompts)
    end = ending(record, replacing)
    scenario: dict[str, Any] = {
        "title": title or _title(end),
        "covers": list(covers) or covered(record.decisions),
        "tags": ["captured"],
        "language": _language(record),
        "world": _world(record, await _demo(ground)),
        "turns": [_turn(record, replacing, each) for each in happened],
        "expect": end,
    }
    return Captured(scenario, tuple(limits(record, happened)))


def _replacing(record: Record, region: str) -> Replacing:
    own = record.house
    words = [
        own.business.name,
        *record.names.values(),
        *(alias for each in own.catalogue.services for alias in each.aliases),
    ]
    said = "\n".join(each.text for each in record.messages)
    names = {record.customer.name, *((m.wish or {}).get("name") for m in record.messages)}
    plain = " ".join(said.casefold().split())
    others = {each.name for each in record.people if each.name and _is_said(each.name, plain)}
    receipts = {each.receipt for each in record.payments} | {
        each.body.get("receipt") for each in record.callbacks
    }
    return Replacing(
        {each for each in names | others if each},
        words,
        receipts={each for each in receipts if each},
        region=region,
        said=said,
    )


def _is_said(name: str, plain: str) -> bool:
    return len(name) > 2 and " ".join(name.casefold().split()) in plain


def _language(record: Record) -> str:
    said = [m.language for m in record.messages if m.author == "guest" and m.language in LANGUAGES]
    return said[0] if said and said[0] else DEFAULT_LANGUAGE


def _title(end: Mapping[str, Any]) -> str:
    """Say what came of it in one sentence."""
    parts = [f"{each['service']} {each['status']}" for each in end["appointments"]]
    parts += [f"{each['service']} offered and {each['status']}" for each in end["offers"]]
    parts += [f"{each['amount']} {each['status']}" for each in end["payments"]]
    said = ", ".join(part.replace("_", " ") for part in parts) or "nothing booked"
    return f"As it happened: {said}"


def _turn(record: Record, replacing: Replacing, made: Made) -> dict[str, Any]:
    """Write a step, with what the guest was told in it."""
    data = dict(made.data)
    if isinstance(data.get("guest"), list):
        data["guest"] = [replacing.text(text) for text in data["guest"]]
    elif "guest" in data:
        data["guest"] = replacing.text(data["guest"])
    if made.said and made.said.model != PERSON and (facts := told(record, made.said.reply)):
        data["expect"] = {"reply": {"contains": facts}}
    return data


def _world(record: Record, demo: Described) -> dict[str, Any]:
    base = described(record.house, prices_then(record))
    courses = [str(charges.course(record, each)) for each in charges.charged(record)]
    while courses and courses[-1] == Course.PAID:
        courses.pop()
    policy = record.business.payment_policy
    parts: dict[str, Any] = {
        "base": None if base == demo else base,
        "now": f"{record.start.astimezone(record.zone):%Y-%m-%dT%H:%M}",
        "payment": None if policy is PaymentPolicy.PAY_FIRST else str(policy),
        "dials": dict(_dials_then(record)),
        "days": diaries.days(record),
        "busy": diaries.busy(record),
        "gateway": courses,
    }
    return {name: part for name, part in parts.items() if part}


def _dials_then(record: Record) -> Iterator[tuple[str, str]]:
    """Return the business's own dials as they were when the guest wrote first."""
    own: dict[str, str | None] = dict(record.dials)
    for turned in reversed(record.dials_turned):
        if (turned.at, turned.id) > (record.start, record.threads[0].id):
            own[turned.dial] = turned.before
    yield from ((dial, value) for dial, value in sorted(own.items()) if value is not None)


async def _demo(ground: Ground) -> Described:
    """Describe the demo salon, to know it where it is met."""
    file, business_id = await ground.copy("demo", str(PaymentPolicy.PAY_FIRST), "demo-to-compare")
    store = Store(open_engine(sqlite(file)))
    try:
        return described(await _house(store, business_id), {})
    finally:
        await store.close()
        Path(file).unlink()


async def _house(store: Store, business_id: str) -> House:
    async with store.read(business_id) as work:
        return await house(work)
