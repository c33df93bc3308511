"""Colours, and the RGBA arrays of a shape's fill and strokes."""

from functools import cache
from typing import Any

import numpy as np
from manim import ManimColor, VMobject

from storyreel.rendering.manim_patches.patch import Patch

_OPACITIES = frozenset({type(None), float, int, np.float64})

_update_rgbas_array = VMobject.update_rgbas_array
_generate_rgbas_array = VMobject.generate_rgbas_array
_init_colors = VMobject.init_colors
_parse = ManimColor.parse


@cache
def _named(colour: str) -> ManimColor:
    return _parse(colour)


def parse(cls: type[ManimColor], color: Any, alpha: float = 1.0) -> Any:
    """A colour as a ManimColor: the same object for the same colour, as Manim never changes one."""
    if cls is ManimColor and alpha == 1.0:
        if type(color) is ManimColor:
            return color
        if type(color) is str:
            return _named(color)
    return _parse.__func__(cls, color, alpha)  # type: ignore[attr-defined]


def update_rgbas_array(self: VMobject, array_name: str, color: Any = None, opacity: Any = None) -> VMobject:
    """Set the colour or the opacity of the array `array_name`; Manim's function handles gradients."""
    kind: Any = type(color)
    if (
        type(opacity) not in _OPACITIES
        or self.sheen_factor != 0
        or type(self).generate_rgbas_array is not _generate_rgbas_array
    ):
        return _update_rgbas_array(self, array_name, color, opacity)
    if kind is ManimColor:
        rgb = color._internal_value[:3]
    elif kind is str:
        rgb = _named(color)._internal_value[:3]
    elif color is None:
        rgb = None
    else:
        return _update_rgbas_array(self, array_name, color, opacity)
    rgbas = vars(self).get(array_name)
    if rgbas is None:
        rgbas = np.zeros((1, 4))
        setattr(self, array_name, rgbas)
    elif not len(rgbas):
        return _update_rgbas_array(self, array_name, color, opacity)
    if rgb is not None:
        rgbas[:, :3] = rgb
    if opacity is not None:
        rgbas[:, 3] = opacity
    return self


def init_colors(self: VMobject, propagate_colors: bool = True) -> VMobject:
    """Set the opacities, background stroke and sheen direction of a new shape of one colour."""
    kind: Any = type(self)
    state = vars(self)
    fill, stroke = state.get("fill_rgbas"), state.get("stroke_rgbas")
    if (
        fill is None
        or stroke is None
        or len(fill) != 1
        or len(stroke) != 1
        or self.submobjects
        or self.sheen_factor != 0
        or self.sheen_direction is None
        or not _has_manims_setters(kind)
    ):
        return _init_colors(self, propagate_colors)
    # Manim also sets the single fill colour to itself; only the opacity can change.
    update_rgbas_array(self, "fill_rgbas", None, self.fill_opacity)
    update_rgbas_array(self, "stroke_rgbas", None, self.stroke_opacity)
    colour, opacity = self.background_stroke_color, self.background_stroke_opacity
    update_rgbas_array(self, "background_stroke_rgbas", colour, opacity)
    self.sheen_direction = np.array(self.sheen_direction)
    return self


@cache
def _has_manims_setters(kind: Any) -> bool:
    names = (
        "set_fill",
        "set_stroke",
        "set_background_stroke",
        "set_sheen",
        "set_sheen_direction",
        "get_fill_colors",
        "get_stroke_colors",
        "fill_color",
        "stroke_color",
    )
    return all(getattr(kind, name) is getattr(VMobject, name) for name in names)


PATCHES = (
    Patch(ManimColor, "parse", classmethod(parse)),
    Patch(VMobject, "update_rgbas_array", update_rgbas_array),
    Patch(VMobject, "init_colors", init_colors),
)
