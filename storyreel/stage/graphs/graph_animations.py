"""The picture of a chapter's graph on a stage: what of it has been shown, and how it comes there."""

import re
from collections.abc import Iterable, Sequence

from manim import Animation, AnimationGroup, FadeOut, Succession, VGroup, VMobject

from storyreel.core.errors import StoryreelError
from storyreel.core.symbol_parts import EPSILON, L2, LEARNING_RATE, WEIGHT_DECAY
from storyreel.engine.equations.notation import base_name
from storyreel.engine.graph.calculation import VIA, graph_calculation, symbols_back
from storyreel.engine.graph.drawn import formula_of
from storyreel.engine.graph.experiment import GraphExperiment
from storyreel.engine.graph.trace import GraphTrace
from storyreel.engine.operation import COST, COST_GRADIENT, GRADIENT
from storyreel.graphics import theme
from storyreel.graphics.layout import LayoutError
from storyreel.graphics.maths.equation import Equation
from storyreel.graphics.maths.graphs.edge_labels import passed_badge
from storyreel.graphics.maths.graphs.graph_picture import GraphPicture
from storyreel.graphics.maths.graphs.shown_graph import ShownGraph
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
from storyreel.stage.formulas.formula_stage import FormulaStage
from storyreel.stage.stage import needed
from storyreel.stage.view import box_around
from storyreel.stage.view_plan import Extent
from storyreel.storyboard.conditions.graphs import NO_GRAPH
from storyreel.storyboard.cue import WHOLE_PICTURE
from storyreel.storyboard.graphs.edges import nodes_between
from storyreel.storyboard.graphs.progress import GraphProgress

LEAVING = 0.35
"""The time in which an equation fades out, relative to that in which the next one appears."""
LIT = 9.0
"""The width of the lines of a path that is lit."""
_OF_EXAMPLE = re.compile(r"data\[(\d+)\]\.(.+)")


