"""The index in the file of each character of a YAML scalar, in spite of folding, quotes and escapes."""

import re
from collections.abc import Callable, Iterator
from itertools import accumulate, islice

from storyreel.reader.yaml.node import Node

_DOUBLE_QUOTED = re.compile(r"\\(?:u[dD][89abAB]..\\u[dD][c-fC-F]..|x..|u.{4}|U.{8}|\r\n|.)|\S", re.DOTALL)
_SINGLE_QUOTED = re.compile(r"''|\S")
_UNQUOTED = re.compile(r"\S")
_LINE_BREAK = re.compile("[\r\n\x85\u2028\u2029]")
_BLANK_ESCAPES = {f"\\{sign}" for sign in (*" tnr_NLPvf", "\r\n", *"\t\r\n\x85\u2028\u2029")}
_CODE = re.compile(r"\\[xuU]([0-9a-fA-F]+)")


def scalar_indices(node: Node, text: str) -> Callable[[int], int]:
    """A function from an offset in the node's value to the index in `text`, the whole file, of that
    character.

    Folding only adds or removes white space, so the n-th character that is not white space in the value is
    the n-th such character or escape in the file. A blank gets the index of the next character.
    """
    is_visible = [not character.isspace() for character in str(node.value)]
    before = list(accumulate(is_visible, initial=0))
    places = list(islice(_visible(node, text), before[-1]))

    def index(offset: int) -> int:
        number = before[min(offset, len(is_visible))]
        return places[number] if number < len(places) else node.start

    return index


def _visible(node: Node, text: str) -> Iterator[int]:
    """The indices in the file of the characters and escapes that are not white space."""
    start, end = node.start, node.end
    units = _UNQUOTED
    if node.style in ("|", ">"):
        if (header := _LINE_BREAK.search(text, start)) is None:
            return
        start = header.end()
    elif node.style in ("'", '"'):
        start, end = start + 1, end - 1
        units = _SINGLE_QUOTED if node.style == "'" else _DOUBLE_QUOTED
    for unit in units.finditer(text, start, end):
        if units is not _DOUBLE_QUOTED or not _is_blank(unit[0]):
            yield unit.start()


def _is_blank(written: str) -> bool:
    """True for an escape that stands for white space, or for nothing."""
    if code := _CODE.fullmatch(written):
        return chr(int(code[1], 16)).isspace()
    return written in _BLANK_ESCAPES
