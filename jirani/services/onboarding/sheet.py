"""Reading a spreadsheet's text into rows, and collecting everything that is wrong with them."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from jirani.services.onboarding.names import Wrong, nearest
from jirani.services.onboarding.report import Refused

MAX_ROWS, MAX_COLUMNS = 5000, 200
Value = TypeVar("Value")


@dataclass(slots=True)
class Problems:
    """What is wrong with a file."""

    found: list[tuple[int, str]] = field(default_factory=list)

    def at(self, line: int, where: str, what: str) -> None:
        """Note a problem; `where` is a column, or empty for the whole line."""
        place = f"line {line}, {where}" if where else f"line {line}"
        self.found.append((line, f"{place}: {what}"))

    def refuse(self) -> None:
        """Raise Refused with all of them, in the order of the lines, if there were any."""
        if self.found:
            raise Refused([what for _, what in sorted(self.found, key=lambda one: one[0])])


@dataclass(frozen=True, slots=True)
class Column:
    """A column a file may have, under its name or a synonym."""

    name: str
    synonyms: tuple[str, ...] = ()
    required: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a sheet; `line` counts from 1 as editors do."""

    line: int
    cells: dict[str, str]
    problems: Problems

    def take(self, column: str, read: Callable[[str], Value], otherwise: Value) -> Value:
        """Read a cell, an absent one as empty.

        After a problem `otherwise` stands in, so that the rest of the line is read as well.
        """
        try:
            return read(self.cells.get(column, "").strip())
        except Wrong as wrong:
            self.problems.at(self.line, column, str(wrong))
            return otherwise


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of a file, and its columns that mean nothing here."""

    rows: tuple[Row, ...]
    ignored: tuple[str, ...]
    problems: Problems

    def once(self, column: str, keys: Sequence[object]) -> None:
        """Note every row whose key another row had before; None and "" are no keys."""
        first: dict[object, int] = {}
        for row, key in zip(self.rows, keys, strict=True):
            line = first.setdefault(key, row.line)
            if key and line != row.line:
                self.problems.at(row.line, column, f"stands on line {line} already; keep one")


def read_sheet(text: str, columns: Sequence[Column]) -> Sheet:
    """Read comma, semicolon or tab separated text, whose first line names the columns.

    Names are compared without case and punctuation. Empty lines are skipped.

    Raises:
        Refused: not CSV, a missing, doubtful or doubled column, no rows, or too much of either.
    """
    problems = Problems()
    lines = list(_lines(text.removeprefix("\ufeff")))
    if not lines:
        wanted = ", ".join(column.name for column in columns)
        raise Refused([f"The file is empty; its first line must name the columns: {wanted}."])
    (top, header), *body = lines
    if len(header) > MAX_COLUMNS:
        raise Refused([f"A file may have {MAX_COLUMNS} columns; this one has {len(header)}."])
    names, ignored = _columns(header, columns, problems, top)
    problems.refuse()
    if not body:
        raise Refused(["There are no rows below the column names."])
    if len(body) > MAX_ROWS:
        raise Refused([f"A file may have {MAX_ROWS} rows; this one has {len(body)}. Split it."])
    for line, cells in body:
        if len(cells) > len(header):
            problems.at(
                line,
                "",
                f"has {len(cells)} values for {len(header)} columns; "
                "put quotes around a value that contains the separator",
            )
    rows = tuple(
        Row(line, {name: cell for name, cell in zip(names, cells, strict=False) if name}, problems)
        for line, cells in body
    )
    return Sheet(rows, ignored, problems)


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise Refused([f"line {line}: is not readable as CSV ({error})."]) from error


def _columns(
    header: list[str], columns: Sequence[Column], problems: Problems, line: int
) -> tuple[list[str], tuple[str, ...]]:
    known = {word: column.name for column in columns for word in (column.name, *column.synonyms)}
    names: list[str] = []
    ignored: list[str] = []
    for title in header:
        plain = re.sub(r"\W+", "_", title.casefold()).strip("_")
        name = known.get(plain, "")
        if name and name in names:
            problems.at(line, name, "there are two such columns; keep one")
        elif plain and not name:
            guess = nearest(plain, known, at_least=75)
            if guess and known[guess] not in names:
                problems.at(line, title.strip(), f"is no column here; did you mean {known[guess]}?")
            ignored.append(title.strip())
        names.append(name)
    if not problems.found:  # else the missing one may be there, misspelt
        for column in columns:
            if column.required and column.name not in names:
                problems.at(line, column.name, "this column is missing")
    return names, tuple(ignored)
