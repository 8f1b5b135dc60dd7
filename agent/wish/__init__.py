"""What a guest's message wants, parsed once and stored with the message."""

from agent.wish.json_form import from_json, to_json
from agent.wish.model import Intent, Wish
from agent.wish.read import read_wish

__all__ = ["Intent", "Wish", "from_json", "read_wish", "to_json"]
