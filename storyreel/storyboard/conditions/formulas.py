"""Conditions on formulas that authors write: that they are true, and have room below the picture."""

import math
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from storyreel.core.number_format import shown
from storyreel.engine.equations.formula import UnknownFormula, parsed
from storyreel.storyboard.formulas.written_formula import (
    FormulaPart,
    arrangements,
    plain_text,
    sides_of,
    symbol_names,
    written_formula,
)
from storyreel.storyboard.graphs.room import FOR_EQUATION, ROOMS
from storyreel.storyboard.lookup import Lookup, UnknownName
from storyreel.storyboard.template import Template
from storyreel.storyboard.things import StageContents
from storyreel.storyboard.typst_fonts import MATHS_FONT, lengths

GAP, SMALLEST = 0.25, 0.3
"""The units above a formula, and the smallest em that can be read."""
_SIZE = 20.0  # points
_CLOSE = 1e-6


def has_room_for_formula(stage: StageContents, formula: Template) -> str | None:
    """The formula fits below the picture, in letters that can be read, on one line or on several."""
    parts = _parts(stage, formula)
    width, height = ROOMS[stage.aspect][0], FOR_EQUATION[stage.aspect] - GAP
    for lines in arrangements(parts, lambda part: part.maths):
        body = (
            f'{{show math.equation: set text(font: "{MATHS_FONT}");'
            f" set text(size: {_SIZE}pt); set par(leading: 0.6em); $ {lines} $}}"
        )
        wide, high = lengths(f"measure({body}).width, measure({body}).height")
        if wide * SMALLEST / _SIZE <= width and high * SMALLEST / _SIZE <= height:
            return None
    return "the formula has no room below the picture; break it into lines with \\, or write less of it"


def is_true_formula(stage: StageContents, formula: Template) -> str | None:
    """All sides of the formula that can be computed, from its numbers and the symbols of the network's
    quantities, are equal."""
    computed = [
        (side, value)
        for side in sides_of(_parts(stage, formula))
        if any(part.name for part in side) and (value := _value(stage, side)) is not None
    ]
    for (first, before), (side, value) in pairwise(computed):
        if not math.isclose(before, value, rel_tol=_CLOSE, abs_tol=_CLOSE**2):
            sides = (f"{plain_text(first)} is {shown(before)}", f"{plain_text(side)} is {shown(value)}")
            return f"the formula is false: {' and '.join(sides)}"
    return None


def _parts(stage: StageContents, formula: Template) -> tuple[FormulaPart, ...]:
    experiment = stage.experiment
    graph = stage.graphs.get(stage.network or "")
    trace = experiment.trace if experiment else graph.trace if graph else ()
    return written_formula(stage.filled_in(formula), symbol_names(trace))


def _value(stage: StageContents, side: Sequence[FormulaPart]) -> float | None:
    """What a side comes to; None if that cannot be computed."""
    lookup, numbers, rule = Lookup({**stage.experiments, **stage.graphs}), list[Decimal](), ""
    for part in side:
        if part.name:
            try:
                value = lookup.value(stage.network, part.name)
            except UnknownName:
                return None
            if not math.isfinite(value):
                return None
            rule += f" {{{len(numbers)}}} "
            numbers.append(Decimal(value))
        elif part.kind == "symbol":
            return None
        else:
            rule += f" {part.maths} " if part.maths[:1].isalpha() else part.maths
    try:
        value = float(parsed(rule.strip()).value(numbers))
    except UnknownFormula:
        return None
    return value if math.isfinite(value) else None
