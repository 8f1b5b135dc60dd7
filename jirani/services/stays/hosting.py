"""What a host sees and sets at their listings: what is in force and why, one change or a file."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from jirani.rules.facts import Listing, OfferKind
from jirani.rules.stays import settings as rules
from jirani.rules.stays.kinds import OFFER_KINDS, defaults
from jirani.services import Services
from jirani.services.onboarding.names import Wrong
from jirani.services.onboarding.report import Refused, Report
from jirani.services.stays.written import DEFAULT, currency_of, read, values_of
from jirani.store.rows.pms_events import PmsEvent
from jirani.store.work import Work

EVERY = "every"  # as a host names every listing, or every kind


@dataclass(frozen=True, slots=True)
class InForce:
    """One setting of a kind at a listing; `source` says who set it: nobody, the host, and where."""

    kind: OfferKind
    name: str
    value: Any
    source: str
    about: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """One change as a host wrote it; `where` names its place in a file."""

    listing: str
    kind: str
    name: str
    text: str
    where: str = ""


async def listings(services: Services, business_id: str) -> list[tuple[Listing, list[str]]]:
    """Return every listing with what it lacks: without it, nothing is offered there (O12)."""
    async with services.store.read(business_id) as work:
        return [(each, lacks(each)) for each in await work.listings.all()]


def lacks(listing: Listing) -> list[str]:
    """Return what a listing must have before anything can be offered there."""
    needed = {
        "time zone": listing.zone,
        "currency": listing.currency,
        "check-in time": listing.check_in,
        "check-out time": listing.check_out,
    }
    return [name for name, value in needed.items() if value is None]


async def in_force(
    services: Services, business_id: str, listing: str, kind: str | None = None
) -> tuple[Listing, list[InForce]]:
    """Return every setting of a listing, or of one kind there, and where each comes from (U9).

    Raises Refused.
    """
    kinds = [_kind(kind)] if kind else list(OFFER_KINDS)
    async with services.store.read(business_id) as work:
        place = named(listing, await work.listings.all())
        rows = await work.stay_settings.of_listing(place.id)
    return place, [each for kind in kinds for each in _of_kind(rows, place, kind)]


def _of_kind(
    rows: tuple[rules.StaySetting, ...], place: Listing, kind: OfferKind
) -> Iterable[InForce]:
    won, default = rules.winning(rows, place.id, kind), values_of(defaults(kind))
    for name, about in rules.SETTINGS.items():
        if not about.has(OFFER_KINDS[kind]):
            continue
        row = won.get(name)
        value = default[name] if row is None else row.value
        wrong = rules.complaint(row) if row else None
        source = "default" if row is None else source_of(row)
        yield InForce(kind, name, value, f"{source}: {wrong}" if wrong else source, about.about)


def source_of(row: rules.StaySetting) -> str:
    """Say for what a setting was made."""
    listing = "this listing" if row.listing_id else "every listing"
    return f"{listing}, {'this kind' if row.kind else 'every kind'}"


async def change(
    services: Services, business_id: str, wanted: Iterable[Wanted], *, by: str
) -> Report:
    """Make changes, all or none (U9). Raises Refused, naming everything that is wrong, and where.

    The word `default` takes a setting back.
    """
    report, problems = Report(), list[str]()
    async with services.store.begin(business_id, ("stay_settings",)) as work:
        places = await work.listings.all()
        sound = [each for one in wanted if (each := _read(one, places, problems))]
        if problems:
            raise Refused(problems)
        for one, row in sound:
            await _enter(services, work, one, row, report, by)
    return report


def _read(
    one: Wanted, places: tuple[Listing, ...], problems: list[str]
) -> tuple[Wanted, rules.StaySetting] | None:
    at = f"{one.where}: " if one.where else ""
    try:
        found = () if one.listing == EVERY else (named(one.listing, places),)
        kind = "" if one.kind == EVERY else str(_kind(one.kind))
        listing_id = found[0].id if found else ""
        taken_back = one.text.strip().casefold() in DEFAULT and one.name in rules.SETTINGS
        currency = currency_of(found or places)
        value = None if taken_back else read(one.name, one.text, currency)
        row = rules.StaySetting(one.name, value, listing_id, kind)
        wrong = None if taken_back else rules.complaint(row)
    except Refused as refused:
        wrong = refused.errors[0]
    except Wrong as bad:
        wrong = f"{one.name} {bad}."
    if wrong:
        problems.append(f"{at}{wrong}")
        return None
    return one, row


async def _enter(
    services: Services,
    work: Work,
    one: Wanted,
    row: rules.StaySetting,
    report: Report,
    by: str,
) -> None:
    rows = work.stay_settings
    before = next(
        (
            each
            for each in await rows.all()
            if (each.listing_id, each.kind, each.name) == (row.listing_id, row.kind, row.name)
        ),
        None,
    )
    id, now = services.ids.new(), services.clock.now()
    called = f"{one.listing}, {one.kind}: {one.name}"
    if one.text.strip().casefold() in DEFAULT:
        if report.note(called, before or "nothing", None if before else "nothing"):
            await rows.reset(id, row.listing_id, row.kind, row.name, by, now)
    elif report.note(called, before, row):
        await rows.put(id, row, by, now)


def named(wanted: str, places: tuple[Listing, ...]) -> Listing:
    """Find a listing by its id, its PMS's reference or its name. Raises Refused."""
    found = [each for each in places if wanted in (each.id, each.ref)] or [
        each for each in places if each.name.casefold() == wanted.casefold()
    ]
    if len(found) == 1:
        return found[0]
    known = ", ".join(f"{each.name} ({each.ref})" for each in found or places) or "none yet"
    if found:
        raise Refused([f"Several listings are called {wanted!r}; say which: {known}."])
    raise Refused([f"There is no listing {wanted!r}; there are: {known}."])


def _kind(wanted: str) -> OfferKind:
    for kind in OFFER_KINDS:
        if kind == wanted:
            return kind
    raise Refused([f"There is no kind {wanted!r}; there are {', '.join(OFFER_KINDS)}."])


async def history(services: Services, business_id: str) -> list[dict[str, Any]]:
    """Return every change that was made, oldest first, with the listing's name."""
    async with services.store.read(business_id) as work:
        places = {each.id: each for each in await work.listings.all()}
        return [
            {**row, "listing": places.get(str(row["listing_id"]))}
            for row in await work.stay_settings.changes()
        ]


async def parked(services: Services, business_id: str) -> tuple[PmsEvent, ...]:
    """Return the news of PMSs that were laid aside, each with its reason, oldest first (U2)."""
    async with services.store.read(business_id) as work:
        return await work.pms_events.parked()


async def retry(services: Services, business_id: str, event_id: str) -> None:
    """Let a piece of news be taken in once more (U2). Raises Refused if it was not laid aside."""
    async with services.store.begin(business_id) as work:
        if await work.pms_events.again(event_id):
            return
        known = ", ".join(each.id for each in await work.pms_events.parked()) or "nothing"
    raise Refused([f"There is no news {event_id!r} laid aside; there is: {known}."])
