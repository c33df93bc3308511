"""The index in the file of each character of a YAML scalar, in spite of folding, quotes and escapes."""

import re
from collections.abc import Callable, Iterator
from itertools import islice

from storyreel.reader.yaml.node import Node

_DOUBLE_QUOTED = re.compile(r"\\(?:x..|u.{4}|U.{8}|\r\n|.)|.", re.DOTALL)
_SINGLE_QUOTED = re.compile(r"''|.", re.DOTALL)
_UNQUOTED = re.compile(r".", re.DOTALL)
_BLANK_ESCAPES = {"\\ ", "\\t", "\\n", "\\r", "\\_", "\\N", "\\L", "\\P", "\\v", "\\f"}


def scalar_indices(node: Node, text: str) -> Callable[[int], int]:
    """A function from an offset in the node's value to the index in `text`, the whole file, of that
    character.

    Folding only adds or removes white space, so the n-th character that is not white space in the value is
    the n-th such character or escape in the file. A blank gets the index of the next character.
    """
    value = str(node.value)
    places = list(islice(_visible(node, text), sum(not character.isspace() for character in value)))

    def index(offset: int) -> int:
        before = sum(not character.isspace() for character in value[:offset])
        return places[before] if before < len(places) else node.start

    return index


def _visible(node: Node, text: str) -> Iterator[int]:
    """The indices in the file of the characters and escapes that are not white space."""
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
