"""The animations and easings of all chapters, so that the same kind of event looks the same everywhere.

All of them start fast and end slowly: a cue is on its word, so its first frame must show a change.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from manim import (
    DOWN,
    Animation,
    AnimationGroup,
    Create,
    FadeIn,
    FadeOut,
    GrowFromCenter,
    LaggedStart,
    Mobject,
    Succession,
    UpdateFromAlphaFunc,
    VGroup,
    VMobject,
)
from manim.utils.rate_functions import linear, unit_interval

from storyreel.graphics.motion.flight import Flight
from storyreel.graphics.motion.routes import Boxes, routes
from storyreel.graphics.motion.spark import RADIUS, Spark, spark_radius
from storyreel.graphics.text.glyph import Glyph

FLIGHT_ARC = 0.6
"""The angle, in radians, of the arc along which `fly` moves a copy."""
DEPARTURE = 0.15
"""The share of its time in which a spark fades in."""
LARGE = 0.25
"""The size in Manim units from which a filled shape fades in whole: larger than the tip of an arrow."""
LANDED = 0.8
"""The share of their time after which numbers that fly have landed, as far as one can see."""
ARRIVAL = 0.85
"""The share of its time after which a spark has arrived and fades out."""


@unit_interval
def ease_out(t: float) -> float:
    """The easing of most animations: a cubic ease-out."""
    return 1 - (1 - t) ** 3


@unit_interval
def ease_travel(t: float) -> float:
    """The easing of what travels far, and of numbers that change: with a soft start and a soft end."""
    return t * t * (3 - 2 * t)


@unit_interval
def ease_run(t: float) -> float:
    """The easing of a run of many steps: slow at first, to show single steps, with a soft end."""
    return t * (0.3 + 2.1 * t - 1.4 * t * t)


def appear(shape: VMobject, from_above: float = 0.0) -> Animation:
    """Fade in while moving down by `from_above` units."""
    return FadeIn(shape, shift=DOWN * from_above, rate_func=ease_out)


def appear_beside_flight(shape: VMobject) -> Animation:
    """Fade in when what flies to its side at the same time has landed: a sign between numbers, over which
    they would pass."""
    return FadeIn(shape, rate_func=lambda t: ease_out(max(0.0, t - LANDED) / (1 - LANDED)))


def appear_from(shape: VMobject, spot: np.ndarray) -> Animation:
    """Fade in while growing and moving from `spot` to its own place."""
    return FadeIn(shape, target_position=spot, scale=0.5, rate_func=ease_out)


def vanish(shape: VMobject) -> Animation:
    """Fade out and leave the stage."""
    return FadeOut(shape, rate_func=ease_out)


def pop(shape: VMobject) -> Animation:
    """Grow from its centre."""
    return _Growing(shape, rate_func=ease_out)


class _Growing(GrowFromCenter):
    """Manim's `GrowFromCenter`, in which nothing is seen before its turn, not even a dot of its width."""

    def interpolate_submobject(  # type: ignore[override]
        self, submobject: Mobject, starting_submobject: Mobject, target_copy: Mobject, alpha: float
    ) -> Any:
        """Called by Manim in every frame, for each outline."""
        super().interpolate_submobject(submobject, starting_submobject, target_copy, alpha)
        if alpha <= 0 and isinstance(submobject, VMobject):
            submobject.stroke_width = 0.0
        return self


def draw(shape: VMobject) -> Animation:
    """Draw the outlines from their start to their end, one after another; glyphs among them, and large shapes
    with a fill, which a chord would cut while half drawn, fade in whole."""
    parts = [part for part in shape.get_family() if isinstance(part, VMobject) and len(part.points)]
    whole = [part for part in parts if isinstance(part, Glyph) or _is_filled(part)]
    if not whole:
        return _Drawing(shape, rate_func=ease_out)
    if len(whole) == len(parts):
        return appear(shape)
    lines = [part for part in parts if part not in whole]
    return AnimationGroup(_Drawing(VGroup(*lines), rate_func=ease_out), appear(VGroup(*whole)))


class _Drawing(Create):
    """Manim's `Create`, in which nothing is seen of a line before its turn, not even a dot of its width."""

    def interpolate_submobject(self, submobject: Mobject, starting_submobject: Mobject, alpha: float) -> Any:
        """Called by Manim in every frame, for each outline."""
        super().interpolate_submobject(submobject, starting_submobject, alpha)
        if isinstance(submobject, VMobject) and isinstance(starting_submobject, VMobject):
            submobject.stroke_width = starting_submobject.stroke_width if alpha > 0 else 0.0
        return self


