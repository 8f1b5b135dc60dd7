"""What a scenario cannot say of a conversation: told, so that nobody takes it for the whole."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from evals.capturing import charges, diaries
from evals.capturing.happened import PERSON, prices_seen
from evals.capturing.record import Record
from evals.capturing.steps import SECOND, Made
from jirani.rules.facts import Relation

OFFLINE = "offline"


def limits(record: Record, steps: Sequence[Made]) -> Iterator[str]:
    """Return what is left out or only nearly right, a sentence or two each."""
    yield from _before(record)
    yield from _of_persons(record)
    models = {each.said.model for each in steps if each.said} - {"", PERSON, OFFLINE}
    if models:
        yield (
            f"{', '.join(sorted(models))} answered; without --model the offline model answers "
            "here, in words of its own, and may act otherwise."
        )
    unanswered = [each for each in steps if each.said and not each.said.model]
    if unanswered:
        yield "The guest's last message had no answer yet when this was captured; here it gets one."
    yield from _of_charges(record)
    for each, at in diaries.freed(record):
        yield (
            f"{record.names[each.staff_id]} at {diaries.local(record, each.starts_at)} was given "
            f"up by somebody else at {_clock(record, at)}; here it stays taken."
        )
    now = {each.id: each.price for each in record.house.catalogue.services}
    then = {service: price for _, service, price in prices_seen(record)}
    for service in sorted(then.keys() & now.keys(), key=record.names.__getitem__):
        if then[service] != now[service]:
            yield (
                f"The price of {record.names[service]} has changed since it was asked about; "
                "when is not recorded, and here it does not change."
            )
    if any(edge.relation is Relation.SEQUENTIAL for edge in record.house.edges):
        yield "Relations of the kind `sequential` are left out: no scenario can describe them."
    if gone := {each.service_id for each in record.appointments} - now.keys():
        names = ", ".join(sorted(record.names[id] for id in gone))
        yield f"{names} is no longer sold, and so is not in this world."


def _before(record: Record) -> Iterator[str]:
    if not record.earlier:
        return
    known = [what for what in ("name", "phone") if getattr(record.customer, what)]
    yield (
        f"The guest had {record.earlier} earlier conversation{'s' * (record.earlier > 1)}, which "
        f"may have told a contact ({' and '.join(known) or 'none is known'}), bookings and offers "
        "that this one built on. Here the guest is new; --whole captures them all."
    )


def _of_persons(record: Record) -> Iterator[str]:
    for guard, what in (("hand_over", "took over"), ("hand_back", "handed back")):
        times = [each.at for each in record.decisions if each.guard == guard]
        by_guest = any(each.model == PERSON for each in record.turns.values())
        if times and (guard == "hand_back" or by_guest):
            when = ", ".join(_clock(record, at) for at in times)
            yield f"A person {what} at {when}."
    said = sum(each.author == PERSON for each in record.messages)
    if said:
        yield (
            f"A person wrote {said} message{'s' * (said > 1)} to the guest; no step can do that, "
            "nor hand a conversation back."
        )
    elif any(each.guard == "hand_back" for each in record.decisions):
        yield "No step can hand a conversation back: from there on nobody answers here."


def _of_charges(record: Record) -> Iterator[str]:
    for payment in charges.charged(record):
        told = [each for each in record.callbacks if each.payment_id == payment.id and each.routed]
        planned = charges.CALLBACKS.get(charges.course(record, payment), ())
        for each, after in zip(told, planned, strict=False):
            took = each.at - payment.created_at
            if took - after > SECOND:
                yield (
                    f"The provider called back {took // SECOND} seconds after the charge "
                    f"of {_clock(record, payment.created_at)}; here it does so after "
                    f"{after // SECOND}."
                )


def _clock(record: Record, at: datetime) -> str:
    return f"{at.astimezone(record.zone):%H:%M:%S}"
