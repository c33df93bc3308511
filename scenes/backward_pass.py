"""The backward pass: gradients flow from the loss back to every weight, each upstream × local."""

from collections.abc import Sequence

import numpy as np
from manim import Animation, AnimationGroup, ShrinkToCenter, Succession, UpdateFromAlphaFunc, VMobject, linear

from storyreel.core.errors import StoryreelError
from storyreel.engine.operation import GRADIENT
from storyreel.engine.weight_path import WeightPath
from storyreel.graphics import theme
from storyreel.graphics.charts.nudge_bars import NudgeBars
from storyreel.graphics.layout import LayoutError
from storyreel.graphics.maths.chain_graph import ChainGraph
from storyreel.graphics.maths.difference_quotient import DifferenceQuotient
from storyreel.graphics.motion.light import run_light
from storyreel.graphics.motion.verbs import appear, ease_out, ease_travel, pop, vanish
from storyreel.stage.equation_stage import LEAVING
from storyreel.stage.graphs.network_or_graph import NetworkOrGraph
from storyreel.stage.race_stage import RaceStage
from storyreel.stage.stage import needed
from storyreel.storyboard.cue import ParameterName, QuantityName, cue

AT_REST = 0.3
"""Seconds for which numbers have stopped changing before one of them flies away."""
MOST_BARS = 4
NO_BARS = "there is no bar for this nudge; `compare_nudges` draws one for each of its weights"


