"""The backward pass of a graph: gradients go back along edges, and add up where these meet."""

from collections.abc import Sequence
from itertools import zip_longest

import numpy as np
from manim import (
    LEFT,
    RIGHT,
    Animation,
    AnimationGroup,
    ArcBetweenPoints,
    Line,
    Mobject,
    MoveAlongPath,
    Succession,
    UpdateFromAlphaFunc,
    VGroup,
    VMobject,
    linear,
)

from storyreel.engine.graph.calculation import BACK
from storyreel.engine.graph.drawn import parts_of
from storyreel.engine.graph.graph import Edge
from storyreel.engine.operation import GRADIENT
from storyreel.graphics import theme
from storyreel.graphics.maths.equation import Equation
from storyreel.graphics.maths.graphs.edge_labels import local_derivative, passed_badge
from storyreel.graphics.motion.light import run_light
from storyreel.graphics.motion.verbs import appear, ease_travel, pop, vanish
from storyreel.graphics.networks.label_places import TOUCH, Box, box_of, boxes_around, covered, is_clear
from storyreel.graphics.parts.badge import Badge
from storyreel.graphics.text.typeset import Typeset, maths
from storyreel.stage.graphs.forward_animations import ForwardAnimations
from storyreel.stage.graphs.graph_animations import together
from storyreel.storyboard.graphs.edges import nodes_between

ARCS = (0.0, 0.8, -0.8, 1.6, -1.6, 2.4, -2.4)
"""The angles, in radians, of the arcs along which a gradient may slide to its sum."""
SHARES = np.linspace(0, 1, 21)
"""The shares of its way at which a gradient that slides must cover nothing."""


