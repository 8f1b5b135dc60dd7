"""How a model failed, in a word an operator can count."""

from dataclasses import dataclass
from enum import StrEnum

from pydantic_ai import ModelResponse
from pydantic_ai.exceptions import (
    AgentRunError,
    ContentFilterError,
    ModelAPIError,
    ModelAuthenticationError,
    ModelConnectionError,
    ModelHTTPError,
    ModelQuotaExceededError,
    ModelRateLimitError,
    ModelRequestRejectedError,
    ModelRequestTimeout,
    ModelServerError,
    ModelTimeoutError,
    ModelUnavailableError,
    UsageLimitExceeded,
)


class Kind(StrEnum):
    """Why the offline model took over."""

    RATE_LIMITED = "rate_limited"
    QUOTA = "quota"  # the account is empty
    SERVER_ERROR = "server_error"
    CONNECTION = "connection"
    TIMEOUT = "timeout"
    UNAUTHORIZED = "unauthorized"
    REJECTED = "rejected"  # our request: no such model, too long, not understood
    MALFORMED = "malformed"  # its answer: no JSON, nothing in it, tools that do not exist
    CUT_OFF = "cut_off"
    REFUSED = "refused"
    BUDGET = "budget"
    RESTING = "resting"  # it failed often just now and is left alone for a while


OF_PROVIDER = frozenset(
    {Kind.RATE_LIMITED, Kind.QUOTA, Kind.SERVER_ERROR, Kind.CONNECTION, Kind.TIMEOUT}
    | {Kind.UNAUTHORIZED}
)
_KINDS: tuple[tuple[type[Exception], Kind], ...] = (
    (ModelRateLimitError, Kind.RATE_LIMITED),
    (ModelQuotaExceededError, Kind.QUOTA),
    (ModelTimeoutError, Kind.TIMEOUT),
    (ModelRequestTimeout, Kind.TIMEOUT),
    (TimeoutError, Kind.TIMEOUT),
    (ModelConnectionError, Kind.CONNECTION),
    (ModelUnavailableError, Kind.SERVER_ERROR),
    (ModelServerError, Kind.SERVER_ERROR),
    (ModelAuthenticationError, Kind.UNAUTHORIZED),
    (ModelRequestRejectedError, Kind.REJECTED),
    (ModelHTTPError, Kind.REJECTED),
    (ContentFilterError, Kind.REFUSED),
    (UsageLimitExceeded, Kind.BUDGET),
)
_ENDINGS = {"length": Kind.CUT_OFF, "content_filter": Kind.REFUSED, "error": Kind.MALFORMED}


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong, without a word of what was said.

    `status` is HTTP's, `error` the exception's name, `retry_after` the seconds to stay away.
    """

    kind: Kind
    status: int | None = None
    error: str | None = None
    retry_after: float | None = None


class ModelFailed(AgentRunError):
    """A model has failed and is not asked again this turn."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.kind)
        self.failure = failure


def failure_of(error: Exception) -> Failure:
    """Name what an error of a model or of the way to it comes to.

    An adapter trips over an answer that nobody expected in its own ways: the rest is malformed.
    """
    if isinstance(error, ModelFailed):
        return error.failure
    kind = next((kind for type_, kind in _KINDS if isinstance(error, type_)), Kind.MALFORMED)
    status = error.status_code if isinstance(error, ModelHTTPError) else None
    retry_after = error.retry_after if isinstance(error, ModelAPIError) else None
    return Failure(kind, status, type(error).__name__, retry_after)


def whole(response: ModelResponse) -> ModelResponse:
    """Return an answer that came to its end. Raises ModelFailed for half a one, or a refusal."""
    kind = _ENDINGS.get(response.finish_reason or "")
    if kind:
        raise ModelFailed(Failure(kind))
    return response
