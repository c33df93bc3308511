"""What stands on the edges of a graph: local derivatives, and gradients that came back along them."""

import math
from collections.abc import Iterable
from itertools import product

import numpy as np
from manim import VMobject

from storyreel.core.arrays import Array
from storyreel.core.number_format import shorter
from storyreel.engine.graph.calculation import back_name
from storyreel.engine.graph.graph import Edge
from storyreel.graphics import theme
from storyreel.graphics.maths.graphs.graph_arrows import Arrow
from storyreel.graphics.maths.graphs.graph_picture import GraphPicture, shape_of
from storyreel.graphics.networks.label_places import Box, box_of, is_clear, put_clear
from storyreel.graphics.parts.badge import Badge
from storyreel.graphics.text.typeset import Typeset, maths
from storyreel.storyboard.graphs.room import LABEL

BADGE_SCALES = (1.0, 0.85)
"""The sizes of a badge on an arrow that are tried."""
SHARES_NEAR_SIGN = (0.62, 0.55, 0.7, 0.48, 0.78, 0.4)
SHARES_NEAR_SOURCE = (0.42, 0.35, 0.5, 0.28, 0.58)
"""Where along its arrow a local derivative is tried, and what comes back there."""
BESIDE_LINE = 0.08
"""Units between an arrow's line and what is written beside it: more than half the width of a line that is
lit."""
AWAY = (1.0, 1.5)
"""How far from an arrow the middle of what is beside it is tried: as a share of the least that is clear of it
where it is straight."""
HALF_LIT = 0.05
"""Half the width of an arrow that is lit, in Manim units."""
BESIDE_NAME = (0.3, 0.08)
"""Units between a name and a local derivative, of which it would seem to be a factor: if there is room, and
at least."""
LINE_SAMPLES = 48
"""At how many places the room that a line takes is measured."""


def passed_badge(picture: GraphPicture, edge: Edge, taken: Iterable[Box]) -> Badge | None:
    """What comes back along an edge, on a badge on its arrow, clear of the other arrows if that is possible;
    None where there is no room."""
    gradient = picture.trace.gradients.along[edge]
    if gradient.shape:
        text = shape_of(gradient.shape)
    else:
        text = picture.experiment.notation.text(back_name(picture.trace, edge), float(gradient))
    line = picture.arrows[edge].line
    badge = picture.gradient_badge(text)
    places = [line.point_from_proportion(share) for share in SHARES_NEAR_SOURCE]
    places += [
        spot for share in SHARES_NEAR_SOURCE for away in AWAY for spot in _beside(line, share, badge, away)
    ]
    blocked = [*_written_boxes(picture), *taken]
    smallest = theme.SIZES.crowded / (LABEL * picture.badge_scale)
    scales = [scale for scale in BADGE_SCALES if scale >= min(1.0, smallest)]
    arrows = [arrow for other, arrow in picture.arrows.items() if other != edge]
    others = _line_boxes(arrows, badge.height / 2)  # where there may be badges, too
    for also in (others, []):
        put_clear(badge, places, [*blocked, *also], scales)
        if is_clear(badge, [*blocked, *also]):
            return badge
    return None


def local_derivative(picture: GraphPicture, edge: Edge, taken: Iterable[Box]) -> Typeset | None:
    """The local derivative of a number with respect to an input, beside its arrow; None for arrays and where
    there is no room."""
    node = picture.trace[edge.to]
    source = node.inputs[edge.position]
    if node.value.shape or picture.trace[source].value.shape or node.primitive is None:
        return None
    inputs = [picture.trace[each].value for each in node.inputs]
    slope = float(node.primitive.vjp(np.ones(()), node.value, *inputs)[edge.position])
    if not math.isfinite(slope):
        return None
    line = picture.arrows[edge].line
    for digits in (picture.experiment.notation.text(f"local {edge.to} {source}", slope), *shorter(slope)):
        text = maths(f"times {f'({digits})' if digits[0] in '−-' else digits}", plain=f"× {digits}",
                     em=picture.scale * LABEL, colour=theme.colour("gradient"))  # fmt: skip
        blocked = [*_written_boxes(picture), *_line_boxes(picture.arrows.values()), *taken]
        names = [node.name for node in picture.nodes.values() if node.name is not None]
        # Near to its arrow rather than far from a name: else it seems to belong to nothing.
        for away, beside in product(AWAY, BESIDE_NAME):
            places = [spot for share in SHARES_NEAR_SIGN for spot in _beside(line, share, text, away)]
            around = [*blocked, *(box_of(name, beside) for name in names)]
            put_clear(text, places, around, [1.0])
            if is_clear(text, around):
                return text
    return None


def _beside(line: VMobject, share: float, text: VMobject, away: float) -> list[Array]:
    spot, ahead = line.point_from_proportion(share), line.point_from_proportion(min(1.0, share + 0.02))
    way = ahead - spot
    way = way / max(1e-9, float(np.linalg.norm(way)))
    normal = np.array((-way[1], way[0], 0.0))
    reach = abs(normal[0]) * text.width / 2 + abs(normal[1]) * text.height / 2 + BESIDE_LINE
    return [spot + side * reach * away * normal for side in (1, -1)]


def _written_boxes(picture: GraphPicture) -> list[Box]:
    """The rectangles of nodes, signs, names, and of the places for gradients."""
    return [*picture.node_boxes(), *(box_of(picture.badge(name), 0.02) for name in picture.nodes)]


def _line_boxes(arrows: Iterable[Arrow], reach: float = HALF_LIT) -> list[Box]:
    """Small squares along arrows, which reach so far to each side."""
    shares = np.linspace(0, 1, LINE_SAMPLES)
    spots = [arrow.line.point_from_proportion(share) for arrow in arrows for share in shares]
    return [(x - reach, y - reach, x + reach, y + reach) for x, y, _ in spots]
