"""What an author may have meant."""

from collections.abc import Iterable
from difflib import get_close_matches

LONGEST_LIST = 8


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """The end of a message about an unknown name: the nearest of `names`, or all if they are few."""
    known = sorted(names)
    if nearest := get_close_matches(name, known, n=1, cutoff=0.6):
        return f"; did you mean `{nearest[0]}`?"
    if not known:
        return "; there is none"
    if len(known) <= LONGEST_LIST:
        return f"; there {'are' if len(known) > 1 else 'is'} {listed(known)}"
    return ""


def listed(names: Iterable[str]) -> str:
    """The names in one line: `a`, `b` and `c`."""
    *most, last = [f"`{name}`" for name in names]
    return f"{', '.join(most)} and {last}" if most else last
