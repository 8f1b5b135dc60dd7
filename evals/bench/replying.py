"""What a reply means, and what it takes until the first can be read."""

from time import process_time

from agent.reader import TrainedReader
from evals.bench.starting import starts
from evals.bench.timing import Compared, Times
from jirani.services.reading import Live

WARM_UP, READINGS = 3, 60
READ_WITHIN, LOADED_WITHIN = 0.002, 0.080  # seconds, at p99 and in the middle
OFFERED = "Would you like to add Pedicure right after, at 14:45 with Amina (45 min, KES 1,500)?"
LIVE = (Live("o1", "cross_sell", ("Pedicure", "pedi", "Amina")),)
SAID = (
    "yes please",
    "sawa",
    "no thanks, not today",
    "maybe later, ask me on Friday",
    "sounds great, but how long does it take?",
    "no, 5 pm would be better",
    "please stop sending me these, I have already declined extras",
    "hapana asante, labda wiki ijayo",
    "let me think about it and get back to you after I have spoken with my sister about it",
    "1",
)
_LOADING = f"""
import gc, json
from time import process_time
import jirani.services.reading
gc.collect()
at = [process_time()]
import agent.when
at.append(process_time())
from agent.reader import TrainedReader
reader = TrainedReader()
at.append(process_time())
reader.read({SAID[5]!r}, last_said={OFFERED!r})
at.append(process_time())
print(json.dumps(at))
"""


def replying() -> list[Compared]:
    """Measure by CPU time, with an offer live and with none; loading in fresh processes.

    Loading counts both abilities, beyond what every program of ours loads; the garbage of that is
    collected before, or the pause would fall into whatever is loaded next. What a message needs
    compiled is compiled with the first that needs it: the first message of all is shown as well.
    """
    reader, words, readings = TrainedReader(), Times(process_time), Times(process_time)
    for n in range(WARM_UP + READINGS):
        for text in SAID:
            for live in (LIVE, ()):
                started = process_time()
                text.lower().split()
                between = process_time()
                reader.read(text, live=live, last_said=OFFERED)
                if n >= WARM_UP:
                    words.seconds.append(between - started)
                    readings.seconds.append(process_time() - between)
    when, rest, first = starts(_LOADING)
    both = Times()
    both.seconds = [a + b for a, b in zip(when.seconds, rest.seconds, strict=True)]
    return [
        Compared.at(
            99,
            "what one reply means (reader)",
            readings,
            "str.split of it",
            words,
            target=f"< {READ_WITHIN * 1000:.0f} ms",
            met=readings.percentile(99) < READ_WITHIN,
        ),
        Compared.at(
            50,
            "loading agent.when and the reader",
            both,
            "loading agent.when",
            when,
            target=f"< {LOADED_WITHIN * 1000:.0f} ms",
            met=both.percentile(50) < LOADED_WITHIN,
        ),
        Compared.at(50, "the first reply, right after", first, "loading agent.when", when),
    ]
