"""The stage of chapters with the chain from a weight or a bias to the loss, and its derivatives."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from manim import DOWN, Animation, AnimationGroup, GrowFromEdge, Succession, VGroup, VMobject, linear

from storyreel.core.errors import StoryreelError
from storyreel.core.number_format import is_exact
from storyreel.engine.operation import GRADIENT
from storyreel.engine.weight_path import WeightPath
from storyreel.graphics import theme
from storyreel.graphics.charts.gradient_bars import GradientBars
from storyreel.graphics.layout import Area
from storyreel.graphics.maths.chain_graph import ChainGraph
from storyreel.graphics.maths.chain_response import ChainResponse
from storyreel.graphics.maths.derivative_term import DerivativeTerm
from storyreel.graphics.maths.gate_slope import GateSlope, slopes_at_gates
from storyreel.graphics.motion.redraw import Redraw
from storyreel.graphics.motion.verbs import (
    appear,
    ease_travel,
    in_place_of,
    one_after_another,
    pop,
    run_spark,
    vanish,
)
from storyreel.graphics.networks.gates.gate import Gate
from storyreel.graphics.parts.badge import Badge
from storyreel.stage.chains.ways_stage import WaysStage
from storyreel.stage.stage import few_words, needed
from storyreel.storyboard.cue import NetworkName, ParameterName, Text, cue

ROOM_FOR_BADGES, BELOW_GATE = 0.85, 0.25
"""Units from a chain down to its enlarged gate, as between the two there are badges, and from there to the
lower edge of the picture."""
ABOVE_BARS, HEIGHT_OF_BARS = 0.35, 1.9
"""Units from what belongs to a chain down to the bars of its gradients, and the height of the highest."""
LONGEST_WORD = 1.5
"""The largest width of the word above the slopes of gates, in Manim units."""
DECIMALS = 2, 2
"""The decimals of a weighted sum and of a slope while these change."""
FOR_PLACES = 1e-3
"""A nudge for number lines that are not drawn, below which derivatives have their places."""


class ChainStage(WaysStage):
    """A stage with a chain, the derivatives of its links, and the gradients that have come back along it."""

    response: ChainResponse | None = None
    """What answers a nudge of the chain's parameter; None where there are no number lines."""

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        super().setup()
        self.derivatives: dict[str, DerivativeTerm] = {}
        self.slopes_at_gates: list[VGroup] = []
        """The slopes of gates that stand above these."""
        self.gate_slope: GateSlope | None = None
        self.at_gate = VGroup()
        """The tangent, the dot and the numbers of an enlarged gate at another sum than the chain's."""
        self.gate_sums = 0.0, 0.0
        """Where the tangent of an enlarged gate is at first, and the weighted sum of the chain."""
        self.arrived: list[Badge] = []
        """The gradients that have come back along the chain."""
        self.gradient_bars: GradientBars | None = None

    @property
    def chain_graph(self) -> ChainGraph:
        """The chain on stage; raises StoryreelError where there is none."""
        graph = self.diagram if isinstance(self.diagram, ChainGraph) else None
        return needed(graph, "there is no chain on stage yet; draw it with `draw_chain`")

    @cue(
        seconds=2.6,
        equation="chain of {weight}",
        requires=("any network", "readable ways {weight, network, pre_activations}"),
        hides=("network", "graph", "chain", "ways", "computation graph", "grad.*", "about"),
        shows=("chain {weight} if one way", "ways {weight} if no one way", "about {network}"),
        opens=True,
    )
    def draw_chain(
        self, weight: ParameterName, network: NetworkName | None = None, pre_activations: bool = False
    ) -> Animation:
        """The path from a weight or a bias to the loss appears as a computation graph; a network on stage
        turns into it, without its gradients. Where several ways lead there, as through a layer of several
        neurons, all of them appear, of a graph of formulas with all of the graph.

        `network`: that of another network, which has a weight or a bias of the same name; what was on stage
        fades out first, and what follows is about that one. `pre_activations`: with the weighted sum before
        each activation function as a number of its own, and the function as a gate between the two.
        """
        performance, before = self.performance, self._experiment
        self._experiment = performance.experiments[network] if network else performance.experiment
        if ways := self.ways_of(weight, pre_activations):
            return self.draw_ways(ways, [*self.clear_stage(), *self.clear_below()])
        chain = ChainGraph(WeightPath(self.trace, weight, pre_activations), self.frame.stage)
        if self.experiment is not before:
            below = self.clear_below()
            gone = VGroup(*below, *self.clear_stage())
            return in_place_of(gone, self.turn_into(chain))
        return self.turn_into(chain, [*self.forget_ways(), *self._forget_all()])

    def clear_stage(self) -> VGroup:
        """Forget the diagram and all that was found with it, and return them to be faded out."""
        return VGroup(*super().clear_stage(), *self._forget_all())

    def _forget_all(self) -> list[VMobject]:
        """Forget gradients, number lines and all that was found with them, and return what is on stage."""
        gone, self.gradients = [*self.gradients.values(), *self.arrived], {}
        self.arrived = []
        return [*gone, *self.forget_derivatives()]

    def forget_derivatives(self) -> VGroup:
        """Forget the derivatives and what they were found with, and return what of it is on stage."""
        parts = [
            *self.derivatives.values(),
            *self.slopes_at_gates,
            *self.at_gate,
            *filter(None, [self.gate_slope]),
        ]
        self.at_gate = VGroup()
        self.derivatives, self.slopes_at_gates, self.gate_slope = {}, [], None
        return VGroup(*self.on_stage(parts), *self.clear_bars())

    def clear_below(self) -> list[VMobject]:
        """Forget what is below the derivatives, where number lines and the enlarged gate need the room, and
        return what of it is on stage."""
        return self.on_stage(self.formula_parts())

    def equation_leaves(self) -> Animation | None:
        """The equation below the chain fades out, and the enlarged gate, which has its room."""
        leaving, panel = super().equation_leaves(), self.gate_slope
        if panel is None:
            return leaving
        gone = self.on_stage([panel, *self.at_gate])
        self.gate_slope, self.at_gate = None, VGroup()
        return AnimationGroup(*([leaving] if leaving is not None else []), *map(vanish, gone))

    def on_stage(self, parts: Sequence[VMobject]) -> list[VMobject]:
        """Those of some shapes of which anything is on stage."""
        there = set(map(id, self.get_mobject_family_members()))
        return [part for part in parts if not there.isdisjoint(map(id, part.get_family()))]

    @cue(
        seconds=1.8,
        requires=("chain or ways", "no number lines", "{slopes} fits 1.5 at 0.36"),
        hides="local derivatives",
        shows=("local derivatives on chain if chain", "local derivatives on ways if ways"),
    )
    def show_derivatives(self, slopes: Text | None = None) -> Animation:
        """Under each link appears its derivative: that of the number after it by the one before it. Where
        there are several ways, it is beside each arrow.

        `slopes`: the word for a slope; with it, above each gate of a chain first appears the slope of its
        function, which is a factor of that derivative.
        """
        if slopes is not None:
            few_words(slopes, LONGEST_WORD)
        if self.ways is not None:
            return self.ways_get_slopes(self.ways)
        graph = self.chain_graph
        if self.response is not None:
            raise StoryreelError("`take_limit` shows the derivatives below number lines")
        gone = self.forget_derivatives()
        response = ChainResponse(graph, FOR_PLACES, self.frame.whole.bottom)
        self.derivatives = {name: response.derivative_term(name) for name in response.chain.names[1:]}
        self.slopes_at_gates = slopes_at_gates(graph, slopes) if slopes is not None else []
        taken = max((float(slope.get_right()[0]) for slope in self.slopes_at_gates), default=-math.inf)
        response.place_derivatives(list(self.derivatives.values()), self.formula_area.top, taken)
        shown = [appear(one, from_above=0.15) for one in (*self.slopes_at_gates, *self.derivatives.values())]
        return in_place_of(gone, one_after_another(shown, overlap=0.3))

    @cue(
        seconds=2.0,
        requires=("chain", "chain gate"),
        hides=("number lines", "local derivatives", "product", "gate before its sum"),
        shows="gate before its sum on chain if `from_steepest`",
    )
    def show_gate(self, from_steepest: bool = False) -> Animation:
        """The gate of the chain appears enlarged below it: the plot of its function, with the tangent
        at the weighted sum, and beside it the slope of that, which is the derivative of this link. The chain
        has to be drawn with `pre_activations`.

        `from_steepest`: at first the tangent is where the function is steepest, and `slide_gate` takes it
        from there to the weighted sum.
        """
        graph, chain = self.chain_graph, self.chain_graph.chain
        missing = "this chain has no gate; draw one with an activation function, with `pre_activations`"
        name = needed(next(filter(chain.is_activation_of, chain.names), None), missing)
        gone = VGroup(*dict.fromkeys([*self.forget_derivatives(), *self.clear_below()]))
        link = chain.names.index(name) - 1
        before, value = chain.names[link], chain.derivatives[link]
        text = self.trace.notation.text(chain.derivative_names[link], value)
        sign = "=" if is_exact(value, text) else "approx"
        kinds = "gradient", "gradient"
        term = DerivativeTerm("partial", name, before, kinds, text, sign, theme.SIZES.number)
        operator, area = graph.operators[name][0], self._below_badges
        assert isinstance(operator, Gate)
        z = self.trace.number(before)
        self.gate_slope = panel = GateSlope(operator.activation, z, self.trace.text(before), term, area)
        if not from_steepest:
            return in_place_of(gone, Succession(pop(panel.plot), appear(term)))
        self.gate_sums = panel.gate.steepest, z
        self.at_gate = panel.at_sum(panel.gate.steepest, DECIMALS)
        tangent, dot, number, slope = self.at_gate
        plot = AnimationGroup(pop(panel.still), *map(appear, (tangent, dot, number)))
        return in_place_of(gone, Succession(plot, appear(slope)))

    @cue(seconds=2.0, requires="gate before its sum", hides="gate before its sum")
    def slide_gate(self) -> Animation:
        """The dot and the tangent of `show_gate` slide from where the function is steepest to the weighted
        sum of the chain, and the slope changes with them."""
        panel = needed(self.gate_slope, "there is no enlarged gate on stage; `show_gate` comes first")
        holder, self.at_gate = self.at_gate, VGroup()
        if not len(holder):
            raise StoryreelError("the tangent is at the weighted sum; `show_gate` needs `from_steepest`")
        start, end = self.gate_sums

        def picture(alpha: float) -> VGroup:
            return panel.at_sum(start + (end - start) * ease_travel(alpha), DECIMALS)

        return Redraw(holder, picture, panel.moving, rate_func=linear)

    @property
    def _below_badges(self) -> Area:
        """The room below a chain with gradients; that of an equation where the chain runs down."""
        graph, area = self.chain_graph, self.frame.whole
        if graph.runs_down:
            return self.formula_area
        bottom, top = area.bottom + BELOW_GATE, graph.lowest - ROOM_FOR_BADGES
        return replace(area, name="below the chain", bottom=bottom, top=top)

    @cue(seconds=4.0, requires="chain or ways")
    def flow_back(self, bars: bool = False) -> Animation:
        """The gradient flows back along the chain, from the loss to the weight: sparks as large as the
        gradient of the number that they have come to, which appears on a badge there. Where several ways
        meet, what comes back along them adds up, and a frame is drawn around the sum.

        `bars`: below each number of a chain from left to right a bar grows, as high as its gradient is large.
        """
        if self.ways is not None:
            return self.ways_flow_back(self.ways)
        gone, self.arrived, steps = [*self.arrived, *self.clear_bars()], [], list[Animation]()
        names = self.chain_graph.chain.names[-2::-1]
        picture = self.gradient_bars = self._bars_for(names) if bars else None
        grow = [] if picture is None else [GrowFromEdge(bar, DOWN) for bar in picture.bars]
        for place, name in enumerate(names):
            spark, badge = self.gradient_comes_back(name)
            self.arrived.append(badge)
            steps += [spark, AnimationGroup(pop(badge), *grow[place : place + 1])]
            steps[-1].run_time = 0.5
        first = [appear(picture.line).set_run_time(0.2)] if picture is not None else []
        return in_place_of(VGroup(*gone), Succession(*first, *steps))

    def _bars_for(self, names: Sequence[str]) -> GradientBars | None:
        """The bars of the gradients of these numbers, in the room below all that belongs to the chain; None
        where the chain runs down."""
        graph, area = self.chain_graph, self.frame.whole
        if graph.runs_down:
            return None
        terms = [float(term.get_bottom()[1]) for term in self.derivatives.values()]
        top = min([graph.lowest - ROOM_FOR_BADGES, *terms]) - ABOVE_BARS
        gradients = [self.trace.number(GRADIENT + name) for name in names]
        xs = [graph.x(graph.chain.names.index(name)) for name in names]
        return GradientBars(xs, gradients, replace(area, bottom=top - HEIGHT_OF_BARS, top=top))

    def clear_bars(self) -> list[VMobject]:
        """Forget the bars below the chain, and return them if they are on stage."""
        picture, self.gradient_bars = self.gradient_bars, None
        return [] if picture is None else self.on_stage([picture.line, *picture.bars])

    def gradient_comes_back(self, name: str) -> tuple[Animation, Badge]:
        """A spark that runs back to a number of the chain from the one after it, as large as the gradients
        there, and a badge with the gradient of the number."""
        graph, chain = self.chain_graph, self.chain_graph.chain
        products = [1.0, *np.cumprod(chain.derivatives[::-1]).tolist()]
        largest = max(map(abs, products[1:])) or 1.0
        place = len(chain.names) - 2 - chain.names.index(name)
        before, after = products[place : place + 2]
        sizes = min(1.0, abs(before) / largest), abs(after) / largest
        return run_spark(graph.backward_paths(name)[0], "gradient", sizes), graph.badge_below(name, after)
