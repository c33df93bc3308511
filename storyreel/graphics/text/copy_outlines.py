"""Copying the outlines of one drawing to another that is on stage.

Manim's `become` does that at many times the cost: it first gives both as many shapes and points.
"""

from collections.abc import Callable
from itertools import zip_longest

import numpy as np
from manim import VGroup, VMobject

from storyreel.graphics.text.glyph import Glyph, Points


def copy_outlines(target: VGroup, source: VGroup, place: Callable[[Points], Points] = np.copy) -> None:
    """Give the shapes of `target` the points and colours of those of `source`, glyphs those of glyphs.

    Manim draws the mobjects that were in a group when an animation began, so these are kept: missing shapes
    are added, shapes that are not needed lose their points. `place` moves points to their place in `target`.
    """
    for are_glyphs in (False, True):
        for shape, new in zip_longest(_shapes(target, are_glyphs), _shapes(source, are_glyphs)):
            if shape is None:
                target.add(new.copy().set_points(place(new.points)))
            elif new is None:
                shape.clear_points()
            else:
                shape.points = place(new.points)
                shape.set_z_index(new.z_index).interpolate_color(shape, new, 1)


def drop_empty_shapes(group: VGroup) -> None:
    """Remove the shapes without points that `copy_outlines` left at the end of a group.

    How many there are depends on the frames that were drawn, and their places decide in which order later
    frames are drawn. So this belongs to the last frame of an animation.
    """
    parts = group.submobjects
    while parts and not parts[-1].family_members_with_points():
        group.remove(parts[-1])


def _shapes(group: VGroup, are_glyphs: bool) -> list[VMobject]:
    """The shapes in a group that have an outline of their own: the glyphs, or all others."""
    family = (part for part in group.get_family() if isinstance(part, VMobject))
    return [part for part in family if not isinstance(part, VGroup) and isinstance(part, Glyph) == are_glyphs]
