"""An author's texts and numbers, cleaned before they are escaped for a format."""

import re
from decimal import Decimal

_NOT_IN_XML = re.compile("[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def plain_text(text: str) -> str:
    """`text` with `\\n` for every line break, and without the control characters that XML does not allow."""
    return _NOT_IN_XML.sub("", re.sub("\r\n?|[\x0b\x0c\x85\u2028\u2029]", "\n", text))


def one_line(text: str) -> str:
    """`text` as plain text in one line, with single spaces."""
    return " ".join(plain_text(text).split())


def decimal(number: float) -> Decimal:
    """The shortest decimal that reads back as `number`.

    The format `f` writes it without an exponent, which not every course system can read.
    """
    return Decimal(repr(float(number))).normalize()
