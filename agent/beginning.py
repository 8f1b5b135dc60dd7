"""How a turn begins: the message is understood once and stored, before any tool runs (O1)."""

from dataclasses import dataclass, replace

from pydantic_ai import ModelMessage, ModelMessagesTypeAdapter

from agent import understanding
from agent.history import RECALLED, recalled
from agent.reader.doubt import Doubt
from agent.resuming import Settled, settled_by
from agent.understanding import Second, Understood
from agent.wish import Intent
from jirani.rules.dossier import Dossier
from jirani.rules.facts import Catalogue, Thread
from jirani.rules.message import Message
from jirani.services import Case, Services
from jirani.services.threads import open_thread
from jirani.store.work import Work
from tools.turn import Turn


@dataclass(frozen=True, slots=True)
class Begun:
    """A turn that may run: what it may touch, what was said before, what it had settled before."""

    turn: Turn
    history: list[ModelMessage]
    settled: list[Settled]


@dataclass(frozen=True, slots=True)
class Answered:
    """Nothing to do: the reply was given before; empty where another turn answers."""

    reply: str


@dataclass(frozen=True, slots=True)
class Unsure:
    """Nothing is stored yet: the message is unclear, and a model may be asked what it means."""

    thread: Thread
    doubt: Doubt


@dataclass(frozen=True, slots=True)
class Beginning:
    """Begins turns. `has_model`: another than the offline model is configured."""

    services: Services
    region: str
    has_model: bool

    async def begin(self, business_id: str, thread_id: str, seq: int) -> Begun | Answered | Unsure:
        """Understand the message and store that; or ask for a second reading, nothing stored."""
        return await self._begin(business_id, thread_id, seq, None, may_doubt=self.has_model)

    async def begin_with(
        self, second: Second | None, business_id: str, thread_id: str, seq: int
    ) -> Begun | Answered:
        """Do the same with what a model made of the message, read anew: time has passed."""
        begun = await self._begin(business_id, thread_id, seq, second, may_doubt=False)
        assert not isinstance(begun, Unsure)
        return begun

    async def _begin(
        self, business_id: str, thread_id: str, seq: int, second: Second | None, *, may_doubt: bool
    ) -> Begun | Answered | Unsure:
        services = self.services
        async with services.store.begin(business_id) as work:
            done = await work.messages.reply_to(thread_id, seq)
            if done is not None:  # answered before
                return Answered(done)
            known = await work.dossiers.of(thread_id, services.clock.now())
            message = known.message(seq)
            if message is None or known.is_followed(seq):
                # In the next thread, where another process answered it; or in a burst, which is
                # answered once with its last message (§7).
                return Answered("")
            business, dials = await services.house(work)
            catalogue = await work.catalogue.load()
            place = (known.stay.listing.zone or "") if known.stay else None
            burst = known.unread(seq)
            text = "\n".join(each.text for each in burst)
            case = Case(services, business, dials, known.customer.id, thread_id, seq, place)
            understood = understanding.stored(message)
            # Read before and not answered: the turn was broken off, and is run again.
            settled = settled_by(seq, known) if understood else []
            if understood is None:
                understood = self._understood(case, catalogue, known, burst, text, second)
                if understood.doubt and may_doubt and not known.thread.person_since:
                    return Unsure(known.thread, understood.doubt)
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
            unhurried=self.has_model,
        )
        return Begun(turn, recalled(history), settled)

    def _understood(
        self,
        case: Case,
        catalogue: Catalogue,
        known: Dossier,
        burst: tuple[Message, ...],
        text: str,
        second: Second | None,
    ) -> Understood:
        against = understanding.background(case, known, catalogue)
        # A button beside other words may have been thought better of: words decide.
        button = burst[-1].button if len(burst) == 1 else None
        pressed = understanding.understand_button(case, button, text, against)
        return pressed or understanding.understand(
            case, catalogue, text, against, self.region, second
        )

    async def _next_thread(self, case: Case, work: Work, thread: Thread) -> Case:
        """A settled thread has ended: the next booking is another conversation (domain §1)."""
        opened = await open_thread(
            self.services, work, thread.customer_id, thread.channel, thread.peer, thread.id
        )
        await work.messages.rehome(thread.id, case.seq, opened.id)
        return replace(case, thread_id=opened.id, seq=1)


def _opens_next(thread: Thread, understood: Understood) -> bool:
    """Tell whether a message begins another booking after its thread has ended."""
    if thread.ended_at is None or thread.person_since:
        return False
    wish = understood.wish
    asks = Intent.BOOK in wish.intents or Intent.SLOTS in wish.intents
    return asks or bool(wish.service_ids and wish.when)
