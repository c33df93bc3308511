"""Manim's own functions, cheaper and with exactly the same results, while the renderer runs.

    with faster_manim():
        scene.render()

Each file replaces the functions about one noun. A replacement does the common case itself and leaves the rest
to Manim's function. They are exact down to the last bit: they add and multiply in the same order.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import manim

from storyreel.manim_speed import (
    arc,
    attendance,
    boundary,
    colour,
    construction,
    duplicate,
    family,
    interpolation,
    length,
    paint,
    placement,
    rotation,
    rounding,
    start,
    subpath,
    update,
)
from storyreel.manim_speed.replacement import Replacement

TESTED = "0.22.0"
"""The version of Manim that the replacements are written for; any other runs as it is."""

REPLACEMENTS: tuple[Replacement, ...] = (
    *arc.REPLACEMENTS,
    *attendance.REPLACEMENTS,
    *boundary.REPLACEMENTS,
    *colour.REPLACEMENTS,
    *construction.REPLACEMENTS,
    *duplicate.REPLACEMENTS,
    *family.REPLACEMENTS,
    *interpolation.REPLACEMENTS,
    *length.REPLACEMENTS,
    *paint.REPLACEMENTS,
    *placement.REPLACEMENTS,
    *rounding.REPLACEMENTS,
    *rotation.REPLACEMENTS,
    *start.REPLACEMENTS,
    *subpath.REPLACEMENTS,
    *update.REPLACEMENTS,
)


_STOCK = [vars(replacement.owner)[replacement.name] for replacement in REPLACEMENTS]


@contextmanager
def faster_manim() -> Iterator[None]:
    """Within it Manim runs with the replacements, but for what somebody else has replaced already."""
    replaced = [
        (replacement, stock)
        for replacement, stock in zip(REPLACEMENTS, _STOCK, strict=True)
        if manim.__version__ == TESTED and vars(replacement.owner)[replacement.name] is stock
    ]
    for replacement, _ in replaced:
        setattr(replacement.owner, replacement.name, replacement.function)
    try:
        yield
    finally:
        for replacement, stock in replaced:
            setattr(replacement.owner, replacement.name, stock)
