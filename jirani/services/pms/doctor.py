"""What works with an account: a little of everything is read, and nothing written."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from jirani.connectors.pms import Pms, PmsListing, PmsReservation, PmsUnavailable

SOON = timedelta(days=30)
PAGES = 5  # of stays: a page may be empty and the next one not, where the PMS filters coarsely


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was tried, and how it went, in words for a host."""

    what: str
    told: str
    well: bool = True


async def examine(pms: Pms, now: datetime) -> list[Finding]:
    """Try what offers around stays need; one that fails keeps no other from being tried."""
    findings: list[Finding] = []
    listing: PmsListing | None = None
    stay: PmsReservation | None = None
    try:
        listings = (await pms.listings()).items
        listing = next(iter(listings), None)
        findings.append(Finding("listings", f"{len(listings)} on the first page"))
    except PmsUnavailable as wrong:
        findings.append(Finding("listings", str(wrong), well=False))
    try:
        finding, stay = await _stays(pms, now)
        findings.append(finding)
    except PmsUnavailable as wrong:
        findings.append(Finding("reservations", str(wrong), well=False))
    if listing:
        findings += [await _calendar(pms, listing, now), await _tasks(pms, listing, now)]
    if stay:
        findings.append(await _conversation(pms, stay))
    return findings


async def _stays(pms: Pms, now: datetime) -> tuple[Finding, PmsReservation | None]:
    soon = (now.date(), (now + SOON).date())
    stays: dict[str, PmsReservation] = {}
    skipped: list[str] = []
    after = None
    for _ in range(PAGES):
        page = await pms.reservations(arriving=soon, after=after)
        stays |= {each.ref: each for each in page.items}
        skipped += page.skipped
        after = page.after
        if after is None:
            break
    told = f"{len(stays)}{' or more' if after else ''} arrive within {SOON.days} days"
    if skipped:
        told += f", {len(skipped)} could not be read: {skipped[0]}"
    return Finding("reservations", told), next(iter(stays.values()), None)


async def _calendar(pms: Pms, listing: PmsListing, now: datetime) -> Finding:
    try:
        calendar = await pms.calendar(listing.ref, now.date(), (now + SOON).date())
    except PmsUnavailable as wrong:
        return Finding("calendar", str(wrong), well=False)
    known = sum(str(night.state) != "unknown" for night in calendar.nights)
    told = f"{known} of {len(calendar.nights)} nights of {listing.name} are known"
    return Finding("calendar", told, well=known > 0)


async def _tasks(pms: Pms, listing: PmsListing, now: datetime) -> Finding:
    if not pms.capabilities.tasks:
        return Finding("tasks", "it has none")
    try:
        tasks = await pms.tasks(listing.ref, now.date(), (now + SOON).date())
    except PmsUnavailable as wrong:
        return Finding("tasks", str(wrong), well=False)
    return Finding("tasks", f"{len(tasks)} at {listing.name} within {SOON.days} days")


async def _conversation(pms: Pms, stay: PmsReservation) -> Finding:
    try:
        where = stay.conversation or await pms.conversation(stay.ref)
        if where is None:
            return Finding("conversation", f"the guest of {stay.ref} cannot be written to")
        said = await pms.messages(where)
    except PmsUnavailable as wrong:
        return Finding("conversation", str(wrong), well=False)
    return Finding("conversation", f"{len(said)} messages with the guest of {stay.ref}")
