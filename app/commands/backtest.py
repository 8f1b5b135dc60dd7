"""`jirani backtest`: what would have become of past offers under other limits."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from app.commands.running import business_of, business_option, json_option, run
from app.commands.showing import show_json
from jirani.rules.stays.replaying import Answer, Compared, Fate
from jirani.services import Services
from jirani.services.stays.backtest import NUMBERS, Backtest, backtest, policy_of
from prompts.reasons import because

LIMITS = """\
What this can know: a guest's own offers are counted anew as soon as one comes out otherwise; \
calendars, other guests' claims and the guests' answers are as they were. \
Nobody knows what a guest would have said to an offer that was never sent."""


@click.command()
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="NAME=NUMBER",
    help=f"A number to try, again and again: {', '.join(NUMBERS)}.",
)
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="Only decisions from this day on, such as 2026-06-01.",
)
@business_option
@json_option
@run
async def command(
    services: Services,
    settings: Sequence[str],
    since: datetime | None,
    slug: str | None,
    as_json: bool,
) -> None:
    """Judge every past offer around a stay again under other limits, and show what would differ.

    Nothing is changed. Without --set the limits are those of then: all must come out the same.
    """
    policy = policy_of(settings)
    business = await business_of(services, slug)
    zone = ZoneInfo(business.zone)
    start = since.replace(tzinfo=zone) if since else None
    found = await backtest(services, business.id, policy, start)
    if as_json:
        show_json(_as_json(found, settings))
    else:
        click.echo("\n".join(_lines(found, settings, zone)))


def _lines(found: Backtest, settings: Sequence[str], zone: ZoneInfo) -> Iterator[str]:
    under = ", ".join(settings) or "the same limits as then"
    yield (
        f"{_counted(found.decisions, 'decision')} about {_counted(_offers(found), 'offer')} to "
        f"{_counted(found.guests, 'guest')}, judged again under {under}."
    )
    if found.unreplayable:
        yield f"{found.unreplayable} more hold no facts to judge by, and are left as they are."
    yield f"Decisions: {found.same} the same, {found.decisions - found.same} not."
    yield from _table(found.ways)
    yield f"Offers: {found.offers_same} the same, {_offers(found) - found.offers_same} not."
    yield from _table(found.fates)
    if found.offers:
        yield "Some of them (`jirani why OFFER` tells the rest):"
    for offer in found.offers:
        was, would = (_when(fate, zone) for fate in (offer.was, offer.would))
        yield f"  {offer.offer_id}  {offer.kind}: {was}; would be {would}"
    if settings:
        yield LIMITS


def _counted(number: int, of: str) -> str:
    return f"{number:,} {of}{'' if number == 1 else 's'}"


def _offers(found: Backtest) -> int:
    return sum(found.fates.values())


def _table(counted: Counter[tuple[str, str, str]]) -> Iterator[str]:
    for (kind, was, would), count in sorted(counted.items()):
        if was != would:
            yield f"  {count:>6}  {kind}: {_words(was)} -> {_words(would)}"


def _words(named: str) -> str:
    what, _, rest = named.partition(": ")
    code, _, more = rest.partition(", ")
    return f"{what} ({because(code)}){f', {more}' if more else ''}" if rest else what


def _when(fate: Fate, zone: ZoneInfo) -> str:
    if fate.sent_at:
        return f"sent {fate.sent_at.astimezone(zone):%Y-%m-%d %H:%M}"
    return f"not sent: {because(fate.reason)}" if fate.reason else "waiting still"


def _as_json(found: Backtest, settings: Sequence[str]) -> dict[str, Any]:
    return {
        "set": list(settings),
        "guests": found.guests,
        "decisions": {
            "judged": found.decisions,
            "same": found.same,
            "without_facts": found.unreplayable,
            "changed": _counts(found.ways),
        },
        "offers": {
            "judged": _offers(found),
            "same": found.offers_same,
            "changed": _counts(found.fates),
        },
        "examples": [_example(each) for kept in found.examples.values() for each in kept],
        "limits": LIMITS,
    }


def _counts(counted: Counter[tuple[str, str, str]]) -> list[dict[str, Any]]:
    return [
        {"kind": kind, "was": was, "would_be": would, "count": count}
        for (kind, was, would), count in sorted(counted.items())
        if was != would
    ]


def _example(each: Compared) -> dict[str, Any]:
    return {
        "decision": each.recorded.id,
        "offer": each.recorded.asked.offer.id,
        "kind": each.recorded.asked.offer.kind,
        "was": _answer(each.recorded.answer),
        "would_be": _answer(each.would) if each.would else None,
    }


def _answer(answer: Answer) -> dict[str, Any]:
    to = answer.to
    return {"step": answer.step, "reason": answer.reason, "at": answer.at, "postponed_to": to}
