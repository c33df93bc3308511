"""Texts and shapes that travel as a whole: no glyph turns into another one.

Manim's Transform matches the outlines of two texts one by one, and `5/6` on its way to a stacked fraction
becomes a scribble. Here what looks the same glides; what looks different fades out on its way, and the target
fades in.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from manim import Animation, ManimColor, Mobject, VGroup, VMobject
from manim.scene.scene import Scene

from storyreel.core.arrays import Array
from storyreel.graphics import theme
from storyreel.graphics.motion.clearance import Clearance
from storyreel.graphics.text.glyph import Glyph, Points
from storyreel.storyboard.themes.contrast import contrast

FADED_OUT, FADES_IN, SEEN = 0.42, 0.48, 0.8
"""The shares of the way after which a source has faded out, and a target begins and ends to fade in."""
LEFT_GROUND = 0.3
"""The share of the way after which a copy has the colour for its flight: it has left the plate or neuron on
which its own colour can be read."""
GROUND = 0.9
"""Manim units before its end from which on it takes the colour of its target: the radius of a neuron."""
LEGIBLE = 3.0
"""The least contrast of a flying text with the background."""


class _Part:
    """One outline of a travelling group, with the points and paints that it has at rest."""

    def __init__(self, shape: VMobject) -> None:
        self.shape = shape
        self.points = shape.points.copy()
        self.fill, self.stroke = shape.fill_rgbas.copy(), shape.stroke_rgbas.copy()
        self.width = shape.stroke_width

    def paint(self, fill: Array, stroke: Array, opacity: float) -> None:
        """Give the shape these colours, with their opacities multiplied by `opacity`."""
        factors = np.array([1.0, 1.0, 1.0, opacity])
        self.shape.fill_rgbas, self.shape.stroke_rgbas = fill * factors, stroke * factors

    def rest(self) -> None:
        """Give the shape its points and paints at rest."""
        self.shape.points = self.points.copy()
        self.shape.fill_rgbas, self.shape.stroke_rgbas = self.fill.copy(), self.stroke.copy()
        self.shape.stroke_width = self.width


class Flight(Animation):
    """`source`, as it is when this begins, travels to `target` along an arc and becomes it there.

    A copy of it travels, unless it `replaces` the source, which then leaves the stage. A copy is legible on
    the background while it is in the air, and not seen over its source, nor over the rectangles
    `taken` (n, 4: left, bottom, right, top, in Manim units), in which something is written. `arc` is the
    angle of its way in radians. Checks of layout let it
    overlap while it `is_under_way`.
    """

    is_under_way = False

    def __init__(
        self,
        source: VMobject,
        target: VMobject,
        arc: float = 0.0,
        replaces: bool = False,
        taken: Array | None = None,
        **manim: Any,
    ) -> None:
        self.taken = np.zeros((0, 4)) if taken is None else taken
        self.source, self.target, self.arc, self.replaces = source, target, arc, replaces
        # What is on stage when an animation begins is drawn until its end, so the copy is made here, and a
        # source that is replaced belongs to the animation.
        self.traveller = source if replaces else source.copy().set_z_index(target.z_index)
        self.pair = VGroup(self.traveller, target)
        super().__init__(self.pair, introducer=True, **manim)

    def create_starting_mobject(self) -> Mobject:
        """Called by Manim at the start, for a copy, which is not needed here."""
        return self.pair

    def begin(self) -> None:
        """Called by Manim at the start."""
        if not self.replaces:
            self.traveller.submobjects = self.source.copy().submobjects  # a number may have got longer
        sources, copies, self.ends = _parts(self.source), _parts(self.traveller), _parts(self.target)
        self.starts = sources
        self.are_alike = _are_alike(sources, self.ends)
        # Only bare text must be made legible: what has a plate keeps its colours.
        self.is_aloft = not self.replaces and all(
            isinstance(part.shape, Glyph) for part in (*copies, *self.ends)
        )
        # Of two that are alike, the one on stage moves: it stays the same shape from frame to frame.
        self.copies = copies if self.replaces or not self.are_alike else []
        self.movers = copies if self.replaces else self.ends
        self.way = Way(_middle(sources), _middle(self.ends), self.arc)
        self.landing = min(0.4, GROUND / max(self.way.length, GROUND))
        self.clearance = Clearance(self.way, _box(sources), _box(self.ends), self.taken)
        self.growth = 1.0 if self.are_alike else _growth(self.source, self.target)
        for part in self.ends if self.movers is copies and self.are_alike else copies:
            part.shape.points = np.zeros((0, 3))
        super().begin()

    def interpolate(self, alpha: float) -> None:
        """Called by Manim with the progress, from 0 to 1."""
        self.is_under_way = alpha < 1
        super().interpolate(alpha)

    def interpolate_mobject(self, alpha: float) -> None:
        """Called by Manim in every frame."""
        share = self.rate_func(alpha)
        if share >= 1:
            for part in self.copies:
                part.shape.points = np.zeros((0, 3))
            for part in self.ends:
                part.rest()
        elif self.are_alike:
            self._glide(share)
        else:
            self._cross_fade(share)

    def _glide(self, share: float) -> None:
        bend = self.way(share) - (1 - share) * self.way(0.0) - share * self.way(1.0)
        opacity = 1.0 if self.replaces else self.clearance(share)
        for start, end, mover in zip(self.starts, self.ends, self.movers, strict=True):
            mover.shape.points = (1 - share) * start.points + share * end.points + bend
            fill, stroke = (
                _mixed(*pair, share, self.is_aloft, self.landing)
                for pair in ((start.fill, end.fill), (start.stroke, end.stroke))
            )
            mover.paint(fill, stroke, opacity)
            mover.shape.stroke_width = (1 - share) * start.width + share * end.width

    def _cross_fade(self, share: float) -> None:
        here, grown = self.way(share), self.growth**share
        leaving = float(np.clip(1 - share / FADED_OUT, 0, 1)) if share > 0 or self.replaces else 0.0
        arriving = float(np.clip((share - FADES_IN) / (SEEN - FADES_IN), 0, 1))
        seen = 1.0 if self.replaces else self.clearance(share)
        is_bare = all(isinstance(part.shape, Glyph) for part in self.copies)
        for source, part in zip(self.starts, self.copies, strict=False):
            part.shape.points = (source.points - self.way(0.0)) * grown + here
            fill = _mixed(source.fill, source.fill, share, is_bare and not self.replaces, self.landing)
            part.paint(fill, source.stroke, seen * leaving**0.5)
        for part in self.ends:
            part.shape.points = (part.points - self.way(1.0)) * (grown / self.growth) + here
            fill = _mixed(part.fill, part.fill, share, self.is_aloft, self.landing)
            part.paint(fill, part.stroke, seen * arriving)

    def clean_up_from_scene(self, scene: Scene) -> None:
        """Called by Manim at the end."""
        super().clean_up_from_scene(scene)
        scene.remove(self.pair)
        scene.add(self.target)


def _parts(group: VMobject) -> list[_Part]:
    return [_Part(shape) for shape in group.get_family() if isinstance(shape, VMobject) and len(shape.points)]


def _middle(parts: Sequence[_Part]) -> Array:
    low, high = _corners(parts)
    return np.asarray((low + high) / 2)


def _box(parts: Sequence[_Part]) -> Array:
    return np.concatenate([corner[:2] for corner in _corners(parts)])


def _corners(parts: Sequence[_Part]) -> tuple[Array, Array]:
    """The lower left and the upper right corner of a group; the origin for an empty one."""
    points = np.concatenate([part.points for part in parts]) if parts else np.zeros((1, 3))
    return points.min(axis=0), points.max(axis=0)


def _are_alike(one: Sequence[_Part], other: Sequence[_Part]) -> bool:
    return len(one) == len(other) and all(
        is_same_outline(a.points, b.points) for a, b in zip(one, other, strict=True)
    )


def is_same_outline(one: Points, other: Points) -> bool:
    """True for two outlines of the same shape in any place and size."""
    if one.shape != other.shape:
        return False
    placed = [points - points.min(axis=0) for points in (one, other)]
    here, there = (points / points.max(axis=0).clip(1e-9) for points in placed)
    return np.allclose(here, there, atol=0.01)


def _growth(source: VMobject, target: VMobject) -> float:
    """The factor from the size of a source to that of its target, measured by their lower extents."""
    sizes = [max(min(shape.width, shape.height), 1e-3) for shape in (source, target)]
    return float(np.clip(sizes[1] / sizes[0], 0.5, 2.0))


class Way:
    """The way from one point to another along an arc with an angle in radians."""

    def __init__(self, start: Array, end: Array, arc: float) -> None:
        self.start, self.end, self.arc = start, end, arc
        step = end - start
        self.across = np.array([-step[1], step[0], 0.0])
        self.length = float(np.linalg.norm(step))

    def __call__(self, share: float | Array) -> Array:
        """The point at a share (0 to 1) of the way, or the points (n, 3) at n shares (n, 1)."""
        straight = (1 - share) * self.start + share * self.end
        if not self.arc:
            return np.asarray(straight)
        # The height of a flat arc over its chord is about a quarter of the half angle's tangent.
        return np.asarray(straight + self.across * np.tan(self.arc / 4) * 2 * share * (1 - share))


def _mixed(start: Array, end: Array, share: float, is_aloft: bool, landing: float) -> Array:
    """The paints at a share of the way; in the air, those of the target if they can be read there.

    `landing` is the share of the way in which they become those of the target, in its first half.
    """
    if start.shape != end.shape or not is_aloft:
        return end if start.shape != end.shape else start + share * (end - start)
    aloft = next((paints for paints in (end, start) if _contrast(paints) >= LEGIBLE), None)
    if aloft is None:
        aloft = end.copy()
        aloft[:, :3] = ManimColor(theme.colour("text")).to_rgb()
    if share < LEFT_GROUND:
        return start + (aloft - start) * share / LEFT_GROUND
    return aloft + (end - aloft) * float(np.clip(2 * (share - 1 + landing) / landing, 0, 1))


def _contrast(paints: Array) -> float:
    colour = "#" + "".join(f"{round(255 * float(part)):02x}" for part in paints[0, :3])
    return contrast(colour, theme.colour("background"))
