"""A model behind a network: listened to as it speaks, and closed at the end."""

import asyncio
from collections.abc import Awaitable, Callable
from types import TracebackType

from pydantic_ai import ModelMessage, ModelResponse
from pydantic_ai.models import Model, ModelRequestParameters
from pydantic_ai.models.wrapper import WrapperModel
from pydantic_ai.settings import ModelSettings

from agent.models.failing import Failure, Kind, ModelFailed

LONGEST = 4096  # tokens of one answer: a chat message, its thoughts included, is far below


class Hosted(WrapperModel):
    """Answers whole, but with `silence` reads the answer as a stream.

    So a stalled answer is noticed after `silence` seconds and not at the end of all patience
    (TimeoutError), and one that broke off is known as such (ModelFailed). The words still go out
    only once they are checked (O13).
    """

    def __init__(
        self, wrapped: Model, *, silence: float | None, close: Callable[[], Awaitable[None]]
    ) -> None:
        super().__init__(wrapped)
        self._silence = silence
        self._close = close

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        """Return the whole answer."""
        if self._silence is None:
            return await super().request(messages, model_settings, model_request_parameters)
        now = asyncio.get_running_loop().time
        async with (
            asyncio.timeout(self._silence) as watch,
            self.wrapped.request_stream(
                messages, model_settings, model_request_parameters
            ) as answer,
        ):
            async for _ in answer:
                watch.reschedule(now() + self._silence)
            response = answer.get()
        if "finish_reason" not in (response.provider_details or {}):
            raise ModelFailed(Failure(Kind.CUT_OFF))  # it broke off, tidily
        return response

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> bool | None:
        """Close the connections."""
        await self._close()
        return await super().__aexit__(exc_type, exc_val, exc_tb)
