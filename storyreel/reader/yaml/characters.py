"""The characters of a YAML scalar: pairs of escapes that make one, and those that no text may have."""

import re
from collections.abc import Iterator

from storyreel.reader.yaml.node import Node
from storyreel.reader.yaml.positions import scalar_indices

_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_BAD = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
"""Control characters except tab and line breaks, halves of pairs, and what is no character."""


def paired(value: str) -> str:
    r"""The value with each pair of surrogates, as JSON writes emoji (`"\ud83d\ude00"`), as one character."""
    if value.isascii():
        return value
    return _PAIR.sub(lambda pair: pair[0].encode("utf-16", "surrogatepass").decode("utf-16"), value)


def bad_characters(node: Node, text: str) -> Iterator[tuple[int, str]]:
    """The index in `text`, the whole file, of each character that is not allowed, and what to say of it.

    In the node's value a replacement character (U+FFFD) takes its place.
    """
    value = str(node.value)
    if value.isprintable() or not _BAD.search(value):
        return
    index = scalar_indices(node, text)
    for bad in _BAD.finditer(value):
        yield index(bad.start()), not_allowed(ord(bad[0]))
    node.value = _BAD.sub("\ufffd", value)


def not_allowed(character: int) -> str:
    """What to say of the character with this number."""
    code = f"U+{character:04X}"
    if 0xD800 <= character <= 0xDFFF:
        return f"{code} is half of a character; write the character itself, or both halves"
    return f"the character {code} is not allowed here; leave it out"
