"""One guest message, from the stored row to the stored reply."""

from dataclasses import dataclass, replace
from time import perf_counter

from pydantic_ai import ModelMessage, ModelMessagesTypeAdapter
from pydantic_ai.models import Model

from agent import understanding
from agent.asked import kept_quiet
from agent.backing import unbacked_claims
from agent.history import RECALLED, answers_in, recalled, storable
from agent.models.budget import Budget, Days
from agent.models.failing import Kind
from agent.models.rest import Rest
from agent.offline.model import OfflineModel
from agent.resuming import Settled, resumed, settled_by
from agent.running import Ran, run_hosted, run_offline
from agent.standing import standing
from agent.understanding import Understood
from agent.wish import Intent
from jirani.rules.dossier import Dossier
from jirani.rules.facts import Thread
from jirani.services import Case, Services
from jirani.services.contacts import waits_for_contact
from jirani.services.log import about, found_out, log
from jirani.services.threads import Received, open_thread
from jirani.services.watch import watched
from jirani.store.mutex import Busy
from jirani.store.work import Work
from tools.turn import Called, Turn

PERSON = "person"  # has the conversation: the agent is silent
UNCLEAR = ("unclear", "unclear_person")


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

    async def _turn(self, business_id: str, thread_id: str, seq: int) -> Turned:
        begun = await self._begin(business_id, thread_id, seq)
        if isinstance(begun, Turned):
            return begun
        turn, history, settled = begun
        found_out(turn.case.business.slug, turn.case.thread_id)
        return await self._answered(turn, history, settled)

    async def _answered(
        self, turn: Turn, history: list[ModelMessage], settled: list[Settled]
    ) -> Turned:
        case = turn.case
        if turn.thread.person_since:
            await self._finish(turn, Ran("", [], PERSON))
            return Turned(case.thread_id, case.seq, "", model=PERSON)
        model = await self._chosen(turn)
        again = await resumed(turn, settled, model)
        ran = await self._run(turn, model, history, again)
        reply = await self._finish(turn, ran)
        return Turned(case.thread_id, case.seq, reply, tuple(turn.trace), ran.model)

    async def _begin(
        self, business_id: str, thread_id: str, seq: int
    ) -> Turned | tuple[Turn, list[ModelMessage], list[Settled]]:
        """Understand the message and store that, before any tool may look (O1)."""
        services = self.services
        async with services.store.begin(business_id) as work:
            done = await work.messages.reply_to(thread_id, seq)
            if done is not None:  # answered before
                return Turned(thread_id, seq, done)
            known = await work.dossiers.of(thread_id, services.clock.now())
            message = known.message(seq)
            if message is None or known.is_followed(seq):
                # In the next thread, where another process answered it; or in a burst, which is
                # answered once with its last message (§7).
                return Turned(thread_id, seq, "")
            business, dials = await services.house(work)
            catalogue = await work.catalogue.load()
            burst = known.unread(seq)
            text = "\n".join(each.text for each in burst)
            case = Case(services, business, dials, known.customer.id, thread_id, seq)
            understood = understanding.stored(message)
            # Read before and not answered: the turn was broken off, and is run again.
            settled = settled_by(seq, known) if understood else []
            if understood is None:
                against = understanding.background(case, known, catalogue)
                # A button beside other words may have been thought better of: words decide.
                button = message.button if len(burst) == 1 else None
                understood = understanding.understand_button(
                    case, button, text, against
                ) or understanding.understand(case, catalogue, text, against, self.region)
                reading, wish = understanding.as_rows(understood)
                await work.messages.understood(thread_id, seq, reading, wish, understood.language)
                known = known.with_understood(seq, reading, wish, understood.language)
            if _opens_next(known.thread, understood):
                case = await self._next_thread(case, work, known.thread)
                known = await work.dossiers.of(case.thread_id, services.clock.now())
            history = ModelMessagesTypeAdapter.validate_python(
                await work.messages.history(case.thread_id, RECALLED)
            )
        turn = Turn(
            case=case,
            catalogue=catalogue,
            thread=known.thread,
            offered_before=bool(known.offers) or known.thread.cross_sell_suggested,
            text=text,
            language=understood.language,
            wish=understood.wish,
            reading=understood.reading,
            dossier=known,
            unhurried=self.model is not self.offline,
        )
        return turn, recalled(history), settled

    async def _next_thread(self, case: Case, work: Work, thread: Thread) -> Case:
        """A settled thread has ended: the next booking is another conversation (domain §1)."""
        opened = await open_thread(
            self.services, work, thread.customer_id, thread.channel, thread.peer, thread.id
        )
        await work.messages.rehome(thread.id, case.seq, opened.id)
        return replace(case, thread_id=opened.id, seq=1)

    async def _chosen(self, turn: Turn) -> Model:
        """Return who is to speak: the offline model where the other one may not."""
        if self.model is self.offline:
            return self.offline
        if self.rest.resting:
            kind = Kind.RESTING
        elif await self._may_spend(turn):
            return self.model
        else:
            kind = Kind.BUDGET
        log.warning("agent.model_failed", model=self.model.model_name, kind=kind, status=None)
        return self.offline

    async def _may_spend(self, turn: Turn) -> bool:
        in_thread = self.budget.is_left_for(turn.thread)
        return in_thread and await self.days.has_left(turn.case.business.id)

    async def _run(
        self, turn: Turn, model: Model, history: list[ModelMessage], again: list[ModelMessage]
    ) -> Ran:
        if model is self.offline:
            return await run_offline(turn, self.offline, history, again)
        ran = await run_hosted(turn, model, self.offline, history, again, self.budget)
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
        unclear = any(reply == self._text(turn, name) for name in UNCLEAR)
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
        return reply


def _opens_next(thread: Thread, understood: Understood) -> bool:
    """Tell whether a message begins another booking after its thread has ended."""
    if thread.ended_at is None or thread.person_since:
        return False
    wish = understood.wish
    asks = Intent.BOOK in wish.intents or Intent.SLOTS in wish.intents
    return asks or bool(wish.service_ids and wish.when)
