"""The error as a picture: prediction and target on a number line, their difference, and its square."""

import math
import re
from collections.abc import Callable, Mapping
from functools import cache

import numpy as np
from manim import Line, Rectangle, Square, VGroup, VMobject

from storyreel.core.number_format import LARGEST_ROLLING, MINUS, rolling, rounded_briefly, shown
from storyreel.engine.curves import output_range
from storyreel.engine.equations.calculation import Calculation
from storyreel.engine.equations.notation import PLAIN, Notation
from storyreel.engine.equations.rounding import decimal_of, is_equal
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, at
from storyreel.graphics.parts.labelled import Labelled
from storyreel.graphics.plots.squares.error_line import LOWEST, OVERHANG, ErrorLine, ValueMarker, fitting
from storyreel.graphics.polylines import polyline
from storyreel.graphics.text.brace_outline import brace_points
from storyreel.graphics.text.glyph import Points
from storyreel.graphics.text.rolling_number import set_text
from storyreel.graphics.text.text_state import TextState, text_state
from storyreel.graphics.text.typeset import Typeset, maths, slot

ASIDE = 0.16
"""Units between the prediction's dot on the line and its tag."""
TURN, TAG_ABOVE = 0.4, 0.7
"""The least error, in units, with the tag beside the dot; nearer to the target it is above the dot, so that
it comes to the other side clear of the square. And the units from the line up to the middle of the tag."""
ROOM_IN_SQUARE = 0.5
"""The least side of a square, in Manim units, with a number in it; twice that where it stands in the half."""
NARROW = 0.3
"""Units of an error, or of a square's side, over which its number fades in."""
ROOM_TO_LABEL = 0.7
"""The share of its height after which the number in a growing square fades in."""
ABOVE_SQUARE = 1.15
"""Units above the square for the brace with the error and its length."""


