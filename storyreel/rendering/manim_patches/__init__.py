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
from storyreel.rendering.manim_patches.patch import Patch

TESTED = "0.22.0"
"""The version of Manim that the replacements are written for; any other runs as it is."""

PATCHES: tuple[Patch, ...] = (
    *arc.PATCHES,
    *scene_membership.PATCHES,
    *bounding_box.PATCHES,
    *colour.PATCHES,
    *vmobject_init.PATCHES,
    *deepcopy.PATCHES,
    *family.PATCHES,
    *interpolate.PATCHES,
    *curve_length.PATCHES,
    *rgba.PATCHES,
    *put_start_and_end.PATCHES,
    *round_corners.PATCHES,
    *rotation.PATCHES,
    *animation_start.PATCHES,
    *subpath.PATCHES,
    *updaters.PATCHES,
)


_STOCK = [vars(patch.owner)[patch.name] for patch in PATCHES]


@contextmanager
def patched_manim() -> Iterator[None]:
    """Within it Manim runs with the replacements, but for what somebody else has replaced already."""
    replaced = [
        (patch, stock)
        for patch, stock in zip(PATCHES, _STOCK, strict=True)
        if manim.__version__ == TESTED and vars(patch.owner)[patch.name] is stock
    ]
    for patch, _ in replaced:
        setattr(patch.owner, patch.name, patch.function)
    try:
        yield
    finally:
        for patch, stock in replaced:
            setattr(patch.owner, patch.name, stock)
