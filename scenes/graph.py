"""A graph of operations: its values node by node, and backpropagation through it, edge by edge."""

from collections.abc import Sequence
from itertools import zip_longest

import numpy as np
from manim import (
    LEFT,
    RIGHT,
    Animation,
    AnimationGroup,
    ArcBetweenPoints,
    FadeOut,
    Line,
    Mobject,
    MoveAlongPath,
    Succession,
    UpdateFromAlphaFunc,
    VGroup,
    VMobject,
    linear,
)

from storyreel.core.errors import StoryreelError
from storyreel.engine.graph.calculation import BACK, graph_calculation
from storyreel.engine.graph.drawn import formula_of, parts_of
from storyreel.engine.graph.experiment import GraphExperiment
from storyreel.engine.graph.graph import Edge
from storyreel.engine.operation import GRADIENT
from storyreel.graphics import theme
from storyreel.graphics.layout import LayoutError
from storyreel.graphics.maths.equation import Equation
from storyreel.graphics.maths.graph_picture import GraphPicture
from storyreel.graphics.motion.light import run_light
from storyreel.graphics.motion.verbs import (
    appear,
    draw,
    ease_out,
    ease_travel,
    in_place_of,
    one_after_another,
    pop,
    run_spark,
    vanish,
)
from storyreel.graphics.networks.label_places import Box, box_of, is_clear
from storyreel.graphics.parts.badge import Badge
from storyreel.graphics.text.symbol import symbol
from storyreel.graphics.text.typeset import Typeset, maths
from storyreel.stage.stage import Stage, needed
from storyreel.storyboard.conditions.graphs import NO_GRAPH, nodes_between, operands_of
from storyreel.storyboard.cue import NodeName, cue

LEAVING = 0.35
"""The time in which an equation fades out, relative to that in which the next one appears."""
ARCS = (0.0, 0.8, -0.8, 1.6, -1.6, 2.4, -2.4)
"""The angles, in radians, of the arcs along which a gradient may slide to its sum."""
LIT = 9.0
"""The width of the lines of a path that is lit."""