def _is_filled(shape: VMobject) -> bool:
    return bool(shape.get_fill_opacity() > 0 and max(shape.width, shape.height) > LARGE)


def change(shape: VMobject, easing: Callable[[float], float] = ease_out) -> Any:
    """Manim's `animate` with our easing: `change(dot).shift(RIGHT).build()` is an animation."""
    return shape.animate(rate_func=easing)  # type: ignore[operator]


def write(shape: VMobject) -> Animation:
    """The parts of `shape`, such as the letters of a text, fade in one after another."""
    parts = list(shape)
    fading = max(4.0, len(parts) / 6)  # how many parts fade in at a time
    shown: list[float | None] = [None] * len(parts)

    def show(_: Mobject, alpha: float) -> None:
        front = alpha * (len(parts) + fading)
        for number, part in enumerate(parts):
            opacity = min(1.0, max(0.0, (front - number) / fading))
            if opacity != shown[number]:
                shown[number] = opacity
                part.set_fill(opacity=opacity)

    return UpdateFromAlphaFunc(shape, show, introducer=True, rate_func=ease_travel)


def in_place_of(old: VMobject, arrival: Animation, overlap: float = 0.0) -> Animation:
    """`old` fades out, if there is anything in it, and then `arrival` is played.

    With an `overlap`, it begins when this share of the fading is still to come: where `old` was all that was
    on stage, the frame is never empty.
    """
    if not len(old):
        return arrival
    departure = vanish(old)
    departure.run_time = 0.3 * arrival.run_time
    return one_after_another([departure, arrival], overlap) if overlap else Succession(departure, arrival)


def crossing(old: VMobject, arrival: Animation) -> Animation:
    """`arrival` begins while `old`, if there is anything in it, still fades out: no frame is empty."""
    return one_after_another([vanish(old), arrival]) if len(old) else arrival


def fly(source: VMobject, target: VMobject) -> Animation:
    """A copy of `source`, as it is when this begins, moves above everything else and becomes `target`."""
    return Flight(source, target.set_z_index(1), FLIGHT_ARC, rate_func=ease_out)


def fly_clear(pairs: Sequence[tuple[VMobject, VMobject]], taken: Boxes) -> Animation:
    """Copies fly as with `fly`, from the first to the second of each pair, along arcs that keep them clear of
    the rectangles `taken` and of each other, and are not seen where they have to cross one; where they would
    meet, one begins after the other."""
    arcs, lag = routes(pairs, taken, ease_out)
    flights = [
        Flight(source, target.set_z_index(1), arc, taken=taken, rate_func=ease_out)
        for (source, target), arc in zip(pairs, arcs, strict=True)
    ]
    return LaggedStart(*flights, lag_ratio=lag) if lag else AnimationGroup(*flights)


def slide(source: VMobject, target: VMobject) -> Animation:
    """`source` moves straight to `target` and becomes it: as a whole, or it fades out and in on its way."""
    return Flight(source, target, replaces=True, rate_func=ease_out)


def run_spark(path: VMobject, kind: str, sizes: tuple[float, float] | None = None) -> Animation:
    """A spark in the colour of `kind` runs along `path` and vanishes.

    `sizes` are those of what it stands for at its start and at its end, such as gradients, 0 to 1 relative to
    the largest: on its way, its radius changes from one to the other (see `spark_radius`).
    """
    radii = tuple(map(spark_radius, sizes)) if sizes else (RADIUS, RADIUS)
    spark = Spark(kind, radii[0])
    opacities = [part.get_fill_opacity() for part in spark]
    radius = radii[0]

    def run(_: Mobject, alpha: float) -> None:
        nonlocal radius
        share = ease_travel(min(1.0, alpha / ARRIVAL))
        now = (1 - share) * radii[0] + share * radii[1]
        if now != radius:
            spark.scale(now / radius)
            radius = now
        spark.move_to(path.point_from_proportion(share))
        # Invisible at first: in a group of animations the spark is on stage before its turn.
        fade = min(1.0, alpha / DEPARTURE, (1 - alpha) / (1 - ARRIVAL))
        for part, opacity in zip(spark, opacities, strict=True):
            part.set_fill(opacity=opacity * fade)

    return UpdateFromAlphaFunc(spark, run, introducer=True, remover=True, rate_func=linear)


def one_after_another(animations: Iterable[Animation], overlap: float = 0.6) -> Animation:
    """Each animation begins when the share `overlap` of the one before it is still to come."""
    return LaggedStart(*animations, lag_ratio=1 - overlap)
