"""Whatever Hostaway answers: a value, an unknown, or what became of a write; nothing else."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import pytest
from hypothesis import strategies as st

from jirani.connectors.hostaway.pms import HostawayPms
from jirani.connectors.pms import FeeResult, PmsUnavailable, WriteOutcome, Written
from tests.support.fuzzing import ANYTHING, JSON, bombard, examples
from tests.support.hostaway_desk import HostawayDesk
from tests.support.hostaway_rig import HostawayRig
from tests.support.pms_rigs import ARRIVAL, DEPARTURE, NOW, cleaning, fee, one_more

READS: dict[str, Callable[[HostawayPms], Awaitable[object]]] = {
    "reservation": lambda pms: pms.reservation("R1"),
    "reservations": lambda pms: pms.reservations(updated_since=NOW),
    "listing": lambda pms: pms.listing("L1"),
    "listings": lambda pms: pms.listings(),
    "calendar": lambda pms: pms.calendar("L1", ARRIVAL, DEPARTURE),
    "tasks": lambda pms: pms.tasks("L1", ARRIVAL, DEPARTURE),
    "conversation": lambda pms: pms.conversation("R1"),
    "messages": lambda pms: pms.messages("CR1"),
    "fees": lambda pms: pms.fees("R1"),
}
WRITES: dict[str, Callable[[HostawayPms], Awaitable[Written | FeeResult]]] = {
    "post": lambda pms: pms.post("CR1", "Hello", "k"),
    "add_fee": lambda pms: pms.add_fee(fee()),
    "remove_fee": lambda pms: pms.remove_fee("R1", "1", "k"),
    "remove_charge": lambda pms: pms.remove_fee("R1", "charge:2", "k"),
    "extend": lambda pms: pms.extend(one_more()),
    "shorten": lambda pms: pms.shorten(one_more(ARRIVAL)),
    "add_task": lambda pms: pms.add_task(cleaning()),
    "remove_task": lambda pms: pms.remove_task("3", "k"),
}
TOKEN_FIRST = 1  # the call that fetches a token has its own tests


def full(desk: HostawayDesk) -> None:
    """Let there be something of each kind."""
    line = {"id": 1, "type": "fee", "name": "x", "title": "x", "alias": None, "total": 5}
    desk.lines["R1"] = [{**line, "value": 5, "isDeleted": 0}]
    desk.charges = [{"id": 2, "reservationId": "R1", "description": "upsell x", "amount": 1}]
    desk._message("CR1", "<p>Hi</p>", 1)
    desk._planned(
        {
            **{"title": "x", "listingMapId": "L1", "reservationId": "R1", "categoriesMap": [1]},
            **{"canStartFrom": "2026-06-17 10:00:00", "shouldEndBy": "2026-06-17 12:00:00"},
        }
    )


def spoil(value: Any, steps: list[int], new: Any) -> Any:
    """Put something else in one place, however deep."""
    if not steps or not value or not isinstance(value, dict | list):
        return new
    if isinstance(value, dict):
        name = list(value)[steps[0] % len(value)]
        return value | {name: spoil(value[name], steps[1:], new)}
    n = steps[0] % len(value)
    return [*value[:n], spoil(value[n], steps[1:], new), *value[n + 1 :]]


def odd() -> st.SearchStrategy[Any]:
    numbers = st.sampled_from([-1, 0, 1, 0.5, 10**30, float("nan"), "0001-01-01T00:00:00+14:00"])
    return JSON | numbers | ANYTHING


SPOILT = st.tuples(
    st.sampled_from([*READS, *WRITES]),
    st.integers(0, 6),  # which of its calls
    st.lists(st.integers(0, 30), max_size=5),
    odd(),
    st.sampled_from(["spoilt", "result", "whole", "text"]),
)


@examples()
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_any_answer_is_a_value_or_an_unknown(examples: int, at_once: None) -> None:
    async def check(spoilt: tuple[str, int, list[int], Any, str]) -> None:
        call, which, steps, new, how = spoilt
        rig = HostawayRig()
        full(rig.desk)
        answer, seen = rig.desk.answer, 0

        def worse(request: httpx2.Request) -> httpx2.Response:
            nonlocal seen
            good = answer(request)
            seen += 1
            if seen != which + 1 + TOKEN_FIRST:
                return good
            if how == "text":
                return httpx2.Response(200, content=str(new).encode("utf-8", "replace"))
            told = json.loads(good.content)
            bad = {
                "spoilt": spoil(told, steps, new),
                "result": {"status": "success", "result": new},
                "whole": new,
            }[how]
            return httpx2.Response(200, content=json.dumps(bad).encode())

        pms = rig.before(worse)
        try:
            if call in READS:
                await READS[call](pms)
            else:
                written = await WRITES[call](pms)
                assert isinstance(written.outcome, WriteOutcome) or written.reason is not None
        except PmsUnavailable:
            assert call in READS

    bombard(lambda spoilt: asyncio.run(check(spoilt)), SPOILT, examples)
