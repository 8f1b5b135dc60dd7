"""One guest's conversation with one business, whichever way its lines come and go."""

from dataclasses import dataclass

from agent.language import language_of
from agent.turn import Guest, Turned
from agent.words import plain_words
from app.chat.channel import NAME
from app.phones import ring
from jirani.rules.facts import Business
from jirani.services import Services
from jirani.services.log import log
from jirani.services.threads import Received, receive
from jirani.store.mutex import Busy
from scheduler.jobs import run_due


@dataclass(frozen=True, slots=True)
class Conversation:
    """What a guest writes, and what the world does meanwhile."""

    services: Services
    guest: Guest
    business: Business
    peer: str

    async def say(self, text: str) -> Turned:
        """Answer what the guest writes; a fault of ours is an apology, not the end."""
        received = await receive(self.services, self.business.id, NAME, self.peer, text)
        try:
            return await self.guest.answer(self.business.id, received)
        except Busy:
            log.warning("turn.busy", business=self.business.slug, thread=received.thread.id)
        except Exception as error:
            log.exception(
                "turn.failed",
                business=self.business.slug,
                thread=received.thread.id,
                error=type(error).__name__,
            )
        return self._apology(text, received)

    async def catch_up(self) -> None:
        """Let everything happen that is due, and what follows from it."""
        await run_due(self.services)
        while await ring(self.services):
            await run_due(self.services)

    def _apology(self, text: str, received: Received) -> Turned:
        language = language_of(plain_words(text)) or self.business.locale
        reply = self.services.prompts.render("try_again", language)
        return Turned(received.thread.id, received.seq, reply)
