"""All connections between two layers as a few shapes, for layers with hundreds of them."""

from collections.abc import Sequence

import numpy as np
from manim import Animation, UpdateFromAlphaFunc, VGroup, VMobject, Wait
from manim.utils.rate_functions import linear

from storyreel.core.arrays import Array
from storyreel.graphics import theme
from storyreel.graphics.line_picture import LinePicture
from storyreel.graphics.motion.verbs import ease_out, ease_travel
from storyreel.graphics.polylines import polyline

LEVELS = 5
"""How many different strengths the connections of one sign have; those weaker than half the weakest are not
drawn."""
FEW, MANY = 100, 1000
"""The numbers of connections between which these get thinner and fainter."""
THINNEST, WIDEST, WIDEST_OF_MANY = 0.8, 4.5, 2.4
"""Stroke widths of the weakest level, and of the strongest one of few and of many connections, in 1/100
unit."""
FAINTEST, CLEAREST_OF_MANY = 0.05, 0.5
"""The opacities of the weakest level, and of the strongest one of many connections; 1 is that of few."""
FANS_FROM = 500
"""The number of lines from which on only those with the same end are one shape."""
LENGTH = 0.25
"""The length of a pulse, as a share of its connection."""
SILENT = 0.08
"""The strength below which no pulse runs along a connection, from 0 to 1."""


class BundledLines(VMobject):
    """Lines of about the same strength, of a bundle."""

    line_picture: LinePicture


