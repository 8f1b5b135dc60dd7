"""One turn's way to a hosted model: within time and budget, and never again once it has failed."""

import asyncio
from time import monotonic

from pydantic_ai import ModelMessage, ModelResponse
from pydantic_ai.exceptions import ModelAPIError
from pydantic_ai.models import Model, ModelRequestParameters
from pydantic_ai.models.wrapper import WrapperModel
from pydantic_ai.settings import ModelSettings

from agent.models.budget import Budget
from agent.models.failing import Failure, Kind, ModelFailed, failure_of, whole
from jirani.services.log import log
from jirani.services.watch import watched

PASSING = frozenset({Kind.RATE_LIMITED, Kind.SERVER_ERROR, Kind.CONNECTION})
PAUSE = 0.25  # seconds before the second attempt, where the provider names none
LONGEST_PAUSE = 2.0  # who is told to wait longer goes on without it


class Patient(WrapperModel):
    """Asks a model twice at most, and raises ModelFailed for every way in which that can fail.

    What it spent, and how it failed, is kept for the turn's end.
    """

    def __init__(self, wrapped: Model, budget: Budget) -> None:
        super().__init__(wrapped)
        self.failure: Failure | None = None
        self.requests = self.tokens = 0
        self._budget = budget
        self._ends = monotonic() + budget.turn_seconds

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        """Return the model's answer, if it is a whole one."""
        if self.failure:
            raise ModelFailed(self.failure)
        try:
            self._afford()
            left = min(self._budget.request_seconds, self._ends - monotonic())
            async with asyncio.timeout(left):
                answer = await self._asked(messages, model_settings, model_request_parameters)
            self.tokens += answer.usage.total_tokens
            return whole(answer)
        except Exception as error:
            raise ModelFailed(self.failed(error)) from error

    def failed(self, error: Exception) -> Failure:
        """Give up on the model for this turn, and let the operator see it."""
        self.failure = failure = failure_of(error)
        log.warning(
            "agent.model_failed",
            model=self.model_name,
            kind=failure.kind,
            status=failure.status,
            error=failure.error,
        )
        return failure

    def _afford(self) -> None:
        budget = self._budget
        if self.requests >= budget.turn_requests or self.tokens >= budget.turn_tokens:
            raise ModelFailed(Failure(Kind.BUDGET))

    async def _asked(
        self,
        messages: list[ModelMessage],
        settings: ModelSettings | None,
        parameters: ModelRequestParameters,
    ) -> ModelResponse:
        try:
            return await self._sent(messages, settings, parameters)
        except ModelAPIError as error:
            failure = failure_of(error)
            pause = PAUSE if failure.retry_after is None else failure.retry_after
            if failure.kind not in PASSING or pause > LONGEST_PAUSE:
                raise
            log.info("agent.model_again", model=self.model_name, kind=failure.kind)
            await asyncio.sleep(pause)
        return await self._sent(messages, settings, parameters)

    async def _sent(
        self,
        messages: list[ModelMessage],
        settings: ModelSettings | None,
        parameters: ModelRequestParameters,
    ) -> ModelResponse:
        self.requests += 1
        with watched("model.called", provider=self.system, model=self.model_name) as told:
            try:
                answer = await super().request(messages, settings, parameters)
            except asyncio.CancelledError:  # as a rule because its time was up
                told["error"] = str(Kind.TIMEOUT)
                raise
            except Exception as error:
                told["error"] = str(failure_of(error).kind)
                raise
            told["input_tokens"] = answer.usage.input_tokens
            told["output_tokens"] = answer.usage.output_tokens
            return answer
