"""The stage of chapters about a graph of operations: its picture, and what of it has been shown."""

from collections.abc import Iterable, Sequence

from manim import Animation, AnimationGroup, FadeOut, Succession, VGroup, VMobject

from storyreel.core.errors import StoryreelError
from storyreel.engine.graph.calculation import VIA, graph_calculation, symbols_back
from storyreel.engine.graph.drawn import formula_of
from storyreel.engine.graph.experiment import GraphExperiment
from storyreel.engine.graph.trace import GraphTrace
from storyreel.engine.operation import GRADIENT
from storyreel.graphics import theme
from storyreel.graphics.layout import LayoutError
from storyreel.graphics.maths.equation import Equation
from storyreel.graphics.maths.graph_picture import GraphPicture
from storyreel.graphics.maths.shown_graph import ShownGraph
from storyreel.graphics.motion.verbs import (
    appear,
    draw,
    ease_out,
    in_place_of,
    one_after_another,
    vanish,
)
from storyreel.graphics.networks.label_places import Box, box_of
from storyreel.graphics.text.symbol import in_symbols, symbol
from storyreel.graphics.text.typeset import Typeset
from storyreel.stage.stage import Stage, needed
from storyreel.stage.view import box_around
from storyreel.stage.view_plan import Extent
from storyreel.storyboard.conditions.graphs import NO_GRAPH
from storyreel.storyboard.cue import WHOLE_PICTURE, NodeName, PartName, cue
from storyreel.storyboard.graphs.progress import GraphProgress, nodes_between

LEAVING = 0.35
"""The time in which an equation fades out, relative to that in which the next one appears."""
LIT = 9.0
"""The width of the lines of a path that is lit."""


