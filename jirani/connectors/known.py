"""Every property-management system an account can be connected with, in one list."""

from collections.abc import Mapping

from jirani.connectors.connector import Connector

_ALL: tuple[Connector, ...] = ()
CONNECTORS: Mapping[str, Connector] = {each.name: each for each in _ALL}
