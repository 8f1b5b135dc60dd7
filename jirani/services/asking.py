"""What waits for a guest's answer, as the one consent rule sees it (O1)."""

from datetime import UTC, datetime

from jirani.rules.consent import Ask, Said
from jirani.rules.facts import (
    Offer,
    Offered,
    OfferKind,
    OfferStatus,
    Proposal,
    ProposalStatus,
    RecoveryOffer,
    StayOffer,
)
from jirani.rules.reading import Meaning, Reading
from jirani.services import Case
from jirani.services.offers import OPEN
from jirani.store.work import Work

LONG_AGO = datetime.min.replace(tzinfo=UTC)


def ask_of_proposal(proposal: Proposal) -> Ask:
    """See a proposal as something asked."""
    return Ask(
        id=proposal.id,
        thread_id=proposal.thread_id,
        open=proposal.status is ProposalStatus.OPEN,
        asked_seq=proposal.asked_seq,
        expires_at=proposal.expires_at,
        settled_seq=proposal.accepted_seq,
        accepted=proposal.status is ProposalStatus.ACCEPTED,
    )


def ask_of_offer(offer: Offer | StayOffer | RecoveryOffer | Offered, *, waits: bool = True) -> Ask:
    """See an offer of any kind as something asked; one that never left asks nothing.

    Not `waits`: what it is beside takes a bare yes first, as a booking does (R5).
    """
    return Ask(
        id=offer.id,
        thread_id=offer.thread_id or "",
        open=waits and offer.status in OPEN and offer.expires_at is not None,
        asked_seq=offer.offered_seq or 0,
        expires_at=offer.expires_at or LONG_AGO,
        settled_seq=offer.settled_seq,
        accepted=offer.status is OfferStatus.ACCEPTED,
    )


async def asks(case: Case, work: Work, *, booking: bool = False) -> list[Ask]:
    """Return everything ever asked in the thread.

    `booking`: as a booking sees it, which takes a bare yes before the offer of a freed slot (R5).
    """
    proposals = await work.proposals.of_thread(case.thread_id)
    return [
        *map(ask_of_proposal, proposals),
        *(
            ask_of_offer(each, waits=not (booking and each.kind is OfferKind.SLOT_RECOVERY))
            for each in await work.offers.put_in(case.thread_id)
        ),
    ]


async def said(case: Case, work: Work) -> Said:
    """Return the guest's message of this turn, as it was read before any tool ran."""
    message = await work.messages.get(case.thread_id, case.seq)
    return Said(message.thread_id, message.seq, reading_of(message.reading))


def reading_of(stored: dict[str, object] | None) -> Reading | None:
    """Restore a stored reading; ValueError if it is none."""
    if stored is None:
        return None
    try:
        return Reading(
            meaning=Meaning(str(stored["meaning"])),
            confidence=float(str(stored["confidence"])),
            span=str(stored["span"]),
            language=_text(stored["language"]),
            handle=_text(stored["handle"]),
            until=_text(stored.get("until")),
            picked=_text(stored.get("picked")),
            leaning=Meaning(str(stored["leaning"])) if stored.get("leaning") else None,
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"no reading: {stored!r:.200}") from error


def _text(stored: object) -> str | None:
    return str(stored) if stored else None
