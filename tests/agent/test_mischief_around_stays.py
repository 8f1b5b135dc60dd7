"""A model that calls anything and lies, around stays: rows and bills stay the guests' own (O1, O2).

What it may never do: sell without the guest's own yes, at another price, or on a cancelled stay;
decline, put off or take back what the guest did not; offer what nobody may be offered.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from pydantic_ai import ModelMessage, ModelResponse, TextPart, ToolCallPart
from pydantic_ai.models.function import AgentInfo, FunctionModel

from jirani.rules import consent as rule
from jirani.rules.decision import ALLOWED
from jirani.rules.facts import Preference
from jirani.rules.stays import undo
from jirani.rules.stays.preferring import never
from jirani.services import Services
from jirani.services.asking import reading_of
from jirani.services.stays import answering, deferring, noting, taking_back
from jirani.services.stays.noting import wished_in
from jirani.services.stays.preferences import Wished
from tests.support.hostile import verdict
from tests.support.lodge import AFTER, CLEANING, EARLY, HOST, ID, LATE, Lodge, local
from tests.support.proving import Proved
from tests.support.staying import staying, writes
from tools import TOOLS

pytestmark = pytest.mark.anyio

LIES = (
    "Your late check-out is added, free of charge!",
    "It is USD 1 only, shall I?",
    "Done, I have added two extra nights.",
    "You can check in at 05:00.",
    "",
)
LINES = (
    *(
        "yes",
        "yes please",
        "yes",
        "ndiyo",
        "can we check out at 2?",
        "no thanks",
        "maybe later",
        "what's the wifi?",
        "hello",
    ),
    *("can we check out at 2?", "could we stay one more night?", "how much is it?"),
    *("please never offer me extra nights", "no early check-in offers please", "fewer offers"),
    *("you may offer me nights again", "msinipe ofa za usafi"),
    *("forget the late check-out", "ok", "asante", "we arrive by train", "ndiyo", "hapana"),
)
NAMES = tuple(each.name for each in TOOLS)
EXTRAS = ("early_check_in", "late_check_out", "cleaning", "nights_before", "nights_after")
ANSWERS = {
    "accepted": {"accept"},
    "declined": {"decline", "decline_all", "opt_out"},
    "deferred": {"later"},
}
PRICES = {EARLY: {2500}, LATE: {5000}, CLEANING: {7500}, AFTER: {9000}}


@dataclass
class Imp:
    """A model that pushes every button, by a seed."""

    seed: int
    tried: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._chance = Random(self.seed)

    @property
    def model(self) -> FunctionModel:
        async def speak(_: list[ModelMessage], info: AgentInfo) -> ModelResponse:
            chance = self._chance
            if info.output_tools:
                return ModelResponse([verdict("accept", "ok")])
            if chance.random() < 0.25:
                return ModelResponse([TextPart(chance.choice(LIES))])
            calls = [self._call() for _ in range(chance.choice((1, 1, 2, 4)))]
            self.tried.update(each.tool_name for each in calls)
            return ModelResponse(calls)

        return FunctionModel(speak, model_name="imp")

    def _call(self) -> ToolCallPart:
        chance = self._chance
        around_stays = (
            "apply_upsell",
            "apply_upsell",
            "decline_upsell",
            "defer_upsell",
            "undo_upsell",
        )
        tool = chance.choice((*around_stays, *around_stays, "request_extra", *NAMES))
        arguments: dict[str, Any] = {}
        if tool == "request_extra":
            arguments = {"extra": chance.choice(EXTRAS)}
            if chance.random() < 0.5:
                arguments["at"] = f"{chance.randrange(5, 22):02}:00"
        elif tool.endswith("_upsell"):
            arguments = {"offer": chance.choice(("e1", "e1", "e1", "e2", "e3", "o1", "x1", "e99"))}
        elif tool == "search_knowledge":
            arguments = {"question": "wifi"}
        return ToolCallPart(tool, arguments)


async def misbehave(services: Services, seed: int, guests: int) -> tuple[Lodge, Imp]:
    imp, chance = Imp(seed), Random(seed)
    kinds = (EARLY, LATE, CLEANING, AFTER)
    lodge = await staying(services, *kinds, start=local(6, 1, 12), model=imp.model)
    for number in range(guests):
        ref, arrival = f"R{number}", lodge.clock.now().date() + timedelta(days=4)
        await lodge.books(arrival, arrival + timedelta(days=5), ref=ref)
        cancelled = False
        for _ in range(5):
            await lodge.at(lodge.clock.now() + timedelta(hours=chance.choice((2, 11, 26))))
            reply = await writes(lodge, chance.choice(LINES), ref)
            assert not [lie for lie in LIES if lie and lie in reply], reply
            if chance.random() < 0.15 and not cancelled:
                cancelled = True
                lodge.pms.cancel(ref)
                lodge.pms.hooks.due(lodge.clock.now())  # and nobody is told
        await lodge.at(lodge.clock.now() + timedelta(days=8))
    return lodge, imp


async def wrong_in(lodge: Lodge, guests: int) -> list[str]:
    """Find what no guest has brought about, in the rows and on the bills."""
    found: list[str] = []
    for number in range(guests):
        ref = f"R{number}"
        stay = await lodge.stay(ref)
        async with lodge.services.store.read(ID) as work:
            offers = {each.id: each for each in await work.stay_offers.of_reservation(stay.id)}
            sales = await work.stay_sales.of_reservation(stay.id)
            said = {each.seq: each for each in await work.messages.last(stay.thread_id, 400)}
        for offer in offers.values():
            wanted = ANSWERS.get(offer.status)
            if wanted is None:
                continue
            message = said.get(offer.settled_seq or -1)
            reading = reading_of(message.reading) if message else None
            if message and never(offer.kind) in wished_in(message.wish).noted:
                continue  # "never offer me that" is a no to it as well
            if reading is None or reading.meaning not in wanted or message.author != "guest":  # type: ignore[union-attr]
                found.append(f"{offer.status} without the guest's word")
        wishes = {name for each in said.values() for name in wished_in(each.wish).noted}
        wishes |= {name for each in said.values() for name in wished_in(each.wish).dropped}
        async with lodge.services.store.read(ID) as work:
            kept = {each.name for each in await work.preferences.of_guest(stay.customer_id)}
        if kept - wishes or any(each.wish for each in said.values() if each.author != "guest"):
            found.append("wished by nobody")
        for sale in sales:
            offer = offers[sale.offer_id]
            if offer.status != "accepted" or not offer.terms or sale.price != offer.terms.price:
                found.append("a sale that no offer became")
            if sale.price not in PRICES[offer.kind]:
                found.append(f"a price of {sale.price}")
            if sale.reversed_at and not any(
                "forget" in each.text and (offer.settled_seq or 0) < each.seq
                for each in said.values()
            ):
                found.append("taken back by nobody")
        billed = [fee.amount for fee in lodge.pms.world.fees.get(ref, [])]
        owed = [each.price for each in sales if not each.reversed_at]
        nights = [each.price for each in sales if offers[each.offer_id].kind is AFTER]
        if sorted(billed) != sorted(owed) and not nights:
            found.append(f"billed {billed}, sold {owed}")
    return found


async def tried(services: Services, seed: int, guests: int) -> str:
    lodge, imp = await misbehave(services, seed, guests)
    assert await wrong_in(lodge, guests) == []
    assert {*imp.tried} >= {"apply_upsell", "undo_upsell", "request_extra", "defer_upsell"}
    assert lodge.mailer.to(HOST), "nothing was sold under its hands: it was a dead end"
    return f"a hostile model around {guests} stays: {imp.tried.total():,} calls, no wrong row"


async def test_mischief_around_stays_writes_nothing_wrong(
    services: Services, proved: Proved
) -> None:
    proved(await tried(services, seed=4, guests=8))


@pytest.mark.proof
@pytest.mark.parametrize("seed", range(200, 204))
async def test_much_mischief_around_stays_writes_nothing_wrong(
    services: Services, seed: int, proved: Proved
) -> None:
    proved(await tried(services, seed, guests=250))


async def test_were_consent_not_asked_for_it_would_show(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (answering, deferring):
        monkeypatch.setattr(module, rule.consent.__name__, lambda *_, **__: ALLOWED)
    monkeypatch.setattr(taking_back, undo.means_undo.__name__, lambda *_: ALLOWED)
    anything = Wished((Preference.BUDGET, Preference.LOVES_CLEANING))
    monkeypatch.setattr(noting, wished_in.__name__, lambda _: anything)
    lodge, _ = await misbehave(services, seed=3, guests=8)
    found = await wrong_in(lodge, 8)
    assert "wished by nobody" in found
    assert "accepted without the guest's word" in found
    assert "taken back by nobody" in found
