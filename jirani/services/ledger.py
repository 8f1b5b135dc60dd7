"""Writing down what guards decided: the why-not ledger and the log say the same."""

from typing import Any

from jirani.rules.decision import Decision
from jirani.services import Case
from jirani.services.log import log
from jirani.services.watch import watched
from jirani.store.work import Work


async def note(
    case: Case,
    work: Work,
    guard: str,
    decision: Decision,
    *,
    stage: str,
    subject: str | None = None,
    **facts: Any,
) -> None:
    """Record a decision in the open unit of work.

    Facts are kept as text; a dict is plain values, and is kept as it is. None is left out.
    """
    with watched(
        "guard.decided",
        f"guard {guard}",
        level="info",
        business=case.business.slug,
        thread=case.thread_id,
        guard=guard,
        allowed=decision.allowed,
        reason=str(decision.reason),
    ):
        await work.decisions.record(
            case.services.ids.new(),
            guard,
            decision,
            at=case.services.clock.now(),
            stage=stage,
            thread_id=case.thread_id,
            seq=case.seq,
            subject=subject,
            facts={
                name: value if isinstance(value, dict) else str(value)
                for name, value in facts.items()
                if value is not None
            },
        )


async def note_apart(
    case: Case, guard: str, decision: Decision, *, stage: str, subject: str | None = None
) -> None:
    """Record a decision in a unit of its own: what it judged was rolled back."""
    async with case.services.store.begin(case.business.id) as work:
        await note(case, work, guard, decision, stage=stage, subject=subject)


def told(case: Case, event: str, **facts: Any) -> None:
    """Log an event with business and thread on its line (X13)."""
    log.info(event, business=case.business.slug, thread=case.thread_id, **facts)
