"""A cursor is a place in each of the newest threads: nothing missed, nothing twice."""

import pytest

from app.http.cursors import KEPT, LONGEST, read_cursor, write_cursor

OLD, NEW, NEXT = (f"01KAXJ6V0C8Z5Q3M7N2P4R6T8{last}" for last in "ABC")


@pytest.mark.parametrize(
    ("cursor", "newest", "places"),
    [
        (f"{OLD}.3", {OLD: 5}, {OLD: 3}),
        (f"{OLD}.3,{NEW}.2", {OLD: 5, NEW: 2}, {OLD: 3, NEW: 2}),
        # A message alone is a cursor, too: all older threads are read to their ends.
        (f"{NEW}.2", {OLD: 5, NEW: 4}, {OLD: 5, NEW: 2}),
        # A thread that began since then is not read at all.
        (f"{OLD}.5", {OLD: 5, NEW: 4}, {OLD: 5}),
        # The fifth message moved on to the next thread: its place is free for another one.
        (f"{OLD}.5", {OLD: 4, NEW: 1}, {OLD: 4}),
        ("", {OLD: 5}, {}),
        ("nonsense", {OLD: 5}, {}),
        (f"{OLD}.3,", {OLD: 5}, {}),
        (f"{OLD}.3,nonsense", {OLD: 5}, {}),
        (f"{OLD}.-3", {OLD: 5}, {}),
        (f"{OLD}.٣", {OLD: 5}, {}),
        (f"{OLD}.{'9' * 9}", {OLD: 5}, {}),
        (f"{NEXT}.1", {OLD: 5, NEW: 4}, {}),
        (f"{OLD}.3", {}, {}),
    ],
)
def test_a_cursor_means_these_places(
    cursor: str, newest: dict[str, int], places: dict[str, int]
) -> None:
    assert read_cursor(cursor, newest) == places


def test_what_is_written_is_read_again_and_short_enough_for_a_header() -> None:
    places = {f"01KAXJ6V0C8Z5Q3M7N2P4R6T{n:02}": 10**7 + n for n in range(9)}
    cursor = write_cursor(places)
    kept = dict(sorted(places.items())[-KEPT:])
    assert read_cursor(cursor, kept) == kept
    assert len(cursor) <= LONGEST
    assert write_cursor({}) == ""
