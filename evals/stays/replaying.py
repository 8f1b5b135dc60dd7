"""A whole file replayed, batch by batch: what was counted is kept, the stays are not."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path

from evals.scenario import Unusable
from evals.stays.playing import play
from evals.stays.reservations import Booked, Parked, contradiction, reservations_of
from evals.stays.tally import Tally
from prompts.library import Prompts

BATCH = 500  # stays on one clock


async def replay(file: Path, tell: Callable[[int], None] = lambda rows: None) -> Tally:
    """Replay every row of a file; `tell` is told, now and then, how many there were so far.

    Raises:
        Unusable: it cannot be read, or none of its rows can.
    """
    tally, prompts, rows = Tally(), Prompts(), reservations_of(file)
    while some := list(islice(rows, BATCH)):
        if good := list(to_play(some, tally)):
            tally.add(await play(good, prompts))
        tell(tally.rows)
    if tally.rows == tally.unread:
        raise Unusable(_none_read(file, tally))
    return tally


def to_play(some: Iterable[Booked | Parked], tally: Tally) -> Iterator[Booked]:
    """Yield the rows that can be played, and count all of them."""
    for row in some:
        if isinstance(row, Parked):
            tally.park(row, unread=True)
            continue
        tally.read(row)
        if odd := contradiction(row):
            tally.park(Parked(row.line, row.id, *odd))
        else:
            yield row


def _none_read(file: Path, tally: Tally) -> list[str]:
    if not tally.rows:
        return [f"{file}: has a header and no reservations under it."]
    said = [f"{file}, line {each.line}: {each.why}: {each.said}" for each in tally.examples[:3]]
    return [f"{file}: not one of {tally.rows} rows could be read.", *said]
