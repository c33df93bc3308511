"""An author's texts and numbers, ready to be escaped for a format."""

import re
from decimal import Decimal

_NOT_IN_XML = re.compile("[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def plain_text(text: str) -> str:
    """`text` with `\\n` for every end of a line, and without the control characters that XML cannot hold."""
    return _NOT_IN_XML.sub("", re.sub("\r\n?|[\x0b\x0c\x85\u2028\u2029]", "\n", text))


def one_line(text: str) -> str:
    """`text` as plain text in one line, its spaces single."""
    return " ".join(plain_text(text).split())


def decimal(number: float) -> Decimal:
    """The decimal that is written for `number`: the shortest that no other number is nearer to.

    A format `f` writes it without a power of ten, which not every course system can read.
    """
    return Decimal(repr(number)).normalize()