class BackwardPass(NetworkOrGraph, RaceStage):
    """Gradients flow from the loss back to every weight, each upstream × local."""

    formula_em = theme.SIZES.headline

    comparison: DifferenceQuotient | None = None
    bars: NudgeBars | None = None
    bars_nudge = 0.0
    rows: tuple[VMobject, ...] = ()
    """The parts of the bars that are on stage."""
    tags: tuple[VMobject, ...] = ()
    """The nudge and the change of the loss on stage."""

    @cue(
        seconds=0.1,
        requires=("a network", "path {weight}"),
        hides=("network", "graph", "chain", "grad.*", "race"),
        shows="chain {weight}",
    )
    def carry_chain(self, weight: ParameterName) -> None:
        """The path from a weight or a bias to the loss is on stage from the first frame on, as at the end of
        a chapter about the chain rule; `unfold_graph` turns it into the whole graph."""
        self.carry(ChainGraph(WeightPath(self.trace, weight), self.frame.stage))

    @cue(
        seconds=2.0,
        equation="added grad.{to}",
        requires=(
            "network or graph or chain or computation graph",
            "way back to {to}",
            "gradient to come {to}",
        ),
        shows=("grad.{to} if `number`", "gradient {to} on computation graph if formulas"),
    )
    def backpropagate(self, to: QuantityName, number: bool = False) -> Animation:
        """Light in the colour of gradients runs back to a neuron, a weight or a bias; the larger the gradient
        where it is, the wider it is. With `number`, the gradient appears where it arrives, where there is
        room for it; `calculate` shows its equation, too.

        In a graph of formulas it comes back to a node from all that use it: on each edge appears the local
        derivative, and the gradient under the node. Where several edges leave the node, what comes back along
        them adds up.
        """
        if self.of_graph is not None:
            return self.of_graph.returns(to)
        paths = self.drawing.backward_paths(to)
        if not paths or self.trace[to].gradient is None:
            raise StoryreelError(f"no connection leads to {to!r}, so nothing can flow to it")
        sizes = self._sizes_of_light(to, len(paths))
        lights = (run_light(path, "gradient", size) for path, size in zip(paths, sizes, strict=True))
        badge = self.gradient_badge(to) if number and to not in self.gradients else None
        if badge is None:
            return AnimationGroup(*lights)
        self.gradients[to] = badge
        return Succession(AnimationGroup(*lights), pop(badge))

    def _sizes_of_light(self, to: str, count: int) -> list[tuple[float, float]]:
        """The gradients where `count` lights to a quantity start and end, relative to the largest of all."""
        trace = self.trace
        quantity = trace[to]
        assert quantity.gradient is not None  # as paths lead to it
        end, operation = abs(quantity.gradient), quantity.gradient_operation
        before = [name for name in operation.operands if name.startswith(GRADIENT)] if operation else []
        starts = [abs(trace.number(name)) for name in before] or [end]
        starts = starts if len(starts) == count else [max(starts)] * count
        layers = trace.gradients
        steepest = max(
            float(np.abs(array).max())
            for array in (*layers.weights, *layers.biases, *layers.pre_activations, *layers.activations)
            if array is not None and array.size
        )
        return [(start / (steepest or 1.0), end / (steepest or 1.0)) for start in starts]

    @cue(
        seconds=7.0,
        requires=("network or graph or chain", "gradient place {of}", "difference {of, nudge}"),
        hides="table",
    )
    def check_gradient(self, of: ParameterName, nudge: float = 0.001) -> Animation:
        """A weight or a bias is nudged, the network runs again, and the change of the loss divided by the
        nudge is compared with the gradient; then the nudge is undone. `clear_equation` clears it away."""
        trace, name = self.trace, str(of)
        try:
            comparison = DifferenceQuotient(trace, self.nudged(name, nudge), name, nudge, self.formula_area)
        except LayoutError:
            message = f"the losses before and after a nudge by {nudge:g} have too many digits"
            raise StoryreelError(f"{message} to be written out; a larger `nudge` may help") from None
        leaving, self.comparison = self._equation_vanishes(), comparison
        tag, holders = self.nudge_tag(name, nudge), self.numbers_that_follow(name)
        quotient = appear(comparison.part("quotient"))
        written = Succession(leaving, quotient) if leaving else quotient
        steps = [
            AnimationGroup(written, pop(tag), run_time=0.9),
            AnimationGroup(self.sparks_from(name), run_time=1.8),
            AnimationGroup(
                appear(comparison.part("losses")),
                self.arrives(holders.get("loss"), comparison.part("after")),
                appear(comparison.part("before")),
                run_time=1.4,
            ),
            AnimationGroup(appear(comparison.part("slope")), run_time=0.8),
            AnimationGroup(
                appear(comparison.part("gradient")),
                self.arrives(self.number_on_stage(GRADIENT + name), comparison.part("number")),
                run_time=1.2,
            ),
            AnimationGroup(appear(comparison.part("name")), run_time=0.8),
            AnimationGroup(ShrinkToCenter(tag, rate_func=ease_out), run_time=0.6),
        ]
        return self.numbers_follow(name, nudge, holders, steps, _times(steps))

    @cue(
        seconds=1.0,
        requires=("network or graph or chain", "few {of}", "difference {of, nudge}"),
        hides=("table", "grad.input", "grad.pre_activation", "grad.activation", "grad.loss"),
        shows="table with {of}",
    )
    def compare_nudges(self, of: list[ParameterName], nudge: float = 0.001) -> Animation:
        """Bars for equal nudges of up to four weights or biases appear below the picture; `try_nudge` adds to
        each the change of the loss. Gradients of neurons fade out. `clear_equation` clears the bars away."""
        traces = {str(name): self.nudged(name, nudge) for name in of}
        if not 1 <= len(traces) <= MOST_BARS:
            raise StoryreelError(f"1 to {MOST_BARS} can be compared, not {len(traces)}")
        below, kept = self._equation_vanishes(), self.trace.network.names.parameters
        gone = [self.gradients.pop(name) for name in list(self.gradients) if name not in kept]
        leaving = [*([below] if below else []), *map(vanish, gone)]
        self.bars = bars = NudgeBars(self.trace, traces, nudge, self.room_below)
        self.bars_nudge = nudge
        self.rows = tuple(part for row in bars.rows.values() for part in (row.label, row.block))
        arrival = AnimationGroup(*map(appear, self.rows))
        if not leaving:
            return arrival
        return Succession(AnimationGroup(*leaving, run_time=LEAVING), arrival)

    @cue(seconds=3.0, requires=("network or graph or chain", "table with {of}"))
    def try_nudge(self, of: ParameterName) -> Animation:
        """A weight or a bias of `compare_nudges` is nudged, the network runs again, and the change of the
        loss appears beside it and as a bar that is as long. The nudge is undone with the next one, or when
        the bars are cleared away."""
        bars, name, nudge = needed(self.bars, NO_BARS), str(of), self.bars_nudge
        row = bars.rows.get(name)
        if row is None:
            raise StoryreelError(NO_BARS)
        tag = self.nudge_tag(name, nudge)
        moved = self.loss_tag(row.change_text, tag)
        changed = [moved] if moved is not None else []
        before, self.tags = self.tags, (tag, *changed)
        self.rows = (*self.rows, row.text, row.bar)
        growth = UpdateFromAlphaFunc(
            row.bar, lambda _, alpha: row.grow(ease_travel(alpha)), introducer=True, rate_func=linear
        )
        return Succession(
            *([AnimationGroup(*map(vanish, before), run_time=0.3)] if before else []),
            AnimationGroup(pop(tag), run_time=0.5),
            AnimationGroup(self.sparks_from(name), run_time=1.3),
            *(AnimationGroup(pop(badge), run_time=0.4) for badge in changed),
            AnimationGroup(growth, appear(row.text), run_time=1.2),
        )

    def _equation_vanishes(self) -> Animation | None:
        leaving, below = super()._equation_vanishes(), (self.comparison, *self.rows, *self.tags)
        self.comparison, self.bars, self.rows, self.tags = None, None, (), ()
        parts = [part for part in below if part is not None]
        return AnimationGroup(*map(vanish, parts)) if parts else leaving


def _times(steps: Sequence[Animation]) -> list[float]:
    """When numbers follow a nudge: they change in the second step, are at rest when one may fly, and return
    in the last step."""
    ends = np.cumsum([step.run_time for step in steps])
    return [ends[0], ends[1] - AT_REST, ends[-2], ends[-1]]
