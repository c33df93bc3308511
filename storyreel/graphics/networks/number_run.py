"""A number that runs along a connection, beside its line, and is multiplied by the weight on its way."""

import numpy as np
from manim import Animation, Mobject, UpdateFromAlphaFunc, VGroup
from manim.utils.rate_functions import linear

from storyreel.core.arrays import Array
from storyreel.graphics import theme
from storyreel.graphics.motion.verbs import ARRIVAL, DEPARTURE, ease_travel
from storyreel.graphics.networks.edge import Edge
from storyreel.graphics.text.typeset import Typeset, maths

FROM_EDGE = 0.14
"""Manim units between a connection and a number beside it."""
CHANGES = 0.1
"""The share of the way in which a number becomes its product, in the middle of the connection."""


def number_beside(edge: Edge, text: str, kind: str, share: float) -> Typeset:
    """The number `text` at a share of a connection: below it, or to the left of an upright one; clear of both
    neurons."""
    number = maths(text, plain=text, em=theme.SIZES.label, colour=theme.colour(kind)).set_z_index(1)
    along = number.height if edge.is_upright else number.width
    least = min(0.5, along / 2 / edge.get_length())
    share = min(max(share, least), 1 - least)
    return number.move_to(edge.point_from_proportion(share) + _aside(edge, number))


def _aside(edge: Edge, number: Typeset) -> Array:
    across, up = FROM_EDGE + number.width / 2, FROM_EDGE + number.height / 2
    return np.array([-across, 0.0, 0.0] if edge.is_upright else [0.0, -up, 0.0])


def run_number(edge: Edge, number: Typeset, product: Typeset | None, stays: bool) -> Animation:
    """`number` runs from its place beside a connection to the end; in the middle it becomes `product`, if
    there is one, which comes to its own place. At the end it `stays` or fades out."""
    start = number.get_center()
    end = edge.get_end() + _aside(edge, number) if product is None else product.get_center()
    parts = VGroup(number, *([product] if product else []))

    def run(_: Mobject, alpha: float) -> None:
        share = ease_travel(min(1.0, alpha / ARRIVAL))
        changed = float(np.clip((share - 0.5) / CHANGES, -1, 1))
        fade = min(1.0, alpha / DEPARTURE, 1.0 if stays else (1 - alpha) / (1 - ARRIVAL))
        for part in parts:
            part.move_to(start + share * (end - start))
            seen = 1.0 if product is None else max(0.0, changed if part is product else -changed)
            part.set_fill(opacity=seen * fade)

    return UpdateFromAlphaFunc(parts, run, introducer=True, remover=not stays, rate_func=linear)
