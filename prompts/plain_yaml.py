"""YAML as people write it by hand: no references, no depths, and only YAML's own errors."""

from typing import Any, NoReturn

import yaml
from yaml.composer import ComposerError
from yaml.constructor import ConstructorError

LONGEST = 100_000  # characters; the longest that is written by hand has a tenth
DEEPEST = 40
_UNFIT = (ValueError, KeyError, AttributeError, TypeError)  # what PyYAML lets through


class PlainLoader(yaml.SafeLoader):
    """Refuses what only serves to build bombs and circles, and tells of each misfit where it is."""

    _depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        """Compose a node that is written where it stands."""
        if self.check_event(yaml.AliasEvent):
            self._refuse("write it out: references (*) are not taken")
        if self._depth >= DEEPEST:
            self._refuse("there are too many levels")
        self._depth += 1
        node: yaml.Node | None = super().compose_node(parent, index)
        self._depth -= 1
        return node

    def _refuse(self, why: str) -> NoReturn:
        raise ComposerError(None, None, why, self.get_mark())

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        """Construct what a node stands for."""
        try:
            return super().construct_object(node, deep)
        except _UNFIT as error:
            problem = f"{node.value!r:.80} does not fit"
            raise ConstructorError(None, None, problem, node.start_mark) from error


def load_plain(
    source: str, loader: type[PlainLoader] = PlainLoader
) -> tuple[Any, yaml.Node | None]:
    """Read one document: its data, and the node that says where each part of it stands.

    An empty text is None. Raises yaml.YAMLError, whatever is in it.
    """
    if len(source) > LONGEST:
        raise yaml.YAMLError(f"it may have {LONGEST:,} characters, and has {len(source):,}")
    reading = loader(source)
    try:
        node = reading.get_single_node()
        return (None if node is None else reading.construct_document(node)), node
    finally:
        reading.dispose()
