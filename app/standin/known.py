"""Every face of the stand-in, and what its clients are let in with."""

from collections.abc import Callable, Mapping

from app.standin.face import Face
from app.standin.ground import StandIn
from app.standin.guesty import GuestyFace
from app.standin.hostaway import Hostaway
from app.standin.lodgify import Lodgify

FACES: Mapping[str, Callable[[StandIn], Face]] = {
    "hostaway": Hostaway,
    "guesty": GuestyFace,
    "lodgify": Lodgify,
}
