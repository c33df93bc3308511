"""The names of Typst's mathematics that a formula may use.

Typst's mathematics also reaches code: `std.read("…")` reads a file. So a name that is not listed here is
refused before Typst sees it. Symbols are all those that Typst has: they do nothing but stand for a letter.
"""

import json
from functools import cache

FUNCTIONS = frozenset(
    (
        *("frac", "binom", "vec", "mat", "cases", "root", "sqrt", "abs", "norm", "round", "op", "cancel"),
        *("upright", "italic", "bold", "cal", "bb", "frak", "sans", "serif", "mono", "scr", "lr", "mid"),
        *("overline", "underline", "overbrace", "underbrace", "overbracket", "underbracket"),
        *("attach", "limits", "scripts", "display", "inline"),
    )
)
NAMED_ARGUMENTS = frozenset(("delim", "t", "b", "tl", "bl", "tr", "br"))
"""What may stand before a colon in the brackets of a function."""
_SKIPPED = frozenset(("control", "gender"))
_QUERY = "#metadata(dictionary(math).pairs().map(each => (each.at(0), str(type(each.at(1)))))) <names>"


@cache
def symbols() -> frozenset[str]:
    """The names of all symbols, spaces and operators such as `sin`."""
    import typst

    found = json.loads(typst.query(_QUERY.encode(), "<names>", field="value", one=True))
    return frozenset(name for name, kind in found if kind in ("symbol", "content") and name not in _SKIPPED)


def is_known(name: str) -> bool:
    """True for a name of a symbol, also with modifiers (`arrow.r`), and of a function."""
    head, dot, _ = name.partition(".")
    return len(name) == 1 or head in symbols() or (head in FUNCTIONS and not dot)


def all_names() -> list[str]:
    """All names, in alphabetical order."""
    return sorted(symbols() | FUNCTIONS)
