"""How a write went, in the words of sales."""

from jirani.connectors.pms import FeeOutcome, FeeResult, PmsUnavailable, WriteOutcome, Written
from jirani.connectors.wire.asking import Answer

_OUTCOMES = {
    WriteOutcome.REJECTED: FeeOutcome.FAILED,
    WriteOutcome.RETRY: FeeOutcome.RETRY,
    WriteOutcome.UNKNOWN: FeeOutcome.UNKNOWN,
}


def unproven(answer: Answer, method: str) -> FeeResult:
    """Say of something that was not seen there why not."""
    outcome = _OUTCOMES.get(answer.outcome, FeeOutcome.UNKNOWN)
    reason = str(answer.reason) or "not_there"
    return FeeResult(outcome, method, reason=reason, retry_after=answer.retry_after)


def unasked(unread: PmsUnavailable, method: str) -> FeeResult:
    """Say that nothing was written, since what is there could not be read first."""
    why = f"unread: {unread.reason}"
    return FeeResult(FeeOutcome.RETRY, method, reason=why, retry_after=unread.retry_after)


def unread_after(unread: PmsUnavailable, method: str) -> FeeResult:
    """Say that something was written, and nobody could look whether it is there."""
    why = f"unread: {unread.reason}"
    return FeeResult(FeeOutcome.UNKNOWN, method, reason=why, retry_after=unread.retry_after)


def written(answer: Answer, ref: str | None = None) -> Written:
    """Say how a plain write went."""
    return Written(answer.outcome, ref, str(answer.reason), answer.retry_after)


def unlooked(unread: PmsUnavailable) -> Written:
    """Say that nothing was written, since what is there could not be read first."""
    why = f"unread: {unread.reason}"
    return Written(WriteOutcome.RETRY, reason=why, retry_after=unread.retry_after)
