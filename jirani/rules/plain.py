"""Facts as plain values, as JSON has them, and back: what a guard saw can be judged again."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

Fact = TypeVar("Fact")


def to_plain(value: Any) -> Any:
    """Write a fact as plain values; a field that is nothing, as by default, is left out."""
    if is_dataclass(value):
        written = ((each, getattr(value, each.name)) for each in fields(value))
        return {
            each.name: to_plain(found)
            for each, found in written
            if found or each.default is MISSING or found != each.default
        }
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, tuple):
        return [to_plain(each) for each in value]
    return value


def from_plain(kind: type[Fact], plain: Any) -> Fact:
    """Read a fact of a kind from what `to_plain` wrote.

    Raises TypeError, ValueError or KeyError for anything else; what a newer or an older program
    wrote beside the fields of today is such.
    """
    reader: Callable[[Any], Fact] = _reader(kind)  # type: ignore[arg-type]  # a class is hashable
    return reader(plain)


_READ: Mapping[Any, Callable[[Any], Any]] = {
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
    time: time.fromisoformat,
    timedelta: lambda seconds: timedelta(seconds=seconds),
}


@cache
def _reader(kind: Any) -> Callable[[Any], Any]:
    """Return what reads values of a type; made once."""
    if get_origin(kind) in (Union, UnionType):
        return _maybe(kind)
    if get_origin(kind) is tuple:
        return _several(get_args(kind))
    if is_dataclass(kind):
        return _fact(kind)
    if kind in _READ:
        return _READ[kind]
    return kind if isinstance(kind, type) and issubclass(kind, Enum) else lambda plain: plain


def _maybe(kind: Any) -> Callable[[Any], Any]:
    [inner] = [_reader(each) for each in get_args(kind) if each is not type(None)]
    return lambda plain: None if plain is None else inner(plain)


def _several(kinds: tuple[Any, ...]) -> Callable[[Any], Any]:
    inner = _reader(kinds[0])  # facts hold tuples of one kind of thing only
    return lambda plain: tuple(inner(each) for each in plain)


def _fact(kind: Any) -> Callable[[Any], Any]:
    hints = get_type_hints(kind)
    readers = {each.name: _reader(hints[each.name]) for each in fields(kind)}
    return lambda plain: kind(**{name: readers[name](each) for name, each in plain.items()})