class ErrorSquare(ErrorLine):
    """A number line with a target, which is fixed, and the prediction, which can move.

    `error` is the calculation of the error from these two, whose numbers are written in `notation`. `line`
    and `target_marker` do not move. `marker`, `error` and `square` draw what depends on the prediction, for a
    value of it; `move_marker`, `move_error` and `move_square` change these drawings.
    """

    def __init__(self, area: Area, error: Calculation, notation: Notation = PLAIN) -> None:
        (name, target_name), (value, target) = error.operands, error.numbers
        text = notation.text(target_name, target)
        super().__init__(area, *output_range(value, target), (target_name, target, text))
        self.name, self.error_name, self.own_value = name, error.name, value
        self.notation = notation
        is_decimal = max(abs(value), abs(target)) < LARGEST_ROLLING and not re.search("[/×]", text)
        self.decimals = max(2, len(text.partition(".")[2])) if is_decimal else None
        self.is_exact = is_decimal and is_equal(error, notation)

    def height_in(self, width: float, value: float) -> float:
        """The height of the whole picture with the square on the error, on a line of this width."""
        return self.target_below + LOWEST + self.side(value) * width / self.area.width + ABOVE_SQUARE

    def stand_in(
        self, area: Area, parts: Mapping[str, VGroup], value: float, is_halved: bool = False
    ) -> None:
        """Move everything into another area, with those of the parts "marker", "error" and "square" that
        there are, at a prediction."""
        self.move_to_area(area)
        marker, error, square = (parts.get(name) for name in ("marker", "error", "square"))
        if isinstance(marker, ValueMarker):
            self.move_marker(
                marker, value, text_state(*marker.tag.source_of(self.prediction(value)), marker.tag.text.em)
            )
        if isinstance(error, Labelled):
            written = self.difference(*self.label_numbers(value))
            height = self.side(value) if square else 0.0
            self.move_error(error, value, height, text_state(*written, error.label.em))
        if isinstance(square, Labelled):
            written = in_maths(self.area_text(value, is_halved))
            self.move_square(square, value, is_halved, text_state(*written, square.label.em))

    def marker(self, value: float) -> ValueMarker:
        """The marker of the prediction at `value`: a dot on the line and its tag."""
        marker = ValueMarker(self.name, self.prediction(value), "activation")
        self.move_marker(marker, value, marker.tag.initial_state)
        return marker

    def prediction(self, value: float, is_rolling: bool = False) -> str:
        """The text of the prediction; while it changes, with as many decimals as its error."""
        if not is_rolling:
            return self.notation.text(self.name, value)
        if self.decimals is None or abs(value) >= LARGEST_ROLLING:
            return rolling(value)
        return shown(value, f".{self.decimals}f")

    def move_marker(self, marker: ValueMarker, value: float, state: TextState) -> None:
        """Move the prediction's marker to a value; `state` is the text of its tag.

        The tag is above the line, on the side away from the target.
        """
        x = self.x(value)
        turned = min(1.0, abs(x - self.x(self.target_value)) / TURN)
        side = math.copysign(turned * turned * (3 - 2 * turned), value - self.target_value)
        width, _ = marker.tag.plate_size(state.width, state.height)
        room = abs(x - (self.area.left if side < 0 else self.area.right)) + OVERHANG
        scale = fitting(room / width)
        marker.dot.move_to(at(x, self.y))
        marker.tag.set_state(state, at(x + side * (width * scale / 2 + ASIDE), self.y + TAG_ABOVE), scale)

    def error(self, value: float) -> Labelled:
        """The error as a thick line with a brace above it, and its length."""
        paint = theme.colour("loss")
        segment = Line(stroke_color=paint, stroke_width=theme.SPACING.bold_stroke)
        brace = VMobject(fill_color=paint, fill_opacity=1, stroke_width=0)
        source, plain = self.difference(*self.label_numbers(value))
        colours = [theme.colour(kind) for kind in ("activation", "target", "loss")]
        slots = (self.name, self.target_name, "error")
        label = Typeset(source, plain=plain, em=theme.SIZES.label, slots=slots, colours=colours)
        error = Labelled(segment, brace, label=label)
        self.move_error(error, value, 0.0, text_state(source, plain, label.em))
        return error

    def move_error(self, error: Labelled, value: float, height: float, state: TextState) -> None:
        """Draw the error for another value; `state` is its label, which is hidden where it is too narrow."""
        segment, brace = error.shapes
        left, right = sorted((self.x(value), self.x(self.target_value)))
        opacity = min(1.0, max(0.0, (right - left - NARROW) / NARROW))
        segment.points = polyline([at(left, self.y), at(right, self.y)])
        level = self.y + max(height, 0.2)
        brace.points = brace_points(max(right - left, NARROW)) + at(left, level)
        brace.set_fill(opacity=opacity)
        clear = max(brace.get_top()[1], self.y + (0.0 if height > 0.9 else 1.1))
        set_text(error.label, state.faded(opacity), at((left + right) / 2, clear + state.height / 2 + 0.12))

    def label_numbers(self, value: float, is_rolling: bool = False) -> tuple[str, str]:
        """The numbers in the error's label that depend on the prediction: itself and the error.

        For a prediction that is not the network's, the error is the difference of what is written.
        """
        prediction, error = self.prediction(value, is_rolling), value - self.target_value
        if self.decimals is None or value == self.own_value:
            return prediction, rolling(error) if is_rolling else self.notation.text(self.error_name, error)
        difference = float(decimal_of(prediction) - decimal_of(self.target_text))
        return prediction, rounded_briefly(difference, self.decimals, is_at_rest=not is_rolling)

    def difference(self, prediction: str, error: str) -> tuple[str, str]:
        """The error's label, `prediction − target = error`: its Typst markup and its plain text."""
        target, signs = self.target_text, ("=", "=") if self.is_exact else ("approx", "≈")
        is_negative = target.startswith(MINUS)
        subtracted = f"({slot(1, target)})" if is_negative else slot(1, target)
        source = f"${slot(0, prediction)} - {subtracted} {signs[0]} {slot(2, error)}$"
        written = f"({target})" if is_negative else target
        return source, f"{prediction} {MINUS} {written} {signs[1]} {error}"

    def side(self, value: float) -> float:
        """The length of the error on screen, in Manim units."""
        return abs(self.x(value) - self.x(self.target_value))

    def square(self, value: float, halved: bool) -> Labelled:
        """The square on the error, labelled with its area; `halved` fills one half and labels that."""
        paint = theme.colour("loss")
        whole = Rectangle(
            stroke_color=paint,
            stroke_width=theme.SPACING.thin_stroke,
            fill_color=paint,
            fill_opacity=0.12 if halved else 0.3,
        )
        half = Rectangle(stroke_width=0, fill_color=paint, fill_opacity=0.5 if halved else 0.0)
        text = self.area_text(value, halved)
        label = maths(text, plain=text, em=theme.SIZES.number, colour=theme.colour("text"))
        square = Labelled(whole, half, label=label)
        self.move_square(square, value, halved, text_state(*in_maths(text), label.em))
        return square

    def move_square(self, square: Labelled, value: float, halved: bool, state: TextState) -> None:
        """Draw the square for another value; `state` is its label, which is hidden where it is too small."""
        side, left = self.side(value), min(self.x(value), self.x(self.target_value))
        for height, shape in zip((side, side / 2), square.shapes, strict=True):
            size = np.array([max(side, 1e-3), max(height, 1e-3), 0.0])
            shape.points = _square() * size + at(left + side / 2, self.y + height / 2)
        room = (side - max(ROOM_IN_SQUARE * (2 if halved else 1), state.width + 0.2)) / NARROW
        spot = at(left + side / 2, self.y + side / (4 if halved else 2))
        set_text(square.label, state.faded(min(1.0, max(0.0, room))), spot)

    def growth(self, square: Labelled, error: VMobject | None, value: float) -> Callable[[float], None]:
        """A function of a share (0 to 1) by which a square grows from the line, and moves `error` up."""
        outlines = [shape.points.copy() for shape in square.shapes]
        state, side = (
            text_state(*self.difference(*self.label_numbers(value)), theme.SIZES.label),
            self.side(value),
        )
        opacities = [glyph.get_fill_opacity() for glyph in square.label]

        def grow(share: float) -> None:
            for shape, outline in zip(square.shapes, outlines, strict=True):
                shape.points = outline * (1, share, 1) + (0, (1 - share) * self.y, 0)
            for glyph, opacity in zip(square.label, opacities, strict=True):
                glyph.set_fill(opacity=opacity * max(0.0, (share - ROOM_TO_LABEL) / (1 - ROOM_TO_LABEL)))
            if isinstance(error, Labelled):
                self.move_error(error, value, share * side, state)

        return grow

    def halving(self, before: Labelled, after: Labelled) -> Callable[[float], None]:
        """A function of a share (0 to 1) by which the shapes of a square become those of another one.

        Its label fades out, and then that of the other one in.
        """
        starts, old, new = [shape.copy() for shape in before.shapes], before.label, after.label
        opacities = [glyph.get_fill_opacity() for glyph in new]

        def show(share: float) -> None:
            for shape, start, end in zip(before.shapes, starts, after.shapes, strict=True):
                shape.interpolate(start, end, share)
            old.set_fill(opacity=max(0.0, 1 - share / 0.4))
            for glyph, opacity in zip(new, opacities, strict=True):
                glyph.set_fill(opacity=opacity * max(0.0, 2 * share - 1))

        return show

    def area_text(self, value: float, halved: bool, is_rolling: bool = False) -> str:
        """The text of the number in the square; where it is the loss, it is written like that."""
        area = self.area_of(value, halved)
        return rolling(area) if is_rolling else self.notation.text("loss", area)

    def area_of(self, value: float, halved: bool) -> float:
        """The number in the square: the squared error, or half of it."""
        error = value - self.target_value
        area = error * error  # a power would raise OverflowError
        return area / 2 if halved else area


def in_maths(number: str) -> tuple[str, str]:
    """A number: its Typst markup and its plain text."""
    return f"${number}$", number


@cache
def _square() -> Points:
    return Square(1.0).points
