"""Whether anything of a text can be seen."""

import re
import unicodedata

_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
"""Letters and marks without an outline: joiners, fillers, variation selectors, the empty Braille cell."""


def is_blank(text: str) -> bool:
    """True if there is no character in the text that leaves a mark: spaces, zero-width characters, none."""
    return all(
        character.isspace() or unicodedata.category(character)[0] in "CZ" or _UNSEEN.match(character)
        for character in text
    )
