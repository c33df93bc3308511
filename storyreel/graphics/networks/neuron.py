"""A neuron: a circle or a capsule whose brightness shows its activation, with its value inside."""

import math
from itertools import product
from typing import Any

import numpy as np
from manim import LEFT, RIGHT, Circle, Line, ManimColor, RoundedRectangle, VGroup

from storyreel.core.number_format import briefest, rounded, shorter
from storyreel.graphics import theme
from storyreel.graphics.brightness import brightened
from storyreel.graphics.network_layout import LARGEST_VALUE, VALUE_EM, VALUE_END
from storyreel.graphics.text.typeset import Typeset, maths

ROOM_FOR_VALUE, WIDEST_VALUE = 1.5, 1.75
"""The largest width and height of a value, in radii of a circle; its width where else it would not fit."""
SMALL, BESIDE_SPARKS = 0.5, 0.08
"""The radius below which, while its number changes, a neuron has that much room for sparks at its rim."""

EASY, CROWDED = 0.28, theme.SIZES.crowded
"""The em from which a number in a neuron is read at first sight, and the smallest, in Manim units."""
TOO_LONG = "…"
LONGEST_VALUE = 14
"""Characters of a number that may fit inside; one with more, such as all decimals of 10⁻¹⁵⁰, is not tried."""


GLOW = ((0.75, 0.07), (0.45, 0.11), (0.2, 0.16))
"""What each layer of the glow at full brightness reaches beyond the rim, in radii, and its opacity."""
WIDEST_GLOW = 0.34
"""The most that the glow reaches beyond the rim, in Manim units."""
STALE = 0.35
"""The opacity of a neuron whose value is out of date."""


class _Light(Line):
    """Light of the shape of a neuron with another `radius`: one thick stroke, so that a neuron's size is that
    of its rim, whose round ends are `straight` Manim units from its centre."""

    def __init__(self, kind: str, straight: float, radius: float) -> None:
        super().__init__(
            straight * LEFT, straight * RIGHT, color=theme.colour(kind), stroke_width=200 * radius
        )
        self.set_stroke(opacity=0)


