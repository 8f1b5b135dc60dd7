"""A second reader of every reply: what it states must be true of the rows as they are (O13).

It shares nothing with the product's own check: other expressions, and the rows instead of what a
turn was told. It reads less, and believes nobody.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time
from itertools import combinations
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from jirani.services import Services
from jirani.store.tables.booking import AppointmentRow
from jirani.store.tables.business import ServiceRow
from jirani.store.tables.conversation import ThreadRow
from jirani.store.tables.money import PaymentRow
from jirani.store.tables.selling import OfferRow

ZONE = ZoneInfo("Africa/Nairobi")
ALWAYS = frozenset({time(8), time(20)})  # the salon's opening hours, in its knowledge
_SIGN = r"(?<![a-z])(?:kes|ksh|kshs|tzs|usd|bob|shillings?|shilingi|dollars?|/=|[$€£])"
_WHOLE = r"\d{1,3}(?:,\d{3})+|\d+"
_SUM = re.compile(rf"{_SIGN}[ .:]*({_WHOLE})|({_WHOLE})(?:\.\d\d)? ?{_SIGN}")
_WORDY = re.compile(r"\b(?:hundred|thousand|elfu|mia)\b|discount|\d ?%|\bfree of charge|\bbure\b")
_TIME = re.compile(r"(?<![\d.,:])(\d{1,2})[:.](\d\d)(?!\d)(?: ?(am|pm))?")
_PARTS = {
    "booked": r"\b(?:booked|reserved)\b|(?<!cancellation )(?<!cancellation is )confirmed\b"
    r"|booking (?:is )?(?:made|complete)|wekea nafasi|imethibitishwa|imehifadhiwa"
    r"|imewekwa|andikishwa",
    "paid": r"\bpaid\b|payment[^.]{0,30}(?:received|complete|through)|received[^.]{0,20}payment"
    r"|yamepokelewa|yamekamilika|\bume(?:sha)?lipa\b|tumepokea malipo",
    "cancelled": r"\bcancelled\b|cancellation (?:is )?confirmed|called off"
    r"|imeghairiwa|imefutwa|\bnime\w*ghairi\b",
    "refunded": r"\brefunded\b|refund has been|yamerejeshwa|zimerudishwa",
}
_STATUS = {kind: re.compile(pattern) for kind, pattern in _PARTS.items()}
_LIVE = {"booked": {"held", "confirmed", "completed", "moved"}, "cancelled": {"cancelled", "moved"}}
_PAID = {"paid": {"paid", "refunded"}, "refunded": {"refunded"}}
_NO = re.compile(
    r"n't\b|\b(?:not|no|nothing|sorry|once|until|before|when|if|unless|taken|full|past|sio|bado"
    r"|samahani|hapana|hakuna|kama|ukisha|baada|haija\w+|haipo|haya\w+|imechukuliwa|imejaa)\b"
)


@dataclass(frozen=True, slots=True)
class Truth:
    """What is so for one guest: prices in minor units, local times, and what was done."""

    prices: frozenset[int]
    times: frozenset[time]
    done: frozenset[str]
    said: str = field(default="", repr=False)

    def wrong_in(self, reply: str) -> list[str]:
        """Return what a reply states that is not so."""
        found = []
        for sentence in _sentences(reply):
            found += [f"price {each}" for each in _sums(sentence) if each not in self.prices]
            found += [f"wording {each}" for each in _WORDY.findall(sentence)]
            found += [f"time {each}" for each in _times(sentence) if not self._may_say(each)]
            if not sentence.endswith("?") and not _NO.search(sentence):
                for kind, pattern in _STATUS.items():
                    if kind not in self.done and pattern.search(sentence):
                        found.append(f"{kind}: {sentence}")
        return found

    def _may_say(self, at: time) -> bool:
        """Tell whether a time is a row's, or one that the guest has named."""
        named = re.search(rf"(?<!\d){at.hour % 12 or 12}(?!\d)", self.said)
        return at in self.times or (at.minute == 0 and (named is not None or "saa" in self.said))


async def truth(services: Services, business_id: str, peer: str, said: str) -> Truth:
    """Read what is so for a guest from the rows, past everything that a turn was told."""
    async with services.store.engine.connect() as connection:

        async def find(*columns: Any, **values: Any) -> list[Any]:
            query = select(*columns).filter_by(business_id=business_id, **values)
            return list(await connection.execute(query))

        bookings, offers, payments, shown = [], [], [], []
        for thread_id, slots in await find(ThreadRow.id, ThreadRow.shown, peer=peer):
            shown += slots
            bookings += await find(
                AppointmentRow.status,
                AppointmentRow.price,
                AppointmentRow.starts_at,
                AppointmentRow.ends_at,
                thread_id=thread_id,
            )
            offers += await find(
                OfferRow.price, OfferRow.starts_at, OfferRow.ends_at, thread_id=thread_id
            )
            payments += await find(PaymentRow.status, PaymentRow.amount, thread_id=thread_id)
        sold = [price for (price,) in await find(ServiceRow.price)]
    dealt = [*(each.amount for each in payments), *(each.price for each in offers)]
    moments = [at for each in (*bookings, *offers) for at in (each.starts_at, each.ends_at)]
    moments += [datetime.fromisoformat(slot["starts_at"]) for slot in shown]
    became = {kind for kind, any_of in _LIVE.items() if any_of & {e.status for e in bookings}}
    paid = {kind for kind, any_of in _PAID.items() if any_of & {e.status for e in payments}}
    return Truth(
        prices=frozenset({*sold, *dealt, *_together([each.price for each in bookings])}),
        times=ALWAYS | {at.astimezone(ZONE).time() for at in moments},
        done=frozenset(became | paid),
        said=said,
    )


def _together(prices: list[int]) -> Iterator[int]:
    for count in (1, 2, 3):
        yield from map(sum, combinations(prices, count))


def _sentences(reply: str) -> Iterator[str]:
    folded = unicodedata.normalize("NFKC", reply).lower()
    seen = "".join(c for c in folded if unicodedata.category(c) not in ("Cf", "Mn"))
    seen = seen.replace("\u2019", "'")
    for sentence in re.findall(r".+?(?:[.!?]+(?=\s|$)|\n|$)", re.sub(r"[*_~`]", "", seen)):
        yield sentence.strip()


def _sums(sentence: str) -> list[int]:
    found = ((before or after).replace(",", "") for before, after in _SUM.findall(sentence))
    return [int(whole) * 100 for whole in found]


def _times(sentence: str) -> Iterator[time]:
    for hour, minute, half in _TIME.findall(_SUM.sub(" ", sentence)):
        whole = int(hour) % 12 + 12 * (half == "pm") if half else int(hour)
        if whole < 24 and int(minute) < 60:
            yield time(whole, int(minute))
