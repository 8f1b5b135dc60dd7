"""A CSV file, plain or in gzip, line by line: however long it is, memory stays flat."""

import csv
import gzip
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from io import TextIOWrapper
from pathlib import Path
from typing import IO, cast

from evals.scenario import Unusable

_GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file: its number, the first of the header's being 1, and its cells by column.

    `wrong` says why it has none.
    """

    number: int
    cells: dict[str, str]
    wrong: str = ""


def lines_of(
    file: Path,
    columns: Sequence[str],
    besides: Sequence[str] = (),
    *,
    instead: Sequence[str] = (),
) -> Iterator[Line]:
    """Read the lines under the header that have anything in them.

    `besides` are columns that may be missing; `instead` are those of another layout, for a file
    that has all of them and not ours.

    Raises:
        Unusable: it cannot be read to its end, or a column is missing; says where.
    """
    number = 0
    try:
        with _opened(file) as binary, TextIOWrapper(binary, "utf-8-sig", newline="") as text:
            reader = csv.reader(text)
            header = [name.strip() for name in next(reader, [])]
            if instead and set(instead) <= set(header) and not set(columns) <= set(header):
                columns, besides = instead, ()
            wanted = _wanted(file, header, columns, besides)
            for cells in reader:
                number = reader.line_num
                if len(cells) == len(header):
                    yield Line(number, {name: cells[at].strip() for name, at in wanted.items()})
                elif cells:
                    yield Line(number, {}, f"{len(cells)} cells, not {len(header)}")
    except (OSError, EOFError, zlib.error) as error:
        why = getattr(error, "strerror", None) or error
        raise Unusable([f"{_after(file, number)}: cannot be read: {why}"]) from error
    except UnicodeDecodeError as error:
        raise Unusable([f"{_after(file, number)}: is not UTF-8 text: {error.reason}"]) from error
    except csv.Error as error:
        raise Unusable([f"{_after(file, number)}: is not CSV: {error}"]) from error


def date_of(cell: str) -> date:
    """Read a day; ValueError unless it is written like 2015-07-31."""
    # `fromisoformat` alone would read 20150731 and 2015-W31-5 too.
    if len(cell) != 10 or cell[4] != "-" or cell[7] != "-":
        raise ValueError(cell)
    return date.fromisoformat(cell)


@contextmanager
def _opened(file: Path) -> Iterator[IO[bytes]]:
    """Open a file as what it is, whatever its name says; once only, as it may be a pipe."""
    with file.open("rb") as raw:
        packed = raw.peek(2).startswith(_GZIP)
        yield cast(IO[bytes], gzip.GzipFile(fileobj=raw)) if packed else raw


def _wanted(
    file: Path, header: list[str], columns: Sequence[str], besides: Sequence[str]
) -> dict[str, int]:
    """Return where each column is."""
    if not any(header):
        raise Unusable([f"{file}, line 1: is empty; it needs the columns {', '.join(columns)}."])
    if missing := [name for name in columns if name not in header]:
        raise Unusable(
            [f"{file}, line 1: no column {name!r}; there are {_few(header)}." for name in missing]
        )
    twice = [name for name in (*columns, *besides) if header.count(name) > 1]
    if twice:
        raise Unusable([f"{file}, line 1: there are two columns {name!r}." for name in twice])
    return {name: header.index(name) for name in (*columns, *besides) if name in header}


def _few(header: list[str]) -> str:
    shown = ", ".join(repr(name[:40]) for name in header[:12])
    return f"{shown} and {len(header) - 12} more" if len(header) > 12 else shown


def _after(file: Path, number: int) -> str:
    return f"{file}, after line {number}" if number else f"{file}"
