"""Turning a business's dials; every change is audited."""

from collections.abc import Mapping
from dataclasses import dataclass

from jirani.rules.dials import NAMES, problem_with
from jirani.services import Services
from jirani.services.onboarding.names import nearest
from jirani.services.onboarding.report import Refused


@dataclass(frozen=True, slots=True)
class DialState:
    """A dial in force; `own` is None where the vertical's default holds."""

    dial: str
    own: str | None
    default: str

    @property
    def value(self) -> str:
        """The value in force."""
        return self.default if self.own is None else self.own


async def show_dials(services: Services, business_id: str) -> list[DialState]:
    """Return every dial with its own value and its vertical's default."""
    async with services.store.read(business_id) as work:
        business, own = await work.business.get(), await work.business.dials()
    defaults = services.prompts.dial_defaults(business.vertical)
    return [DialState(name, own.get(name), defaults[name]) for name in NAMES]


async def set_dial(
    services: Services, business_id: str, dial: str, value: str, *, by: str
) -> tuple[str | None, str]:
    """Set a dial; return what was (None: the default) and what is. Raises Refused."""
    dial = _named(dial)
    if problem := problem_with(dial, value):
        raise Refused([problem])
    return await _turn(services, business_id, dial, value, by), value


async def reset_dial(services: Services, business_id: str, dial: str, *, by: str) -> str | None:
    """Go back to the vertical's default; return what was (None: the default). Raises Refused."""
    return await _turn(services, business_id, _named(dial), None, by)


async def set_dials(
    services: Services, business_id: str, wanted: Mapping[str, str | None], *, by: str
) -> None:
    """Set several dials at once, all or none; None resets one. Raises Refused, naming all wrong."""
    problems: list[str] = []
    turns: dict[str, str | None] = {}
    for text, value in wanted.items():
        try:
            dial = _named(text)
        except Refused as refused:
            problems += refused.errors
            continue
        if dial in turns:
            problems.append(f"{dial} is named twice.")
        elif value is not None and (problem := problem_with(dial, value)):
            problems.append(problem)
        turns[dial] = value
    if problems:
        raise Refused(problems)
    async with services.store.begin(business_id, locks=[f"dial:{dial}" for dial in turns]) as work:
        now = services.clock.now()
        for dial, value in turns.items():
            await work.business.turn_dial(services.ids.new(), dial, value, by, now)


async def _turn(
    services: Services, business_id: str, dial: str, value: str | None, by: str
) -> str | None:
    async with services.store.begin(business_id, locks=[f"dial:{dial}"]) as work:
        before, _ = await work.business.turn_dial(
            services.ids.new(), dial, value, by, services.clock.now()
        )
    return before


def _named(text: str) -> str:
    """Find a dial by its name, hyphens and capitals as people like; raises Refused."""
    name = "_".join(text.casefold().replace("-", " ").replace("_", " ").split())
    if name not in NAMES:
        guess = nearest(name, NAMES)
        hint = f"did you mean {guess}?" if guess else f"there are {', '.join(NAMES)}."
        raise Refused([f"There is no dial {text!r}; {hint}"])
    return name