class Neuron(VGroup):
    """A shape `2 × radius` high that can show a value: a circle, or a capsule `2 × half_width` wide.

    `circle` is its outline and fill, `glow` the light around it, `value` the number inside, which scenes set;
    None at first.
    """

    def __init__(self, kind: str, radius: float, half_width: float | None = None) -> None:
        super().__init__()
        self.kind = kind
        self.radius = radius
        self.half_width = half_width or radius
        look: dict[str, Any] = {
            "stroke_color": theme.colour(kind),
            "stroke_width": theme.SPACING.stroke,
            "fill_color": theme.colour("surface"),
            "fill_opacity": 1,
        }
        self.circle: Circle | RoundedRectangle
        straight = self.half_width - radius
        if self.is_capsule:
            size = {"width": 2 * self.half_width, "height": 2 * radius}
            self.circle = RoundedRectangle(**size, corner_radius=radius, **look)
        else:
            self.circle = Circle(radius=radius, **look)
        self.value: Typeset | None = None
        reach = min(radius, WIDEST_GLOW / GLOW[0][0])
        self.glow = VGroup(*(_Light(kind, straight, radius + reach * extent) for extent, _ in GLOW))
        self.add(self.glow, self.circle)

    def shine(self, brightness: float) -> "Neuron":
        """Take the fill and the glow of `brightness`, from 0 (activation 0) to 1 (the largest activation)."""
        self.circle.set_fill(self.fill_at(brightness), opacity=1).set_stroke(opacity=1)
        for layer, (_, opacity) in zip(self.glow, GLOW, strict=True):
            layer.set_stroke(opacity=opacity * min(1.0, brightness))
        return self

    def go_dark(self) -> "Neuron":
        """Lose all light, as a neuron does that has no value."""
        self.shine(0.0).circle.set_fill(theme.colour("surface"))
        return self

    def go_stale(self) -> "Neuron":
        """Take the look of a neuron whose value is that of weights that have changed since: pale, without
        light. `shine` ends it."""
        self.shine(0.0).circle.set_fill(opacity=STALE).set_stroke(opacity=STALE)
        return self

    @property
    def is_capsule(self) -> bool:
        """True where the shape is wider than high."""
        return self.half_width > self.radius

    def reach(self, along: np.ndarray) -> float:
        """The distance from the centre to the rim in the direction of a unit vector."""
        straight = self.half_width - self.radius
        if not straight:
            return self.radius
        across, up = abs(float(along[0])), abs(float(along[1]))
        if self.radius * across <= straight * up:
            return self.radius / up
        return straight * across + math.sqrt(self.radius**2 - (straight * up) ** 2)

    def meets(self, box: tuple[float, float, float, float]) -> bool:
        """True where a rectangle, by its left, bottom, right and top, overlaps the shape."""
        (x, y, _), (left, bottom, right, top) = self.get_center(), box
        across = max(left - x, x - right, 0.0) - (self.half_width - self.radius)
        return math.hypot(max(across, 0.0), max(bottom - y, y - top, 0.0)) < self.radius

    def fill_at(self, brightness: float) -> ManimColor:
        """The fill colour for `brightness`, from 0 (activation 0) to 1 (the largest activation)."""
        return brightened(self.kind, brightness)

    def value_to_show(
        self,
        text: str,
        brightness: float,
        smallest: float = theme.SIZES.crowded,
        spare: float = 0.0,
        widest: float = ROOM_FOR_VALUE,
        source: str = "",
    ) -> Typeset | None:
        """The number `text`, scaled to fit inside, in a colour that can be read on the fill.

        `source` is how it is written in Typst maths, if otherwise. `brightness` is that of the fill, 0 to 1;
        `spare` the Manim units that stay free on both sides of it; `widest` the largest width in radii of a
        circle. None where it would be smaller than `smallest`.
        """
        ink = theme.ink_on(self.fill_at(brightness).to_hex())
        em = 0.85 * self.radius
        if self.is_capsule:
            em = min(max(VALUE_EM * self.radius, CROWDED), LARGEST_VALUE)
        value = maths(f"display({source or text})", plain=text, em=em, colour=ink)
        height = ROOM_FOR_VALUE * self.radius
        width = 2 * (self.half_width - VALUE_END * self.radius) if self.is_capsule else widest * self.radius
        factor = min(1.0, (width - 2 * spare) / value.width, height / value.height)
        return value.scale(factor).move_to(self.circle) if factor * em >= smallest else None

    def longest_value(self, text: str, number: float, brightness: float) -> Typeset | None:
        """`number`, written as `text`, or with as many digits as fit inside; see `value_to_show`.

        Fewer digits that are easily read come before more that are small. A capsule always has a number, at
        worst about what it is, such as `≈ 0`, which may be smaller than others. In a circle where not even
        one digit fits there is an ellipsis, unless the neuron is too small for any number.
        """
        forms = (text, *shorter(number))
        for smallest, widest in product((EASY, CROWDED), (ROOM_FOR_VALUE, WIDEST_VALUE)):
            shown = (self.value_to_show(form, brightness, smallest, widest=widest) for form in forms)
            if (value := next(filter(None, shown), None)) is not None:
                return value
        if self.is_capsule and math.isfinite(number):
            brief = tuple(briefest(number))
            shown = (self.value_to_show(form, brightness) for form in brief)
            return next(filter(None, shown), None) or self.value_to_show(brief[-1], brightness, smallest=0.0)
        has_room = self.is_capsule or self.value_to_show("0.5", brightness) is not None
        return self.value_to_show(TOO_LONG, brightness) if has_room else None

    def rounded_value(
        self, number: float, decimals: int, brightness: float, is_at_rest: bool
    ) -> Typeset | None:
        """`number` with as many of its decimals as fit inside; see `value_to_show`."""
        most = min(decimals, LONGEST_VALUE)
        texts = [rounded(number, fewer, is_at_rest) for fewer in range(most, -1, -1)]
        texts = [text for text in texts if len(text) <= LONGEST_VALUE]
        spare = 0.0 if is_at_rest or self.radius >= SMALL else BESIDE_SPARKS
        shown = (self.value_to_show(text, brightness, spare=spare) for text in (*texts, *shorter(number)))
        return next(filter(None, shown), None)
