"""Manim's own functions, cheaper and with exactly the same results, while the renderer runs.

    with faster_manim():
        scene.render()

Each file replaces the functions about one noun. A replacement does the common case itself and leaves the rest
to Manim's function. They are exact down to the last bit: they add and multiply in the same order.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import manim

from storyreel.rendering.manim_patches import (
    animation_start,
    arc,
    bounding_box,
    colour,
    curve_length,
    deepcopy,
    family,
    interpolate,
    put_start_and_end,
    rgba,
    rotation,
    round_corners,
    scene_membership,
    subpath,
    updaters,
    vmobject_init,
)
from storyreel.rendering.manim_patches.patch import Replacement

TESTED = "0.22.0"
"""The version of Manim that the replacements are written for; any other runs as it is."""

REPLACEMENTS: tuple[Replacement, ...] = (
    *arc.REPLACEMENTS,
    *scene_membership.REPLACEMENTS,
    *bounding_box.REPLACEMENTS,
    *colour.REPLACEMENTS,
    *vmobject_init.REPLACEMENTS,
    *deepcopy.REPLACEMENTS,
    *family.REPLACEMENTS,
    *interpolate.REPLACEMENTS,
    *curve_length.REPLACEMENTS,
    *rgba.REPLACEMENTS,
    *put_start_and_end.REPLACEMENTS,
    *round_corners.REPLACEMENTS,
    *rotation.REPLACEMENTS,
    *animation_start.REPLACEMENTS,
    *subpath.REPLACEMENTS,
    *updaters.REPLACEMENTS,
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
