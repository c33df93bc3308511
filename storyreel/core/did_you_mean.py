"""Suggestions for misspelt names."""

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

LONGEST_LIST = 8
LONGEST_NAME = 200  # characters


def nearest(name: str, names: Iterable[str]) -> str | None:
    """The one of `names` that is most like `name`; None if none is."""
    if len(name) > LONGEST_NAME:  # comparing takes time in proportion to the square of the length
        return None
    short = sorted(one for one in names if len(one) <= LONGEST_NAME)
    if name in short:
        return name
    close = get_close_matches(name, short, n=1)
    return close[0] if close else None


def did_you_mean(name: str, names: Iterable[str], synonyms: Mapping[str, str] | None = None) -> str:
    """The end of a message about an unknown name: the nearest of `names`, or all of them if they are few.

    `synonyms` are what is meant by some other names, in small letters, which may be unlike them. With them,
    `LeakyReLU` and `cross-entropy` are `leaky_relu` and `cross_entropy`.
    """
    known = sorted(names)
    usual = re.sub(r"[\s-]+", "_", re.sub(r"(?<=[a-z])(?=[A-Z][a-z])", "_", name[:LONGEST_NAME])).lower()
    synonym = None if synonyms is None else usual if usual in known else synonyms.get(usual)
    if meant := synonym if synonym in known else nearest(name, known):
        return f"; did you mean `{meant}`?"
    if not known:
        return "; there is none"
    if len(known) <= LONGEST_LIST:
        return f"; there {'are' if len(known) > 1 else 'is'} {listed(known)}"
    return ""


def listed(names: Iterable[str]) -> str:
    """The names as text: `a`, `b` and `c`."""
    *most, last = [f"`{name}`" for name in names]
    return f"{', '.join(most)} and {last}" if most else last