class EdgeBundle(VGroup):
    """The connections of a layer: `lines` has their starts and ends, of shape (ends, starts, 2, 3) or (lines,
    2, 3), in Manim units.

    Lines of about the same strength are one shape, so that a thousand of them cost little more than ten; of
    many lines, only those with the same end, as cairo takes twice as long for a shape whose lines cross.
    `kinds` are the colours of numbers from 0 on and of those below 0, or the one of both. There are no
    dashes: next to each other, those of many lines look like bars across them. `extent` is the part of each
    line that is drawn: a share of its way from its start, and another.

    With `is_measured`, the light of a line, its width times its opacity, is in proportion to its number, and
    on the same scale however many lines there are: sizes can be compared, also those of two bundles.
    """

    def __init__(
        self,
        lines: Array,
        kinds: Sequence[str] = ("positive", "negative"),
        is_measured: bool = False,
    ) -> None:
        self.lines: Array = lines.reshape(-1, 2, 3)
        self.extent = (0.0, 1.0)
        self.light = 1.0
        self.shares: Array = np.zeros(len(self.lines))
        """The size of each line's number relative to the strongest, 0 of those that are not drawn."""
        count = len(self.lines)
        fans = len(lines) if lines.ndim == 4 and count > FANS_FROM else 1
        self._fans = np.repeat(np.arange(fans), count // fans)
        self._kinds, self._shapes = len(kinds), np.full(count, -1)
        self._widths, self._opacities = _measured() if is_measured else _by_number(count)
        super().__init__()
        for width in self._widths.tolist():  # the strongest are drawn last
            for kind in kinds:
                paint = theme.colour(kind)
                look = BundledLines(stroke_color=paint, stroke_width=width, fill_opacity=0)
                self.add(look, *(look.copy() for _ in range(fans - 1)))
        self.picture = self._as_one()
        for shape in self.submobjects:
            assert isinstance(shape, BundledLines)
            shape.line_picture = self.picture
        self.set_light(1.0)

    def _as_one(self) -> LinePicture:
        """All lines as one picture."""
        of_level = len(self.submobjects) // LEVELS
        colours = np.array([shape.get_stroke_rgbas()[0, :3] for shape in self.submobjects])
        levels = np.repeat(np.arange(LEVELS), of_level)
        looks = colours, self._widths[levels], self._opacities[levels]
        return LinePicture(self.lines, self._shapes, *looks)

    def show_numbers(self, values: Array, largest: float) -> "EdgeBundle":
        """Take the look of these numbers, of shape (ends, starts), of which `largest` is the strongest."""
        shares = np.minimum(1.0, np.abs(values).ravel() / (largest or 1.0))
        self.shares = shares
        levels = np.rint(shares * LEVELS).astype(int) - 1
        signs = (values.ravel() < 0) if self._kinds > 1 else 0
        fans = int(self._fans[-1]) + 1
        shapes = np.where(levels < 0, -1, (self._kinds * levels + signs) * fans + self._fans)
        if (shapes == self._shapes).all():
            return self  # what keeps its points is not drawn again
        self._shapes = shapes
        self.picture.take(shapes)
        return self.reach(*self.extent)

    def reach(self, low: float, high: float) -> "EdgeBundle":
        """Draw the lines from the share `low` of their ways to the share `high`."""
        self.extent = self.picture.extent = low, high
        ends = self._between(low, high)
        for number, shape in enumerate(self.submobjects):
            own = ends[self._shapes == number]
            if own.size or len(shape.points):
                shape.points = own.reshape(-1, 3)
        return self

    def _between(self, low: float, high: float) -> Array:
        """The points of each line from a share of its way to another, of shape (lines, points, 3)."""
        if high <= low:
            return np.zeros((len(self.lines), 0, 3))
        steps = self.lines[:, 1:] - self.lines[:, :1]
        ends = self.lines[:, :1] + steps * np.array([low, high])[:, None]
        return polyline(ends).reshape(len(self.lines), 4, 3)

    def set_light(self, opacity: float) -> "EdgeBundle":
        """Multiply the opacities that the lines have by their strengths with `opacity`."""
        self.light = self.picture.light = opacity
        of_level = len(self.submobjects) // LEVELS
        for number, shape in enumerate(self.submobjects):
            shape.set_stroke(opacity=opacity * float(self._opacities[number // of_level]))
        return self

    def set_widths(self, of_positive: float, of_negative: float) -> "EdgeBundle":
        """Multiply the stroke widths that the lines have by their strengths, those of numbers from 0 on and
        those of numbers below 0, of a bundle with two kinds."""
        of_level = len(self.submobjects) // LEVELS
        for number, shape in enumerate(self.submobjects):
            factor = (of_positive, of_negative)[number // (of_level // self._kinds) % self._kinds]
            shape.set_stroke(width=factor * float(self._widths[number // of_level]))
        self.picture.take(widths=np.array([shape.get_stroke_width() for shape in self.submobjects]))
        return self


def _by_number(count: int) -> tuple[Array, Array]:
    """The stroke widths and the opacities of the levels, from the weakest, of a bundle of so many lines."""
    widest, clearest = (
        np.interp(count, (FEW, MANY), ends) for ends in ((WIDEST, WIDEST_OF_MANY), (1.0, CLEAREST_OF_MANY))
    )
    return np.linspace(THINNEST, widest, LEVELS), np.linspace(FAINTEST, clearest, LEVELS)


def _measured() -> tuple[Array, Array]:
    """The same where width times opacity is to be in proportion to the level."""
    shares = np.sqrt(np.arange(1, LEVELS + 1) / LEVELS)
    return WIDEST * shares, shares


def bundle_grows(bundle: EdgeBundle, backwards: bool = False) -> Animation:
    """The lines of a bundle are drawn from their starts, or `backwards` from their ends."""

    def grow(_: object, share: float) -> None:
        bundle.reach(*((1 - share, 1.0) if backwards else (0.0, share)))

    bundle.reach(0.0, 0.0)
    return UpdateFromAlphaFunc(bundle, grow, introducer=True, rate_func=ease_travel)


def bundle_fades(bundle: EdgeBundle, opacity: float) -> Animation:
    """A bundle takes another opacity."""
    before = bundle.light

    def fade(_: object, share: float) -> None:
        bundle.set_light(before + share * (opacity - before))

    return UpdateFromAlphaFunc(bundle, fade, rate_func=ease_out)


def pulses(
    bundle: EdgeBundle, sizes: Sequence[float] | Array, kind: str, backwards: bool = False
) -> Animation:
    """Light runs along the lines of a bundle and vanishes: the larger the number of a line's start, or of its
    own, the brighter.

    `sizes` are the numbers of all starts, or of all lines, relative to the largest. It may run `backwards`.
    Where all are close to 0, nothing is seen.
    """
    each = np.abs(np.asarray(sizes, float))
    light = np.tile(each, len(bundle.lines) // len(each))
    seen = light >= SILENT
    if not seen.any():
        return Wait()
    pulse = EdgeBundle(bundle.lines[seen], (kind,))
    pulse.show_numbers(light[seen], 1.0).reach(0.0, 0.0)

    def run(_: object, alpha: float) -> None:
        head = ease_travel(alpha) * (1 + LENGTH)
        low, high = max(0.0, head - LENGTH), min(1.0, head)
        pulse.reach(*((1 - high, 1 - low) if backwards else (low, high)))

    return UpdateFromAlphaFunc(pulse, run, introducer=True, remover=True, rate_func=linear)
