"""What a shop owner may set about freed slots, in words: what it changes, and when to use it."""

from collections.abc import Mapping
from typing import NamedTuple


class Words(NamedTuple):
    """What a setting changes, and for whom it is."""

    changes: str
    use: str


RECOVERY_SETTINGS: Mapping[str, Words] = {
    "recovery": Words(
        "whether freed slots are offered at all. While it is off nothing opens and nobody is "
        "written to; whoever asks to be told hears that you do not do it",
        "`on` once you want it; `off` at any time: openings end, and open offers are answered",
    ),
    "unpaid": Words(
        "whether a booking that was never paid for opens its slot when it is given up",
        "`opens` if many cancel before they pay, and the slots are wanted. Where you take the "
        "money at the venue, or nothing is to be paid, every slot opens anyway",
    ),
    "risk": Words(
        "whether customers who did not pay reliably are asked last, or not at all",
        "`exclude` if an unpaid slot costs you more than an empty one",
    ),
    "aging": Words(
        "points that each whole day of waiting adds to somebody's place, without a cap; every 50 "
        "lift them by a tier. Counted anew each night, and from each offer on",
        "2 to 5 if the same reliable few get every slot and others wait for weeks",
    ),
    "parallel": Words(
        "how many are asked at the same time; the first yes has it, the others hear so",
        "2 or 3 if your slots fill too slowly. It sends more messages, and disappoints some",
    ),
    "lanes": Words(
        "`by_time_left`: from 3 hours before the start on two are asked at once, in the last hour "
        "three, and an offer then lives a twelfth of the time left, at least 5 minutes",
        "`by_time_left` for slots that mostly come free on the day itself",
    ),
    "life": Words(
        "how long somebody has to answer",
        "longer where your customers read their messages late; shorter where time is short",
    ),
    "min_lead": Words(
        "how long before its start a slot is offered no more",
        "as long as your customers need to reach you",
    ),
    "cool_down": Words(
        "how long somebody who took a freed slot is not offered another",
        "longer to spread the slots over more people",
    ),
    "cancel_cutoff": Words(
        "a cancellation later than this before the start counts as late in the score",
        "the same as in your own terms",
    ),
    "move_up": Words(
        "whether customers who have the same service later are asked to move up; their slot is "
        "then offered in turn",
        "`on` if your book is full and people wait for earlier times",
    ),
    "depth": Words(
        "how many bookings may be moved up one after the other for one cancellation; 0: none",
        "fewer if you want your book to change less",
    ),
}
