"""What the holder of an API key may do."""

from jirani.rules.facts import Role

_ORDER = tuple(Role)


def may(role: Role, needed: Role) -> bool:
    """Tell whether a role goes as far as an act needs: viewer, manager, admin."""
    return _ORDER.index(role) >= _ORDER.index(needed)
