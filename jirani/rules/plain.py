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
    return _writer(type(value))(value)


def _new_writer(kind: Any) -> Callable[[Any], Any]:
    """Return what writes values of a type."""
    if is_dataclass(kind):
        return _writing(kind)
    if issubclass(kind, Enum):
        return lambda value: value.value
    if issubclass(kind, datetime | date | time):
        return lambda value: value.isoformat()
    if issubclass(kind, timedelta):
        return timedelta.total_seconds
    if issubclass(kind, tuple):
        return lambda value: [_writer(type(each))(each) for each in value]
    return lambda value: value


def _writing(kind: Any) -> Callable[[Any], Any]:
    known = [(each.name, each.default) for each in fields(kind)]

    def write(value: Any) -> dict[str, Any]:
        plain = {}
        for name, default in known:
            found = getattr(value, name)
            if found or default is MISSING or found != default:
                plain[name] = _writer(type(found))(found)
        return plain

    return write


def from_plain(kind: type[Fact], plain: Any) -> Fact:
    """Read a fact of a kind from what `to_plain` wrote.

    Raises TypeError, ValueError or KeyError for anything else; what a newer or an older program
    wrote beside the fields of today is such.
    """
    found: Fact = _reader(kind)(plain)
    return found


_READ: Mapping[Any, Callable[[Any], Any]] = {
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
    time: time.fromisoformat,
    timedelta: lambda seconds: timedelta(seconds=seconds),
}


def _new_reader(kind: Any) -> Callable[[Any], Any]:
    """Return what reads values of a type."""
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


# Made once for each type.
_writer: Callable[[Any], Callable[[Any], Any]] = cache(_new_writer)
_reader: Callable[[Any], Callable[[Any], Any]] = cache(_new_reader)
