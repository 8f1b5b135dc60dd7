"""One guest message, from the stored row to the stored reply."""

from dataclasses import dataclass, replace
from time import perf_counter

from pydantic_ai import (
    Agent,
    AgentRunError,
    ModelMessage,
    ModelMessagesTypeAdapter,
    ModelRequest,
    UsageLimits,
    UserPromptPart,
    capture_run_messages,
)
from pydantic_ai.messages import repair_messages
from pydantic_ai.models import Model
from pydantic_ai.models.fallback import FallbackModel

from agent import understanding
from agent.backing import unbacked_claims
from agent.guest import guest_agent
from agent.history import answers_in, recalled, storable, tokens_of
from agent.offline.model import OfflineModel
from agent.resuming import Settled, resumed, settled_by
from agent.standing import standing
from agent.understanding import Understood
from agent.wish import Intent
from jirani.rules.facts import Thread
from jirani.services import Case, Services
from jirani.services.contacts import waits_for_contact
from jirani.services.log import about, log
from jirani.services.threads import Received, open_thread
from jirani.store.work import Work
from tools.turn import Called, Turn

MOST_REQUESTS = 14  # model requests a turn
MOST_THREAD_REQUESTS = 300  # and a thread; beyond it the offline model carries on
MOST_THREAD_TOKENS = 400_000
SLOWEST = 40.0  # seconds for one turn of a model
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


