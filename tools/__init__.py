"""Everything the model may do: a capability not listed here does not exist."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic_ai import Tool

from tools.apply_upsell import apply_upsell
from tools.check_prevention import check_prevention
from tools.confirm_proposal import confirm_proposal
from tools.decline_upsell import decline_upsell
from tools.defer_upsell import defer_upsell
from tools.drop_proposal import drop_proposal
from tools.find_cross_sell_options import find_cross_sell_options
from tools.find_slots import find_slots
from tools.hand_over import hand_over
from tools.note_preferences import note_preferences
from tools.pay_at_venue import pay_at_venue
from tools.propose_booking import propose_booking
from tools.propose_cancellation import propose_cancellation
from tools.propose_move import propose_move
from tools.request_extra import request_extra
from tools.reserve_pair import reserve_pair
from tools.save_contact import save_contact
from tools.search_knowledge import search_knowledge
from tools.set_offer_preference import set_offer_preference
from tools.situation import Situation
from tools.start_payment import start_payment
from tools.tell_of_freed_slots import tell_of_freed_slots
from tools.turn import Turn
from tools.undo_upsell import undo_upsell


@dataclass(frozen=True, slots=True)
class Offered:
    """A tool, and in which situations a model is offered it.

    The filter is a courtesy that keeps a model on the path; each tool's guard is the lock.
    `looks`: it writes nothing that a conversation's dossier tells.
    """

    run: Callable[..., Any]
    when: Callable[[Situation], bool]
    looks: bool = False

    @property
    def name(self) -> str:
        """The tool's name."""
        return self.run.__name__


def _always(_: Situation) -> bool:
    return True


def _books(situation: Situation) -> bool:
    return situation.stay is None  # what is sold there is no appointment


def _stays(situation: Situation) -> bool:
    return situation.stay is not None


def _live(situation: Situation) -> bool:
    return any(each["status"] in ("held", "confirmed") for each in situation.appointments)


def _gives_contact(situation: Situation) -> bool:
    wish = situation.message["wish"] or {}
    return bool(wish.get("name") or wish.get("phone"))


def _wants_offers_changed(situation: Situation) -> bool:
    return situation.message["meaning"] in ("opt_out", "opt_in", "decline_all")


def _listens(situation: Situation) -> bool:
    said = (situation.message["wish"] or {}).get("intents", ())
    return _books(situation) and bool({"listen", "listen_no_more"} & {*said})


def _wishes_of_offers(situation: Situation) -> bool:
    return _stays(situation) and bool((situation.message["wish"] or {}).get("prefers"))


TOOLS: tuple[Offered, ...] = (
    Offered(find_slots, _books),
    Offered(propose_booking, _books),
    Offered(propose_move, _live),
    Offered(propose_cancellation, _live),
    Offered(confirm_proposal, lambda situation: bool(situation.proposals)),
    Offered(drop_proposal, lambda situation: bool(situation.proposals)),
    Offered(find_cross_sell_options, _live, looks=True),
    Offered(check_prevention, _live, looks=True),
    Offered(reserve_pair, _live),
    Offered(apply_upsell, lambda situation: bool(situation.offers)),
    Offered(decline_upsell, lambda situation: bool(situation.offers)),
    Offered(defer_upsell, lambda situation: _stays(situation) and bool(situation.offers)),
    Offered(undo_upsell, lambda situation: bool((situation.stay or {}).get("sold"))),
    Offered(request_extra, _stays),
    Offered(save_contact, _gives_contact),
    Offered(start_payment, lambda situation: situation.unpaid is not None),
    Offered(pay_at_venue, lambda situation: situation.unpaid is not None),
    Offered(search_knowledge, _always, looks=True),
    Offered(set_offer_preference, _wants_offers_changed),
    Offered(tell_of_freed_slots, _listens),
    Offered(note_preferences, _wishes_of_offers),
    Offered(hand_over, _always),
)

GUEST_TOOLS: tuple[Tool[Turn], ...] = tuple(
    Tool(each.run, takes_ctx=True, require_parameter_descriptions=True) for each in TOOLS
)
