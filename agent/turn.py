"""One guest message, from the stored row to the stored reply."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from time import perf_counter

from pydantic_ai.models import Model

from agent.asked import kept_quiet
from agent.backing import unbacked_claims
from agent.beginning import Answered, Beginning, Begun, Unsure
from agent.history import answers_in, storable
from agent.models.budget import Budget, Days
from agent.models.failing import Kind
from agent.models.patient import Patient
from agent.models.rest import Rest
from agent.offline.model import OfflineModel
from agent.reader.doubt import Doubt
from agent.reader.second import second_reading
from agent.resuming import resumed
from agent.running import Ran, run_hosted, run_offline
from agent.standing import standing
from agent.talk import read_talk
from agent.understanding import Second
from jirani.rules.dossier import Dossier
from jirani.rules.facts import STAY_CHANNEL, OfferKind, Thread
from jirani.services import Services
from jirani.services.contacts import waits_for_contact
from jirani.services.log import about, found_out, log
from jirani.services.outbox import queue_reply
from jirani.services.stays.by_hand import NOTHING, ByHand, Spoken
from jirani.services.threads import Received
from jirani.services.watch import watched
from jirani.store.mutex import Busy
from tools.turn import Called, Turn

POSTED = frozenset({STAY_CHANNEL})  # channels on which nobody waits for a reply on the line
PERSON = "person"  # has the conversation: the agent is silent
UNCLEAR = ("unclear", "unclear_person", "unclear_open", "unclear_open_person", "stay_unclear")


@dataclass(frozen=True, slots=True)
class Turned:
    """A finished turn: the reply, empty when a person has the conversation, and its trace."""

    thread_id: str
    seq: int
    reply: str
    calls: tuple[Called, ...] = ()
    model: str = ""
    seconds: float = 0.0

    @property
    def outcome(self) -> str:
        """Say in a word what came of it: `again` is a message that was answered before."""
        if self.model in ("", PERSON):
            return self.model or "again"
        return "answered"


class Guest:
    """Answers guests' messages, one turn at a time per thread."""

    def __init__(
        self,
        services: Services,
        model: Model | None = None,
        *,
        region: str = "KE",
        budget: Budget | None = None,
    ) -> None:
        self.services = services
        self.region = region
        self.budget = budget or Budget()
        self.days = Days(services.limits, self.budget)
        self.rest = Rest()
        self.offline = OfflineModel(services.prompts)
        self.model = model or self.offline
        self.beginning = Beginning(services, region, has_model=model is not None)

    async def answer(self, business_id: str, received: Received, *, wait: float = 10.0) -> Turned:
        """Answer one stored message; the same message again gets the same answer.

        `wait`: real seconds for the turn before it to end. Raises Busy if it did not.
        """
        started = perf_counter()
        thread_id = received.thread.id
        with (
            about(business_id, thread_id),
            watched("turn.finished", "turn", level="info", seq=received.seq) as told,
        ):
            try:
                async with self.services.mutex.lock(f"thread:{business_id}:{thread_id}", wait):
                    turned = await self._turn(business_id, thread_id, received.seq)
            except Busy:
                told["outcome"] = "busy"
                raise
            told |= {"seq": turned.seq, "model": turned.model, "outcome": turned.outcome}
        return replace(turned, seconds=perf_counter() - started)

    async def forbids(self, business_id: str, said: Sequence[Spoken], kind: OfferKind) -> ByHand:
        """Let the hosted model, if there is one, read a talk for what forbids an offer (U4)."""
        hosted = self.model is not self.offline and not self.rest.resting
        if not hosted or not await self.days.has_left(business_id):
            return NOTHING
        way = Patient(self.model, self.budget)
        found = await read_talk(way, said, kind, self.services.prompts)
        await self.days.spend(business_id, way.requests, way.tokens)
        return found

    async def _turn(self, business_id: str, thread_id: str, seq: int) -> Turned:
        begun = await self.beginning.begin(business_id, thread_id, seq)
        way: Patient | None = None
        if isinstance(begun, Unsure):
            way = await self._chosen(begun.thread, business_id)
            second = await self._read_again(way, begun.doubt)
            begun = await self.beginning.begin_with(second, business_id, thread_id, seq)
        elif isinstance(begun, Begun) and not begun.turn.thread.person_since:
            way = await self._chosen(begun.turn.thread, business_id)
        if isinstance(begun, Answered):
            if way:  # it was asked for nothing
                await self.days.spend(business_id, way.requests, way.tokens)
            return Turned(thread_id, seq, begun.reply)
        case = begun.turn.case
        found_out(case.business.slug, case.thread_id)
        with_person = begun.turn.thread.person_since is not None
        ran = Ran("", [], PERSON) if with_person else await self._run(begun, way)
        reply = await self._finish(begun.turn, ran)
        return Turned(case.thread_id, case.seq, reply, tuple(begun.turn.trace), ran.model)

    async def _chosen(self, thread: Thread, business_id: str) -> Patient | None:
        """Return this turn's way to the hosted model; None where the offline one is to speak."""
        if self.model is self.offline:
            return None
        if self.rest.resting:
            kind = Kind.RESTING
        elif self.budget.is_left_for(thread) and await self.days.has_left(business_id):
            return Patient(self.model, self.budget)
        else:
            kind = Kind.BUDGET
        log.warning("agent.model_failed", model=self.model.model_name, kind=kind, status=None)
        return None

    async def _read_again(self, way: Patient | None, doubt: Doubt) -> Second | None:
        """Ask the model what an unclear message means; no transaction is open meanwhile."""
        if way is None:
            return None
        return Second(doubt, await second_reading(way, doubt, self.services.prompts))

    async def _run(self, begun: Begun, way: Patient | None) -> Ran:
        turn = begun.turn
        again = await resumed(turn, begun.settled, way or self.offline)
        if way is None:
            return await run_offline(turn, self.offline, begun.history, again)
        ran = await run_hosted(turn, way, self.offline, begun.history, again, self.budget)
        self.rest.after(ran.failure)
        await self.days.spend(turn.case.business.id, ran.requests, ran.tokens)
        return ran

    def _checked(self, turn: Turn, known: Dossier, ran: Ran) -> str:
        """Let nothing unbacked through (O13), and no question stay unheard (O1)."""
        if not ran.reply.strip():
            return standing(turn, known)
        claims = unbacked_claims(turn, known, ran.reply, answers_in(ran.messages))
        if claims:
            log.warning(
                "reply.unbacked",
                kinds=sorted({str(each.kind) for each in claims}),
                text=" | ".join(each.text for each in claims),
            )
        elif kept_quiet(turn, known, ran.reply):
            log.warning("reply.kept_quiet", text=ran.reply)
        else:
            return ran.reply
        return standing(turn, known)

    def _text(self, turn: Turn, name: str, **values: str) -> str:
        tone = turn.case.dials.tone
        return self.services.prompts.render(name, turn.language, tone=tone, **values)

    async def _finish(self, turn: Turn, ran: Ran) -> str:
        """Check and store the reply, mark the message answered, in one transaction."""
        case, now, reply = turn.case, turn.now, ran.reply
        unclear = any(self._text(turn, name) in reply for name in UNCLEAR)
        if turn.unhurried:
            turn.dossier = None
        known = await turn.known()
        if ran.model != PERSON:
            reply = self._checked(turn, known, ran)
        asks_contact = known.thread.asked_contact_at is None and waits_for_contact(known, now)
        async with self.services.store.begin(case.business.id) as work:
            await work.threads.turned(
                case.thread_id,
                now,
                asked_contact=asks_contact,  # by this reply: no job needs to ask again
                misunderstood=unclear,
                requests=ran.requests,
                tokens=ran.tokens,
            )
            await work.messages.finish_turn(
                case.thread_id,
                case.seq,
                model=ran.model,
                messages=storable(ran.messages),
                reply=reply,
                at=now,
            )
            if reply:
                await work.messages.add(
                    case.thread_id, "agent", reply, now, language=turn.language, locked=True
                )
                if known.thread.channel in POSTED:
                    await queue_reply(self.services, work, known.thread, case.seq, reply)
        return reply
