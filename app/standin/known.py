"""Every face of the stand-in, and what its clients are let in with."""

from collections.abc import Callable, Mapping

from app.standin.face import Face
from app.standin.ground import StandIn
from app.standin.guesty import GuestyFace
from app.standin.guesty_account import Terms
from app.standin.hostaway import Hostaway
from app.standin.lodgify import Lodgify

_TERMS = Terms(client_id="stand-in", client_secret="stand-in-secret")
FACES: Mapping[str, Callable[[StandIn], Face]] = {
    "hostaway": Hostaway,
    "guesty": lambda standin: GuestyFace(standin, _TERMS),
    "lodgify": Lodgify,
}
