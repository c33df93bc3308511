"""A knob: a dial whose pointer shows a number, such as a weight."""

import math
from typing import NamedTuple

import numpy as np
from manim import DOWN, RIGHT, Circle, ManimColor, VGroup, VMobject, interpolate_color
from numpy.typing import ArrayLike

from storyreel.core.arrays import Array
from storyreel.core.number_format import shorter
from storyreel.engine.equations.notation import PLAIN, Notation
from storyreel.graphics import theme
from storyreel.graphics.polylines import polyline
from storyreel.graphics.text.copy_outlines import copy_outlines
from storyreel.graphics.text.glyph import Points
from storyreel.graphics.text.named_number import named_number, named_source
from storyreel.graphics.text.typeset import Typeset

SWEEP = 1.5 * math.pi
"""The angle between the ends of a dial, in radians; angle 0 is in the middle, at the top."""
LONGEST_ARROW = 0.3 * SWEEP
SHORTEST_ARROW = 0.12
"""The share of the longest arrow up to which arrows are hidden; they would be only a tip."""
TIP, TIP_CORNERS = 0.24, (0.0, 2 * math.pi / 3, 4 * math.pi / 3, 0.0)
"""The size of the arrow's tip, in radii of the knob, and the angles of its corners, in radians."""
BELOW_DIAL = 0.72
"""The distance of a label below a dial from the middle of that, in radii of the knob."""
ARROW_EXTENT = 1.4
"""The distance of the arrow's outer edge from the middle, in radii of the knob."""
ROOM_FOR_LARGE_LABEL = 2.6
"""The room in Manim units from which on a label beside a dial is as large as numbers in tags."""
LARGE = 0.5
"""The least radius in Manim units of a knob whose lines are not thin."""
CURVES = 6


class Knob(VGroup):
    """A dial of `radius` Manim units for the quantity `name`, in the colour of `kind`.

    The pointer is straight up at 0, halfway to the right end at `unit`, and approaches that end for large
    numbers. With `room`, `label` is `name = value` to the right of the `dial`, at most `room` units wide and
    written in `notation`, or below it with `is_label_below`. A symbol by which it is `called` takes the place
    of the name's.
    """

    def __init__(
        self,
        name: str,
        kind: str,
        value: float,
        unit: float,
        radius: float,
        room: float = 0.0,
        notation: Notation = PLAIN,
        called: str = "",
        is_label_below: bool = False,
    ) -> None:
        super().__init__()
        self.name, self.kind, self.paint = name, kind, ManimColor(theme.colour(kind))
        self._dull, self._bright = ManimColor(theme.colour("surface")), ManimColor(theme.colour("text"))
        self.unit, self.radius, self.notation = unit, radius, notation
        self.called = called
        self._side = DOWN if is_label_below else RIGHT
        self._beside = (BELOW_DIAL if is_label_below else ARROW_EXTENT) * radius * self._side
        pink = theme.colour("gradient")
        thickness = theme.SPACING.stroke if radius >= LARGE else theme.SPACING.thin_stroke
        self.face = Circle(radius=0.74 * radius, stroke_width=0, fill_opacity=1)
        self.track = VMobject(stroke_color=theme.colour("line"), stroke_width=thickness)
        self.track.set_points(_arc(radius, np.array([-SWEEP / 2]), np.array([SWEEP / 2]))[0])
        self.amount = VMobject(stroke_color=self.paint, stroke_width=thickness)
        self.pointer = VMobject(stroke_color=self.paint, stroke_width=thickness)
        self.shaft = VMobject(stroke_color=pink, stroke_width=thickness)
        self.tip = VMobject(stroke_width=0, fill_color=pink)
        self.dial = VGroup(self.face, self.track, self.amount, self.pointer, self.shaft, self.tip)
        self.room = room
        self.label = VGroup() if room else None
        self.glow = self.arrow_opacity = -1.0
        self.add(self.dial, *([self.label] if self.label is not None else []))
        self.text = ""
        self.turn(knob_shapes([value], [0.0], unit, radius)[0])

    def turn(self, to: "KnobShapes", spec: str = "", glow: float = 0.0) -> None:
        """Show the number and the arrow of `to`.

        `spec` is the number's format, as for `shown`; `glow` highlights the face, 0 to 1.
        """
        self.value, middle = to.value, self.face.get_center()
        self.amount.points = middle + to.amount
        self.pointer.points = middle + to.pointer
        opacity = float(np.clip((abs(to.arrow) - SHORTEST_ARROW) / SHORTEST_ARROW, 0, 1))
        if opacity:
            self.shaft.points = middle + to.shaft
            self.tip.points = middle + to.tip
        if opacity != self.arrow_opacity:
            self.arrow_opacity = opacity
            self.shaft.set_stroke(opacity=opacity)
            self.tip.set_fill(opacity=opacity)
        if glow != self.glow:
            self.glow = glow
            self.face.set_fill(interpolate_color(self._dull, self.paint, 0.45 * glow))
            self.pointer.set_stroke(interpolate_color(self.paint, self._bright, glow))
        if self.label is not None and (text := self.notation.text(self.name, to.value, spec)) != self.text:
            self.text = text
            for form in (text, *shorter(to.value)):
                label = self._label(form)
                if label.width * theme.SIZES.crowded <= self.room * label.em:
                    break
            label.scale(min(1.0, self.room / label.width))
            label.next_to(self._beside, self._side, buff=theme.SPACING.padding)
            copy_outlines(self.label, label.shift(middle))

    def _label(self, number: str) -> Typeset:
        source = named_source(self.called, number) if self.called else ""
        em = theme.SIZES.number if self.room >= ROOM_FOR_LARGE_LABEL else theme.SIZES.label
        return named_number(self.name, number, self.kind, em, source=source)


