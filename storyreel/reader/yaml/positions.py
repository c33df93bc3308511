"""Where in the file each character of a YAML text stands, through folding, quotes and escapes."""

import re
from collections.abc import Callable, Iterator
from itertools import islice

from storyreel.reader.yaml.node import Node

_DOUBLE_QUOTED = re.compile(r"\\(?:x..|u.{4}|U.{8}|\r\n|.)|.", re.DOTALL)
_SINGLE_QUOTED = re.compile(r"''|.", re.DOTALL)
_UNQUOTED = re.compile(r".", re.DOTALL)
_BLANK_ESCAPES = {"\\ ", "\\t", "\\n", "\\r", "\\_", "\\N", "\\L", "\\P", "\\v", "\\f"}


def scalar_indices(node: Node, text: str) -> Callable[[int], int]:
    """For an offset in the node's value, the index in `text` (the whole file) of that character.

    Folding and escaping only ever add or drop white space, so the n-th character of the value that is
    not white space is the n-th one of what is written. A blank is taken to be where the next one is.
    """
    value = str(node.value)
    places = list(islice(_visible(node, text), sum(not character.isspace() for character in value)))

    def index(offset: int) -> int:
        before = sum(not character.isspace() for character in value[:offset])
        return places[before] if before < len(places) else node.start

    return index


def _visible(node: Node, text: str) -> Iterator[int]:
    """The indices of the written characters, or escapes, that are not white space."""
    start, end = node.start, node.end
    units = _UNQUOTED
    if node.style in ("|", ">"):
        start = text.index("\n", start)
    elif node.style in ("'", '"'):
        start, end = start + 1, end - 1
        units = _SINGLE_QUOTED if node.style == "'" else _DOUBLE_QUOTED
    for unit in units.finditer(text, start, end):
        written = unit[0]
        if not (written.isspace() or written in _BLANK_ESCAPES or written in ("\\\n", "\\\r\n", "\\\r")):
            yield unit.start()
