"""The chain rule: a weight is nudged, every number after it changes, and the derivatives are multiplied."""

import math
from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise

import numpy as np
from manim import (
    Animation,
    AnimationGroup,
    Line,
    Mobject,
    Succession,
    UpdateFromAlphaFunc,
    VGroup,
    VMobject,
)
from manim.utils.rate_functions import linear, smooth

from storyreel.core.errors import StoryreelError
from storyreel.engine.operation import GRADIENT
from storyreel.engine.weight_path import WeightPath
from storyreel.graphics.layout import at
from storyreel.graphics.maths.chain_graph import ChainGraph
from storyreel.graphics.maths.chain_product import ChainProduct
from storyreel.graphics.maths.chain_response import ChainResponse, Moment
from storyreel.graphics.maths.derivative_term import DerivativeTerm, morph
from storyreel.graphics.maths.schedule import Schedule
from storyreel.graphics.maths.secant_plot import SecantPlot
from storyreel.graphics.motion.redraw import Redraw
from storyreel.graphics.motion.verbs import (
    appear,
    change,
    draw,
    ease_out,
    ease_travel,
    in_place_of,
    one_after_another,
    pop,
    run_spark,
    vanish,
)
from storyreel.graphics.parts.badge import Badge
from storyreel.graphics.text.typeset import Typeset
from storyreel.stage.network_stage import NetworkStage
from storyreel.stage.stage import needed
from storyreel.storyboard.cue import NetworkName, ParameterName, cue

DrawPicture = Callable[[str, Moment], VGroup]


ASSEMBLED = 0.9
"""Units above the stage's lower edge to which the derivatives rise while the gradient is assembled below."""
SHRINKING = 0.65
"""The share of the time of `take_limit` in which the nudge shrinks."""
SECANT, WIDEST_SECANT, FLATNESS, ABOVE_ROW = 1.15, 3.0, 0.72, 0.2
"""The width of the plot of a secant in distances of nodes and at most in units, its height in widths, and the
units from the chain's nodes up to it."""
BELOW_CHAIN = 1.6
"""Units from a chain without number lines down to the bars of its derivatives."""
FOR_PLACES = 1e-3
"""A nudge for number lines that are not drawn, below which derivatives have their places."""


