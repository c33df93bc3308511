"""A knob: a dial whose pointer shows a number, such as a weight that learning will turn."""

import math

import numpy as np
from manim import RIGHT, Circle, ManimColor, VGroup, VMobject, interpolate_color

from storyreel import theme
from storyreel.drawings.symbol import symbol
from storyreel.drawings.typeset import Typeset, slot
from storyreel.layout import at
from storyreel.number import shown

SWEEP = 1.5 * math.pi
"""The angle from one end of a dial to the other, in radians, with 0 in the middle, at the top."""
LONGEST_PULL = 0.3 * SWEEP
SHORTEST_PULL = 0.05
"""Share of the longest arrow below which an arrow is left out: it would be all tip."""
TIP, TIP_CORNERS = 0.24, (0.0, 2 * math.pi / 3, 4 * math.pi / 3, 0.0)
"""The size of the arrow's tip, in radii, and where its corners are, in radians."""
ROOM_FOR_PULL = 1.4
"""How far the arrow reaches from the middle, in radii."""
CURVES = 6


class Knob(VGroup):
    """A dial of `radius` units for the number called `name`, in the colour of `kind`.

    The pointer is straight up at 0, halfway to its right end at `unit`, and never reaches that end. With
    `labelled`, `label` says `name = value` to the right of the `dial`. `value` is the number that it shows.
    """

    def __init__(
        self, name: str, kind: str, value: float, unit: float, radius: float, labelled: bool
    ) -> None:
        super().__init__()
        self.name, self.paint, self.unit, self.radius = name, ManimColor(theme.colour(kind)), unit, radius
        thickness, pink = theme.SPACING.thin_stroke + 3 * radius, theme.colour("gradient")
        self.face = Circle(radius=0.74 * radius, stroke_width=0, fill_opacity=1)
        self.track = VMobject(stroke_color=theme.colour("line"), stroke_width=thickness)
        self.track.set_points(_arc(radius, -SWEEP / 2, SWEEP / 2))
        self.amount = VMobject(stroke_color=self.paint, stroke_width=thickness)
        self.pointer = VMobject(stroke_color=self.paint, stroke_width=thickness)
        self.shaft = VMobject(stroke_color=pink, stroke_width=thickness)
        self.tip = VMobject(stroke_width=0, fill_color=pink)
        self.dial = VGroup(self.face, self.track, self.amount, self.pointer, self.shaft, self.tip)
        self.label = self._label(value, "") if labelled else None
        self.add(self.dial, *([self.label] if self.label is not None else []))
        self._point_to(value, 0.0, 0.0)

    def turn(self, value: float, spec: str = "", glow: float = 0.0, pull: float = 0.0) -> None:
        """Turn to `value`, written by `spec` as `shown` takes it; `glow` lights the face, from 0 to 1.

        `pull`, from −1 to 1, is the length of an arrow around the dial in the gradient's colour: to the
        right where it is positive.
        """
        self._point_to(value, glow, pull)
        if self.label is not None:
            self.label.become(self._label(value, spec).shift(self.face.get_center()))

    def _point_to(self, value: float, glow: float, pull: float) -> None:
        """Points alone are set here, and not whole shapes: there may be dozens of knobs in every frame."""
        self.value, middle = value, self.face.get_center()
        angle = SWEEP / math.pi * math.atan(value / self.unit)
        self.amount.set_points(middle + _arc(self.radius, 0.0, angle))
        ends = _towards(angle, 0.17 * self.radius), _towards(angle, 0.68 * self.radius)
        self.pointer.set_points_as_corners([middle + end for end in ends])
        outer, end = (ROOM_FOR_PULL + 1) / 2 * self.radius, angle + LONGEST_PULL * pull
        self.shaft.set_points(middle + _arc(outer, angle, end))
        onward = end + math.copysign(math.pi / 2, pull)
        corners = [_towards(onward + turn, TIP * self.radius) for turn in TIP_CORNERS]
        self.tip.set_points_as_corners([middle + _towards(end, outer) + corner for corner in corners])
        opacity = 1.0 if abs(pull) >= SHORTEST_PULL else 0.0
        self.shaft.set_stroke(opacity=opacity)
        self.tip.set_fill(opacity=opacity)
        self.face.set_fill(interpolate_color(ManimColor(theme.colour("surface")), self.paint, 0.45 * glow))
        self.pointer.set_stroke(interpolate_color(self.paint, ManimColor(theme.colour("text")), glow))

    def _label(self, value: float, spec: str) -> Typeset:
        number = shown(value, spec)
        label = Typeset(
            f"${slot(0, symbol(self.name))} = {slot(1, number)}$",
            plain=f"{self.name} = {number}",
            em=theme.SIZES.label,
            slots=(self.name, self.name),
            colours=(str(self.paint), theme.colour("text")),
        )
        return label.next_to(at(ROOM_FOR_PULL * self.radius, 0), RIGHT, buff=theme.SPACING.padding)


def _towards(angle: float, length: float) -> np.ndarray:
    """The point `length` units from the origin, `angle` radians to the right of straight up."""
    return np.array(at(length * math.sin(angle), length * math.cos(angle)))


def _arc(radius: float, start: float, end: float) -> np.ndarray:
    """The points of an arc around the origin between two angles to the right of straight up."""
    angles = np.linspace(start, end, CURVES + 1)
    spots = radius * np.column_stack([np.sin(angles), np.cos(angles), 0 * angles])
    reach = 4 / 3 * math.tan((end - start) / CURVES / 4)
    ahead = reach * radius * np.column_stack([np.cos(angles), -np.sin(angles), 0 * angles])
    curves = [spots[:-1], spots[:-1] + ahead[:-1], spots[1:] - ahead[1:], spots[1:]]
    return np.stack(curves, axis=1).reshape(-1, 3)
