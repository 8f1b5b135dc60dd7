"""What was said, and the turns that answered it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select

from jirani.rules.message import Message
from jirani.store.rows.base import Rows, as_fact
from jirani.store.tables.conversation import MessageRow, ThreadRow, TurnRow

_IN_THREAD = and_(
    ThreadRow.business_id == MessageRow.business_id, ThreadRow.id == MessageRow.thread_id
)


class MessageRows(Rows):
    """The messages of a business's threads."""

    async def get(self, thread_id: str, seq: int) -> Message:
        """Return one message; LookupError if there is none."""
        row = await self.session.get(MessageRow, (self.business_id, thread_id, seq))
        if row is None:
            raise LookupError(f"{thread_id}/{seq}")
        return as_fact(Message, row)

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
    ) -> int:
        """Append a message; return its place in the thread."""
        # Both sides write at once: the thread's row gives each a place of its own.
        await self.session.execute(
            select(ThreadRow.id)
            .where(ThreadRow.business_id == self.business_id, ThreadRow.id == thread_id)
            .with_for_update()
        )
        newest = await self.session.scalar(
            select(func.max(MessageRow.seq)).where(
                MessageRow.business_id == self.business_id, MessageRow.thread_id == thread_id
            )
        )
        seq = (newest or 0) + 1
        self.insert(
            MessageRow,
            thread_id=thread_id,
            seq=seq,
            author=author,
            text=text,
            language=language,
            dedupe_key=dedupe_key,
            button=button,
            at=at,
        )
        await self.session.flush()
        return seq

    async def rehome(self, thread_id: str, seq: int, new_thread_id: str) -> None:
        """Make an unanswered message the first one of another thread."""
        row = await self.session.get_one(MessageRow, (self.business_id, thread_id, seq))
        row.thread_id, row.seq = new_thread_id, 1
        await self.session.flush()

    async def understood(
        self, thread_id: str, seq: int, reading: dict[str, Any], wish: dict[str, Any], language: str
    ) -> None:
        """Store what a guest's message was read to mean, before any tool may look (O1)."""
        row = await self.session.get_one(MessageRow, (self.business_id, thread_id, seq))
        row.reading, row.wish, row.language = reading, wish, language
        await self.session.flush()

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
        self.insert(
            TurnRow,
            thread_id=thread_id,
            seq=seq,
            model=model,
            messages=messages,
            reply=reply,
            finished_at=at,
        )
        await self.session.flush()

    async def unread(self, thread_id: str, seq: int) -> list[Message]:
        """Return the guest's messages up to `seq` after the last one a turn began to read."""
        of_guest = (MessageRow.thread_id == thread_id, MessageRow.author == "guest")
        read = await self.session.scalar(
            select(func.max(MessageRow.seq)).where(
                MessageRow.business_id == self.business_id,
                *of_guest,
                MessageRow.seq < seq,
                MessageRow.reading.is_not(None),
            )
        )
        rows = await self.session.scalars(
            self.mine(MessageRow)
            .where(*of_guest, MessageRow.seq <= seq, MessageRow.seq > (read or 0))
            .order_by(MessageRow.seq)
        )
        return [as_fact(Message, row) for row in rows]

    async def answered_later(self, thread_id: str, seq: int) -> bool:
        """Tell whether a later message of the guest is there: it will be answered for both."""
        found = await self.session.scalar(
            select(MessageRow.seq)
            .where(
                MessageRow.business_id == self.business_id,
                MessageRow.thread_id == thread_id,
                MessageRow.author == "guest",
                MessageRow.seq > seq,
            )
            .limit(1)
        )
        return found is not None

    async def reply_to(self, thread_id: str, seq: int) -> str | None:
        """Return the answer a message got, None while it has none."""
        row = await self.session.get(TurnRow, (self.business_id, thread_id, seq))
        return None if row is None else row.reply

    async def history(self, thread_id: str) -> list[Any]:
        """Return the model's messages of all finished turns, in order."""
        rows = await self.session.scalars(
            self.mine(TurnRow).where(TurnRow.thread_id == thread_id).order_by(TurnRow.seq)
        )
        return [message for row in rows for message in row.messages]