class BackwardAnimations(ForwardAnimations):
    """Gradients flow back through a graph."""

    def begin_backward(self) -> Animation:
        """The backward pass begins: under the output appears its gradient with respect to itself, which is
        always 1."""
        shown, output = self.drawn, self.graph.graph.output
        self.progress.require_output()
        self.progress.has_begun = True
        leaving = self.clear_texts()
        badge = shown.badges.setdefault(output, shown.picture.badge(output))
        return Succession(*leaving, pop(badge))

    def pass_back(self, through: str, to: str | None = None) -> Animation:
        """The gradient of a formula goes back to what the formula uses, or only `to` one of these: on each
        edge appears the local derivative, and what comes back is what arrives times that. With `to`, its
        equation is below the picture.

        Where gradients come back to a node along several edges, each waits on its edge for `add_gradients`.
        """
        assert self.drawn
        self.progress.require_way_on(through, to)
        self.progress.require_gradient(through)
        self.progress.passed.add((through, to))
        leaving = self.clear_texts()
        equation = self.write_equation(f"{BACK}{through} to {to}") if to is not None else None
        steps: list[Animation] = []
        parts = parts_of(self.graph.graph, through)
        on_way = set(parts) if to is None else nodes_between(self.graph, to, through)
        for part in reversed([part for part in parts if part in on_way]):
            steps += self._back_through(part, on_way if to is not None else None, to, equation)
        return Succession(*leaving, *steps)

    def add_gradients(self, of: str) -> Animation | None:
        """The gradients that came back to a node along several edges slide together, and become their sum,
        which is its gradient; its equation is below the picture."""
        shown = self.drawn
        self.progress.require_all_ways(of)
        self.progress.sums.add(of)
        leaving = self.clear_texts()
        equation = self.write_equation(GRADIENT + of)
        is_new = of not in shown.badges
        badge = shown.badges.setdefault(of, shown.picture.badge(of))
        edges = self.graph.trace[of].passed_back
        waiting = [each for edge, each in shown.waiting.items() if edge in edges]
        shown.passed |= dict.fromkeys(edges)
        is_array = bool(self.graph.trace[of].value.shape)  # whose numbers are not seen as they add up
        slides = None if is_array else self._meet(badge, waiting)
        written = [appear(equation.left), appear(equation.symbols)] if equation is not None else []
        numbers = [appear(equation.numbers), appear(equation.result)] if equation is not None else []
        if slides is None:
            steps = [*together(written), *together([*map(vanish, waiting), *numbers])]
        else:
            moves, signs = slides
            steps = together([*moves, *written])
            steps += together([*map(_shown_between, signs), *numbers])
            steps += together([*map(vanish, waiting)])
        steps += [pop(badge)] if is_new else []
        return Succession(*leaving, *steps) if leaving or steps else None

    def _back_through(
        self, part: str, on_way: set[str] | None, to: str | None, equation: Equation | None
    ) -> list[Animation]:
        """The gradient of one node goes back along its edges, those on the way if it is only to go there."""
        picture, trace = self.drawn.picture, self.graph.trace
        edges = [
            (edge, arrow)
            for edge, arrow in picture.arrows_into(part)
            if on_way is None or trace[part].inputs[edge.position] in (to, *on_way)
        ]
        derivatives: list[Typeset] = []
        for edge, _ in edges:
            text = local_derivative(picture, edge, [*self.taken(), *map(box_of, derivatives)])
            if text is not None:
                derivatives.append(text)
        self.locals += derivatives
        first: list[Animation] = list(map(appear, derivatives))
        if equation is not None:
            first += [appear(equation.left), appear(equation.symbols)]
        lights: list[Animation] = []
        for _, arrow in edges:
            back = arrow.line.copy().reverse_points()
            lights.append(run_light(back, "gradient", (0.5, 0.5)))
        steps = together(first)
        if equation is not None:
            steps += [AnimationGroup(*lights, self.numbers_arrive(equation)), appear(equation.result)]
        else:
            steps += together(lights)
        return [*steps, *together([move for edge, _ in edges for move in self._arrives(edge, equation)])]

    def _arrives(self, edge: Edge, equation: Equation | None) -> list[Animation]:
        """What comes back along an edge comes to rest: under its node, or on the edge if others come, too."""
        shown = self.drawn
        if edge in shown.passed:
            return []
        source = self.graph.trace[edge.to].inputs[edge.position]
        edges = self.graph.trace[source].passed_back
        if len(edges) == 1:
            shown.passed[edge] = None
            shown.badges[source] = badge = shown.picture.badge(source)
        else:
            found = passed_badge(shown.picture, edge, self.taken())
            shown.passed[edge] = found
            if "/" in source and all(each in shown.passed for each in edges):
                shown.badges[source] = shown.picture.badge(source)  # a part of a formula adds up by itself
                return [pop(shown.badges[source]), *([pop(found)] if found else [])]
            if found is None:
                return []
            badge = found
        return (
            [self.stage.fly((equation.result_number, badge), around=[equation])] if equation else [pop(badge)]
        )

    def _meet(self, badge: Badge, waiting: Sequence[Badge]) -> tuple[list[Animation], list[Typeset]] | None:
        """The animations in which gradients slide to where their sum will be, side by side, and the signs
        between them there; None where there is no room for that, or no way."""
        if len(waiting) < 2:
            return None
        waiting = sorted(waiting, key=lambda each: float(each.get_x()))  # so that they do not meet
        signs = [maths("+", plain="+", em=each.em, colour=theme.colour("gradient")) for each in waiting[1:]]
        row = self._row_at(badge, waiting, signs)
        blocked = [*self.drawn.picture.node_boxes(), *self._others(badge, waiting)]
        if not all(is_clear(spot, blocked) for spot in row):
            return None
        ways: list[list[Box]] = []
        moves: list[Animation] = []
        for each, spot in zip(waiting, row, strict=True):
            path = self._free_path(each, spot, blocked, ways)
            if path is None:
                return None
            moves.append(MoveAlongPath(each, path, rate_func=ease_travel))
            ways.append(_way_of(each, path))
        return moves, signs

    def _others(self, badge: Badge, waiting: Sequence[Badge]) -> list[Box]:
        """Where other gradients are."""
        badges = [*self.drawn.badges.values(), *self.drawn.waiting.values()]
        return [box_of(each, 0.02) for each in badges if each is not badge and each not in waiting]

    def _row_at(self, badge: Badge, waiting: Sequence[Badge], signs: Sequence[Typeset]) -> list[VMobject]:
        """The places side by side, where the sum will be, of the numbers that are added; the signs go between
        them."""
        copies: list[VMobject] = [each.copy() for each in waiting]
        between = [part for pair in zip_longest(copies, signs) for part in pair if part is not None]
        row = VGroup(*between).arrange(RIGHT, buff=0.1)
        row.move_to(badge)
        if self.drawn.picture.runs_down:  # its node is on the left
            row.align_to(badge, LEFT)
        area = self.drawn.picture.area
        if row.get_right()[0] > area.right:
            row.align_to(np.array([area.right, 0, 0]), RIGHT)
        if row.get_left()[0] < area.left:
            row.align_to(np.array([area.left, 0, 0]), LEFT)
        return copies

    def _free_path(
        self, badge: Badge, spot: VMobject, blocked: Sequence[Box], others: Sequence[Sequence[Box]]
    ) -> VMobject | None:
        """The flattest arc to a spot on which a badge covers nothing that is `blocked`, and none of the
        badges that slide at the same time, the `others`; None without one."""
        ends = badge.get_center(), spot.get_center()
        for angle in ARCS:
            path = ArcBetweenPoints(*ends, angle=angle) if angle else Line(*ends)
            boxes = np.array(_way_of(badge, path))
            if covered(boxes[2:], np.array(blocked).reshape(-1, 4)).max() > TOUCH:  # it begins where it was
                continue
            if all(
                covered(one[None], np.array([other]))[0] <= TOUCH
                for way in others
                for one, other in zip(boxes, way, strict=True)
            ):
                return path
        return None


def _way_of(badge: Badge, path: VMobject) -> list[Box]:
    """Where a badge is as it slides along a path, at equal shares of it."""
    width, height = badge.width, badge.height
    places = np.array([path.point_from_proportion(share) for share in SHARES])
    return [tuple(box) for box in boxes_around(places, width, height).tolist()]


def _shown_between(sign: VMobject) -> Animation:
    """A sign fades in, and out again; what another animation fades out, Manim shows from the start."""

    def show(_: Mobject, alpha: float) -> None:
        sign.set_fill(opacity=min(1.0, 4 * alpha, 4 * (1 - alpha)))

    return UpdateFromAlphaFunc(sign, show, introducer=True, remover=True, rate_func=linear)
