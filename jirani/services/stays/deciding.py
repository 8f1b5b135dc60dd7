"""One due offer, judged on facts read just now, and entered in the same unit (O3-O12, U1-U10)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from jirani.rules.contact import Prevention
from jirani.rules.decision import Decision
from jirani.rules.facts import KindSettings, OfferStatus, Stay, StayOffer, Trial
from jirani.rules.stays.keeping import facts_of
from jirani.rules.stays.learning import for_a_budget
from jirani.rules.stays.question import Question, judge
from jirani.rules.stays.sending import Sending, Step
from jirani.services import Case, Services
from jirani.services.ledger import note
from jirani.services.stays.by_hand import NOTHING, ByHand, Spoken
from jirani.services.stays.failing import failed
from jirani.services.stays.judging import UNREAD, claims_at, prevention_of, take_claim
from jirani.services.stays.leaving import queue_offer
from jirani.services.stays.ordering import ranking
from jirani.services.stays.phones import zone_of_phone
from jirani.services.stays.selling import sold_at
from jirani.services.stays.trying import on_trial
from jirani.services.stays.words import language_for, offer_text
from jirani.store.rows.stay_endings import WAITING
from jirani.store.work import Work

A_MOMENT = timedelta(seconds=10)
GUARD = "may_offer"
# Whoever answers reads within seconds, a model within a minute; nobody is waited for longer.
READ_WITHIN = timedelta(minutes=3)
ENDS = {Step.EXPIRE: OfferStatus.EXPIRED, Step.WITHDRAW: OfferStatus.WITHDRAWN}


@dataclass(frozen=True, slots=True)
class Deciding:
    """What is decided about: an offer, claimed by a token, and its stay as just entered."""

    services: Services
    work: Work
    case: Case
    stay: Stay
    offer: StayOffer
    token: str

    async def decide(self, chat: tuple[Spoken, ...] = (), by_hand: ByHand = NOTHING) -> None:
        """Send, postpone, retry or end it; `chat` was said before we listened (U4)."""
        if await self._another_goes_first():
            await self._postpone(self.services.clock.now() + A_MOMENT, "another_goes_first")
            return
        claims = await claims_at(self.work, self.stay.reservation, self.stay.listing)
        facts = await prevention_of(
            self.services, self.work, self.stay.reservation, self.offer, chat, by_hand
        )
        settings, trial = await self._on_trial(facts)
        asked = Question(
            *(self.stay, self.offer, settings, facts, claims),
            now=self.services.clock.now(),
            policy=self.services.contact,
            phone_zone=zone_of_phone(self.stay.reservation.guest_phone),
        )
        sending = judge(asked)
        if sending.step is Step.SEND and await self._guest_is_being_heard():
            await self._postpone(asked.now + A_MOMENT, "guest_is_being_heard")
            return
        await self._enter(sending, asked, trial)

    async def _on_trial(self, facts: Prevention) -> tuple[KindSettings, Trial | None]:
        """Return how the kind is sold here, with what is tried of the steps a host allows.

        With a guest who minds the price nothing is tried: they get the lowest that is allowed.
        """
        stay, offer = self.stay, self.offer
        settings = (await sold_at(self.work, stay.listing.id))[offer.kind]
        if facts.budget:
            return for_a_budget(offer.kind, settings), None
        currency = stay.listing.currency or ""
        return await on_trial(self.work, stay.reservation, offer, settings, currency)

    async def _enter(self, sending: Sending, asked: Question, trial: Trial | None) -> None:
        offer, rows, reason = self.offer, self.work.stay_offers, str(sending.decision.reason)
        match sending.step:
            case Step.SEND:
                if not await self._send(sending, asked, trial):
                    return
            case Step.POSTPONE if sending.postponed_to:
                await self._postpone(sending.postponed_to, reason, sending.expires_at)
            case Step.RETRY:
                await failed(self.services, self.work, offer, reason, token=self.token)
            case Step.LEAVE:
                await rows.stay_open(offer.id, token=self.token)
            case step:
                await rows.settle(
                    *(offer.id, ENDS[step]),
                    at=self.services.clock.now(),
                    reason=reason,
                    token=self.token,
                )
        await self.noted(sending.decision, sending, asked)

    async def _send(self, sending: Sending, asked: Question, trial: Trial | None) -> bool:
        """Claim the hours, enter the ledger, and queue the text; raises Overlap (U8)."""
        services, work, offer, stay = self.services, self.work, self.offer, self.stay
        terms, now = sending.terms, services.clock.now()
        if terms is None or sending.expires_at is None:
            return False
        newest = await work.messages.last(offer.thread_id, 1)
        if not await work.stay_offers.leaving(
            offer.id,
            at=now,
            terms=terms,
            offered_seq=newest[0].seq if newest else 0,
            expires_at=sending.expires_at,
            trial=trial,
            token=self.token,
        ):
            return False
        await take_claim(services, work, offer, terms, stay.listing, asked.settings, asked.claims)
        contact_id = services.ids.new()
        await work.offers.contacted(contact_id, offer, now, proactive=True)
        language = await language_for(work, stay.reservation, self.case.business)
        text = offer_text(services, self.case.dials, offer.kind, terms, stay, language)
        await queue_offer(services, work, offer, stay.reservation, text, language, contact_id)
        return True

    async def _postpone(self, to: datetime, reason: str, until: datetime | None = None) -> None:
        await self.work.stay_offers.postpone(
            self.offer.id, to, reason, expires_at=until, token=self.token
        )

    async def _another_goes_first(self) -> bool:
        """Tell whether somebody else is about to send this guest something that goes first."""
        now = self.services.clock.now()
        due = [
            each
            for each in await self.work.stay_offers.of_customer(self.offer.customer_id, WAITING)
            if each.due_at and each.due_at <= now and each.leaving_at is None
        ]
        return len(due) > 1 and (await ranking(self.work, due))[0].id != self.offer.id

    async def _guest_is_being_heard(self) -> bool:
        """Tell whether the guest has just written what nobody has read yet: it may be a no (U4)."""
        since = self.services.clock.now() - READ_WITHIN
        for message in reversed(await self.work.messages.last(self.offer.thread_id, UNREAD)):
            if message.author == "guest":
                return message.reading is None and message.at > since
        return False

    async def noted(
        self, decision: Decision, sending: Sending | None = None, asked: Question | None = None
    ) -> None:
        """Write down what was decided, and on which facts: enough to judge it again."""
        around, terms = self.stay.around, sending.terms if sending else None
        await note(
            self.case,
            self.work,
            GUARD,
            decision,
            stage="sending",
            subject=self.offer.id,
            step=sending.step if sending else "",
            postponed_to=sending.postponed_to if sending else None,
            price=terms.price if terms else None,
            read_at=around.read_at if around else None,
            detail=decision.detail,
            saw=facts_of(asked) if asked else None,
        )
