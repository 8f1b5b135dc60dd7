"""Every property-management system an account can be connected with, in one list."""

from collections.abc import Mapping

from jirani.connectors.connector import Connector
from jirani.connectors.guesty.connector import GUESTY
from jirani.connectors.hostaway.connector import HOSTAWAY
from jirani.connectors.lodgify.connector import LODGIFY

_ALL: tuple[Connector, ...] = (HOSTAWAY, GUESTY, LODGIFY)
CONNECTORS: Mapping[str, Connector] = {each.name: each for each in _ALL}