class GraphStage(Stage):
    """A stage on which a graph of operations takes shape, with some of its values and gradients."""

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        self.shown: ShownGraph | None = None
        self.locals: list[Typeset] = []
        self.equation: Equation | None = None
        self._progress: GraphProgress | None = None

    @property
    def progress(self) -> GraphProgress:
        """How far the chapter has gone with its graph; raises StoryreelError where it has none."""
        if self._progress is None:
            if self.performance.graph is None and self.performance.experiment is not None:
                name = self.performance.experiment.name
                raise StoryreelError(f"this cue is about a graph of formulas, and `{name}` has layers")
            self._progress = GraphProgress(needed(self.performance.graph, NO_GRAPH))
        return self._progress

    @property
    def graph(self) -> GraphExperiment:
        """The chapter's graph as it is on stage: folded. Raises StoryreelError where it has none."""
        return self.progress.graph

    @property
    def drawn(self) -> ShownGraph:
        """The graph on stage; raises StoryreelError where there is none."""
        missing = "there is no graph on stage yet; draw it with `draw_graph`"
        return needed(self.shown if self.progress else None, missing)

    @cue(
        seconds=3.0,
        requires=("a graph", "small graph {fold, name}"),
        hides="computation graph",
        shows=(
            "computation graph",
            "folded {name} on computation graph",
            "filled values on computation graph if `filled`",
        ),
    )
    def draw_graph(
        self, filled: bool = False, fold: list[NodeName] | None = None, name: str | None = None
    ) -> Animation:
        """The chapter's graph takes shape, layer by layer, with the values that it is given; `filled`: with
        all values. Some formulas may be folded from the start, into one node with a `name`, as by `fold`."""
        before = self._all_parts()
        self.setup()
        if fold:
            self.progress.fold(fold, name)
        if filled:
            self.progress.show_everything(has_gradients=False)
        self.shown = shown = ShownGraph(GraphPicture(self.graph, self.frame))
        picture, layers = shown.picture, list[Animation]()
        for column in picture.columns():
            arrows = [arrow for each in column for _, arrow in picture.arrows_into(each)]
            parts = [part for each in column for part in picture.nodes[each].parts]
            moves = [*map(draw, arrows), *map(appear, parts)]
            known = [each for each in column if self.progress.has_value(formula_of(each))]
            layers.append(AnimationGroup(*moves, *self.fill(known)))
        return in_place_of(before, one_after_another(layers, 0.3))

    @cue(
        seconds=0.1,
        requires=("a graph", "small graph {fold, name}"),
        hides="computation graph",
        shows=(
            "computation graph",
            "folded {name} on computation graph",
            "filled values on computation graph",
        ),
    )
    def carry_graph(
        self, gradients: bool = False, fold: list[NodeName] | None = None, name: str | None = None
    ) -> None:
        """The graph is on stage from the first frame on, with all values, as at the end of another chapter;
        with all `gradients` if these are wanted. Some formulas may be folded, as in `draw_graph`."""
        before = self._all_parts()
        self.remove(*before.get_family())
        self.setup()
        if fold:
            self.progress.fold(fold, name)
        self.progress.show_everything(gradients)
        self.shown = self.shown_now(GraphPicture(self.graph, self.frame))
        self.add(*self.shown.parts)

    @cue(seconds=0.9, requires=("a graph", "computation graph", "nodes {on}"))
    def focus(self, on: list[PartName]) -> None:
        """The camera moves close to one node of the graph or to several, if they are seen larger so;
        `focus: all` shows all again."""
        shown = self.drawn
        for name in on:
            if name != WHOLE_PICTURE:
                self.progress.require_node(name)
        nodes = [] if WHOLE_PICTURE in on else shown.picture.with_parts(on)
        parts = [part for name in nodes for part in shown.around(name)]
        close = Extent(box_around(parts), is_close=True).view(self.frame.whole)
        self.focused = tuple(parts) if close is not None and close.scale > 1 else ()

    @cue(seconds=2.4, requires=("a graph", "computation graph", "way between {from, to}"))
    def path(self, from_: NodeName, to: NodeName) -> Animation:
        """All ways from one node to another are lit, and go dark again."""
        picture = self.drawn.picture
        self.progress.require_way(from_, to)
        between = nodes_between(self.graph, from_, to)
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
        leaving = self.clear_texts()
        return leaving[0] if leaving else None

    def shown_now(self, picture: GraphPicture, kept: Iterable[str] = ()) -> ShownGraph:
        """What a picture shows of what there is by now; of parts of formulas, also the gradients `kept`."""
        progress, trace, shown = self.progress, self.graph.trace, ShownGraph(picture)
        for name in picture.nodes:
            if progress.has_value(formula_of(name)):
                shown.fill(name)
            is_known = (
                progress.has_gradient(name) if "/" not in name else progress.has_passed(formula_of(name))
            )
            if is_known or name in kept:
                shown.badges[name] = picture.badge(name)
        for edge in picture.arrows:
            source, through = trace[edge.to].inputs[edge.position], formula_of(edge.to)
            if source in shown.badges:
                shown.passed[edge] = None
            elif "/" not in source and progress.is_passed(through, source):
                shown.passed[edge] = picture.passed_badge(edge, shown.taken())
        return shown

    def fill(self, names: Sequence[str]) -> list[Animation]:
        """The values of nodes appear, which are not there yet."""
        values = [self.drawn.fill(name) for name in names if name not in self.drawn.values]
        return [appear(value) for value in values if value is not None]

    def write_equation(self, name: str) -> Equation | None:
        """The equation of a number, below the picture; None where there is none, or no room for it, as in a
        view that is close to a part of the graph."""
        if self.focused:
            return None
        calculation = graph_calculation(self.graph, name)
        if calculation is None or not calculation.operands:
            return None
        notation, trace = self.graph.notation, self.graph.trace
        try:
            self.equation = Equation(
                calculation,
                notation,
                self._kind,
                self.frame.formula,
                symbol_of=lambda of: _symbol(of, trace),
            )
        except LayoutError:
            return None
        return self.equation

    def _kind(self, name: str) -> str:
        nodes = self.drawn.picture.nodes
        return nodes[name].drawn.kind if name in nodes else "gradient"

    def numbers_arrive(self, equation: Equation) -> Animation:
        """The numbers of an equation fly in from the picture."""
        flights, moves = [], [appear(equation.operators)]
        for operand in dict.fromkeys(equation.operands):
            badge = (
                self.drawn.badges.get(operand.removeprefix(GRADIENT))
                if operand.startswith(GRADIENT)
                else None
            )
            source = badge.number if badge is not None else self.drawn.values.get(operand)
            for term in equation.number_of(operand):
                if source is None:
                    moves.append(appear(term))
                else:
                    flights.append((source, term))
        return AnimationGroup(*moves, *([self.fly(*flights, around=[equation])] if flights else []))

    def taken(self) -> list[Box]:
        """Where local derivatives are, and gradients that wait on their edges."""
        return [*(box_of(text, 0.04) for text in self.locals), *self.drawn.taken()]

    def clear_texts(self) -> list[Animation]:
        """The equation and the local derivatives fade out, if there are any."""
        gone: list[VMobject] = [*self.locals, *([self.equation] if self.equation is not None else [])]
        self.locals, self.equation = [], None
        return [AnimationGroup(*map(vanish, gone), run_time=LEAVING)] if gone else []

    def _all_parts(self) -> VGroup:
        """All that is on stage."""
        parts = [*(self.shown.parts if self.shown is not None else ()), *self.locals, self.equation]
        return VGroup(*(part for part in parts if part is not None))


def together(moves: Sequence[Animation]) -> list[Animation]:
    """The animations at once, if there are any."""
    return [AnimationGroup(*moves)] if moves else []


def _symbol(name: str, trace: GraphTrace) -> str:
    """The symbol of a number of a graph: derivatives are those of its output."""
    output = symbol(trace.graph.output)
    if name.startswith(GRADIENT):
        return f"(partial {output})/(partial {symbol(name.removeprefix(GRADIENT))})"
    if name.startswith(VIA):
        to = name.split(" ")[2]
        through = in_symbols(symbols_back(trace, to)[name])
        return f'attach((partial {output})/(partial {symbol(to)}), br: "via" {through})'
    return symbol(name)
