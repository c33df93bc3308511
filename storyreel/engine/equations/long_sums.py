"""Long sums in formulas, written with their first and last terms only."""

import re

from storyreel.engine.equations.formula import DOTS

LONGEST_SUM = 3
"""The most terms of a sum that are all written; of a longer sum, the first two and the last are."""


def in_short(formula: str) -> str:
    """A formula without the middle terms of its long sums, in brackets or not."""
    sums: list[list[str]] = [[""]]
    for part in re.split(r"( \+ |[()])", formula):
        if part == "(":
            sums.append([""])
        elif part == ")":
            inside = _joined(sums.pop())
            sums[-1][-1] += f"({inside})"
        elif part == " + ":
            sums[-1].append("")
        else:
            sums[-1][-1] += part
    return _joined(sums[0])


def _joined(terms: list[str]) -> str:
    return " + ".join(terms if len(terms) <= LONGEST_SUM else [*terms[:2], DOTS, terms[-1]])