class KnobShapes(NamedTuple):
    """The outlines of a knob's moving parts, around the origin, for a `value` and an arrow.

    `arrow`, from −1 to 1, is the length of the arrow around the dial; it is to the right if positive.
    """

    value: float
    arrow: float
    amount: Points
    pointer: Points
    shaft: Points
    tip: Points


def knob_shapes(values: ArrayLike, arrows: ArrayLike, unit: float, radius: float) -> list[KnobShapes]:
    """The shapes of knobs of one size for `values` and `arrows`, both of shape (knobs,).

    They are computed together, because there may be dozens of knobs in every frame.
    """
    value, arrow = np.asarray(values, float), np.asarray(arrows, float)
    angle = SWEEP / math.pi * np.arctan(value / unit)
    outer, end = (ARROW_EXTENT + 1) / 2 * radius, angle + LONGEST_ARROW * arrow
    pointer = np.stack([_towards(angle, 0.17 * radius), _towards(angle, 0.68 * radius)], axis=1)
    onward = end + np.copysign(math.pi / 2, arrow)
    corners = _towards(onward[:, None] + TIP_CORNERS, TIP * radius) + _towards(end, outer)[:, None]
    amounts, shafts = _arc(radius, np.zeros_like(angle), angle), _arc(outer, angle, end)
    parts = zip(value, arrow, amounts, polyline(pointer), shafts, polyline(corners), strict=True)
    return [KnobShapes(float(one), float(its), *shapes) for one, its, *shapes in parts]


def _towards(angle: Array, length: float) -> Array:
    """The points `length` units from the origin at angles in radians, clockwise from the top."""
    return length * np.stack([np.sin(angle), np.cos(angle), np.zeros_like(angle)], axis=-1)


def _arc(radius: float, start: Array, end: Array) -> Array:
    """The points of arcs around the origin, each between two angles in radians, clockwise from the top."""
    angles = start[:, None] + (end - start)[:, None] * np.linspace(0, 1, CURVES + 1)
    spots = _towards(angles, radius)
    reach = 4 / 3 * np.tan((end - start) / CURVES / 4)
    ahead = reach[:, None, None] * _towards(angles + math.pi / 2, radius)
    curves = [spots[:, :-1], spots[:, :-1] + ahead[:, :-1], spots[:, 1:] - ahead[:, 1:], spots[:, 1:]]
    return np.stack(curves, axis=2).reshape(len(start), -1, 3)
