import pytest

from jirani.connectors.channels import (
    Channel,
    ChannelFault,
    MemoryChannel,
    Outbound,
    Purpose,
    SendOutcome,
)

pytestmark = pytest.mark.anyio


def text(words: str = "Hello", peer: str = "p1") -> Outbound:
    return Outbound("k1", "t1", peer, words, Purpose.SERVICE)


async def test_what_is_sent_arrives() -> None:
    memory = MemoryChannel()
    channel: Channel = memory
    result = await channel.send(text())
    assert (result.outcome, result.provider_id) == (SendOutcome.ACCEPTED, "memory-1")
    assert memory.texts("p1") == ["Hello"]
    assert memory.texts("p2") == []


@pytest.mark.parametrize(
    ("fault", "outcome", "arrived"),
    [
        (ChannelFault.REJECTED, SendOutcome.REJECTED, 0),
        (ChannelFault.RETRY, SendOutcome.RETRY, 0),
        (ChannelFault.LOST, SendOutcome.UNKNOWN, 0),
        (ChannelFault.UNANSWERED, SendOutcome.UNKNOWN, 1),
    ],
)
async def test_a_fault_befalls_the_next_text_only(
    fault: ChannelFault, outcome: SendOutcome, arrived: int
) -> None:
    channel = MemoryChannel()
    channel.upcoming.append(fault)
    assert (await channel.send(text())).outcome is outcome
    assert len(channel.sent) == arrived
    assert (await channel.send(text())).outcome is SendOutcome.ACCEPTED


async def test_a_peer_may_be_out_of_reach() -> None:
    channel = MemoryChannel()
    channel.by_peer["p1"] = "rejected"
    assert (await channel.send(text())).outcome is SendOutcome.REJECTED
    assert (await channel.send(text(peer="p2"))).outcome is SendOutcome.ACCEPTED


async def test_a_text_longer_than_the_limit_is_rejected() -> None:
    result = await MemoryChannel(limit=4).send(text("Hello"))
    assert (result.outcome, result.reason) == (SendOutcome.REJECTED, "too_long")