class Graph(Stage):
    """A graph of operations: values flow forward through it, and gradients flow back and add up."""

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        self.picture: GraphPicture | None = None
        self.values: dict[str, Typeset | None] = {}
        self.badges: dict[str, Badge] = {}
        self.passed: dict[Edge, Badge | None] = {}
        """What has come back along edges; None where it has no badge of its own."""
        self.locals: list[Typeset] = []
        self.equation: Equation | None = None

    @property
    def graph(self) -> GraphExperiment:
        """The chapter's graph; raises StoryreelError where it has none."""
        if self.performance.graph is None and self.performance.experiment is not None:
            name = self.performance.experiment.name
            raise StoryreelError(f"this cue is about a graph of formulas, and `{name}` has layers")
        return needed(self.performance.graph, NO_GRAPH)

    @cue(
        seconds=3.0,
        requires=("a graph", "small graph"),
        hides=("computation graph", "value", "first gradient", "passed", "sum"),
        shows=("computation graph", "value * on computation graph if `filled`"),
    )
    def draw_graph(self, filled: bool = False) -> Animation:
        """The chapter's graph takes shape, layer by layer, with the values that it is given; `filled`: with
        all values."""
        before = self._all_parts()
        self.setup()
        self.picture = picture = GraphPicture(self.graph, self.frame)
        layers: list[Animation] = []
        for column in picture.columns():
            arrows = [arrow for name in column for _, arrow in picture.arrows_into(name)]
            parts = [part for name in column for part in picture.nodes[name].parts]
            moves = [*map(draw, arrows), *map(appear, parts)]
            known = [name for name in column if filled or not operands_of(self.graph, formula_of(name))]
            layers.append(AnimationGroup(*moves, *self._fill(known)))
        return in_place_of(before, one_after_another(layers, 0.3))

    @cue(
        seconds=2.5,
        equation="{value}",
        requires=("a graph", "computation graph", "operands {value}"),
        shows="value {value}",
    )
    def compute(self, value: NodeName) -> Animation | None:
        """The values that a formula uses run to its node, and its own value appears there; below the picture
        is its equation, in symbols and in numbers."""
        picture = self._drawn()
        uses = operands_of(self.graph, value)
        if not uses:
            raise StoryreelError(f"`{value}` is given, not computed")
        if left := [name for name in uses if not self._is_there(name)]:
            raise StoryreelError(f"`{left[0]}` has to be computed before `{value}`")
        parts = parts_of(self.graph.graph, value)
        steps: list[Animation] = []
        leaving = self._clear()
        equation = self._equation(value)
        for part in parts:
            moves = [run_spark(arrow.line, "activation") for _, arrow in picture.arrows_into(part)]
            if part is parts[0] and equation is not None:
                moves += [appear(equation.left), appear(equation.symbols)]
            steps += _together(moves)
            if part != value:
                steps += _together(self._fill([part]))
        steps += self._result(value, equation)
        return Succession(*leaving, *steps) if leaving or steps else None

    @cue(
        seconds=1.2,
        requires=("a graph", "computation graph", "all values"),
        shows="first gradient on computation graph",
    )
    def begin_backward(self) -> Animation:
        """The backward pass begins: under the output appears its gradient with respect to itself, which is
        always 1."""
        output = self.graph.graph.output
        if self._drawn() and not self._is_there(output):
            raise StoryreelError(f"the output `{output}` has to be computed before the backward pass")
        leaving = self._clear()
        badge = self.badges.setdefault(output, self._drawn().badge(output))
        return Succession(*leaving, pop(badge))

    @cue(
        seconds=3.0,
        equation="back from {through} to {to}",
        requires=("a graph", "computation graph", "way on {through, to}", "gradient of node {through}"),
        shows="passed {through} on computation graph",
    )
    def pass_back(self, through: NodeName, to: NodeName | None = None) -> Animation:
        """The gradient of a formula goes back to what the formula uses, or only `to` one of these: on each
        edge appears the local derivative, and what comes back is what arrives times that. With `to`, its
        equation is below the picture.

        Where gradients come back to a node along several edges, each waits on its edge for `add_gradients`.
        """
        self._drawn()
        uses = operands_of(self.graph, through)
        if not uses:
            raise StoryreelError(f"`{through}` is given: gradients end there")
        if to is not None and to not in uses:
            raise StoryreelError(f"`{through}` does not use `{to}`")
        if through not in self.badges:
            raise StoryreelError(f"there is no gradient of `{through}` on stage yet")
        leaving = self._clear()
        equation = self._equation(f"{BACK}{through} to {to}") if to is not None else None
        steps: list[Animation] = []
        parts = parts_of(self.graph.graph, through)
        on_way = set(parts) if to is None else nodes_between(self.graph, to, through)
        for part in reversed([part for part in parts if part in on_way]):
            steps += self._back_through(part, on_way if to is not None else None, to, equation)
        return Succession(*leaving, *steps)

    @cue(
        seconds=2.5,
        equation="grad.{of}",
        requires=("a graph", "computation graph", "all ways back {of}"),
        shows="sum {of} on computation graph",
    )
    def add_gradients(self, of: NodeName) -> Animation | None:
        """The gradients that came back to a node along several edges slide together, and become their sum,
        which is its gradient; its equation is below the picture."""
        picture = self._drawn()
        edges = list(self.graph.trace[of].passed_back)
        if len(edges) < 2:
            raise StoryreelError(f"gradients come back to `{of}` along one way only: there is nothing to add")
        if left := [edge.to for edge in edges if edge not in self.passed]:
            raise StoryreelError(f"nothing has come back to `{of}` from `{formula_of(left[0])}` yet")
        leaving = self._clear()
        equation = self._equation(GRADIENT + of)
        badge, waiting = picture.badge(of), [each for edge in edges if (each := self.passed[edge])]
        self.passed |= dict.fromkeys(edges)
        waiting.sort(key=lambda each: float(each.get_x()))  # so that they do not meet on their way
        signs = [maths("+", plain="+", em=each.em, colour=theme.colour("gradient")) for each in waiting[1:]]
        if self.graph.trace[of].value.shape:  # of arrays there are no numbers to be seen as they add up
            self.badges[of] = self.badges.get(of, badge)
            return Succession(*leaving, *_together([*map(vanish, waiting), pop(self.badges[of])]))
        row = self._row_at(badge, waiting, signs)
        together: list[Animation] = [
            self._slides(each, spot) for each, spot in zip(waiting, row, strict=True)
        ]
        written = [appear(equation.left), appear(equation.symbols)] if equation is not None else []
        steps = _together([*together, *written])
        numbers = [appear(equation.numbers), appear(equation.result)] if equation is not None else []
        steps += _together([*map(_shown_between, signs), *numbers])
        if of not in self.badges:
            self.badges[of] = badge
            steps += [*_together([*map(vanish, waiting)]), pop(badge)]
        return Succession(*leaving, *steps) if leaving or steps else None

    @cue(seconds=2.4, requires=("a graph", "computation graph", "way between {start, end}"))
    def light_path(self, start: NodeName, end: NodeName) -> Animation:
        """All ways from one node to another are lit, and go dark again."""
        picture, between = self._drawn(), nodes_between(self.graph, start, end)
        if not between:
            raise StoryreelError(f"no way leads from `{start}` to `{end}`")
        lines: list[VMobject] = []
        for edge, arrow in picture.arrows.items():
            if edge.to in between and self.graph.trace[edge.to].inputs[edge.position] in between:
                line = arrow.line.copy().set_stroke(theme.colour("text"), width=LIT, opacity=0.6)
                lines.append(line)
        lit = VGroup(*lines)
        return Succession(draw(lit), FadeOut(lit, rate_func=ease_out))

    @cue(seconds=0.6)
    def clear_equation(self) -> Animation | None:
        """The equation and the local derivatives fade out."""
        leaving = self._clear()
        return leaving[0] if leaving else None

    def _drawn(self) -> GraphPicture:
        missing = "there is no graph on stage yet; draw it with `draw_graph`"
        return needed(self.picture if self.graph else None, missing)

    def _is_there(self, name: str) -> bool:
        return name in self.values or not operands_of(self.graph, name)

    def _fill(self, names: Sequence[str]) -> list[Animation]:
        """The values of nodes appear, which are not there yet."""
        moves: list[Animation] = []
        for name in names:
            if name in self.values:
                continue
            circle, value = self._drawn().nodes[name].circle, self._drawn().value(name)
            self.values[name] = circle.value = value
            if value is not None:
                moves.append(appear(value.set_z_index(1)))
        return moves

    def _equation(self, name: str) -> Equation | None:
        """The equation of a number, below the picture; None where there is none, or no room for it."""
        calculation = graph_calculation(self.graph, name)
        if calculation is None or not calculation.operands:
            return None
        notation, output = self.graph.notation, self.graph.graph.output
        try:
            self.equation = Equation(
                calculation,
                notation,
                self._kind,
                self.frame.formula,
                symbol_of=lambda of: _symbol(of, output),
            )
        except LayoutError:
            return None
        return self.equation

    def _kind(self, name: str) -> str:
        nodes = self._drawn().nodes
        return nodes[name].drawn.kind if name in nodes else "gradient"

    def _result(self, value: str, equation: Equation | None) -> list[Animation]:
        """The numbers of an equation arrive from their nodes, then its result, which flies to its node."""
        if equation is None:
            return _together(self._fill([value]))
        steps: list[Animation] = [self._numbers(equation)]
        steps.append(appear(equation.result))
        if value not in self.values:
            circle, number = self._drawn().nodes[value].circle, self._drawn().value(value)
            self.values[value] = circle.value = number
            if number is not None:
                steps.append(self.fly((equation.result_number, number), around=[equation]))
        return steps

    def _numbers(self, equation: Equation) -> Animation:
        """The numbers of an equation fly in from the picture."""
        flights, moves = [], [appear(equation.operators)]
        for operand in dict.fromkeys(equation.operands):
            badge = self.badges.get(operand.removeprefix(GRADIENT)) if operand.startswith(GRADIENT) else None
            source = badge.number if badge is not None else self.values.get(operand)
            for term in equation.number_of(operand):
                if source is None:
                    moves.append(appear(term))
                else:
                    flights.append((source, term))
        return AnimationGroup(*moves, *([self.fly(*flights, around=[equation])] if flights else []))

    def _back_through(
        self, part: str, on_way: set[str] | None, to: str | None, equation: Equation | None
    ) -> list[Animation]:
        """The gradient of one node goes back along its edges, those on the way if it is only to go there."""
        picture, trace = self._drawn(), self.graph.trace
        edges = [
            (edge, arrow)
            for edge, arrow in picture.arrows_into(part)
            if on_way is None or trace[part].inputs[edge.position] in (to, *on_way)
        ]
        derivatives: list[Typeset] = []
        for edge, _ in edges:
            text = picture.local_derivative(edge, [*self._taken(), *map(box_of, derivatives)])
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
        steps = _together(first)
        if equation is not None:
            steps += [AnimationGroup(*lights, self._numbers(equation)), appear(equation.result)]
        else:
            steps += _together(lights)
        return [*steps, *_together([move for edge, _ in edges for move in self._arrives(edge, equation)])]

    def _arrives(self, edge: Edge, equation: Equation | None) -> list[Animation]:
        """What comes back along an edge comes to rest: under its node, or on the edge if others come, too."""
        if edge in self.passed:
            return []
        source = self.graph.trace[edge.to].inputs[edge.position]
        if len(self.graph.trace[source].passed_back) == 1:
            self.passed[edge] = None
            self.badges[source] = badge = self._drawn().badge(source)
        else:
            found = self._drawn().passed_badge(edge, self._taken())
            self.passed[edge] = found
            if "/" in source and all(each in self.passed for each in self.graph.trace[source].passed_back):
                self.badges[source] = self._drawn().badge(source)  # a part of a formula adds up by itself
                return [pop(self.badges[source]), *([pop(found)] if found else [])]
            if found is None:
                return []
            badge = found
        return [self.fly((equation.result_number, badge), around=[equation])] if equation else [pop(badge)]

    def _taken(self) -> list[Box]:
        shapes = [*self.locals, *(badge for badge in self.passed.values() if badge)]
        return [box_of(shape, 0.04) for shape in shapes]

    def _row_at(self, badge: Badge, waiting: Sequence[Badge], signs: Sequence[Typeset]) -> list[VMobject]:
        """The places side by side, where the sum will be, of the numbers that are added; the signs go between
        them."""
        copies = [each.copy() for each in waiting]
        between = [part for pair in zip_longest(copies, signs) for part in pair if part is not None]
        row = VGroup(*between).arrange(RIGHT, buff=0.1)
        row.move_to(badge)
        if self._drawn().runs_down:  # its node is on the left
            row.align_to(badge, LEFT)
        return copies

    def _slides(self, badge: Badge, spot: VMobject) -> Animation:
        """A badge moves to a spot, along the flattest arc on which it covers no node, if there is one."""
        boxes = self._drawn().node_boxes()
        ends = badge.get_center(), spot.get_center()
        paths = [ArcBetweenPoints(*ends, angle=angle) if angle else Line(*ends) for angle in ARCS]
        shares = np.linspace(0, 1, 20)

        def is_free(path: VMobject) -> bool:
            places = [badge.copy().move_to(path.point_from_proportion(share)) for share in shares]
            return all(is_clear(place, boxes) for place in places)

        path = next(filter(is_free, paths), paths[0])
        return MoveAlongPath(badge, path, rate_func=ease_travel)

    def _clear(self) -> list[Animation]:
        """The equation and the local derivatives fade out, if there are any."""
        gone: list[VMobject] = [*self.locals, *([self.equation] if self.equation is not None else [])]
        self.locals, self.equation = [], None
        return [AnimationGroup(*map(vanish, gone), run_time=LEAVING)] if gone else []

    def _all_parts(self) -> VGroup:
        """All that is on stage."""
        if self.picture is None:
            return VGroup()
        nodes = [part for node in self.picture.nodes.values() for part in node.parts]
        numbers = [*self.values.values(), *self.badges.values(), *self.passed.values(), *self.locals]
        parts = [*self.picture.arrows.values(), *nodes, *numbers, self.equation]
        return VGroup(*(part for part in parts if part is not None))


def _shown_between(sign: VMobject) -> Animation:
    """A sign fades in, and out again; what another animation fades out, Manim shows from the start."""

    def show(_: Mobject, alpha: float) -> None:
        sign.set_fill(opacity=min(1.0, 4 * alpha, 4 * (1 - alpha)))

    return UpdateFromAlphaFunc(sign, show, introducer=True, remover=True, rate_func=linear)


def _together(moves: Sequence[Animation]) -> list[Animation]:
    """The animations at once, if there are any."""
    return [AnimationGroup(*moves)] if moves else []


def _symbol(name: str, output: str) -> str:
    """The symbol of a number of a graph: derivatives are those of its output."""
    if name.startswith(GRADIENT):
        return f"(partial {symbol(output)})/(partial {symbol(name.removeprefix(GRADIENT))})"
    if name.startswith("via "):
        _, through, to, *_ = name.split(" ")
        return f'attach((partial {symbol(output)})/(partial {symbol(to)}), br: "via" {symbol(through)})'
    return symbol(name)
