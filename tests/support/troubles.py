"""What a provider of models can do instead of answering well."""

from pydantic_ai import TextPart, ToolCallPart

from tests.support.providers import Parts, Provider, Step
from tests.support.wire import EVENTS, PLAIN, Exchange

SOON = {"retry-after-ms": "1"}


def status(code: int, headers: dict[str, str] | None = None) -> Step:
    """Answer with an error."""

    async def step(provider: Provider, exchange: Exchange) -> None:
        await exchange.whole(provider.wire.error(code), code, headers=headers or SOON)

    return step


def body(text: str, content_type: str = PLAIN) -> Step:
    """Answer well, says the status, with whatever this is."""

    async def step(_: Provider, exchange: Exchange) -> None:
        await exchange.whole(text, headers={"Content-Type": content_type})

    return step


def events(*lines: str) -> Step:
    """Answer with these events."""

    async def step(_: Provider, exchange: Exchange) -> None:
        await exchange.begin(EVENTS)
        await exchange.pieces(lines)
        await exchange.end()

    return step


def says(*parts: str | ToolCallPart, reason: str | None = None) -> Step:
    """Say and call this."""
    made: Parts = [TextPart(part) if isinstance(part, str) else part for part in parts]

    async def step(provider: Provider, exchange: Exchange) -> None:
        await provider.says(exchange, made, reason)

    return step


async def nothing(provider: Provider, exchange: Exchange) -> None:
    """Answer without an answer."""
    await exchange.whole(provider.wire.nothing())


async def refuses(provider: Provider, exchange: Exchange) -> None:
    """Decline to speak about it."""
    await exchange.whole(provider.wire.refused())


async def filtered(provider: Provider, exchange: Exchange) -> None:
    """Be stopped by a filter in mid-sentence."""
    await provider.says(exchange, [TextPart("Well, you")], provider.wire.FILTERED)


async def cut_off(provider: Provider, exchange: Exchange) -> None:
    """Run out of tokens in mid-sentence."""
    await provider.says(exchange, [TextPart("Your booking is")], provider.wire.CUT_OFF)


async def hangs_up(_: Provider, exchange: Exchange) -> None:
    """Leave without a word."""
    exchange.hang_up()


async def hangs_up_half_way(provider: Provider, exchange: Exchange) -> None:
    """Leave in the middle of a word."""
    await _half(provider, exchange)
    exchange.hang_up()


async def breaks_off(provider: Provider, exchange: Exchange) -> None:
    """End a stream in good order, but before the answer is over."""
    await exchange.begin(EVENTS)
    await exchange.pieces(list(provider.wire.streamed([TextPart("Your booking is not")]))[:4])
    await exchange.end()


async def stalls(_: Provider, exchange: Exchange) -> None:
    """Accept the request and do nothing."""
    await exchange.stall()


async def stalls_half_way(provider: Provider, exchange: Exchange) -> None:
    """Begin, and stop."""
    await _half(provider, exchange)
    await exchange.stall()


async def _half(provider: Provider, exchange: Exchange) -> None:
    said: Parts = [TextPart("Let me see what I can do for you tomorrow.")]
    if exchange.body.get("stream"):
        await exchange.begin(EVENTS)
        await exchange.pieces(list(provider.wire.streamed(said))[:3])
    else:
        await exchange.begin(PLAIN)
        await exchange.pieces(['{"id": "half of'])
