"""What was said, and the turns that answered it (O1, domain §7)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, insert, or_, select, update

from jirani.rules.message import Message
from jirani.store.rows.base import BUSINESS, SEQ, THREAD, Rows, as_fact, table_of
from jirani.store.tables.conversation import MessageRow, ThreadRow, TurnRow

_threads = table_of(ThreadRow)
_messages, _turns = table_of(MessageRow), table_of(TurnRow)
_said_here = (_messages.c.business_id == BUSINESS, _messages.c.thread_id == THREAD)
_done_here = (_turns.c.business_id == BUSINESS, _turns.c.thread_id == THREAD)

_LOCK = (
    select(_threads.c.id)
    .where(_threads.c.business_id == BUSINESS, _threads.c.id == THREAD)
    .with_for_update()
)
_newest = select(func.coalesce(func.max(_messages.c.seq), 0)).where(*_said_here)
_ADD = insert(_messages).values(seq=_newest.scalar_subquery() + 1).returning(_messages.c.seq)
_UNDERSTOOD = update(_messages).where(*_said_here, _messages.c.seq == SEQ)
_FINISH = insert(_turns)
_REPLY = select(_turns.c.reply).where(*_done_here, _turns.c.seq == SEQ)
_HISTORY = (
    select(_turns.c.messages).where(*_done_here, _turns.c.reply != "").order_by(_turns.c.seq.desc())
)
_IN_THREAD = and_(
    ThreadRow.business_id == MessageRow.business_id, ThreadRow.id == MessageRow.thread_id
)


class MessageRows(Rows):
    """The messages of a business's threads."""

    async def get(self, thread_id: str, seq: int) -> Message:
        """Return one message; LookupError if there is none."""
        here = (MessageRow.thread_id == thread_id, MessageRow.seq == seq)
        found = await self.facts(Message, MessageRow, *here)
        if not found:
            raise LookupError(f"{thread_id}/{seq}")
        return found[0]

    async def by_key(self, dedupe_key: str) -> Message | None:
        """Return the message that came with this key, if it came before."""
        row = await self.session.scalar(
            self.mine(MessageRow).where(MessageRow.dedupe_key == dedupe_key)
        )
        return None if row is None else as_fact(Message, row)

    async def add(
        self,
        thread_id: str,
        author: str,
        text: str,
        at: datetime,
        *,
        language: str | None = None,
        dedupe_key: str | None = None,
        button: str | None = None,
        locked: bool = False,
    ) -> int:
        """Append a message; return its place in the thread.

        Both sides write at once: the thread's row gives each a place of its own. `locked`: this
        unit has written that row already.
        """
        if not locked:
            await self.ask(_LOCK, of_thread=thread_id)
        added = await self.ask(
            _ADD,
            of_thread=thread_id,
            business_id=self.business_id,
            thread_id=thread_id,
            author=author,
            text=text,
            language=language,
            dedupe_key=dedupe_key,
            button=button,
            at=at,
        )
        return int(added.scalar_one())

    async def rehome(self, thread_id: str, seq: int, new_thread_id: str) -> None:
        """Make an unanswered message the first one of another thread."""
        row = await self.session.get_one(MessageRow, (self.business_id, thread_id, seq))
        row.thread_id, row.seq = new_thread_id, 1
        await self.session.flush()

    async def understood(
        self, thread_id: str, seq: int, reading: dict[str, Any], wish: dict[str, Any], language: str
    ) -> None:
        """Store what a guest's message was read to mean, before any tool may look (O1)."""
        meant = {"reading": reading, "wish": wish, "language": language}
        await self.ask(_UNDERSTOOD, of_thread=thread_id, of_seq=seq, **meant)

    async def last(self, thread_id: str, n: int) -> list[Message]:
        """Return the last messages, oldest first."""
        rows = await self.session.scalars(
            self.mine(MessageRow)
            .where(MessageRow.thread_id == thread_id)
            .order_by(MessageRow.seq.desc())
            .limit(n)
        )
        return [as_fact(Message, row) for row in reversed(list(rows))]

    async def with_peer(
        self, channel: str, peer: str, after: Mapping[str, int] | None = None, most: int = 200
    ) -> list[Message]:
        """Return the newest messages of all threads with an address, oldest first.

        `after`: only what comes behind these places in threads, and what newer threads hold.
        """
        behind = [
            and_(MessageRow.thread_id == thread_id, MessageRow.seq > seq)
            for thread_id, seq in (after or {}).items()
        ]
        rows = await self.session.scalars(
            self.mine(MessageRow)
            .join(ThreadRow, _IN_THREAD)
            .where(
                ThreadRow.channel == channel,
                ThreadRow.peer == peer,
                or_(MessageRow.thread_id > max(after or {"": 0}), *behind),
            )
            .order_by(MessageRow.thread_id.desc(), MessageRow.seq.desc())
            .limit(most)
        )
        return [as_fact(Message, row) for row in reversed(list(rows))]

    async def places(self, channel: str, peer: str, most: int) -> dict[str, int]:
        """Return the newest message's place in each of the newest threads with an address."""
        found = await self.session.execute(
            select(MessageRow.thread_id, func.max(MessageRow.seq))
            .join(ThreadRow, _IN_THREAD)
            .where(
                MessageRow.business_id == self.business_id,
                ThreadRow.channel == channel,
                ThreadRow.peer == peer,
            )
            .group_by(MessageRow.thread_id)
            .order_by(MessageRow.thread_id.desc())
            .limit(most)
        )
        return {thread_id: seq for thread_id, seq in found}

    async def finish_turn(
        self,
        thread_id: str,
        seq: int,
        *,
        model: str,
        messages: list[Any],
        reply: str,
        at: datetime,
    ) -> None:
        """Mark a guest's message as answered, with the model's messages of the turn."""
        await self.ask(
            _FINISH,
            business_id=self.business_id,
            thread_id=thread_id,
            seq=seq,
            model=model,
            messages=messages,
            reply=reply,
            finished_at=at,
        )

    async def reply_to(self, thread_id: str, seq: int) -> str | None:
        """Return the answer a message got, None while it has none."""
        found = await self.ask(_REPLY, of_thread=thread_id, of_seq=seq)
        reply: str | None = found.scalar_one_or_none()
        return reply

    async def history(self, thread_id: str, most: int | None = None) -> list[Any]:
        """Return the model's messages, in order, of the turns that said something.

        `most`: of so many turns, the newest.
        """
        found = await self.ask(_HISTORY.limit(most), of_thread=thread_id)
        return [message for messages in reversed(found.scalars().all()) for message in messages]
