"""What a business may set about recovered slots, and its values as texts (R1-R7)."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, NamedTuple

from jirani.rules.facts import RecoveryPolicy

PREFIX = "recovery."  # these are kept beside the dials, and audited like them


class Setting(NamedTuple):
    """A field of the policy, how it is read from text and written, and its values in words."""

    field: str
    read: Callable[[str], Any]
    write: Callable[[Any], str]
    values: str


Kind = tuple[Callable[[str], Any], Callable[[Any], str], str]


def _one_of(**values: Any) -> Kind:
    names = {value: name for name, value in values.items()}
    return lambda text: values[text], lambda value: names[value], " or ".join(values)


def _number(low: int, high: int) -> Kind:
    return lambda text: _within(int(text), low, high), str, f"a number from {low} to {high}"


def _minutes(low: int, high: int) -> Kind:
    def read(text: str) -> timedelta:
        return timedelta(minutes=_within(int(text), low, high))

    def write(value: timedelta) -> str:
        return str(value // timedelta(minutes=1))

    return read, write, f"minutes from {low} to {high}"


def _within(value: int, low: int, high: int) -> int:
    if not low <= value <= high:
        raise ValueError(value)
    return value


SWITCH = _one_of(on=True, off=False)
SETTINGS: Mapping[str, Setting] = {
    "recovery": Setting("on", *SWITCH),
    "unpaid": Setting("unpaid_opens", *_one_of(opens=True, closed=False)),
    "risk": Setting("exclude_risk", *_one_of(last=False, exclude=True)),
    "aging": Setting("aging", *_number(0, 50)),
    "parallel": Setting("parallel", *_number(1, 5)),
    "lanes": Setting("by_time_left", *_one_of(sequential=False, by_time_left=True)),
    "life": Setting("life", *_minutes(5, 55)),
    "min_lead": Setting("min_lead", *_minutes(5, 24 * 60)),
    "cool_down": Setting("cool_down", *_minutes(0, 30 * 24 * 60)),
    "cancel_cutoff": Setting("cancel_cutoff", *_minutes(0, 7 * 24 * 60)),
    "move_up": Setting("move_up", *SWITCH),
    "depth": Setting("depth", *_number(0, 5)),
}


def problem_with(name: str, value: str) -> str | None:
    """Say what is wrong with a value, or None when it may be set."""
    if name not in SETTINGS:
        return f"There is no recovery setting {name!r}; there are {', '.join(SETTINGS)}."
    try:
        SETTINGS[name].read(value)
    except (ValueError, KeyError):
        return f"{name} cannot be {value!r}; it is {SETTINGS[name].values}."
    return None


def default_of(name: str) -> str:
    """Return what holds where a business has set nothing."""
    setting = SETTINGS[name]
    return setting.write(getattr(RecoveryPolicy(), setting.field))


def policy_of(own: Mapping[str, str], default: RecoveryPolicy | None = None) -> RecoveryPolicy:
    """Lay a business's own values over the defaults; one that is no value counts as unset."""
    changes = {
        SETTINGS[name].field: SETTINGS[name].read(value)
        for name, value in own.items()
        if problem_with(name, value) is None
    }
    return replace(default or RecoveryPolicy(), **changes)
