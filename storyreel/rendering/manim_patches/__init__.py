"""Faster versions of Manim's functions with exactly the same results, in place while the renderer runs.

    with patched_manim():
        scene.render()

Each module patches the functions for one purpose. A patch handles the common case and calls Manim's function
for all others. Results are equal to the last bit, as additions and multiplications keep their order. A patch
that saves less than about 3 % of the time to draw the first lesson is not worth its code; `scene_membership`
is kept as what it avoids, a search of the stage for each animation, grows with the number of mobjects.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import manim

from storyreel.rendering.manim_patches import (
    animation_start,
    arc,
    bounding_box,
    deepcopy,
    family,
    interpolate,
    rgba,
    rotation,
    scene_membership,
    updaters,
    vmobject_init,
)
from storyreel.rendering.manim_patches.patch import Patch

TESTED = "0.22.0"
"""The version of Manim that the patches are written for; any other version runs without them."""

PATCHES: tuple[Patch, ...] = (
    *arc.PATCHES,
    *scene_membership.PATCHES,
    *bounding_box.PATCHES,
    *vmobject_init.PATCHES,
    *deepcopy.PATCHES,
    *family.PATCHES,
    *interpolate.PATCHES,
    *rgba.PATCHES,
    *rotation.PATCHES,
    *animation_start.PATCHES,
    *updaters.PATCHES,
)


_STOCK = [vars(patch.owner)[patch.name] for patch in PATCHES]


@contextmanager
def patched_manim() -> Iterator[None]:
    """Run the body with all patches applied, except of functions that other code has replaced already."""
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
