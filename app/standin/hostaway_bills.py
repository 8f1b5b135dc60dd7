"""Hostaway's lines of a bill, and its offline charges."""

import re
from dataclasses import replace
from typing import Annotated, Any

from fastapi import Body

from app.standin.ground import StandIn
from app.standin.hostaway_part import Part, well
from app.standin.hostaway_words import Words
from jirani.connectors.pms import PmsFee
from jirani.connectors.wire.fields import money

_KEY = re.compile(r"\bupsell (\S+)")


class Bills(Part):
    """Reads and rewrites bills; keeps charges.

    `ignores_lines`: other lines of a bill are taken, and not kept, as is not documented otherwise.
    """

    def __init__(self, standin: StandIn, words: Words) -> None:
        super().__init__(standin, words)
        self.charges: list[dict[str, Any]] = []
        self.ignores_lines = False

    async def bill(self, id: int) -> Any:
        """Read the lines of a bill."""
        self.standin.reading("fees")
        return well(self.words.lines(self._stay(id).ref))

    async def change_line(self, id: int, line: int, said: Annotated[dict[str, Any], Body()]) -> Any:
        """Change a line; to nothing, it is gone."""
        stay = self._stay(id)
        with self.standin.writing("remove_fee") as writing:
            fees = self.standin.world.fees.get(stay.ref, [])
            ref = self._ref("line", line)
            amount = money(said.get("value"), stay.currency or "EUR", "value")
            if writing.done and amount is not None:
                fees[:] = [
                    replace(each, amount=amount) if each.ref == ref else each
                    for each in fees
                    if each.ref != ref or amount
                ]
        return well(self.words.lines(stay.ref))

    async def charge(self, id: int, said: Annotated[dict[str, Any], Body()]) -> Any:
        """Keep an offline charge."""
        stay = self._stay(id)
        with self.standin.writing("charge") as writing:
            made = {
                "id": self.standin.ids.number("charge", self.standin.world.mark("charge")),
                "reservationId": id,
                "listingMapId": self.standin.ids.number("listing", stay.listing_ref),
                "type": "charge",
                "title": said.get("title"),
                "description": said.get("description"),
                "currency": stay.currency,
                "amount": said.get("amount"),
                "status": said.get("status", "awaiting"),
                "paymentProvider": "offline",
                "paymentMethod": said.get("paymentMethod", "other"),
                "isManual": 1,
            }
            if writing.done:
                self.charges.append(made)
                amount = money(said.get("amount"), stay.currency or "EUR", "amount") or 0
                line = PmsFee(
                    *(str(made["id"]), stay.ref, str(made["title"]), amount, stay.currency),
                    key=_key(said.get("description")),
                )
                self.standin.world.charges[str(made["id"])] = line
        return well(made)

    async def charged(self, reservationId: int) -> Any:
        """List a reservation's charges."""
        return well([each for each in self.charges if each["reservationId"] == reservationId])

    def rewrite(self, id: int, lines: list[dict[str, Any]]) -> None:
        """Take other lines for a bill: those with an id stay, those without are new."""
        stay = self._stay(id)
        currency = stay.currency or "EUR"
        kept = {
            self._ref("line", each["id"])
            for each in lines
            if each.get("id") is not None and not each.get("isDeleted")
        }
        mine = self.standin.world.fees.setdefault(stay.ref, [])
        fresh = [each for each in lines if each.get("id") is None and not each.get("isDeleted")]
        call = "add_fee" if fresh else "remove_fee"
        with self.standin.writing(call) as writing:
            if not writing.done or self.ignores_lines:
                return
            mine[:] = [each for each in mine if each.ref in kept]
            for each in fresh:
                amount = money(each.get("total") or each.get("value"), currency, "total") or 0
                ref = f"fee-{self.standin.world.mark(str(each.get('title')))}"
                title, key = str(each.get("title")), _key(each.get("alias"))
                mine.append(PmsFee(ref, stay.ref, title, amount, currency, key))
                names = self.standin.kept.setdefault("hostaway names", {})
                names[ref] = {"name": each.get("name"), "alias": each.get("alias")}


def _key(told: object) -> str | None:
    """Return whose key a text holds: the world knows it, though no bill shows it by itself."""
    found = _KEY.search(told) if isinstance(told, str) else None
    return found[1] if found else None