class ChainRule(NetworkStage):
    """A weight is nudged, every number after it changes, and the derivatives of the links are multiplied."""

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        super().setup()
        self.response: ChainResponse | None = None
        self.product: ChainProduct | None = None
        self.moving: dict[tuple[DrawPicture, str], VGroup] = {}  # what a nudge changes, drawn in every frame
        self.derivatives: dict[str, DerivativeTerm] = {}
        self.secant: SecantPlot | None = None
        self.arrived: list[Badge] = []
        """The gradients that have come back along the chain."""
        self.moment = Moment(0.0, 1.0, 1.0)

    @cue(
        seconds=2.6,
        equation="chain of {weight}",
        requires=("a network", "path {weight, network, pre_activations}"),
        hides=("network", "graph", "chain", "grad.*", "about"),
        shows=("chain {weight}", "about {network}"),
    )
    def draw_chain(
        self, weight: ParameterName, network: NetworkName | None = None, pre_activations: bool = False
    ) -> Animation:
        """The path from a weight or a bias to the loss appears as a computation graph; a network on stage
        turns into it, without its gradients. There must be only one path: any weight of a network with one
        neuron per layer, or a weight of the last layer of any other network.

        `network`: that of another network, which has a weight or a bias of the same name; what follows is
        about that one. `pre_activations`: with the weighted sum before each activation function as a number
        of its own, and the function as a gate between the two.
        """
        performance = self.performance
        self._experiment = performance.experiments[network] if network else performance.experiment
        chain = ChainGraph(WeightPath(self.trace, weight, pre_activations), self.frame.stage)
        return self.turn_into(chain, self._forget_all())

    def clear_stage(self) -> VGroup:
        """Forget the diagram and all that was found with it, and return them to be faded out."""
        return VGroup(*super().clear_stage(), *self._forget_all())

    def _forget_all(self) -> list[VMobject]:
        """Forget gradients, number lines and all that was found with them, and return what is on stage."""
        gone, self.gradients = [*self.gradients.values(), *self.arrived], {}
        self.arrived = []
        return [*gone, *self._forget_response()]

    @cue(
        seconds=1.6,
        requires=("chain", "drawn nudge {chain, nudge}"),
        hides=("number lines", "local derivatives"),
        shows="number lines on chain",
    )
    def number_lines(self, nudge: float = 0.5) -> Animation:
        """Every number on the path gets a number line, on which a nudge of this size can be seen."""
        graph = self.diagram if isinstance(self.diagram, ChainGraph) else None
        graph = needed(graph, "there is no chain on stage yet; draw it with `draw_chain`")
        gone = self._forget_response()
        self.response = response = ChainResponse(graph, nudge, self.frame.whole.bottom)
        self.moment = Moment(0.0, response.half_range_for(nudge), nudge)
        for name, node in graph.nodes.items():
            self.moving[response.number, name] = response.number(name, self.moment)
            if node.value is not None:
                self.remove(node.value)  # drawn in every frame from now on
                self._keep_value(name, self.moving[response.number, name])
            self.add(self.moving[response.number, name])
        lines = [
            AnimationGroup(draw(line), appear(response.markers[name]))
            for name, line in response.lines.items()
        ]
        return in_place_of(gone, one_after_another(lines))

    def _forget_response(self) -> VGroup:
        """Forget the number lines and all that was found with them, and return what of it is on stage."""
        lines = [*self.response.lines.values(), *self.response.markers.values()] if self.response else []
        ratios = [self.moving[key] for key in self.moving if self.response and key[0] == self.response.ratio]
        others = filter(None, (self.product, self.secant))
        parts = [*lines, *ratios, *self.derivatives.values(), *others]
        self.response, self.product, self.secant = None, None, None
        self.derivatives, self.moving = {}, {}
        return VGroup(*self._on_stage(parts))

    def _on_stage(self, parts: Sequence[VMobject]) -> list[VMobject]:
        """Those of some shapes of which anything is on stage."""
        there = set(map(id, self.get_mobject_family_members()))
        return [part for part in parts if not there.isdisjoint(map(id, part.get_family()))]

    def _keep_value(self, name: str, number: VGroup) -> None:
        typeset = number[0] if len(number) else None
        self.drawing.nodes[name].value = typeset if isinstance(typeset, Typeset) else None

    def _shown_response(self) -> ChainResponse:
        response = self.response
        is_of_chain = response is not None and response.graph is self.diagram
        missing = "there are no number lines yet; draw them with `number_lines`"
        return needed(response if is_of_chain else None, missing)

    @cue(
        seconds=3.6,
        requires=("number lines", "finite nudge {chain, by}"),
        hides="nudge",
        shows="nudge on number lines if `by`",
    )
    def nudge(self, by: float) -> Animation:
        """The weight changes by this amount, and every number after it follows: each when a spark from the
        one before it arrives, or all together once there are ratios.

        For a smaller nudge the number lines are enlarged until it can be seen; `by: 0` undoes the nudge.
        """
        response, start = self._shown_response(), self.moment
        if not all(map(math.isfinite, response.chain.values(by))):
            raise StoryreelError(f"a nudge by {by:g} makes a number infinite")
        half_range = response.half_range_for(by) if by else start.half_range
        end = Moment(by, half_range, by or start.finest)
        if half_range != start.half_range or self._ratios():
            return AnimationGroup(*self._redrawn(end))
        schedule = Schedule(response.chain.names)
        return AnimationGroup(*self._redrawn(end, schedule), *self._sparks(schedule))

    def _sparks(self, schedule: Schedule) -> list[Animation]:
        """A spark runs along each link when the number before it has moved."""
        graph, sparks = self._shown_response().graph, []
        for before, after in pairwise(schedule.names):
            source, sink = graph.nodes[before], graph.nodes[after]
            along = graph.forward_paths(after)[0].get_unit_vector()
            path = Line(source.get_center() + source.radius * along, sink.get_center() - sink.radius * along)
            spark = run_spark(path, source.kind)
            spark.rate_func = partial(schedule.share_of_link, after)
            sparks.append(spark)
        return sparks

    def _redrawn(self, end: Moment, schedule: Schedule | None = None) -> list[Animation]:
        """Everything that depends on the nudge changes to another moment: together, or by a schedule."""
        start, self.moment = self.moment, end
        response, graph = self._shown_response(), self._shown_response().graph

        def between(name: str, alpha: float) -> Moment:
            # The lines zoom in only after the nudge has become small, and zoom out before it grows.
            alpha = schedule.share_of_number(name, alpha) if schedule else alpha
            nudged, zoomed = alpha, 0.0
            if end.half_range < start.half_range:
                nudged, zoomed = min(1.0, alpha / 0.6), max(0.0, alpha - 0.45) / 0.55
            elif end.half_range > start.half_range:
                nudged, zoomed = max(0.0, alpha - 0.4) / 0.6, min(1.0, alpha / 0.55)
            nudge = start.nudge + (end.nudge - start.nudge) * ease_travel(nudged)
            share = smooth(zoomed)
            half_range = start.half_range ** (1 - share) * end.half_range**share
            return Moment(nudge, half_range, end.finest, speed=4 * zoomed * (1 - zoomed))

        def show(_: Mobject, alpha: float) -> None:
            for name in response.markers:
                response.show(name, end if alpha == 1 else between(name, alpha))

        lines = VGroup(*response.markers.values())
        redraws: list[Animation] = [UpdateFromAlphaFunc(lines, show, rate_func=linear)]
        for (picture, name), holder in self.moving.items():
            final = picture(name, end)
            drawn = partial(_drawn_at, picture, name, between)
            redraws.append(Redraw(holder, drawn, final, rate_func=linear))
            if picture == response.number:
                self._keep_value(name, final)
        for name, value in zip(graph.chain.names, graph.chain.values(end.nudge), strict=True):
            node = graph.nodes[name]
            easing = partial(_eased, schedule, name)
            redraws.append(change(node, easing).shine(graph.brightness_at(name, value)))
        if (secant := self.secant) is not None:

            def slide(_: Mobject, alpha: float) -> None:
                secant.move_to_nudge(between(secant.name_of_output, alpha).nudge)

            redraws.append(UpdateFromAlphaFunc(secant, slide, rate_func=linear))
        return redraws

    @cue(seconds=3.6, requires=("number lines", "nudge"), shows="secant on number lines")
    def show_secant(self) -> Animation:
        """The loss appears as a curve over the output, with the secant between the two points of the nudge,
        whose slope is the last ratio, and the tangent, which it becomes as the nudge gets smaller."""
        response = self._shown_response()
        before, graph = self.secant, response.graph
        width = min(WIDEST_SECANT, SECANT * graph.spacing)
        self.secant = secant = SecantPlot(response.chain, self.moment.nudge, width, FLATNESS * width)
        secant.move_to_nudge(self.moment.nudge)
        if graph.runs_down:
            secant.move_to(self.formula_area.centre)
        else:
            top = graph.row + graph.radius + ABOVE_ROW
            secant.move_to(at(graph.x(len(response.chain.names) - 1.5), top + secant.height / 2))
        return in_place_of(before or VGroup(), Succession(*map(appear, secant.steps)))

    @cue(seconds=1.8, requires=("number lines", "nudge"))
    def show_ratios(self) -> Animation:
        """At each link appears the move of the number after it, divided by the move of the one before it."""
        response = self._shown_response()
        moves = dict(zip(response.chain.names, response.chain.moves(self.moment.nudge), strict=True))
        if unmoved := [name for name in response.chain.names[:-1] if not moves[name]]:
            remedy = "a larger `nudge` may move it" if self.moment.nudge else "`nudge` comes first"
            raise StoryreelError(f"{unmoved[0]!r} has not moved, so there is no ratio to it; {remedy}")
        shown = []
        for name in response.chain.names[1:]:
            ratio = self.moving[response.ratio, name] = response.ratio(name, self.moment)
            shown.append(appear(ratio, from_above=0.15))
        return one_after_another(shown, overlap=0.3)

    @cue(seconds=3.0, requires="number lines", hides="nudge", shows="derivatives on number lines")
    def take_limit(self) -> Animation:
        """The nudge shrinks to 0, and the ratio at each link becomes the derivative."""
        response, start = self._shown_response(), self.moment
        tending = {name: self.moving.pop((response.ratio, name)) for name in self._ratios()}
        shrink = self._redrawn(Moment(0.0, start.half_range, start.finest))
        limits: list[Animation] = []
        for name in response.chain.names[1:]:
            term = self.derivatives[name] = response.derivative(name)
            if name not in tending:
                limits.append(appear(term))
                continue
            tend = self._tending(name, start, term)
            limits.append(Redraw(tending[name], tend, VGroup(term), rate_func=linear))
        return AnimationGroup(AnimationGroup(*shrink, run_time=SHRINKING), *limits)

    def _tending(self, name: str, start: Moment, limit: DerivativeTerm) -> Callable[[float], VGroup]:
        """A ratio on its way to the limit: first its number changes, then the fraction."""

        def tending(share: float) -> VGroup:
            nudge = start.nudge * (1 - ease_travel(share))
            return self._shown_response().ratio(
                name, Moment(nudge, start.half_range, start.finest, speed=0.0)
            )

        last = tending(1.0)[0]
        assert isinstance(last, DerivativeTerm)
        morphed = morph(last, limit)

        def picture(alpha: float) -> VGroup:
            if alpha <= SHRINKING:
                return tending(alpha / SHRINKING)
            return morphed(ease_out((alpha - SHRINKING) / (1 - SHRINKING)))

        return picture

    def _ratios(self) -> list[str]:
        """The names of the numbers whose ratios are on stage."""
        return [name for picture, name in self.moving if picture == self._shown_response().ratio]

    @cue(seconds=4.0, requires=("number lines", "derivatives"), shows="product on number lines")
    def assemble(self) -> Animation:
        """The number lines fade out; one by one the derivatives become factors of the gradient."""
        response = self._shown_response()
        if not self.derivatives:
            raise StoryreelError("there are no derivatives to assemble yet; `take_limit` comes first")
        self.product = product = ChainProduct(response.chain, self.formula_area)
        over = [*response.lines.values(), *response.markers.values(), *([self.secant] if self.secant else [])]
        self.secant = None
        rise: list[Animation] = []
        height = self.frame.stage.bottom + ASSEMBLED
        for term in self.derivatives.values():
            to = at(0, height - term.bar.get_y())
            if response.graph.runs_down:  # to where the number lines were
                to = at(response.left_of_lines - term.get_left()[0], 0)
            rise.append(change(term).shift(to).build())
        gone = AnimationGroup(*map(vanish, self._on_stage(over)), run_time=0.5)
        steps = [gone, AnimationGroup(*rise), appear(product.term("left"))]
        for number, term in enumerate(self.derivatives.values()):
            steps.append(
                AnimationGroup(
                    appear(product.term(f"sign {number}")),
                    self.fly(
                        (term.fraction, product.term(f"factor {number}")), around=[product.term("left")]
                    ),
                )
            )
        return Succession(*steps)

    @cue(seconds=4.5, requires="product", shows="grad.{chain}")
    def multiply(self) -> Animation:
        """The numbers of the derivatives fly to their places, and their product is the gradient."""
        product = needed(self.product, "there is nothing to multiply yet; `assemble` comes first")
        parameter = self._shown_response().chain.parameter
        numbers = [
            AnimationGroup(
                appear(product.term(f"number sign {n}")),
                self.fly(
                    (term.number, product.term(f"number {n}")),
                    around=[product.term(f"number {before}") for before in range(n)],
                ),
            )
            for n, term in enumerate(self.derivatives.values())
        ]
        result = product.term("result")
        steps = [*numbers, AnimationGroup(appear(product.term("result sign")), appear(result))]
        badge = self.take_result(GRADIENT + parameter, result)
        return Succession(*steps, *([badge] if badge else []))

    @cue(
        seconds=1.8,
        requires=("chain", "no number lines"),
        hides="local derivatives",
        shows="local derivatives on chain",
    )
    def show_derivatives(self) -> Animation:
        """Under each link appears its derivative: that of the number after it by the one before it."""
        graph = self.diagram if isinstance(self.diagram, ChainGraph) else None
        graph = needed(graph, "there is no chain on stage yet; draw it with `draw_chain`")
        if self.response is not None:
            raise StoryreelError("`take_limit` shows the derivatives below number lines")
        gone = self._forget_response()
        response = ChainResponse(graph, FOR_PLACES, self.frame.whole.bottom)
        self.derivatives = {name: response.derivative(name) for name in response.chain.names[1:]}
        for term in () if graph.runs_down else self.derivatives.values():
            term.shift(at(0, graph.lowest - BELOW_CHAIN - term.bar.get_y()))
        shown = [appear(term, from_above=0.15) for term in self.derivatives.values()]
        return in_place_of(gone, one_after_another(shown, overlap=0.3))

    @cue(seconds=4.0, requires="chain")
    def flow_back(self) -> Animation:
        """The gradient flows back along the chain, from the loss to the weight: sparks as large as the
        gradient of the number that they have come to, which appears on a badge there."""
        graph = self.diagram if isinstance(self.diagram, ChainGraph) else None
        graph = needed(graph, "there is no chain on stage yet; draw it with `draw_chain`")
        chain, gone = graph.chain, self.arrived
        products = [1.0, *np.cumprod(chain.derivatives[::-1]).tolist()]
        largest = max(map(abs, products[1:])) or 1.0
        self.arrived, steps = [], list[Animation]()
        for name, (before, after) in zip(chain.names[-2::-1], pairwise(products), strict=True):
            sizes = min(1.0, abs(before) / largest), abs(after) / largest
            spark = run_spark(graph.backward_paths(name)[0], "gradient", sizes)
            badge = graph.badge_below(name, after)
            self.arrived.append(badge)
            steps += [spark, pop(badge)]
            steps[-1].run_time = 0.5
        return in_place_of(VGroup(*gone), Succession(*steps))


def _eased(schedule: Schedule | None, name: str, alpha: float) -> float:
    return float(ease_travel(schedule.share_of_number(name, alpha) if schedule else alpha))


def _drawn_at(
    picture: DrawPicture, name: str, moment: Callable[[str, float], Moment], alpha: float
) -> VGroup:
    return picture(name, moment(name, alpha))
