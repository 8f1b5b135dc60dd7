"""What a sending decision is asked, and the answer (O3, O5)."""

from dataclasses import dataclass
from datetime import datetime

from jirani.rules.contact import Prevention
from jirani.rules.decision import Reason, refuse
from jirani.rules.facts import ContactPolicy, KindSettings, Stay, StayOffer
from jirani.rules.stays.sending import Sending, Step, may_offer
from jirani.rules.stays.turnover import Claim


@dataclass(frozen=True, slots=True)
class Question:
    """Everything `may_offer` is asked with, at one moment."""

    stay: Stay
    offer: StayOffer
    settings: KindSettings
    prevention: Prevention
    claims: tuple[Claim, ...]
    now: datetime
    policy: ContactPolicy
    phone_zone: str | None = None


def judge(asked: Question) -> Sending:
    """Judge a due offer, first or again: `may_offer`, and that there is somebody to write to."""
    sending = may_offer(
        *(asked.stay, asked.offer, asked.settings, asked.prevention, asked.claims, asked.now),
        policy=asked.policy,
        phone_zone=asked.phone_zone,
    )
    if sending.step is Step.SEND and asked.stay.reservation.conversation is None:
        no = refuse(Reason.UNAVAILABLE, "There is no conversation to write to.")
        return Sending(Step.EXPIRE, no)
    return sending
