"""How a business recovers slots: every setting checked, every change audited (R1-R7).

A change counts from the next offer on; what is with a customer stays as it was offered (O3).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from jirani.rules.recovery.settings import PREFIX, SETTINGS, default_of, problem_with
from jirani.services import Services
from jirani.services.onboarding.report import Refused


@dataclass(frozen=True, slots=True)
class SettingState:
    """A setting; `own` is None where the default holds. `values` says what it may be."""

    name: str
    own: str | None
    default: str
    values: str

    @property
    def value(self) -> str:
        """The value in force."""
        return self.default if self.own is None else self.own


async def show_settings(services: Services, business_id: str) -> list[SettingState]:
    """Return every setting with the business's own value."""
    async with services.store.read(business_id) as work:
        own = await work.business.recovery()
    return [
        SettingState(name, own.get(name), default_of(name), each.values)
        for name, each in SETTINGS.items()
    ]


async def set_settings(
    services: Services, business_id: str, wanted: Mapping[str, str | None], *, by: str
) -> None:
    """Make several settings, all or none; None resets one. Raises Refused, naming all wrong."""
    told = [
        problem_with(name, default_of(name) if value is None and name in SETTINGS else value or "")
        for name, value in wanted.items()
    ]
    if problems := [each for each in told if each]:
        raise Refused(problems)
    locks = [f"dial:{PREFIX}{name}" for name in wanted]
    async with services.store.begin(business_id, locks) as work:
        now = services.clock.now()
        for name, value in wanted.items():
            await work.business.turn_dial(services.ids.new(), PREFIX + name, value, by, now)


async def set_setting(
    services: Services, business_id: str, name: str, value: str, *, by: str
) -> str | None:
    """Make a setting; return what was (None: the default). Raises Refused."""
    if problem := problem_with(name, value):
        raise Refused([problem])
    return await _turn(services, business_id, name, value, by)


async def reset_setting(services: Services, business_id: str, name: str, *, by: str) -> str | None:
    """Go back to the default; return what was (None: the default). Raises Refused."""
    if name not in SETTINGS:
        raise Refused([problem_with(name, "") or name])
    return await _turn(services, business_id, name, None, by)


async def _turn(
    services: Services, business_id: str, name: str, value: str | None, by: str
) -> str | None:
    async with services.store.begin(business_id, (f"dial:{PREFIX}{name}",)) as work:
        before, _ = await work.business.turn_dial(
            services.ids.new(), PREFIX + name, value, by, services.clock.now()
        )
    return before