class GraphAnimations:
    """What a `stage` shows of its chapter's graph, and the animations of cues that change it.

    `shown` is the picture with what is on stage of it, `locals` are the local derivatives, `equation` is the
    one below the picture.
    """

    def __init__(self, stage: FormulaStage) -> None:
        self.stage, self.frame = stage, stage.frame
        self._begin()

    def _begin(self) -> None:
        self.shown: ShownGraph | None = None
        self.locals: list[Typeset] = []
        self.equation: Equation | None = None
        self._progress: GraphProgress | None = None

    def forget(self) -> VGroup:
        """Forget the picture and what was found with it, and return what is on stage."""
        parts = self._all_parts()
        self._begin()
        return parts

    @property
    def progress(self) -> GraphProgress:
        """How far the chapter has gone with its graph; raises StoryreelError where it has none."""
        if self._progress is None:
            performance = self.stage.performance
            if performance.graph is None and performance.experiment is not None:
                name = performance.experiment.name
                raise StoryreelError(f"this cue is about a graph of formulas, and `{name}` has layers")
            self._progress = GraphProgress(needed(performance.graph, NO_GRAPH))
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

    def draw_graph(
        self, filled: bool = False, fold: Sequence[str] = (), name: str | None = None, batch: bool = False
    ) -> Animation:
        """The graph takes shape, layer by layer, with the values that it is given, or with all if it is
        `filled`; some formulas may be folded. A `batch` is a stack of all examples."""
        before = self.forget()
        self._start(filled, has_gradients=False, fold=fold, name=name, batch=batch)
        self.shown = shown = ShownGraph(self.new_picture())
        picture, layers = shown.picture, list[Animation]()
        for column in picture.columns():
            arrows = [arrow for each in column for _, arrow in picture.arrows_into(each)]
            parts = [part for each in column for part in picture.nodes[each].parts]
            moves = [*map(draw, arrows), *map(appear, parts)]
            known = [each for each in column if self.progress.has_value(formula_of(each))]
            layers.append(AnimationGroup(*moves, *self.fill(known)))
        return in_place_of(before, one_after_another(layers, 0.3))

    def carry_graph(
        self,
        gradients: bool = False,
        fold: Sequence[str] = (),
        name: str | None = None,
        batch: bool = False,
    ) -> None:
        """The graph is on stage at once, with all values, and with all `gradients` if these are wanted."""
        self.stage.remove(*self.forget().get_family())
        self._start(filled=True, has_gradients=gradients, fold=fold, name=name, batch=batch)
        self.shown = self.shown_now(self.new_picture())
        self.stage.add(*self.shown.parts)

    def _start(
        self, filled: bool, has_gradients: bool, fold: Sequence[str], name: str | None, batch: bool
    ) -> None:
        if batch:
            self.progress.stack_examples()
        if fold:
            self.progress.fold(fold, name)
        if filled:
            self.progress.show_everything(has_gradients)

    def new_picture(self) -> GraphPicture:
        """The picture of the graph as it is folded now."""
        picture = GraphPicture(self.graph, self.frame, cards=self.progress.cards)
        picture.gathered |= self.progress.gathered
        return picture

    def focus(self, on: Sequence[str]) -> None:
        """The camera moves close to some nodes, if they are seen larger so; `all` shows all again."""
        shown = self.drawn
        for name in on:
            if name != WHOLE_PICTURE:
                self.progress.require_node(name)
        nodes = [] if WHOLE_PICTURE in on else shown.picture.with_parts(on)
        parts = [part for name in nodes for part in shown.around(name)]
        close = Extent(box_around(parts), is_close=True).view(self.frame.whole)
        self.stage.focused = tuple(parts) if close is not None and close.scale > 1 else ()

    def path(self, start: str, end: str) -> Animation:
        """All ways from one node to another are lit, and go dark again."""
        picture = self.drawn.picture
        self.progress.require_way(start, end)
        between = nodes_between(self.graph, start, end)
        lines: list[VMobject] = []
        for edge, arrow in picture.arrows.items():
            if edge.to in between and self.graph.trace[edge.to].inputs[edge.position] in between:
                line = arrow.line.copy().set_stroke(theme.colour("text"), width=LIT, opacity=0.6)
                lines.append(line)
        lit = VGroup(*lines)
        return Succession(draw(lit), FadeOut(lit, rate_func=ease_out))

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
                shown.passed[edge] = passed_badge(picture, edge, shown.taken())
        return shown

    def fill(self, names: Sequence[str]) -> list[Animation]:
        """The values of nodes appear, which are not there yet."""
        values = [self.drawn.fill(name) for name in names if name not in self.drawn.values]
        return [appear(value) for value in values if value is not None]

    def write_equation(self, name: str) -> Equation | None:
        """The equation of a number, below the picture; None where there is none, or no room for it, as in a
        view that is close to a part of the graph."""
        if self.stage.focused:
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
        if name in (LEARNING_RATE, L2, WEIGHT_DECAY, EPSILON):
            return "text"
        if name == COST:
            return "loss"
        nodes, own = self.drawn.picture.nodes, base_name(name)
        return nodes[own].drawn.kind if own in nodes else "gradient"

    def numbers_arrive(self, equation: Equation) -> Animation:
        """The numbers of an equation fly in from the picture."""
        flights, moves = [], [appear(equation.operators)]
        for operand in dict.fromkeys(equation.operands):
            source = self.number_on_stage(operand)
            for term in equation.number_of(operand):
                if source is None:
                    moves.append(appear(term))
                else:
                    flights.append((source, term))
        return AnimationGroup(*moves, *([self.stage.fly(*flights, around=[equation])] if flights else []))

    def number_on_stage(self, name: str) -> VMobject | None:
        """The number called `name` in the picture; None where it is not shown."""
        shown, gathered = self.drawn, self.progress.gathered
        if name.startswith((GRADIENT, COST_GRADIENT)):
            is_of_cost, of = name.startswith(COST_GRADIENT), name.rpartition(GRADIENT)[2]
            badge = shown.badges.get(of) if (of in gathered) == is_of_cost else None
            return badge.number if badge is not None else None
        return shown.values.get(name)

    def taken(self) -> list[Box]:
        """Where local derivatives are, and gradients that wait on their edges."""
        return [*(box_of(text, 0.04) for text in self.locals), *self.drawn.taken()]

    def clear_texts(self) -> list[Animation]:
        """The equation or formula and the local derivatives fade out, if there are any."""
        gone: list[VMobject] = [*self.locals, *([self.equation] if self.equation is not None else [])]
        gone += self.stage.formula_parts()
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
    """The symbol of a number of a graph: derivatives are those of its output, of an example's that with the
    number of the example below."""
    output = symbol(trace.graph.output)
    if found := _OF_EXAMPLE.fullmatch(name):
        of_example = f"attach({output}, br: {int(found[1]) + 1})"
        if not found[2].startswith(GRADIENT):
            return of_example
        return f"(partial {of_example})/(partial {symbol(found[2].removeprefix(GRADIENT))})"
    if name.startswith(GRADIENT):
        return f"(partial {output})/(partial {symbol(name.removeprefix(GRADIENT))})"
    if name.startswith(VIA):
        to = name.split(" ")[2]
        through = in_symbols(symbols_back(trace, to)[name])
        return f'attach((partial {output})/(partial {symbol(to)}), br: "via" {through})'
    return symbol(name)
