"""Days and times read out of messages, and what it takes until the first can be read."""

from datetime import datetime
from time import process_time

from agent.when import read_when
from evals.bench.starting import starts
from evals.bench.timing import Compared, Times

WARM_UP, READINGS = 3, 60
READ_WITHIN, LOADED_WITHIN = 0.003, 0.050  # seconds, at p99 and in the middle
SAID = (
    "hi, can I get a manicure tomorrow at 2?",
    "kesho saa nane mchana",
    "Jumanne ijayo saa mbili usiku tafadhali",
    "no, Friday after 4 with Amina",
    "the first Friday of next month, between 2 and half past 5",
    "Monday, Wednesday or Friday at quarter to three",
    "check in on the 5th and check out on the 8th of December",
    "please move it to the day after tomorrow at half past three, not before, I work until 3",
    "do you have parking?",
    "Jane Wanjiku 0712 345 678",
    "what is the earliest you have for a haircut on Tuesday next week? " * 6,
    "5 of us, 9/12 at 7 or 14:30, room 2018, KES 1,500, from 10 to 12 in the morning",
)
_LOADING = """
import dataclasses, datetime, enum, json, re
from time import process_time
at = [process_time()]
import rapidfuzz.process, rapidfuzz.distance.OSA
at.append(process_time())
import agent.when
at.append(process_time())
agent.when.read_when("tomorrow at 2", datetime.datetime.now(datetime.UTC))
at.append(process_time())
print(json.dumps(at))
"""


def dating(now: datetime) -> list[Compared]:
    """Measure by CPU time, as another process on the same cores would else be counted as ours.

    Loading is measured in fresh processes, beyond Python and beyond what any of our programs loads.
    The first message has the grammar compiled, once for a process: it is shown, and nothing asked.
    """
    words, readings = Times(process_time), Times(process_time)
    for n in range(WARM_UP + READINGS):
        for text in SAID:
            started = process_time()
            text.lower().split()
            between = process_time()
            read_when(text, now)
            if n >= WARM_UP:
                words.seconds.append(between - started)
                readings.seconds.append(process_time() - between)
    library, ours, first = starts(_LOADING)
    return [
        Compared.at(
            99,
            "days and times of one message (when)",
            readings,
            "str.split of it",
            words,
            target=f"< {READ_WITHIN * 1000:.0f} ms",
            met=readings.percentile(99) < READ_WITHIN,
        ),
        Compared.at(
            50,
            "loading agent.when",
            ours,
            "loading rapidfuzz",
            library,
            target=f"< {LOADED_WITHIN * 1000:.0f} ms",
            met=ours.percentile(50) < LOADED_WITHIN,
        ),
        Compared.at(50, "its first message", first, "loading rapidfuzz", library),
    ]
