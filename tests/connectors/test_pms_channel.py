"""Whether a text arrived is found out by reading, never by sending again (U5)."""

import html
import unicodedata
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jirani.connectors.channels import Channel, Outbound, Purpose, SendOutcome
from jirani.connectors.memory_pms import MemoryPms
from jirani.connectors.pms import Capabilities
from jirani.connectors.pms_channel import PmsChannel, same_words
from tests.support.pms_rigs import NOW, Ticking, memory_house

pytestmark = pytest.mark.anyio
TALK = "conversation-R1"


def text(words: str = "Late check-out?", key: str = "k1") -> Outbound:
    return Outbound(key, "t1", TALK, words, Purpose.PROMOTIONAL)


@pytest.fixture
def pms() -> MemoryPms:
    return memory_house(Ticking())


def test_it_is_a_channel_with_the_limit_of_its_pms() -> None:
    pms = memory_house(Ticking(), Capabilities(longest_message=99))
    channel: Channel = PmsChannel(pms)
    assert (channel.name, channel.limit) == ("pms", 99)


async def test_a_limit_is_passed_on_with_its_wait(pms: MemoryPms) -> None:
    pms.faults.next("post", "rate_limited")
    result = await PmsChannel(pms).send(text())
    assert (result.outcome, result.retry_after) == (SendOutcome.RETRY, timedelta(seconds=10))


async def test_a_conversation_nobody_can_read_allows_nothing(pms: MemoryPms) -> None:
    pms.faults.next("messages", "down")
    found = await PmsChannel(pms).find(text(), NOW)
    assert (found.outcome, found.reason) == (SendOutcome.UNKNOWN, "unread: down")


async def test_the_guest_saying_the_same_is_not_us(pms: MemoryPms) -> None:
    pms.guest_says("R1", "Late check-out?")
    assert (await PmsChannel(pms).find(text(), NOW)).outcome is SendOutcome.RETRY


async def test_the_same_words_said_before_are_another_text(pms: MemoryPms) -> None:
    channel = PmsChannel(pms)
    first = await channel.send(text(key="k0"))
    assert first.provider_id
    pms.faults.next("post", "timeout_before")
    assert (await channel.send(text())).outcome is SendOutcome.UNKNOWN
    found = await channel.find(text(), NOW, known={first.provider_id})
    assert found.outcome is SendOutcome.RETRY
    found = await channel.find(text(), NOW + timedelta(seconds=1))
    assert found.outcome is SendOutcome.RETRY


async def test_where_keys_are_kept_words_are_not_asked() -> None:
    pms = memory_house(Ticking(), Capabilities(keeps_keys=True))
    channel = PmsChannel(pms)
    await channel.send(text(key="k0"))
    assert (await channel.find(text(), NOW)).outcome is SendOutcome.RETRY
    assert (await channel.find(text("Other words", "k0"), NOW)).outcome is SendOutcome.ACCEPTED


async def test_a_text_that_could_not_be_delivered_is_refused_not_sent_again(
    pms: MemoryPms,
) -> None:
    pms.faults.next("post", "undelivered")
    channel = PmsChannel(pms)
    assert (await channel.send(text())).outcome is SendOutcome.ACCEPTED
    found = await channel.find(text(), NOW)
    assert (found.outcome, found.reason) == (SendOutcome.REJECTED, "undelivered")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(min_size=1, max_size=200))
async def test_any_text_is_found_again(words: str) -> None:
    pms = memory_house(Ticking())
    channel = PmsChannel(pms)
    pms.faults.next("post", "timeout_after")
    assert (await channel.send(text(words))).outcome is SendOutcome.UNKNOWN
    assert (await channel.find(text(words), NOW)).outcome is SendOutcome.ACCEPTED
    assert pms.world.texts(TALK) == [words]


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=80))
def test_a_text_is_recognised_escaped_respaced_and_decomposed(words: str) -> None:
    plain = html.unescape(words)
    for stored in (
        html.escape(plain),
        f"  {plain}\n",
        plain.replace(" ", "\r\n"),
        unicodedata.normalize("NFD", plain),
    ):
        if html.unescape(html.unescape(plain)) == plain:
            assert same_words(stored) == same_words(plain)