class Guest:
    """Answers guests' messages, one turn at a time per thread."""

    def __init__(
        self, services: Services, model: Model | None = None, *, region: str = "KE"
    ) -> None:
        self.services = services
        self.region = region
        self.offline = OfflineModel(services.prompts)
        self.model = model or self.offline

    async def answer(self, business_id: str, received: Received) -> Turned:
        """Answer one stored message; the same message again gets the same answer."""
        started = perf_counter()
        thread_id = received.thread.id
        async with self.services.mutex.lock(f"thread:{business_id}:{thread_id}"):
            turned = await self._turn(business_id, thread_id, received.seq)
        return replace(turned, seconds=perf_counter() - started)

    async def _turn(self, business_id: str, thread_id: str, seq: int) -> Turned:
        begun = await self._begin(business_id, thread_id, seq)
        if isinstance(begun, Turned):
            return begun
        turn, history, settled = begun
        with about(turn.case.business.slug, turn.case.thread_id):
            return await self._answered(turn, history, settled)

    async def _answered(
        self, turn: Turn, history: list[ModelMessage], settled: list[Settled]
    ) -> Turned:
        case = turn.case
        if turn.thread.person_since:
            await self._finish(turn, [], "", model=PERSON)
            return Turned(case.thread_id, case.seq, "", model=PERSON)
        model = self._chosen(turn.thread)
        again = await resumed(turn, settled, model)
        reply, messages, answered = await self._run(turn, history, again, model)
        reply = await self._finish(turn, messages, reply, model=answered)
        log.info("turn.finished", seq=case.seq, model=answered, tools=len(turn.trace))
        return Turned(case.thread_id, case.seq, reply, tuple(turn.trace), answered)

    async def _begin(
        self, business_id: str, thread_id: str, seq: int
    ) -> Turned | tuple[Turn, list[ModelMessage], list[Settled]]:
        """Understand the message and store that, before any tool may look (O1)."""
        services = self.services
        async with services.store.begin(business_id) as work:
            done = await work.messages.reply_to(thread_id, seq)
            if done is not None or await work.messages.answered_later(thread_id, seq):
                # Answered before; or a burst, answered once with its last message (§7).
                return Turned(thread_id, seq, done or "")
            business = await work.business.get()
            thread = await work.threads.get(thread_id)
            dials = await services.dials(work, business)
            catalogue = await work.catalogue.load()
            message = await work.messages.get(thread_id, seq)
            burst = [each.text for each in await work.messages.unread(thread_id, seq)]
            text = "\n".join(burst) or message.text
            case = Case(services, business, dials, thread.customer_id, thread_id, seq)
            understood = understanding.stored(message)
            # Read before and not answered: the turn was broken off, and is run again.
            settled = await settled_by(case, work) if understood else []
            if understood is None:
                against = await understanding.background(case, work, catalogue)
                understood = understanding.understand(case, catalogue, text, against, self.region)
                reading, wish = understanding.as_rows(understood)
                await work.messages.understood(thread_id, seq, reading, wish, understood.language)
            if _opens_next(thread, understood):
                case = await self._next_thread(case, work, thread)
                thread = await work.threads.get(case.thread_id)
            offers = await work.offers.of_thread(case.thread_id)
            history = ModelMessagesTypeAdapter.validate_python(
                await work.messages.history(case.thread_id)
            )
        turn = Turn(
            case=case,
            catalogue=catalogue,
            thread=thread,
            offered_before=bool(offers) or thread.cross_sell_suggested,
            text=text,
            language=understood.language,
            wish=understood.wish,
            reading=understood.reading,
        )
        return turn, recalled(history), settled

    async def _next_thread(self, case: Case, work: Work, thread: Thread) -> Case:
        """A settled thread has ended: the next booking is another conversation (domain §1)."""
        opened = await open_thread(
            self.services, work, thread.customer_id, thread.channel, thread.peer, thread.id
        )
        await work.messages.rehome(thread.id, case.seq, opened.id)
        return replace(case, thread_id=opened.id, seq=1)

    def _chosen(self, thread: Thread) -> Model:
        over = thread.requests >= MOST_THREAD_REQUESTS or thread.tokens >= MOST_THREAD_TOKENS
        if over and self.model is not self.offline:
            log.warning("agent.budget_spent")
            return self.offline
        return self.model

    async def _run(
        self, turn: Turn, history: list[ModelMessage], again: list[ModelMessage], model: Model
    ) -> tuple[str, list[ModelMessage], str]:
        """Run the agent; if its model fails, the offline model finishes what was begun.

        `again` is what this turn had done before it was broken off; empty in a first run.
        """
        text, known = None if again else turn.text, [*history, *again]
        if model is not self.offline:
            chain = FallbackModel(model, self.offline, fallback_on=(Exception,))
            with capture_run_messages() as seen:
                try:
                    run = await guest_agent.run(
                        text,
                        deps=turn,
                        message_history=known,
                        model=chain,
                        usage_limits=UsageLimits(request_limit=MOST_REQUESTS),
                        timeout=SLOWEST,
                    )
                    spoke = run.response.model_name or model.model_name
                    if spoke == self.offline.model_name:
                        log.warning("agent.model_failed", model=model.model_name)
                    return run.output, run.all_messages()[len(history) :], spoke
                except AgentRunError as error:
                    log.warning("agent.model_failed", error=type(error).__name__)
            turn.looked = None  # its last call may have been cut off: look anew
            asked = [ModelRequest(parts=[UserPromptPart(turn.text)])]
            done = repair_messages(list(seen)) or [*history, *(again or asked)]
            return await self._offline(turn, None, done, len(history))
        return await self._offline(turn, text, known, len(history))

    async def _offline(
        self, turn: Turn, text: str | None, history: list[ModelMessage], before: int
    ) -> tuple[str, list[ModelMessage], str]:
        try:
            with Agent.parallel_tool_call_execution_mode("sequential"):
                run = await guest_agent.run(
                    text,
                    deps=turn,
                    message_history=history,
                    model=self.offline,
                    usage_limits=UsageLimits(request_limit=MOST_REQUESTS),
                )
        except Exception as error:  # the guest is always answered; what was done stays done
            log.exception("agent.offline_failed", error=type(error).__name__)
            return self._text(turn, "try_again"), [], "offline"
        return run.output, run.all_messages()[before:], "offline"

    async def _checked(
        self, turn: Turn, work: Work, reply: str, messages: list[ModelMessage]
    ) -> str:
        """Let no unbacked price, date, time or status through (O13), and no silence."""
        if not reply.strip():
            return await standing(turn, work)
        claims = await unbacked_claims(turn, work, reply, answers_in(messages))
        if not claims:
            return reply
        log.warning(
            "reply.unbacked",
            kinds=sorted({str(each.kind) for each in claims}),
            text=" | ".join(each.text for each in claims),
        )
        return await standing(turn, work)

    def _text(self, turn: Turn, name: str, **values: str) -> str:
        tone = turn.case.dials.tone
        return self.services.prompts.render(name, turn.language, tone=tone, **values)

    async def _finish(
        self, turn: Turn, messages: list[ModelMessage], reply: str, *, model: str
    ) -> str:
        """Check and store the reply, mark the message answered, in one transaction."""
        case, now = turn.case, turn.now
        unclear = any(reply == self._text(turn, name) for name in UNCLEAR)
        async with self.services.store.begin(case.business.id) as work:
            if model != PERSON:
                reply = await self._checked(turn, work, reply, messages)
            thread = await work.threads.get(case.thread_id)
            await work.messages.finish_turn(
                case.thread_id,
                case.seq,
                model=model,
                messages=storable(messages),
                reply=reply,
                at=now,
            )
            if reply:
                await work.messages.add(case.thread_id, "agent", reply, now, language=turn.language)
            asked = thread.asked_contact_at
            if asked is None and await waits_for_contact(case, work):
                asked = now  # this reply asked for it: no job needs to ask again
            await work.threads.change(
                case.thread_id,
                last_at=now,
                asked_contact_at=asked,
                misunderstood=thread.misunderstood + 1 if unclear else 0,
                requests=thread.requests + sum(m.kind == "response" for m in messages),
                tokens=thread.tokens + tokens_of(messages),
            )
        return reply


def _opens_next(thread: Thread, understood: Understood) -> bool:
    """Tell whether a message begins another booking after its thread has ended."""
    if thread.ended_at is None or thread.person_since:
        return False
    wish = understood.wish
    asks = Intent.BOOK in wish.intents or Intent.SLOTS in wish.intents
    return asks or bool(wish.service_ids and wish.when)
