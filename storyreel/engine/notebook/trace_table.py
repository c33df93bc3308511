"""The numbers of a trace as an HTML table, for notebooks."""

from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

from storyreel.engine.equations.ellipsis import elided
from storyreel.engine.operation import GRADIENT

if TYPE_CHECKING:
    from storyreel.engine.trace import Trace

MOST_ROWS = 100
MOST_OF_A_KIND = 6
"""Rows for the weights of a layer, its biases, …, where there are more than `MOST_ROWS` numbers."""
COLUMNS = ("name", "value", "gradient")


def trace_table(trace: "Trace") -> str:
    """A row for each quantity, in the order of the forward pass: its name, its value, its gradient.

    Numbers are written as in a lesson, with all their digits as a tooltip. Of many quantities of a kind the
    first and the last are shown.
    """
    head = "".join(f'<th scope="col">{title}</th>' for title in COLUMNS)
    rows = "".join(_left_out() if name is None else _row(trace, name) for name in _shown_names(trace))
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _shown_names(trace: "Trace") -> list[str | None]:
    """The names that have a row; None where others are left out."""
    if len(trace) <= MOST_ROWS:
        return [*trace.names]
    addresses = trace.network.names
    kinds = groupby(trace.names, key=lambda name: (addresses[name].kind, addresses[name].layer))
    names = [name for _, its in kinds for name in _elided([*its], MOST_OF_A_KIND)]
    return _elided(names, MOST_ROWS)


def _elided(names: list[str | None], most: int) -> list[str | None]:
    return [None if i is None else names[i] for i in elided(len(names), most)]


def _row(trace: "Trace", name: str) -> str:
    quantity = trace[name]
    cells = _cell(quantity.value, trace.text(name))
    cells += _cell(quantity.gradient, "" if quantity.gradient is None else trace.text(GRADIENT + name))
    return f'<tr><th scope="row" style="text-align: left"><code>{escape(name)}</code></th>{cells}</tr>'


def _cell(value: float | None, text: str) -> str:
    style = 'style="text-align: right; font-variant-numeric: tabular-nums"'
    return f"<td {style}></td>" if value is None else f'<td {style} title="{value!r}">{text}</td>'


def _left_out() -> str:
    return f'<tr><td colspan="{len(COLUMNS)}" style="text-align: center">⋮</td></tr>'
