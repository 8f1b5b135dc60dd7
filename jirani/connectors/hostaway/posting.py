"""Texts to guests: into the channel's own thread, or where there is none, by mail."""

from jirani.connectors.hostaway import reading
from jirani.connectors.hostaway.api import Api, is_id, understood
from jirani.connectors.hostaway.results import unlooked, written
from jirani.connectors.hostaway.settings import Settings
from jirani.connectors.pms import PmsUnavailable, WriteOutcome, Written, Wrong
from jirani.connectors.wire import fields

_MOST_KNOWN = 10_000


class Posting:
    """Posts to the guests of one account; never twice by itself, since nothing there would see."""

    def __init__(self, api: Api, settings: Settings) -> None:
        self._api = api
        self._settings = settings
        self._media: dict[str, str] = {}

    async def post(self, conversation: str, text: str) -> Written:
        """Post one text; a 200 does not mean that it was delivered, only that it was taken."""
        try:
            medium = await self._medium(conversation) if is_id(conversation) else None
        except PmsUnavailable as unread:
            return unlooked(unread)
        if medium is None:
            return Written(WriteOutcome.REJECTED, reason=Wrong.NOT_FOUND)
        body = {"body": text, "communicationType": medium}
        path = f"/conversations/{conversation}/messages"
        answer = await self._api.write("POST", path, body)
        if answer.outcome is not WriteOutcome.ACCEPTED:
            return written(answer)
        try:
            ref = fields.needed(fields.within(answer.body, "id"), "id")
        except fields.Malformed:
            return Written(WriteOutcome.UNKNOWN, reason=Wrong.MALFORMED)
        if fields.within(answer.body, "status") == "failed":
            return Written(WriteOutcome.REJECTED, ref, "undelivered")
        return Written(WriteOutcome.ACCEPTED, ref)

    async def _medium(self, conversation: str) -> str | None:
        """Return how a guest is written to; None: there is no such conversation."""
        known = self._media.get(conversation)
        if known is not None:
            return known
        told = await self._api.read(f"/conversations/{conversation}")
        if told is None:
            return None
        with understood():
            row = fields.record(told, "conversation")
            if row.get("channelId") is None:
                ref = fields.needed(row.get("reservationId"), "reservationId")
                if not is_id(ref):
                    raise fields.Malformed("reservationId is none")
                row = fields.record(await self._api.read(f"/reservations/{ref}"), "reservation")
            spoken = reading.has_thread(row)
        if len(self._media) >= _MOST_KNOWN:
            self._media.clear()
        medium = "channel" if spoken else self._settings.direct_medium
        self._media[conversation] = medium
        return medium
